"""The linear model of Section 3: its symbols, its definition in JAX, and the gradient of one example.

Shapes: w and x (d,), label t in {-1, 1}, any dimension d. Every claim of this family starts from these definitions.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax
import sympy as sp

from theory.definitions import linear, logistic, norm, one_sam, sgd
from theory.domain import Arrays, Reals, Space, Values
from theory.kernel.rules import relation
from theory.meaning import ascended, gradient, means
from theory.meaning import logistic as loss_of
from theory.meaning import one_sam as meant_one_sam
from theory.meaning import sgd as meant_sgd
from theory.symbols import Inner, Sign, column, positive, sigma, size
from theory.symbols import norm as length

d = size("d")
w, x = column("w", d), column("x", d)
t, rho = Sign("t"), positive("rho")
output = Inner(w, x)

SPACE = Space(
    {w: Arrays(5.0, zero=True), x: Arrays(3.0), t: Values((1.0, -1.0)), rho: Reals(1e-3, 3.0)},
    sizes=({d: 1}, {d: 3}),
)


# the programs' meanings, in any dimension, and the assumptions
def loss(at: Any) -> sp.Expr:
    """Return the loss of the example at weights, symbolically."""
    return loss_of(Inner(at, x), t)


PLAIN, PERTURBED = meant_sgd(loss, w), meant_one_sam(loss, w, rho)
EPSILON = ascended(sp.ZeroMatrix(d, 1), gradient(loss, w), rho)
POSITIVE_RADIUS = relation("<", 0, rho)
NONZERO_INPUT = relation("!=", x, sp.ZeroMatrix(d, 1))


def at_zero_input(space: Space) -> Space:
    """Return the space with x = 0, where the gradient vanishes and the perturbation is undefined."""
    return Space(space.domains, space.sizes, construct=lambda batch: {**batch, "x": 0 * batch["x"]}, note="x = 0")


def pieces(p: SimpleNamespace) -> tuple[Any, Any, Any]:
    """Return (network, loss, weights) at the drawn point, for the methods of `theory.definitions`."""
    return (lambda at: linear(at, p.x)), (lambda f: logistic(f, p.t)), p.w


@means(length(PLAIN))
def plain_norm(p: SimpleNamespace) -> jax.Array:
    """Return ||grad loss|| at w, shape ()."""
    return norm(sgd(*pieces(p), p.rho))


@means(length(PERTURBED))
def perturbed_norm(p: SimpleNamespace) -> jax.Array:
    """Return ||grad loss|| at w + eps, shape ()."""
    return norm(one_sam(*pieces(p), p.rho))


@means(length(PERTURBED) / length(PLAIN))
def weight(p: SimpleNamespace) -> jax.Array:
    """Return the left side of Eq. 3.6: the factor by which 1-SAM multiplies the norm of this example's gradient, shape ()."""
    return perturbed_norm(p) / plain_norm(p)


def descent(at: sp.Expr) -> Any:
    """Return -grad loss where the output is `at`: t sigma(-t f) x, a column of any size."""
    return t * sigma(-t * at) * x
