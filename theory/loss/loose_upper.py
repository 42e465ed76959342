"""For K >= 3 no logits attain the bound of the loss with sqrt(2): not all wrong logits can lie sqrt(2) C above the true one."""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, cut, decided, put
from theory.kernel.tactics import applied, exp_not_smaller
from theory.kernel.terms import plain
from theory.loss.class_by_class import SEVERAL, WRONG, class_logit, label_logit, loss_between, two_logits, wrong_classes
from theory.loss.deviations import IN_BALL, IS_MEAN, IS_SPREAD, WRONG_LOGITS, D, m, mean_within, spread_not_negative, with_mean
from theory.loss.logit_ball import C
from theory.loss.wrong_classes import K, f
from theory.meaning import exponentials
from theory.symbols import real

POSITIVE, THREE = relation("<", 0, C), relation("<", 2, K)
WIDEST = sp.sqrt(2) * C


@cache
def _below_edge() -> Theorem:
    """Return that a wrong e^(f_k - f_t) is at most e^L - e^-L (L + f_t - f_k), with L = sqrt(2) C: the tangent of e^x at f_k - f_t."""
    x, y, l = real("x y l")
    low, high = relation("<=", -l, y), relation("<=", y, l)
    tangent = put(decided(relation("<=", 1 + x, sp.exp(x))), {x: l - y})
    drop = decided(relation("<=", sp.exp(y) * (l - y), sp.exp(l) - sp.exp(y)), tangent)
    least = decided(relation("<=", sp.exp(-l) * (l - y), sp.exp(y) * (l - y)), exp_not_smaller(-l, y), given=(low, high))
    known = decided(relation("<=", sp.exp(y), sp.exp(l) - sp.exp(-l) * (l - y)), drop, least)
    known = cut(known, *(decided(h, given=(relation("<=", sp.Abs(y), l),)) for h in (low, high)))
    known = applied(known, {y: class_logit - label_logit, l: WIDEST}, two_logits(plain(C), IN_BALL), given=(IN_BALL, WRONG))
    line = sp.exp(WIDEST) + sp.exp(-WIDEST) * class_logit - sp.exp(-WIDEST) * label_logit - sp.exp(-WIDEST) * WIDEST
    return decided(relation("<=", sp.exp(class_logit - label_logit), line), known)


@cache
def _mean_is_near() -> Theorem:
    """Return m < f_t + sqrt(2) C, times K - 1: (m - f_t)^2 <= C^2 K/(K-1), which is below 2 C^2."""
    n, a, c, r = real("n a c r")
    roots = (relation("=", r**2, 2), relation("<", 0, r), relation("<", 1, n), relation("<", 0, c))
    squares = decided(
        relation("<", (m - a) ** 2, (r * c) ** 2),
        given=(relation("<=", n * (m - a) ** 2, (n + 1) * (c**2 - D)), relation("<=", 0, D), *roots),
    )
    near = decided(relation("<", 0, n * (r * c + a - m)), squares, given=roots)
    facts, given = (mean_within(), spread_not_negative()), (THREE, POSITIVE, IN_BALL, IS_MEAN, IS_SPREAD)
    near = applied(near, {a: label_logit, n: K - 1, c: C, r: sp.sqrt(2)}, *facts, given=given)
    return with_mean(decided(relation("<", 0, (K - 1) * (WIDEST + label_logit) - WRONG_LOGITS), near, given=(IS_MEAN,)))


def prove_loose(goal: Any) -> Theorem:
    """The mean of the wrong logits is nearer to f_t than sqrt(2) C, so that their e^(f_k) together are below n e^(f_t + sqrt(2) C)."""
    scaled = sp.exp(-label_logit) * (exponentials(f) - sp.exp(label_logit))
    sums = scaled, (K - 1) * sp.exp(WIDEST) - sp.exp(-WIDEST) * _mean_is_near().conclusion.right
    of_one = _below_edge()
    added = wrong_classes(of_one.conclusion.left, of_one.conclusion.right, of_one, relation("<=", *sums), sums)
    factor = 1 + (K - 1) * sp.exp(WIDEST)
    compared = decided(relation("<", exponentials(f), sp.exp(label_logit) * factor), added, _mean_is_near())
    return cut(loss_between(goal, factor, compared), decided(SEVERAL, given=(THREE,)))
