"""Eq. B.9: the ridge solution as its penalty grows.

Statement.  w = (X^T X + lambda I)^-1 X^T t minimises ||X w - t||^2 + lambda ||w||^2. It tends to 0; lambda w tends to X^T t.
Idea.       lambda w - X^T t = -X^T X w, and ||w|| <= ||X^T t|| / lambda. No inverse is needed: only the equation that w solves.
Assumes.    lambda > 0 (otherwise the minimiser may not be unique).
As printed. (X X^T + lambda I)^-1 X^T t does not exist unless n = d, neither for rows nor for columns as examples; and with the right
            inverse the limit is 0, since the factor lambda is missing.
Source.     Appendix B.1, Eq. B.9.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.domain import Arrays, Reals, Space
from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, all_of, assumed, decided, equal, replaced, square
from theory.kernel.tactics import fades, rewritten
from theory.kernel.terms import plain
from theory.linear import ridge as ridge_bounds
from theory.meaning import gradient, means
from theory.statement import Agreement, Assumption, Claim, Finding, Identity, Limit
from theory.symbols import Inner, column, matrix, norm, positive, size

n, d = size("n"), size("d")
X, t, u = matrix("X", n, d), column("t", n), column("u", n)
v = column("v", d)  # the minimiser
penalty = positive("penalty")  # the paper's lambda

SPACE = Space({X: Arrays(2.0), t: Arrays(1.0), penalty: Reals(0.01, 1000)}, sizes=({n: 2, d: 1}, {n: 2, d: 3}, {n: 3, d: 2}))
FAR = replace(SPACE, domains={**SPACE.domains, penalty: Reals(1e3, 1e6)}, note="the penalty is large, so that a solution is near its limit")


def solve(A: jax.Array, b: jax.Array) -> jax.Array:
    """Return the solution of A x = b by elimination without pivoting, for a positive definite A (k, k) and b (k,)."""
    if b.size == 1:
        return b / A[:, 0]
    column_below = A[1:, :1]
    x = solve(A[1:, 1:] - column_below * A[:1, 1:] / A[:1, :1], b[1:] - column_below[:, 0] * b[:1] / A[:1, 0])
    return jnp.concatenate([(b[:1] - A[:1, 1:] @ x) / A[:1, 0], x])


@means(v)
def ridge(p: SimpleNamespace) -> jax.Array:
    """Return the minimiser of the penalised squares, (d,): one Newton step from 0, which is exact for a quadratic."""

    def objective(w: jax.Array) -> jax.Array:
        return jnp.sum((p.X @ w - p.t) ** 2) + p.penalty * jnp.sum(w * w)

    origin = jnp.zeros(p.X.shape[1])
    return solve(jax.hessian(objective)(origin), -jax.grad(objective)(origin))


@means(penalty * v)
def scaled_ridge(p: SimpleNamespace) -> jax.Array:
    """Return lambda times the minimiser."""
    return p.penalty * ridge(p)


@means(norm(v))
def ridge_norm(p: SimpleNamespace) -> jax.Array:
    """Return the norm of the minimiser."""
    w = ridge(p)
    return jnp.sqrt(jnp.sum(w * w))


def solution(p: SimpleNamespace) -> jax.Array:
    """Return the minimiser; to a theorem it is any column at which the slope of the objective is zero."""
    return ridge(p)


SOLUTION = {v: solution}


def dual(p: SimpleNamespace) -> jax.Array:
    """Return u with (X X^T + lambda I) u = t, shape (n,)."""
    return solve(p.X @ p.X.T + p.penalty * jnp.eye(p.t.size), p.t)


Factors = tuple[tuple[str, tuple[sp.Expr, sp.Expr]], ...]  # names with shapes, from left to right

ROWS: Factors = (("(X X^T + lambda I)^-1", (n, n)), ("X^T", (d, n)), ("t", (n, sp.S.One)))
COLUMNS: Factors = (("(X X^T + lambda I)^-1", (d, d)), ("X^T", (n, d)), ("t", (n, sp.S.One)))
PRIMAL: Factors = (("(X^T X + lambda I)^-1", (d, d)), ("X^T", (d, n)), ("t", (n, sp.S.One)))
DUAL: Factors = (("X^T", (d, n)), ("(X X^T + lambda I)^-1", (n, n)), ("t", (n, sp.S.One)))


def check_shapes(readings: Mapping[str, Factors]) -> Sequence[Finding]:
    """Multiply the shapes of every reading; each product must exist and be a weight vector, d by 1."""
    findings = []
    for reading, factors in readings.items():
        for (left, a), (right, b) in pairwise(factors):
            findings.append(Finding(f"{reading}: {left} times {right}", a[1] == b[0], f"{a[0]} by {a[1]} times {b[0]} by {b[1]}"))
        rows, columns = factors[0][1][0], factors[-1][1][1]
        findings.append(Finding(f"{reading}: the product is a weight vector", (rows, columns) == (d, 1), f"{rows} by {columns}"))
    return findings


def meant_objective(at: Any) -> sp.Expr:
    """Return ||X w - t||^2 + lambda ||w||^2."""
    return Inner(X * at - t, X * at - t) + penalty * Inner(at, at)


POSITIVE = relation("<", 0, penalty)
STATIONARY = relation("=", gradient(meant_objective, v), sp.ZeroMatrix(d, 1))
DUAL_EQUATION = relation("=", X * X.T * u + penalty * u, t)


def stationary() -> Theorem:
    """Return that X^T X v - X^T t + lambda v is zero, from the slope of the objective."""
    half_slope = X.T * X * v - X.T * t + penalty * v
    doubled = replaced(assumed(STATIONARY), equal(STATIONARY.left, 2 * half_slope))
    return decided(relation("=", half_slope, sp.ZeroMatrix(d, 1)), doubled)


def prove_dual(goal: Goal) -> Theorem:
    """q = v - X^T u solves X^T X q + lambda q = 0, so that ||X q||^2 + lambda ||q||^2 = 0."""
    q, zero = v - X.T * u, stationary()
    along, beside = (
        rewritten(Inner(q, zero.conclusion.left), zero),
        rewritten(Inner(X * q, X * X.T * u + penalty * u), assumed(DUAL_EQUATION)),
    )
    none = decided(relation("=", Inner(q, q), 0), along, beside, square(X * q), square(q), given=(POSITIVE,))
    return decided(goal.conclusion, none)


def prove_scaled(goal: Goal) -> Theorem:
    """lambda v misses X^T t by X^T X v, and ||v|| is at most ||X^T t|| / lambda."""
    bounded = ridge_bounds.misses(stationary(), X, t, v, penalty)
    return all_of(bounded, fades(goal.conclusion.parts[0].right, Inner(X, X) * norm(X.T * t), plain(penalty)))


def prove_vanishes(goal: Goal) -> Theorem:
    """||v|| is at most ||X^T t|| / lambda."""
    wanted = goal.conclusion.parts[0]
    short = ridge_bounds.shrinks(stationary(), X, t, v, penalty)
    bounded = decided(wanted, short, given=(POSITIVE,))
    return all_of(bounded, fades(wanted.right, norm(X.T * t), plain(penalty)))


rate = Inner(X, X) * norm(X.T * t) / penalty
OTHERS: dict[str, dict[str, Factors]] = {
    "rows as printed": {"rows": ROWS},
    "columns as printed": {"columns": COLUMNS},
    "no transpose": {"primal": (PRIMAL[0], ("X", (n, d)), PRIMAL[2])},
    "the inverse last": {"primal": (PRIMAL[1], PRIMAL[2], PRIMAL[0])},
    "no X": {"primal": (PRIMAL[0], PRIMAL[2])},
    "no labels": {"primal": PRIMAL[:2]},
    "the small inverse in front": {"dual": (DUAL[1], DUAL[0], DUAL[2])},
}

CLAIMS = (
    Claim(
        id="eq-b.9",
        space=SPACE,
        printed=(
            Agreement(
                part="shapes", copied=True, data={"examples in rows": ROWS, "examples in columns": COLUMNS}, check=check_shapes, variants={}
            ),
            Limit(part="limit", value=X.T * t, defined_by=ridge, along=penalty, rate=rate, space=FAR),
        ),
        corrected=(
            Agreement(part="shapes", copied=True, data={"primal": PRIMAL, "dual": DUAL}, check=check_shapes, variants=OTHERS),
            Identity(
                part="dual",
                formula=X.T * u,
                atoms={u: dual, **SOLUTION},
                defined_by=ridge,
                given=(STATIONARY, DUAL_EQUATION),
                theorem=prove_dual,
            ),
            Limit(
                part="limit",
                value=X.T * t,
                defined_by=scaled_ridge,
                along=penalty,
                rate=rate,
                atoms=SOLUTION,
                given=(POSITIVE, STATIONARY),
                theorem=prove_scaled,
            ),
            Limit(
                part="vanishes",
                value=sp.S.Zero,
                defined_by=ridge_norm,
                along=penalty,
                rate=norm(X.T * t) / penalty,
                atoms=SOLUTION,
                given=(POSITIVE, STATIONARY),
                theorem=prove_vanishes,
            ),
        ),
        assumes=(Assumption("lambda > 0", SPACE.but(penalty=Reals(-1, 0)), parts=("dual",), given=(POSITIVE,)),),
    ),
)
