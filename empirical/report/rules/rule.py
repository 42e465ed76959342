"""The rule of an experiment: a condition for each of its statements, the cases in which it must hold, and the number of seeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from empirical.report.experiment import Ruling, Target
from empirical.report.results import effect, ruled
from empirical.report.rules.conditions import Condition
from empirical.report.statistics import Outcome, all_of
from empirical.report.sweep_results import SweepResults
from reports.direction import Effect


@dataclass(frozen=True)
class Cases:
    """Where a rule must hold, such as each network; `words` begin its sentence, and `read` returns the cases that results have."""

    words: str
    read: Callable[[SweepResults], Sequence[str]]


ONCE = Cases("", lambda _: ("",))
"""Conditions that read all they compare themselves."""
FLIPS = ("chance", "exact")
BOTH_FLIPS = Cases("for flips by chance and for an exact share", lambda _: FLIPS)
"""Of labels of the toy data."""


@dataclass(frozen=True)
class TurnsOn:
    """The number that a ruling turns on, in the last case: the statement needs it above a bound. `{case}` in the name is the case.

    `paper` is the paper's value, or {case: value} where the paper gives it in some cases alone.
    """

    name: str
    read: Callable[[SweepResults, str], np.ndarray]
    above: Callable[[SweepResults], float] | float = 0.0
    paper: float | Mapping[str, float] | None = None

    def measure(self, results: SweepResults, case: str) -> Effect | None:
        """Return mean and interval, None where no seed has a value."""
        above = self.above(results) if callable(self.above) else self.above
        paper = self.paper.get(case) if isinstance(self.paper, Mapping) else self.paper
        return effect(self.name.format(case=case), self.read(results, case), above, paper)


@dataclass(frozen=True)
class Part:
    """What a rule says of one statement. `told` returns the numbers found, in sentences."""

    condition: Condition
    told: Callable[[SweepResults], str]
    turns_on: TurnsOn | Callable[[SweepResults], Effect | None] | None = None


@dataclass(frozen=True, kw_only=True)
class SeedRule:
    """A rule that is decided by means over seeds.

    seeds      fewer decide nothing
    parts      {statement: its condition}
    setting    how the compared values are chosen; it stands between the cases and the conditions
    cases      every condition must hold in each of them
    paired     whether values are compared seed by seed
    notes      sentences that follow: what is shown beside, or where the rule is decided
    """

    seeds: int
    parts: Mapping[Target, Part]
    setting: str = ""
    cases: Cases = ONCE
    paired: bool = True
    notes: str = ""

    @property
    def sentence(self) -> str:
        """The rule in words."""
        scope = [self.cases.words, f"{'paired ' if self.paired else ''}over {self.seeds} seeds", self.setting]
        first = ", ".join(part for part in scope if part)
        clauses = [part.condition.words for part in self.parts.values()]
        body = (
            clauses[0] if len(clauses) == 1 else ". ".join(f"({name}) {words}" for name, words in zip(self._names(), clauses, strict=True))
        )
        ruling = "Each is ruled on alone: every" if len(clauses) > 1 else "Every"
        says = f"{first}: {body}. {ruling} 95% interval says so; refuted if one lies on the other side."
        return f"{says[0].upper()}{says[1:]}{' ' if self.notes else ''}{self.notes}"

    def _names(self) -> list[str]:
        """Return a name for each statement: by form, claim or part, whichever tells all of them apart."""
        ways = ([target.form for target in self.parts], [target.claim for target in self.parts], [target.part for target in self.parts])
        return next(([*names] for names in ways if len({*names}) == len(names)), [" ".join(target) for target in self.parts])

    def decide(self, target: Target, results: SweepResults) -> Outcome:
        """Return the outcome by the intervals alone, whatever a run lacks."""
        condition = self.parts[target].condition
        return all_of([condition.decide(results, case, self.seeds) for case in self.cases.read(results)])

    def judge(self, results: SweepResults) -> dict[Target, Ruling]:
        """Return the ruling on each statement; it is inconclusive where a run was cut short, is under way, or had too few seeds."""
        rulings: dict[Target, Ruling] = {}
        for target, part in self.parts.items():
            turns_on = part.turns_on
            if isinstance(turns_on, TurnsOn):
                measured = turns_on.measure(results, self.cases.read(results)[-1])
            else:
                measured = turns_on(results) if turns_on else None
            rulings[target] = ruled(results, self.seeds, self.decide(target, results), part.told(results), measured)
        return rulings
