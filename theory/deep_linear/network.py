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

from theory.attack import chains
from theory.attack.derivation import Derivation
from theory.definitions import deep_linear, gradient, logistic
from theory.definitions import norm as size_of
from theory.domain import Arrays, Batch, Reals, Space, Values
from theory.symbols import Inner, Sign, column, matrix, norm, positive, sigma, size

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


def derive_gradient(proof: Derivation) -> None:
    """The gradient of f = <v, W x>: v x^T in W and W x in v, from directional derivatives; and its norm J."""
    H, k, s = matrix("H", h, d), column("k", h), sp.Symbol("s", real=True)
    proof.equal("along any H, f changes by <v x^T, H>", sp.diff(chains.scalar(Inner(v, (W + s * H) * x)), s), Inner(v * x.T, H))
    proof.equal("along any k, f changes by <W x, k>", sp.diff(chains.scalar(Inner(v + s * k, W * x)), s), Inner(W * x, k))


def derive_norm(proof: Derivation, printed: sp.Expr) -> None:
    """J as printed is the norm of that gradient."""
    square = Inner(v * x.T, v * x.T) + Inner(W * x, W * x)
    proof.equal("J^2 is the squared norm of the gradient", printed**2, square)
    proof.holds("and J is the non-negative root", lambda: bool(printed.is_nonnegative), f"{printed} is a square root")


def derive_perturbed(proof: Derivation) -> tuple[Any, Any]:
    """Return (W, v) at w + eps, in terms of J: the loss gradient is -t sigma(-t f) grad f, so eps = -rho t grad f / J."""
    derive_gradient(proof)
    u = sp.Symbol("u", real=True)
    proof.equal("the loss falls along f at the rate t sigma(-t f)", sp.diff(-sp.log(sigma(t * u)), u), -t * sigma(-t * u))
    proof.positive("so the loss gradient is -t times a positive multiple of grad f, and eps = -rho t grad f / J", sigma(-t * u))
    return W - rho * t / J * (v * x.T), v - rho * t / J * (W * x)


def derive_j_sam(proof: Derivation) -> tuple[Any, Any]:
    """Return the J-SAM directions of W and v, in terms of f and J: the Jacobian is taken at w + eps, the logit scale at w."""
    moved_W, moved_v = derive_perturbed(proof)
    return t * sigma(-t * f) * moved_v * x.T, t * sigma(-t * f) * moved_W * x


def derive_slope(proof: Derivation, name: str, value: Callable[[Any, Any], sp.Expr], in_W: Any, in_v: Any) -> None:
    """The gradient of value(W, v) is (in_W, in_v): its slopes along arbitrary directions H and k say so."""
    H, k, s = matrix("H", h, d), column("k", h), sp.Symbol("s", real=True)
    along_W, along_v = (sp.diff(chains.scalar(value(*at)), s).subs(s, 0) for at in ((W + s * H, v), (W, v + s * k)))
    proof.equal(f"along any H, {name} changes by the inner product of H and {in_W}", along_W, Inner(in_W, H))
    proof.equal(f"along any k, {name} changes by the inner product of k and {in_v}", along_v, Inner(in_v, k))
