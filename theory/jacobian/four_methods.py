"""1-SAM, L-SAM, J-SAM and SGD for any network: their values at two points of the perturbation as programs, and what the programs mean.

Every direction is a logit scale times a Jacobian, each at the weights w or at w + eps; for two classes and for K.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.definitions import cross_entropy, j_sam, l_sam, logistic, norm, one_sam, perturbed, sgd
from theory.domain import Arrays, Batch, OneHot, Reals, Space, Values
from theory.jacobian.models import gradient_bound, hessian_bound, logits, smooth
from theory.meaning import cross_entropy as meant_cross_entropy
from theory.meaning import gradient as slope_of
from theory.meaning import logistic as meant_logistic
from theory.meaning import means
from theory.statement import Atoms
from theory.symbols import Inner, Sign, column, matrix, positive, real, size, total, unit
from theory.symbols import norm as norm_of

n, K, d, P = size("n"), size("K"), size("d"), size("P")
t, rho, c = Sign("t"), positive("rho"), positive("c")
# two classes: logit scale and Jacobian at w (0) and at w + eps (1), and the slopes of L-SAM and J-SAM in rho at 0
w, x = column("w", n), column("x", n)
a0, a1, b0, b1 = real("a0"), real("a1"), column("b0", n), column("b1", n)
slope_L, slope_J = column("slope_L", n), column("slope_J", n)
G, L = real("G L")
# K classes: the same, the Jacobian a matrix
wk, xk, e = column("w", P), column("x", d), unit("e", K)
g0, g1, B0, B1 = column("g0", K), column("g1", K), matrix("B0", K, P), matrix("B1", K, P)
slope_LK, slope_JK = column("slope_L", P), column("slope_J", P)
# the outputs, the direction u of the perturbation, and the change of the Jacobian along it
f0, f1, fk, u = real("f0"), real("f1"), column("f0", K), column("u", P)
db, dB = column("db", n), matrix("dB", K, P)

TWO = Space(
    {w: Arrays(2.0, zero=True), x: Arrays(2.0), c: Reals(0.0, 2.0), t: Values((1.0, -1.0)), rho: Reals(1e-3, 1.0)},
    sizes=({n: 1}, {n: 3}),
)
MANY = Space(
    {wk: Arrays(2.0, zero=True), xk: Arrays(2.0), e: OneHot(), rho: Reals(1e-3, 1.0)},
    sizes=({K: 2, d: 1, P: 2}, {K: 3, d: 2, P: 6}),
)
Pieces = Callable[[SimpleNamespace], tuple[Any, Any, jax.Array]]
Method = Callable[..., Any]


# ---- what the programs mean, for any network: with its logit scale and its Jacobian at w, or moved along the perturbation ----
def meant_scale(output: sp.Expr) -> sp.Expr:
    """Return the derivative of the loss in the output, for two classes."""
    return slope_of(lambda out: meant_logistic(out, t), output)


def meant_scales(output: Any) -> Any:
    """Return the gradient of the loss in the outputs, for K classes."""
    return slope_of(lambda out: meant_cross_entropy(out, e), output)


def meant_slope(direction: Callable[[sp.Expr], Any], rows: Any) -> Any:
    """Return the derivative at 0 of a column that depends on a radius, entry by entry."""
    return total(lambda k: slope_of(lambda r: Inner(k, direction(r)), sp.S.Zero) * k, rows, "p")


GRADIENT = meant_scale(f0) * b0
UPHILL = GRADIENT / norm_of(GRADIENT)


def moved(r: sp.Expr) -> sp.Expr:
    """Return the output at w + r eps/||eps||, to second order in r."""
    return f0 + r * Inner(b0, UPHILL) + r**2 / 2 * Inner(db, UPHILL)


def moved_outputs(r: sp.Expr) -> Any:
    """Return the same for K classes."""
    return fk + r * B0 * u + r**2 / 2 * dB * u


MEANT_TWO = {
    one_sam: meant_slope(lambda r: -meant_scale(moved(r)) * (b0 + r * db), n),
    l_sam: meant_slope(lambda r: -meant_scale(moved(r)) * b0, n),
    j_sam: meant_slope(lambda r: -meant_scale(f0) * (b0 + r * db), n),
}
MEANT_MANY = {
    one_sam: meant_slope(lambda r: -(B0 + r * dB).T * meant_scales(moved_outputs(r)), P),
    l_sam: meant_slope(lambda r: -B0.T * meant_scales(moved_outputs(r)), P),
    j_sam: meant_slope(lambda r: -(B0 + r * dB).T * meant_scales(fk), P),
}
MEANT_LEFT = -meant_scale(f1) * b1 + meant_scale(f1) * b0 + meant_scale(f0) * b1 - meant_scale(f0) * b0


def at_rest(batch: Batch) -> Batch:
    """Return the batch with w = x = 0, where the loss has no gradient."""
    return {**batch, "w": 0 * batch["w"], "x": 0 * batch["x"]}


def two(p: SimpleNamespace) -> tuple[Any, Any, jax.Array]:
    """Return (network, loss, weights) for two classes."""
    return (lambda q: smooth(q, p.x, p.c)), (lambda out: logistic(out, p.t)), p.w


def many(p: SimpleNamespace) -> tuple[Any, Any, jax.Array]:
    """Return (network, loss, weights) for K classes."""
    return (lambda q: logits(q, p.x, p.e.size)), (lambda out: cross_entropy(out, p.e)), p.w


def left_over(pieces: Pieces) -> Callable[[SimpleNamespace], jax.Array]:
    """Return the definition of 1-SAM - L-SAM - J-SAM + SGD."""

    def definition(p: SimpleNamespace) -> jax.Array:
        full, logit, jacobian, plain = (method(*pieces(p), p.rho) for method in (one_sam, l_sam, j_sam, sgd))
        return full - logit - jacobian + plain

    return definition


def slope(method: Method, pieces: Pieces) -> Callable[[SimpleNamespace], jax.Array]:
    """Return the definition of d/drho of a method's direction at rho = 0."""

    def definition(p: SimpleNamespace) -> jax.Array:
        return jax.jvp(lambda r: method(*pieces(p), r), (jnp.zeros(()),), (jnp.ones(()),))[1]

    return means((MEANT_TWO if pieces is two else MEANT_MANY)[method])(definition)


def scale(pieces: Pieces, moved: bool) -> Callable[[SimpleNamespace], jax.Array]:
    """Return the gradient of the loss in the output, at w or at w + eps."""

    def definition(p: SimpleNamespace) -> jax.Array:
        net, loss, weights = pieces(p)
        return jax.grad(loss)(net(perturbed(*pieces(p), p.rho) if moved else weights))

    return definition


def jacobian(pieces: Pieces, moved: bool) -> Callable[[SimpleNamespace], jax.Array]:
    """Return the Jacobian of the output in the weights, at w or at w + eps."""

    def definition(p: SimpleNamespace) -> jax.Array:
        net, _, weights = pieces(p)
        return jax.jacrev(net)(perturbed(*pieces(p), p.rho) if moved else weights)

    return definition


def output(pieces: Pieces, moved: bool) -> Callable[[SimpleNamespace], jax.Array]:
    """Return the output of the network, at w or at w + eps."""

    def definition(p: SimpleNamespace) -> jax.Array:
        net, _, weights = pieces(p)
        return net(perturbed(*pieces(p), p.rho) if moved else weights)

    return definition


def uphill(pieces: Pieces, p: SimpleNamespace) -> jax.Array:
    """Return the direction of the perturbation, eps of radius 1."""
    return perturbed(*pieces(p), jnp.ones(())) - pieces(p)[2]


def bend(pieces: Pieces) -> Callable[[SimpleNamespace], jax.Array]:
    """Return the derivative of the Jacobian at w along the perturbation."""

    def definition(p: SimpleNamespace) -> jax.Array:
        net, _, weights = pieces(p)
        return jax.jvp(jax.jacrev(net), (weights,), (uphill(pieces, p),))[1]

    return definition


TWO_ATOMS: Atoms = {
    a0: scale(two, moved=False),
    a1: scale(two, moved=True),
    b0: jacobian(two, moved=False),
    b1: jacobian(two, moved=True),
    f0: output(two, moved=False),
    f1: output(two, moved=True),
    db: bend(two),
    slope_L: slope(l_sam, two),
    slope_J: slope(j_sam, two),
    G: lambda p: gradient_bound(p.w, p.x, p.c, p.rho),
    L: lambda p: hessian_bound(p.w, p.x, p.c, p.rho),
}
MANY_ATOMS: Atoms = {
    g0: scale(many, moved=False),
    g1: scale(many, moved=True),
    B0: jacobian(many, moved=False),
    B1: jacobian(many, moved=True),
    fk: output(many, moved=False),
    u: lambda p: uphill(many, p),
    dB: bend(many),
    slope_LK: slope(l_sam, many),
    slope_JK: slope(j_sam, many),
}


# the four directions by the chain rule, for any network: minus the logit scale times the Jacobian, each at w or at w + eps
LEFT_TWO = means(-a1 * b1 + a1 * b0 + a0 * b1 - a0 * b0)(left_over(two))
LEFT_MANY = means(-B1.T * g1 + B0.T * g1 + B1.T * g0 - B0.T * g0)(left_over(many))


@means(norm_of(MEANT_LEFT))
def size_left_over(p: SimpleNamespace) -> jax.Array:
    """Return the norm of the remainder, for two classes."""
    return norm(left_over(two)(p))
