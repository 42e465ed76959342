"""What the command line shows: the list of claims, the page of one claim, the table at the end of a run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reports import ledger, verdict
from reports.evidence import Dossier, Evidence

COLOURS = {"proved": "green", "checked": "cyan", "measured": "cyan", "refuted": "red", "not-reproduced": "red", "open": "yellow"}


def coloured(word: str) -> Text:
    """Return a verdict word in its colour; a dash where there is none."""
    return Text(word or "-", style=COLOURS.get(word, "dim"))


def words(row: ledger.Claim, evidence: Sequence[Evidence]) -> dict[str, str]:
    """Return {form: verdict word} of the statements that `theory` speaks about; those that need an experiment are left out."""
    own = msgspec.structs.replace(row, statements=tuple(s for s in row.statements if s.needs != "experiment"))
    return {form: found.whole.word for form, found in verdict.of_claim(own, evidence).items()}


def listing(book: ledger.Ledger, where: Mapping[str, str]) -> Table:
    """Return all claims with their place in the paper and in the code."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("claim", "kind", "in the paper", "in the code"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("claim", "in the code"))
    for row in book.claims:
        table.add_row(row.id, row.kind, Text(row.where), where.get(row.id, "an experiment" if row.kind == "experiment" else "-"))
    return table


def summary(rows: Sequence[tuple[ledger.Claim, Sequence[Evidence], float, int]]) -> Table:
    """Return one line a claim: verdicts, points, near misses, assumptions, seconds, faults; all of it in 80 columns."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for heading in ("claim", "printed", "corrected", "beyond"):
        table.add_column(heading, no_wrap=True, min_width=22 if heading == "claim" else None)
    for heading in ("points", "near\nmisses", "needed", "s"):
        table.add_column(heading, justify="right", no_wrap=True)
    if any(wrong for *_, wrong in rows):
        table.add_column("")
    for row, evidence, seconds, wrong in rows:
        verdicts = words(row, evidence)
        assumptions = [item.details["needed"] for item in evidence if item.method == "assumption"]
        table.add_row(
            row.id,
            *(coloured(verdicts.get(form, "")) for form in ("printed", "corrected", "beyond")),
            f"{total(evidence, 'property', 'points'):,}",
            f"{total(evidence, 'near-miss', 'made'):,}",
            f"{sum(assumptions)}/{len(assumptions)}" if assumptions else "-",
            f"{seconds:.1f}",
            *([Text("FAULT", style="bold red")] if wrong else []),
        )
    return table


def total(evidence: Sequence[Evidence], method: str, key: str) -> int:
    """Return the sum of a whole number among the details of all records of one method."""
    return sum(item.details.get(key, 0) for item in evidence if item.method == method)


def claim_page(row: ledger.Claim, dossiers: Sequence[Dossier], place: str) -> RenderableType:
    """Return everything known about one claim: statements, verdicts, derivation, attacks, assumptions, provenance."""
    evidence = [item for dossier in dossiers for item in dossier.evidence]
    verdicts = verdict.of_claim(row, evidence)
    parts: list[RenderableType] = [Text(row.id, style="bold"), Text(f"{row.where}. {plain(row.says)}"), Text(f"code: {place}", style="dim")]
    for statement in row.statements:
        ruled = verdicts[statement.form].parts[statement.part]
        parts.append(Text(f"\n{statement.form} {statement.part}: ", style="bold").append_text(coloured(ruled.word)))
        parts.append(Padding(Text(plain(statement.says)), (0, 0, 0, 2)))
        parts.append(Padding(Text(ruled.why, style="italic"), (0, 0, 0, 2)))
        own = [item for item in evidence if (item.form, item.part) == (statement.form, statement.part)]
        parts += [Padding(_record(item), (0, 0, 0, 2)) for item in own]
    for dossier in dossiers:
        origin = dossier.provenance
        parts.append(
            Text(f"\n{dossier.source}: commit {origin.commit}, {origin.device}, {origin.timing.date}; {origin.command}", style="dim")
        )
    return Group(*parts)


def _record(item: Evidence) -> RenderableType:
    details = item.details
    text = Text(f"{item.method}: {item.says}")
    for step in details.get("steps", []):
        text.append(f"\n  - {step['says']}  [{step['by']}]")
        text.append(f"\n      {step['detail']}", style="dim")
    if item.method == "property" and "domain" in details:
        text.append("\n  domain: " + "; ".join(f"{name} in {where}" for name, where in details["domain"].items()), style="dim")
    if "assumption" in details:
        text.append(f"\n  assumption: {details['assumption']}", style="dim")
    if "point" in details:
        text.append("\n  at " + ", ".join(f"{name} = {value}" for name, value in details["point"].items()))
    for finding in details.get("findings", []):
        text.append(f"\n  {'agrees' if finding['agrees'] else 'disagrees'}: {finding['says']}: {finding['found']}")
    return text


def plain(text: str) -> str:
    """Return TeX between dollars without its dollars: a terminal shows the source."""
    return re.sub(r"\$([^$]*)\$", r"\1", text)


def show(console: Console, page: RenderableType) -> None:
    """Print a page, never taking brackets in it for markup."""
    console.print(page, markup=False, highlight=False)
