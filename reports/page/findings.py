"""The findings on one statement in the order in which they are read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reports.evidence import Form, Method
from reports.page.entries import ClaimEntry, EvidenceEntry
from reports.page.shown import Shown, shown
from reports.page.text import signed

LONGEST = 40
"""Words of a paragraph that tells a result."""
CLAUSE = re.compile(r"(?<=[;.]) ")
OPEN: tuple[Method, ...] = ("counterexample", "experiment")
"""What stands open beside its statement; all other findings stand in evidence.html."""
READING: tuple[Method, ...] = (*OPEN, "symbolic", "certificate", "quotation", "formal", "property", "limit", "near-miss", "assumption")


def evidence_on(claim: ClaimEntry, form: Form, part: str) -> Sequence[EvidenceEntry]:
    """Return the evidence on one statement of a claim."""
    return [item for item in claim.evidence if (item.form, item.part) == (form, part)]


def findings_on(claim: ClaimEntry, form: Form, part: str) -> list[Shown]:
    """Return the findings on one statement: what decides first, what an assumption is needed for last."""
    return [shown(item) for item in sorted(evidence_on(claim, form, part), key=lambda item: READING.index(item.method))]  # stable


def results(finding: Shown) -> list[str]:
    """Return what a run found, in paragraphs of at most `LONGEST` words.

    A long sentence gives way to the number that its ruling turns on, where there is one. Else it is told clause by clause.
    """
    says, run = signed(finding.item.says), finding.experiment
    if _words(says) <= LONGEST:
        return [says]
    if run is not None and run.effect is not None:
        return [f"{run.effect.told}."]
    paragraphs: list[list[str]] = [[]]
    for clause in CLAUSE.split(says):
        if paragraphs[-1] and _words(" ".join([*paragraphs[-1], clause])) > LONGEST:
            paragraphs.append([])
        paragraphs[-1].append(clause)
    return [_ended(" ".join(clauses)) for clauses in paragraphs]


def _words(text: str) -> int:
    return len(text.split())


def _ended(text: str) -> str:
    """Return clauses as a sentence, where a semicolon ended them."""
    return f"{text[:-1]}." if text.endswith(";") else text
