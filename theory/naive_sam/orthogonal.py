"""Toy data with orthogonal noise, and what naive SAM does to one of its examples, from the definitions.

x_i = y_i (B, gamma z_i / sqrt(d-1)), t_i = eps_i y_i, <z_i, z_j> = 0 for i != j. All examples share one perturbation,
rho grad L / ||grad L|| for the mean loss L. It adds the *shift* -t_i <perturbation, x_i> to the argument -t_i <w, x_i> of the logit
scale. The noise is built exactly orthogonal, from multiples of unit vectors or of the rows of a Hadamard matrix.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp
from scipy.linalg import hadamard

from theory.attack.derivation import Derivation
from theory.definitions import linear, logistic
from theory.definitions import norm as length
from theory.domain import Arrays, Batch, Reals, Space, Values
from theory.symbols import Inner, Sign, column, matrix, norm, positive, real, sigma, size
from theory.toy.distribution import example, signs

n, d = size("n"), size("d")
B, gamma, rho = real("B"), positive("gamma"), positive("rho")
w, lengths, y, eps = column("w", d), column("lengths", n), column("y", n), column("eps", n)
dense = real("dense")

# computed from the drawn data by JAX: example i, its noise, its label, its corruption; all logit scales; ||grad L||
x_i, z_i, scales = column("x_i", d), column("z_i", d - 1), column("scales", n)
t_i, eps_i = Sign("t_i"), Sign("eps_i")
slope = positive("slope")

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
NOTE = "y and eps are signs; the z_i are multiples of unit vectors (dense = 0) or of rows of a Hadamard matrix (dense = 1)"


def with_noise(batch: Batch) -> Batch:
    """Turn y and eps into signs, and add Z (n, d - 1) with orthogonal nonzero rows of the lengths drawn, up to a common factor."""
    lengths = np.where(batch["lengths"] == 0, 1.0, batch["lengths"])
    count, dimension = lengths.shape[1], batch["w"].shape[1] - 1
    unit, spread = np.eye(dimension)[:count], hadamard(dimension)[:count].astype(float)
    rows = np.where(batch["dense"][:, None, None] == 0, unit, spread)
    return {**batch, "lengths": lengths, "y": signs(batch["y"]), "eps": signs(batch["eps"]), "Z": lengths[:, :, None] * rows}


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


def of(i: int, every: Callable[[SimpleNamespace], jax.Array]) -> Callable[[SimpleNamespace], jax.Array]:
    """Return the definition of entry i of a definition."""
    return lambda p: every(p)[i]


ATOMS = {
    x_i: of(0, lambda p: examples(p)[0]),
    z_i: of(0, lambda p: p.Z),
    t_i: of(0, lambda p: examples(p)[1]),
    eps_i: of(0, lambda p: p.eps),
    scales: logit_scales,
    slope: lambda p: length(mean_gradient(p)),
}
s_i = sigma(-t_i * Inner(w, x_i))


def derive_mean_gradient(proof: Derivation) -> None:
    """grad L = -(1/n) sum_j t_j sigma_j x_j, in the rows u_j = t_j x_j of U."""
    U, k, at, f, along = matrix("U", n, d), column("k", d), Sign("t_j"), real("f"), real("along")
    rate = sp.diff(-sp.log(sigma(at * (f + along * real("g")))), along).subs(along, 0)
    proof.equal("along any k the loss of example j grows by -t_j sigma_j g, where g = <x_j, k>", rate, -at * sigma(-at * f) * real("g"))
    proof.equal("the mean over j is the component along k of -U^T scales / n", Inner(-U.T * scales / n, k), -Inner(scales, U * k) / n)


def derive_shift(proof: Derivation) -> sp.Expr:
    """Derive the shift of example i in any dimension and for any number of examples; return it."""
    derive_mean_gradient(proof)
    U, u_i, V, v_i = matrix("U", n, d), column("u_i", d), matrix("V", n, d - 1), column("v_i", d - 1)
    shift = Inner(rho / slope * U.T * scales / n, u_i)
    proof.equal("the shift -<rho grad L/||grad L||, u_i>", shift, rho / (n * slope) * Inner(U.T * scales, u_i))
    label, flip = Sign("y_j"), Sign("eps_j")
    proof.equal("u_j has the first entry eps_j B", (flip * label) * (label * B), flip * B)
    scale = gamma / sp.sqrt(d - 1)
    proof.equal("and the others are scale v_j with v_j = eps_j z_j", (flip * label) * (label * scale) * z_i, scale * (flip * z_i))
    proof.equal("so <U^T scales, u_i> has the noise part", Inner(scale * V.T * scales, scale * v_i), scale**2 * Inner(scales, V * v_i))
    proof.equal("where v_i has the length of z_i", Inner(eps_i * z_i, eps_i * z_i), Inner(z_i, z_i))
    e_i = column("e_i", n)
    proof.equal(
        "orthogonal noise: V v_i = ||z_i||^2 e_i, and <scales, e_i> = sigma_i",
        Inner(scales, Inner(z_i, z_i) * e_i),
        Inner(z_i, z_i) * Inner(scales, e_i),
    )
    signal = Inner(eps, scales) * B * (eps_i * B)
    return rho / (n * slope) * (signal + scale**2 * norm(z_i) ** 2 * s_i)


def same_lengths(batch: Batch) -> Batch:
    """Give the first two examples noise of one length, and let both be clean or both mislabelled."""
    twin = {name: np.concatenate([batch[name][:, :1], batch[name][:, :1], batch[name][:, 2:]], axis=1) for name in ("lengths", "eps")}
    return with_noise({**batch, **twin})


TWINS = replace(SPACE, construct=same_lengths, note=f"{NOTE}; noise of one length and one eps for the first two")
