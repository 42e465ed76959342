"""Bounds of e^u by polynomials, by a chord and of its even part by e^(v^2/2): one real variable, any proof that adds exponentials up."""

from __future__ import annotations

from functools import cache

import sympy as sp

from theory.kernel.propositions import put_in, relation
from theory.kernel.rules import Theorem, assumed, cases, cut, decided, monotone, put
from theory.kernel.tactics import exp_not_smaller, rewritten
from theory.kernel.terms import Rel
from theory.symbols import real

_u, _s, _v, _second = real("u s v second")
ABOVE, BELOW = relation("<=", 0, _u), relation("<=", _u, 0)


def _against_zero(quantity: sp.Expr, slope: sp.Expr, side: Rel, *given: Rel, rises: bool, lemmas: tuple[Theorem, ...] = ()) -> Theorem:
    """Return that the quantity at u is at least (at most) its value at 0, on one side of 0.

    `slope` is its derivative in a form whose sign is visible there; `side` says on which side of 0 u lies; `given` bounds u further.
    """
    beyond, at_zero = side == ABOVE, quantity.subs(_u, 0)
    sign = relation("<=", 0, slope) if rises else relation("<=", slope, 0)
    ends = {_u: sp.S.Zero, _second: _u} if beyond else {_second: sp.S.Zero}
    strict = put(monotone(quantity, _u, _second, decided(sign, *lemmas, given=(side, *given))), ends)
    claim = relation("<=", at_zero, quantity) if rises == beyond else relation("<=", quantity, at_zero)
    apart, tie = relation("<", *side[1:]), relation("=", _u, 0)
    within = [decided(h, given=(side, apart, *given)) for h in sorted(strict.hypotheses - {side, apart, *given}, key=str)]
    at_tie = decided(claim, rewritten(quantity, assumed(tie)), given=(tie,))
    at_tie = cut(at_tie, decided(tie, given=(side, relation("<=", *reversed(side[1:])))))
    return cases(cut(decided(claim, strict, given=(apart,)), *within), at_tie, apart)


@cache
def third_order_below() -> Theorem:
    """Return 0 <= u |- 1 + u + u^2/2 + u^3/6 <= e^u: their quotient falls from 1."""
    taylor = 1 + _u + _u**2 / 2 + _u**3 / 6
    quotient = _against_zero(taylor * sp.exp(-_u), -(_u**3) / 6 * sp.exp(-_u), ABOVE, rises=False)
    return decided(relation("<=", taylor, sp.exp(_u)), quotient)


@cache
def sixth_order_above() -> Theorem:
    """Return u^2 <= s, s <= 6 |- e^u <= 1 + u + u^2 (7/10 + s/12 + s^2/200).

    For u <= 0 a parabola suffices; between 0 and 8/3 the Taylor polynomial of order 5 with u^6/400 grows faster than e^u.
    """
    within, small = relation("<=", _u**2, _s), relation("<=", _s, 6)
    factor = sp.Rational(7, 10) + _s / 12 + _s**2 / 200
    claim = relation("<=", sp.exp(_u), 1 + _u + _u**2 * factor)
    parabola = 1 + _u + _u**2 / 2
    left = decided(
        relation("<=", sp.exp(_u), parabola), _against_zero(parabola * sp.exp(-_u), -(_u**2) / 2 * sp.exp(-_u), BELOW, rises=False)
    )
    not_negative = decided(relation("<=", 0, _s), given=(within,))
    larger = decided(relation("<=", parabola, claim.right), not_negative)
    if_left = decided(claim, left, larger)
    taylor = 1 + _u + _u**2 / 2 + _u**3 / 6 + _u**4 / 24 + _u**5 / 120 + _u**6 / 400
    near = relation("<=", _u, sp.Rational(8, 3))
    slope = _u**5 * (sp.Rational(8, 3) - _u) / 400 * sp.exp(-_u)
    right = decided(relation("<=", sp.exp(_u), taylor), _against_zero(taylor * sp.exp(-_u), slope, ABOVE, near, rises=True))
    even = 1 + _u + _u**2 * (sp.Rational(7, 10) + _u**2 / 12 + _u**4 / 200)
    quartic = decided(relation("<=", 0, sp.Rational(1, 5) - _u / 6 + _u**2 / 24 - _u**3 / 120 + _u**4 / 400))
    gap = decided(relation("<=", taylor, even), quartic)
    powers = decided(relation("<=", _u**4, _s**2), given=(within,))
    raised = decided(relation("<=", even, claim.right), powers, given=(within,))
    if_right = decided(claim, right, gap, raised)
    if_right = cut(if_right, decided(near, given=(within, small)))
    return cases(if_left, cut(if_right, decided(ABOVE, given=(relation("<", 0, _u),))), BELOW)


@cache
def chord() -> Theorem:
    """Return 0 < v, -v <= u, u <= v |- 2 v e^u <= (v + u) e^v + (v - u) e^-v, from the tangent of e^x at u."""
    given = (relation("<", 0, _v), relation("<=", -_v, _u), relation("<=", _u, _v))
    x, e, p, q = real("x e p q")
    tangent = decided(relation("<=", 1 + x, sp.exp(x)))
    to_the_right, to_the_left = relation("<=", e * (1 + _v - _u), p), relation("<=", e * (1 - _v - _u), q)
    right = decided(relation("<=", (_v + _u) * (e * (1 + _v - _u)), (_v + _u) * p), given=(to_the_right, *given))
    left = decided(relation("<=", (_v - _u) * (e * (1 - _v - _u)), (_v - _u) * q), given=(to_the_left, *given))
    both = decided(relation("<=", 2 * _v * e, (_v + _u) * p + (_v - _u) * q), right, left)
    told = {e: sp.exp(_u), p: sp.exp(_v), q: sp.exp(-_v)}
    ends = zip((to_the_right, to_the_left), (_v - _u, -_v - _u), strict=True)
    return cut(put(both, told), *(decided(put_in(end, told), put(tangent, {x: apart})) for end, apart in ends))


@cache
def even_part_below() -> Theorem:
    """Return 0 <= u |- (e^u + e^-u)/2 <= e^(u^2/2): their quotient falls, since e^u - e^-u <= u (e^u + e^-u)."""
    up, down, bell = sp.exp(_u), sp.exp(-_u), sp.exp(-(_u**2) / 2)
    not_below = cut(exp_not_smaller(-_u, _u), decided(relation("<=", -_u, _u), given=(ABOVE,)))
    product = decided(relation("<=", 0, _u * (up - down)), not_below, given=(ABOVE,))
    gap = _against_zero(_u * (up + down) - up + down, _u * (up - down), ABOVE, rises=True, lemmas=(product,))
    falls = decided(relation("<=", bell / 2 * (up - down - _u * (up + down)), 0), gap, given=(ABOVE,))
    quotient = _against_zero(bell / 2 * (up + down), falls.conclusion.left, ABOVE, rises=False, lemmas=(falls,))
    return decided(relation("<=", (up + down) / 2, sp.exp(_u**2 / 2)), quotient, given=(ABOVE,))
