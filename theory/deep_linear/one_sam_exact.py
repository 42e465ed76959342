"""1-SAM of one example in a two-layer linear network, in closed form: J-SAM's direction times another positive number.

Statement.  t f(w + eps) = t f (1 + rho^2 |x|^2/J^2) - rho J =: m, and the 1-SAM direction is sigma(-m) (t grad f - rho grad J) in both
            layers. J-SAM has sigma(-t f) in place of sigma(-m); so both move along one line, and share the orbits of gradient ascent on
            t f - rho J. They differ in speed alone.
Idea.       f is bilinear: grad f(w + eps) = grad f + H eps, and f(w + eps) has one term of second order, eps_v eps_W x, a multiple of f.
Assumes.    grad f is not zero (else eps is undefined). One example; all widths and input dimensions. Over several examples the speeds
            are weights, and the orbits part.
Source.     Beyond Proposition 4.1, which treats the Jacobian alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

import jax

from theory.deep_linear.network import (
    MEANT_J_SAM,
    NONZERO_SLOPE,
    POSITIVE_RADIUS,
    SPACE,
    WHERE,
    J,
    d,
    f,
    h,
    meant_gradient,
    meant_loss,
    meant_output,
    meant_perturbed,
    pieces,
    rho,
    t,
    v,
    without_weights,
    x,
    z,
)
from theory.definitions import deep_linear, j_sam, one_sam, perturbed
from theory.goal import Goal
from theory.kernel.rules import Theorem, equal, put, replaced
from theory.kernel.tactics import rewritten, swapped
from theory.kernel.terms import plain
from theory.meaning import means
from theory.statement import Assumption, Claim, Identity
from theory.symbols import Inner, column, matrix, norm, sigma

# the J-SAM directions of W and v
DW, Dv = matrix("DW", h, d), column("Dv", h)
moved_margin = t * f * (1 + rho**2 * norm(x) ** 2 / J**2) - rho * J
MOVED = meant_perturbed()
MEANT_ONE_SAM = tuple(-slope for slope in meant_gradient(meant_loss, MOVED))


@means(t * meant_output(MOVED))
def margin_moved(p: SimpleNamespace) -> jax.Array:
    """Return t f(w + eps), shape ()."""
    return p.t * deep_linear(perturbed(*pieces(p), p.rho), p.x)


@means(MEANT_ONE_SAM[0])
def first_layer(p: SimpleNamespace) -> jax.Array:
    """Return the 1-SAM direction of W, shape (h, d)."""
    return one_sam(*pieces(p), p.rho)[0]


@means(MEANT_ONE_SAM[1])
def second_layer(p: SimpleNamespace) -> jax.Array:
    """Return the 1-SAM direction of v, shape (h,)."""
    return one_sam(*pieces(p), p.rho)[1]


JACOBIAN_MOVED = ((v - rho * t / J * z) * x.T, z - rho * t / J * norm(x) ** 2 * v)  # grad f at w + eps
A, b = matrix("A", h, d), column("b", h)  # any weights
USED = (NONZERO_SLOPE, POSITIVE_RADIUS)


@cache
def margin_theorem() -> Theorem:
    """Return f(w + eps) = t m, with m the closed form of the margin."""
    return equal(meant_output(MOVED), closed(t * moved_margin), *USED)


def closed(term: Any) -> Any:
    """Return a term with f, J and z put in, in the order in which each uses the ones before."""
    for symbol, meaning in reversed(WHERE.items()):
        term = term.xreplace({symbol: meaning})
    return term


@cache
def one_sam_theorem(layer: int) -> Theorem:
    """Return that the 1-SAM direction of a layer is t sigma(-m) times the gradient of f at w + eps, in closed form.

    The chain rule at any weights comes first; w + eps is put into it afterwards.
    """
    direction = plain(MEANT_ONE_SAM[layer])
    anywhere = direction.xreplace({plain(MOVED[0]): A, plain(MOVED[1]): b})
    jacobian = (b * x.T, A * x)[layer]
    chain = put(equal(anywhere, t * sigma(-t * Inner(b, A * x)) * jacobian), {A: MOVED[0], b: MOVED[1]}, *USED)
    known = replaced(chain, margin_theorem())
    return replaced(known, equal(known.conclusion.right, closed(t * sigma(-moved_margin) * JACOBIAN_MOVED[layer]), *USED))


def prove_margin(goal: Goal) -> Theorem:
    """The output at w + eps times the label."""
    known = rewritten(goal.conclusion.left, margin_theorem(), *USED)
    return replaced(known, equal(known.conclusion.right, goal.conclusion.right, *USED))


def prove_direction(layer: int, *, of_j_sam: bool = False) -> Callable[[Goal], Theorem]:
    """Return the proof for a layer: the theorem above, and the J-SAM direction in closed form where the goal speaks of it."""

    def prove(goal: Goal) -> Theorem:
        known = one_sam_theorem(layer)
        if of_j_sam:
            j_sam_there = equal(MEANT_J_SAM[layer], closed(t * sigma(-t * f) * JACOBIAN_MOVED[layer]), *USED)
            turned = goal.conclusion.right.xreplace({j_sam_there.conclusion.left: j_sam_there.conclusion.right})
            return replaced(replaced(known, equal(known.conclusion.right, turned, *USED)), swapped(j_sam_there, *USED))
        return replaced(known, equal(known.conclusion.right, goal.conclusion.right, *USED))

    return prove


SPEED = sigma(-moved_margin) / sigma(-t * f)
# f(w + eps) subtracts terms of the sizes |v| |z|, rho J and rho^2 |x|^2 |f|/J^2, and sigma passes their rounding on
SIZES = closed(norm(v) * norm(z) * (1 + rho**2 * norm(x) ** 2 / J**2) + rho * J)
JACOBIANS = (1 + SIZES) * closed(norm(x) * norm(v) + norm(z) + rho * norm(x) * (1 + norm(x)))
ATOMS = {
    DW: means(MEANT_J_SAM[0])(lambda p: j_sam(*pieces(p), p.rho)[0]),
    Dv: means(MEANT_J_SAM[1])(lambda p: j_sam(*pieces(p), p.rho)[1]),
}
ASSUMED = (POSITIVE_RADIUS,)


CLAIMS = (
    Claim(
        id="one-sam-exact",
        space=SPACE,
        beyond=(
            Identity(
                part="margin",
                formula=moved_margin,
                where=WHERE,
                defined_by=margin_moved,
                conditioning=SIZES,
                given=ASSUMED,
                theorem=prove_margin,
            ),
            Identity(
                part="first-layer",
                formula=sigma(-moved_margin) * (t * v - rho / J * z) * x.T,
                where=WHERE,
                defined_by=first_layer,
                conditioning=JACOBIANS,
                given=ASSUMED,
                theorem=prove_direction(0),
            ),
            Identity(
                part="second-layer",
                formula=sigma(-moved_margin) * (t * z - rho * norm(x) ** 2 / J * v),
                where=WHERE,
                defined_by=second_layer,
                conditioning=JACOBIANS,
                given=ASSUMED,
                theorem=prove_direction(1),
            ),
            Identity(
                part="one-line-first-layer",
                formula=SPEED * DW,
                where=WHERE,
                atoms=ATOMS,
                defined_by=first_layer,
                conditioning=JACOBIANS * (1 + closed(SPEED)),
                given=ASSUMED,
                theorem=prove_direction(0, of_j_sam=True),
            ),
            Identity(
                part="one-line-second-layer",
                formula=SPEED * Dv,
                where=WHERE,
                atoms=ATOMS,
                defined_by=second_layer,
                conditioning=JACOBIANS * (1 + closed(SPEED)),
                given=ASSUMED,
                theorem=prove_direction(1, of_j_sam=True),
            ),
        ),
        assumes=(Assumption("grad f is not zero", without_weights(SPACE), given=(NONZERO_SLOPE,)),),
    ),
)
