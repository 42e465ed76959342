"""Bounds on the loss of K classes from bounds on each class: what holds of one wrong class is added up over all of them.

k is the unit vector of a class and e the unit vector of the label; <k, e> is 1 at the label and 0 at the wrong classes.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, assumed, cases, cut, decided, equal, monotone, put, replaced, square
from theory.kernel.sums import exponentials_positive, sum_of
from theory.kernel.tactics import exp_not_smaller
from theory.kernel.terms import Rel
from theory.loss.wrong_classes import K, e, f
from theory.meaning import exponentials
from theory.symbols import Inner, norm, real, total, unit

k = unit("k[K]", K)
here, label, same = Inner(k, f), Inner(e, f), Inner(k, e)
SEVERAL, WRONG = relation("<", 1, K), relation("=", same, 0)
_a, _p, _q, _s = real("a p q s")


@cache
def log_not_smaller() -> Theorem:
    """Return 0 < p, 0 < q, p <= q |- log p <= log q."""
    rises = monotone(sp.log(_p), _p, _q, decided(relation("<", 0, 1 / _p), given=(relation("<", 0, _p),)))
    claim, less, tie = relation("<=", sp.log(_p), sp.log(_q)), relation("<", _p, _q), relation("=", _p, _q)
    other = real("value")
    moved = replaced(assumed(relation("=", other, sp.log(_p))), assumed(tie))
    positive, both = relation("<", 0, _p), (relation("<", 0, _p), relation("<", 0, _q))
    moved = cut(put(moved, {other: sp.log(_p)}, positive), equal(sp.log(_p), sp.log(_p), positive))
    if_same = cut(decided(claim, moved, given=both), decided(tie, given=(relation("<=", _p, _q), relation("<=", _q, _p))))
    return cases(decided(claim, rises, given=both), if_same, less)


def log_of(factor: Any, positive: Theorem) -> Theorem:
    """Return log(e^a factor) = a + log factor, for a = f_t, from the theorem that the factor is positive."""
    split = equal(sp.log(sp.exp(_a) * _p), _a + sp.log(_p), relation("<", 0, _p))
    needs = tuple(sorted(positive.hypotheses, key=str))
    return cut(put(split, {_a: label, _p: factor}, *needs), positive)


def loss_between(goal: Any, factor: Any, compared: Theorem, *given: Rel) -> Theorem:
    """Return log factor <= loss or loss <= log factor, from the comparison of e^(f_t) factor with the sum of all e^(f_k)."""
    some, positive = exponentials_positive(f), decided(relation("<", 0, factor), given=given)
    whole = sp.exp(label) * factor
    more = decided(relation("<", 0, whole), positive, given=given)
    low, high = compared.conclusion.left, compared.conclusion.right
    logs = cut(put(log_not_smaller(), {_p: low, _q: high}, *given), compared, some, more)
    known = replaced(logs, log_of(factor, positive))
    return cut(decided(goal.conclusion, known, some, given=given), some)


def wrong_classes(low: Any, high: Any, compared: Theorem, of_sum: Rel, sums: Any = ()) -> Theorem:
    """Return the relation `of_sum` from low <= high at each wrong class: (1 - <k, e>) low <= (1 - <k, e>) high adds up.

    `sums` are the sums of both sides, where they are not those that `_sums` knows.
    """
    part = decided(relation("<=", (1 - _s) * _p, (1 - _s) * _q), given=(relation("<=", _p, _q), relation("<=", _s, 1)))
    part = put(part, {_s: same, _p: low, _q: high}, *sorted((h for h in compared.hypotheses), key=str))
    part = cut(part, compared, decided(relation("<=", same, 1)))
    if WRONG in part.hypotheses:  # at the label both sides are 0
        others = sorted(part.hypotheses - {WRONG}, key=str)
        part = cases(part, decided(part.conclusion, given=(relation("!=", same, 0), *others)), WRONG)
    added = sum_of(part, k, *(sums or _sums(low, high)))
    needs = tuple(sorted(added.hypotheses, key=str))
    return decided(of_sum, added, given=needs)


def _sums(low: Any, high: Any) -> tuple[Any, Any]:
    """Return the sums of both sides over the wrong classes, where one side is e^(f_k) and the other does not depend on the class."""
    wrong_sum = exponentials(f) - sp.exp(label)
    return tuple(wrong_sum if side == sp.exp(here) else (K - 1) * side for side in (low, high))  # type: ignore[return-value]


def differences(goal: Any, side: str, exponent: Any, given: Rel) -> Theorem:
    """Prove a bound of the loss by e^exponent at each wrong class, where |f_k - f_t| <= C."""
    edge, is_below = label + exponent, side == "smaller"
    pair = (edge, here) if is_below else (here, edge)
    compared = cut(exp_not_smaller(*pair), decided(relation("<=", *pair), given=(given,)))
    factor = 1 + (K - 1) * sp.exp(exponent)
    ends = (sp.exp(label) * factor, exponentials(f)) if is_below else (exponentials(f), sp.exp(label) * factor)
    return loss_between(goal, factor, wrong_classes(sp.exp(pair[0]), sp.exp(pair[1]), compared, relation("<=", *ends)))


def any_two(goal: Any, C: sp.Symbol, in_ball: Rel) -> Theorem:
    """Prove the upper bound: two logits differ by at most sqrt(2) C, since the squares of both are at most C^2 together."""
    x, a, q, r, c, n = real("x a q r c n")
    given = (relation("<=", 0, q - x**2 - a**2), relation("<=", n, c), relation("=", n**2, q), relation("<=", 0, n))
    twice = decided(relation("<=", (x - a) ** 2, 2 * c**2), decided(relation("<=", 0, (x + a) ** 2)), given=given)
    root = (relation("=", r**2, 2), relation("<=", 0, r), relation("<=", 0, c))
    squares = decided(relation("<=", (x - a) ** 2, (r * c) ** 2), twice, given=root)
    apart = decided(relation("<=", x, a + r * c), squares, given=root)
    told = {x: here, a: label, q: Inner(f, f), r: sp.sqrt(2), c: C, n: norm(f)}
    known = put(apart, told)
    both = square(f - here * k - label * e)
    facts = [decided(h, both, given=(in_ball, WRONG)) for h in sorted(known.hypotheses - {in_ball}, key=str)]
    compared_logits = cut(known, *facts)
    edge = label + sp.sqrt(2) * C
    compared_logits = cut(exp_not_smaller(here, edge), compared_logits)
    factor = 1 + (K - 1) * sp.exp(sp.sqrt(2) * C)
    compared = wrong_classes(sp.exp(here), sp.exp(edge), compared_logits, relation("<=", exponentials(f), sp.exp(label) * factor))
    return loss_between(goal, factor, compared)


def from_the_mean(goal: Any, C: sp.Symbol, in_ball: Rel) -> Theorem:
    """Prove the lower bound: e^x lies above its tangent at the mean m of the wrong logits, and f_t - m is at most C sqrt(K/(K-1))."""
    m, u, root = real("m"), real("u"), sp.sqrt(K / (K - 1))
    tangent = put(decided(relation("<=", 1 + u, sp.exp(u))), {u: here - m})
    all_logits, factor = total(lambda c: Inner(c, f), K, "k"), 1 + (K - 1) * sp.exp(-C * root)
    counted = (K - 1) * (1 - m) + all_logits - label
    below = wrong_classes(
        1 + here - m, sp.exp(here - m), tangent, relation("<=", counted, sp.exp(-m) * (exponentials(f) - sp.exp(label))),
        (counted, sp.exp(-m) * (exponentials(f) - sp.exp(label))),
    )  # fmt: skip
    # the mean of the wrong logits, and its distance from f_t
    t, q, a, n, c, r, l = real("t q a n c r l")
    given = (
        relation("<=", 0, q - a**2 - 2 * m * t + n * m**2),
        *(relation("=", *pair) for pair in ((t, n * m), (l**2, q), (n * r**2, n + 1))),
        *(relation("<=", *pair) for pair in ((l, c), (0, l), (0, r))),
        relation("<", 0, n),
    )
    in_squares = decided(relation("<=", a**2 + n * m**2, c**2), given=given)
    spread = decided(relation("<=", n * (a - m) ** 2, (n + 1) * (a**2 + n * m**2)), decided(relation("<=", 0, (a + n * m) ** 2)))
    product = decided(relation("<=", (n + 1) * (a**2 + n * m**2), (n + 1) * c**2), in_squares, given=(relation("<", 0, n),))
    scaled = decided(relation("<=", n * (a - m) ** 2, n * r**2 * c**2), spread, product, given=given)
    squares = decided(relation("<=", (a - m) ** 2, (c * r) ** 2), scaled, given=given)
    near = decided(relation("<=", a - c * r, m), squares, given=given)
    mean = (all_logits - label) / (K - 1)
    ones = total(lambda c: c, K, "k")
    told = {t: all_logits - label, q: Inner(f, f), a: label, n: K - 1, c: C, r: root, l: norm(f), m: mean}
    near = put(near, told, SEVERAL)
    apart = square(f - label * e - mean * (ones - e), SEVERAL)
    needed = sorted(near.hypotheses - {in_ball, SEVERAL}, key=str)
    near = cut(near, *(decided(h, apart, given=(in_ball, SEVERAL)) for h in needed))
    # with the mean put in, the tangents add up to n
    below = put(below, {m: mean}, SEVERAL)
    below = replaced(below, equal(below.conclusion.left, K - 1, SEVERAL))
    E, A, Y, Z, p = real("E A Y Z p")
    steps = (relation("<=", p, (Z - A) / E), relation("<=", A * Y, E), relation("<", 0, E), relation("<=", 0, p))
    larger = decided(relation("<=", A * (1 + p * Y), Z), decided(relation("<=", p * E, Z - A), given=steps), given=steps)
    known = put(larger, {E: sp.exp(mean), A: sp.exp(label), Y: sp.exp(-C * root), Z: exponentials(f), p: K - 1}, SEVERAL)
    edge = cut(exp_not_smaller(label - C * root, mean, SEVERAL), near)
    facts = [decided(h, below, edge, given=(SEVERAL,)) for h in sorted(known.hypotheses - {SEVERAL}, key=str)]
    return loss_between(goal, factor, cut(known, *facts), SEVERAL)
