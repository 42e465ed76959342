"""The factor J brings the added terms closer to the gradients of norms than of squared norms: so it is, but for both layers together.

Statement.  Where all weights are multiplied by c > 0 and the logit scale is held, SGD's direction is multiplied by c and the added
            terms of Eqs. 4.2 and 4.4 do not change: they are of degree 0, as a norm's gradient; a square's gradient is of degree 1.
Idea.       z, v and J are each of degree 1 in the weights, so that z x^T/J and ||x||^2 v/J are of degree 0.
Assumes.    grad f is not zero; for the sum of the degrees neither x, z nor v is. All widths and input dimensions.
As printed. One sentence without a measure of closeness; the degree is the charitable one. With the other layer held fixed the local
            degree of the term in W is ||x||^2 ||v||^2/J^2 and of the term in v is ||z||^2/J^2. They sum to 1: one layer alone is
            closer to the norm only as far as the other is closer to the square. J is a square for small z and a norm for large z.
Source.     Section 4.2, after Eq. 4.4.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.deep_linear.network import (
    NONZERO_ACTIVATION,
    NONZERO_INPUT,
    NONZERO_LAST,
    NONZERO_SLOPE,
    POSITIVE_RADIUS,
    SPACE,
    WHERE,
    J,
    W,
    f,
    meant_direction,
    meant_perturbed,
    pieces,
    rho,
    t,
    v,
    with_activation,
    without_weights,
    x,
    z,
)
from theory.definitions import direction, perturbed
from theory.definitions import norm as size_of
from theory.domain import Arrays, Reals, Space
from theory.kernel.rules import relation
from theory.kernel.tactics import by_definition
from theory.kernel.terms import Slope
from theory.meaning import gradient as slope_of
from theory.meaning import means
from theory.statement import Assumption, Claim, Identity
from theory.symbols import Inner, column, norm, positive, sigma, total

c = positive("c")
u = column("u", W.shape[0])
POSITIVE_SCALE = relation("<", 0, c)
WITH_C = {**SPACE.domains, c: Reals(0.125, 2.0)}
SCALED = Space(WITH_C, SPACE.sizes[:2])
SCALED_ACTIVE = Space({**WITH_C, u: Arrays(2.0)}, SPACE.sizes[:2], construct=with_activation, note="W x = u, not zero")
ACTIVE = Space({**SPACE.domains, u: Arrays(2.0)}, SPACE.sizes[:2], construct=with_activation, note="W x = u, not zero")

added_W = -rho * sigma(-t * f) / J * z * x.T
added_v = -rho * sigma(-t * f) * norm(x) ** 2 / J * v
degree_W = norm(x) ** 2 * norm(v) ** 2 / J**2
degree_v = norm(z) ** 2 / J**2

Layers = tuple[Any, Any]


def held_logit(p: SimpleNamespace, weights: Layers) -> Layers:
    """Return the J-SAM directions at other weights with the logit scale held at the drawn ones."""
    net, loss, w = pieces(p)
    return direction(net, loss, logit_at=w, jacobian_at=perturbed(net, loss, weights, p.rho))


def scaled(layer: int) -> Callable[[SimpleNamespace], jax.Array]:
    """Return the definition of one layer's direction where all weights are multiplied by c."""
    meant = meant_direction((W, v), meant_perturbed((c * W, c * v)))[layer]
    return means(meant)(lambda p: held_logit(p, (p.c * p.W, p.c * p.v))[layer])


def meant_alone(layer: int) -> Any:
    """Return the same symbolically, entry by entry: the slope in s at 0."""
    s = sp.Symbol(".s", real=True)
    moved = (sp.exp(s) * W, v) if layer == 0 else (W, sp.exp(s) * v)
    of_layer = meant_direction((W, v), meant_perturbed(moved))[layer]
    rows, columns = of_layer.shape
    if columns == 1:
        return total(lambda i: Slope(Inner(i, of_layer), s, sp.S.Zero) * i, rows)
    return total(lambda i: total(lambda j: Slope(Inner(i, of_layer * j), s, sp.S.Zero) * i * j.T, columns, "j"), rows)


def alone(p: SimpleNamespace, layer: int) -> jax.Array:
    """Return d/ds of one layer's direction at s = 0 where this layer alone is multiplied by e^s.

    The SGD part of a layer's direction depends on the other layer only, so this is the change of the added term.
    """

    def at(s: jax.Array) -> jax.Array:
        return held_logit(p, (jnp.exp(s) * p.W, p.v) if layer == 0 else (p.W, jnp.exp(s) * p.v))[layer]

    return jax.jvp(at, (jnp.zeros(()),), (jnp.ones(()),))[1]


def meant_degree(layer: int) -> sp.Expr:
    """Return the local degree of one layer's added term, symbolically."""
    added = meant_direction((W, v), meant_perturbed())[layer] - meant_direction((W, v), (W, v))[layer]
    return Inner(meant_alone(layer), added) / Inner(added, added)


@means(meant_degree(0) + meant_degree(1))
def degrees(p: SimpleNamespace) -> jax.Array:
    """Return the sum over the layers of the local degree: the added term's own multiple in its change."""
    net, loss, w = pieces(p)
    plain = direction(net, loss, w, w)
    total = jnp.zeros(())
    for layer, moved in enumerate(held_logit(p, w)):
        added = moved - plain[layer]
        total = total + jnp.sum(alone(p, layer) * added) / jnp.sum(added * added)
    return total


def penalty_gradient(power: int) -> Callable[[SimpleNamespace], jax.Array]:
    """Return the gradient in W, at c W, of ||W x|| (power 1) or of ||W x||^2/2 (power 2)."""
    penalty = size_of if power == 1 else lambda activation: jnp.sum(activation**2) / 2.0
    value = norm if power == 1 else lambda activation: Inner(activation, activation) / 2
    meant = slope_of(lambda weights: value(weights * x), c * W)
    return means(meant)(lambda p: jax.grad(lambda weights: penalty(weights @ p.x))(p.c * p.W))


# the derivative along one layer subtracts two multiples of the added term from one another: the conditioning is its size
root = sp.sqrt(norm(W * x) ** 2 + norm(x) ** 2 * norm(v) ** 2)
CLAIMS = (
    Claim(
        id="j-scaling",
        space=SCALED,
        printed=(
            Identity(
                part="first-layer",
                formula=c * t * sigma(-t * f) * v * x.T + added_W,
                where=WHERE,
                defined_by=scaled(0),
                given=(POSITIVE_RADIUS, POSITIVE_SCALE),
                theorem=by_definition,
            ),
            Identity(
                part="second-layer",
                formula=c * t * sigma(-t * f) * z + added_v,
                where=WHERE,
                defined_by=scaled(1),
                given=(POSITIVE_RADIUS, POSITIVE_SCALE),
                theorem=by_definition,
            ),
            Identity(
                part="norm",
                formula=z * x.T / norm(z),
                where={z: W * x},
                space=SCALED_ACTIVE,
                defined_by=penalty_gradient(1),
                given=(POSITIVE_SCALE, NONZERO_ACTIVATION),
                theorem=by_definition,
            ),
            Identity(
                part="squared-norm",
                formula=c * z * x.T,
                where={z: W * x},
                defined_by=penalty_gradient(2),
                given=(POSITIVE_SCALE,),
                theorem=by_definition,
            ),
        ),
        beyond=(
            Identity(
                part="first-layer-alone",
                formula=degree_W * added_W,
                where=WHERE,
                space=ACTIVE,
                defined_by=means(meant_alone(0))(lambda p: alone(p, 0)),
                conditioning=rho * sigma(-t * Inner(v, W * x)) * norm(W * x) * norm(x) / root,
                given=(POSITIVE_RADIUS,),
                theorem=by_definition,
            ),
            Identity(
                part="second-layer-alone",
                formula=degree_v * added_v,
                where=WHERE,
                space=ACTIVE,
                defined_by=means(meant_alone(1))(lambda p: alone(p, 1)),
                conditioning=rho * sigma(-t * Inner(v, W * x)) * norm(x) ** 2 * norm(v) / root,
                given=(POSITIVE_RADIUS,),
                theorem=by_definition,
            ),
            Identity(
                part="degrees-sum",
                formula=sp.S.One,
                where=WHERE,
                space=ACTIVE,
                defined_by=degrees,
                # each added term is a difference of directions: their size over the size of the term
                conditioning=1 + root * norm(v) / (rho * norm(W * x)) + root * norm(W * x) / (rho * norm(x) ** 2 * norm(v)),
                given=(POSITIVE_RADIUS, NONZERO_INPUT, NONZERO_ACTIVATION, NONZERO_LAST, NONZERO_SLOPE),
                theorem=by_definition,
            ),
        ),
        assumes=(
            Assumption("grad f is not zero", without_weights(SCALED), parts=("first-layer", "second-layer"), given=(NONZERO_SLOPE,)),
            Assumption(
                "grad f is not zero", without_weights(ACTIVE), parts=("first-layer-alone", "second-layer-alone"), given=(NONZERO_SLOPE,)
            ),
        ),
    ),
)
