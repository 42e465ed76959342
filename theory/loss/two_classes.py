"""The factor of 1-SAM for two classes, from the definitions: one wrong class, whatever its probability.

With E and H the exponentials of the true and of the other logit, the gradient in the logits is H/(E + H) (o - e), where o is the unit
vector of the other class. So 1-SAM moves the logits by rho ||x||/sqrt(2) (o - e), and the factor is a quotient of two shares of H.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, assumed, cut, decided, equal, put, replaced
from theory.kernel.sums import exponentials_positive, sum_of
from theory.kernel.tactics import rewritten, swapped
from theory.kernel.terms import plain
from theory.loss import grown_distribution as general
from theory.loss.grown_distribution import NONZERO_INPUT, K, x
from theory.meaning import exponentials
from theory.symbols import Inner, norm, real, total, unit


def with_two(term: Any) -> Any:
    """Return a term on K classes for two of them."""
    return plain(term).xreplace({K: sp.Integer(2)})


W, V, e, f = (with_two(symbol) for symbol in (general.W, general.V, general.e, general.f))
SCALE, SLOPE, PERTURBED, FACTOR = map(with_two, (general.SCALE, general.slope(general.W), general.PERTURBED, general.FACTOR))
THEN, NOW = map(with_two, general.LENGTHS)  # the norms of both gradients
k = unit("i[2]", 2)  # no sum of the terms binds it
rho = real("rho")
OTHER = total(lambda h: h, 2, "h") - e
APART = OTHER - e
MARGIN = -Inner(APART, W * x)
TRUE_PART, OTHER_PART = sp.exp(Inner(e, f)), sp.exp(Inner(OTHER, f))
WRONG = OTHER_PART / (TRUE_PART + OTHER_PART)


@cache
def _terms() -> Theorem:
    """Return e^(f_k) = <k, e> E + H - <k, e> H, as k = <k, e> e + (1 - <k, e>) o."""
    own, a, b = Inner(k, e), *real("a b")
    split = rewritten(Inner(k, f), decided(relation("=", k, own * e + (1 - own) * OTHER)))
    logits = own * Inner(e, f) + (1 - own) * Inner(OTHER, f)
    power = rewritten(sp.exp(Inner(k, f)), replaced(split, equal(split.conclusion.right, logits)))
    parts = put(equal(sp.exp(own * a + (1 - own) * b), own * sp.exp(a) + sp.exp(b) - own * sp.exp(b)), {a: Inner(e, f), b: Inner(OTHER, f)})
    return replaced(power, parts)


@cache
def sums() -> tuple[Theorem, Theorem]:
    """Return the sum of all e^(f_k), E + H, and the column of them, E e + H o."""
    p, q = real("p q")
    term = _terms()
    times = put(rewritten(p * k, assumed(relation("=", p, q))), {p: term.conclusion.left, q: term.conclusion.right})
    column_of = total(lambda h: sp.exp(Inner(h, f)) * h, 2, "k")
    whole = sum_of(term, k, exponentials(f), TRUE_PART + OTHER_PART)
    return whole, sum_of(cut(times, term), k, column_of, TRUE_PART * e + OTHER_PART * OTHER)


@cache
def scale() -> tuple[Theorem, Theorem]:
    """Return the gradient in the logits, H/(E + H) (o - e), and its norm sqrt(2) H/(E + H)."""
    sum_positive, (whole, column_of) = exponentials_positive(f), sums()
    known = equal(SCALE, column_of.conclusion.left / whole.conclusion.left - e, sum_positive.conclusion)
    known = replaced(replaced(known, column_of), whole)
    known = replaced(known, equal(known.conclusion.right, WRONG * APART))
    p = real("p")
    root = put(equal(sp.sqrt(2 * p**2), sp.sqrt(2) * p, relation("<", 0, p)), {p: WRONG})
    root = cut(root, decided(relation("<", 0, WRONG)))
    length = replaced(rewritten(norm(SCALE), known, sum_positive.conclusion), equal(norm(WRONG * APART), root.conclusion.left))
    return cut(known, sum_positive), cut(replaced(length, root), sum_positive)


@cache
def length_of(sign: int) -> Theorem:
    """Return the norm of plus or minus the gradient in the weights V, ||x|| sqrt(2) H/(E + H)."""
    sum_positive, known = exponentials_positive(V * x), put(general.length_of(sign), {K: sp.Integer(2)})
    known = replaced(known, put(scale()[1], {f: V * x}))
    return cut(swapped(known, sum_positive.conclusion), sum_positive)


SOME = relation("<", 0, exponentials(W * x))  # what roots and logarithms need to be defined


@cache
def _some_gradient() -> Theorem:
    """Return that the gradient in the weights is not zero."""
    long = put(length_of(1), {V: W})
    positive = decided(relation("<", 0, long.conclusion.right), given=(NONZERO_INPUT,))
    return decided(relation("!=", norm(SLOPE), 0), long, positive, given=(SOME,))


@cache
def _stretch() -> Theorem:
    """Return rho/||slope|| ||x||^2 H/(E + H) = rho ||x||/sqrt(2)."""
    u, v, n, s, w = real("u v n s w")
    given = (relation("=", u, s * n * w), relation("=", v, n**2), *(relation("<", 0, part) for part in (n, s, w)))
    known = decided(relation("=", rho / u * v * w, rho * n / s), given=given)
    told = {u: norm(SLOPE), v: Inner(x, x), n: norm(x), s: sp.sqrt(2), w: WRONG.xreplace({f: W * x})}
    known, long = put(known, told, SOME), put(length_of(1), {V: W})
    owed = sorted(known.hypotheses - {SOME}, key=str)
    return cut(known, *(decided(h, long, given=(NONZERO_INPUT, SOME)) for h in owed))


@cache
def moved_logits() -> Theorem:
    """Return that the perturbed weights give the logits W x + rho ||x||/sqrt(2) (o - e)."""
    q, wrong, divisor = real("q"), WRONG.xreplace({f: W * x}), _some_gradient()
    known = equal((W + q * SLOPE) * x, W * x + q * Inner(x, x) * with_two(general.G_W), SOME)
    known = replaced(known, put(scale()[0], {f: W * x}))
    known = replaced(known, equal(known.conclusion.right, W * x + q * Inner(x, x) * wrong * APART))
    known = put(known, {q: rho / norm(SLOPE)}, SOME, divisor.conclusion)
    return replaced(cut(known, divisor), _stretch())


def prove_two(goal: Goal) -> Theorem:
    """Both norms are ||x|| sqrt(2) times the probability of the wrong class, before and after the logits are moved."""
    divisor, some_then = _some_gradient(), exponentials_positive(V * x, "j")
    defined = (SOME, divisor.conclusion)
    some_then = put(some_then, {V: PERTURBED}, *defined)
    now, then = put(length_of(-1), {V: W}), put(length_of(-1), {V: PERTURBED}, *defined)
    then = replaced(then, moved_logits())
    p, q, u, v = real("p q u v")
    known = decided(relation("=", p / q, u / v), given=(relation("=", p, u), relation("=", q, v), relation("<", 0, v)))
    given = (NONZERO_INPUT, *defined, some_then.conclusion)
    known = put(known, {p: THEN, q: NOW, u: then.conclusion.right, v: now.conclusion.right}, *given)
    known = cut(known, then, now, decided(relation("<", 0, now.conclusion.right), given=(NONZERO_INPUT,)))
    known = replaced(known, equal(known.conclusion.right, goal.conclusion.right, NONZERO_INPUT))
    for lemma in (some_then, divisor, exponentials_positive(W * x)):
        known = cut(known, lemma)
    return known
