"""Ways to use the rules that proofs share. Nothing here is trusted: whatever it returns, a rule made it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import sympy as sp

from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, assumed, cases, cut, decided, equal, monotone, put, replaced, summed, tends
from theory.kernel.terms import Refused, Rel, free, plain
from theory.symbols import Inner, sigma, total, unit

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
        given = [h for h in goal.hypotheses if second not in free(h) and h not in closed]
        sign = relation("<", slope, 0) if falls else relation("<", 0, slope)
        return monotone(quantity, z, second, decided(sign, *lemmas, given=(*sorted(given, key=str), *open_ends)), open_ends)

    return prove


def along(goal: Any) -> sp.Symbol:
    """Return the variable along which a goal says that something grows: the one whose second value it has."""
    for h in goal.hypotheses:
        if h.op == "<" and str(h.right) == f"{h.left}′":
            return h.left
    raise Refused("the goal does not compare two values of one variable")


def vanishes(rate: Any, factor: Any, exponents: tuple[tuple[Any, Any], ...], rho: sp.Symbol, *given: Rel) -> Theorem:
    """Return that `rate` = factor times the sum of e^(m - rho k) over the pairs (m, k) tends to 0 as rho grows.

    factor and every k must be positive by what is given.
    """
    c, e, r = sp.symbols("factor epsilon radius", real=True)
    names = [sp.symbols(f"m{i} k{i}", real=True) for i in range(len(exponents))]
    positive = (relation("<", 0, c), relation("<", 0, e), *(relation("<", 0, k) for _, k in names))
    share = e / (len(names) * c)
    small = []
    for m, k in names:
        far = relation("<", (m - sp.log(share)) / k, r)
        below = decided(relation("<", m - r * k, sp.log(share)), given=(far, *positive))
        grown = cut(exp_grows(m - r * k, sp.log(share), *positive), below)
        small.append(replaced(grown, equal(sp.exp(sp.log(share)), share, *positive)))
    total = sp.Add(*[sp.exp(m - r * k) for m, k in names])
    near = decided(relation("<", c * total, e), *small, given=positive)
    told = {c: factor, r: rho, **{m: m_told for (m, _), (m_told, _) in zip(names, exponents, strict=True)}}
    told |= {k: k_told for (_, k), (_, k_told) in zip(names, exponents, strict=True)}
    near = put(near, told, *given)
    shown = [decided(put(assumed(h), told, *given).conclusion, given=given) for h in positive if h != relation("<", 0, e)]
    near = cut(near, *shown)
    inside = decided(relation("<", sp.Abs(plain(rate)), e), near, given=(*given, relation("<", 0, e)))
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


def exponentials_positive(logits: Any, name: str = "k") -> Theorem:
    """Return that the sum of e^f over the entries f of a column is positive."""
    k = unit(f"{name}[{logits.shape[0]}]", logits.shape[0])
    added = summed(decided(relation("<", 0, sp.exp(Inner(k, logits)))), k)
    return replaced(added, equal(added.conclusion.left, 0))


def sum_of(theorem: Theorem, index: Any, left: Any, right: Any) -> Theorem:
    """Return a sum of theorems with its two sides written in another form."""
    added = summed(theorem, index)
    given = tuple(sorted(added.hypotheses, key=str))
    added = replaced(added, equal(added.conclusion.left, left, *given))
    return replaced(added, equal(added.conclusion.right, right, *given))


def swapped(equation: Theorem) -> Theorem:
    """Return b = a from a = b."""
    op, left, right = equation.conclusion
    return decided(relation(op, right, left), equation)
