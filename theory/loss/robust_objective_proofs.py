"""Proofs on the objective of 1-SAM in a linear model: what holds of one number, and how it adds up over any number of examples."""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, all_of, assumed, at_unit, cases, cut, decided, equal, monotone, put, replaced, summed
from theory.kernel.sums import cauchy_schwarz, sum_of
from theory.kernel.tactics import exp_not_smaller, fades, rewritten, sigma_grows
from theory.kernel.terms import plain
from theory.linear import model
from theory.loss.full_batch import LABELS, NO_ZERO, X, d, n, rho, t, w, x
from theory.loss.robust_objective import (
    AT_ZERO_STEP,
    POSITIVE_RADIUS,
    SEPARATES,
    STEP,
    k,
    margin,
    meant_hinge,
    meant_objective,
    reach,
    softplus,
    u,
    v,
)
from theory.meaning import logistic, one_sam
from theory.symbols import Inner, Sign, column, norm, real, sigma, unit

_a, _b, _z = real("a b z")
j = unit("j[n]", n)
"""One example. The assumptions on every example bind i, so that they can say of a sum over j that it is defined."""
x_j, t_j = X.T * j, Inner(j, t)
DEFINED = (LABELS, NO_ZERO, POSITIVE_RADIUS)
"""What the directions of 1-SAM need to be defined."""


# ---- one number ----
@cache
def log_not_smaller() -> Theorem:
    """Return 0 < a, a <= b |- log a <= log b."""
    positive, above, less = relation("<", 0, _a), relation("<=", _a, _b), relation("<", _a, _b)
    claim, tie, second = relation("<=", sp.log(_a), sp.log(_b)), relation("=", _a, _b), real("z2")
    grows = monotone(sp.log(_z), _z, second, decided(relation("<", 0, 1 / _z), given=(relation("<", 0, _z),)))
    strictly = cut(put(grows, {_z: _a, second: _b}), decided(relation("<", 0, _b), given=(positive, above)))
    at_tie = decided(claim, rewritten(sp.log(_a), assumed(tie), positive), given=(positive, tie))
    at_tie = cut(at_tie, decided(tie, given=(above, relation("<=", _b, _a))))
    return cases(decided(claim, strictly, given=(positive, less)), at_tie, less)


@cache
def softplus_not_smaller() -> Theorem:
    """Return a <= b |- softplus(a) <= softplus(b)."""
    larger = decided(relation("<=", 1 + sp.exp(_a), 1 + sp.exp(_b)), exp_not_smaller(_a, _b))
    positive = decided(relation("<", 0, 1 + sp.exp(_a)))
    return cut(put(log_not_smaller(), {_a: 1 + sp.exp(_a), _b: 1 + sp.exp(_b)}), larger, positive)


@cache
def tangent() -> Theorem:
    """Return |- softplus(a) + sigma(a) (b - a) <= softplus(b): the slope at b exceeds the slope at a exactly where b exceeds a."""
    second, gap = real("z2"), softplus(_z) - sigma(_a) * _z
    right, left = relation("<", _a, _z), relation("<", _z, _a)
    claim = relation("<=", softplus(_a) + sigma(_a) * (_b - _a), softplus(_b))
    rises = decided(relation("<", 0, sigma(_z) - sigma(_a)), sigma_grows(_a, _z))
    falls = decided(relation("<", sigma(_z) - sigma(_a), 0), sigma_grows(_z, _a))
    beyond = put(monotone(gap, _z, second, rises, closed=(right,)), {_z: _a, second: _b})
    before = put(monotone(gap, _z, second, falls, closed=(left,)), {_z: _b, second: _a})
    up, down, tie = relation("<", _a, _b), relation("<", _b, _a), relation("=", _b, _a)
    if_up = decided(claim, cut(beyond, decided(relation("<=", _a, _b), given=(up,)), decided(relation("<=", _a, _a))))
    if_down = decided(claim, cut(before, decided(relation("<=", _b, _a), given=(down,)), decided(relation("<=", _a, _a))))
    at_tie = decided(claim, rewritten(softplus(_b), assumed(tie)), given=(tie,))
    between = decided(tie, given=(relation("<=", _b, _a), relation("<=", _a, _b)))
    return cases(if_up, cases(if_down, cut(at_tie, between), down), up)


@cache
def sandwich() -> tuple[Theorem, Theorem]:
    """Return |- max(0, a) <= softplus(a), and |- softplus(a) <= max(0, a) + log 2, with max(0, a) written as (a + |a|)/2."""
    top, size = (_a + sp.Abs(_a)) / 2, sp.exp(_a)
    positive, one_positive = decided(relation("<", 0, size)), decided(relation("<", 0, sp.S.One))
    above_zero = put(log_not_smaller(), {_a: sp.S.One, _b: 1 + size})
    above_zero = cut(above_zero, one_positive, decided(relation("<=", 1, 1 + size), positive))
    above_a = cut(put(log_not_smaller(), {_a: size, _b: 1 + size}), positive, decided(relation("<=", size, 1 + size)))
    above_a = replaced(above_a, equal(sp.log(size), _a))
    lower = decided(relation("<=", top, softplus(_a)), above_zero, above_a)
    doubled = 2 * sp.exp(top)
    not_below = decided(relation("<=", _a, top)), decided(relation("<=", 0, top))
    powers = cut(exp_not_smaller(_a, top), not_below[0]), cut(exp_not_smaller(sp.S.Zero, top), not_below[1])
    larger = decided(relation("<=", 1 + size, doubled), *powers)
    upper = cut(put(log_not_smaller(), {_a: 1 + size, _b: doubled}), larger, decided(relation("<", 0, 1 + size)))
    return lower, replaced(upper, equal(sp.log(doubled), top + sp.log(2)))


# ---- one example: the largest loss within rho of the weights ----
def prove_bound(goal: Goal) -> Theorem:
    """By Cauchy-Schwarz no step of length rho lowers the margin by more than rho |x|; softplus grows."""
    x, label, step = plain(model.x), model.t, column("delta", model.d)
    within = relation("<=", norm(step), rho)
    p, q, s, r = real("p q s r")
    given = (relation("<=", p**2, q**2 * s**2), relation("<=", q, r), relation("<=", 0, q), relation("<=", 0, s))
    longest = decided(relation("<=", q * s, r * s), given=given)
    less = decided(relation("<=", sp.Abs(p), r * s), decided(relation("<=", sp.Abs(p), q * s), given=given), longest, given=given)
    told = {p: Inner(step, x), q: norm(step), s: norm(x), r: rho}
    squares = decided(
        relation("<=", Inner(step, x) ** 2, norm(step) ** 2 * norm(x) ** 2),
        put(cauchy_schwarz(), {column("V", d): step, column("x", d): x}),
    )
    less = cut(put(less, told), squares, decided(relation("<=", 0, norm(step))), decided(relation("<=", 0, norm(x))))
    at, far = -label * Inner(model.w + step, x), rho * norm(x) - label * Inner(model.w, x)
    below = decided(relation("<=", at, far), less, given=(within,))
    grown = cut(put(softplus_not_smaller(), {_a: at, _b: far}), below)
    return replaced(
        replaced(grown, equal(grown.conclusion.left, goal.conclusion.left)), equal(grown.conclusion.right, goal.conclusion.right)
    )


# ---- all examples ----
@cache
def summed_step() -> Theorem:
    """Return that sum_j t_j sigma(a_j) x_j is the sum of the 1-SAM directions, with a_j = rho |x_j| - m_j and sigma(a) = e^a/(1 + e^a)."""
    label, nonzero_input = Sign("s"), relation("!=", x, sp.ZeroMatrix(d, 1))
    direction = one_sam(lambda at: logistic(Inner(at, x), label), w, rho)
    power = sp.exp(rho * norm(x) - label * Inner(w, x))
    single = equal(label * power / (1 + power) * x, direction, nonzero_input, POSITIVE_RADIUS)
    single = put(single, {x: x_j, label: t_j}, relation("=", t_j**2, 1), POSITIVE_RADIUS)
    return summed(cut(single, *(at_unit(assumed(h), j) for h in (LABELS, NO_ZERO))), j)


def argument(at: Any) -> sp.Expr:
    """Return rho |x_j| - t_j <w, x_j> of the example j."""
    return reach(j) - margin(j, at)


def prove_gradient(goal: Goal) -> Theorem:
    """The derivative of softplus is sigma, example by example."""
    step = summed_step()
    mean_step = replaced(equal(sp.MatMul(1 / n, step.conclusion.left), goal.conclusion.right, NO_ZERO), step)
    return replaced(mean_step, equal(mean_step.conclusion.left, goal.conclusion.left, *DEFINED))


def prove_curvature(goal: Goal) -> Theorem:
    """The derivative of sigma(a) is sigma(a) sigma(-a); t_j^2 = 1."""
    q, s, c = real("q s c")
    single = decided(relation("=", c * s**2 * q**2, c * q**2), given=(relation("=", s**2, 1),))
    single = put(single, {q: Inner(k, x_j), s: t_j, c: sigma(argument(w)) * sigma(-argument(w))})
    added_up = summed(cut(single, at_unit(assumed(LABELS), j)), j)
    start = equal(goal.conclusion.left, added_up.conclusion.left / n, NO_ZERO)
    end = equal(added_up.conclusion.right / n, goal.conclusion.right)
    return replaced(replaced(start, added_up), end)


@cache
def convex() -> Theorem:
    """Return F(w) - <step, u - w> <= F(u): the tangents of softplus at each example's argument, added up."""
    step = summed_step()
    single = put(tangent(), {_a: argument(w), _b: argument(u)})
    slope = step.conclusion.left
    at_w, at_u = plain(meant_objective(w)), plain(meant_objective(u))
    whole = sum_of(single, j, n * at_w - Inner(slope, u - w), n * at_u)
    whole = replaced(whole, step)
    p, q, r = real("p q r")
    m = plain(n)
    divided = decided(relation("<=", p - r / m, q), given=(relation("<=", m * p - r, m * q),))
    divided = put(divided, {p: at_w, q: at_u, r: Inner(step.conclusion.right, u - w)}, *DEFINED)
    divided = cut(divided, whole)
    return replaced(divided, equal(divided.conclusion.left, meant_objective(w) - Inner(STEP, u - w), *DEFINED))


def prove_convex(goal: Goal) -> Theorem:
    """The tangents, with the two sides as the goal writes them."""
    known = convex()
    return replaced(known, equal(known.conclusion.left, goal.conclusion.left, *DEFINED))


def prove_rest(goal: Goal) -> Theorem:
    """Where the step is zero, the tangent is level."""
    tangents = replaced(convex(), assumed(AT_ZERO_STEP))
    return replaced(tangents, equal(tangents.conclusion.left, goal.conclusion.left, *DEFINED))


@cache
def along_separator() -> Theorem:
    """Return 0 < <sum of the steps, u>: every example adds sigma(.) times its margin under u, a positive number."""
    p, q = real("p q")
    single = decided(relation("<", 0, p * q), given=(relation("<", 0, p), relation("<", 0, q)))
    single = put(single, {p: sigma(argument(w)), q: margin(j, u)})
    single = cut(single, decided(relation("<", 0, sigma(argument(w)))), at_unit(assumed(SEPARATES), j))
    step = summed_step()
    return replaced(sum_of(single, j, sp.S.Zero, Inner(step.conclusion.left, u)), step)


def prove_separable(goal: Goal) -> Theorem:
    """The inner product is positive for the sum of the examples' steps, and so it is for their mean."""
    p, m, whole = real("p"), plain(n), along_separator()
    divided = put(decided(relation("<", 0, p / m), given=(relation("<", 0, p),)), {p: whole.conclusion.right}, *DEFINED)
    divided = cut(divided, whole)
    return replaced(divided, equal(divided.conclusion.right, goal.conclusion.right, *DEFINED))


@cache
def rescaled_bounds() -> Theorem:
    """Return |F(rho v)/rho - H(v)| <= log(2)/rho.

    At each example softplus lies between max(0, rho c) = rho max(0, c) and that plus log 2, with c = |x_j| - t_j <v, x_j>.
    """
    c, r, p, q = real("c r p q")
    scaled = decided(relation("=", (r * c + sp.Abs(r * c)) / 2, r * (c + sp.Abs(c)) / 2), given=(relation("<", 0, r),))
    own = norm(x_j) - margin(j, v)
    scaled = put(scaled, {r: rho, c: own})
    smooth, kinked = n * plain(meant_objective(rho * v)), n * plain(rho * meant_hinge(v))
    lower, upper = (put(theorem, {_a: rho * own}) for theorem in sandwich())
    top = sp.expand(scaled.conclusion.right)
    lower = decided(relation("<=", top, lower.conclusion.right), lower, scaled)
    upper = decided(relation("<=", upper.conclusion.left, top + sp.log(2)), upper, scaled)
    lower, upper = sum_of(lower, j, kinked, smooth), sum_of(upper, j, smooth, kinked + n * sp.log(2))
    m = plain(n)
    given = (relation("<=", m * r * q, m * p), relation("<=", m * p, m * r * q + m * c), relation("<", 0, r))
    near = decided(relation("<=", sp.Abs(p / r - q), c / r), given=given)
    near = put(near, {p: meant_objective(rho * v), q: meant_hinge(v), r: rho, c: sp.log(2)}, POSITIVE_RADIUS)
    return cut(near, lower, upper)


def prove_rescaled(goal: Goal) -> Theorem:
    """The bounds, and that log(2)/rho tends to 0."""
    bounded, _ = goal.conclusion.parts
    near = rescaled_bounds()
    near = replaced(near, equal(near.conclusion.left, bounded.left, POSITIVE_RADIUS))
    return all_of(near, fades(bounded.right, sp.log(2), plain(rho)))
