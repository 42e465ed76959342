"""The two halves of a two-layer linear network on one example, p and q = (W x/|x| +- t v)/sqrt 2, and how J-SAM moves them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.deep_linear.network import (
    MEANT_J_SAM,
    SQUARED_SLOPE,
    J,
    W,
    gradient_norm,
    h,
    pieces,
    t,
    v,
    x,
)
from theory.definitions import deep_linear, j_sam
from theory.definitions import norm as size_of
from theory.domain import Batch
from theory.meaning import means
from theory.symbols import Inner, column, norm, real

share = real("share")
p, q = column("p", h), column("q", h)
f, R = real("f R")
UNIT = W * x / norm(x)
P, Q = (UNIT + t * v) / sp.sqrt(2), (UNIT - t * v) / sp.sqrt(2)
OUTPUT = Inner(v, W * x)
LENGTH = sp.sqrt(SQUARED_SLOPE) / norm(x)
WHERE = {J: sp.sqrt(SQUARED_SLOPE), R: J / norm(x), f: OUTPUT}


def halves(first: Any, last: Any, at: SimpleNamespace) -> tuple[jax.Array, jax.Array]:
    """Return (first x/|x| + t last)/sqrt 2 and the same with minus, each (h,)."""
    unit = first @ at.x / size_of(at.x)
    return (unit + at.t * last) / jnp.sqrt(2.0), (unit - at.t * last) / jnp.sqrt(2.0)


@means(P)
def plus(at: SimpleNamespace) -> jax.Array:
    """Return p, shape (h,)."""
    return halves(at.W, at.v, at)[0]


@means(Q)
def minus(at: SimpleNamespace) -> jax.Array:
    """Return q, shape (h,)."""
    return halves(at.W, at.v, at)[1]


def no_input(batch: Batch) -> Batch:
    """Put the input to zero, where neither coordinate is defined."""
    return {**batch, "x": 0 * batch["x"]}


MEANT_MOVES = tuple((MEANT_J_SAM[0] * x / norm(x) + sign * t * MEANT_J_SAM[1]) / sp.sqrt(2) for sign in (1, -1))


@means(MEANT_MOVES[0])
def plus_moves(at: SimpleNamespace) -> jax.Array:
    """Return p', the J-SAM direction in the coordinates of p, shape (h,)."""
    first, last = j_sam(*pieces(at), at.rho)
    return halves(first, last, at)[0]


@means(MEANT_MOVES[1])
def minus_moves(at: SimpleNamespace) -> jax.Array:
    """Return q', likewise, shape (h,)."""
    first, last = j_sam(*pieces(at), at.rho)
    return halves(first, last, at)[1]


@means(t * OUTPUT)
def margin(at: SimpleNamespace) -> jax.Array:
    """Return t f, shape ()."""
    return at.t * deep_linear((at.W, at.v), at.x)


MEANT_SPEED = (1 + sp.exp(t * OUTPUT)) * t * (Inner(v, MEANT_J_SAM[0] * x) + Inner(MEANT_J_SAM[1], W * x))
MEANT_GROWTH = Inner(P, MEANT_MOVES[0])


@means(MEANT_SPEED)
def speed(at: SimpleNamespace) -> jax.Array:
    """Return the derivative of t f + e^(t f) along the J-SAM flow, by forward differentiation; shape ()."""

    def value(weights: Any) -> jax.Array:
        own = at.t * deep_linear(weights, at.x)
        return own + jnp.exp(own)

    return jax.jvp(value, ((at.W, at.v),), (j_sam(*pieces(at), at.rho),))[1]


@means(MEANT_GROWTH)
def plus_grows(at: SimpleNamespace) -> jax.Array:
    """Return half the rate at which |p|^2 grows along the J-SAM flow, shape ()."""
    return jnp.dot(plus(at), plus_moves(at))


@means(sp.S.Zero)
def nothing(at: SimpleNamespace) -> jax.Array:
    """Return 0, shape ()."""
    return 0.0 * at.rho


@means(SQUARED_SLOPE / Inner(x, x))
def squared_ratio(at: SimpleNamespace) -> jax.Array:
    """Return R^2 = J^2/|x|^2, shape ()."""
    return (gradient_norm(at) / size_of(at.x)) ** 2
