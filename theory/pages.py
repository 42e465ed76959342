"""What the command line shows: the list of claims, the page of one claim, the table and the last lines of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
from rich.text import Text

from reports import ledger, record, verdict
from reports.counted import counted
from reports.evidence import Dossier, Evidence
from reports.plain import plain
from reports.readable import compared, readable
from reports.terminal import Column, Line, table

COLOURS = {
    "proved": "green",
    "quoted": "magenta",
    "checked": "cyan",
    "measured": "cyan",
    "refuted": "red",
    "not-reproduced": "red",
    "open": "yellow",
}
SHORTER = {"Section ": "Sec. ", "Appendix ": "App. ", "Figure ": "Fig. "}
COMMIT = 12  # letters of a commit that git takes for it
Row = tuple[ledger.Claim, Sequence[Evidence], float, int]


def coloured(word: str) -> Text:
    """Return a verdict word in its colour; a dash where there is none."""
    return Text(word or "-", style=COLOURS.get(word, "dim"))


def words(row: ledger.Claim, evidence: Sequence[Evidence]) -> dict[str, str]:
    """Return {form: verdict word} of the statements that `theory` speaks about; those that need an experiment are left out."""
    own = msgspec.structs.replace(row, statements=tuple(s for s in row.statements if s.needs != "experiment"))
    return {form: form_verdict.whole.word for form, form_verdict in verdict.of_claim(own, evidence).items()}


def listing(book: ledger.Ledger, where: Mapping[str, str], width: int | None) -> list[Text]:
    """Return each claim under the name of its section, in one line or stacked: its kind, its place in the paper, its file in theory/."""
    columns = (
        Column("claim"),
        Column("kind", leaves=3),
        Column("in the paper", least=14),
        Column("in theory/", least=30, leaves=2),
    )
    rows = [(row.id, row.kind, _shorter(row.where), where.get(row.id, "").removeprefix("theory/") or "-") for row in book.claims]
    lines_shown, *of_claims = table(columns, rows, width)
    for section, group in groupby(zip(book.claims, of_claims, strict=True), key=lambda pair: pair[0].section):
        lines_shown += [Text(section, style="bold cyan"), *(line for _, lines in group for line in lines)]
    return lines_shown


def _shorter(place: str) -> str:
    for word, short in SHORTER.items():
        place = place.replace(word, short)
    return place


def summary(rows: Sequence[Row], width: int | None, assumed: Mapping[str, int]) -> list[Text]:
    """Return one line a claim: verdicts, points, near misses, assumptions that are needed, seconds, faults; all of it in 80 columns.

    `assumed` says how many assumptions each claim has: assumptions of a statement that fell were not tried, and count all the same.
    """
    columns = [
        Column("claim"),
        Column("printed"),
        Column("corrected"),
        Column("beyond"),
        Column("points", right=True, leaves=1),
        Column("misses", right=True, leaves=3),
        Column("needed", right=True, leaves=4),
        Column("s", right=True, leaves=2),
    ]
    faulty = any(wrong for *_, wrong in rows)
    if faulty:
        columns.append(Column(""))
    cells: list[list[str | Text]] = []
    for row, evidence, seconds, wrong in rows:
        verdicts = words(row, evidence)
        assumptions = [item.details["needed"] for item in evidence if item.method == "assumption"]
        line: list[str | Text] = [
            row.id,
            *(coloured(verdicts.get(form, "")) for form in ("printed", "corrected", "beyond")),
            f"{total(evidence, 'property', 'points'):,}",
            f"{total(evidence, 'near-miss', 'made'):,}",
            f"{sum(assumptions)}/{max(len(assumptions), assumed.get(row.id, 0))}" if assumptions or assumed.get(row.id) else "-",
            f"{seconds:.1f}",
        ]
        cells.append([*line, Text("FAULT" if wrong else "", style="bold red")] if faulty else line)
    return [line for lines in table(columns, cells, width) for line in lines]


def total(evidence: Sequence[Evidence], method: str, key: str) -> int:
    """Return the sum of a whole number among the details of all records of one method."""
    return sum(item.details.get(key, 0) for item in evidence if item.method == method)


def closing(rows: Sequence[Row], modules: Sequence[str], faults: Mapping[str, Sequence[str]], out: Path, seconds: float) -> list[Line]:
    """Return the last lines of a run: its work and the place of the evidence, each fault of a module and of a claim, the next command."""
    evidence = [item for _, items, _, _ in rows for item in items]
    points, misses = total(evidence, "property", "points"), total(evidence, "near-miss", "made")
    done = f"{counted(len(rows), 'claim')}, {counted(points, 'point')}, {counted(misses, 'near miss')}, {seconds:.0f} s"
    bound = sum(item.outcome == "supports" and item.details.get("bound") is True for item in evidence)
    lines = [Line(Text()), Line(Text(f"{done}; evidence in {out / 'evidence'}"))]
    if bound:
        theirs = "is bound to its statement" if bound == 1 else "are bound to their statements"
        lines.append(Line(Text(f"{counted(bound, 'proof')} {theirs} by the kernel"), 0, 2))
    told = [*modules, *(f"{name}: {fault}" for name, own in faults.items() for fault in own)]
    lines += [Line(Text(f"FAULT {fault}", style="red"), hang=2) for fault in told]
    folders = "" if out.resolve() == record.OUT.resolve() else f" --evidence {out}"
    first = next(iter(faults), rows[0][0].id if rows else "ID")
    lines.append(Line(Text(f"next: python -m theory show {first}{folders}, or python -m reports build{folders}", style="dim"), hang=2))
    return lines


def claim_page(row: ledger.Claim, dossiers: Sequence[Dossier], place: str) -> list[Line]:
    """Return everything known about one claim: statements, verdicts, derivation, attacks, assumptions, provenance."""
    evidence = [item for dossier in dossiers for item in dossier.evidence]
    verdicts = verdict.of_claim(row, evidence)
    lines = [
        Line(Text(row.id, style="bold")),
        Line(Text(f"{plain(row.where)}. {plain(row.says)}")),
        Line(Text(f"code: {place}", style="dim")),
    ]
    for statement in row.statements:
        ruled = verdicts[statement.form].parts[statement.part]
        heading = Text(f"{statement.form} {statement.part}: ", style="bold").append_text(coloured(ruled.word))
        lines += [
            Line(Text()),
            Line(heading, 0, 2),
            Line(Text(plain(statement.says)), 2, 2),
            *_as_checked(statement, evidence),
            Line(Text(plain(ruled.why), style="italic"), 2, 2),
        ]
        for item in evidence:
            if (item.form, item.part) == (statement.form, statement.part):
                lines += _record(item)
    for dossier in dossiers:
        origin = dossier.provenance
        made = f"{dossier.source}: commit {origin.commit[:COMMIT]}, {origin.device}, {origin.timing.date}; {origin.command}"
        lines += [Line(Text()), Line(Text(made, style="dim"), 0, 2)]
    return lines


def _as_checked(statement: ledger.Statement, evidence: Sequence[Evidence]) -> list[Line]:
    """Return the sentence that a theorem says of a statement, and what it rests on, to be held against the ledger's words."""
    own = [item for item in evidence if (item.form, item.part) == (statement.form, statement.part) and item.outcome == "supports"]
    lines = []
    for details in (item.details for item in own if item.details.get("bound") is True and "sentence" in item.details):
        lines.append(Line(Text(f"as checked: {readable(details['sentence'])}"), 2, 4))
        lines += [Line(Text(f"resting on: {'; '.join(details['cited'])}"), 2, 4)] if details.get("cited") else []
    return lines


def _record(item: Evidence) -> list[Line]:
    """Return the paragraphs of one record."""
    details: dict[str, Any] = item.details
    lines = [Line(Text(f"{item.method}: {_prose(item.says)}"), 2, 4)]
    for step in details.get("steps", []):
        lines.append(Line(Text(f"- {_prose(step['says'])}  [{step['by']}]"), 4, 6))
        if step["detail"]:
            given = "from " if details.get("bound") else ""
            lines.append(Line(Text(f"{given}{compared(step['detail'])}", style="dim"), 8, 10))
    if item.method == "property" and "domain" in details:
        domain = "; ".join(f"{readable(name)} in {readable(where)}" for name, where in details["domain"].items())
        lines.append(Line(Text(f"domain: {domain}", style="dim"), 4, 6))
    if "assumption" in details:
        lines.append(Line(Text(f"assumption: {_prose(details['assumption'])}", style="dim"), 4, 6))
    if "point" in details:
        lines.append(
            Line(Text("at " + ", ".join(f"{readable(name)} = {readable(value)}" for name, value in details["point"].items())), 4, 6)
        )
    for finding in details.get("findings", []):
        agrees = "holds" if finding["agrees"] else "fails"
        lines.append(Line(Text(f"{agrees}: {_prose(finding['says'])}; found: {_prose(finding['found'])}"), 4, 6))
    return lines


def _prose(text: str) -> str:
    """Return a sentence of evidence: TeX between dollars, and formulas between words, in Unicode."""
    return plain(text) if "$" in text else readable(text)
