"""The mean of the labelled toy examples, (1/n) X^T t: its spaces and its definition.

Noise Z (n, d - 1) is standard normal, y are the true labels, eps the corruptions, t = eps y, and X has the examples as rows.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from theory.domain import Arrays, Batch, Reals, Space
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, equal, put, replaced, summed
from theory.kernel.sums import every_unit
from theory.kernel.terms import plain
from theory.meaning import gradient, means
from theory.symbols import Inner, Sign, column, matrix, real, size, total, unit
from theory.toy.distribution import B, accuracy, d, example, gamma, meant_certain, signs

n = size("n")
Z, eps, y, all_ones = matrix("Z", n, d - 1), column("eps", n), column("y", n), column("one", n)
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


# what the programs mean: one example by its unit vector e, with label y_e, corruption eps_e and noise Z^T e
i = unit("i[n]", n)
SOME_NOISE = relation("<", 1, d)
SIGNS = tuple(every_unit(relation("=", Inner(i, of) ** 2, 1), i) for of in (eps, y))
MEANT_SHARE = total(lambda e: (1 - Inner(e, eps)) / 2, n) / n
SHARE = {Delta: means(MEANT_SHARE)(lambda p: (1.0 - jnp.mean(p.eps)) / 2.0)}


def meant_first(flip: sp.Expr, label: sp.Expr) -> sp.Expr:
    """Return the first entry of t x of one example, t = eps y."""
    return flip * label * (label * B)


def meant_rest(flip: sp.Expr, label: sp.Expr, z: sp.MatrixExpr) -> sp.MatrixExpr:
    """Return the other entries of t x of one example."""
    return flip * label * (label * gamma / sp.sqrt(d - 1)) * z


def meant_sum(noise: sp.MatrixExpr = Z) -> tuple[sp.Expr, sp.MatrixExpr]:
    """Return X^T t as its first entry and the others."""
    first = total(lambda e: meant_first(Inner(e, eps), Inner(e, y)), n)
    return first, total(lambda e: meant_rest(Inner(e, eps), Inner(e, y), noise.T * e), n)


def labels_leave_noise() -> Theorem:
    """Return that the scaled sum of the eps_i z_i is the sum of the noise of the t_i x_i, since y_i^2 = 1."""
    label, k, flip = Sign("label"), column("k", d - 1), real("flip")
    term = equal(meant_rest(flip, sp.S.One, k), meant_rest(flip, label, k), SOME_NOISE)
    term = put(term, {label: Inner(i, y), flip: Inner(i, eps), k: Z.T * i}, relation("=", Inner(i, y) ** 2, 1), SOME_NOISE)
    known = summed(term, i)
    for side, wanted in zip(known.conclusion[1:], (rest_of_flips(), meant_sum()[1]), strict=True):
        if side != plain(wanted):  # SymPy flattens one of them
            known = replaced(known, equal(side, wanted, SOME_NOISE))
    return known


def rest_of_flips() -> sp.MatrixExpr:
    """Return the noise of the t_i x_i, with eps_i in place of t_i y_i."""
    return total(lambda e: meant_rest(Inner(e, eps), sp.S.One, Z.T * e), n)


def meant_spread(k: sp.MatrixExpr) -> sp.Expr:
    """Return the variance of the noise entry k of the mean over standard normal noise: the square of its slope in the noise."""
    slope = gradient(lambda noise: Inner(k, meant_sum(noise)[1]) / n, Z)
    return Inner(slope, slope)


def meant_mean_square() -> sp.Expr:
    """Return the squared error of the first entry and the variances of the others."""
    bias = meant_sum()[0] / n - (1 - 2 * Delta) * B
    return bias**2 + total(meant_spread, d - 1, "k")


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


@means(meant_certain((1 - 2 * Delta) * B))
def bayes_accuracy(p: SimpleNamespace) -> jax.Array:
    """Return the accuracy of the limit (1-2 Delta) B e_1."""
    first = (1.0 - 2.0 * p.Delta) * p.B
    return accuracy(jnp.concatenate([first[None], jnp.zeros(p.Z.shape[1])]), p.B, p.gamma)
