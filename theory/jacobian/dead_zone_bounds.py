"""The J-SAM direction of one example along the weights: Euler's identities, two bounds by Cauchy-Schwarz, and what follows from them."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.deep_linear.network import (
    MEANT_J_SAM,
    NONZERO_INPUT,
    NONZERO_SLOPE,
    SymbolicLayers,
    W,
    d,
    h,
    meant_gradient,
    meant_norm,
    meant_output,
    network_gradient,
    output,
    pieces,
    rho,
    t,
    v,
    x,
)
from theory.definitions import j_sam
from theory.definitions import norm as size_of
from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, cut, decided, equal, put, replaced
from theory.kernel.sums import cauchy_schwarz, matrix_bound
from theory.meaning import means
from theory.symbols import Inner, column, matrix, norm, real, sigma, size

LETTERS = real("b a k l r c")
OUTPUT, SQUARE = meant_output((W, v)), Inner(W * x, W * x) + Inner(x, x) * Inner(v, v)


def along_weights(slope: SymbolicLayers) -> sp.Expr:
    """Return the inner product of the weights and a direction, over both layers."""
    return Inner(W, slope[0]) + Inner(v, slope[1])


LENGTH = sp.sqrt(Inner(W, W) + Inner(v, v))
MEANT_GROWTH = along_weights(MEANT_J_SAM)


def inner(p: SimpleNamespace, slope: Any) -> jax.Array:
    """Return the inner product of the weights and a direction, over both layers, shape ()."""
    return jnp.sum(p.W * slope[0]) + jnp.sum(p.v * slope[1])


@means(along_weights(meant_gradient(meant_output)))
def along_output(p: SimpleNamespace) -> jax.Array:
    """Return <w, grad f>, shape ()."""
    return inner(p, network_gradient(p))


@means(along_weights(meant_gradient(meant_norm)))
def along_norm(p: SimpleNamespace) -> jax.Array:
    """Return <w, grad J>, shape ()."""
    net, _, weights = pieces(p)
    return inner(p, jax.grad(lambda at: size_of(jax.grad(net)(at)))(weights))


@means(sp.Abs(meant_output((W, v))))
def output_size(p: SimpleNamespace) -> jax.Array:
    """Return |f|, shape ()."""
    return jnp.abs(output(p))


@means(MEANT_GROWTH)
def growth(p: SimpleNamespace) -> jax.Array:
    """Return <w, Delta> with the J-SAM direction Delta: half the rate at which |w|^2 grows under the flow; shape ()."""
    return inner(p, j_sam(*pieces(p), p.rho))


# ---- the bounds, for any example with inputs x and weights W, v ----
@cache
def half_square() -> Theorem:
    """Return |- 2 |x| |<v, W x>| <= J^2, written out."""
    p, q, r, k = real("p q r k")
    given = (relation("<=", p**2, q**2 * r**2), relation("<=", 0, q), relation("<=", 0, r), relation("<=", 0, k))
    product = decided(relation("<=", sp.Abs(p), q * r), given=given[:3])
    double = decided(relation("<=", 2 * k * sp.Abs(p), r**2 + k**2 * q**2), product, given=given)
    told = {p: Inner(v, W * x), q: norm(v), r: norm(W * x), k: norm(x)}
    squares = put(put(cauchy_schwarz(), {size("d"): h}), {column("V", h): v, column("x", h): W * x})
    squares = decided(relation("<=", told[p] ** 2, told[q] ** 2 * told[r] ** 2), squares)
    double = cut(put(double, told), squares, *(decided(relation("<=", 0, told[letter])) for letter in (q, r, k)))
    return replaced(double, equal(double.conclusion.right, SQUARE))


@cache
def square_of_length() -> Theorem:
    """Return |- J^2 <= |x|^2 |w|^2, written out."""
    activation = put(matrix_bound(), {size("m"): h})
    activation = put(activation, {matrix("A", h, d): W, column("k", d): x})
    return decided(relation("<=", SQUARE, Inner(x, x) * (Inner(W, W) + Inner(v, v))), activation)


@cache
def zone() -> Theorem:
    """Return 2 k |a| <= b^2, b^2 <= k^2 l^2, 0 < b, 0 <= k, 0 <= l, 0 < c |- c (2 a - r b) <= c (b (l - r)), for the numbers LETTERS."""
    b, a, k, l, r, c = LETTERS
    given = (
        relation("<=", 2 * k * sp.Abs(a), b**2),
        relation("<=", b**2, k**2 * l**2),
        relation("<", 0, b),
        relation("<=", 0, k),
        relation("<=", 0, l),
    )
    within = decided(relation("<=", b, k * l), given=given[1:])
    k_positive = decided(relation("<", 0, k), within, given=given[1:])
    twice = decided(relation("<=", 2 * k * sp.Abs(a), k * (b * l)), within, given=given)
    divided = decided(relation("<=", 2 * sp.Abs(a), b * l), twice, k_positive)
    at_most = decided(relation("<=", 2 * a - r * b, b * (l - r)), divided)
    return decided(relation("<=", c * (2 * a - r * b), c * (b * (l - r))), at_most, given=(relation("<", 0, c),))


@cache
def growth_bounded() -> Theorem:
    """Return 0 < J |- <w, Delta> <= sigma J (|w| - rho), for one example."""
    b, a, k, l, r, c = LETTERS
    told = {b: sp.sqrt(SQUARE), a: t * OUTPUT, k: norm(x), l: LENGTH, r: rho, c: sigma(-t * OUTPUT)}
    known = put(zone(), told, NONZERO_SLOPE)
    first = decided(relation("<=", 2 * norm(x) * sp.Abs(t * OUTPUT), sp.sqrt(SQUARE) ** 2), half_square())
    second = decided(relation("<=", sp.sqrt(SQUARE) ** 2, norm(x) ** 2 * LENGTH**2), square_of_length())
    shown = decided(relation("<", 0, sp.sqrt(SQUARE)), given=(NONZERO_SLOPE,))
    signs = [decided(relation("<=", 0, part)) for part in (norm(x), LENGTH)] + [decided(relation("<", 0, told[c]))]
    known = cut(known, first, second, shown, *signs)
    return replaced(known, equal(known.conclusion.left, MEANT_GROWTH, NONZERO_SLOPE))


def prove_radius(goal: Goal) -> Theorem:
    """Euler's identities, then the bounds."""
    known = growth_bounded()
    return replaced(known, equal(known.conclusion.right, goal.conclusion.right, NONZERO_SLOPE))


def prove_half_square(goal: Goal) -> Theorem:
    """Cauchy-Schwarz, and that a product is at most half the sum of the squares."""
    k, a, b = real("k a b")
    divided = decided(relation("<=", a, b / (2 * k)), given=(relation("<=", 2 * k * a, b), relation("<", 0, k)))
    divided = put(divided, {k: norm(x), a: sp.Abs(OUTPUT), b: SQUARE})
    divided = cut(divided, half_square(), decided(relation("<", 0, norm(x)), given=(NONZERO_INPUT,)))
    right = equal(divided.conclusion.right, goal.conclusion.right, NONZERO_INPUT)
    return replaced(divided, right)


def prove_length(goal: Goal) -> Theorem:
    """|W x| <= |W| |x|, column by column, and both layers added up."""
    p, q = real("p q")
    roots = decided(relation("<=", p, q), given=(relation("<=", p**2, q**2), relation("<=", 0, q)))
    left, right = goal.conclusion.left, goal.conclusion.right
    roots = put(roots, {p: left, q: right})
    squares = decided(roots_square(left, right), square_of_length())
    return cut(roots, squares, decided(relation("<=", 0, right)))


def roots_square(left: Any, right: Any) -> Any:
    """Return the relation between the squares of two terms."""
    return relation("<=", left**2, right**2)
