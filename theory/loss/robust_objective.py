"""The objective that 1-SAM descends in a linear model: the mean over the examples of the largest loss within rho of the weights.

Shapes: X (n, d), one example a row, none of them zero; labels t (n,), each -1 or 1; weights w, u, v (d,). Everything is a mean over the
examples, as in Eq. 2.6.
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

from theory.definitions import linear, logistic, one_sam
from theory.domain import Arrays, Batch, Reals, Space
from theory.kernel.propositions import relation
from theory.kernel.sums import every_unit
from theory.loss.full_batch import X, d, example_loss, i, labelled, lengths, margins, n, rho, t, w
from theory.meaning import gradient, means
from theory.meaning import one_sam as meant_one_sam
from theory.symbols import Inner, column, total
from theory.symbols import norm as length

u, v, k = column("u", d), column("v", d), column("k", d)
POSITIVE_RADIUS = relation("<", 0, rho)

DATA = Space(
    {X: Arrays(2.0), t: Arrays(1.0), w: Arrays(3.0, zero=True), u: Arrays(3.0, zero=True), rho: Reals(1e-3, 5.0)},
    sizes=({n: 1, d: 2}, {n: 3, d: 2}),
    construct=labelled,
    note="labels are the signs of t; no row of X is zero",
)


def softplus(argument: sp.Expr) -> sp.Expr:
    """Return log(1 + e^argument)."""
    return sp.log(1 + sp.exp(argument))


def margin(e: Any, at: Any) -> sp.Expr:
    """Return t_i <w, x_i> of the example with the unit vector e."""
    return Inner(e, t) * Inner(at, X.T * e)


def reach(e: Any) -> sp.Expr:
    """Return rho |x_i|."""
    return rho * length(X.T * e)


def meant_objective(at: Any) -> sp.Expr:
    """Return F_rho at weights: the mean of softplus(rho |x_i| - t_i <w, x_i>)."""
    return total(lambda e: softplus(reach(e) - margin(e, at)), n, "j") / n


def meant_hinge(at: Any) -> sp.Expr:
    """Return H at weights: the mean of max(0, |x_i| - t_i <v, x_i>)."""

    def positive_part(gap: sp.Expr) -> sp.Expr:
        return (gap + sp.Abs(gap)) / 2

    return total(lambda e: positive_part(length(X.T * e) - margin(e, at)), n, "j") / n


STEP = total(lambda e: meant_one_sam(lambda at: example_loss(at, e), w, rho), n, "j") / n
AT_ZERO_STEP = relation("=", STEP, sp.ZeroMatrix(d, 1))
SEPARATES = every_unit(relation("<", 0, margin(i, u)), i)


def objective_at(p: SimpleNamespace, at: jax.Array) -> jax.Array:
    """Return F_rho at weights (d,), shape ()."""
    return jnp.sum(jnp.logaddexp(0.0, p.rho * lengths(p) - margins(SimpleNamespace(**{**vars(p), "w": at})))) / p.t.size


@means(meant_objective(w))
def objective(p: SimpleNamespace) -> jax.Array:
    """Return F_rho(w), shape ()."""
    return objective_at(p, p.w)


@means(meant_objective(u))
def objective_elsewhere(p: SimpleNamespace) -> jax.Array:
    """Return F_rho(u), shape ()."""
    return objective_at(p, p.u)


@means(gradient(meant_objective, w))
def objective_slope(p: SimpleNamespace) -> jax.Array:
    """Return grad F_rho(w) by automatic differentiation, shape (d,)."""
    return jax.grad(lambda at: objective_at(p, at))(p.w)


@means(STEP)
def mean_step(p: SimpleNamespace) -> jax.Array:
    """Return the direction of Eq. 2.6: the mean over the examples of -grad loss at w + eps_i; shape (d,)."""
    step = jnp.zeros_like(p.w)
    for x, label in zip(p.X, p.t, strict=True):
        step = step + one_sam(lambda at, x=x: linear(at, x), lambda f, label=label: logistic(f, label), p.w, p.rho)
    return step / p.t.size


@means(meant_objective(w) - Inner(STEP, u - w))
def linearised(p: SimpleNamespace) -> jax.Array:
    """Return F_rho(w) less the inner product of 1-SAM's direction and u - w, shape ()."""
    return objective(p) - jnp.dot(mean_step(p), p.u - p.w)


@means(Inner(STEP, u))
def step_along_u(p: SimpleNamespace) -> jax.Array:
    """Return the inner product of 1-SAM's direction and u, shape ()."""
    return jnp.dot(mean_step(p), p.u)


@means(sp.S.Zero)
def nothing(p: SimpleNamespace) -> jax.Array:
    """Return 0, shape ()."""
    return 0.0 * p.rho


@means(gradient(lambda s: Inner(gradient(meant_objective, w + s * k), k), sp.S.Zero))
def bend(p: SimpleNamespace) -> jax.Array:
    """Return the second derivative of F_rho at w along k, by automatic differentiation; shape ()."""

    def slope(s: jax.Array) -> jax.Array:
        return jnp.dot(jax.grad(lambda at: objective_at(p, at))(p.w + s * p.k), p.k)

    return jax.grad(slope)(jnp.zeros(()))


@means(meant_objective(rho * v) / rho)
def rescaled(p: SimpleNamespace) -> jax.Array:
    """Return F_rho(rho v) / rho, shape ()."""
    return objective_at(p, p.rho * p.v) / p.rho


def both_labels(batch: Batch) -> Batch:
    """Give every input twice, with either label, and put the weights to a place where 1-SAM rests: orthogonal to the one input."""
    X = np.round(batch["X"] * 2.0**12) / 2.0**12
    first = np.where(np.any(X[:, :1] != 0, axis=2, keepdims=True), X[:, :1], 1.0)
    across = np.stack([-first[:, 0, 1], first[:, 0, 0]], axis=1)
    far = np.round(batch["w"][:, :1] * 2.0**8) / 2.0**8
    return {**batch, "X": np.repeat(first, 2, axis=1), "t": np.tile([1.0, -1.0], (len(X), 1)), "w": far * across}


AT_REST = replace(DATA, sizes=({n: 2, d: 2},), construct=both_labels, note="one input twice, with either label; <w, x> = 0")
"""Data and weights at which the mean step of 1-SAM is zero, exactly also in 50 digits."""


def separated(batch: Batch) -> Batch:
    """Choose the labels so that u classifies every example, and move u where it is orthogonal to one."""
    batch = labelled(batch)
    outputs = np.einsum("bnd,bd->bn", batch["X"], batch["u"])
    flat = np.any(np.abs(outputs) < 1e-9, axis=1, keepdims=True)
    everywhere = np.where(flat[:, :, None], np.abs(batch["X"]) + 0.5, batch["X"])
    u = np.where(flat, np.abs(batch["u"]) + 0.5, batch["u"])
    return {**batch, "X": everywhere, "u": u, "t": np.where(np.einsum("bnd,bd->bn", everywhere, u) < 0, -1.0, 1.0)}


def one_sided(batch: Batch) -> Batch:
    """Make all inputs positive and all labels 1, so that no two examples' directions cancel."""
    return {**batch, "X": np.abs(batch["X"]) + 0.5, "t": np.ones_like(batch["t"])}


def misclassified(batch: Batch) -> Batch:
    """Choose the labels so that u classifies no example."""
    batch = labelled(batch)
    return {**batch, "t": np.where(np.einsum("bnd,bd->bn", batch["X"], batch["u"]) < 0, 1.0, -1.0)}


SEPARATED = replace(DATA, construct=separated, note="t_i <u, x_i> > 0 for every i")


def without_inputs(space: Space) -> Space:
    """Return the space with all inputs zero, where eps is undefined."""
    construct: Callable[[Batch], Batch] = space.construct
    return replace(space, construct=lambda batch: {**construct(batch), "X": 0 * batch["X"]}, note="x_i = 0")
