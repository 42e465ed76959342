"""What evidence and prose point to must be there: claims, results and pictures of runs, and source files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reports.evidence import Dossier
from reports.ledger import Ledger
from reports.page import sections
from reports.page.runs import Runs

ROOT = Path(__file__).parents[2]


def dangling(book: Ledger, dossiers: Sequence[Dossier], ran: Runs) -> list[str]:
    """Return, a line each, what evidence points to and is not there; also the claims that the prose names and the ledger lacks."""
    lines: list[str] = []
    for dossier in dossiers:
        for item in dossier.evidence:
            told = f"evidence on {item.claim}, {item.form} {item.part}, points to"
            named = item.details.get("experiment")
            if isinstance(named, str) and named not in ran.experiments:
                lines.append(f"{told} the results of {named}, which are not there")
            if isinstance(named, str) and item.details.get("figure") and named not in ran.figures:
                lines.append(f"{told} {item.details['figure']}, which is not there")
            source = item.details.get("file") if item.method == "formal" else None
            if isinstance(source, str) and not (ROOT / source).is_file():
                lines.append(f"{told} {source}, which is not there")
    return [*dict.fromkeys(lines), *sections.strangers(sections.read(), book.ids)]
