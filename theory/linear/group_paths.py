"""Two groups along the gradient flow: on one ray from w0 a larger radius is further out.

Statement.  Let b, as a function of the clock x = a + h b, solve db/dx = (1 + p)/(1 + q + h (1 + p)) from b(0) = 0, p = e^(m_c - C) and
            q = e^(m_n - C). A run of rho that is on the ray b = r a for the first time at the progress a_1, and a run of rho_2 > rho that
            is on it at a_2, have a_1 < a_2.
Idea.       At equal x a larger rho has the smaller b, as in the toy model. So the run of rho_2 would be on the ray, at an x that the run
            of rho had passed, where that run was beyond the ray.
Assumes.    Clean points lead at the start. A weight h >= 0 with cn <= h cc and h nc <= nn: at equal x it lets margins of clean points fall
            in b and margins of mislabelled ones rise. There is one: h = 0 for cn <= 0, and h = cn/cc otherwise, by Cauchy and Schwarz.
Source.     Beyond the paper.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from theory.kernel.propositions import relation, solution
from theory.kernel.rules import Theorem, along, cases, cut, decided, monotone, passed, put
from theory.kernel.tactics import applied, exp_grows, exp_not_smaller
from theory.kernel.terms import Rel, Solution, plain
from theory.loss.full_batch import rho
from theory.symbols import real

P, Q = (sp.Symbol(name, real=True) for name in (".p", ".q"))  # the clock and the mislabelled progress along a solution
cc, cn, nc, nn = real("cc cn nc nn")  # <s_i, S_c> and <s_i, S_n> of a clean point, and of a mislabelled one
h, l, r, a_1, a_2, rho_2 = real("h l r a_1 a_2 rho_2")
x, b_1, b_2 = real("x b_1 b_2")
_rho = plain(rho)
WEIGHT = (relation("<=", 0, h), relation("<=", cn, h * cc), relation("<=", h * nc, nn))
HEAD_START = relation("<", nc + nn, cc + cn)
LARGER = relation("<", _rho, rho_2)
LENGTH = relation("<", 0, l)


def exponents(radius: Any, clock: Any, lag: Any) -> tuple[Any, Any]:
    """Return m_c - C and m_n - C at the clock x = a + h b and the mislabelled progress b."""
    ahead = clock - h * lag
    return cc * ahead + cn * lag - radius * l, nc * ahead + nn * lag - radius * l


def rate(p: Any, q: Any) -> Any:
    """Return db/dx from e^(m_c - C) and e^(m_n - C)."""
    return (1 + p) / (1 + q + h * (1 + p))


def slope_at(radius: Any, clock: Any, lag: Any) -> Any:
    """Return db/dx for a radius."""
    return plain(rate(*map(sp.exp, exponents(radius, clock, lag))))


def path(radius: Any, clock: Any, lag: Any, beside: Any = ()) -> Solution:
    """Return the proposition that b is `lag` at the clock, along the flow of this radius; `beside` holds along it, in P and Q."""
    return solution(slope_at(radius, P, Q), P, Q, clock, lag, beside)


def clock_at(progress: Any) -> Any:
    """Return the clock on the ray."""
    return progress * (1 + h * r)


def first_on_ray(radius: Any, progress: Any) -> Solution:
    """Return the proposition that a flow is on the ray at a clean progress, and was not beyond it before."""
    return path(radius, clock_at(progress), r * progress, Rel("<=", Q, r * (P - h * Q)))


def on_ray(radius: Any, progress: Any) -> Solution:
    """Return the proposition that a flow is on the ray at a clean progress."""
    return path(radius, clock_at(progress), r * progress)


def positive(*symbols: Any) -> tuple[Rel, ...]:
    """Return that symbols are positive."""
    return tuple(relation("<", 0, symbol) for symbol in symbols)


@cache
def clean_lead() -> Theorem:
    """Return that m_n < m_c along a flow."""
    p, q, k, e = real("p q k e")
    lead, trail = exponents(_rho, x, b_1)
    gap = plain(lead - trail)
    given = (*WEIGHT, HEAD_START, relation("<=", gap, 0))
    letters = (WEIGHT[0], *positive(p, q))
    slow = decided(relation("<=", rate(p, q), 1 / (1 + h)), given=(*letters, relation("<=", p, q)))
    scaled = decided(relation("<=", e * rate(p, q), e * (1 / (1 + h))), slow, given=(*letters, relation("<=", 0, e)))
    enough = decided(relation("<", e / (1 + h), k), given=(WEIGHT[0], relation("<", e, k * (1 + h))))
    rises = decided(relation("<", 0, k - e * rate(p, q)), scaled, enough, given=letters)
    told = {p: sp.exp(lead), q: sp.exp(trail), k: cc - nc, e: h * cc - cn + nn - h * nc}
    ordered = cut(exp_not_smaller(lead, trail), decided(relation("<=", lead, trail), given=given))
    return along(gap, x, (path(_rho, x, b_1),), applied(rises, told, ordered, given=given), decided(relation("<=", 0, 0)))


@cache
def falls_with_radius() -> Theorem:
    """Return that db/dx falls in rho where m_n < m_c: its derivative in C is (q - p)/(1 + q + h (1 + p))^2."""
    p, q, u, v, shift, more = real("p q u v shift more")
    letters = (WEIGHT[0], *positive(p, q), relation("<", q, p))
    sign = decided(relation("<", (q - p) / (1 + q + h * (1 + p)) ** 2, 0), given=letters)
    grown = cut(exp_grows(v - shift, u - shift), decided(relation("<", v - shift, u - shift), given=(relation("<", 0, u - v),)))
    sign = applied(sign, {p: sp.exp(u - shift), q: sp.exp(v - shift)}, grown, given=(WEIGHT[0],))
    falls = monotone(rate(sp.exp(u - shift), sp.exp(v - shift)), shift, more, sign)
    lead, trail = exponents(0, x, b_2)
    falls = put(falls, {u: lead, v: trail, shift: _rho * l, more: rho_2 * l})
    return cut(falls, decided(relation("<", _rho * l, rho_2 * l), given=(LENGTH, LARGER)))


@cache
def falls_with_lag() -> Theorem:
    """Return that db/dx does not rise in b at a clock."""
    p, q, u, v = real("p q u v")
    falls = decided(
        relation("<=", rate(u, v), rate(p, q)), given=(WEIGHT[0], relation("<=", u, p), relation("<=", q, v), *positive(p, q, u, v))
    )
    (lead, trail), (lead_2, trail_2) = (exponents(_rho, x, lag) for lag in (b_1, b_2))
    given = (*WEIGHT, relation("<=", b_1 - b_2, 0))
    ordered = [
        cut(exp_not_smaller(low, high), decided(relation("<=", low, high), given=given)) for low, high in ((lead_2, lead), (trail, trail_2))
    ]
    return applied(falls, {p: sp.exp(lead), q: sp.exp(trail), u: sp.exp(lead_2), v: sp.exp(trail_2)}, *ordered, given=given)


@cache
def larger_radius_lags_less() -> Theorem:
    """Return that b is smaller for the larger of two radii at equal x > 0."""
    f, g, k = real("f g k")
    rises = decided(relation("<", 0, f - k), given=(relation("<=", g, f), relation("<", k, g)))
    rises = put(rises, {f: slope_at(_rho, x, b_1), g: slope_at(_rho, x, b_2), k: slope_at(rho_2, x, b_2)}, WEIGHT[0])
    falls = cut(falls_with_radius(), put(clean_lead(), {b_1: b_2, _rho: rho_2}))
    rises = cut(rises, falls_with_lag(), falls)
    return along(b_1 - b_2, x, (path(_rho, x, b_1), path(rho_2, x, b_2)), rises, decided(relation("<=", 0, 0)))


@cache
def further_out() -> Theorem:
    """Return a_1 < a_2: were the larger radius not further out, the other one would have been beyond the ray where it is on it."""
    there = real("b_there")
    given = (*positive(r, a_1, a_2), WEIGHT[0])
    claim, not_before = relation("<", a_1, a_2), relation("<=", clock_at(a_2), clock_at(a_1))
    lags = put(larger_radius_lags_less(), {x: clock_at(a_2), b_1: there, b_2: r * a_2}, *given)
    not_beyond = relation("<=", there, r * (clock_at(a_2) - h * there))
    absurd = cut(decided(claim, given=(not_beyond, lags.conclusion, *given)), lags)
    absurd = passed(absurd, there, first_on_ray(_rho, a_1))
    after = decided(claim, given=(relation("<", clock_at(a_1), clock_at(a_2)), *given))
    joined = cases(absurd, after, not_before)
    reached = relation("<", 0, clock_at(a_2)), relation("<=", 0, clock_at(a_2))
    return cut(joined, *(decided(needed, given=given) for needed in reached))
