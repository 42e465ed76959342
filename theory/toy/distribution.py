"""The toy distribution of Eqs. 3.1 and B.1 and the accuracy of a linear classifier on it, from their definitions.

An example is x = y (B, z) with z normal of variance gamma^2/(d-1), label y = +-1; w = (w_1, r), so r is the paper's w_{1+}.
The score y <w, x> is an affine function of the standard normal noise. Its mean and its slope are taken from the sampler itself,
by evaluation and by JAX's gradient; then P(score > 0) is a value of the error function. Nothing here uses Eq. B.3.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from theory.domain import Batch
from theory.kernel.rules import relation
from theory.meaning import gradient
from theory.symbols import Inner, Phi, column, norm, positive, real, size

d = size("d")
r = column("r", d - 1)
B, w_1 = real("B w_1")
gamma = positive("gamma")


def example(y: jax.Array, B: jax.Array, gamma: jax.Array, z: jax.Array) -> jax.Array:
    """Return x = y (B, gamma z / sqrt(d - 1)), shape (d,), for standard normal noise z (d - 1,) (Eq. B.1)."""
    deviation = jnp.sqrt(gamma * gamma / z.size)
    return y * jnp.concatenate([B[None], deviation * z])


def accuracy(w: jax.Array, B: jax.Array, gamma: jax.Array) -> jax.Array:
    """Return P(y <w, x> > 0) for w (d,) and a fair label (Eq. B.2), shape ().

    Where the noise does not reach the score, the score is a constant, and the result is 1 or 0.
    """

    def of_label(y: jax.Array) -> jax.Array:
        def score(z: jax.Array) -> jax.Array:
            return y * jnp.dot(w, example(y, B, gamma, z))

        origin = jnp.zeros(w.size - 1)
        mean, slope = score(origin), jax.grad(score)(origin)
        variance = jnp.sum(slope * slope)
        spread = jnp.where(variance > 0, variance, 1.0)
        # P(mean + sd N > 0) = erfc(-mean / (sd sqrt 2)) / 2 for a standard normal N
        return jnp.where(variance > 0, jax.scipy.special.erfc(-mean / jnp.sqrt(2.0 * spread)) / 2.0, jnp.where(mean > 0, 1.0, 0.0))

    positive_label = jnp.ones(())
    return (of_label(positive_label) + of_label(-positive_label)) / 2.0


def meant_accuracy(first: sp.Expr, noise_weights: sp.MatrixExpr) -> sp.Expr:
    """Return what `accuracy` means where the noise reaches the score: Phi(mean/deviation) of the score, for a fair label."""

    def of_label(y: sp.Expr) -> sp.Expr:
        def score(z: sp.MatrixExpr) -> sp.Expr:
            return y * (first * (y * B) + Inner(noise_weights, y * gamma / sp.sqrt(d - 1) * z))

        origin = sp.ZeroMatrix(d - 1, 1)
        mean = score(origin).xreplace({Inner(noise_weights, origin): sp.S.Zero})
        return Phi(mean / norm(gradient(score, origin)))

    return (of_label(sp.S.One) + of_label(sp.S.NegativeOne)) / 2


def meant_certain(first: sp.Expr) -> sp.Expr:
    """Return what `accuracy` means on the first axis, where no noise reaches the score: 1 where the score is positive, 0 where negative."""

    def of_label(y: sp.Expr) -> sp.Expr:
        score = y * (first * (y * B))
        return (1 + score / sp.Abs(score)) / 2

    return (of_label(sp.S.One) + of_label(sp.S.NegativeOne)) / 2


NONZERO_REST = relation("!=", r, sp.ZeroMatrix(d - 1, 1))
POSITIVE_NOISE = relation("<", 0, gamma)
SOME_NOISE = relation("<", 1, d)  # the first coordinate is not the only one


def weights(w_1: jax.Array, r: jax.Array) -> jax.Array:
    """Return w = (w_1, r), shape (d,)."""
    return jnp.concatenate([w_1[None], r])


def signs(values: np.ndarray) -> np.ndarray:
    """Return 1 where a value is not negative and -1 elsewhere."""
    return np.where(values < 0, -1.0, 1.0)


def aligned(batch: Batch) -> Batch:
    """Add w_1 = a ||r||, so that `a` is the paper's w_1/||w_{1+}||."""
    return {**batch, "w_1": batch["a"] * np.linalg.norm(batch["r"], axis=1)}
