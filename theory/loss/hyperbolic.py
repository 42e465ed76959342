"""Two of n equal terms move apart, e^(u + t) and e^(u - t), while all of them fall: for which falls the sum still grows."""

from __future__ import annotations

from functools import cache

import sympy as sp

from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, assumed, cut, decided, monotone, put, replaced
from theory.kernel.tactics import applied, exp_not_smaller, rewritten
from theory.kernel.terms import Rel
from theory.symbols import real

n, s, t, h, level = real("n s t h level")
_second = real("second")
_positive_t, _positive_h, MANY = relation("<", 0, t), relation("<", 0, h), relation("<=", 2, n)
SUM_OF_MOVED = sp.exp(level) * (n - 2 + sp.exp(t) + sp.exp(-t))


def _from_zero(theorem: Theorem, z: sp.Symbol, *given: Rel) -> Theorem:
    """Return a theorem on growth from z = 0 to z > 0."""
    at = put(theorem, {z: sp.S.Zero, _second: z}, *given)
    return cut(at, decided(relation("<=", 0, 0)), decided(relation("<=", 0, z), given=(relation("<", 0, z),)))


@cache
def sinh_exceeds() -> Theorem:
    """Return 0 < t |- 2 t < e^t - e^-t: the slope of the difference is e^t + e^-t - 2."""
    up, down = sp.exp(t), sp.exp(-t)
    slope = decided(relation("<", 0, up + down - 2), given=(_positive_t,))
    rises = _from_zero(monotone(up - down - 2 * t, t, _second, slope, closed=(_positive_t,)), t)
    return decided(relation("<", 2 * t, up - down), rises)


@cache
def cosh_exceeds() -> Theorem:
    """Return 0 < t |- e^(sqrt(1 + t^2) - 1) < (e^t + e^-t)/2: their logarithms have the slopes t/sqrt(1 + t^2) and tanh t."""
    p, q, r = real("p q r")
    up, down, root = sp.exp(t), sp.exp(-t), sp.sqrt(1 + t**2)
    values = (relation("=", p * q, 1), relation("=", r**2, 1 + t**2), relation("<", 0, r), relation("<", 0, p + q))
    given = (relation("<", 2 * t, p - q), *values, _positive_t)
    squares = decided(relation("<", ((p + q) * t) ** 2, ((p - q) * r) ** 2), given=given)
    products = decided(relation("<", (p + q) * t, (p - q) * r), squares, given=given)
    steeper = decided(relation("<", 0, p - q - (p + q) * t / r), products, given=given)
    steeper = applied(steeper, {p: up, q: down, r: root}, sinh_exceeds(), given=(_positive_t,))
    factor = sp.exp(1 - root) / 2
    slope = decided(relation("<", 0, factor * steeper.conclusion.right), steeper, given=(_positive_t,))
    rises = _from_zero(monotone(factor * (up + down), t, _second, slope, closed=(_positive_t,)), t)
    return decided(relation("<", sp.exp(root - 1), (up + down) / 2), rises)


@cache
def power_below() -> Theorem:
    """Return 2 <= n, 0 < h |- n e^(2 h/n) <= n - 2 + 2 e^h: the slope of the difference is 2 (e^h - e^(2 h/n))."""
    smaller = decided(relation("<=", 2 * h / n, h), given=(MANY, relation("<=", 0, h)))
    smaller = cut(exp_not_smaller(2 * h / n, h, MANY), smaller)
    slope = decided(relation("<=", 0, 2 * sp.exp(h) - 2 * sp.exp(2 * h / n)), smaller, given=(MANY,))
    quantity = 2 * sp.exp(h) - n * sp.exp(2 * h / n) + n - 2
    rises = _from_zero(monotone(quantity, h, _second, slope), h, MANY)
    return decided(relation("<=", n * sp.exp(2 * h / n), n - 2 + 2 * sp.exp(h)), rises, given=(MANY,))


@cache
def sum_grows() -> Theorem:
    """Return n e^s < e^level (n - 2 + e^t + e^-t), for n >= 2, h > 0, s = level + 2 h/n and t = sqrt(h^2 + 2 h)."""
    root, lowered = relation("=", sp.sqrt(1 + t**2), 1 + h), relation("=", s, level + 2 * h / n)
    higher = cut(replaced(cosh_exceeds(), assumed(root)), decided(root, given=(relation("=", t**2, h**2 + 2 * h), _positive_h)))
    more = decided(relation("<", n * sp.exp(2 * h / n), n - 2 + sp.exp(t) + sp.exp(-t)), higher, power_below(), given=(MANY,))
    return decided(relation("<", n * sp.exp(s), SUM_OF_MOVED), more, rewritten(sp.exp(s), assumed(lowered)), given=(MANY,))
