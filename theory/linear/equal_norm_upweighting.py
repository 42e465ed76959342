"""After Eq. 3.6: among points of equal norm, those with the lower loss are up-weighted by the larger factor.

Statement.  If ||x_i|| = ||x_j|| and l_i < l_j, the weight of Eq. 3.6 is larger for i than for j.
Idea.       The loss falls as the margin grows, the weight is the ratio of Lemma 3.1, and equal norms mean one C for both.
Assumes.    rho > 0; equal norms, without which a point of lower loss and smaller norm gains less.
Source.     Section 3.2, the sentence after Eq. 3.6.

The drawn points have exactly equal norms, also in 50 digits: x_j is x_i turned by an angle with rational sine and cosine,
in coordinates with few enough bits that the products are exact. The weights are then moved so that the margins differ by `gap`.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import numpy as np
import sympy as sp

from theory.domain import Arrays, Batch, Reals, Space, Values
from theory.goal import Goal
from theory.kernel.rules import Theorem, assumed, cases, cut, decided, equal, monotone, put, relation, replaced
from theory.linear import lemma_3_1
from theory.linear.model import PERTURBED, PLAIN, POSITIVE_RADIUS, d, rho, t, w, weight, x
from theory.meaning import length, logistic, means
from theory.statement import Assumption, Claim, Inequality
from theory.symbols import Inner, Sign, column, norm, real

x_i = column("x_i", d)
x_j = column("x_j", d)
t_i, t_j, gap, angle, stretch = Sign("t_i"), Sign("t_j"), *real("gap angle stretch")
ANGLES = {0.0: (5.0, 0.0), 1.0: (3.0, 4.0), 2.0: (-4.0, 3.0), 3.0: (-5.0, 0.0)}  # 5 cos and 5 sin
BITS = 2.0**16


def equal_norms(batch: Batch) -> Batch:
    """Add x_j with ||x_j|| = stretch ||x_i||, and move w so that t_i <w, x_i> - t_j <w, x_j> = gap > 0: i has the lower loss."""
    u = np.round(batch["x_i"] * BITS) / BITS
    u[~np.any(u != 0, axis=1), 0] = 1.0
    cosine, sine = np.array([ANGLES[float(k)] for k in batch["angle"]]).T
    x, y = 5 * u, 5 * u
    if u.shape[1] > 1:
        y[:, 0], y[:, 1] = cosine * u[:, 0] - sine * u[:, 1], sine * u[:, 0] + cosine * u[:, 1]
    else:
        y = np.sign(cosine + sine)[:, None] * y
    # the same example twice cannot have two losses: such a pair gets two labels
    same_example = np.all(batch["t_i"][:, None] * x == batch["t_j"][:, None] * y, axis=1)
    t_j = np.where(same_example, -batch["t_j"], batch["t_j"])
    y = batch["stretch"][:, None] * y
    apart = batch["t_i"][:, None] * x - t_j[:, None] * y
    short = (batch["gap"] - np.sum(batch["w"] * apart, axis=1)) / np.sum(apart * apart, axis=1)
    return {**batch, "x_i": x, "x_j": y, "t_j": t_j, "w": batch["w"] + short[:, None] * apart}


SPACE = Space(
    {
        w: Arrays(3.0, zero=True),
        x_i: Arrays(0.5),
        t_i: Values((1.0, -1.0)),
        t_j: Values((1.0, -1.0)),
        rho: Reals(1e-2, 2.0),
        gap: Reals(1e-3, 10.0),
        angle: Values(tuple(ANGLES)),
        stretch: Values((1.0,)),
    },
    sizes=({d: 1}, {d: 3}),
    construct=equal_norms,
    note="x_i is five times what is drawn, x_j is x_i turned, w is moved so that the margins differ by `gap`",
)


WEIGHT = length(PERTURBED) / length(PLAIN)
margin_i, margin_j = t_i * Inner(w, x_i), t_j * Inner(w, x_j)
NONZERO = relation("!=", x_i, sp.ZeroMatrix(d, 1))
EQUAL_NORMS = relation("=", norm(x_j), norm(x_i))
LOWER_LOSS = relation("<", logistic(Inner(w, x_i), t_i), logistic(Inner(w, x_j), t_j))


@means(WEIGHT.xreplace({x: x_i, t: t_i}))
def weight_of_i(p: SimpleNamespace) -> jax.Array:
    """Return the factor by which 1-SAM multiplies the gradient norm of example i, shape ()."""
    return weight(SimpleNamespace(w=p.w, x=p.x_i, t=p.t_i, rho=p.rho))


@means(WEIGHT.xreplace({x: x_j, t: t_j}))
def weight_of_j(p: SimpleNamespace) -> jax.Array:
    """The same for example j, whose loss is the higher one."""
    return weight(SimpleNamespace(w=p.w, x=p.x_j, t=p.t_j, rho=p.rho))


def prove_larger_margin() -> Theorem:
    """l_i < l_j |- the margin of j is less than the margin of i: the loss strictly falls as the margin grows."""
    claim, reverse, tie = relation("<", margin_j, margin_i), relation("<", margin_i, margin_j), relation("=", margin_j, margin_i)
    u, v = real("u v")
    falls = monotone(logistic(u, sp.S.One), u, v, decided(relation("<", sp.diff(logistic(u, sp.S.One), u), 0)))
    if_less = decided(claim, put(falls, {u: margin_i, v: margin_j}), assumed(LOWER_LOSS))
    if_same = decided(claim, replaced(assumed(LOWER_LOSS), assumed(tie)))
    between = decided(tie, given=(relation("<=", margin_i, margin_j), relation("<=", margin_j, margin_i)))
    if_not = cases(if_less, cut(if_same, between), reverse)
    return cases(assumed(claim), if_not, claim)


def prove_upweighting(goal: Goal) -> Theorem:
    """Loss to margin, margin to weight; equal norms mean one C for both."""
    shift = rho * norm(x_i)
    positive = decided(relation("<", 0, shift), given=(POSITIVE_RADIUS, NONZERO))
    lemma = cut(lemma_3_1.increases(margin_j, margin_i, shift), prove_larger_margin(), positive)
    of_i = equal(lemma.conclusion.right, goal.conclusion.right, NONZERO)
    nonzero_j = decided(relation("!=", x_j, sp.ZeroMatrix(d, 1)), given=(NONZERO, EQUAL_NORMS))
    with_own_norm = equal(lemma.conclusion.left.xreplace({norm(x_i): norm(x_j)}), goal.conclusion.left, nonzero_j.conclusion)
    of_j = replaced(cut(with_own_norm, nonzero_j), assumed(EQUAL_NORMS))
    return replaced(replaced(lemma, of_i), of_j)


CLAIMS = (
    Claim(
        id="equal-norm-upweighting",
        space=SPACE,
        printed=(
            Inequality(
                part="upweighting",
                smaller=weight_of_j,
                larger=weight_of_i,
                strictly=True,
                given=(NONZERO, LOWER_LOSS),
                theorem=prove_upweighting,
            ),
        ),
        assumes=(
            Assumption("equal norms", SPACE.but(stretch=Reals(1.5, 4.0)), given=(EQUAL_NORMS,)),
            Assumption("rho > 0", SPACE.but(rho=Reals(-2.0, 0.0)), given=(POSITIVE_RADIUS,)),
        ),
    ),
)
