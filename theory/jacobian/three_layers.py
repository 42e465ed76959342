"""J-SAM in a three-layer linear network: the penalty on the Jacobian's norm, and one term of second order that does not vanish.

Statement.  For f = <c, B A x>, y = A x, z = B y and J = ||grad f||, the J-SAM direction of a layer is exactly
            -grad loss - rho sigma grad J + rho^2 t sigma/J^2 E, sigma = sigma(-t f), with E = f y x^T in A, |x|^2 z c^T B in B and
            |x|^2 f c in c. So it is a polynomial of degree 2 in rho, and for two layers one of degree 1 (jsam-exact).
Idea.       f is linear in each layer, so grad f(w + eps) is a polynomial of degree 2 in eps; eps is -rho t grad f/J.
Assumes.    grad f is not zero (else eps is undefined). All widths and input dimensions.
As printed. "The exact J-SAM update becomes more complicated" as networks become deeper: so it does, by this term.
Source.     Beyond Section 4.2, after Proposition 4.1.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from theory.definitions import gradient, j_sam, logistic
from theory.definitions import norm as size_of
from theory.domain import Arrays, Batch, Reals, Space, Values
from theory.kernel.propositions import relation
from theory.kernel.tactics import by_definition
from theory.meaning import gradient as slope_of
from theory.meaning import logistic as loss_of
from theory.meaning import means
from theory.statement import Assumption, Claim, Definition, Identity
from theory.symbols import Inner, Sign, column, matrix, norm, positive, real, sigma, size

k, h, d = size("k"), size("h"), size("d")
A, B, c, x = matrix("A", h, d), matrix("B", k, h), column("c", k), column("x", d)
t, rho, f, J = Sign("t"), positive("rho"), real("f"), real("J")
LAYERS = (A, B, c)
# the gradients of the loss and of J in each layer
LOSS = matrix("LA", h, d), matrix("LB", k, h), column("Lc", k)
NORM = matrix("JA", h, d), matrix("JB", k, h), column("Jc", k)
Weights = tuple[Any, Any, Any]


def meant_output(at: Weights) -> sp.Expr:
    """Return f = <c, B A x> at weights (A, B, c)."""
    return Inner(at[2], at[1] * (at[0] * x))


def meant_loss(at: Weights) -> sp.Expr:
    """Return the loss of the example."""
    return loss_of(meant_output(at), t)


def meant_gradient(of: Any, at: Weights = LAYERS) -> Weights:
    """Return the gradient of a function of the weights in all layers."""
    return (
        slope_of(lambda a: of((a, at[1], at[2])), at[0]),
        slope_of(lambda b: of((at[0], b, at[2])), at[1]),
        slope_of(lambda last: of((at[0], at[1], last)), at[2]),
    )


def meant_length(of: Weights) -> sp.Expr:
    """Return the 2-norm over all layers."""
    return sp.sqrt(Inner(of[0], of[0]) + Inner(of[1], of[1]) + Inner(of[2], of[2]))


def meant_norm(at: Weights) -> sp.Expr:
    """Return J at weights."""
    return meant_length(meant_gradient(meant_output, at))


SLOPE = meant_gradient(meant_loss)
MOVED = tuple(at + rho / meant_length(SLOPE) * slope for at, slope in zip(LAYERS, SLOPE, strict=True))
SCALE = -slope_of(lambda out: loss_of(out, t), meant_output(LAYERS))
MEANT_J_SAM = tuple(SCALE * part for part in meant_gradient(meant_output, (MOVED[0], MOVED[1], MOVED[2])))
MEANT_NORM = meant_gradient(meant_norm)
SQUARE = norm(x) ** 2 * norm(B.T * c) ** 2 + norm(c) ** 2 * norm(A * x) ** 2 + norm(B * A * x) ** 2
SOME_SLOPE = relation("<", 0, SQUARE)


def with_slope(batch: Batch) -> Batch:
    """Replace the first two layers where grad f is zero: by 1 x^T and by ones, so that neither A x nor c is zero."""
    A, B, c, x = (batch[name] for name in "ABcx")
    y, back = np.einsum("nhd,nd->nh", A, x), np.einsum("nkh,nk->nh", B, c)
    flat = ~np.any(y != 0, axis=1) & ~np.any(back != 0, axis=1)
    first = np.ones_like(A) * x[:, None, :]
    return {**batch, "A": np.where(flat[:, None, None], first, A), "B": np.where(flat[:, None, None], 1.0, B)}


SPACE = Space(
    {A: Arrays(1.5), B: Arrays(1.5), c: Arrays(1.5), x: Arrays(1.5), t: Values((1.0, -1.0)), rho: Reals(1e-3, 2.0)},
    sizes=({k: 1, h: 1, d: 1}, {k: 2, h: 2, d: 2}),
    construct=with_slope,
    note="grad f is not zero",
)


def without_weights(batch: Batch) -> Batch:
    """Put all weights to zero."""
    return {**batch, "A": 0 * batch["A"], "B": 0 * batch["B"], "c": 0 * batch["c"]}


def deep(weights: Weights, at: jax.Array) -> jax.Array:
    """Return <c, B A x>, shape ()."""
    return jnp.dot(weights[2], weights[1] @ (weights[0] @ at))


def pieces(p: SimpleNamespace) -> tuple[Any, Any, Any]:
    """Return (network, loss, weights (A, B, c)) at the drawn point."""
    return (lambda w: deep(w, p.x)), (lambda out: logistic(out, p.t)), (p.A, p.B, p.c)


@cache
def direction(layer: int) -> Definition:
    """Return the definition of the J-SAM direction of one layer."""
    return means(MEANT_J_SAM[layer])(lambda p: j_sam(*pieces(p), p.rho)[layer])


@cache
def loss_slope(layer: int) -> Definition:
    """Return the definition of the gradient of the loss in one layer."""
    return means(SLOPE[layer])(lambda p: gradient(*pieces(p))[layer])


@cache
def norm_slope(layer: int) -> Definition:
    """Return the definition of grad J in one layer."""

    def of(p: SimpleNamespace) -> jax.Array:
        net, _, weights = pieces(p)
        return jax.grad(lambda w: size_of(jax.grad(net)(w)))(weights)[layer]

    return means(MEANT_NORM[layer])(of)


@means(meant_output(LAYERS))
def output(p: SimpleNamespace) -> jax.Array:
    """Return f, shape ()."""
    return deep((p.A, p.B, p.c), p.x)


@means(meant_norm(LAYERS))
def slope_length(p: SimpleNamespace) -> jax.Array:
    """Return J, shape ()."""
    net, _, weights = pieces(p)
    return size_of(jax.grad(net)(weights))


EXTRA = (f * A * x * x.T, norm(x) ** 2 * B * A * x * c.T * B, norm(x) ** 2 * f * c)
# each direction is a product of two layers moved by at most rho, times the input
SIZES = (norm(x) + 1) ** 2 * (norm(A) + norm(B) + norm(c) + rho) ** 2


def layer(number: int, name: str) -> Identity:
    """Return the statement on one layer."""
    atoms = {f: output, J: slope_length, LOSS[number]: loss_slope(number), NORM[number]: norm_slope(number)}
    return Identity(
        part=name,
        formula=-LOSS[number] - rho * sigma(-t * f) * NORM[number] + rho**2 * t * sigma(-t * f) / J**2 * EXTRA[number],
        atoms=atoms,
        defined_by=direction(number),
        conditioning=SIZES,
        given=(relation("<", 0, rho),),
        theorem=by_definition,
    )


CLAIMS = (
    Claim(
        id="three-layers",
        space=SPACE,
        beyond=(layer(0, "first-layer"), layer(1, "second-layer"), layer(2, "third-layer")),
        assumes=(
            Assumption(
                "grad f is not zero",
                Space(SPACE.domains, SPACE.sizes, without_weights, note="all weights zero"),
                given=(SOME_SLOPE,),
            ),
        ),
    ),
)
