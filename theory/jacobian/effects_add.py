"""To first order in the radius the logit effect and the Jacobian effect add up to that of 1-SAM; what is left is their product.

Statement.  1-SAM - L-SAM - J-SAM + SGD is exactly (change of the logit scale) times (change of the Jacobian), for two classes and for K.
            So d/drho 1-SAM = d/drho L-SAM + d/drho J-SAM at rho = 0, and what is left is at most rho^2 G L/4 where f changes by at most
            rho G and grad f by at most rho L from w to w + eps (as bounds G and L of its first two derivatives imply).
Idea.       The four methods are the product A(rho) B(rho) with either factor at w or at w + eps; (A' - A)(B' - B) expands into the four.
Assumes.    f twice continuously differentiable; the gradient of the loss is not zero (else eps is undefined). In theorems on slopes f
            stands with its Taylor polynomial along eps: its value, its Jacobian, and the change of that; any others do not matter at 0.
            Attacked on tanh units plus a cubic, and on K mixed tanh units.
Source.     Beyond Section 2.3, which takes the two effects apart.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.definitions import cross_entropy, j_sam, l_sam, logistic, norm, one_sam, perturbed, sgd
from theory.domain import Arrays, Batch, OneHot, Reals, Space, Values
from theory.goal import Goal
from theory.jacobian.models import gradient_bound, hessian_bound, logits, smooth
from theory.kernel.rules import Theorem, assumed, cases, cut, decided, equal, monotone, put, relation
from theory.kernel.sums import exponentials_positive
from theory.kernel.tactics import by_definition, rewritten, sigma_grows
from theory.meaning import cross_entropy as meant_cross_entropy
from theory.meaning import exponentials, means
from theory.meaning import gradient as slope_of
from theory.meaning import logistic as meant_logistic
from theory.statement import Assumption, Atoms, Claim, Identity, Inequality
from theory.symbols import Inner, Sign, column, matrix, positive, real, sigma, size, total, unit
from theory.symbols import norm as norm_of

n, K, d, P = size("n"), size("K"), size("d"), size("P")
t, rho, c = Sign("t"), positive("rho"), positive("c")
# two classes: logit scale and Jacobian at w (0) and at w + eps (1), and the slopes of L-SAM and J-SAM in rho at 0
w, x = column("w", n), column("x", n)
a0, a1, b0, b1 = real("a0"), real("a1"), column("b0", n), column("b1", n)
slope_L, slope_J = column("slope_L", n), column("slope_J", n)
G, L = real("G L")
# K classes: the same, the Jacobian a matrix
wk, xk, e = column("w", P), column("x", d), unit("e", K)
g0, g1, B0, B1 = column("g0", K), column("g1", K), matrix("B0", K, P), matrix("B1", K, P)
slope_LK, slope_JK = column("slope_L", P), column("slope_J", P)
# the outputs, the direction u of the perturbation, and the change of the Jacobian along it
f0, f1, fk, u = real("f0"), real("f1"), column("f0", K), column("u", P)
db, dB = column("db", n), matrix("dB", K, P)

TWO = Space(
    {w: Arrays(2.0, zero=True), x: Arrays(2.0), c: Reals(0.0, 2.0), t: Values((1.0, -1.0)), rho: Reals(1e-3, 1.0)},
    sizes=({n: 1}, {n: 3}),
)
MANY = Space(
    {wk: Arrays(2.0, zero=True), xk: Arrays(2.0), e: OneHot(), rho: Reals(1e-3, 1.0)},
    sizes=({K: 2, d: 1, P: 2}, {K: 3, d: 2, P: 6}),
)
Pieces = Callable[[SimpleNamespace], tuple[Any, Any, jax.Array]]
Method = Callable[..., Any]


# ---- what the programs mean, for any network: with its logit scale and its Jacobian at w, or moved along the perturbation ----
def meant_scale(output: sp.Expr) -> sp.Expr:
    """Return the derivative of the loss in the output, for two classes."""
    return slope_of(lambda out: meant_logistic(out, t), output)


def meant_scales(output: Any) -> Any:
    """Return the gradient of the loss in the outputs, for K classes."""
    return slope_of(lambda out: meant_cross_entropy(out, e), output)


def meant_slope(direction: Callable[[sp.Expr], Any], rows: Any) -> Any:
    """Return the derivative at 0 of a column that depends on a radius, entry by entry."""
    return total(lambda k: slope_of(lambda r: Inner(k, direction(r)), sp.S.Zero) * k, rows, "p")


GRADIENT = meant_scale(f0) * b0
UPHILL = GRADIENT / norm_of(GRADIENT)


def moved(r: sp.Expr) -> sp.Expr:
    """Return the output at w + r eps/||eps||, to second order in r."""
    return f0 + r * Inner(b0, UPHILL) + r**2 / 2 * Inner(db, UPHILL)


def moved_outputs(r: sp.Expr) -> Any:
    """Return the same for K classes."""
    return fk + r * B0 * u + r**2 / 2 * dB * u


MEANT_TWO = {
    one_sam: meant_slope(lambda r: -meant_scale(moved(r)) * (b0 + r * db), n),
    l_sam: meant_slope(lambda r: -meant_scale(moved(r)) * b0, n),
    j_sam: meant_slope(lambda r: -meant_scale(f0) * (b0 + r * db), n),
}
MEANT_MANY = {
    one_sam: meant_slope(lambda r: -(B0 + r * dB).T * meant_scales(moved_outputs(r)), P),
    l_sam: meant_slope(lambda r: -B0.T * meant_scales(moved_outputs(r)), P),
    j_sam: meant_slope(lambda r: -(B0 + r * dB).T * meant_scales(fk), P),
}
MEANT_LEFT = -meant_scale(f1) * b1 + meant_scale(f1) * b0 + meant_scale(f0) * b1 - meant_scale(f0) * b0


def at_rest(batch: Batch) -> Batch:
    """Return the batch with w = x = 0, where the loss has no gradient."""
    return {**batch, "w": 0 * batch["w"], "x": 0 * batch["x"]}


def two(p: SimpleNamespace) -> tuple[Any, Any, jax.Array]:
    """Return (network, loss, weights) for two classes."""
    return (lambda q: smooth(q, p.x, p.c)), (lambda out: logistic(out, p.t)), p.w


def many(p: SimpleNamespace) -> tuple[Any, Any, jax.Array]:
    """Return (network, loss, weights) for K classes."""
    return (lambda q: logits(q, p.x, p.e.size)), (lambda out: cross_entropy(out, p.e)), p.w


def left_over(pieces: Pieces) -> Callable[[SimpleNamespace], jax.Array]:
    """Return the definition of 1-SAM - L-SAM - J-SAM + SGD."""

    def definition(p: SimpleNamespace) -> jax.Array:
        full, logit, jacobian, plain = (method(*pieces(p), p.rho) for method in (one_sam, l_sam, j_sam, sgd))
        return full - logit - jacobian + plain

    return definition


def slope(method: Method, pieces: Pieces) -> Callable[[SimpleNamespace], jax.Array]:
    """Return the definition of d/drho of a method's direction at rho = 0."""

    def definition(p: SimpleNamespace) -> jax.Array:
        return jax.jvp(lambda r: method(*pieces(p), r), (jnp.zeros(()),), (jnp.ones(()),))[1]

    return means((MEANT_TWO if pieces is two else MEANT_MANY)[method])(definition)


def scale(pieces: Pieces, moved: bool) -> Callable[[SimpleNamespace], jax.Array]:
    """Return the gradient of the loss in the output, at w or at w + eps."""

    def definition(p: SimpleNamespace) -> jax.Array:
        net, loss, weights = pieces(p)
        return jax.grad(loss)(net(perturbed(*pieces(p), p.rho) if moved else weights))

    return definition


def jacobian(pieces: Pieces, moved: bool) -> Callable[[SimpleNamespace], jax.Array]:
    """Return the Jacobian of the output in the weights, at w or at w + eps."""

    def definition(p: SimpleNamespace) -> jax.Array:
        net, _, weights = pieces(p)
        return jax.jacrev(net)(perturbed(*pieces(p), p.rho) if moved else weights)

    return definition


def output(pieces: Pieces, moved: bool) -> Callable[[SimpleNamespace], jax.Array]:
    """Return the output of the network, at w or at w + eps."""

    def definition(p: SimpleNamespace) -> jax.Array:
        net, _, weights = pieces(p)
        return net(perturbed(*pieces(p), p.rho) if moved else weights)

    return definition


def uphill(pieces: Pieces, p: SimpleNamespace) -> jax.Array:
    """Return the direction of the perturbation, eps of radius 1."""
    return perturbed(*pieces(p), jnp.ones(())) - pieces(p)[2]


def bend(pieces: Pieces) -> Callable[[SimpleNamespace], jax.Array]:
    """Return the derivative of the Jacobian at w along the perturbation."""

    def definition(p: SimpleNamespace) -> jax.Array:
        net, _, weights = pieces(p)
        return jax.jvp(jax.jacrev(net), (weights,), (uphill(pieces, p),))[1]

    return definition


TWO_ATOMS: Atoms = {
    a0: scale(two, moved=False),
    a1: scale(two, moved=True),
    b0: jacobian(two, moved=False),
    b1: jacobian(two, moved=True),
    f0: output(two, moved=False),
    f1: output(two, moved=True),
    db: bend(two),
    slope_L: slope(l_sam, two),
    slope_J: slope(j_sam, two),
    G: lambda p: gradient_bound(p.w, p.x, p.c, p.rho),
    L: lambda p: hessian_bound(p.w, p.x, p.c, p.rho),
}
MANY_ATOMS: Atoms = {
    g0: scale(many, moved=False),
    g1: scale(many, moved=True),
    B0: jacobian(many, moved=False),
    B1: jacobian(many, moved=True),
    fk: output(many, moved=False),
    u: lambda p: uphill(many, p),
    dB: bend(many),
    slope_LK: slope(l_sam, many),
    slope_JK: slope(j_sam, many),
}


# the four directions by the chain rule, for any network: minus the logit scale times the Jacobian, each at w or at w + eps
LEFT_TWO = means(-a1 * b1 + a1 * b0 + a0 * b1 - a0 * b0)(left_over(two))
LEFT_MANY = means(-B1.T * g1 + B0.T * g1 + B1.T * g0 - B0.T * g0)(left_over(many))


@means(norm_of(MEANT_LEFT))
def size_left_over(p: SimpleNamespace) -> jax.Array:
    """Return the norm of what is left over, for two classes."""
    return norm(left_over(two)(p))


HAS_GRADIENT, POSITIVE_RADIUS = relation("!=", b0, sp.ZeroMatrix(n, 1)), relation("<", 0, rho)
OUTPUT_CHANGE = relation("<=", sp.Abs(f1 - f0), rho * G)
JACOBIAN_CHANGE = relation("<=", norm_of(b1 - b0), rho * L)


def prove_many(goal: Goal) -> Theorem:
    """By the normal form of both sides; the sum of exponentials is positive."""
    known = equal(goal.conclusion.left, goal.conclusion.right, relation("<", 0, exponentials(fk)))
    return cut(known, exponentials_positive(fk))


@cache
def scale_changes() -> Theorem:
    """Return |x - y| <= m |- |sigma(x) - sigma(y)| <= m/4: the slope of u/4 - sigma(u) is a square."""
    x, y, m = real("x"), real("y"), real("m")
    slack = monotone(x / 4 - sigma(x), x, y, decided(relation("<=", 0, (sigma(x) - sp.S.Half) ** 2)))
    near = relation("<=", sp.Abs(x - y), m)
    claim, less, more = relation("<=", sp.Abs(sigma(x) - sigma(y)), m / 4), relation("<", x, y), relation("<", y, x)
    if_less = decided(claim, slack, sigma_grows(x, y), given=(near, less))
    if_more = decided(claim, put(slack, {x: y, y: x}), sigma_grows(y, x), given=(near, more))
    tie = relation("=", x, y)
    if_same = decided(claim, rewritten(sigma(x), assumed(tie)), given=(near, tie))
    between = decided(tie, given=(relation("<=", x, y), relation("<=", y, x)))
    return cases(if_less, cases(if_more, cut(if_same, between), more), less)


def prove_remainder(goal: Goal) -> Theorem:
    """The norm is the product of both changes; the logit scale changes by at most a quarter of the change of f."""
    before, after, gap = sigma(-t * f0), sigma(-t * f1), b1 - b0
    x, y, m = real("x"), real("y"), real("m")
    change = put(scale_changes(), {x: -t * f1, y: -t * f0, m: rho * G})
    change = cut(change, decided(relation("<=", sp.Abs(-t * f1 + t * f0), rho * G), given=(OUTPUT_CHANGE,)))
    whole = goal.conclusion.left
    squares = equal(whole**2, (after - before) ** 2 * Inner(gap, gap))
    l, s, q, g, k = real("l s q g k")  # the norm, the change of the scale, that of the Jacobian, and their bounds
    known = (relation("=", l**2, s**2 * q**2), relation("<=", 0, q), relation("<=", 0, l))
    product = decided(relation("<=", l, sp.Abs(s) * q), given=known)
    at_most = decided(relation("<=", l, g * k), product, given=(relation("<=", sp.Abs(s), g), relation("<=", q, k), relation("<=", 0, q)))
    at_most = put(at_most, {l: whole, s: after - before, q: norm_of(gap), g: rho * G / 4, k: rho * L})
    facts = [squares, change]
    owed = [h for h in sorted(at_most.hypotheses, key=str) if h not in (JACOBIAN_CHANGE, change.conclusion)]
    at_most = cut(at_most, change, *(decided(h, *facts) for h in owed))
    return decided(goal.conclusion, at_most)


# every direction is a logit scale below 1 times a Jacobian, at w and at w + eps; the rounding of grad f, which sums up terms of
# size SLOPES, turns eps by its share in ||grad f||, and the Hessian passes that on
SLOPES, BENDS = norm_of(x) + c * n**2 * norm_of(w) ** 2, norm_of(x) ** 2 + c * n**2 * (norm_of(w) + rho)
SIZE = norm_of(b1) + SLOPES + rho * BENDS * SLOPES / norm_of(b0)
SIZE_K = norm_of(B0) + norm_of(B1)
PRODUCT = Identity(
    part="product",
    formula=-(a1 - a0) * (b1 - b0),
    atoms=TWO_ATOMS,
    defined_by=LEFT_TWO,
    conditioning=SIZE,
    theorem=by_definition,
)

CLAIMS = (
    Claim(
        id="effects-add",
        space=TWO,
        beyond=(
            PRODUCT,
            Identity(
                part="additive",
                formula=slope_L + slope_J,
                atoms=TWO_ATOMS,
                defined_by=slope(one_sam, two),
                theorem=by_definition,
            ),
            Inequality(
                part="remainder",
                smaller=size_left_over,
                larger=rho**2 * G * L / 4,
                atoms=TWO_ATOMS,
                conditioning=SIZE,
                given=(POSITIVE_RADIUS, OUTPUT_CHANGE, JACOBIAN_CHANGE),
                theorem=prove_remainder,
            ),
            Identity(
                part="product-k-classes",
                formula=-(B1 - B0).T * (g1 - g0),
                atoms=MANY_ATOMS,
                space=MANY,
                defined_by=LEFT_MANY,
                conditioning=SIZE_K,
                theorem=by_definition,
            ),
            Identity(
                part="additive-k-classes",
                formula=slope_LK + slope_JK,
                atoms=MANY_ATOMS,
                space=MANY,
                defined_by=slope(one_sam, many),
                theorem=prove_many,
            ),
        ),
        assumes=(
            Assumption(
                "the loss has a gradient",
                Space(TWO.domains, TWO.sizes, at_rest),
                parts=("product", "additive", "remainder"),
                given=(HAS_GRADIENT,),
            ),
            Assumption(
                "the loss has a gradient", Space(MANY.domains, MANY.sizes, at_rest), parts=("product-k-classes", "additive-k-classes")
            ),
        ),
    ),
)
