"""Toy data with orthogonal noise, and what naive SAM does to one of its examples, from the definitions.

x_i = y_i (B, gamma z_i / sqrt(d-1)), t_i = eps_i y_i, <z_i, z_j> = 0 for i != j. All examples share one perturbation,
rho grad L / ||grad L|| for the mean loss L. It adds the *shift* -t_i <perturbation, x_i> to the argument -t_i <w, x_i> of the logit
scale. The noise is built exactly orthogonal, from multiples of unit vectors or of the rows of a Hadamard matrix.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp
from scipy.linalg import hadamard

from theory.definitions import linear, logistic
from theory.definitions import norm as length
from theory.domain import Arrays, Batch, Reals, Space, Values
from theory.meaning import means
from theory.naive_sam.shift import SCALES, B, d, eps, gamma, i, j, meant_shift, n, noise, rho, squared_slope, v, w_1, y
from theory.statement import Atoms
from theory.symbols import Inner, column, positive, real
from theory.toy.distribution import example, signs

w, lengths, dense = column("w", d), column("lengths", n), real("dense")

# computed from the drawn data by JAX: all logit scales, and ||grad L||
scales, slope = column("scales", n), positive("slope")
eps_i, s_i, z_i = Inner(eps, i), Inner(scales, i), noise(i)
to_second = {i: j}

DOMAINS = {
    w: Arrays(1.0, zero=True),
    B: Reals(0.25, 3),
    gamma: Reals(0.5, 4),
    rho: Reals(0.01, 5),
    lengths: Arrays(2.0),
    y: Arrays(1.0, zero=True),
    eps: Arrays(1.0, zero=True),
    dense: Values((0.0, 1.0)),
}
NOTE = (
    "y and eps are signs; i and j are the first two examples; the z_i are multiples of unit vectors (dense = 0) "
    "or of rows of a Hadamard matrix (dense = 1)"
)


def with_noise(batch: Batch) -> Batch:
    """Turn y and eps into signs; add i, j and Z (n, d - 1) with orthogonal nonzero rows of the lengths drawn, up to a common factor."""
    lengths = np.where(batch["lengths"] == 0, 1.0, batch["lengths"])
    count, dimension = lengths.shape[1], batch["w"].shape[1] - 1
    unit, spread = np.eye(dimension)[:count], hadamard(dimension)[:count].astype(float)
    rows = np.where(batch["dense"][:, None, None] == 0, unit, spread)
    first, second = (np.tile(np.eye(count)[k], (len(lengths), 1)) for k in (0, 1))
    noise = {"lengths": lengths, "Z": lengths[:, :, None] * rows}
    return {**batch, **noise, "y": signs(batch["y"]), "eps": signs(batch["eps"]), "i": first, "j": second}


SPACE = Space(DOMAINS, sizes=({n: 2, d: 3}, {n: 4, d: 5}), construct=with_noise, note=NOTE)


def examples(p: SimpleNamespace) -> tuple[jax.Array, jax.Array]:
    """Return the inputs (n, d) and the labels (n,)."""
    return jax.vmap(example, in_axes=(0, None, None, 0))(p.y, p.B, p.gamma, p.Z), p.eps * p.y


def mean_gradient(p: SimpleNamespace) -> jax.Array:
    """Return grad L(w), shape (d,)."""
    X, t = examples(p)

    def mean_loss(v: jax.Array) -> jax.Array:
        losses = jax.vmap(lambda x, label: logistic(linear(v, x), label))(X, t)
        return jnp.sum(losses) / t.size

    return jax.grad(mean_loss)(p.w)


def logit_scales(p: SimpleNamespace) -> jax.Array:
    """Return |dl/df| of every example at w, shape (n,)."""
    X, t = examples(p)
    return jnp.abs(jax.vmap(jax.grad(logistic))(X @ p.w, t))


def shifts(p: SimpleNamespace) -> jax.Array:
    """Return what naive SAM adds to -t_i <w, x_i>, for every i, shape (n,)."""
    X, t = examples(p)
    gradient = mean_gradient(p)
    return -t * (X @ (p.rho * gradient / length(gradient)))


@means(meant_shift(i))
def shift_i(p: SimpleNamespace) -> jax.Array:
    """Return the shift of example i, shape ()."""
    return jnp.dot(p.i, shifts(p))


@means(meant_shift(i) - meant_shift(j))
def shift_difference(p: SimpleNamespace) -> jax.Array:
    """Return the shift of example i minus the shift of example j, shape ()."""
    return jnp.dot(p.i - p.j, shifts(p))


@means(sp.sqrt(squared_slope()))
def slope_of_mean(p: SimpleNamespace) -> jax.Array:
    """Return ||grad L||, shape ()."""
    return length(mean_gradient(p))


ATOMS: Atoms = {w_1: lambda p: p.w[0], v: lambda p: p.w[1:], scales: means(SCALES)(logit_scales), slope: slope_of_mean}


def same_lengths(batch: Batch) -> Batch:
    """Give the first two examples noise of one length, and let both be clean or both mislabelled."""
    twin = {name: np.concatenate([batch[name][:, :1], batch[name][:, :1], batch[name][:, 2:]], axis=1) for name in ("lengths", "eps")}
    return with_noise({**batch, **twin})


TWINS = replace(SPACE, construct=same_lengths, note=f"{NOTE}; noise of one length and one eps for the first two")
