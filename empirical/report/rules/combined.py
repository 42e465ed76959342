"""Conditions made of conditions."""

from __future__ import annotations

from dataclasses import dataclass

from empirical.report.rules.conditions import Condition, listed
from empirical.report.statistics import Outcome, all_of
from empirical.report.sweep_results import SweepResults


@dataclass(frozen=True)
class AllOf:
    """Every condition holds."""

    conditions: tuple[Condition, ...]

    @property
    def words(self) -> str:
        """`a; b; and c`."""
        return listed([condition.words for condition in self.conditions])

    def decide(self, results: SweepResults, case: str, seeds: int) -> Outcome:
        """Decide by all."""
        return all_of([condition.decide(results, case, seeds) for condition in self.conditions])


@dataclass(frozen=True)
class AnyOf:
    """At least one condition holds; refuted where every one is."""

    conditions: tuple[Condition, ...]

    @property
    def words(self) -> str:
        """`a, or b (one of them is enough; refuted if each is)`."""
        return f"{', or '.join(condition.words for condition in self.conditions)} (one of them is enough; refuted if each is)"

    def decide(self, results: SweepResults, case: str, seeds: int) -> Outcome:
        """Decide by the best."""
        outcomes: set[Outcome] = {condition.decide(results, case, seeds) for condition in self.conditions}
        return "supports" if "supports" in outcomes else "refutes" if outcomes == {"refutes"} else "inconclusive"


@dataclass(frozen=True)
class Given:
    """A condition that is asked only where another holds; elsewhere nothing is decided."""

    premise: Condition
    then: Condition

    @property
    def words(self) -> str:
        """`where a, b (elsewhere nothing is decided)`."""
        return f"where {self.premise.words}, {self.then.words} (elsewhere nothing is decided)"

    def decide(self, results: SweepResults, case: str, seeds: int) -> Outcome:
        """Decide by the second where the first holds."""
        if self.premise.decide(results, case, seeds) != "supports":
            return "inconclusive"
        return self.then.decide(results, case, seeds)
