"""For any smooth model J-SAM is a penalty on the norm of the Jacobian up to a remainder of second order in the radius.

Statement.  d/drho of the J-SAM direction at rho = 0 is -sigma(-t f) grad ||grad f||, where grad ||grad f|| = H grad f/||grad f|| with
            H the Hessian. If |D^3 f| <= M around w, the direction differs from -grad loss - rho sigma(-t f) grad ||grad f|| by
            at most sigma(-t f) M rho^2/2, and the factor 1/2 is the best (a cubic meets the bound).
Idea.       grad f(w + eps) = grad f + H eps + O(rho^2) with eps = -t rho grad f/||grad f||, and t^2 = 1.
Assumes.    f twice continuously differentiable at w, for the remainder three times; grad f is not zero.
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

from theory.attack import chains
from theory.attack.derivation import Derivation
from theory.definitions import j_sam, logistic, sgd
from theory.definitions import norm as size_of
from theory.domain import Arrays, Batch, Reals, Space, Values
from theory.jacobian.models import smooth, third_derivative_bound
from theory.statement import Assumption, Atoms, Claim, Identity, Inequality
from theory.symbols import Inner, Sign, column, matrix, norm, positive, real, sigma, size

n = size("n")
w, x, k = column("w", n), column("x", n), column("k", n)
df, dJ, Hf, A = column("df", n), column("dJ", n), matrix("Hf", n, n), matrix("A", n, n)
t, f, s = Sign("t"), real("f"), real("s")
rho, J, M, c = positive("rho J M c")

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


def rate_at_zero(p: SimpleNamespace) -> jax.Array:
    """Return d/drho of the J-SAM direction at rho = 0, shape (n,)."""
    return jax.jvp(lambda r: j_sam(*pieces(p), r), (jnp.zeros(()),), (jnp.ones(()),))[1]


def jacobian(p: SimpleNamespace) -> jax.Array:
    """Return grad f, shape (n,)."""
    net, _, weights = pieces(p)
    return jax.grad(net)(weights)


def norm_gradient(p: SimpleNamespace) -> jax.Array:
    """Return grad ||grad f||, shape (n,)."""
    net, _, weights = pieces(p)
    return jax.grad(lambda q: size_of(jax.grad(net)(q)))(weights)


def hessian(p: SimpleNamespace) -> jax.Array:
    """Return the Hessian of f, shape (n, n)."""
    net, _, weights = pieces(p)
    return jax.hessian(net)(weights)


def remainder(p: SimpleNamespace) -> jax.Array:
    """Return the norm of J-SAM minus its first-order approximation, SGD - rho sigma(-t f) grad ||grad f||."""
    net, loss, weights = pieces(p)
    scale = jnp.abs(jax.grad(loss)(net(weights)))
    return size_of(j_sam(*pieces(p), p.rho) - sgd(*pieces(p), p.rho) + p.rho * scale * norm_gradient(p))


ATOMS: Atoms = {
    f: lambda p: smooth(p.w, p.x, p.c),
    df: jacobian,
    dJ: norm_gradient,
    Hf: hessian,
    M: lambda p: third_derivative_bound(p.x, p.c),
}
WHERE = {J: norm(df)}
# the terms that the Hessian and the gradient of the attacked model sum up; the latter's rounding is divided by ||grad f||
BENDS, SLOPES = norm(x) ** 2 + c * n**2 * norm(w), norm(x) + c * n**2 * norm(w) ** 2
SIZE = BENDS * (1 + SLOPES / norm(df))
HESSIAN = A + A.T  # every symmetric matrix is of this form


def derive_norm_gradient(d: Derivation) -> Any:
    """Return grad ||grad f|| for an arbitrary symmetric Hessian, from the slope of the norm along an arbitrary direction k."""
    d.cited("the Hessian of a twice continuously differentiable f is symmetric", "Schwarz's theorem")
    moved = df + s * HESSIAN * k
    along = sp.diff(chains.scalar(norm(moved)), s).subs(s, 0)
    d.equal("as grad f changes by H k along any k, its norm changes by <H grad f, k>/||grad f||", along, Inner(HESSIAN * df, k) / norm(df))
    return HESSIAN * df / J


def prove_hessian(statement: Identity, d: Derivation) -> None:
    """The direction that gives this slope for every k."""
    d.equal("so its gradient is the formula", derive_norm_gradient(d), statement.formula.xreplace({Hf: HESSIAN}))
    d.equal("with J the norm of grad f", statement.expand(J), norm(df))


def prove_rate(statement: Identity, d: Derivation) -> None:
    """The Jacobian at w + eps, to first order in rho, times the logit scale at w."""
    u = real("u")
    d.equal("the loss falls along f at the rate t sigma(-t f)", sp.diff(-sp.log(sigma(t * u)), u), -t * sigma(-t * u))
    d.positive("so the loss gradient is -t times a positive multiple of grad f, and eps = -rho t grad f/J", sigma(-t * u))
    moved = t * sigma(-t * f) * (df + HESSIAN * (-rho * t / J * df))
    rate = derive_norm_gradient(d)
    expected = t * sigma(-t * f) * df + rho * statement.formula.xreplace({dJ: rate})
    d.equal("to first order the direction is SGD's plus rho times the formula", moved, expected)


def prove_remainder(statement: Inequality, d: Derivation) -> None:
    """Taylor's theorem for q(r) = <grad f(w + r eps/rho), k> with k any unit vector; |q''| <= M."""
    q, r, y = sp.Function("q", real=True), positive("r"), real("y")
    slope = sp.diff(q(y), y)
    primitive = (r - y) * slope + q(y)
    d.equal("(r - y) q' + q is a primitive of (r - y) q''", sp.diff(primitive, y), (r - y) * sp.diff(q(y), y, 2))
    gap = q(r) - q(0) - r * slope.subs(y, 0)
    d.equal("between 0 and r it grows by q(r) - q(0) - r q'(0)", primitive.subs(y, r).doit() - primitive.subs(y, 0), gap)
    d.cited("so this gap is the integral of (r - y) q'' from 0 to r, at most M times that of r - y", "fundamental theorem of calculus")
    bound = sp.integrate(r - y, (y, 0, r)) * M
    d.equal("the integral of r - y is r^2/2", bound, M * r**2 / 2)
    prove_rate(RATE, d)
    d.equal("times the logit scale at w, |t| = 1, this is the larger side", sigma(-t * f) * bound.subs(r, rho), statement.larger)


def pure_cubic(batch: Batch) -> Batch:
    """Return points where f is c/6 (sum w)^3 with a sum above zero: its third derivative is M throughout."""
    return {**batch, "x": 0 * batch["x"], "w": np.abs(batch["w"]) + 0.5, "c": np.ones_like(batch["c"])}


RATE = Identity(part="rate", formula=-sigma(-t * f) * dJ, atoms=ATOMS, defined_by=rate_at_zero, conditioning=SIZE, proof=prove_rate)

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
                proof=prove_hessian,
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
                proof=prove_remainder,
            ),
        ),
        assumes=(Assumption("grad f is not zero", Space(SPACE.domains, SPACE.sizes, without_gradient, note="w = x = 0")),),
    ),
)
