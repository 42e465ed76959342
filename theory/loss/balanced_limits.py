"""Where 1-SAM and weight decay meet: in three limits every label weighs the same, and the step is along X^T t.

Statement.  The summed 1-SAM step tends to X^T t as rho grows; the summed gradient step at w / tau tends to X^T t / 2 as tau
            grows; lambda times the ridge solution tends to X^T t as lambda grows.
Idea.       A step is X^T q with q_i = t_i times a logit scale; the scales tend to 1 or 1/2. The ridge solution solves a
            linear equation in which lambda comes to dominate.
Assumes.    No zero example for 1-SAM. Each limit has a rate, which is attacked at finite points.
Source.     Appendix B.1, Eqs. B.5 and B.9; Section 4.4 (that small weights balance the examples).
"""

from __future__ import annotations

import jax.numpy as jnp
import sympy as sp

from theory.attack import chains
from theory.attack.derivation import Derivation
from theory.loss.full_batch import X, d, lam, lengths, margins, n, plain_step_at_small_weights, rho, sam_step, scaled_ridge, t, tau
from theory.statement import Limit
from theory.symbols import Inner, column, norm, positive, real, sigma

N, m = positive("N m")
Z, u = real("Z u")
P, Q, R, V, T, E, L = real("P Q R V T E L")  # for z3


def derive_sum(proof: Derivation) -> sp.MatrixExpr:
    """Return the step X^T q for logit scales q_i = t_i sigma(...): along any k the losses change by <q, X k>."""
    q, k = column("q", n), column("k", d)
    proof.equal("with q_i = t_i times a logit scale, the losses fall along any k at the rate", Inner(q, X * k), Inner(X.T * q, k))
    return X.T * q


def derive_rest(proof: Derivation, value: sp.MatrixExpr, target: sp.MatrixExpr, rate: sp.Expr, each: sp.Expr) -> None:
    """The step minus the value is X^T (q - target), and n terms of at most r_i E add up to at most (sum of r_i) E."""
    q = column("q", n)
    proof.equal("the step differs from the value by the sum of (q_i - its limit) x_i", derive_sum(proof) - value, X.T * (q - target))
    proof.decided("partial sums of lengths, each at most r_i E", [T <= R * E, Q <= V * E], T + Q <= (R + V) * E)
    proof.equal("that is the rate", rate, each)


def prove_sam_limit(s: Limit, proof: Derivation) -> None:
    """1 - sigma(C - z) = sigma(z - C) is at most e^(z - C)."""
    proof.equal("a logit scale misses 1 by", 1 - sigma(-u), sigma(u))
    proof.equal("with E = e^u, sigma(u) is E/(1 + E)", sigma(u), sp.exp(u) / (1 + sp.exp(u)))
    proof.decided("which is at most E", [E > 0], E / (1 + E) <= E)
    proof.increasing("and e^u grows with u, which is at most Z - rho m", sp.exp(u), u)
    proof.decided("as every z_i <= Z and ||x_i|| >= m", [P <= Q, R >= V, L > 0], P - L * R <= Q - L * V)
    derive_rest(proof, s.value, t, s.rate, N * sp.exp(Z - rho * m))
    proof.tends("which tends to 0", s.rate, rho, sp.oo, 0)


def prove_small_limit(s: Limit, proof: Derivation) -> None:
    """sigma differs from 1/2 by at most |u|/4, since its slope is at most 1/4."""
    proof.equal("the slope of u/4 - sigma(u)", sp.diff(u / 4 - sigma(u), u), (sigma(u) - sp.S.Half) ** 2)
    proof.equal("is a square, and sigma(0) = 1/2: so sigma(u) - 1/2 <= u/4 for u >= 0", sigma(u).subs(u, 0), sp.S.Half)
    proof.equal("and symmetrically below 0", sigma(-u) - sp.S.Half, -(sigma(u) - sp.S.Half))
    derive_rest(proof, s.value, t / 2, s.rate, N / (4 * tau))
    proof.tends("which tends to 0", s.rate, tau, sp.oo, 0)


def prove_ridge_limit(s: Limit, proof: Derivation) -> None:
    """The ridge solution v solves (X^T X + lambda I) v = X^T t, so that lambda v = X^T t - X^T X v and ||v|| <= ||X^T t||/lambda."""
    v, k = column("v", d), column("k", d)
    h = sp.Symbol("h", real=True)
    loss = (Inner(X * (v + h * k) - t, X * (v + h * k) - t) + lam * Inner(v + h * k, v + h * k)) / 2
    slope = sp.diff(chains.scalar(loss), h).subs(h, 0)
    residue = X.T * (X * v) - X.T * t + lam * v
    proof.equal("along any k the objective has the slope", slope, Inner(residue, k))
    proof.equal("where that is 0, lambda v misses the value by X^T X v", lam * v - s.value - residue, -X.T * (X * v))
    energy = Inner(X * v, X * v) + lam * Inner(v, v)
    proof.equal("there <v, X^T t> is ||X v||^2 + lambda ||v||^2", Inner(X.T * (X * v) + lam * v, v), energy)
    proof.decided("so lambda ||v||^2 <= ||v|| ||X^T t||, and ||v|| <= ||X^T t||/lambda", [L > 0, P > 0, L * P**2 <= P * Q], P <= Q / L)
    a = column("a", d)
    gap = Inner(v, v) * a - Inner(a, v) * v
    proof.equal("for a row a of X", Inner(gap, gap), Inner(v, v) * (Inner(a, a) * Inner(v, v) - Inner(a, v) ** 2))
    proof.decided("so, over all rows, ||X v||^2 <= ||X||^2 ||v||^2; likewise for X^T", [T <= R * E, Q <= V * E], T + Q <= (R + V) * E)
    proof.decided("and ||X^T X v|| <= ||X||^2 ||v||", [T <= R * E, R >= 0, E <= R * P], T <= R * R * P)
    proof.equal("that is the rate", s.rate, Inner(X, X) * norm(X.T * t) / lam)
    proof.tends("which tends to 0", s.rate.xreplace({Inner(X, X): P, norm(X.T * t): Q}), lam, sp.oo, 0)


LIMITS = (
    Limit(
        part="sam-limit",
        value=X.T * t,
        defined_by=sam_step,
        along=rho,
        rate=N * sp.exp(Z - rho * m),
        atoms={
            N: lambda p: jnp.sum(lengths(p)),
            Z: lambda p: jnp.max(margins(p)),
            m: lambda p: jnp.min(lengths(p)),
        },
        conditioning=N,
        proof=prove_sam_limit,
    ),
    Limit(
        part="small-weights",
        value=X.T * t / 2,
        defined_by=plain_step_at_small_weights,
        along=tau,
        rate=N / (4 * tau),
        atoms={N: lambda p: jnp.sum(lengths(p) * jnp.abs(margins(p)))},
        conditioning=N,
        proof=prove_small_limit,
    ),
    Limit(
        part="ridge-limit",
        value=X.T * t,
        defined_by=scaled_ridge,
        along=lam,
        rate=Inner(X, X) * norm(X.T * t) / lam,
        proof=prove_ridge_limit,
    ),
)
