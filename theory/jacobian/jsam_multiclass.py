"""For K classes, with the logit scale held fixed, J-SAM is exactly the descent direction of phi + rho ||grad phi||.

Statement.  f = V W x with K outputs, g = softmax(f) - e held fixed, phi = <g, f>. The J-SAM direction is -grad(phi + rho ||grad phi||).
            In W this adds -rho ||g||^2/N z x^T to SGD, in V it adds -rho ||x||^2/N g g^T V, with z = W x and N = ||grad phi||.
Idea.       At the drawn weights grad loss = grad phi, so eps points along grad phi; phi is bilinear, and the argument for two classes
            applies to it with +1 for the label.
Assumes.    grad phi is not zero (g itself never is). All widths, input dimensions and numbers of classes.
            The penalty on the last layer is on ||V^T g||, the part of V that this example's mistake sees, and not on ||V||.
Source.     Beyond Proposition 4.1, which is for two classes.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from theory.definitions import Params, cross_entropy, gradient, j_sam
from theory.definitions import norm as size_of
from theory.domain import Arrays, Batch, OneHot, Reals, Space
from theory.kernel.rules import relation
from theory.kernel.tactics import by_definition
from theory.meaning import gradient as slope_of
from theory.meaning import means
from theory.statement import Assumption, Atoms, Claim, Identity
from theory.symbols import Inner, column, matrix, norm, positive, size

K, h, d = size("K"), size("h"), size("d")
V, W, x, e = matrix("V", K, h), matrix("W", h, d), column("x", d), column("e", K)
g, z = column("g", K), column("z", h)
rho, N = positive("rho"), positive("N")
# the gradients of the loss and of ||grad phi||, in W and in V
LW, NW = matrix("LW", h, d), matrix("NW", h, d)
LV, NV = matrix("LV", K, h), matrix("NV", K, h)
SymbolicLayers = tuple[Any, Any]


def with_slope(batch: Batch) -> Batch:
    """Return the batch with a V that the loss depends on where W x = 0 would leave it level in both layers.

    There g = 1/K - e, so that V^T g = 0 where the mean row of V is the row of the example's class; the first column of V becomes e.
    """
    V_, e_ = batch["V"], batch["e"]
    silent = ~np.any(np.einsum("nhd,nd->nh", batch["W"], batch["x"]), axis=1)
    own_row = np.einsum("nk,nkh->nh", e_, V_)
    level = silent & np.all(V_.sum(axis=1) == V_.shape[1] * own_row, axis=1)
    first = np.arange(V_.shape[2]) == 0
    return {**batch, "V": np.where(level[:, None, None] & first, e_[:, :, None], V_)}


SPACE = Space(
    {V: Arrays(1.5), W: Arrays(1.5), x: Arrays(1.5), e: OneHot(), rho: Reals(1e-3, 2.0)},
    sizes=({K: 2, h: 1, d: 1}, {K: 3, h: 2, d: 2}),
    construct=with_slope,
    note="grad phi is not zero",
)


def without_weights(batch: Batch) -> Batch:
    """Return the batch with both layers zero."""
    return {**batch, "V": 0 * batch["V"], "W": 0 * batch["W"]}


def pieces(p: SimpleNamespace) -> tuple[Any, Any, Params]:
    """Return (network, loss, weights (W, V)) at the drawn point."""
    return (lambda w: w[1] @ (w[0] @ p.x)), (lambda f: cross_entropy(f, p.e)), (p.W, p.V)


def logit_scale(p: SimpleNamespace) -> jax.Array:
    """Return g, the gradient of the loss in the outputs, shape (K,)."""
    net, loss, w = pieces(p)
    return jax.grad(loss)(net(w))


def norm_gradient(p: SimpleNamespace) -> Params:
    """Return the gradient in (W, V) of ||grad phi|| where phi(w) = <g, f(w)> with g held fixed."""
    net, _, weights = pieces(p)
    held = logit_scale(p)
    return jax.grad(lambda w: size_of(jax.grad(lambda at: jnp.dot(held, net(at)))(w)))(weights)


# ---- what the programs mean, with the logit scale g as any vector that is held fixed ----
def meant_phi(at: SymbolicLayers) -> sp.Expr:
    """Return phi(w) = <g, f(w)>, whose gradient is the gradient of the loss."""
    return Inner(g, at[1] * (at[0] * x))


def meant_gradient(of: Callable[[SymbolicLayers], sp.Expr], at: SymbolicLayers = (W, V)) -> SymbolicLayers:
    """Return the gradient of a function of (W, V) in both layers."""
    return slope_of(lambda first: of((first, at[1])), at[0]), slope_of(lambda second: of((at[0], second)), at[1])


def meant_norm(at: SymbolicLayers) -> sp.Expr:
    """Return ||grad phi||."""
    first, second = meant_gradient(meant_phi, at)
    return sp.sqrt(Inner(first, first) + Inner(second, second))


MEANT_LOSS, MEANT_NORM = meant_gradient(meant_phi), meant_gradient(meant_norm)
MOVED = tuple(at + rho / meant_norm((W, V)) * slope for at, slope in zip((W, V), MEANT_LOSS, strict=True))
MEANT_J_SAM = tuple(-slope for slope in meant_gradient(meant_phi, (MOVED[0], MOVED[1])))


def layer(of: Callable[[SimpleNamespace], Params], index: int) -> Callable[[SimpleNamespace], jax.Array]:
    """Return one layer of a definition."""
    return lambda p: of(p)[index]


def j_sam_direction(p: SimpleNamespace) -> Params:
    """Return the J-SAM direction in (W, V)."""
    return j_sam(*pieces(p), p.rho)


def loss_gradient(p: SimpleNamespace) -> Params:
    """Return the gradient of the loss in (W, V)."""
    return gradient(*pieces(p))


ATOMS: Atoms = {
    g: logit_scale,
    LW: means(MEANT_LOSS[0])(layer(loss_gradient, 0)),
    LV: means(MEANT_LOSS[1])(layer(loss_gradient, 1)),
    NW: means(MEANT_NORM[0])(layer(norm_gradient, 0)),
    NV: means(MEANT_NORM[1])(layer(norm_gradient, 1)),
}
WHERE = {z: W * x, N: sp.sqrt(norm(V.T * g) ** 2 * norm(x) ** 2 + norm(g) ** 2 * norm(z) ** 2)}


NONZERO_SLOPE = relation("<", 0, norm(V.T * g) ** 2 * norm(x) ** 2 + norm(g) ** 2 * norm(W * x) ** 2)
GIVEN = (relation("<", 0, rho),)


# g = softmax - e is a difference of numbers below 1: the conditioning is the size of the direction for entries of g of size 1
SIZE = norm(V) * norm(x) + norm(W * x) + rho * norm(x)
CLAIMS = (
    Claim(
        id="jsam-multiclass",
        space=SPACE,
        beyond=(
            Identity(
                part="first-layer",
                formula=-LW - rho * NW,
                atoms=ATOMS,
                defined_by=means(MEANT_J_SAM[0])(layer(j_sam_direction, 0)),
                conditioning=SIZE,
                given=GIVEN,
                theorem=by_definition,
            ),
            Identity(
                part="second-layer",
                formula=-LV - rho * NV,
                atoms=ATOMS,
                defined_by=means(MEANT_J_SAM[1])(layer(j_sam_direction, 1)),
                conditioning=SIZE,
                given=GIVEN,
                theorem=by_definition,
            ),
            Identity(
                part="explicit-first-layer",
                formula=-V.T * g * x.T - rho * norm(g) ** 2 / N * z * x.T,
                where=WHERE,
                atoms=ATOMS,
                defined_by=means(MEANT_J_SAM[0])(layer(j_sam_direction, 0)),
                conditioning=SIZE,
                given=GIVEN,
                theorem=by_definition,
            ),
            Identity(
                part="explicit-second-layer",
                formula=-g * z.T - rho * norm(x) ** 2 / N * g * g.T * V,
                where=WHERE,
                atoms=ATOMS,
                defined_by=means(MEANT_J_SAM[1])(layer(j_sam_direction, 1)),
                conditioning=SIZE,
                given=GIVEN,
                theorem=by_definition,
            ),
        ),
        assumes=(
            Assumption(
                "grad phi is not zero", Space(SPACE.domains, SPACE.sizes, without_weights, note="all weights zero"), given=(NONZERO_SLOPE,)
            ),
        ),
    ),
)
