"""Ways to use the rules that proofs share. Nothing here is trusted: whatever it returns, a rule made it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import sympy as sp

from theory.kernel.propositions import put_in, relation
from theory.kernel.rules import Theorem, assumed, cases, cut, decided, equal, induction, monotone, put, replaced, tends
from theory.kernel.terms import Refused, Rel, free, plain
from theory.symbols import sigma

_x, _y = sp.symbols("x1 x2", real=True)


def by_definition(goal: Any) -> Theorem:
    """Prove an equation by the normal form of both its sides."""
    return equal(goal.conclusion.left, goal.conclusion.right, *used_for(goal))


def used_for(goal: Any) -> list[Rel]:
    """Return the goal's hypotheses on signs and nonzero matrices, in a fixed order."""
    return sorted((h for h in goal.hypotheses if h.op != "="), key=str)


def grows(function: Any, low: Any, high: Any, *given: Rel, name: Any = None) -> Theorem:
    """Return low < high |- function(low) < function(high), for a function whose derivative is visibly positive on all reals."""
    u = name or _x
    slope = decided(relation("<", 0, sp.diff(function(u), u)))
    return put(monotone(function(u), u, _y, slope), {u: low, _y: high}, *given)


def exp_grows(low: Any, high: Any, *given: Rel) -> Theorem:
    """Return low < high |- e^low < e^high."""
    return grows(sp.exp, low, high, *given)


def sigma_grows(low: Any, high: Any, *given: Rel) -> Theorem:
    """Return low < high |- sigma(low) < sigma(high)."""
    return grows(sigma, low, high, *given)


def by_slope(slope: Any, *lemmas: Theorem, closed: tuple[Rel, ...] = ()) -> Callable[[Any], Theorem]:
    """Return the proof of a goal that compares two values of one variable: the slope there, in a form whose sign is visible.

    `closed` are bounds of that variable in the goal, with <=, which the slope needs with <.
    """

    def prove(goal: Any) -> Theorem:
        z = along(goal)
        second = sp.Symbol(f"{z.name}′", real=True)
        falls = second in free(goal.conclusion.left)
        quantity = goal.conclusion.right if falls else goal.conclusion.left
        open_ends = tuple(relation("<", h.left, h.right) for h in closed)
        given = [h for h in sorted(goal.hypotheses, key=str) if second not in free(h) and h not in closed]
        sign = relation("<", slope, 0) if falls else relation("<", 0, slope)
        return monotone(quantity, z, second, decided(sign, *lemmas, given=(*given, *open_ends)), open_ends)

    return prove


def along(goal: Any) -> sp.Symbol:
    """Return the variable along which a goal says that something grows: the one whose second value it has."""
    for h in sorted(goal.hypotheses, key=str):
        if h.op == "<" and str(h.right) == f"{h.left}′":
            return h.left
    raise Refused("the goal does not compare two values of one variable")


def applied(theorem: Theorem, terms: dict[Any, Any], *facts: Theorem, given: tuple[Rel, ...] = ()) -> Theorem:
    """Return a theorem on letters with terms in their place: its hypotheses on the terms follow from the facts and from `given`."""
    at = put(theorem, terms, *given)
    return cut(at, *(decided(h, *facts, given=given) for h in sorted(at.hypotheses - set(given), key=str)))


def vanishes(
    rate: Any, factor: Any, exponents: tuple[tuple[Any, Any], ...], rho: sp.Symbol, *given: Rel, lemmas: tuple[Theorem, ...] = ()
) -> Theorem:
    """Return that `rate` = factor times the sum of e^(m - rho k) over the pairs (m, k) tends to 0 as rho grows.

    factor and every k must be positive by the hypotheses and the lemmas.
    """
    c, e, r = sp.symbols("factor epsilon radius", real=True)
    names = [sp.symbols(f"m{i} k{i}", real=True) for i in range(len(exponents))]
    positive = (relation("<", 0, c), relation("<", 0, e), *(relation("<", 0, k) for _, k in names))
    share = e / len(names)
    small = []
    for m, k in names:  # c e^x <= e^(c + x), so that the radius from which on it is small needs no division by c
        far = relation("<", (c + m - sp.log(share)) / k, r)
        below = decided(relation("<", c + m - r * k, sp.log(share)), given=(far, *positive))
        grown = cut(exp_grows(c + m - r * k, sp.log(share), *positive), below)
        grown = replaced(grown, equal(sp.exp(sp.log(share)), share, *positive))
        small.append(decided(relation("<", c * sp.exp(m - r * k), share), grown, given=positive))
    total = sp.Add(*[sp.exp(m - r * k) for m, k in names])
    near = decided(relation("<", c * total, e), *small, given=positive)
    told = {c: factor, r: rho, **{m: m_told for (m, _), (m_told, _) in zip(names, exponents, strict=True)}}
    told |= {k: k_told for (_, k), (_, k_told) in zip(names, exponents, strict=True)}
    near = put(near, told, *given)
    shown = [decided(put(assumed(h), told, *given).conclusion, *lemmas, given=given) for h in positive if h != relation("<", 0, e)]
    near = cut(near, *shown)
    inside = decided(relation("<", sp.Abs(plain(rate)), e), near, *lemmas, given=(*given, relation("<", 0, e)))
    return tends(rate, rho, sp.oo, sp.S.Zero, e, inside)


@cache
def _not_smaller(function: Any) -> Theorem:
    strict = grows(function, _x, _y)
    reverse, tie = relation("<=", _y, _x), relation("=", _x, _y)
    if_same = decided(relation("<=", function(_x), function(_y)), _left_of(function))
    between = decided(tie, given=(relation("<=", _x, _y), reverse))
    claim = relation("<=", function(_x), function(_y))
    return cases(decided(claim, strict), cut(if_same, between), relation("<", _x, _y))


def _left_of(function: Any) -> Theorem:
    """Return x = y |- f(x) = f(y)."""
    w = sp.Symbol("x3", real=True)
    named = replaced(assumed(relation("=", w, function(_x))), assumed(relation("=", _x, _y)))
    return cut(put(named, {w: function(_x)}), equal(function(_x), function(_x)))


def exp_not_smaller(low: Any, high: Any, *given: Rel) -> Theorem:
    """Return low <= high |- e^low <= e^high."""
    return put(_not_smaller(sp.exp), {_x: low, _y: high}, *given)


def not_smaller(function: Any, low: Any, high: Any, *given: Rel) -> Theorem:
    """Return low <= high |- function(low) <= function(high), for a function whose derivative is visibly positive on all reals."""
    return put(_not_smaller(function), {_x: low, _y: high}, *given)


def swapped(equation: Theorem, *given: Rel) -> Theorem:
    """Return b = a from a = b; `given` are what a needs to be defined."""
    left = equation.conclusion.left
    placeholder: Any = sp.MatrixSymbol("other side", *left.shape) if isinstance(left, sp.MatrixExpr) else sp.Symbol("other side", real=True)
    turned = replaced(assumed(relation("=", left, placeholder)), equation)
    return cut(put(turned, {placeholder: left}, *given), equal(left, left, *given))


def rewritten(term: Any, equations: Theorem | tuple[Theorem, ...], *given: Rel) -> Theorem:
    """Return term = the term with b in place of a, from a = b, one equation after the other; `given` are what the term needs."""
    placeholder: Any = sp.MatrixSymbol("other side", *term.shape) if isinstance(term, sp.MatrixExpr) else sp.Symbol("other side", real=True)
    moved = assumed(relation("=", placeholder, term))
    for equation in equations if isinstance(equations, tuple) else (equations,):
        moved = replaced(moved, equation)
    return cut(put(moved, {placeholder: term}, *given), equal(term, term, *given))


@cache
def no_size_between(low: int, n: sp.Symbol) -> Theorem:
    """Return 0 <= (n - low)(n - low - 1) for every size n: none lies between two whole numbers."""
    claim = relation("<=", 0, (n - low) * (n - low - 1))
    earlier = (no_size_between(low - 1, n),) if low > 1 else ()
    return induction(claim, n, decided(put_in(claim, {n: sp.S.One})), decided(put_in(claim, {n: n + 1}), *earlier))


def fades(rate: Any, factor: Any, z: sp.Symbol, *lemmas: Theorem, given: tuple[Rel, ...] = (), shift: int = 0) -> Theorem:
    """Return that `rate` = factor / (z - shift) tends to 0 as z grows, for a factor not negative by the lemmas and the hypotheses."""
    c, e, r = sp.symbols("factor epsilon radius", real=True)
    not_negative, positive, far = relation("<=", 0, c), relation("<", 0, e), relation("<", c / e + shift, r)
    near = decided(relation("<", sp.Abs(c / (r - shift)), e), given=(positive, not_negative, far))
    near = cut(put(near, {c: factor, r: z}, positive, *given), decided(relation("<=", 0, factor), *lemmas, given=given))
    return tends(rate, z, sp.oo, sp.S.Zero, e, near)


@cache
def _slack_grows() -> Theorem:
    """Return u < v |- u/4 - sigma(u) <= v/4 - sigma(v): the slope is a square."""
    return monotone(_x / 4 - sigma(_x), _x, _y, decided(relation("<=", 0, (sigma(_x) - sp.S.Half) ** 2)))


@cache
def sigma_slope() -> Theorem:
    """Return x1 <= x2 |- sigma(x2) <= sigma(x1) + (x2 - x1)/4."""
    claim, strict, tie = relation("<=", sigma(_y), sigma(_x) + (_y - _x) / 4), relation("<", _x, _y), relation("=", _x, _y)
    if_same = decided(claim, rewritten(sigma(_x), assumed(tie)), given=(tie,))
    between = decided(tie, given=(relation("<=", _x, _y), relation("<=", _y, _x)))
    return cases(decided(claim, _slack_grows()), cut(if_same, between), strict)


@cache
def sigma_near_half() -> Theorem:
    """Return |- |sigma(u) - 1/2| <= |u| / 4, since the slope of u/4 - sigma(u) is a square."""
    u, v = _x, _y
    slack = _slack_grows()
    claim, up, down = relation("<=", sp.Abs(sigma(u) - sp.S.Half), sp.Abs(u) / 4), relation("<", 0, u), relation("<", u, 0)
    above = decided(claim, put(slack, {u: sp.S.Zero, v: u}), sigma_grows(sp.S.Zero, u), given=(up,))
    below = decided(claim, put(slack, {v: sp.S.Zero}), sigma_grows(u, sp.S.Zero), given=(down,))
    tie = relation("=", u, 0)
    at_zero = decided(claim, rewritten(sigma(u), assumed(tie)), equal(sigma(sp.S.Zero), sp.S.Half), given=(tie,))
    between = decided(tie, given=(relation("<=", u, 0), relation("<=", 0, u)))
    return cases(above, cases(below, cut(at_zero, between), down), up)
