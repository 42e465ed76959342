"""Why no logits of norm at most C <= sqrt(6) have a larger loss than symmetric ones: two classes, three, and more than three.

m is the mean of the wrong logits, D the sum of the squares of their deviations from it, G = f_t + C sqrt(K/(K-1)) - m. That all wrong
e^(f_k - m) add up to at most (K - 1) e^G is the bound.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, cases, cut, decided, equal, put
from theory.kernel.tactics import applied, exp_not_smaller, no_size_between
from theory.kernel.terms import plain
from theory.loss.bounded_exponentials import chord, even_part_below, sixth_order_above, third_order_below
from theory.loss.class_by_class import SEVERAL, any_two_compared, class_logit, label_logit, loss_between, wrong_classes
from theory.loss.deviations import (
    GIVEN,
    IN_BALL,
    IS_MEAN,
    IS_SPREAD,
    LEFT,
    PAIR_OF_WRONG,
    ROOT,
    SCALED_SUM,
    WRONG_LOGITS,
    D,
    deviation_within,
    half_of_spread,
    left_over,
    m,
    spread_at_most_six,
    spread_not_negative,
    with_mean,
)
from theory.loss.logit_ball import C
from theory.loss.wrong_classes import K, f
from theory.meaning import exponentials
from theory.symbols import Inner, real

_u, _s, _v = real("u s v")
deviation = class_logit - m
POLYNOMIAL = sp.Rational(7, 10) + D / 12 + D**2 / 200
WITHIN = relation("<=", SCALED_SUM, (K - 1) * sp.exp(LEFT))
COMPARED = relation("<=", exponentials(f), sp.exp(label_logit) * (1 + (K - 1) * sp.exp(C * ROOT)))


@cache
def _by_polynomial() -> Theorem:
    """Return that the wrong e^(f_k - m) add up to at most n + D (7/10 + D/12 + D^2/200)."""
    p = real("p")
    of_one = cut(put(sixth_order_above(), {_u: deviation, _s: D}), deviation_within(), spread_at_most_six())
    parabola = 1 - m + class_logit + p * m**2 - 2 * p * m * class_logit + p * class_logit**2
    of_one = decided(relation("<=", sp.exp(deviation), parabola), of_one, given=(relation("=", p, POLYNOMIAL),))
    squares = (K - 1) * m**2 - 2 * m * WRONG_LOGITS + Inner(f, f) - label_logit**2
    sums = SCALED_SUM, (K - 1) * (1 - m) + WRONG_LOGITS + p * squares
    added = wrong_classes(sp.exp(deviation), parabola, of_one, relation("<=", *sums), sums)
    added = decided(relation("<=", SCALED_SUM, K - 1 + p * D), added, given=(IS_MEAN, IS_SPREAD))
    return cut(put(added, {p: POLYNOMIAL}), equal(POLYNOMIAL, POLYNOMIAL))


@cache
def _four_or_more() -> Theorem:
    """Return the comparison for K >= 4: e^G exceeds its Taylor polynomial of order 3, term by term the sum of the polynomials."""
    n, g = real("n g")
    given = (relation("<=", (n + 1) * D**2, 24 * n * g**2), relation("<=", 0, g), relation("<=", 0, D), relation("<=", 3, n))
    longest = decided(relation("<=", D, 5 * g), decided(relation("<=", D**2, 24 * g**2), given=given), given=given)
    first = decided(relation("<=", sp.Rational(7, 10) * D, n * g), given=given)
    second = decided(relation("<=", D**2 / 12, n * g**2 / 2), given=given)
    third = decided(relation("<=", D**2 / 36 * g, n * g**3 / 6), given=given)
    third = decided(relation("<=", D**3 / 200, n * g**3 / 6), third, longest, given=given)
    polynomial = n + D * POLYNOMIAL
    below = decided(relation("<=", polynomial, n * (1 + g + g**2 / 2 + g**3 / 6)), first, second, third)
    below = decided(relation("<=", polynomial, n * sp.exp(g)), below, put(third_order_below(), {_u: g}), given=given[-1:])
    below = applied(below, {n: K - 1, g: LEFT}, *left_over(), spread_not_negative(), given=(*GIVEN, relation("<=", 4, K)))
    return decided(WITHIN, _by_polynomial(), below, given=(SEVERAL,))


@cache
def _three() -> Theorem:
    """Return the comparison for K = 3 and D > 0: with D = 2 v^2 both deviations lie in [-v, v], and cosh v <= e^(v^2/2)."""
    p, q = real("p q")
    is_root = (relation("=", 2 * _v**2, D), relation("<", 0, _v))
    inside = [decided(h, half_of_spread(), given=is_root) for h in (relation("<=", -_v, deviation), relation("<=", deviation, _v))]
    of_one = cut(put(chord(), {_u: deviation}), *inside)
    ends = relation("=", p, sp.exp(_v)), relation("=", q, sp.exp(-_v))
    line = _v * (p + q) + p * class_logit - p * m - q * class_logit + q * m
    of_one = decided(relation("<=", 2 * _v * sp.exp(deviation), line), of_one, given=ends)
    sums = 2 * _v * SCALED_SUM, (K - 1) * _v * (p + q) + (p - q) * (WRONG_LOGITS - (K - 1) * m)
    added = wrong_classes(of_one.conclusion.left, line, of_one, relation("<=", *sums), sums)
    added = decided(relation("<=", 2 * _v * SCALED_SUM, (K - 1) * _v * (p + q)), added, given=(IS_MEAN,))
    added = cut(put(added, {p: sp.exp(_v), q: sp.exp(-_v)}), *(equal(sp.exp(u), sp.exp(u)) for u in (_v, -_v)))
    added = decided(relation("<=", SCALED_SUM, (K - 1) * (sp.exp(_v) + sp.exp(-_v)) / 2), added, given=is_root)
    bell = put(even_part_below(), {_u: _v})
    reached = decided(relation("<=", _v**2 / 2, LEFT), *left_over(), spread_not_negative(), given=(*GIVEN, *is_root, PAIR_OF_WRONG))
    grown = cut(exp_not_smaller(_v**2 / 2, LEFT, *GIVEN), reached)
    known = decided(WITHIN, added, bell, grown, given=(*GIVEN, *is_root))
    return applied(known, {_v: sp.sqrt(D / 2)}, given=(*GIVEN, PAIR_OF_WRONG, relation("<", 0, D)))


@cache
def _all_equal() -> Theorem:
    """Return the comparison where D is 0."""
    none = decided(relation("=", D, 0), spread_not_negative(), given=(relation("<=", D, 0), IS_MEAN, IS_SPREAD))
    n, w, g = real("n w g")
    known = decided(relation("<=", w, n * sp.exp(g)), given=(relation("<=", w, n), relation("<=", 0, g), relation("<", 0, n)))
    count = decided(relation("<=", SCALED_SUM, K - 1), _by_polynomial(), none, given=GIVEN)
    return applied(known, {n: K - 1, w: SCALED_SUM, g: LEFT}, count, left_over()[0], spread_not_negative(), given=GIVEN)


@cache
def _two() -> Theorem:
    """Return the comparison for K = 2: the constant sqrt(2) of any number of classes is sqrt(K/(K-1))."""
    n, c, r, s = real("n c r s")
    roots = (relation("=", n * r**2, n + 1), relation("=", s**2, 2), relation("<=", n, 1), relation("<", 0, n), relation("<=", 0, r))
    larger = decided(relation("<=", s, r), decided(relation("<=", s**2, r**2), given=roots), given=roots)
    larger = decided(relation("<=", s * c, r * c), larger, given=(relation("<=", 0, c),))
    radius = decided(relation("<=", 0, C), given=(IN_BALL,))
    larger = applied(larger, {n: K - 1, r: ROOT, s: sp.sqrt(2), c: C}, radius, given=(SEVERAL, relation("<=", K, 2), IN_BALL))
    grown = cut(exp_not_smaller(sp.sqrt(2) * C, ROOT * C, SEVERAL), larger)
    return decided(COMPARED, any_two_compared(plain(C), IN_BALL), grown, given=(SEVERAL,))


def prove_sharp(goal: Any) -> Theorem:
    """By the number of classes, and for three classes by whether the wrong logits are equal."""
    more, some = relation("<=", 4, K), relation("<", 2, K)
    three = decided(PAIR_OF_WRONG, no_size_between(2, K), no_size_between(3, K), given=(relation("<", K, 4), some))
    three = cut(cases(_three(), _all_equal(), relation("<", 0, D)), three)
    known = with_mean(decided(COMPARED, cases(_four_or_more(), three, more), given=(SEVERAL,)))
    return loss_between(goal, 1 + (K - 1) * sp.exp(C * ROOT), cases(known, _two(), some), SEVERAL)
