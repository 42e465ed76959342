"""Separable data and their hard margin: the point u nearest to the origin among the weighted means of the points t_i x_i.

Shapes: X (n, d), labels t (n,), shares beta (n,) of the examples in u, weights w and directions v (d,). The *lead* of weights is <w, u>,
the mean of their margins under the shares. What is left of w across u has the square |w|^2 - <w, u>^2/|u|^2.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.kernel.propositions import relation
from theory.kernel.sums import every_unit
from theory.loss.full_batch import LABELS, NO_ZERO, X, i, lengths, n, t, w
from theory.loss.robust_objective import POSITIVE_RADIUS, STEP, margin, mean_step, reach, u, v
from theory.meaning import means
from theory.symbols import Inner, column, real, total

beta, g, eta = column("beta", n), *real("g eta")

SHARES = every_unit(relation("<=", 0, Inner(i, beta)), i)
WHOLE = relation("=", total(lambda e: Inner(e, beta), n, "j"), sp.S.One)
HULL = relation("=", total(lambda e: Inner(e, beta) * Inner(e, t) * X.T * e, n, "j"), u)
NEAREST = every_unit(relation("<=", Inner(u, u), margin(i, u)), i)
APART = relation("<", 0, Inner(u, u))
POSITIVE_STEP = relation("<", 0, eta)
FITS = every_unit(relation("<=", eta * Inner(X.T * i, X.T * i), 2), i)
AHEAD = relation("<=", 0, Inner(w, u))
MARGINS = every_unit(relation("<=", g, margin(i, v)), i)
STEPPED = (LABELS, NO_ZERO, POSITIVE_RADIUS, POSITIVE_STEP)
"""What a step of 1-SAM needs to be defined, and to go forward."""

AFTER = w + eta * STEP
REACH = total(lambda e: sp.exp(reach(e)), n, "j")
"""The sum of e^(rho |x_i|)."""


def across(at: Any) -> sp.Expr:
    """Return the square of the part of weights across u."""
    return Inner(at, at) - Inner(at, u) ** 2 / Inner(u, u)


# ---- programs ----
@means(Inner(AFTER, u))
def lead_after(p: SimpleNamespace) -> jax.Array:
    """Return the lead after a step of 1-SAM, shape ()."""
    return jnp.dot(p.w + p.eta * mean_step(p), p.u)


@means(sp.exp(Inner(AFTER, u)))
def exp_lead_after(p: SimpleNamespace) -> jax.Array:
    """Return e to the lead after a step of 1-SAM, shape ()."""
    return jnp.exp(lead_after(p))


def across_of(p: SimpleNamespace, at: jax.Array) -> jax.Array:
    """Return the square of the part of weights (d,) across u, shape ()."""
    return jnp.dot(at, at) - jnp.dot(at, p.u) ** 2 / jnp.dot(p.u, p.u)


@means(across(AFTER) - across(w))
def across_gained(p: SimpleNamespace) -> jax.Array:
    """Return by how much a step of 1-SAM raises the square of the part across u, shape ()."""
    return across_of(p, p.w + p.eta * mean_step(p)) - across_of(p, p.w)


@means(4 * REACH / Inner(u, u) * (Inner(AFTER, u) - Inner(w, u)))
def lead_gained(p: SimpleNamespace) -> jax.Array:
    """Return by how much a step of 1-SAM raises the lead, times 4/|u|^2 and the sum of e^(rho |x_i|); shape ()."""
    return 4 * jnp.sum(jnp.exp(p.rho * lengths(p))) / jnp.dot(p.u, p.u) * (lead_after(p) - jnp.dot(p.w, p.u))
