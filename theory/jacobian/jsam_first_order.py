"""For any smooth model J-SAM is a penalty on the norm of the Jacobian up to a remainder of second order in the radius.

Statement.  d/drho of the J-SAM direction at rho = 0 is -sigma(-t f) grad ||grad f||, where grad ||grad f|| = H grad f/||grad f|| with
            H the Hessian. Where grad f(w + eps) is within M rho^2/2 of grad f + H eps (as |D^3 f| <= M implies by Taylor's theorem),
            the direction differs from -grad loss - rho sigma(-t f) grad ||grad f|| by at most sigma(-t f) M rho^2/2, and the factor
            1/2 is the best (a cubic meets the bound).
Idea.       grad f(w + eps) = grad f + H eps + O(rho^2) with eps = -t rho grad f/||grad f||, and t^2 = 1.
Assumes.    f twice continuously differentiable at w; grad f is not zero. In the theorems f stands with its Taylor polynomial of
            degree 2 at w: derivatives of the first two orders at w do not tell them apart.
            Attacked on tanh units plus a cubic, which couples all weights.
Source.     Beyond Proposition 4.1; exact in a two-layer linear network (jsam-exact).
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from theory.definitions import j_sam, logistic, perturbed, sgd
from theory.definitions import norm as size_of
from theory.domain import Arrays, Batch, Reals, Space, Values
from theory.goal import Goal
from theory.jacobian.models import smooth, third_derivative_bound
from theory.kernel.rules import Theorem, cut, decided, equal, put, relation
from theory.kernel.tactics import by_definition
from theory.meaning import ascended, means
from theory.meaning import gradient as slope_of
from theory.meaning import logistic as meant_logistic
from theory.statement import Assumption, Atoms, Claim, Identity, Inequality
from theory.symbols import Inner, Sign, column, matrix, norm, positive, real, sigma, size, total

n = size("n")
w, x = column("w", n), column("x", n)
df, dJ, moved_df = column("df", n), column("dJ", n), column("df'", n)
Hf, A = matrix("Hf", n, n), matrix("A", n, n)  # every symmetric matrix is A + A^T
t, f = Sign("t"), real("f")
rho, J, c, M = *positive("rho J c"), real("M")

SPACE = Space(
    {w: Arrays(2.0, zero=True), x: Arrays(2.0), c: Reals(0.0, 2.0), t: Values((1.0, -1.0)), rho: Reals(1e-3, 1.0)},
    sizes=({n: 1}, {n: 3}),
)


def without_gradient(batch: Batch) -> Batch:
    """Return the batch with w = x = 0, where grad f is zero."""
    return {**batch, "w": 0 * batch["w"], "x": 0 * batch["x"]}


def pieces(p: SimpleNamespace) -> tuple[Any, Any, jax.Array]:
    """Return (network, loss, weights) at the drawn point."""
    return (lambda q: smooth(q, p.x, p.c)), (lambda out: logistic(out, p.t)), p.w


# ---- what the programs mean, for any f with the value f, the gradient df and the Hessian A + A^T at w ----
def taylor(at: Any) -> sp.Expr:
    """Return the Taylor polynomial of f at w, of degree 2."""
    return f + Inner(df, at - w) + Inner(at - w, A * (at - w))


def meant_loss(at: Any) -> sp.Expr:
    """Return the loss of that polynomial."""
    return meant_logistic(taylor(at), t)


def meant_j_sam(r: sp.Expr) -> Any:
    """Return the J-SAM direction at radius r: the logit scale at w, the Jacobian at w + eps."""
    scale = slope_of(lambda out: meant_logistic(out, t), taylor(w))
    return -scale * slope_of(taylor, ascended(w, slope_of(meant_loss, w), r))


MEANT_RATE = total(lambda k: slope_of(lambda r: Inner(k, meant_j_sam(r)), sp.S.Zero) * k, n, "p")
MEANT_NORM_GRADIENT = slope_of(lambda at: norm(slope_of(taylor, at)), w)
MEANT_SCALE = slope_of(lambda out: meant_logistic(out, t), f)
EPS = ascended(sp.ZeroMatrix(n, 1), MEANT_SCALE * df, rho)
# J-SAM less SGD, with the Jacobian at w + eps as any column, and the term of first order with grad ||grad f|| of `hessian`
MEANT_REMAINDER = -MEANT_SCALE * moved_df + MEANT_SCALE * df + rho * sp.Abs(MEANT_SCALE) / norm(df) * (A + A.T) * df


@means(MEANT_RATE)
def rate_at_zero(p: SimpleNamespace) -> jax.Array:
    """Return d/drho of the J-SAM direction at rho = 0, shape (n,)."""
    return jax.jvp(lambda r: j_sam(*pieces(p), r), (jnp.zeros(()),), (jnp.ones(()),))[1]


def jacobian(p: SimpleNamespace) -> jax.Array:
    """Return grad f, shape (n,)."""
    net, _, weights = pieces(p)
    return jax.grad(net)(weights)


def moved_jacobian(p: SimpleNamespace) -> jax.Array:
    """Return grad f at w + eps, shape (n,)."""
    net, _, _ = pieces(p)
    return jax.grad(net)(perturbed(*pieces(p), p.rho))


@means(MEANT_NORM_GRADIENT)
def norm_gradient(p: SimpleNamespace) -> jax.Array:
    """Return grad ||grad f||, shape (n,)."""
    net, _, weights = pieces(p)
    return jax.grad(lambda q: size_of(jax.grad(net)(q)))(weights)


def half_hessian(p: SimpleNamespace) -> jax.Array:
    """Return half the Hessian of f, shape (n, n)."""
    net, _, weights = pieces(p)
    return jax.hessian(net)(weights) / 2.0


@means(norm(MEANT_REMAINDER))
def remainder(p: SimpleNamespace) -> jax.Array:
    """Return the norm of J-SAM minus its first-order approximation, SGD - rho sigma(-t f) grad ||grad f||."""
    net, loss, weights = pieces(p)
    scale = jnp.abs(jax.grad(loss)(net(weights)))
    return size_of(j_sam(*pieces(p), p.rho) - sgd(*pieces(p), p.rho) + p.rho * scale * norm_gradient(p))


ATOMS: Atoms = {
    f: lambda p: smooth(p.w, p.x, p.c),
    df: jacobian,
    moved_df: moved_jacobian,
    dJ: norm_gradient,
    A: half_hessian,
    M: lambda p: third_derivative_bound(p.x, p.c),
}
WHERE = {J: norm(df), Hf: A + A.T}
# the terms that the Hessian and the gradient of the attacked model sum up; the latter's rounding is divided by ||grad f||
BENDS, SLOPES = norm(x) ** 2 + c * n**2 * norm(w), norm(x) + c * n**2 * norm(w) ** 2
SIZE = BENDS * (1 + SLOPES / norm(df))
HAS_GRADIENT, POSITIVE_RADIUS = relation("!=", df, sp.ZeroMatrix(n, 1)), relation("<", 0, rho)
WITHIN = relation("<=", norm(moved_df - df - (A + A.T) * EPS), M * rho**2 / 2)
GIVEN = (HAS_GRADIENT, POSITIVE_RADIUS)


def prove_remainder(goal: Goal) -> Theorem:
    """The remainder is the logit scale times the remainder of the Jacobian."""
    gap, scale = WITHIN.left, sigma(-t * f)
    squares = equal(goal.conclusion.left**2, scale**2 * gap**2, *GIVEN)
    l, s, q, m = real("l s q m")
    known = (relation("=", l**2, s**2 * q**2), relation("<=", 0, q), relation("<=", 0, l), relation("<", 0, s))
    at_most = decided(relation("<=", l, s * m), decided(relation("<=", l, s * q), given=known), given=(*known, relation("<=", q, m)))
    at_most = put(at_most, {l: goal.conclusion.left, s: scale, q: gap, m: WITHIN.right}, *GIVEN)
    owed = [h for h in sorted(at_most.hypotheses, key=str) if h not in (WITHIN, *GIVEN)]
    return decided(goal.conclusion, cut(at_most, *(decided(h, squares, given=GIVEN) for h in owed)), given=GIVEN)


def pure_cubic(batch: Batch) -> Batch:
    """Return points where f is c/6 (sum w)^3 with a sum above zero: its third derivative is M throughout."""
    return {**batch, "x": 0 * batch["x"], "w": np.abs(batch["w"]) + 0.5, "c": np.ones_like(batch["c"])}


RATE = Identity(part="rate", formula=-sigma(-t * f) * dJ, atoms=ATOMS, defined_by=rate_at_zero, conditioning=SIZE, theorem=by_definition)

CLAIMS = (
    Claim(
        id="jsam-first-order",
        space=SPACE,
        beyond=(
            RATE,
            Identity(
                part="hessian",
                formula=Hf * df / J,
                where=WHERE,
                atoms=ATOMS,
                defined_by=norm_gradient,
                conditioning=SIZE,
                theorem=by_definition,
            ),
            Inequality(
                part="remainder",
                smaller=remainder,
                larger=sigma(-t * f) * M * rho**2 / 2,
                atoms=ATOMS,
                tight=pure_cubic,
                slack=1e-8,
                # the directions that the remainder subtracts from one another
                conditioning=norm(df) + rho * norm(dJ) + M * rho**2,
                given=(POSITIVE_RADIUS, WITHIN),
                theorem=prove_remainder,
            ),
        ),
        assumes=(
            Assumption("grad f is not zero", Space(SPACE.domains, SPACE.sizes, without_gradient, note="w = x = 0"), given=(HAS_GRADIENT,)),
        ),
    ),
)
