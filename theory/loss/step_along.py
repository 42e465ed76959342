"""A step of 1-SAM over separable data, along the nearest point u: it goes forward by a known amount.

The step is the letter k with n k = sum_j t_j sigma(a_j) x_j, a_j = rho |x_j| - m_j; every margin m_j and the lead <w, u> are numbers.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from theory.kernel.propositions import put_in, relation
from theory.kernel.rules import Theorem, assumed, at_unit, cases, cut, decided, equal, put, replaced, square, summed
from theory.kernel.sums import sum_of
from theory.kernel.tactics import exp_not_smaller
from theory.kernel.terms import plain
from theory.loss.full_batch import LABELS, NO_ZERO, X, n, t, w
from theory.loss.nearest_point import (
    AHEAD,
    HULL,
    NEAREST,
    SHARES,
    WHOLE,
    beta,
)
from theory.loss.robust_objective import POSITIVE_RADIUS, STEP, k, margin, reach, u
from theory.loss.robust_objective_proofs import argument, j, log_not_smaller, summed_step, t_j, x_j
from theory.symbols import Inner, norm, real, sigma, total, unit

_a, _b = real("a b")
l = unit("l[n]", n)
IS_STEP = relation("=", total(lambda e: Inner(e, t) * sigma(reach(e) - margin(e, w)) * X.T * e, n, "j"), n * k)
LEAD, LONG = Inner(w, u), Inner(u, u)
SCALES = plain(total(lambda e: sigma(reach(e) - margin(e, w)), n, "j"))
"""The sum of the logit scales sigma(a_j)."""
scale_j = plain(sigma(argument(w)))
DEFINED = (LABELS, NO_ZERO, POSITIVE_RADIUS)


@cache
def step_is_one_sam() -> Theorem:
    """Return IS_STEP with the direction of 1-SAM in place of k."""
    known, step = put_in(IS_STEP, {k: STEP}), summed_step()
    power = sp.exp(argument(w))
    sums = summed(equal(sigma(argument(w)) * t_j * x_j, power / (1 + power) * t_j * x_j), j)
    sums = replaced(sums, equal(sums.conclusion.left, known.left))
    sums = replaced(replaced(sums, equal(sums.conclusion.right, step.conclusion.left)), step)
    return replaced(sums, equal(sums.conclusion.right, known.right, *DEFINED))


def with_step(theorem: Theorem) -> Theorem:
    """Return a theorem on the letter k with the direction of 1-SAM in its place."""
    return cut(put(theorem, {k: STEP}, *DEFINED), step_is_one_sam())


def step_along(direction: Any) -> Theorem:
    """Return that the sum of sigma(a_j) t_j <c, x_j> is <n k, c> for a direction c (d,)."""
    pull = total(lambda e: sigma(reach(e) - margin(e, w)) * margin(e, direction), n, "j")
    return replaced(equal(pull, Inner(IS_STEP.left, direction)), assumed(IS_STEP))


# ---- along u ----
@cache
def scale_below_sum() -> Theorem:
    """Return that the logit scale of one example l is at most SCALES: <l, j> <= 1 for unit vectors."""
    apart = decided(relation("<=", Inner(l, j), 1), square(l - j))
    p, q = real("p q")
    single = decided(relation("<=", p * q, q), given=(relation("<=", p, 1), relation("<", 0, q)))
    single = cut(put(single, {p: Inner(l, j), q: scale_j}), apart, decided(relation("<", 0, scale_j)))
    return sum_of(single, j, scale_j.xreplace({j: l}), SCALES)


FEW, SOME = relation("<", SCALES, 1), relation("<", 0, SCALES)


@cache
def scales_positive() -> Theorem:
    """Return 0 < SCALES."""
    return sum_of(decided(relation("<", 0, scale_j)), j, sp.S.Zero, SCALES)


@cache
def margin_not_below() -> Theorem:
    """Return SCALES < 1 |- log((1 - q)/q) <= m_l with q = SCALES, since q is at least sigma(a_l) >= 1/(1 + e^(m_l))."""
    q, e, f = real("q e f")
    given = (relation("<=", f / (1 + f), q), relation("<=", 1 / f, e), relation("<", 0, f), relation("<", 0, q), relation("<", q, 1))
    power = decided(relation("<=", (1 - q) / q, e), given=given)
    at, low = plain(argument(w).xreplace({j: l})), plain(margin(l, w))
    longer = decided(relation("<=", -at, low), decided(relation("<=", 0, norm(X.T * l))), given=(POSITIVE_RADIUS,))
    power = put(power, {q: SCALES, e: sp.exp(low), f: sp.exp(at)})
    scale = replaced(scale_below_sum(), equal(sigma(at), sp.exp(at) / (1 + sp.exp(at))))
    power = cut(power, scale, cut(exp_not_smaller(-at, low), longer), decided(relation("<", 0, sp.exp(at))), scales_positive())
    positive = put(decided(relation("<", 0, (1 - q) / q), given=given[3:]), {q: SCALES})
    logs = put(log_not_smaller(), {_a: (1 - SCALES) / SCALES, _b: sp.exp(low)}, SOME)
    logs = cut(logs, power, positive, scales_positive())
    return replaced(logs, equal(sp.log(sp.exp(low)), low))


@cache
def lead_below() -> Theorem:
    """Return 1 <= SCALES (1 + e^<w, u>): no margin lies below log((1 - q)/q), q = SCALES, so that their mean <w, u> does not."""
    b, m, r, q, e = real("b m r q e")
    single = decided(relation("<=", b * r, b * m), given=(relation("<=", r, m), relation("<=", 0, b)))
    ratio = (1 - SCALES) / SCALES
    least = sp.log(ratio)
    single = put(single, {b: Inner(l, beta), r: least, m: margin(l, w)}, FEW, SOME)
    single = cut(single, margin_not_below(), at_unit(assumed(SHARES), l))
    mean = equal(total(lambda e: Inner(e, beta) * margin(e, w), n, "j"), Inner(w, HULL.left))
    mean = replaced(mean, assumed(HULL))
    added = sum_of(single, l, least * plain(WHOLE.left), mean.conclusion.left)
    added = replaced(replaced(added, mean), assumed(WHOLE))
    powers = cut(exp_not_smaller(least, LEAD, FEW, SOME), added)
    powers = replaced(powers, equal(sp.exp(least), ratio, FEW, SOME))
    claim = relation("<=", 1, q * (1 + e))
    if_few = decided(claim, given=(relation("<=", (1 - q) / q, e), relation("<", 0, q)))
    if_few = cut(put(if_few, {q: SCALES, e: sp.exp(LEAD)}), powers)
    if_many = decided(claim, given=(relation("<=", 1, q), relation("<", 0, e)))
    if_many = cut(put(if_many, {q: SCALES, e: sp.exp(LEAD)}), decided(relation("<", 0, sp.exp(LEAD))))
    return cut(cases(if_few, if_many, FEW), scales_positive())


@cache
def along() -> Theorem:
    """Return <u, u> <= n (1 + e^<w, u>) <k, u>: every example adds its logit scale times its margin under u, at least <u, u>."""
    p, q, s, y, e = real("p q s y e")
    single = decided(relation("<=", y * q, q * p), given=(relation("<=", y, p), relation("<", 0, q)))
    single = put(single, {q: scale_j, p: margin(j, u), y: LONG})
    single = cut(single, at_unit(assumed(NEAREST), j), decided(relation("<", 0, scale_j)))
    whole = step_along(u)
    added = replaced(sum_of(single, j, LONG * SCALES, whole.conclusion.left), whole)
    given = (relation("<=", y * q, s), relation("<=", 1, q * (1 + e)), relation("<=", 0, y), relation("<", 0, e))
    enough = decided(relation("<=", y, (1 + e) * s), given=given)
    enough = put(enough, {y: LONG, q: SCALES, s: added.conclusion.right, e: sp.exp(LEAD)})
    enough = cut(enough, added, lead_below(), square(u), decided(relation("<", 0, sp.exp(LEAD))))
    return replaced(enough, equal(enough.conclusion.right, n * (1 + sp.exp(LEAD)) * Inner(k, u)))


@cache
def power_not_below_one() -> Theorem:
    """Return L >= 0 |- 1 <= e^L."""
    return cut(exp_not_smaller(sp.S.Zero, LEAD), assumed(AHEAD))
