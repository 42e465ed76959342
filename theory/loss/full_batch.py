"""A linear model on a whole data set: the steps of gradient descent and 1-SAM added up over examples, and the ridge solution.

Shapes: X (n, d), one example a row, none of them zero; labels t (n,), each -1 or 1; weights w (d,). Losses are added, not
averaged, so that a step is comparable with X^T t.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from theory.definitions import linear, logistic, norm, one_sam, sgd
from theory.domain import Arrays, Batch, Reals, Space
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, equal, put, summed
from theory.kernel.sums import every_unit
from theory.kernel.terms import Rel, free
from theory.meaning import gradient, means
from theory.meaning import logistic as loss_of
from theory.meaning import one_sam as meant_one_sam
from theory.meaning import sgd as meant_sgd
from theory.symbols import Inner, Sign, column, matrix, positive, size, total, unit

n, d = size("n"), size("d")
X, t, w = matrix("X", n, d), column("t", n), column("w", d)
rho, tau, lam = positive("rho tau lam")

x = column("x", d)
# one example of the set, by its unit vector: its input is a row of X, its label an entry of t
i = unit("i[n]", n)
x_i, t_i = X.T * i, Inner(i, t)
LABELS = every_unit(relation("=", t_i**2, 1), i)
NO_ZERO = every_unit(relation("!=", x_i, sp.ZeroMatrix(d, 1)), i)


def example_loss(at: Any, e: Any) -> sp.Expr:
    """Return the loss of one example at weights, symbolically."""
    return loss_of(Inner(at, X.T * e), Inner(e, t))


def meant_step(direction: Callable[[Any], Any]) -> Any:
    """Return the sum over the examples of a direction, given as a function of the example's unit vector."""
    return total(direction, n)


def added(descent: Callable[[Any, Any], Any], direction: Callable[[Any, Any], Any], *given: Rel) -> Theorem:
    """Return that what the directions are for one example adds up to the sum of the directions, as functions of input x and label."""
    label = Sign("s")
    single = equal(descent(x, label), direction(x, label), *given)
    return summed(put(single, {x: x_i, label: t_i}, relation("=", t_i**2, 1), *(h for h in given if x not in free(h))), i)


def bounded(batch: Batch) -> Batch:
    """Add a Z that no margin exceeds, and a positive m that no example is shorter than."""
    batch = labelled(batch)
    margins = batch["t"] * np.einsum("bnd,bd->bn", batch["X"], batch["w"])
    highest, shortest = np.max(margins, axis=1), np.min(np.linalg.norm(batch["X"], axis=2), axis=1)
    return {**batch, "Z": highest + 1e-9 * (1 + np.abs(highest)), "m": shortest * (1 - 1e-9)}


def labelled(batch: Batch) -> Batch:
    """Turn the entries of t into labels by their signs, and zero rows of X into rows of ones."""
    empty = ~np.any(batch["X"] != 0, axis=2, keepdims=True)
    return {**batch, "X": np.where(empty, 1.0, batch["X"]), "t": np.where(batch["t"] < 0, -1.0, 1.0)}


DATA = Space(
    {X: Arrays(2.0), t: Arrays(1.0), w: Arrays(3.0), rho: Reals(1e-3, 20.0), tau: Reals(1e-2, 1e4), lam: Reals(1e-2, 1e4)},
    sizes=({n: 1, d: 2}, {n: 3, d: 2}),
    construct=labelled,
    note="labels are the signs of t; no row of X is zero",
)

BOUNDED = replace(DATA, construct=bounded, note=f"{DATA.note}; no margin is above Z, and no example shorter than m")


def added_up(method: Callable[..., jax.Array], p: SimpleNamespace, w: jax.Array) -> jax.Array:
    """Return the sum over examples of a method's descent direction at the weights w, shape (d,)."""

    def direction_at(x: jax.Array, label: jax.Array) -> jax.Array:
        return method(lambda at: linear(at, x), lambda f: logistic(f, label), w, p.rho)

    return jnp.sum(jnp.stack([direction_at(p.X[i], p.t[i]) for i in range(p.X.shape[0])]), axis=0)


@means(meant_step(lambda e: meant_one_sam(lambda at: example_loss(at, e), w, rho)))
def sam_step(p: SimpleNamespace) -> jax.Array:
    """Return the 1-SAM direction of all examples together, each with its own perturbation; shape (d,)."""
    return added_up(one_sam, p, p.w)


def plain_step(p: SimpleNamespace) -> jax.Array:
    """Return the direction of full-batch gradient descent, shape (d,)."""
    return added_up(sgd, p, p.w)


@means(meant_step(lambda e: meant_sgd(lambda at: example_loss(at, e), w / tau)))
def plain_step_at_small_weights(p: SimpleNamespace) -> jax.Array:
    """Return the direction of full-batch gradient descent at the weights w / tau, shape (d,)."""
    return added_up(sgd, p, p.w / p.tau)


def nearest_decay(p: SimpleNamespace) -> jax.Array:
    """Return the real lambda for which plain step - lambda w comes nearest to the 1-SAM step, shape ()."""
    return jnp.dot(plain_step(p) - sam_step(p), p.w) / jnp.dot(p.w, p.w)


v = column("v", d)  # the minimiser


def meant_objective(at: Any) -> sp.Expr:
    """Return ||X w - t||^2/2 + lambda ||w||^2/2."""
    return (Inner(X * at - t, X * at - t) + lam * Inner(at, at)) / 2


STATIONARY = relation("=", gradient(meant_objective, v), sp.ZeroMatrix(d, 1))


def ridge(p: SimpleNamespace) -> jax.Array:
    """Return the minimiser of ||X w - t||^2/2 + lambda ||w||^2/2, from the objective's own derivatives; shape (d,)."""
    return scaled_ridge(p) / p.lam


@means(lam * v)
def scaled_ridge(p: SimpleNamespace) -> jax.Array:
    """Return lambda times the minimiser of ||X w - t||^2/2 + lambda ||w||^2/2, from the objective's own derivatives; shape (d,)."""

    def objective(w: jax.Array) -> jax.Array:
        residuals = p.X @ w - p.t
        return (jnp.dot(residuals, residuals) + p.lam * jnp.dot(w, w)) / 2.0

    origin = jnp.zeros_like(p.w)
    return p.lam * solve(jax.hessian(objective)(origin), -jax.grad(objective)(origin))


def solve(a: jax.Array, b: jax.Array) -> jax.Array:
    """Return a^-1 b for a positive definite matrix (m, m), by elimination: it needs no pivots, and 50 digits can follow it."""
    if a.shape[0] == 1:
        return b / a[0]
    row, below_rows = a[0] / a[0, 0], a[1:]
    below = solve(below_rows[:, 1:] - jnp.outer(below_rows[:, 0], row[1:]), b[1:] - below_rows[:, 0] * b[0] / a[0, 0])
    return jnp.concatenate([(b[0] / a[0, 0] - jnp.dot(row[1:], below))[None], below])


def margins(p: SimpleNamespace) -> jax.Array:
    """Return t_i <w, x_i>, shape (n,)."""
    return p.t * (p.X @ p.w)


def lengths(p: SimpleNamespace) -> jax.Array:
    """Return ||x_i||, shape (n,)."""
    return jnp.stack([norm(p.X[i]) for i in range(p.X.shape[0])])
