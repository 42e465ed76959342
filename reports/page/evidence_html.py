"""evidence.html: derivations, attacks, near misses, and the tables, seeds and settings of runs, for which claims.html would be too large.

Like that page it needs no network; whatever stands in ledger or evidence is shown as text, never taken as HTML.
"""

from __future__ import annotations

from markupsafe import Markup

from reports.page import environment, places, style
from reports.page.entries import FORMS, Document
from reports.page.findings import OPEN, findings_on
from reports.page.once import Once
from reports.page.runs import Runs
from reports.page.words import LABELS, OUTCOMES, TOLD


def render(page: Document, runs: Runs | None = None) -> bytes:
    """Return the text of evidence.html; the same record and runs give the same bytes."""
    sheet = style.sheet(())
    once = Once(Runs() if runs is None else runs)
    return environment.rendered(
        "evidence.html.jinja",
        page=page,
        policy=style.policy(sheet, ""),
        style=Markup(sheet),  # safe: this project's own files, and base64
        forms=FORMS,
        labels=LABELS,
        said_above=TOLD,
        outcomes=OUTCOMES,
        standing_open=OPEN,
        findings_on=findings_on,
        places=places.read(),
        shown_once=once.is_first,
        first_run_of=once.first_run,
        seeds_of=once.seeds,
        known_steps=once.known_steps,
        known_domain=once.known_domain,
        known_table=once.known_table,
    )
