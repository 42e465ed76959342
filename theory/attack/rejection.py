"""Reject the near misses of a formula: each must fail at a point that 50 digits confirm, or be shown equal.

A bound has the further duty to be met: a variant that no point breaks is still rejected where it leaves a gap at the
points at which the true bound has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import mpmath
import numpy as np
import sympy as sp

from theory.attack.comparison import Comparison
from theory.attack.equality import equal
from theory.attack.evaluate import DIGITS, supported
from theory.attack.near_miss import NearMiss, near_misses
from theory.attack.search import Attack, describe, point_of
from theory.attack.sides import Sizes
from theory.domain import Batch, Space, Values
from theory.statement import Inequality, Statement


@dataclass
class Rejection:
    """Outcome for one formula: its variants, and for each variant the check that killed it, or that it is equal, or nothing."""

    killed: list[tuple[NearMiss, str]] = field(default_factory=list)
    equivalent: list[NearMiss] = field(default_factory=list)
    survivors: list[NearMiss] = field(default_factory=list)

    @property
    def made(self) -> int:
        """Number of distinct variants."""
        return len(self.killed) + len(self.equivalent) + len(self.survivors)


def variants(statement: Statement, formula: sp.Basic, space: tuple[sp.Basic, ...]) -> list[tuple[NearMiss, sp.Basic]]:
    """Return the near misses of the formula and of each abbreviation it uses, with all abbreviations put in."""
    expand = statement.expand  # type: ignore[union-attr]
    where: Mapping[Any, sp.Basic] = statement.where  # type: ignore[union-attr]
    made = [(miss, expand(miss.formula)) for miss in near_misses(formula, tuple(where), space)]
    for symbol, meaning in where.items():
        for miss in near_misses(meaning):
            changed = replace(statement, where={**where, symbol: miss.formula})
            made.append((NearMiss(f"in {symbol}: {miss.change}", miss.formula), changed.expand(formula)))  # type: ignore[union-attr]
    seen = {expand(formula)}
    distinct = []
    for miss, expanded in made:
        if expanded not in seen and supported(expanded):
            seen.add(expanded)
            distinct.append((miss, expanded))
    return distinct


def reject(statement: Statement, comparison: Comparison, space: Space, state: Attack) -> Rejection:
    """Hold every near miss of the statement's formula against the points kept by the attack."""
    outcome = Rejection()
    if not comparison.formula_side:
        return outcome
    formula = comparison.right if comparison.formula_side == "right" else comparison.left
    assert isinstance(formula, sp.Basic)
    meetings = _meetings(statement, state)
    raw = _raw_formula(statement)
    for miss, expanded in variants(statement, raw, _varying(space)):
        killer = _killer(comparison.with_formula(expanded), state, meetings)
        if killer:
            outcome.killed.append((miss, killer))
        elif equal(expanded, formula):
            outcome.equivalent.append(miss)
        else:
            outcome.survivors.append(miss)
    return outcome


def _varying(space: Space) -> tuple[sp.Basic, ...]:
    """Return the variables that take more than one value: a near miss that uses another one would be the formula itself."""
    return tuple(symbol for symbol, domain in space.domains.items() if not (isinstance(domain, Values) and len(set(domain.values)) == 1))


def _raw_formula(statement: Any) -> sp.Basic:
    for name in ("formula", "value", "larger", "smaller"):
        formula = getattr(statement, name, None)
        if isinstance(formula, sp.Basic):
            return formula
    raise AssertionError(f"{statement.part} has a formula side but no formula; this is a defect of the suite")


@dataclass(frozen=True)
class _Meetings:
    """Points at which a tight bound is met, with the gap that is allowed there."""

    batches: list[tuple[Batch, Sizes]]
    slack: float


def _meetings(statement: Statement, state: Attack) -> _Meetings | None:
    if not isinstance(statement, Inequality) or statement.tight is None:
        return None
    return _Meetings([(statement.tight(batch), sizes) for batch, sizes in state.bank], statement.slack)


def largest_gap(statement: Inequality, comparison: Comparison, state: Attack) -> float:
    """Return the largest relative gap between the two sides at the statement's meeting points, in float64."""
    meetings = _meetings(statement, state)
    assert meetings is not None
    return max(float(comparison.gaps(batch, sizes, state.compiler).max()) for batch, sizes in meetings.batches)


def _killer(variant: Comparison, state: Attack, meetings: _Meetings | None) -> str:
    """Return the text of a point that the variant fails, confirmed in 50 digits; empty where none was found."""
    for batch, sizes in state.bank:
        scores = variant.scores(batch, sizes, state.compiler)
        # the first failing row is the likeliest to have been ruled on before; the worst row is the surest
        for row in dict.fromkeys([int(np.argmax(scores > 1)), int(np.argmax(scores))]):
            if scores[row] > 1:
                point = point_of(batch, row)
                ruling = variant.rule(point, sizes)
                if not ruling.holds:
                    return f"{_words(point, sizes)}: {ruling.left} against {ruling.right}"
    if meetings is not None:
        for batch, sizes in meetings.batches:
            gaps = variant.gaps(batch, sizes, state.compiler)
            row = int(np.argmax(gaps))
            if gaps[row] > 10 * meetings.slack + 1e-9:
                point = point_of(batch, row)
                ruling = variant.rule(point, sizes)
                if "undefined" in ruling.right + ruling.left or _apart(ruling, meetings.slack):
                    return f"not met at {_words(point, sizes)}: {ruling.left} against {ruling.right}"
    return ""


def _apart(ruling: Any, slack: float) -> bool:
    with mpmath.workdps(DIGITS):
        a, b = mpmath.mpf(ruling.left), mpmath.mpf(ruling.right)
        return bool(abs(a - b) > (slack + mpmath.mpf(10) ** -9) * max(abs(a), abs(b)))


def _words(point: Any, sizes: Sizes) -> str:
    return ", ".join(f"{name}={value}" for name, value in describe(point, sizes).items())
