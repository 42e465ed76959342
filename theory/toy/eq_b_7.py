"""Eqs. B.6-B.7: the ratio of two points' 1-SAM gradients as rho tends to infinity.

Statement.  The ratio of the logit scales tends to 1, the ratio of the gradient norms to ||x_i||/||x_j||.
Idea.       With p = e^(m_i - rho ||x_i||), q = e^(m_j - rho ||x_j||), m = t <w, x>: the ratio of the scales is (1 + q)/(1 + p).
Assumes.    Neither input is zero.
As printed. B.6 drops the norms of the inputs, so its left side tends to 1 only for equal norms; and B.7 has the quotient upside
            down, (1 + p)/(1 + q), which does not change the limit of the scales.
Source.     Appendix B.1, Eqs. B.6-B.7.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import jax
import sympy as sp

from theory.definitions import linear, logistic, one_sam, perturbed
from theory.definitions import norm as length
from theory.domain import Arrays, Reals, Space, Values
from theory.goal import Goal
from theory.kernel.rules import Theorem, all_of, cut, decided, equal, put, relation, replaced
from theory.kernel.tactics import by_definition, vanishes
from theory.kernel.terms import plain
from theory.meaning import ascended, means
from theory.meaning import gradient as slope_of
from theory.meaning import logistic as loss_of
from theory.statement import Assumption, Claim, Identity, Limit
from theory.symbols import Inner, Sign, column, norm, real, sigma
from theory.toy.limits import d, rho

w, x_i, x_j = column("w", d), column("x_i", d), column("x_j", d)
t_i, t_j = Sign("t_i"), Sign("t_j")
sign = Values((1.0, -1.0))
SPACE = Space(
    {w: Arrays(2.0, zero=True), x_i: Arrays(2.0), x_j: Arrays(2.0), t_i: sign, t_j: sign, rho: Reals(1e-3, 60)}, sizes=({d: 1}, {d: 3})
)
FAR = replace(SPACE, domains={**SPACE.domains, rho: Reals(50, 100)}, note="rho is large, so that a ratio is near its limit")

p = sp.exp(t_i * Inner(w, x_i) - rho * norm(x_i))
q = sp.exp(t_j * Inner(w, x_j) - rho * norm(x_j))


def gradient_norm(w: jax.Array, x: jax.Array, t: jax.Array, rho: jax.Array) -> jax.Array:
    """Return the norm of one example's 1-SAM gradient."""
    return length(one_sam(lambda v: linear(v, x), lambda out: logistic(out, t), w, rho))


def logit_scale(w: jax.Array, x: jax.Array, t: jax.Array, rho: jax.Array) -> jax.Array:
    """Return |dl/df| at the output of the perturbed weights: the logit scale of 1-SAM."""
    moved = perturbed(lambda v: linear(v, x), lambda out: logistic(out, t), w, rho)
    return abs(jax.grad(lambda out: logistic(out, t))(linear(moved, x)))


def meant(x: sp.MatrixExpr, t: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Return the norm of one example's 1-SAM gradient, and its logit scale at the perturbed weights."""

    def loss(v: sp.MatrixExpr) -> sp.Expr:
        return loss_of(Inner(v, x), t)

    moved = ascended(w, slope_of(loss, w), rho)
    return norm(slope_of(loss, moved)), sp.Abs(slope_of(lambda out: loss_of(out, t), Inner(moved, x)))


(NORM_I, SCALE_I), (NORM_J, SCALE_J) = meant(x_i, t_i), meant(x_j, t_j)


@means(NORM_I / NORM_J)
def norm_ratio(at: SimpleNamespace) -> jax.Array:
    """Return the left side of Eq. B.6 at a finite rho."""
    return gradient_norm(at.w, at.x_i, at.t_i, at.rho) / gradient_norm(at.w, at.x_j, at.t_j, at.rho)


@means(SCALE_I / SCALE_J)
def scale_ratio(at: SimpleNamespace) -> jax.Array:
    """Return the ratio of the two logit scales."""
    return logit_scale(at.w, at.x_i, at.t_i, at.rho) / logit_scale(at.w, at.x_j, at.t_j, at.rho)


NONZERO = tuple(relation("!=", symbol, sp.ZeroMatrix(d, 1)) for symbol in (x_i, x_j))
GIVEN = (relation("<", 0, rho),)


ratio = norm(x_i) / norm(x_j)
sigmas = sigma(-t_i * Inner(w, x_i) + rho * norm(x_i)) / sigma(-t_j * Inner(w, x_j) + rho * norm(x_j))

FALLS = ((t_i * Inner(w, x_i), norm(x_i)), (t_j * Inner(w, x_j), norm(x_j)))


def prove_limit(factor: sp.Expr) -> Callable[[Goal], Theorem]:
    """Return the proof that factor (1 + q)/(1 + p) is within factor (p + q) of `factor`, which tends to 0."""

    def prove(goal: Goal) -> Theorem:
        distance, _ = goal.conclusion.parts
        c, P, Q = real("c p q")
        signs = tuple(relation("<", 0, symbol) for symbol in (c, P, Q))
        close = decided(relation("<=", sp.Abs(c * (1 + Q) / (1 + P) - c), c * (P + Q)), given=signs)
        told = {c: factor, P: p, Q: q}
        close = put(close, told, *NONZERO)
        close = cut(close, *(decided(h, given=NONZERO) for h in sorted(close.hypotheses - set(NONZERO), key=str)))
        bounded = replaced(close, equal(close.conclusion.left, distance.left, *NONZERO))
        return all_of(bounded, vanishes(distance.right, factor, FALLS, plain(rho), *NONZERO))

    return prove


CLAIMS = (
    Claim(
        id="eq-b.7",
        space=SPACE,
        printed=(
            Identity(part="norms", formula=sigmas, defined_by=norm_ratio),
            Limit(part="norm-ratio", value=sp.S.One, defined_by=norm_ratio, along=rho, rate=ratio * (p + q), space=FAR),
            Limit(
                part="scale-ratio",
                value=sp.S.One,
                defined_by=scale_ratio,
                along=rho,
                rate=p + q,
                given=GIVEN,
                theorem=prove_limit(sp.S.One),
            ),
            Identity(part="quotient", formula=(1 + p) / (1 + q), defined_by=scale_ratio),
        ),
        corrected=(
            Identity(part="norms", formula=ratio * sigmas, defined_by=norm_ratio, given=GIVEN, theorem=by_definition),
            Limit(
                part="norm-ratio",
                value=ratio,
                defined_by=norm_ratio,
                along=rho,
                rate=ratio * (p + q),
                given=GIVEN,
                theorem=prove_limit(ratio),
            ),
            Identity(part="quotient", formula=(1 + q) / (1 + p), defined_by=scale_ratio, given=GIVEN, theorem=by_definition),
        ),
        assumes=(
            Assumption(
                "x_i and x_j are not zero",
                replace(SPACE, construct=lambda batch: {**batch, "x_j": 0 * batch["x_j"]}),
                parts=("norms", "norm-ratio", "scale-ratio", "quotient"),
                given=NONZERO,
            ),
        ),
    ),
)
