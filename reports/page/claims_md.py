"""claims.md: the verdicts and the evidence in short, for a page that shows Markdown; details stand in claims.html and claims.json."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from reports.page import opening
from reports.page.entries import FORMS, ClaimEntry, Document, FormEntry, PartEntry
from reports.page.findings import evidence_on
from reports.page.text import markdown
from reports.page.words import EFFECTS, TITLES, marked, title
from reports.sentences import MEANINGS


def render(page: Document) -> bytes:
    """Return the text of claims.md; whatever stands in ledger or evidence is shown as text."""
    made = page.generated
    lines = [
        "# Why is SAM Robust to Label Noise? The claims and their evidence",
        "",
        f"{made.claims} claims of {made.statements} statements, judged from {made.evidence} pieces of evidence.",
        *(f"{TITLES[form]}: {', '.join(f'{n} {word}' for word, n in counts.items())}." for form, counts in made.verdicts.items() if counts),
        "Derivations, points and near misses stand in `evidence.html` and `claims.json`.",
        "",
        *_errata(page),
        "## All claims",
        "",
        *summary(page.claims, ""),
    ]
    section = ""
    for claim in page.claims:
        if claim.section != section:
            section = claim.section
            lines += ["", f"## {section}"]
        lines += _entry(claim)
    lines += _sentences(page)
    return ("\n".join(lines) + "\n").encode()


def summary(claims: Sequence[ClaimEntry], target: str) -> list[str]:
    """Return the lines of a table of claims and their verdicts, each linked to its entry in the page at `target`."""
    head = ["| claim | " + " | ".join(FORMS) + " |", "|---|---|---|---|"]
    return head + [f"| [{claim.id}]({target}#{claim.id}) | {' | '.join(_word(claim.form(form)) for form in FORMS)} |" for claim in claims]


def _word(entry: FormEntry | PartEntry | None) -> str:
    """Return a verdict as text, and which way an open one points; a dash where the claim has no such form."""
    if entry is None:
        return "–"
    inside = marked(entry.qualifier, entry.direction, entry.measured, entry.setting)
    return f"{entry.verdict} ({inside})" if inside else entry.verdict


def _errata(page: Document) -> list[str]:
    """Return the printed statements that fall, in a table for each effect: the paper's words, the counterexample, the true statement."""
    lines: list[str] = []
    for effect, members in opening.by_effect(opening.errata(page)).items():
        lines += ["", f"### {EFFECTS[effect] if effect else 'Not judged yet'}: {len(members)}", ""]
        lines += ["| claim | in the paper | as read here | falls | true instead | what falls with it |", "|---|---|---|---|---|---|"]
        for member in members:
            point = member.refutation.details.get("point")
            at = ", ".join(f"{name} = {value}" for name, value in point.items()) if isinstance(point, dict) else ""
            against = f"at {at}: {member.refutation.says}" if at else member.refutation.says
            true = " ".join(part.says for part in member.true) or "–"
            told = (quoted(member.part.quote) or "–", member.part.says, against, true, member.part.effect_reason or "–")
            lines.append(f"| [{member.claim.id}](#{member.claim.id}) | {' | '.join(markdown(text) for text in told)} |")
    return ["## Errata", *lines, ""] if lines else []


def quoted(words: str) -> str:
    """Return the paper's words between quotation marks, "" where there are none."""
    return f"“{words}”" if words else ""


def _sentences(page: Document) -> list[str]:
    """Return the table of the paper's sentences, with how many there are of each group; nothing where the page tells of none."""
    if not page.sentences:
        return []
    lines = ["", "## The paper's sentences", "", "| group | sentences | meaning |", "|---|---|---|"]
    counted = Counter(sentence.group for sentence in page.sentences)
    lines += [f"| {group} | {counted[group]} | {markdown(meaning)} |" for group, meaning in MEANINGS.items() if counted[group]]
    lines += ["", "| place | number | words | group | rows, or why not |", "|---|---|---|---|---|"]
    for sentence in page.sentences:
        named = [(row.claim, row.part if row.form == "printed" else f"{row.form} {row.part}") for row in sentence.rows]
        rows = ", ".join(f"[{claim}](#{claim}) {statement}" for claim, statement in named)
        missing = f"missing: {markdown(sentence.missing)}" if sentence.missing else ""
        told = "; ".join(text for text in (rows, missing, markdown(sentence.not_checked)) if text)
        cells = (f"{sentence.under}, {sentence.at}", sentence.number, markdown(sentence.words), sentence.group, told)
        lines.append(f"| {' | '.join(str(cell) for cell in cells)} |")
    return lines


def _of_the_print(part: PartEntry) -> list[str]:
    """Return the paper's words on a statement, and what falls with it, as lines under the table of its form."""
    told = [f"the paper: {markdown(quoted(part.quote))}"] if part.quote else []
    told += [f"{EFFECTS[part.effect].lower()}: {markdown(part.effect_reason)}"] if part.effect else []
    return ["", f"> {markdown(part.part)}, {' '.join(told)}"] if told else []


def _entry(claim: ClaimEntry) -> list[str]:
    """Return the lines of one claim's entry."""
    heading = f'### <a id="{claim.id}"></a>{markdown(claim.id)}'
    lines = ["", heading, "", f"*{markdown(claim.where)}.* {markdown(claim.says)}"]
    for form in FORMS:
        entry = claim.form(form)
        if entry is None:
            continue
        lines += [
            "",
            f"**{title(form, entry.setting)}: {_word(entry)}.** {markdown(entry.why)}",
            "",
            "| part | statement | verdict | why |",
            "|---|---|---|---|",
        ]
        for part in entry.parts:
            lines.append(f"| {markdown(part.part)} | {markdown(part.says)} | {_word(part)} | {markdown(part.why)} |")
        lines += [line for part in entry.parts for line in _of_the_print(part)]
        evidence = [(part.part, item) for part in entry.parts for item in evidence_on(claim, form, part.part)]
        lines += ["", *(f"- {markdown(part)}, {item.method}, {item.outcome}: {markdown(item.says)}" for part, item in evidence)]
    return lines
