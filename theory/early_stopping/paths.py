"""The mislabelled progress b as a function of the clean progress a along the gradient flow: where it lies, and how it moves with rho.

Statement.  Let b(a) solve db/da = (1 + e^(m_c - C)) / (1 + e^(m_n - C)) with b(0) = 0. For a > 0 and more clean than mislabelled points
            b(a) > 0, clean points lead (m_c > m_n), and a larger rho has a smaller b(a).
Idea.       Each is a quantity that is 0 at the start and rises wherever it is not positive. For m_c - m_n: where m_c <= m_n the slope is at
            most 1. For b_1(a) - b_2(a): where b_1 <= b_2, the slope for the smaller rho at b_1 is no smaller than at b_2, since it
            falls in b, and there it exceeds the slope for the larger rho, since it falls in rho where clean points lead.
Assumes.    More clean than mislabelled points; nothing of the data but the numbers B, N and rho.
Source.     Beyond the paper.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from theory.early_stopping import slope
from theory.early_stopping.meant import positive
from theory.early_stopping.reduction import expand
from theory.early_stopping.toy import WHERE, B, N, a, b, n_c, n_n, rho
from theory.goal import second
from theory.kernel.propositions import put_in, relation, solution
from theory.kernel.rules import Theorem, along, cut, decided, put
from theory.kernel.tactics import exp_not_smaller
from theory.kernel.terms import Solution, plain
from theory.symbols import real

P, Q = (sp.Symbol(name, real=True) for name in (".p", ".q"))  # clean and mislabelled progress along a solution
FEWER_NOISY = relation("<", n_n, n_c)
_a, _b, _rho = plain(a), plain(b), plain(rho)
b_1, b_2, rho_2 = real("b_1 b_2 rho_2")
SLOPE = plain(slope.PRINTED)
LEAD, TRAIL = (plain(expand(WHERE, term)) for term in (slope.LEAD, slope.TRAIL))  # m_c - C and m_n - C
RATES = tuple(N + 2 * B**2 * count for count in (n_c, n_n))


def slope_at(radius: Any, p: Any, q: Any) -> Any:
    """Return db/da at the progress p and q, for a radius."""
    return SLOPE.xreplace({_rho: plain(radius), _a: p, _b: q})


def path(radius: Any, at: Any, value: Any, beside: Any = ()) -> Solution:
    """Return the proposition that b(at) = value along the flow of this radius; `beside` holds along it, in P and Q."""
    return solution(slope_at(radius, P, Q), P, Q, at, value, beside)


def _known(theorem: Theorem, *facts: Theorem, given: tuple[Any, ...]) -> Theorem:
    """Return a theorem whose other hypotheses follow from facts and from `given`."""
    owed = sorted(theorem.hypotheses - {*given}, key=str)
    return cut(theorem, *(decided(h, *facts, given=given) for h in owed))


@cache
def moves() -> Theorem:
    """Return that b(a) > 0 for a > 0."""
    rises = decided(relation("<", 0, SLOPE), given=positive(N))
    return along(_b, _a, (path(_rho, _a, _b),), rises, decided(relation("<=", 0, 0)))


@cache
def clean_leads() -> Theorem:
    """Return that m_c > m_n for a > 0."""
    p, q, k, l = real("p q k l")
    lead = RATES[0] * _a - RATES[1] * _b
    behind = relation("<=", lead, 0)
    slow = decided(relation("<", 0, k - l * ((1 + p) / (1 + q))), given=(relation("<=", p, q), relation("<", l, k), *positive(p, q, l)))
    given = (*positive(N, B), FEWER_NOISY, behind)
    slow = put(slow, {p: sp.exp(LEAD), q: sp.exp(TRAIL), k: RATES[0], l: RATES[1]}, *given)
    no_more = cut(exp_not_smaller(LEAD, TRAIL, *positive(N)), decided(relation("<=", LEAD, TRAIL), given=(*positive(N), behind)))
    slow = _known(slow, no_more, given=given)
    return along(lead, _a, (path(_rho, _a, _b),), slow, decided(relation("<=", 0, 0)))


@cache
def larger_radius_lags_less() -> Theorem:
    """Return that b(a) is smaller for the larger of two radii, for a > 0."""
    first, between, last = slope_at(_rho, _a, b_1), slope_at(_rho, _a, b_2), slope_at(rho_2, _a, b_2)
    given = (*positive(N, B), relation("<=", b_1 - b_2, 0))
    p, q, u, v = real("p q u v")
    falls = decided(
        relation("<=", (1 + u) / (1 + v), (1 + p) / (1 + q)), given=(relation("<=", u, p), relation("<=", q, v), *positive(p, q, u, v))
    )
    powers = [term.xreplace({_b: value}) for value in (b_1, b_2) for term in (LEAD, TRAIL)]
    falls = put(falls, dict(zip((p, q, u, v), map(sp.exp, powers), strict=True)), *given)
    ordered = [
        cut(exp_not_smaller(low, high, *positive(N)), decided(relation("<=", low, high), given=given))
        for low, high in ((powers[2], powers[0]), (powers[1], powers[3]))
    ]
    falls = _known(falls, *ordered, given=given)
    leads = put(clean_leads(), {_b: b_2, _rho: rho_2})
    ahead = cut(decided(put_in(slope.LEADS, {_b: b_2}), given=(leads.conclusion,)), leads)
    falls_in_radius = cut(put(slope.falls_with_radius(), {_b: b_2, second(rho): rho_2}), ahead)
    f, g, h = real("f g h")
    rises = decided(relation("<", 0, f - h), given=(relation("<=", g, f), relation("<", h, g)))
    rises = cut(put(rises, {f: first, g: between, h: last}, *positive(N)), falls, falls_in_radius)
    return along(b_1 - b_2, _a, (path(_rho, _a, b_1), path(rho_2, _a, b_2)), rises, decided(relation("<=", 0, 0)))
