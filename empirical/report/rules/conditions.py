"""Comparisons: what a rule is made of. Each writes its part of the sentence and decides by 95% intervals of means over seeds.

`decide` returns `supports` where every interval lies on the side that the words say, `refutes` where one lies on the other side, and
`inconclusive` elsewhere; values of fewer than `seeds` seeds never decide. A condition that reads several columns holds for every one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from empirical.report.results import mean
from empirical.report.rules.term import Term
from empirical.report.statistics import Outcome, all_of, exceeds, within
from empirical.report.sweep_results import SweepResults


class Condition(Protocol):
    """A part of a rule: `words` are a clause of its sentence."""

    @property
    def words(self) -> str:
        """A clause of the rule's sentence."""
        ...

    def decide(self, results: SweepResults, case: str, seeds: int) -> Outcome:
        """Return what the intervals say in one case."""
        ...


def every(differences: np.ndarray, above: float, seeds: int) -> Outcome:
    """Decide whether the mean of every column of (seeds, columns) exceeds a threshold."""
    return all_of([exceeds(column.tolist(), above, seeds) for column in differences.T])


@dataclass(frozen=True)
class Above:
    """One term exceeds another by more than `by`; under the profile `paper` by more than `paper`, where that is given."""

    of: Term
    over: Term
    by: float = 0.0
    paper: float | None = None

    def bound(self, results: SweepResults) -> float:
        """Return the least difference under the profile of the results."""
        return self.paper if self.paper is not None and results.profile == "paper" else self.by

    @property
    def words(self) -> str:
        """`A exceeds B by more than 0.1`."""
        margin = f" by more than {self.by:g}" if self.by else ""
        under = "" if self.paper is None else f" (under `paper` by more than {100 * self.paper:.0f} points)"
        return f"{self.of.name} exceeds {self.over.name}{margin}{under}"

    def decide(self, results: SweepResults, case: str, seeds: int) -> Outcome:
        """Decide by every difference of the two terms."""
        return every(self.of.columns(results, case) - self.over.columns(results, case), self.bound(results), seeds)


@dataclass(frozen=True)
class Below:
    """One term lies below another, or exceeds it by less than `by`."""

    of: Term
    over: Term
    by: float = 0.0

    @property
    def words(self) -> str:
        """`A is less than B`, or `A exceeds B by less than 0.1`."""
        return (
            f"{self.of.name} exceeds {self.over.name} by less than {self.by:g}"
            if self.by
            else f"{self.of.name} is less than {self.over.name}"
        )

    def decide(self, results: SweepResults, case: str, seeds: int) -> Outcome:
        """Decide by every difference of the two terms."""
        return every(self.by + self.over.columns(results, case) - self.of.columns(results, case), 0.0, seeds)


@dataclass(frozen=True)
class Within:
    """Two terms differ by less than `by`, whichever is larger."""

    of: Term
    over: Term
    by: float

    @property
    def words(self) -> str:
        """`A lies within 0.1 of B`."""
        return f"{self.of.name} lies within {self.by:g} of {self.over.name}"

    def decide(self, results: SweepResults, case: str, seeds: int) -> Outcome:
        """Decide by every difference of the two terms."""
        differences = self.of.columns(results, case) - self.over.columns(results, case)
        return all_of([within(column.tolist(), self.by, seeds) for column in differences.T])


@dataclass(frozen=True)
class Between:
    """A term lies between two bounds."""

    of: Term
    low: float
    high: float

    @property
    def words(self) -> str:
        """`A lies between 0 and 1`."""
        return f"{self.of.name} lies between {self.low:g} and {self.high:g}"

    def decide(self, results: SweepResults, case: str, seeds: int) -> Outcome:
        """Decide by every interval: inside, or wholly outside."""
        return all_of([self._of_column(column, seeds) for column in self.of.columns(results, case).T])

    def _of_column(self, column: np.ndarray, seeds: int) -> Outcome:
        estimate = mean(column)
        if estimate.n < max(1, seeds):
            return "inconclusive"
        if self.low < estimate.low and estimate.high < self.high:
            return "supports"
        return "refutes" if estimate.high < self.low or estimate.low > self.high else "inconclusive"


@dataclass(frozen=True)
class Nearer:
    """A term lies nearer to one term, below it, than to another, above it."""

    of: Term
    to: Term
    than: Term

    @property
    def words(self) -> str:
        """`A lies nearer to B than to C`."""
        return f"{self.of.name} lies nearer to {self.to.name} than to {self.than.name}"

    def decide(self, results: SweepResults, case: str, seeds: int) -> Outcome:
        """Decide by the difference of the two distances."""
        of, to, than = (term.columns(results, case) for term in (self.of, self.to, self.than))
        return every((than - of) - (of - to), 0.0, seeds)


@dataclass(frozen=True)
class Rises:
    """A term (seeds, steps, ...) rises from each step to the next; with `slack`, none falls by as much.

    `steps` names the steps, as `each radius`.
    """

    of: Term
    steps: str
    slack: float = 0.0

    @property
    def words(self) -> str:
        """`A rises from each radius to the next`."""
        if self.slack:
            return f"{self.of.name} falls by less than {self.slack:g} from {self.steps} to the next"
        return f"{self.of.name} rises from {self.steps} to the next"

    def decide(self, results: SweepResults, case: str, seeds: int) -> Outcome:
        """Decide by every step."""
        return every(_rises(self.of, results, case), -self.slack, seeds)


@dataclass(frozen=True)
class NoLoss:
    """No step of a term (seeds, steps, ...) is a fall by its whole interval: a step that decides nothing is no loss."""

    of: Term
    steps: str

    @property
    def words(self) -> str:
        """`no 95% interval shows a fall of A from each width to the next`."""
        return f"no 95% interval shows a fall of {self.of.name} from {self.steps} to the next"

    def decide(self, results: SweepResults, case: str, seeds: int) -> Outcome:
        """Decide by every step."""
        falls = -_rises(self.of, results, case)
        lost = [exceeds(column.tolist(), 0.0, seeds) == "supports" for column in falls.T]
        return "refutes" if any(lost) else "supports"


def _rises(term: Term, results: SweepResults, case: str) -> np.ndarray:
    """Return what a term gains from step to step, (seeds, columns)."""
    rises = np.diff(term.read(results, case), axis=1)
    return rises.reshape(len(rises), -1)


def listed(clauses: Sequence[str]) -> str:
    """Return clauses as one: `a; b; and c`."""
    *first, last = clauses
    return f"{'; '.join(first)}; and {last}" if first else last
