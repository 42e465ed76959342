"""The upper bound of the loss for logits of norm at most C <= 1: the constant of the lower bound serves, for any number of classes.

With g the root mean square of the wrong logits, e^x lies below e^g (1 + (x^2 - g^2)/(2 g)) for every x <= 1. Added up over the wrong
classes that is (K - 1) e^g; and g is at most f_t + C sqrt(K/(K-1)).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, assumed, cases, cut, decided, equal, monotone, put, replaced, square
from theory.kernel.tactics import applied, exp_not_smaller, rewritten
from theory.loss.class_by_class import SEVERAL, WRONG, class_logit, k, label_logit, loss_between, wrong_classes
from theory.loss.logit_ball import C
from theory.loss.wrong_classes import K, e, f
from theory.meaning import exponentials
from theory.symbols import Inner, norm, real

IN_BALL, SMALL_RADIUS = relation("<=", norm(f), C), relation("<=", C, 1)
GIVEN = (IN_BALL, SMALL_RADIUS, SEVERAL)
root = sp.sqrt(K / (K - 1))
wrong_square = Inner(f, f) - label_logit**2  # the squares of the wrong logits, added up
_x, _y, _g = real("x y g")
_SMALL_MEAN = (relation("<", 0, _g), relation("<=", _g, 1))


@cache
def parabola() -> Theorem:
    """Return 0 < g <= 1, x <= 1 |- 2 g e^x <= (2 g + x^2 - g^2) e^g: the quotient of both sides has its least value at x = g."""
    q = (2 * _g + _x**2 - _g**2) * sp.exp(_g - _x)
    slope = sp.exp(_g - _x) * (_x - _g) * (2 - _x - _g)
    below, above = relation("<=", _x, _g), relation("<=", _g, _x)
    falls = monotone(q, _x, _y, decided(relation("<=", slope, 0), given=(*_SMALL_MEAN, below)))
    rises = monotone(q, _x, _y, decided(relation("<=", 0, slope), given=(*_SMALL_MEAN, above, relation("<=", _x, 1))))
    claim, tie = relation("<=", 2 * _g, q), relation("=", _x, _g)
    met = cut(decided(claim, rewritten(q, assumed(tie)), equal(q.xreplace({_x: _g}), 2 * _g)), decided(tie, given=(below, above)))
    given = (*_SMALL_MEAN, relation("<=", _x, 1))
    same_place = decided(relation("<=", _g, _g))
    left = cut(decided(claim, put(falls, {_y: _g}), given=given), same_place, decided(below, given=(relation("<", _x, _g),)))
    right = put(rises, {_x: _g, _y: _x})
    right = cut(decided(claim, right, given=given), same_place, decided(above, given=(relation("<", _g, _x),)))
    least = cases(left, cases(right, met, relation("<", _g, _x)), relation("<", _x, _g))
    return decided(relation("<=", sp.exp(_x), sp.exp(_g) * (1 - _g / 2) + sp.exp(_g) / (2 * _g) * _x**2), least, given=given)


@cache
def _squares_below_one() -> Theorem:
    """Return that the square of a wrong logit is at most 1."""
    x, a, q, c, n = real("x a q c n")
    facts = (relation("<=", 0, q - x**2 - a**2), relation("<=", n, c), relation("=", n**2, q), relation("<=", 0, n), relation("<=", c, 1))
    told = {x: class_logit, a: label_logit, q: Inner(f, f), c: C, n: norm(f)}
    apart = square(f - class_logit * k - label_logit * e)
    return applied(decided(relation("<=", x**2, 1), given=facts), told, apart, given=(*GIVEN[:2], WRONG))


@cache
def _added_up() -> Theorem:
    """Return (K - 1) g^2 = the wrong squares, 0 < g <= 1 |- the wrong e^(f_k) add up to at most (K - 1) e^g."""
    m, q = real("m q")
    wrong_sum = exponentials(f) - sp.exp(label_logit)
    small = decided(relation("<=", class_logit, 1), _squares_below_one())
    of_one = cut(put(parabola(), {_x: class_logit}), small)
    of_all = (K - 1) * (1 - _g / 2) + wrong_square / (2 * _g)
    ends = (wrong_sum, sp.exp(_g) * of_all)
    added = wrong_classes(sp.exp(class_logit), of_one.conclusion.right, of_one, relation("<=", *ends), ends)
    mean = decided(relation("=", m * (1 - _g / 2) + q / (2 * _g), m), given=(relation("=", m * _g**2, q), relation("<", 0, _g)))
    return replaced(added, put(mean, {m: K - 1, q: wrong_square}))


@cache
def _mean_is_near() -> Theorem:
    """Return (K - 1) g^2 = the wrong squares |- g <= f_t + C sqrt(K/(K-1)), by Cauchy-Schwarz."""
    a, q, c, n, r, l = real("a q c n r l")
    given = (
        *(relation("=", *pair) for pair in ((n * _g**2, q - a**2), (l**2, q), (n * r**2, n + 1))),
        *(relation("<=", *pair) for pair in ((l, c), (0, l), (0, r))),
        relation("<", 0, n),
    )
    spread = decided(relation("<=", n * (_g - a) ** 2, (n + 1) * (n * _g**2 + a**2)), decided(relation("<=", 0, (a + n * _g) ** 2)))
    length = decided(relation("<=", n * _g**2 + a**2, c**2), given=given)
    product = decided(relation("<=", (n + 1) * (n * _g**2 + a**2), (n + 1) * c**2), length, given=given[-1:])
    scaled = decided(relation("<=", n * (_g - a) ** 2, n * r**2 * c**2), spread, product, given=given)
    squares = decided(relation("<=", (_g - a) ** 2, (c * r) ** 2), scaled, given=given)
    near = decided(relation("<=", _g, a + c * r), squares, given=given)
    mean = relation("=", (K - 1) * _g**2, wrong_square)
    told = {a: label_logit, q: Inner(f, f), c: C, n: K - 1, r: root, l: norm(f)}
    return applied(near, told, given=(IN_BALL, SEVERAL, mean))


EDGE = sp.exp(label_logit) * (1 + (K - 1) * sp.exp(C * root))
COMPARED = relation("<=", exponentials(f), EDGE)


def _some_wrong() -> Theorem:
    """Return the comparison where some wrong logit is not 0, at g^2 = the mean of their squares."""
    given = (*GIVEN, relation("<", 0, wrong_square))
    mean = sp.sqrt(wrong_square / (K - 1))
    squared = equal((K - 1) * mean**2, wrong_square, *given)
    positive = decided(relation("<", 0, mean), given=given)
    below_one = wrong_classes(class_logit**2, sp.S.One, _squares_below_one(), relation("<=", wrong_square, K - 1), (wrong_square, K - 1))
    m, q = real("m q")
    small = decided(relation("<=", _g, 1), given=(relation("=", m * _g**2, q), relation("<=", q, m), relation("<", 0, m)))
    small = applied(small, {m: K - 1, q: wrong_square, _g: mean}, squared, below_one, given=given)
    added = cut(put(_added_up(), {_g: mean}, *given), squared, positive, small)
    near = cut(put(_mean_is_near(), {_g: mean}, *given), squared)
    grown = cut(exp_not_smaller(mean, label_logit + C * root, *given), near)
    S, E, G, R, n = real("S E G R n")
    facts = (relation("<=", S - E, n * G), relation("<=", G, E * R), relation("<=", 0, n))
    compared = decided(relation("<=", S, E * (1 + n * R)), given=facts)
    told = {S: exponentials(f), E: sp.exp(label_logit), G: sp.exp(mean), R: sp.exp(C * root), n: K - 1}
    return applied(compared, told, added, grown, given=given)


def _none_wrong() -> Theorem:
    """Return the comparison where all wrong logits are 0."""
    none = relation("<=", wrong_square, 0)
    x, a, q, c, n, r, l = real("x a q c n r l")
    given = (
        *(relation("<=", *pair) for pair in ((q - a**2, 0), (0, q - x**2 - a**2), (l, c), (0, l), (0, r))),
        *(relation("=", *pair) for pair in ((l**2, q), (n * r**2, n + 1))),
        relation("<", 0, n),
    )
    zero = decided(relation("=", x, 0), given=given)
    low = decided(relation("<=", -c, a), given=given)
    more = decided(relation("<=", 1, r), given=given)
    below = decided(relation("<=", x, a + c * r), zero, low, more, decided(relation("<=", 0, c), given=given))
    told = {x: class_logit, a: label_logit, q: Inner(f, f), c: C, n: K - 1, r: root, l: norm(f)}
    apart = square(f - class_logit * k - label_logit * e)
    below = applied(below, told, apart, given=(IN_BALL, SEVERAL, none, WRONG))
    edge = label_logit + C * root
    compared = cut(exp_not_smaller(class_logit, edge, SEVERAL), below)
    return wrong_classes(sp.exp(class_logit), sp.exp(edge), compared, COMPARED)


def prove_small(goal: Any) -> Theorem:
    """By the mean square of the wrong logits; where it is 0 they are all 0."""
    compared = cases(_some_wrong(), _none_wrong(), relation("<", 0, wrong_square))
    return loss_between(goal, 1 + (K - 1) * sp.exp(C * root), compared, SEVERAL)
