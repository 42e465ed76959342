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

import jax
import jax.numpy as jnp
import sympy as sp

from theory.attack import chains
from theory.attack.derivation import Derivation
from theory.domain import Arrays, Reals, Space
from theory.statement import Agreement, Assumption, Claim, Finding, Identity, Limit
from theory.symbols import Inner, column, matrix, norm, positive, real, size

n, d = size("n"), size("d")
X, t, u = matrix("X", n, d), column("t", n), column("u", n)
penalty = positive("penalty")  # the paper's lambda

SPACE = Space({X: Arrays(2.0), t: Arrays(1.0), penalty: Reals(0.01, 1000)}, sizes=({n: 2, d: 1}, {n: 2, d: 3}, {n: 3, d: 2}))
FAR = replace(SPACE, domains={**SPACE.domains, penalty: Reals(1e3, 1e6)}, note="the penalty is large, so that a solution is near its limit")
LAMBDA = real("lambda")  # the penalty again, for z3, which is told its sign


def solve(A: jax.Array, b: jax.Array) -> jax.Array:
    """Return the solution of A x = b by elimination without pivoting, for a positive definite A (k, k) and b (k,)."""
    if b.size == 1:
        return b / A[:, 0]
    column_below = A[1:, :1]
    x = solve(A[1:, 1:] - column_below * A[:1, 1:] / A[:1, :1], b[1:] - column_below[:, 0] * b[:1] / A[:1, 0])
    return jnp.concatenate([(b[:1] - A[:1, 1:] @ x) / A[:1, 0], x])


def ridge(p: SimpleNamespace) -> jax.Array:
    """Return the minimiser of the penalised squares, (d,): one Newton step from 0, which is exact for a quadratic."""

    def objective(w: jax.Array) -> jax.Array:
        return jnp.sum((p.X @ w - p.t) ** 2) + p.penalty * jnp.sum(w * w)

    origin = jnp.zeros(p.X.shape[1])
    return solve(jax.hessian(objective)(origin), -jax.grad(objective)(origin))


def scaled_ridge(p: SimpleNamespace) -> jax.Array:
    """Return lambda times the minimiser."""
    return p.penalty * ridge(p)


def ridge_norm(p: SimpleNamespace) -> jax.Array:
    """Return the norm of the minimiser."""
    w = ridge(p)
    return jnp.sqrt(jnp.sum(w * w))


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
    found = []
    for reading, factors in readings.items():
        for (left, a), (right, b) in pairwise(factors):
            found.append(Finding(f"{reading}: {left} times {right}", a[1] == b[0], f"{a[0]} by {a[1]} times {b[0]} by {b[1]}"))
        rows, columns = factors[0][1][0], factors[-1][1][1]
        found.append(Finding(f"{reading}: the product is a weight vector", (rows, columns) == (d, 1), f"{rows} by {columns}"))
    return found


def derive_equation(proof: Derivation) -> tuple[sp.MatrixExpr, sp.MatrixExpr]:
    """Derive the equation that the minimiser w solves; return w and what must vanish, (X^T X + lambda I) w - X^T t."""
    w, k, s = column("w", d), column("k", d), real("s")
    moved = w + s * k
    objective = chains.scalar(Inner(X * moved - t, X * moved - t) + penalty * Inner(moved, moved))
    residual = X.T * X * w + penalty * w - X.T * t
    proof.equal("the slope of the penalised squares at w along any k", sp.diff(objective, s).subs(s, 0), 2 * Inner(residual, k))
    proof.equal("their curvature along k", sp.diff(objective, s, 2), 2 * Inner(X * k, X * k) + 2 * penalty * Inner(k, k))
    P, K = real("P K")
    proof.decided("is positive, so the one zero of the slope is the one minimum", [P >= 0, K > 0, LAMBDA > 0], P + LAMBDA * K > 0)
    return w, residual


def derive_norm_bound(proof: Derivation) -> None:
    """lambda ||w|| <= ||X^T t|| where w solves the equation, by Cauchy-Schwarz."""
    w, b = column("w", d), column("b", d)
    rest = Inner(w, w) * b - Inner(w, b) * w
    proof.equal("the rest of b = X^T t beside w", Inner(rest, rest), Inner(w, w) * (Inner(w, w) * Inner(b, b) - Inner(w, b) ** 2))
    W, S, ip, gap, P = real("W S ip gap P")
    cauchy = [W >= 0, S >= 0, gap >= 0, sp.Eq(gap, W**2 * S**2 - ip**2)]
    proof.decided("so <w, b> <= ||w|| ||b|| = W S", cauchy, ip <= W * S)
    proof.equal("by the equation <w, b> is", Inner(w, X.T * X * w + penalty * w), Inner(X * w, X * w) + penalty * Inner(w, w))
    given = [W >= 0, S >= 0, P >= 0, LAMBDA > 0, ip <= W * S, sp.Eq(ip, P + LAMBDA * W**2)]
    proof.decided("so lambda W <= S", given, LAMBDA * W <= S)


def derive_product_bound(proof: Derivation) -> None:
    """||X^T X w|| <= ||X||^2 ||w|| for the Frobenius norm, since a matrix moves a vector by at most its norm."""
    w, v = column("w", d), column("v", n)
    for A, k in ((X, w), (X.T, v)):
        rest = Inner(k, k) * A - A * k * k.T
        squares = Inner(k, k) * (Inner(k, k) * Inner(A, A) - Inner(A * k, A * k))
        proof.equal(f"the rest of {A} beside its action on {k}", Inner(rest, rest), squares)
    F, M, W, gap = real("F M W gap")
    proof.decided("so ||A k||^2 = M^2 <= F^2 W^2", [F >= 0, W >= 0, M >= 0, gap >= 0, sp.Eq(gap, F**2 * W**2 - M**2)], M <= F * W)
    N = real("N")
    proof.decided("and twice in a row ||X^T X w|| <= F^2 W", [F >= 0, M >= 0, W >= 0, M <= F * W, N <= F * M], N <= F**2 * W)


def prove_scaled(s: Limit, proof: Derivation) -> None:
    """lambda w - X^T t = -X^T X w, which is at most ||X||^2 ||X^T t|| / lambda."""
    w, residual = derive_equation(proof)
    proof.equal("lambda w less the limit is -X^T X w, up to the equation's zero", penalty * w - s.value, residual - X.T * X * w)
    derive_norm_bound(proof)
    derive_product_bound(proof)
    F, W, S, error = real("F W S error")
    given = [LAMBDA > 0, F >= 0, error <= F**2 * W, LAMBDA * W <= S]
    proof.decided("together, lambda times the error is at most F^2 S", given, LAMBDA * error <= F**2 * S)
    proof.equal("which is lambda times the rate", penalty * s.rate, Inner(X, X) * norm(X.T * t))
    proof.tends("and the rate tends to 0", chains.scalar(s.rate), s.along, sp.oo, 0)


def prove_vanishes(s: Limit, proof: Derivation) -> None:
    """||w|| <= ||X^T t|| / lambda."""
    derive_equation(proof)
    derive_norm_bound(proof)
    proof.equal("the distance of the value from 0, and lambda times the rate", penalty * (s.value + s.rate), norm(X.T * t))
    proof.tends("and the rate tends to 0", chains.scalar(s.rate), s.along, sp.oo, 0)


def prove_dual(s: Identity, proof: Derivation) -> None:
    """X^T u solves the equation of the minimiser if (X X^T + lambda I) u = t."""
    w, residual = derive_equation(proof)
    at_formula = residual.xreplace({w: s.formula}).xreplace({t: X * X.T * u + penalty * u})
    proof.equal("the formula solves it, by what u solves", at_formula, sp.ZeroMatrix(d, 1))


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
        idea="the equation of the minimiser, and Cauchy-Schwarz",
        space=SPACE,
        printed=(
            Agreement(
                part="shapes", copied=True, data={"examples in rows": ROWS, "examples in columns": COLUMNS}, check=check_shapes, variants={}
            ),
            Limit(part="limit", value=X.T * t, defined_by=ridge, along=penalty, rate=rate, space=FAR),
        ),
        corrected=(
            Agreement(part="shapes", copied=True, data={"primal": PRIMAL, "dual": DUAL}, check=check_shapes, variants=OTHERS),
            Identity(part="dual", formula=X.T * u, atoms={u: dual}, defined_by=ridge, proof=prove_dual),
            Limit(part="limit", value=X.T * t, defined_by=scaled_ridge, along=penalty, rate=rate, proof=prove_scaled),
            Limit(
                part="vanishes", value=sp.S.Zero, defined_by=ridge_norm, along=penalty, rate=norm(X.T * t) / penalty, proof=prove_vanishes
            ),
        ),
        assumes=(Assumption("lambda > 0", SPACE.but(penalty=Reals(-1, 0)), parts=("dual",)),),
    ),
)
