"""Where 1-SAM and weight decay meet: in three limits every label weighs the same, and the step is along X^T t.

Statement.  The summed 1-SAM step tends to X^T t as rho grows; the summed gradient step at w / tau tends to X^T t / 2 as tau
            grows; lambda times the ridge solution tends to X^T t as lambda grows.
Idea.       A step is X^T q with q_i = t_i times a logit scale; the scales tend to 1 or 1/2. The ridge solution solves a
            linear equation in which lambda comes to dominate.
Assumes.    No zero example for 1-SAM. Each limit has a rate, which is attacked at finite points.
Source.     Appendix B.1, Eqs. B.5 and B.9; Section 4.4 (that small weights balance the examples).
"""

from __future__ import annotations

import sympy as sp

from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, all_of, assumed, cut, decided, equal, put, replaced
from theory.kernel.sums import distance, every_unit, sum_of
from theory.kernel.tactics import exp_not_smaller, fades, sigma_near_half, vanishes
from theory.kernel.terms import plain
from theory.linear import ridge as theory_ridge
from theory.loss.full_batch import (
    BOUNDED,
    LABELS,
    NO_ZERO,
    STATIONARY,
    X,
    added,
    d,
    i,
    lam,
    n,
    plain_step_at_small_weights,
    rho,
    ridge,
    sam_step,
    scaled_ridge,
    t,
    t_i,
    tau,
    v,
    w,
    x,
    x_i,
)
from theory.meaning import logistic as loss_of
from theory.meaning import one_sam as meant_one_sam
from theory.meaning import sgd as meant_sgd
from theory.statement import Limit
from theory.symbols import Inner, norm, real, sigma, total

Z, m = real("Z m")  # no margin is above Z, and no example shorter than m
N = total(lambda e: norm(X.T * e), n)
WEIGHED = total(lambda e: norm(X.T * e) * sp.Abs(Inner(e, t) * Inner(w, X.T * e)), n)
margin = t_i * Inner(w, x_i)
POSITIVE_RADIUS, POSITIVE_SCALE, POSITIVE_PENALTY, SOME_LENGTH = (relation("<", 0, s) for s in (rho, tau, lam, m))
MARGINS, LENGTHS = relation("<=", margin, Z), relation("<=", m, norm(x_i))
NONZERO = relation("!=", x_i, sp.ZeroMatrix(d, 1))


def prove_sam_limit(goal: Goal) -> Theorem:
    """1 - sigma(C - z) = e^(z - C) / (1 + e^(z - C)) is at most e^(z - C), and z - C at most Z - rho m."""
    step = added(
        lambda x, s: s * sigma(rho * norm(x) - s * Inner(w, x)) * x,
        lambda x, s: meant_one_sam(lambda at: loss_of(Inner(at, x), s), w, rho),
        relation("!=", x, sp.ZeroMatrix(d, 1)),
        POSITIVE_RADIUS,
    )
    g, most, s, l = real("g most s l")
    given = (relation("<", 0, g), relation("<=", g, most), relation("=", s**2, 1), relation("<=", 0, l))
    term_bound = decided(relation("<=", sp.Abs((1 / (1 + g) - 1) * s) * l, l * most), given=given)
    at, far = margin - rho * norm(x_i), Z - rho * m
    term_bound = put(term_bound, {g: sp.exp(at), most: sp.exp(far), s: t_i, l: norm(x_i)})
    below = decided(relation("<=", at, far), given=(MARGINS, LENGTHS, POSITIVE_RADIUS))
    term_bound = cut(
        term_bound, cut(exp_not_smaller(at, far), below), decided(relation("<", 0, sp.exp(at))), decided(relation("<=", 0, norm(x_i)))
    )
    bounded = distance(goal.conclusion.parts[0], step, (1 / (1 + sp.exp(at)) - 1) * t_i, X, term_bound, i)
    total_positive = sum_of(decided(relation("<", 0, norm(x_i)), given=(NONZERO,)), i, sp.S.Zero, N)
    return all_of(bounded, vanishes(goal.conclusion.parts[0].right, N, ((Z, m),), plain(rho), SOME_LENGTH, lemmas=(total_positive,)))


def prove_small_limit(goal: Goal) -> Theorem:
    """sigma differs from 1/2 by at most |u|/4, since its slope is at most 1/4."""
    step = added(
        lambda x, s: s * sigma(-s * Inner(w, x) / tau) * x,
        lambda x, s: meant_sgd(lambda at: loss_of(Inner(at, x), s), w / tau),
        POSITIVE_SCALE,
    )
    q, z, s, l, k = real("q z s l k")
    near = relation("<=", sp.Abs(q - sp.S.Half), sp.Abs(-z / k) / 4)
    given = (near, relation("=", s**2, 1), relation("<=", 0, l), relation("<", 0, k))
    term_bound = decided(relation("<=", sp.Abs((q - sp.S.Half) * s) * l, l * sp.Abs(z) / (4 * k)), given=given)
    u = -margin / tau
    term_bound = put(term_bound, {q: sigma(u), z: margin, s: t_i, l: norm(x_i), k: tau}, POSITIVE_SCALE)
    near = put(sigma_near_half(), {real("x1"): u}, POSITIVE_SCALE)
    term_bound = cut(term_bound, near, decided(relation("<=", 0, norm(x_i))))
    bounded = distance(goal.conclusion.parts[0], step, (sigma(u) - sp.S.Half) * t_i, X, term_bound, i, POSITIVE_SCALE)
    total_not_negative = sum_of(decided(relation("<=", 0, norm(x_i) * sp.Abs(margin))), i, sp.S.Zero, WEIGHED)
    return all_of(bounded, fades(goal.conclusion.parts[0].right, WEIGHED / 4, plain(tau), total_not_negative))


def prove_ridge_limit(goal: Goal) -> Theorem:
    """Where the slope of the objective is zero, lambda v misses X^T t by X^T X v, and ||v|| is at most ||X^T t|| / lambda."""
    rate = goal.conclusion.parts[0].right
    bounded = theory_ridge.misses(stationary(), X, t, v, lam)
    return all_of(bounded, fades(rate, Inner(X, X) * norm(X.T * t), plain(lam)))


def stationary() -> Theorem:
    """Return that X^T X v - X^T t + lambda v is zero, from the slope of the objective."""
    return replaced(assumed(STATIONARY), equal(STATIONARY.left, X.T * X * v - X.T * t + lam * v))


LIMITS = (
    Limit(
        part="sam-limit",
        value=X.T * t,
        defined_by=sam_step,
        along=rho,
        rate=N * sp.exp(Z - rho * m),
        conditioning=N,
        space=BOUNDED,
        given=(POSITIVE_RADIUS, SOME_LENGTH, LABELS, NO_ZERO, every_unit(MARGINS, i), every_unit(LENGTHS, i)),
        theorem=prove_sam_limit,
    ),
    Limit(
        part="small-weights",
        value=X.T * t / 2,
        defined_by=plain_step_at_small_weights,
        along=tau,
        rate=WEIGHED / (4 * tau),
        conditioning=WEIGHED,
        given=(POSITIVE_SCALE, LABELS),
        theorem=prove_small_limit,
    ),
    Limit(
        part="ridge-limit",
        value=X.T * t,
        defined_by=scaled_ridge,
        along=lam,
        rate=Inner(X, X) * norm(X.T * t) / lam,
        atoms={v: ridge},
        given=(POSITIVE_PENALTY, STATIONARY),
        theorem=prove_ridge_limit,
    ),
)
