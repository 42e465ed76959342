"""To first order in the radius the logit effect and the Jacobian effect add up to the effect of 1-SAM; the remainder is their product.

Statement.  1-SAM - L-SAM - J-SAM + SGD is exactly (change of the logit scale) times (change of the Jacobian), for two classes and for K.
            So d/drho 1-SAM = d/drho L-SAM + d/drho J-SAM at rho = 0, and the remainder is at most rho^2 G L/4 where f changes by at most
            rho G and grad f by at most rho L from w to w + eps (as bounds G and L of its first two derivatives imply).
Idea.       The four methods are the product A(rho) B(rho) with either factor at w or at w + eps; (A' - A)(B' - B) expands into the four.
Assumes.    f twice continuously differentiable; the gradient of the loss is not zero (else eps is undefined). In theorems on slopes f
            stands with its Taylor polynomial along eps: its value, its Jacobian, and the change of that; any others do not matter at 0.
            Attacked on tanh units plus a cubic, and on K mixed tanh units.
Source.     Beyond Section 2.3, which takes the two effects apart.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from theory.definitions import one_sam
from theory.domain import Space
from theory.goal import Goal
from theory.jacobian.four_methods import (
    B0,
    B1,
    LEFT_MANY,
    LEFT_TWO,
    MANY,
    MANY_ATOMS,
    TWO,
    TWO_ATOMS,
    G,
    L,
    a0,
    a1,
    at_rest,
    b0,
    b1,
    c,
    f0,
    f1,
    fk,
    g0,
    g1,
    many,
    n,
    rho,
    size_left_over,
    slope,
    slope_J,
    slope_JK,
    slope_L,
    slope_LK,
    t,
    two,
    w,
    x,
)
from theory.kernel.rules import Theorem, assumed, cases, cut, decided, equal, monotone, put, relation
from theory.kernel.sums import exponentials_positive
from theory.kernel.tactics import by_definition, rewritten, sigma_grows
from theory.meaning import exponentials
from theory.statement import Assumption, Claim, Identity, Inequality
from theory.symbols import Inner, real, sigma
from theory.symbols import norm as norm_of

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
    l, s, q, g, k = real("l s q g k")  # the norm, the changes of the scale and of the Jacobian, and their bounds
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
