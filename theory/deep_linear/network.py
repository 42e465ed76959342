"""The two-layer linear network of Section 4.2: its symbols, its definition in JAX, and its four directions.

Shapes are those for which Eq. 2.1 makes sense: W (h, d), v (h,), x (d,), z = W x (h,).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

import jax
import numpy as np
import sympy as sp

from theory.definitions import deep_linear, gradient, j_sam, logistic, sgd
from theory.definitions import norm as size_of
from theory.domain import Arrays, Batch, Reals, Space, Values
from theory.kernel.rules import relation
from theory.meaning import gradient as slope_of
from theory.meaning import logistic as loss_of
from theory.meaning import means
from theory.symbols import Inner, Sign, column, matrix, norm, positive, size

h, d = size("h"), size("d")
W, v, x, z = matrix("W", h, d), column("v", h), column("x", d), column("z", h)
t, rho = Sign("t"), positive("rho")
f, J = sp.Symbol("f", real=True), positive("J")

# what the paper writes beside its updates, in the order in which each uses the ones before
WHERE = {z: W * x, f: Inner(v, z), J: sp.sqrt(norm(z) ** 2 + norm(x) ** 2 * norm(v) ** 2)}

SPACE = Space(
    {W: Arrays(2.0), v: Arrays(2.0), x: Arrays(2.0), t: Values((1.0, -1.0)), rho: Reals(1e-3, 2.0)},
    sizes=({h: 1, d: 1}, {h: 2, d: 3}, {h: 4, d: 2}),
)

Method = Callable[..., Any]
SymbolicLayers = tuple[Any, Any]

POSITIVE_RADIUS = relation("<", 0, rho)
SQUARED_SLOPE = Inner(W * x, W * x) + Inner(x, x) * Inner(v, v)
NONZERO_SLOPE = relation("<", 0, SQUARED_SLOPE)
NONZERO_INPUT = relation("!=", x, sp.ZeroMatrix(d, 1))
NONZERO_ACTIVATION = relation("!=", W * x, sp.ZeroMatrix(h, 1))
NONZERO_LAST = relation("!=", v, sp.ZeroMatrix(h, 1))


# ---- what the programs mean, in any dimension ----
def meant_output(at: SymbolicLayers) -> sp.Expr:
    """Return f = <v, W x> at weights (W, v)."""
    return Inner(at[1], at[0] * x)


def meant_loss(at: SymbolicLayers) -> sp.Expr:
    """Return the loss of the example at weights (W, v)."""
    return loss_of(meant_output(at), t)


def meant_gradient(of: Callable[[SymbolicLayers], sp.Expr], at: SymbolicLayers = (W, v)) -> SymbolicLayers:
    """Return the gradient of a function of (W, v) in both layers."""
    return slope_of(lambda first: of((first, at[1])), at[0]), slope_of(lambda second: of((at[0], second)), at[1])


def meant_length(layers: SymbolicLayers) -> sp.Expr:
    """Return the 2-norm of both layers together."""
    return sp.sqrt(Inner(layers[0], layers[0]) + Inner(layers[1], layers[1]))


def meant_norm(at: SymbolicLayers) -> sp.Expr:
    """Return J = ||grad f|| at weights (W, v)."""
    return meant_length(meant_gradient(meant_output, at))


def meant_perturbed(at: SymbolicLayers = (W, v)) -> SymbolicLayers:
    """Return (W, v) + rho g / ||g||, with g the gradient of the loss (Eq. 2.6)."""
    slope = meant_gradient(meant_loss, at)
    return at[0] + rho / meant_length(slope) * slope[0], at[1] + rho / meant_length(slope) * slope[1]


def meant_direction(logit_at: SymbolicLayers, jacobian_at: SymbolicLayers) -> SymbolicLayers:
    """Return minus the slope of the loss at the output of `logit_at`, times the Jacobian at `jacobian_at`."""
    scale = -slope_of(lambda out: loss_of(out, t), meant_output(logit_at))
    first, second = meant_gradient(meant_output, jacobian_at)
    return scale * first, scale * second


MEANT_SGD = meant_direction((W, v), (W, v))
MEANT_J_SAM = meant_direction((W, v), meant_perturbed())


def pieces(p: SimpleNamespace) -> tuple[Any, Any, Any]:
    """Return (network, loss, weights (W, v)) at the drawn point, for the methods of `theory.definitions`."""
    return (lambda w: deep_linear(w, p.x)), (lambda out: logistic(out, p.t)), (p.W, p.v)


@cache
def first_layer(method: Method) -> Callable[[SimpleNamespace], jax.Array]:
    """Return the definition of a method's direction for W, shape (h, d)."""
    return lambda p: method(*pieces(p), p.rho)[0]


@cache
def second_layer(method: Method) -> Callable[[SimpleNamespace], jax.Array]:
    """Return the definition of a method's direction for v, shape (h,)."""
    return lambda p: method(*pieces(p), p.rho)[1]


@means(meant_output((W, v)))
def output(p: SimpleNamespace) -> jax.Array:
    """Return f, shape ()."""
    return deep_linear((p.W, p.v), p.x)


def loss_gradient(p: SimpleNamespace) -> Any:
    """Return the gradient of the loss in (W, v) by automatic differentiation."""
    return gradient(*pieces(p))


def network_gradient(p: SimpleNamespace) -> Any:
    """Return the gradient of f in (W, v) by automatic differentiation."""
    net, _, w = pieces(p)
    return jax.grad(net)(w)


@means(meant_norm((W, v)))
def gradient_norm(p: SimpleNamespace) -> jax.Array:
    """Return ||grad f|| over both layers, shape ()."""
    return size_of(network_gradient(p))


def with_activation(batch: Batch, at: str = "x") -> Batch:
    """Return the batch with W changed along one input so that W times that input is the drawn column u, which is not zero."""
    W, x, u = batch["W"], batch[at], batch["u"]
    step = (u - np.einsum("nhd,nd->nh", W, x)) / np.sum(x * x, axis=1, keepdims=True)
    return {**batch, "W": W + step[:, :, None] * x[:, None, :]}


def without_weights(space: Space) -> Space:
    """Return the space with both layers zero, where grad f is zero and the perturbation is undefined."""

    def construct(batch: Batch) -> Batch:
        built = space.construct(batch)
        return {**built, "v": 0 * built["v"], "W": 0 * built["W"]}

    return Space(space.domains, space.sizes, construct=construct, note="all weights zero")


for _layer, _part in ((first_layer, 0), (second_layer, 1)):
    means(MEANT_SGD[_part])(_layer(sgd))
    means(MEANT_J_SAM[_part])(_layer(j_sam))
