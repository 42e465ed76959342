"""To first order in the radius the logit effect and the Jacobian effect add up to that of 1-SAM; what is left is their product.

Statement.  1-SAM - L-SAM - J-SAM + SGD is exactly (change of the logit scale) times (change of the Jacobian), for two classes and for K.
            So d/drho 1-SAM = d/drho L-SAM + d/drho J-SAM at rho = 0, and what is left is at most rho^2 G L/4 where ||grad f|| <= G and
            the Hessian is at most L within rho of w.
Idea.       The four methods are the product A(rho) B(rho) with either factor at w or at w + eps; (A' - A)(B' - B) expands into the four.
Assumes.    f twice continuously differentiable; the gradient of the loss is not zero (else eps is undefined).
            Attacked on tanh units plus a cubic, and on K mixed tanh units.
Source.     Beyond Section 2.3, which takes the two effects apart.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.attack.derivation import Derivation
from theory.definitions import cross_entropy, j_sam, l_sam, logistic, norm, one_sam, perturbed, sgd
from theory.domain import Arrays, Batch, OneHot, Reals, Space, Values
from theory.jacobian.models import gradient_bound, hessian_bound, logits, smooth
from theory.kernel.tactics import by_definition
from theory.meaning import means
from theory.statement import Assumption, Atoms, Claim, Identity, Inequality
from theory.symbols import Sign, column, matrix, positive, real, sigma, size
from theory.symbols import norm as norm_of

n, K, d, P = size("n"), size("K"), size("d"), size("P")
t, rho, c = Sign("t"), positive("rho"), positive("c")
# two classes: logit scale and Jacobian at w (0) and at w + eps (1), and the slopes of L-SAM and J-SAM in rho at 0
w, x = column("w", n), column("x", n)
a0, a1, b0, b1 = real("a0"), real("a1"), column("b0", n), column("b1", n)
slope_L, slope_J = column("slope_L", n), column("slope_J", n)
G, L = positive("G L")
# K classes: the same, the Jacobian a matrix
wk, xk, e = column("w", P), column("x", d), column("e", K)
g0, g1, B0, B1 = column("g0", K), column("g1", K), matrix("B0", K, P), matrix("B1", K, P)
slope_LK, slope_JK = column("slope_L", P), column("slope_J", P)

TWO = Space(
    {w: Arrays(2.0, zero=True), x: Arrays(2.0), c: Reals(0.0, 2.0), t: Values((1.0, -1.0)), rho: Reals(1e-3, 1.0)},
    sizes=({n: 1}, {n: 3}),
)
MANY = Space(
    {wk: Arrays(2.0, zero=True), xk: Arrays(2.0), e: OneHot(), rho: Reals(1e-3, 1.0)},
    sizes=({K: 2, d: 1, P: 2}, {K: 3, d: 2, P: 6}),
)
Pieces = Callable[[SimpleNamespace], tuple[Any, Any, jax.Array]]


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
        one, logit, jacobian, plain = (method(*pieces(p), p.rho) for method in (one_sam, l_sam, j_sam, sgd))
        return one - logit - jacobian + plain

    return definition


def slope(method: Callable[..., Any], pieces: Pieces) -> Callable[[SimpleNamespace], jax.Array]:
    """Return the definition of d/drho of a method's direction at rho = 0."""
    return lambda p: jax.jvp(lambda r: method(*pieces(p), r), (jnp.zeros(()),), (jnp.ones(()),))[1]


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


TWO_ATOMS: Atoms = {
    a0: scale(two, moved=False),
    a1: scale(two, moved=True),
    b0: jacobian(two, moved=False),
    b1: jacobian(two, moved=True),
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
    slope_LK: slope(l_sam, many),
    slope_JK: slope(j_sam, many),
}


# the four directions by the chain rule, for any network: minus the logit scale times the Jacobian, each at w or at w + eps
LEFT_TWO = means(-a1 * b1 + a1 * b0 + a0 * b1 - a0 * b0)(left_over(two))
LEFT_MANY = means(-B1.T * g1 + B0.T * g1 + B1.T * g0 - B0.T * g0)(left_over(many))


def derive_product(formula: Any, proof: Derivation) -> None:
    """Expand the four products; the descent directions carry a minus sign."""
    proof.equal("the four directions sum to the product of both changes", -a1 * b1 + a1 * b0 + a0 * b1 - a0 * b0, formula)


def prove_slopes(s: Identity, proof: Derivation) -> None:
    """Both factors to first order in rho: g0 + rho dg and B0 + rho dB. The second-order term is the left-over product."""
    two_classes = s.part == "additive"
    da, db, dg, dB = real("da"), column("db", n), column("dg", K), matrix("dB", K, P)
    # (SGD, slope of L-SAM, slope of J-SAM, product of the changes), and 1-SAM with both factors moved
    parts = (-a0 * b0, -da * b0, -a0 * db, -da * db) if two_classes else (-B0.T * g0, -B0.T * dg, -dB.T * g0, -dB.T * dg)
    both = -(a0 + rho * da) * (b0 + rho * db) if two_classes else -(B0 + rho * dB).T * (g0 + rho * dg)
    logit_moved = -(a0 + rho * da) * b0 if two_classes else -B0.T * (g0 + rho * dg)
    jacobian_moved = -a0 * (b0 + rho * db) if two_classes else -(B0 + rho * dB).T * g0
    proof.equal("L-SAM moves the logit scale alone", logit_moved, parts[0] + rho * parts[1])
    proof.equal("J-SAM moves the Jacobian alone", jacobian_moved, parts[0] + rho * parts[2])
    slopes = {slope_L: parts[1], slope_J: parts[2]} if two_classes else {slope_LK: parts[1], slope_JK: parts[2]}
    expected = parts[0] + rho * s.formula.xreplace(slopes) + rho**2 * parts[3]
    proof.equal("1-SAM is SGD plus rho times the formula plus rho^2 times the product of both changes", both, expected)


def prove_remainder(s: Inequality, proof: Derivation) -> None:
    """Bound both factors of the product."""
    derive_product(PRODUCT.formula, proof)
    u, y, q = real("u"), real("y"), positive("q")
    proof.equal("the logit scale changes with f at the rate sigma(u) sigma(-u)", sp.diff(-t * sigma(-t * u), u), sigma(u) * sigma(-u))
    proof.equal("with y = sigma(u), which is q/(1 + q) for q = e^u", sigma(u).rewrite(sp.exp).subs(u, sp.log(q)), q / (1 + q))
    proof.equal("and sigma(-u) = 1 - y", sigma(-u), 1 - sigma(u))
    proof.equal("1/4 - y(1 - y) is a square", sp.Rational(1, 4) - y * (1 - y), (y - sp.S.Half) ** 2)
    proof.cited("f changes by at most rho G, its gradient by at most rho L", "mean value inequality on the segment from w to w + eps")
    changes = (rho * G / 4, rho * L)
    proof.equal("the norm of the product is at most the product of both bounds, the larger side", changes[0] * changes[1], s.larger)


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
            Identity(part="additive", formula=slope_L + slope_J, atoms=TWO_ATOMS, defined_by=slope(one_sam, two), proof=prove_slopes),
            Inequality(
                part="remainder",
                smaller=lambda p: norm(left_over(two)(p)),
                larger=rho**2 * G * L / 4,
                atoms=TWO_ATOMS,
                conditioning=SIZE,
                proof=prove_remainder,
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
                proof=prove_slopes,
            ),
        ),
        assumes=(
            Assumption("the loss has a gradient", Space(TWO.domains, TWO.sizes, at_rest), parts=("product", "additive", "remainder")),
            Assumption(
                "the loss has a gradient", Space(MANY.domains, MANY.sizes, at_rest), parts=("product-k-classes", "additive-k-classes")
            ),
        ),
    ),
)
