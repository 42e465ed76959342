"""A small batch for the equations of Section 2.2: m examples through one network that is nonlinear in its weights."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from theory.definitions import logistic
from theory.domain import Batch
from theory.symbols import column, matrix, size

n, m = size("n"), size("m")
w, X, T = column("w", n), matrix("X", m, n), column("T", m)

SIZES = ({n: 1, m: 1}, {n: 3, m: 2})


def signs(batch: Batch) -> Batch:
    """Turn the drawn T into labels -1 and 1."""
    return {**batch, "T": np.where(batch["T"] >= 0, 1.0, -1.0)}


def network(weights: jax.Array, x: jax.Array) -> jax.Array:
    """Return a smooth scalar function of weights (n,) and input (n,), nonlinear in both; its gradient is zero where both are zero."""
    return 3.0 * jnp.sum(jnp.tanh(weights * x)) + jnp.dot(weights, weights) - jnp.sum(jnp.cos(weights + x))


def loss(weights: jax.Array, x: jax.Array, t: jax.Array) -> jax.Array:
    """Return the logistic loss of one example: weights (n,), input (n,), label () -> ()."""
    return logistic(network(weights, x), t)


def mean_loss(weights: jax.Array, X: jax.Array, T: jax.Array) -> jax.Array:
    """Return L of Eq. 2.2, the mean loss over inputs (m, n) and labels (m,)."""
    return jnp.mean(jax.vmap(loss, (None, 0, 0))(weights, X, T))
