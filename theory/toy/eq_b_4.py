"""Eq. B.4: which linear classifiers are optimal on the toy distribution.

Statement.  For B != 0 every optimal classifier is proportional to e_1: any w off the first axis has a smaller accuracy than B e_1.
            The classifiers c e_1 with c B > 0 have accuracy 1, those with c B < 0 have accuracy 0.
Idea.       On the first axis no noise reaches the score, which is c B. Off the axis the accuracy is a value of Phi, below 1.
Assumes.    gamma > 0, d > 1; B != 0, since without a signal there is nothing to classify.
As printed. It holds: the optimal classifier is proportional to e_1. Not every multiple of e_1 is optimal, which the paper does not say.
            The closed form B.3, from which the paper draws this, is undefined at the optimum (w_{1+} = 0).
Source.     Appendix B, Eq. B.4.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from theory.domain import Arrays, Batch, Reals, Space
from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, cut, decided, put
from theory.kernel.terms import Rel
from theory.meaning import means
from theory.statement import Assumption, BoundProof, Claim, Identity, Inequality
from theory.symbols import real
from theory.toy.distribution import (
    NONZERO_REST,
    POSITIVE_NOISE,
    SOME_NOISE,
    B,
    accuracy,
    aligned,
    d,
    gamma,
    meant_certain,
    r,
    weights,
)
from theory.toy.eq_b_3 import a, measured

c = real("c")
DOMAINS = {B: Reals(-3, 3), gamma: Reals(0.5, 4), r: Arrays(3.0), a: Reals(-1, 1)}
SIZES = ({d: 2}, {d: 3}, {d: 5})


def signal(batch: Batch) -> Batch:
    """Make B nonzero."""
    return {**batch, "B": np.where(batch["B"] == 0, 1.0, batch["B"])}


def with_multiple(batch: Batch) -> Batch:
    """Make B and the multiple c nonzero."""
    return {**signal(batch), "c": np.where(batch["c"] == 0, 1.0, batch["c"])}


def right_multiple(batch: Batch) -> Batch:
    """Give c the sign of B."""
    batch = with_multiple(batch)
    return {**batch, "c": np.abs(batch["c"]) * np.sign(batch["B"])}


def wrong_multiple(batch: Batch) -> Batch:
    """Give c the sign that B does not have."""
    batch = right_multiple(batch)
    return {**batch, "c": -batch["c"]}


def on_axis(batch: Batch) -> Batch:
    """Let w be a right multiple of e_1."""
    batch = right_multiple(batch)
    return {**batch, "r": 0 * batch["r"], "w_1": batch["c"]}


def off_axis(batch: Batch) -> Batch:
    """Make B nonzero; r is drawn nonzero."""
    return aligned(signal(batch))


def no_signal(batch: Batch) -> Batch:
    """Make B zero."""
    return aligned({**batch, "B": 0 * batch["B"]})


MULTIPLE = Space({**DOMAINS, c: Reals(-3, 3)}, SIZES, construct=lambda batch: aligned(with_multiple(batch)))
RIGHT = Space(MULTIPLE.domains, SIZES, construct=right_multiple, note="c B > 0")
WRONG = Space(MULTIPLE.domains, SIZES, construct=wrong_multiple, note="c B < 0")
RIGHT_SIDE, WRONG_SIDE = relation("<", 0, c * B), relation("<", c * B, 0)
SOME_SIGNAL = relation("!=", B, 0)
OFF_AXIS_GIVEN = (POSITIVE_NOISE, SOME_NOISE, NONZERO_REST)
OFF_AXIS = Space(DOMAINS, SIZES, construct=off_axis, note="w = (w_1, r) with w_1 = a ||r||, off the first axis")
ON_AXIS = Space(MULTIPLE.domains, SIZES, construct=on_axis, note="w = c e_1 with c B > 0")


@means(meant_certain(c))
def of_multiple(p: SimpleNamespace) -> jax.Array:
    """Return the accuracy of c e_1."""
    return accuracy(weights(p.c, jnp.zeros_like(p.r)), p.B, p.gamma)


@means(meant_certain(B))
def of_signal(p: SimpleNamespace) -> jax.Array:
    """Return the accuracy of B e_1."""
    return accuracy(weights(p.B, jnp.zeros_like(p.r)), p.B, p.gamma)


def prove_constant(side: Rel) -> BoundProof:
    """Return the proof that the accuracy is a constant where the score is: it is c B for every noise."""
    return lambda goal: decided(goal.conclusion, given=(side,))


def prove_below(goal: Goal) -> Theorem:
    """Off the axis the accuracy is Phi at a finite argument, and Phi stays below 1."""
    return decided(goal.conclusion, given=OFF_AXIS_GIVEN)


def prove_optimal(goal: Goal) -> Theorem:
    """Off the axis the accuracy is below 1, which B e_1 has."""
    below, best = goal.conclusion.left, goal.conclusion.right
    p, q = real("p q")
    less = decided(relation("<", p, q), given=(relation("<", p, 1), relation("=", q, 1)))
    off_axis = decided(relation("<", below, 1), given=OFF_AXIS_GIVEN)
    certain = decided(relation("=", best, 1), given=(SOME_SIGNAL,))
    return cut(put(less, {p: below, q: best}, *OFF_AXIS_GIVEN, SOME_SIGNAL), off_axis, certain)


def nearly_on_axis(batch: Batch) -> Batch:
    """Return classifiers near the best: forty deviations from the boundary."""
    size = np.linalg.norm(batch["r"], axis=1)
    nonzero = np.where(size[:, None] > 0, batch["r"], 1.0)
    reach = 40 * batch["gamma"] * np.linalg.norm(nonzero, axis=1) / batch["B"]
    return {**batch, "r": nonzero, "w_1": reach}


CLAIMS = (
    Claim(
        id="eq-b.4",
        space=MULTIPLE,
        printed=(
            Inequality(
                part="optimal",
                smaller=measured,
                larger=of_signal,
                strictly=True,
                space=OFF_AXIS,
                tight=nearly_on_axis,
                given=(POSITIVE_NOISE, SOME_NOISE),
                theorem=prove_optimal,
            ),
        ),
        beyond=(
            Identity(part="attained", formula=sp.S.One, defined_by=of_multiple, space=RIGHT, theorem=prove_constant(RIGHT_SIDE)),
            Identity(part="wrong-side", formula=sp.S.Zero, defined_by=of_multiple, space=WRONG, theorem=prove_constant(WRONG_SIDE)),
            Inequality(
                part="only",
                smaller=measured,
                larger=sp.S.One,
                strictly=True,
                space=OFF_AXIS,
                tight=nearly_on_axis,
                given=(POSITIVE_NOISE, SOME_NOISE),
                theorem=prove_below,
            ),
        ),
        assumes=(
            Assumption("c B > 0", WRONG, parts=("attained",), given=(RIGHT_SIDE,)),
            Assumption("c B < 0", RIGHT, parts=("wrong-side",), given=(WRONG_SIDE,)),
            Assumption("w is off the first axis", ON_AXIS, parts=("optimal", "only"), given=(NONZERO_REST,)),
            Assumption("B is not 0", replace(OFF_AXIS, construct=no_signal), parts=("optimal",), given=(SOME_SIGNAL,)),
        ),
    ),
)
