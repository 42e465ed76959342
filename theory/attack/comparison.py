"""A statement as a comparison of two sides at a point: how far it is from failing, in float64 and in 50 digits.

Each side is a SymPy formula (evaluated with its error bound) or a JAX definition (differentiated automatically). The
score of a point is the difference in units of the derived tolerance: above 1 the statement fails there in float64, and
the 50-digit run of both sides decides whether that was rounding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import mpmath
import numpy as np
import sympy as sp

from theory.attack.evaluate import DIGITS, EPS
from theory.attack.sides import Compiler, Side, Sizes
from theory.domain import Batch, Point
from theory.statement import Definition, Identity, Inequality, Limit, Monotone

Relation = Literal["=", "<=", "<", "within"]

# The error bound of `evaluate` is of first order and covers the formula alone; JAX reaches the same number along another
# path, with a comparable error. A factor of 64 covers both. Points beyond it are decided in 50 digits.
SAFETY = 64.0
# Two sides computed with 100 digits are equal if they agree to 50 after cancellation, and ordered if they differ beyond 1e-90.
AGREED = 50
EQUAL = mpmath.mpf(10) ** -AGREED
RESOLVED = mpmath.mpf(10) ** -90


@dataclass(frozen=True)
class Ruling:
    """What 50 digits say at one point: does the statement hold there, and the two sides as text."""

    holds: bool
    left: str
    right: str


@dataclass(frozen=True)
class Comparison:
    """left relation right, with the tolerance `margin` where the relation is "within"; `formula` is what near misses replace."""

    left: sp.Basic | Definition
    right: sp.Basic | Definition
    relation: Relation
    atoms: Mapping[Any, Definition]
    margin: sp.Basic | None = None
    conditioning: sp.Basic | None = None
    along: str = ""  # the variable whose second, larger value the greater side takes (the smaller side, where `falling`)
    falling: bool = False
    formula_side: Literal["left", "right", ""] = ""

    @cached_property
    def _sides(self) -> tuple[Side, Side, Side | None]:
        margin = Side(self.margin, self.atoms) if self.margin is not None else None
        low, high = (self.along, "") if self.falling else ("", self.along)
        return Side(self.left, self.atoms, low), Side(self.right, self.atoms, high), margin

    def programs(self) -> list[Definition]:
        """Return the definitions that both sides run at the same values; those of `along` have values of their own."""
        sides = [] if self.along else [side for side in (self.left, self.right) if not isinstance(side, sp.Basic)]
        return [*sides, *self.atoms.values()]

    def gaps(self, batch: Batch, sizes: Sizes, compiler: Compiler) -> np.ndarray:
        """Return the relative distance of the two sides at each point, shape (N,); inf where undefined."""
        left, right, _ = self._sides
        (a, _), (b, _) = left.float64(batch, sizes, compiler), right.float64(batch, sizes, compiler)
        with np.errstate(all="ignore"):
            gap = np.max(np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), np.finfo(float).tiny), axis=(1, 2))
        return np.where(np.isfinite(gap), gap, np.inf)

    def with_formula(self, formula: sp.Basic) -> Comparison:
        """Return the comparison with its formula replaced."""
        return replace(self, left=formula) if self.formula_side == "left" else replace(self, right=formula)

    def scores(self, batch: Batch, sizes: Sizes, compiler: Compiler) -> np.ndarray:
        """Return one score a point, shape (N,): above 1 the statement fails there in float64; inf where undefined."""
        left, right, margin = self._sides
        (a, da), (b, db) = left.float64(batch, sizes, compiler), right.float64(batch, sizes, compiler)
        if a.shape[1:] != b.shape[1:]:
            return np.full(len(a), np.inf)
        with np.errstate(all="ignore"):
            tolerance = SAFETY * (da + db + EPS * (np.abs(a) + np.abs(b))) + np.finfo(float).tiny
            if self.conditioning is not None:
                terms, _ = Side(self.conditioning, self.atoms).float64(batch, sizes, compiler)
                tolerance = tolerance + SAFETY * EPS * np.abs(terms)
            if self.relation in ("<", "<="):
                score = (a - b) / tolerance
            else:
                gap = np.abs(a - b)
                if margin is not None:
                    allowed, spread = margin.float64(batch, sizes, compiler)
                    gap, tolerance = gap - allowed, tolerance + SAFETY * spread
                # entries of one array share their error: a zero entry next to large ones is as uncertain as they are
                score = gap / np.max(tolerance, axis=(1, 2), keepdims=True)
        score = np.max(score, axis=(1, 2))
        return np.where(np.isfinite(score), score, np.inf)

    def rule(self, point: Point, sizes: Sizes) -> Ruling:
        """Decide the point in 50 digits; an undefined side does not hold."""
        left, right, margin = self._sides
        texts: list[str] = []
        values: list[np.ndarray] = []
        for side in (left, right, *([margin] if margin else [])):
            value = _defined(side, point, sizes)
            if value is None:
                texts.append("undefined")
                return Ruling(False, *(texts * 2)[:2])
            values.append(value)
            texts.append(_text(value))
        return Ruling(self._holds(*values), texts[0], texts[1])

    def _holds(self, a: np.ndarray, b: np.ndarray, margin: np.ndarray | None = None) -> bool:
        if a.shape != b.shape:
            return False
        with mpmath.workdps(DIGITS):
            gap = [x - y for x, y in zip(a.ravel(), b.ravel(), strict=True)]
            scale = max([abs(v) for v in (*a.ravel(), *b.ravel())], default=mpmath.mpf(0))
            if self.relation == "<":
                return bool(max(gap) < -RESOLVED * scale)
            if self.relation == "<=":
                return bool(max(gap) <= EQUAL * scale)
            # a zero beside the rounding of terms of size one: 100 digits leave about 1e-100 of it
            allowed = EQUAL * scale + RESOLVED + (margin[0, 0] if margin is not None else 0)
            return bool(max(abs(g) for g in gap) <= allowed)


def _defined(side: Side, point: Point, sizes: Sizes) -> np.ndarray | None:
    """Return the side's value in 50 digits, or None where it divides by zero, leaves the reals or overflows."""
    try:
        value = side.exact(point, sizes)
    except (ZeroDivisionError, ValueError, OverflowError):
        return None
    return value if all(mpmath.isfinite(v) for v in value.ravel()) else None


def _text(value: np.ndarray) -> str:
    """Write a value with 12 digits: a number, a column or a matrix in brackets."""
    numbers = np.frompyfunc(lambda v: mpmath.nstr(v, 12), 1, 1)(value)
    if value.size == 1:
        return str(numbers.ravel()[0])
    rows = numbers.ravel().tolist() if value.shape[1] == 1 else ["[" + ", ".join(row) + "]" for row in numbers.tolist()]
    return "[" + ", ".join(rows) + "]"


def comparison_of(statement: Identity | Inequality | Monotone | Limit) -> Comparison:
    """Return the comparison that the statement makes at a point."""

    def put(side: Any) -> Any:
        return statement.expand(side) if isinstance(side, sp.Basic) else side

    atoms = statement.atoms
    terms = statement.conditioning
    match statement:
        case Identity():
            return Comparison(statement.defined_by, put(statement.formula), "=", atoms, conditioning=terms, formula_side="right")
        case Limit():
            return Comparison(
                statement.defined_by,
                put(statement.value),
                "within",
                atoms,
                margin=put(statement.rate),
                conditioning=terms,
                formula_side="right",
            )
        case Inequality():
            side = "right" if isinstance(statement.larger, sp.Basic) else "left" if isinstance(statement.smaller, sp.Basic) else ""
            return Comparison(
                put(statement.smaller),
                put(statement.larger),
                "<" if statement.strictly else "<=",
                atoms,
                conditioning=terms,
                formula_side=side,
            )
        case Monotone():
            low, high = put(statement.quantity), put(statement.quantity)
            relation: Relation = "<" if statement.strictly else "<="
            return Comparison(low, high, relation, atoms, conditioning=terms, along=str(statement.along), falling=not statement.increasing)
