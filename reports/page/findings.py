"""The findings on one statement in the order in which they are read."""

from __future__ import annotations

from collections.abc import Sequence

from reports.evidence import Form, Method
from reports.page.claims_json import ClaimEntry, EvidenceEntry
from reports.page.shown import Shown, shown

OPEN: tuple[Method, ...] = ("counterexample", "experiment")
"""What stands open beside its statement; all other findings stand in evidence.html."""
READING: tuple[Method, ...] = (*OPEN, "symbolic", "certificate", "quotation", "formal", "property", "limit", "near-miss", "assumption")


def evidence_on(claim: ClaimEntry, form: Form, part: str) -> Sequence[EvidenceEntry]:
    """Return the evidence on one statement of a claim."""
    return [item for item in claim.evidence if (item.form, item.part) == (form, part)]


def findings_on(claim: ClaimEntry, form: Form, part: str) -> list[Shown]:
    """Return the findings on one statement: what decides first, what an assumption is needed for last."""
    return [shown(item) for item in sorted(evidence_on(claim, form, part), key=lambda item: READING.index(item.method))]  # stable
