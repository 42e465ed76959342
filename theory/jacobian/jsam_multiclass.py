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

from theory.attack import chains
from theory.attack.derivation import Derivation
from theory.definitions import Params, cross_entropy, gradient, j_sam
from theory.definitions import norm as size_of
from theory.domain import Arrays, Batch, OneHot, Reals, Space
from theory.statement import Assumption, Atoms, Claim, Identity
from theory.symbols import Inner, column, matrix, norm, positive, size

K, h, d = size("K"), size("h"), size("d")
V, W, x, e = matrix("V", K, h), matrix("W", h, d), column("x", d), column("e", K)
g, z = column("g", K), column("z", h)
rho, N = positive("rho"), positive("N")
# the gradients of the loss and of ||grad phi||, in W and in V
LW, NW = matrix("LW", h, d), matrix("NW", h, d)
LV, NV = matrix("LV", K, h), matrix("NV", K, h)
# arbitrary directions of W and of V, and a step along them
H, M, s = matrix("H", h, d), matrix("M", K, h), sp.Symbol("s", real=True)


def with_slope(batch: Batch) -> Batch:
    """Return the batch with a V that the loss depends on where W x = 0 would leave it level in both layers.

    There g = 1/K - e, so that V^T g = 0 where the mean row of V is that of the example's class; the first column of V becomes e.
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
    LW: layer(loss_gradient, 0),
    LV: layer(loss_gradient, 1),
    NW: layer(norm_gradient, 0),
    NV: layer(norm_gradient, 1),
}
WHERE = {z: W * x, N: sp.sqrt(norm(V.T * g) ** 2 * norm(x) ** 2 + norm(g) ** 2 * norm(z) ** 2)}


def slopes(value: Callable[[Any, Any], sp.Expr]) -> tuple[sp.Expr, sp.Expr]:
    """Return the slopes of value(W, V) along the arbitrary directions H of W and M of V."""
    along_H, along_M = (sp.diff(chains.scalar(value(*at)), s).subs(s, 0) for at in ((W + s * H, V), (W, V + s * M)))
    return along_H, along_M


def derive(proof: Derivation) -> dict[Any, Any]:
    """Return what the atoms are, from slopes with g held fixed."""
    in_W, in_V = V.T * g * x.T, g * (W * x).T
    of_phi = slopes(lambda at_W, at_V: Inner(g, at_V * at_W * x))
    proof.equal("along any H, phi changes by <V^T g x^T, H>, and so does the loss, whose gradient in f is g", of_phi[0], Inner(in_W, H))
    proof.equal("along any M, phi and the loss change by <g z^T, M>", of_phi[1], Inner(in_V, M))
    root = sp.sqrt(norm(V.T * g) ** 2 * norm(x) ** 2 + norm(g) ** 2 * norm(W * x) ** 2)
    proof.equal("N^2 is the squared norm of that gradient", root**2, Inner(in_W, in_W) + Inner(in_V, in_V))
    of_norm = slopes(lambda at_W, at_V: root.xreplace({W: at_W, V: at_V}))
    norm_W, norm_V = norm(g) ** 2 * W * x * x.T, norm(x) ** 2 * g * g.T * V
    proof.equal("along any H, N changes by ||g||^2 <z x^T, H>/N", of_norm[0], Inner(norm_W, H) / root)
    proof.equal("along any M, N changes by ||x||^2 <g g^T V, M>/N", of_norm[1], Inner(norm_V, M) / root)
    return {LW: in_W, LV: in_V, NW: norm_W / N, NV: norm_V / N}


def derive_j_sam(proof: Derivation, derived: dict[Any, Any]) -> dict[str, Any]:
    """Return the J-SAM directions of both layers: minus the gradient of phi at w + eps with eps = rho grad phi/N."""
    to_W, to_V = W + rho / N * derived[LW], V + rho / N * derived[LV]
    in_W, in_V = to_V.T * g * x.T, g * (to_W * x).T
    from_W, from_V = (sp.diff(chains.scalar(Inner(g, at[1] * at[0] * x)), s) for at in ((to_W + s * H, to_V), (to_W, to_V + s * M)))
    proof.equal("from w + eps, phi changes along any H by <(V + eps_V)^T g x^T, H>", from_W, Inner(in_W, H))
    proof.equal("and along any M by <g ((W + eps_W) x)^T, M>", from_V, Inner(in_V, M))
    return {"first-layer": -in_W, "second-layer": -in_V}


def prove_direction(claim: Identity, proof: Derivation) -> None:
    """Put the gradients of the loss and of N into the formula."""
    derived = derive(proof)
    directions = derive_j_sam(proof, derived)
    proof.equal("the J-SAM direction is the formula", directions[claim.part], claim.formula.xreplace(derived))


def prove_explicit(claim: Identity, proof: Derivation) -> None:
    """The same directions, written out; N as printed is the norm of grad phi."""
    derived = derive(proof)
    directions = derive_j_sam(proof, derived)
    proof.equal("the J-SAM direction is the formula", directions[claim.part.removeprefix("explicit-")], claim.formula.xreplace({z: W * x}))
    square = Inner(derived[LW], derived[LW]) + Inner(derived[LV], derived[LV])
    proof.equal("N as printed is the norm of grad phi", claim.expand(N) ** 2, square)
    proof.holds("the non-negative root", lambda: bool(claim.expand(N).is_nonnegative), f"{claim.expand(N)}")


# g = softmax - e is a difference of numbers below 1: the conditioning is the size of the direction for entries of g of size 1
SIZE = norm(V) * norm(x) + norm(W * x) + rho * norm(x)
CLAIMS = (
    Claim(
        id="jsam-multiclass",
        idea="at a fixed logit scale the loss is bilinear in the two layers",
        space=SPACE,
        beyond=(
            Identity(
                part="first-layer",
                formula=-LW - rho * NW,
                atoms=ATOMS,
                defined_by=layer(j_sam_direction, 0),
                conditioning=SIZE,
                proof=prove_direction,
            ),
            Identity(
                part="second-layer",
                formula=-LV - rho * NV,
                atoms=ATOMS,
                defined_by=layer(j_sam_direction, 1),
                conditioning=SIZE,
                proof=prove_direction,
            ),
            Identity(
                part="explicit-first-layer",
                formula=-V.T * g * x.T - rho * norm(g) ** 2 / N * z * x.T,
                where=WHERE,
                atoms=ATOMS,
                defined_by=layer(j_sam_direction, 0),
                conditioning=SIZE,
                proof=prove_explicit,
            ),
            Identity(
                part="explicit-second-layer",
                formula=-g * z.T - rho * norm(x) ** 2 / N * g * g.T * V,
                where=WHERE,
                atoms=ATOMS,
                defined_by=layer(j_sam_direction, 1),
                conditioning=SIZE,
                proof=prove_explicit,
            ),
        ),
        assumes=(Assumption("grad phi is not zero", Space(SPACE.domains, SPACE.sizes, without_weights, note="all weights zero")),),
    ),
)
