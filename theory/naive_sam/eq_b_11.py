"""Eq. B.11: the gradient that naive SAM takes from one example of a linear model.

Statement.  At w + rho grad L / ||grad L||, with one perturbation for all, the gradient of example i is
            -t_i sigma(-t_i <w + rho grad L/||grad L||, x_i>) x_i.
Idea.       The gradient of the logistic loss at any weights v is -t sigma(-t <v, x>) x.
Assumes.    grad L(w) is not zero. No orthogonality.
Source.     Appendix B.2, Eqs. B.10-B.11.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from theory.definitions import ascend, gradient, linear, logistic
from theory.domain import Arrays, Batch, Reals, Space, Values
from theory.kernel.rules import relation
from theory.kernel.tactics import by_definition
from theory.meaning import gradient as gradient_of
from theory.meaning import logistic as loss_of
from theory.meaning import means
from theory.naive_sam.orthogonal import d, n, rho
from theory.statement import Assumption, Claim, Identity
from theory.symbols import Inner, Sign, column, matrix, norm, sigma
from theory.toy.distribution import signs

w, x, X, t, labels = column("w", d), column("x", d), matrix("X", n, d), Sign("t"), column("labels", n)
G = column("G", d)  # grad L(w)


def own_coordinate(batch: Batch) -> Batch:
    """Turn labels into signs; give x a last coordinate that no other example has, so that grad L does not vanish."""
    inputs, x = batch["X"].copy(), batch["x"].copy()
    inputs[..., -1] = 0.0
    x[..., -1] = np.where(x[..., -1] == 0, 1.0, x[..., -1])
    return {**batch, "X": inputs, "x": x, "labels": signs(batch["labels"])}


SPACE = Space(
    {
        w: Arrays(1.0, zero=True),
        x: Arrays(2.0),
        X: Arrays(2.0, zero=True),
        t: Values((1.0, -1.0)),
        labels: Arrays(1.0),
        rho: Reals(0.01, 5),
    },
    sizes=({n: 1, d: 2}, {n: 4, d: 3}),
    construct=own_coordinate,
    note="X holds n further examples; only x has a last coordinate",
)


def mean_gradient(p: SimpleNamespace) -> jax.Array:
    """Return grad L(w) over x and the rows of X, shape (d,)."""
    inputs, targets = jnp.concatenate([p.x[None], p.X]), jnp.concatenate([p.t[None], p.labels])

    def mean_loss(v: jax.Array) -> jax.Array:
        return jnp.sum(jax.vmap(lambda a, b: logistic(linear(v, a), b))(inputs, targets)) / targets.size

    return jax.grad(mean_loss)(p.w)


@means(gradient_of(lambda v: loss_of(Inner(v, x), t), w + rho / norm(G) * G))
def naive_sam_gradient(p: SimpleNamespace) -> jax.Array:
    """Return the gradient of the loss of x alone, at the weights perturbed for the mean loss, shape (d,)."""
    moved = ascend(p.w, mean_gradient(p), p.rho)
    return gradient(lambda v: linear(v, p.x), lambda out: logistic(out, p.t), moved)


def no_slope(batch: Batch) -> Batch:
    """Cancel the gradients of all examples: zero weights, and each example beside its copy with the other label."""
    batch = own_coordinate(batch)
    copies, flips = np.zeros_like(batch["X"]), np.ones_like(batch["labels"])
    copies[:, 0], flips[:, 0] = batch["x"], -batch["t"]
    return {**batch, "w": 0 * batch["w"], "X": copies, "labels": flips}


CLAIMS = (
    Claim(
        id="eq-b.11",
        space=SPACE,
        printed=(
            Identity(
                part="gradient",
                formula=-t * sigma(-t * Inner(w + rho * G / norm(G), x)) * x,
                atoms={G: mean_gradient},
                defined_by=naive_sam_gradient,
                given=(relation("<", 0, rho),),
                theorem=by_definition,
            ),
        ),
        assumes=(
            Assumption(
                "grad L(w) is not zero",
                replace(SPACE, construct=no_slope, note="w = 0, x twice, with either label"),
                given=(relation("!=", G, sp.ZeroMatrix(d, 1)),),
            ),
        ),
    ),
)
