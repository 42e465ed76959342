"""Eq. 4.5: the regularised objective in three readings, each written as an update rule, and which of them is J-SAM.

Statement.  Per example, gamma_z ||z|| + gamma_v ||v||^2 adds -gamma_z z x^T/||z|| to the step of W and -2 gamma_v v to the step of v.
            With both norms squared and the coefficients rho sigma(-t f)/(2 J) and rho sigma(-t f) ||x||^2/(2 J) under a
            stop-gradient, the step is J-SAM's step, exactly.
Idea.       All readings add multiples of z x^T and of v; they differ in the coefficients.
Assumes.    z is not zero where its norm is not squared; the coefficients are held fixed in the last reading. All sizes.
As printed. The objective sums over i without a subscript; read as ||z_i||. With constants it is not J-SAM: those that serve one example
            do not serve another. It is nearer for z than a square would be: the coefficient that J-SAM takes for ||z|| stays below rho,
            that for ||z||^2 has no bound. For v the print has the square, whose coefficient has none either.
Source.     Section 4.3, Eq. 4.5; a review asks for an update rule and mentions a stop-gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import sympy as sp

from theory.deep_linear.network import (
    NONZERO_ACTIVATION,
    NONZERO_INPUT,
    NONZERO_LAST,
    NONZERO_SLOPE,
    POSITIVE_RADIUS,
    SQUARED_SLOPE,
    WHERE,
    J,
    W,
    first_layer,
    rho,
    second_layer,
    t,
    v,
    x,
    z,
)
from theory.deep_linear.penalties import (
    ACTIVE,
    FROM_THE_OTHER,
    HELD,
    SW,
    TWO_EXAMPLES,
    WITH_GAMMAS,
    Layers,
    Sv,
    gamma_v,
    gamma_z,
    logit_scale,
    needed_last,
    needed_norm,
    needed_square,
    printed_penalties,
    split_v,
    split_W,
    squared_penalties,
    update_v,
    update_W,
    with_constants,
    with_stop_gradient,
)
from theory.definitions import j_sam
from theory.domain import Batch, Space, Values
from theory.goal import Goal
from theory.kernel.rules import Theorem, cut, decided, equal, put, relation, replaced
from theory.kernel.tactics import by_definition
from theory.statement import Assumption, Claim, Identity, Inequality
from theory.symbols import Inner, norm, real, sigma

CONSTANTS = (relation("<", 0, gamma_z), relation("<", 0, gamma_v), NONZERO_ACTIVATION)
ACTIVE_EXAMPLE = (POSITIVE_RADIUS, NONZERO_INPUT, NONZERO_ACTIVATION, NONZERO_SLOPE)


def prove_bounded(goal: Goal) -> Theorem:
    """||z|| < J and the logit scale is below 1."""
    formula = rho * sigma(-t * Inner(v, W * x)) * norm(W * x) / sp.sqrt(SQUARED_SLOPE)
    a, s, q, k = real("a s q k")  # ||z||, the logit scale, J, rho
    given = tuple(relation("<", *pair) for pair in ((0, a), (a, q), (0, s), (s, 1), (0, k), (0, q)))
    below = decided(relation("<", k * s * a / q, k), given=given)
    told = {a: norm(W * x), s: sigma(-t * Inner(v, W * x)), q: sp.sqrt(SQUARED_SLOPE), k: rho}
    every = (*ACTIVE_EXAMPLE, NONZERO_LAST)
    below = put(below, told, NONZERO_SLOPE)
    below = cut(below, *(decided(h, given=every) for h in sorted(below.hypotheses - set(every), key=str)))
    return replaced(below, equal(formula, goal.conclusion.left, *ACTIVE_EXAMPLE))


def nearly_met(batch: Batch) -> Batch:
    """Return points where the bound is met up to rounding: a large activation, a small last layer, and a confident mistake."""
    W, v, x = 1e6 * np.ones_like(batch["W"]), -1e-3 * batch["t"][:, None] * np.ones_like(batch["v"]), np.ones_like(batch["x"])
    return {**batch, "W": W, "v": v, "x": x}


def constants(part: str, formula: Any, layer: int, penalties: Callable[[Layers, jax.Array], Layers], space: Space) -> Identity:
    """Return the statement of an update rule with constants."""
    return Identity(
        part=part,
        formula=formula,
        where=WHERE,
        space=space,
        defined_by=with_constants(penalties, layer),
        given=CONSTANTS,
        theorem=by_definition,
    )


# the term read off is a difference of directions: the conditioning is their size over the size of the penalty's gradient
size_W = norm(v) * norm(x) + rho * norm(x)
CLAIMS = (
    Claim(
        id="eq-4.5",
        space=ACTIVE,
        printed=(
            constants("update-first-layer", update_W - gamma_z * z * x.T / norm(z), 0, printed_penalties, WITH_GAMMAS),
            constants("update-second-layer", update_v - 2 * gamma_v * v, 1, printed_penalties, WITH_GAMMAS),
            Identity(
                part="mirrors-first-layer",
                formula=SW - gamma_z * z * x.T / norm(z),
                where={z: W * x},
                atoms=FROM_THE_OTHER,
                space=TWO_EXAMPLES,
                defined_by=first_layer(j_sam),
            ),
            Identity(
                part="mirrors-second-layer",
                formula=Sv - 2 * gamma_v * v,
                atoms=FROM_THE_OTHER,
                space=TWO_EXAMPLES,
                defined_by=second_layer(j_sam),
            ),
        ),
        corrected=(
            Identity(
                part="stop-gradient-first-layer",
                formula=split_W,
                where=WHERE,
                space=HELD,
                defined_by=with_stop_gradient(0),
                given=(POSITIVE_RADIUS, NONZERO_SLOPE),
                theorem=by_definition,
            ),
            Identity(
                part="stop-gradient-second-layer",
                formula=split_v,
                where=WHERE,
                space=HELD,
                defined_by=with_stop_gradient(1),
                given=(POSITIVE_RADIUS, NONZERO_SLOPE),
                theorem=by_definition,
            ),
        ),
        beyond=(
            constants("squares-first-layer", update_W - 2 * gamma_z * z * x.T, 0, squared_penalties, WITH_GAMMAS),
            Identity(
                part="needed-norm",
                formula=rho * logit_scale * norm(z) / J,
                where=WHERE,
                defined_by=needed_norm,
                conditioning=size_W / norm(x),
                given=ACTIVE_EXAMPLE,
                theorem=by_definition,
            ),
            Inequality(
                part="needed-norm-bounded",
                smaller=needed_norm,
                larger=rho,
                strictly=True,
                where=WHERE,
                tight=nearly_met,
                conditioning=size_W / norm(x),
                given=(*ACTIVE_EXAMPLE, NONZERO_LAST),
                theorem=prove_bounded,
            ),
            Identity(
                part="needed-square",
                formula=rho * logit_scale / (2 * J),
                where=WHERE,
                defined_by=needed_square,
                conditioning=size_W / (norm(x) * norm(W * x)),
                given=ACTIVE_EXAMPLE,
                theorem=by_definition,
            ),
            Identity(
                part="needed-last-layer",
                formula=rho * logit_scale * norm(x) ** 2 / (2 * J),
                where=WHERE,
                defined_by=needed_last,
                conditioning=(norm(W * x) + rho * norm(x)) / norm(v),
                given=(POSITIVE_RADIUS, NONZERO_SLOPE, NONZERO_LAST),
                theorem=by_definition,
            ),
        ),
        assumes=(
            Assumption(
                "the coefficients are held fixed",
                HELD.but(held=Values((0.0,))),
                parts=("stop-gradient-first-layer", "stop-gradient-second-layer"),
            ),
        ),
    ),
)
