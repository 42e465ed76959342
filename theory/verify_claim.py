"""Verify one claim, in this process: all that is found about it, or why nothing was."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass

import msgspec

from reports import evidence, ledger
from reports.evidence import Evidence
from theory.broken import described


@dataclass(frozen=True)
class Verified:
    """All evidence on one claim, and how long it took in seconds; there is no evidence where a reason for that is given.

    lost    how the process ended that verified the claim
    broken  what the claim's code raised
    """

    claim: str
    evidence: list[Evidence]
    started: float
    wall_s: float
    lost: str = ""
    broken: str = ""


def verify_one(claim: str, examples: int, seed: int) -> Verified:
    """Verify one claim in this process; every warning is an error, since it may be a wrong number.

    Whatever the claim's code raises is told in `Verified.broken`, so that all other claims go on.
    """
    from theory.registry import claims
    from theory.verify import refuse_empty, verify

    started = time.time()
    try:
        refuse_empty(claims()[claim][0])
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            evidence_ = verify(claims()[claim][0], examples, seed, assumes=_assumed(claim))
        evidence.refuse_non_finite(msgspec.to_builtins(evidence_))  # as it would be when it is written, after all other claims
    except (Exception, SystemExit) as error:  # noqa: BLE001 - proofs and definitions are code that others add, and may raise anything
        return Verified(claim, [], started, time.time() - started, broken=described(error))
    return Verified(claim, evidence_, started, time.time() - started)


def _assumed(claim: str) -> dict[str, tuple[str, ...]] | None:
    """Return what the paper assumes of each printed part of a claim, in the ledger's words; None where the ledger has no such claim."""
    rows = [row for row in ledger.read().claims if row.id == claim]
    return {s.part: s.assumes for s in rows[0].of_form("printed")} if rows else None
