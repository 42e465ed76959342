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
class_logit, label_logit, is_label = Inner(k, f), Inner(e, f), Inner(k, e)
SEVERAL, WRONG = relation("<", 1, K), relation("=", is_label, 0)
_a, _p, _q, _s = real("a p q s")


@cache
def log_grows() -> Theorem:
    """Return 0 < p, 0 < q, p < q |- log p < log q."""
    rises = monotone(sp.log(_p), _p, _q, decided(relation("<", 0, 1 / _p), given=(relation("<", 0, _p),)))
    return decided(relation("<", sp.log(_p), sp.log(_q)), rises, given=(relation("<", 0, _p), relation("<", 0, _q)))


@cache
def log_not_smaller() -> Theorem:
    """Return 0 < p, 0 < q, p <= q |- log p <= log q."""
    claim, less, tie = relation("<=", sp.log(_p), sp.log(_q)), relation("<", _p, _q), relation("=", _p, _q)
    placeholder = real("value")
    moved = replaced(assumed(relation("=", placeholder, sp.log(_p))), assumed(tie))
    positive, both_positive = relation("<", 0, _p), (relation("<", 0, _p), relation("<", 0, _q))
    moved = cut(put(moved, {placeholder: sp.log(_p)}, positive), equal(sp.log(_p), sp.log(_p), positive))
    if_same = cut(decided(claim, moved, given=both_positive), decided(tie, given=(relation("<=", _p, _q), relation("<=", _q, _p))))
    return cases(decided(claim, log_grows(), given=both_positive), if_same, less)


def log_of(factor: Any, positive: Theorem) -> Theorem:
    """Return log(e^a factor) = a + log factor, for a = f_t, from the theorem that the factor is positive."""
    split = equal(sp.log(sp.exp(_a) * _p), _a + sp.log(_p), relation("<", 0, _p))
    needs = tuple(sorted(positive.hypotheses, key=str))
    return cut(put(split, {_a: label_logit, _p: factor}, *needs), positive)


def loss_between(goal: Any, factor: Any, compared: Theorem, *given: Rel) -> Theorem:
    """Return log factor <= loss or loss <= log factor, or either with <, from e^(f_t) factor compared so with the sum of all e^(f_k)."""
    sum_positive, positive = exponentials_positive(f), decided(relation("<", 0, factor), given=given)
    whole = sp.exp(label_logit) * factor
    more = decided(relation("<", 0, whole), positive, given=given)
    low, high = compared.conclusion.left, compared.conclusion.right
    logs = log_grows() if compared.conclusion.op == "<" else log_not_smaller()
    logs = cut(put(logs, {_p: low, _q: high}, *given), compared, sum_positive, more)
    known = replaced(logs, log_of(factor, positive))
    return cut(decided(goal.conclusion, known, sum_positive, given=given), sum_positive)


def wrong_classes(low: Any, high: Any, compared: Theorem, of_sum: Rel, sums: Any = ()) -> Theorem:
    """Return the relation `of_sum` from low <= high at each wrong class: (1 - <k, e>) low <= (1 - <k, e>) high adds up.

    `sums` are the sums of both sides, where they are not those that `_sums` knows.
    """
    part = decided(relation("<=", (1 - _s) * _p, (1 - _s) * _q), given=(relation("<=", _p, _q), relation("<=", _s, 1)))
    part = put(part, {_s: is_label, _p: low, _q: high}, *sorted((h for h in compared.hypotheses), key=str))
    part = cut(part, compared, decided(relation("<=", is_label, 1)))
    if WRONG in part.hypotheses:  # at the label both sides are 0
        remaining = sorted(part.hypotheses - {WRONG}, key=str)
        part = cases(part, decided(part.conclusion, given=(relation("!=", is_label, 0), *remaining)), WRONG)
    added = sum_of(part, k, *(sums or _sums(low, high)))
    needs = tuple(sorted(added.hypotheses, key=str))
    return decided(of_sum, added, given=needs)


def _sums(low: Any, high: Any) -> tuple[Any, Any]:
    """Return the sums of both sides over the wrong classes, where one side is e^(f_k) and the other does not depend on the class."""
    wrong_sum = exponentials(f) - sp.exp(label_logit)
    return tuple(wrong_sum if side == sp.exp(class_logit) else (K - 1) * side for side in (low, high))


def differences(goal: Any, side: str, exponent: Any, given: Rel) -> Theorem:
    """Prove a bound of the loss by e^exponent at each wrong class, where |f_k - f_t| <= C."""
    edge, is_below = label_logit + exponent, side == "smaller"
    pair = (edge, class_logit) if is_below else (class_logit, edge)
    compared = cut(exp_not_smaller(*pair), decided(relation("<=", *pair), given=(given,)))
    factor = 1 + (K - 1) * sp.exp(exponent)
    ends = (sp.exp(label_logit) * factor, exponentials(f)) if is_below else (exponentials(f), sp.exp(label_logit) * factor)
    return loss_between(goal, factor, wrong_classes(sp.exp(pair[0]), sp.exp(pair[1]), compared, relation("<=", *ends)))


def two_logits(C: sp.Symbol, in_ball: Rel) -> Theorem:
    """Return that f_k - f_t is at most sqrt(2) C in magnitude, since the squares of both logits are at most C^2 together."""
    x, a, q, r, c, n = real("x a q r c n")
    given = (relation("<=", 0, q - x**2 - a**2), relation("<=", n, c), relation("=", n**2, q), relation("<=", 0, n))
    twice = decided(relation("<=", (x - a) ** 2, 2 * c**2), decided(relation("<=", 0, (x + a) ** 2)), given=given)
    root = (relation("=", r**2, 2), relation("<=", 0, r), relation("<=", 0, c))
    squares = decided(relation("<=", (x - a) ** 2, (r * c) ** 2), twice, given=root)
    apart = decided(relation("<=", sp.Abs(x - a), r * c), squares, given=root)
    known = put(apart, {x: class_logit, a: label_logit, q: Inner(f, f), r: sp.sqrt(2), c: C, n: norm(f)})
    square_of_gap = square(f - class_logit * k - label_logit * e)
    return cut(known, *(decided(h, square_of_gap, given=(in_ball, WRONG)) for h in sorted(known.hypotheses - {in_ball}, key=str)))


def any_two_compared(C: sp.Symbol, in_ball: Rel) -> Theorem:
    """Return that the sum of all e^(f_k) is at most e^(f_t) (1 + (K - 1) e^(sqrt(2) C))."""
    edge, bound = label_logit + sp.sqrt(2) * C, sp.exp(label_logit) * (1 + (K - 1) * sp.exp(sp.sqrt(2) * C))
    below = decided(relation("<=", class_logit, edge), two_logits(C, in_ball))
    of_one = cut(exp_not_smaller(class_logit, edge), below)
    return wrong_classes(sp.exp(class_logit), sp.exp(edge), of_one, relation("<=", exponentials(f), bound))


def any_two(goal: Any, C: sp.Symbol, in_ball: Rel) -> Theorem:
    """Prove the upper bound: two logits differ by at most sqrt(2) C."""
    return loss_between(goal, 1 + (K - 1) * sp.exp(sp.sqrt(2) * C), any_two_compared(C, in_ball))


def from_the_mean(goal: Any, C: sp.Symbol, in_ball: Rel) -> Theorem:
    """Prove the lower bound: e^x lies above its tangent at the mean m of the wrong logits, and f_t - m is at most C sqrt(K/(K-1))."""
    m, u, root = real("m"), real("u"), sp.sqrt(K / (K - 1))
    tangent = put(decided(relation("<=", 1 + u, sp.exp(u))), {u: class_logit - m})
    all_logits, factor = total(lambda c: Inner(c, f), K, "k"), 1 + (K - 1) * sp.exp(-C * root)
    sums = (K - 1) * (1 - m) + all_logits - label_logit, sp.exp(-m) * (exponentials(f) - sp.exp(label_logit))
    below = wrong_classes(1 + class_logit - m, sp.exp(class_logit - m), tangent, relation("<=", *sums), sums)
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
    mean = (all_logits - label_logit) / (K - 1)
    all_ones = total(lambda c: c, K, "k")
    told = {t: all_logits - label_logit, q: Inner(f, f), a: label_logit, n: K - 1, c: C, r: root, l: norm(f), m: mean}
    near = put(near, told, SEVERAL)
    apart = square(f - label_logit * e - mean * (all_ones - e), SEVERAL)
    needed = sorted(near.hypotheses - {in_ball, SEVERAL}, key=str)
    near = cut(near, *(decided(h, apart, given=(in_ball, SEVERAL)) for h in needed))
    # with the mean put in, the tangents add up to n
    below = put(below, {m: mean}, SEVERAL)
    below = replaced(below, equal(below.conclusion.left, K - 1, SEVERAL))
    E, A, Y, Z, p = real("E A Y Z p")
    steps = (relation("<=", p, (Z - A) / E), relation("<=", A * Y, E), relation("<", 0, E), relation("<=", 0, p))
    larger = decided(relation("<=", A * (1 + p * Y), Z), decided(relation("<=", p * E, Z - A), given=steps), given=steps)
    known = put(larger, {E: sp.exp(mean), A: sp.exp(label_logit), Y: sp.exp(-C * root), Z: exponentials(f), p: K - 1}, SEVERAL)
    edge = cut(exp_not_smaller(label_logit - C * root, mean, SEVERAL), near)
    facts = [decided(h, below, edge, given=(SEVERAL,)) for h in sorted(known.hypotheses - {SEVERAL}, key=str)]
    return loss_between(goal, factor, cut(known, *facts), SEVERAL)
