"""The mean of the labelled toy examples, (1/n) X^T t: its spaces and its definition.

Noise Z (n, d - 1) is standard normal, y are the true labels, eps the corruptions, t = eps y, and X has the examples as rows.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np

from theory.domain import Arrays, Batch, Reals, Space
from theory.symbols import column, matrix, real, size
from theory.toy.distribution import B, accuracy, d, example, gamma, signs

n = size("n")
Z, eps, y, one = matrix("Z", n, d - 1), column("eps", n), column("y", n), column("one", n)
Delta = real("Delta")

# n is a power of two, so that the share Delta of flipped labels is a float without error
SIZES = ({n: 2, d: 3}, {n: 4, d: 5})
DOMAINS = {B: Reals(-3, 3), gamma: Reals(0.5, 4), Z: Arrays(3.0), eps: Arrays(1.0, zero=True), y: Arrays(1.0, zero=True)}


def flipped(batch: Batch, eps: np.ndarray) -> Batch:
    """Set eps and y to signs, Delta to the share of flipped labels, and `one` to a column of ones."""
    return {**batch, "eps": eps, "y": signs(batch["y"]), "Delta": np.mean(eps < 0, axis=1), "one": np.ones_like(eps)}


def any_share(batch: Batch) -> Batch:
    """Any share of flipped labels."""
    return flipped(batch, signs(batch["eps"]))


def minority(batch: Batch) -> Batch:
    """Fewer than half of the labels flipped, and B nonzero."""
    eps = signs(batch["eps"])
    eps = np.where(np.mean(eps < 0, axis=1, keepdims=True) < 0.5, eps, 1.0)
    return flipped({**batch, "B": np.where(batch["B"] == 0, 1.0, batch["B"])}, eps)


def uncancelled(batch: Batch) -> Batch:
    """Let the noise of the mean not vanish: its first coordinate has one sign in all eps_i z_i."""
    Z = batch["Z"].copy()
    Z[..., 0] = batch["eps"] * (np.abs(Z[..., 0]) + 0.25)
    return {**batch, "Z": Z}


NOTE = "eps and y are signs, Delta is the share of flipped labels"
ANY = Space(DOMAINS, SIZES, construct=any_share, note=NOTE)
FEW = Space(DOMAINS, ({n: 1, d: 3}, {n: 1, d: 17}), construct=any_share, note=f"{NOTE}; n = 1")
MINORITY = Space(DOMAINS, SIZES, construct=minority, note=f"{NOTE}, below 1/2; B is not 0")
NOISY = Space(
    {**DOMAINS, gamma: Reals(0.25, 4)},
    ({n: 1, d: 2}, {n: 4, d: 5}),
    construct=lambda batch: uncancelled(minority(batch)),
    note=f"{NOTE}, below 1/2; B is not 0; the noise of the mean is not zero",
)


def labelled_sum(p: SimpleNamespace, Z: jax.Array) -> jax.Array:
    """Return X^T t, shape (d,), for the noise Z (n, d - 1)."""
    X = jax.vmap(example, in_axes=(0, None, None, 0))(p.y, p.B, p.gamma, Z)
    return X.T @ (p.eps * p.y)


def labelled_mean(p: SimpleNamespace, Z: jax.Array) -> jax.Array:
    """Return X^T t / n, shape (d,)."""
    return labelled_sum(p, Z) / p.eps.size


def mean_square(p: SimpleNamespace, entries: slice = slice(None)) -> jax.Array:
    """Return E ||entries of (X^T t / n - (1-2 Delta) B e_1)||^2 over standard normal noise, shape ().

    The vector is affine in the noise: its mean is its value at zero noise, its variances are sums over its Jacobian squared.
    """
    origin = jnp.zeros_like(p.Z)
    target = jnp.concatenate([((1.0 - 2.0 * p.Delta) * p.B)[None], jnp.zeros(p.Z.shape[1])])
    bias = (labelled_mean(p, origin) - target)[entries]
    jacobian = jax.jacobian(lambda Z: labelled_mean(p, Z)[entries])(origin)
    return jnp.sum(bias * bias) + jnp.sum(jacobian * jacobian)


def bayes_accuracy(p: SimpleNamespace) -> jax.Array:
    """Return the accuracy of the limit (1-2 Delta) B e_1."""
    first = (1.0 - 2.0 * p.Delta) * p.B
    return accuracy(jnp.concatenate([first[None], jnp.zeros(p.Z.shape[1])]), p.B, p.gamma)
