"""What evidence and prose point to must be there: claims, results and pictures of runs, source files, theorems and tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from reports import sentences
from reports.direction import run_of
from reports.evidence import Dossier
from reports.ledger import Ledger
from reports.page import paper_values, places, sections
from reports.page.runs import Runs

ROOT = Path(__file__).parents[2]


def dangling(book: Ledger, dossiers: Sequence[Dossier], ran: Runs) -> list[str]:
    """Return, a line each, what evidence points to and is not there: results, pictures, code, tests.

    Also what the prose and the table of sentences name in vain.
    """
    lines: list[str] = []
    known = places.read()
    ours = any(name in known.claims for name in book.ids)  # nothing is said of a ledger of other claims altogether
    for dossier in dossiers:
        for item in dossier.evidence:
            told = f"evidence on {item.claim}, {item.form} {item.part}, points to"
            named, run = item.details.get("experiment"), run_of(item)
            if run and run not in ran.experiments:
                lines.append(f"{told} the results of {run}, which are not there")
            if run and item.details.get("figure") and run not in ran.figures:
                lines.append(f"{told} {item.details['figure']}, which is not there")
            if isinstance(named, str) and named not in known.experiments:
                lines.append(f"{told} the experiment {named}, which no module of empirical defines")
            if item.method == "formal":
                lines += [f"{told} {says}" for says in _formal(item.details)]
        if ours and dossier.source == "theory" and dossier.claim not in known.claims:
            lines.append(f"theory has evidence on {dossier.claim}, which no module of it defines")
        elif ours and dossier.source == "theory" and dossier.claim not in known.tests:
            lines.append(f"no test speaks of {dossier.claim}, and its module has no file of tests")
    if ours:
        lines += [*sentences.strangers(sentences.read(), book), *sentences.unnamed(sentences.read(), book)]
    return [*dict.fromkeys(lines), *sections.strangers(sections.read(), book.ids), *paper_values.strangers(known.experiments)]


def _formal(details: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a formal proof points to and is not there: its file, its theorem, or a theorem of the statement that it shows."""
    source = details.get("file")
    if not isinstance(source, str):
        return
    if not (ROOT / source).is_file():
        yield f"{source}, which is not there"
        return
    for shown in (details, *details.get("also", ())):
        theorem, statement = shown.get("theorem"), shown.get("statement")
        if isinstance(theorem, str) and places.theorem(source, theorem) is None:
            yield f"the theorem {theorem}, which {source} does not prove"
        elif isinstance(theorem, str) and isinstance(statement, str) and not places.states(source, theorem, statement):
            yield f"the theorem {theorem} in other words than {source} states it; check the proofs again with `python -m theory.formal`"
