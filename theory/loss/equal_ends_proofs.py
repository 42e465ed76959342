"""The statements on a step of 1-SAM over separable data, from what the step does along the nearest point u and across it."""

from __future__ import annotations

from functools import cache

import sympy as sp

from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, assumed, at_unit, cut, decided, equal, put, replaced, square
from theory.kernel.sums import cauchy_schwarz, sum_of
from theory.kernel.terms import plain
from theory.loss.full_batch import d, n
from theory.loss.nearest_point import (
    APART,
    HULL,
    MARGINS,
    POSITIVE_STEP,
    SHARES,
    STEPPED,
    WHOLE,
    beta,
    eta,
    g,
)
from theory.loss.robust_objective import k, margin, u, v
from theory.loss.robust_objective_proofs import j
from theory.loss.step_across import crossed
from theory.loss.step_along import LEAD, LONG, along, power_not_below_one, with_step
from theory.symbols import Inner, column, norm, real, total

_x = real("x")
b_j = Inner(j, beta)


def as_wanted(theorem: Theorem, goal: Goal) -> Theorem:
    """Return a theorem on a step of 1-SAM with its sides as the goal writes them."""
    for mine, its in zip(theorem.conclusion[1:], goal.conclusion[1:], strict=True):
        theorem = replaced(theorem, equal(mine, its, APART, *STEPPED))
    return theorem


@cache
def forward() -> Theorem:
    """Return eta <u, u>/(n (1 + e^<w, u>)) <= eta <k, u>."""
    y, m, e, p = real("y m e p")
    given = (relation("<=", y, m * (1 + e) * p), relation("<", 0, m), relation("<", 0, e), POSITIVE_STEP)
    gain = decided(relation("<=", y / (m * (1 + e)), p), given=given)
    gain = decided(relation("<=", eta * y / (m * (1 + e)), eta * p), gain, given=given)
    gain = put(gain, {y: LONG, m: n, e: sp.exp(LEAD), p: Inner(k, u)})
    return cut(gain, along(), decided(relation("<", 0, n)), decided(relation("<", 0, sp.exp(LEAD))))


def prove_progress(goal: Goal) -> Theorem:
    """The lead rises by eta <k, u>."""
    rise = forward()
    after = decided(relation("<=", LEAD + rise.conclusion.left, LEAD + rise.conclusion.right), rise)
    return as_wanted(with_step(after), goal)


def prove_growth(goal: Goal) -> Theorem:
    """e^(a + b) >= e^a (1 + b), and e^a/(1 + e^a) >= 1/2 where a is not negative."""
    e, f, y, m, b = real("e f y m b")
    given = (relation("<=", eta * y / (m * (1 + e)), b), relation("<=", 1 + b, f), relation("<=", 1, e), relation("<", 0, m))
    given = (*given, relation("<=", 0, y), POSITIVE_STEP)
    half = decided(relation("<=", eta * y / (2 * m), e * (eta * y / (m * (1 + e)))), given=given[2:])
    more = decided(relation("<=", e * (eta * y / (m * (1 + e))), e * b), given=given)
    grown = decided(relation("<=", e + eta * y / (2 * m), e * f), half, more, given=given)
    rise = eta * Inner(k, u)
    grown = put(grown, {e: sp.exp(LEAD), f: sp.exp(rise), y: LONG, m: n, b: rise})
    tangent_at_zero = put(decided(relation("<=", 1 + _x, sp.exp(_x))), {_x: rise})
    grown = cut(grown, forward(), tangent_at_zero, power_not_below_one(), square(u), decided(relation("<", 0, n)))
    return as_wanted(with_step(grown), goal)


def prove_across(goal: Goal) -> Theorem:
    """The theorem on the letter k, at the direction of 1-SAM."""
    return as_wanted(with_step(crossed()), goal)


def prove_hard_margin(goal: Goal) -> Theorem:
    """g is at most the mean of the margins under v, which is <v, u>; Cauchy-Schwarz."""
    b, m, p, q, r = real("b m p q r")
    single = decided(relation("<=", b * g, b * m), given=(relation("<=", g, m), relation("<=", 0, b)))
    single = put(single, {b: b_j, m: margin(j, v)})
    single = cut(single, at_unit(assumed(MARGINS), j), at_unit(assumed(SHARES), j))
    mean = replaced(equal(total(lambda e: Inner(e, beta) * margin(e, v), n, "j"), Inner(v, HULL.left)), assumed(HULL))
    added = sum_of(single, j, g * plain(WHOLE.left), mean.conclusion.left)
    added = replaced(replaced(added, mean), assumed(WHOLE))
    given = (relation("<=", p**2, (q * r) ** 2), relation("<=", 0, q), relation("<=", 0, r))
    shorter = put(decided(relation("<=", p, q * r), given=given), {p: Inner(v, u), q: norm(u), r: norm(v)})
    squares = put(cauchy_schwarz(), {column("V", d): v, column("x", d): u})
    squares = decided(relation("<=", Inner(v, u) ** 2, (norm(u) * norm(v)) ** 2), squares)
    shorter = cut(shorter, squares, decided(relation("<=", 0, norm(u))), decided(relation("<=", 0, norm(v))))
    known = decided(relation("<=", g, norm(u) * norm(v)), added, shorter)
    return replaced(known, equal(known.conclusion.right, goal.conclusion.right))
