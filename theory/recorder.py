"""Collects the findings about one claim, as evidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from reports.counted import counted
from reports.evidence import Evidence, Form, Method, Outcome


class Recorder:
    """Collects evidence for one claim under one form and part."""

    def __init__(self, claim: str) -> None:
        self.claim = claim
        self.evidence: list[Evidence] = []
        self.form: Form = "printed"
        self.part = ""
        self.assumes: Mapping[str, Collection[str]] | None = None

    @property
    def words(self) -> Collection[str] | None:
        """What the ledger names as assumed of the printed statement at hand, None where it does not decide."""
        return None if self.form != "printed" or self.assumes is None else self.assumes.get(self.part, ())

    def add(self, method: Method, outcome: Outcome, says: str, **details: Any) -> None:
        """Record one finding about the current part."""
        self.evidence.append(
            Evidence(claim=self.claim, form=self.form, part=self.part, method=method, outcome=outcome, says=says, details=details)
        )

    def add_misses(self, made: int, misses: list[dict[str, str]], equivalent: list[str], survivors: list[str]) -> None:
        """Record how many near misses were made, what rejected each, which are equal to the formula, and which survived."""
        says = f"{len(misses):,} of {counted(made, 'near miss')} rejected, {len(equivalent)} shown equal to the formula"
        if survivors:
            says += f", {len(survivors)} survived: {survivors[0]}"
        self.add(
            "near-miss",
            "inconclusive" if survivors else "supports",
            says,
            made=made,
            rejected=len(misses),
            equivalent=len(equivalent),
            equal=equivalent,
            survivors=survivors,
            misses=misses,
        )
