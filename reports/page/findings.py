"""The findings on one statement in the order in which they are read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reports.evidence import Form, Method
from reports.page.entries import ClaimEntry, EvidenceEntry
from reports.page.shown import Shown, shown
from reports.page.text import signed

LONGEST = 40
"""Words of a result beside its statement, where one number can stand for a longer one."""
MOST = 65
"""Words of a result that names no such number; a longer one stands whole in evidence.html."""
OPEN: tuple[Method, ...] = ("counterexample", "experiment")
"""What stands open beside its statement; all other findings stand in evidence.html."""
READING: tuple[Method, ...] = (*OPEN, "symbolic", "certificate", "quotation", "formal", "property", "limit", "near-miss", "assumption")


def evidence_on(claim: ClaimEntry, form: Form, part: str) -> Sequence[EvidenceEntry]:
    """Return the evidence on one statement of a claim."""
    return [item for item in claim.evidence if (item.form, item.part) == (form, part)]


def findings_on(claim: ClaimEntry, form: Form, part: str) -> list[Shown]:
    """Return the findings on one statement: what decides first, what an assumption is needed for last."""
    return [shown(item) for item in sorted(evidence_on(claim, form, part), key=lambda item: READING.index(item.method))]  # stable


def headline(finding: Shown) -> str:
    """Return what a run found: its sentence, or the number that its ruling turns on where that is shorter than a long sentence."""
    says, run = signed(finding.item.says), finding.experiment
    effect = run and run.effect
    if len(says.split()) <= (LONGEST if effect else MOST):
        return says
    if effect:
        return f"{effect.name}: {effect.short}."
    clauses = re.split(r"(?<=[;.]) ", says)
    kept = [" ".join(clauses[: index + 1]) for index in range(len(clauses))]
    return next((text for text in reversed(kept) if len(text.split()) <= MOST), " ".join(says.split()[:MOST])) + "\N{NO-BREAK SPACE}…"
