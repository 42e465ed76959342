"""claims.md: the verdicts and the evidence in short, for a page that shows Markdown; details stand in claims.html and claims.json."""

from __future__ import annotations

from reports.page import opening
from reports.page.claims_html import evidence_on
from reports.page.claims_json import FORMS, ClaimEntry, Document, FormEntry, PartEntry
from reports.page.text import markdown
from reports.page.words import TITLES, marked


def render(page: Document) -> bytes:
    """Return the text of claims.md; whatever stands in ledger or evidence is shown as text."""
    made = page.generated
    lines = [
        "# Why is SAM Robust to Label Noise? The claims and their evidence",
        "",
        f"{made.claims} claims of {made.statements} statements, judged from {made.evidence} pieces of evidence.",
        *(f"{TITLES[form]}: {', '.join(f'{n} {word}' for word, n in counts.items())}." for form, counts in made.verdicts.items() if counts),
        "Derivations, points and near misses stand in `claims.html` and `claims.json`.",
        "",
        *_errata(page),
        "## All claims",
        "",
        *summary(page, ""),
    ]
    section = ""
    for claim in page.claims:
        if claim.section != section:
            section = claim.section
            lines += ["", f"## {section}"]
        lines += _entry(claim)
    return ("\n".join(lines) + "\n").encode()


def summary(page: Document, target: str) -> list[str]:
    """Return the lines of a table of all claims and their verdicts, each linked to its entry in the page at `target`."""
    head = ["| claim | " + " | ".join(FORMS) + " |", "|---|---|---|---|"]
    return head + [
        f"| [{claim.id}]({target}#{claim.id}) | {' | '.join(_word(claim.form(form)) for form in FORMS)} |" for claim in page.claims
    ]


def _word(entry: FormEntry | PartEntry | None) -> str:
    """Return a verdict as text, and which way an open one points; a dash where the claim has no such form."""
    if entry is None:
        return "–"
    inside = marked(entry.qualifier, entry.direction, entry.effect)
    return f"{entry.verdict} ({inside})" if inside else entry.verdict


def _errata(page: Document) -> list[str]:
    """Return a table of the printed statements that fall: the statement, what refutes it, what is true; nothing where none falls."""
    lines: list[str] = []
    for one in opening.errata(page):
        point = one.found.details.get("point")
        at = ", ".join(f"{name} = {value}" for name, value in point.items()) if isinstance(point, dict) else ""
        against = f"at {at}: {one.found.says}" if at else one.found.says
        true = " ".join(part.says for part in one.true) or "–"
        lines.append(f"| [{one.claim.id}](#{one.claim.id}) | {markdown(one.part.says)} | {markdown(against)} | {markdown(true)} |")
    head = ["| claim | printed | falls | true instead |", "|---|---|---|---|"]
    return ["## Errata", "", *head, *lines, ""] if lines else []


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
            f"**{TITLES[form]}: {_word(entry)}.** {markdown(entry.why)}",
            "",
            "| part | statement | verdict | why |",
            "|---|---|---|---|",
        ]
        for part in entry.parts:
            lines.append(f"| {markdown(part.part)} | {markdown(part.says)} | {_word(part)} | {markdown(part.why)} |")
        found = [(part.part, item) for part in entry.parts for item in evidence_on(claim, form, part.part)]
        lines += ["", *(f"- {markdown(part)}, {item.method}, {item.outcome}: {markdown(item.says)}" for part, item in found)]
    return lines
