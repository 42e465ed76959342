"""The wrong logits by their mean m and by D, the sum of the squares of their deviations from it: bounds on D for a norm of at most C.

With n = K - 1 wrong classes ||f||^2 = f_t^2 + n m^2 + D. Theorems here assume the definitions of m and D: `IS_MEAN`, `IS_SPREAD`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, decided, square
from theory.kernel.tactics import applied
from theory.kernel.terms import Rel
from theory.loss.class_by_class import SEVERAL, WRONG, class_logit, k, label_logit
from theory.loss.logit_ball import C
from theory.loss.wrong_classes import K, e, f
from theory.meaning import exponentials
from theory.symbols import Inner, norm, real, total

m, D = real("m D")
ROOT = sp.sqrt(K / (K - 1))
ALL_ONES, ALL_LOGITS = total(lambda c: c, K, "j"), total(lambda c: Inner(c, f), K, "j")
WRONG_LOGITS = ALL_LOGITS - label_logit
SCALED_SUM = sp.exp(-m) * (exponentials(f) - sp.exp(label_logit))
"""The sum of the wrong logits, and the sum of e^(f_k - m) over the wrong classes."""
IS_MEAN = relation("=", (K - 1) * m, WRONG_LOGITS)
IS_SPREAD = relation("=", D, Inner(f, f) - label_logit**2 - (K - 1) * m**2)
IN_BALL, RADIUS = relation("<=", norm(f), C), relation("<=", C, sp.sqrt(6))
GIVEN = (SEVERAL, IN_BALL, RADIUS, IS_MEAN, IS_SPREAD)
PAIR_OF_WRONG = relation("=", K, 3)
LEFT = label_logit + C * ROOT - m
"""By how much m may still grow, f_t held fixed, before it is the mean of the symmetric point of norm C."""
_q, _a, _x, _n, _t = real("q a x n t")
_LETTERS = (relation("=", _t, _n * m), relation("=", D, _q - _a**2 - _n * m**2))
_TOLD = {_q: Inner(f, f), _a: label_logit, _x: class_logit, _n: K - 1, _t: WRONG_LOGITS}
_deviations = f - label_logit * e - m * (ALL_ONES - e)


def _from_squares(claim: Rel, squares: sp.Expr, column: Any, *given: Rel) -> Theorem:
    """Return a claim on letters at the logits, from the squares of the entries of a column added up, which are not negative."""
    known = decided(claim, given=(relation("<=", 0, squares), *_LETTERS))
    return applied(known, _TOLD, square(column), given=(IS_MEAN, IS_SPREAD, *given))


@cache
def spread_not_negative() -> Theorem:
    """Return 0 <= D."""
    return _from_squares(relation("<=", 0, D), _q - _a**2 - 2 * m * _t + _n * m**2, _deviations)


@cache
def deviation_within() -> Theorem:
    """Return (f_k - m)^2 <= D for a wrong class: the squares of the other deviations add up to the difference."""
    d = _x - m
    others = _deviations - (class_logit - m) * k
    return _from_squares(relation("<=", d**2, D), _q - _a**2 - 2 * m * _t + _n * m**2 - d**2, others, WRONG)


@cache
def half_of_spread() -> Theorem:
    """Return 2 (f_k - m)^2 <= D for a wrong class of K = 3: the other deviation is the negative of this one."""
    d = _x - m
    apart = _deviations - (class_logit - m) * k + (class_logit - m) * (ALL_ONES - e - k)
    squares = _q - _a**2 - 2 * m * _t + _n * m**2 - 2 * d**2
    return _from_squares(relation("<=", 2 * d**2, D), squares, apart, WRONG, PAIR_OF_WRONG)


@cache
def spread_at_most_six() -> Theorem:
    """Return D <= 6 for C <= sqrt(6)."""
    c, l, s = real("c l s")
    length = (relation("=", l**2, _q), relation("<=", 0, l), relation("<=", l, c), relation("<=", c, s), relation("=", s**2, 6))
    small = decided(relation("<=", _q, 6), given=length)
    small = decided(relation("<=", D, 6), small, given=(_LETTERS[1], relation("<", 0, _n)))
    return applied(small, {**_TOLD, l: norm(f), c: C, s: sp.sqrt(6)}, given=(SEVERAL, IN_BALL, RADIUS, IS_SPREAD))


@cache
def mean_within() -> Theorem:
    """Return n (m - f_t)^2 <= (n + 1)(C^2 - D), by Cauchy-Schwarz."""
    n, a, c, l = _n, _a, *real("c l")
    length = (_LETTERS[1], relation("=", l**2, _q), relation("<=", l, c), relation("<=", 0, l))
    means = decided(relation("<=", n * (m - a) ** 2, (n + 1) * (n * m**2 + a**2)), decided(relation("<=", 0, (a + n * m) ** 2)))
    within = decided(relation("<=", n * m**2 + a**2, c**2 - D), given=length)
    product = decided(relation("<=", (n + 1) * (n * m**2 + a**2), (n + 1) * (c**2 - D)), within, given=(relation("<", 0, n),))
    known = decided(relation("<=", n * (m - a) ** 2, (n + 1) * (c**2 - D)), means, product)
    return applied(known, {**_TOLD, l: norm(f), c: C}, given=(SEVERAL, IN_BALL, IS_SPREAD))


@cache
def left_over() -> tuple[Theorem, Theorem]:
    """Return 0 <= G and (n + 1) D^2 <= 24 n G^2 for C <= sqrt(6), with G = f_t + C sqrt(K/(K-1)) - m.

    For r^2 = K/(K-1), r^2 D <= (C r)^2 - (m - f_t)^2 <= 2 C r G.
    """
    n, a, c, r, s, gap = _n, _a, *real("c r s gap")
    sizes = (relation("<", 0, n), relation("<", 0, r), relation("=", n * r**2, n + 1), relation("<=", 0, D))
    scaled = relation("<=", n * (m - a) ** 2, (n + 1) * (c**2 - D))
    reached = decided(relation("<=", (m - a) ** 2, r**2 * (c**2 - D)), given=(scaled, *sizes))
    in_squares = decided(relation("<=", (m - a) ** 2, (c * r) ** 2), reached, given=sizes)
    not_past = decided(relation("<=", m - a, c * r), in_squares, given=(relation("<=", 0, c), *sizes))
    is_gap, constant = relation("=", gap, a + c * r - m), (relation("<=", c, s), relation("=", s**2, 6), relation("<=", 0, s))
    positive = decided(relation("<=", 0, gap), not_past, given=(is_gap,))
    twice = decided(relation("<=", r**2 * D, 2 * c * r * gap), reached, given=(is_gap,))
    linear = decided(relation("<=", r * D, 2 * c * gap), twice, given=sizes)
    widest = decided(relation("<=", r * D, 2 * s * gap), linear, positive, given=constant)
    squared = decided(relation("<=", (r * D) ** 2, 24 * gap**2), widest, positive, given=(*constant, *sizes))
    by_size = decided(relation("<=", (n + 1) * D**2, 24 * n * gap**2), squared, given=sizes)
    told = {**_TOLD, c: C, r: ROOT, s: sp.sqrt(6), gap: LEFT}
    facts = mean_within(), spread_not_negative()
    return applied(positive, told, *facts, given=GIVEN), applied(by_size, told, *facts, given=GIVEN)


def with_mean(theorem: Theorem) -> Theorem:
    """Return a theorem that speaks of m and D in its hypotheses alone without these: m and D are numbers of the logits."""
    mean = WRONG_LOGITS / (K - 1)
    kept = sorted(theorem.hypotheses - {IS_MEAN, IS_SPREAD}, key=str)
    return applied(theorem, {m: mean, D: IS_SPREAD.right.xreplace({m: mean})}, given=(SEVERAL, *kept))
