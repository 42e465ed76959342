"""The factor of 1-SAM for K classes, from the definitions: what the shift of the logits makes of the wrong mass and its distribution.

With s the wrong mass and r its distribution, the gradient in the logits is s (r - e), so that 1-SAM moves the logits by c (r - e).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, assumed, at_unit, cut, decided, equal, for_every, put, replaced, square
from theory.kernel.sums import every_unit, exponentials_positive, sum_of
from theory.kernel.tactics import exp_not_smaller, rewritten, swapped
from theory.kernel.terms import plain
from theory.loss.wrong_classes import K, e, f
from theory.loss.wrong_mass import DISTRIBUTION, SCALE, E, S, of_distribution
from theory.meaning import cross_entropy, exponentials, gradient
from theory.symbols import Inner, column, matrix, norm, real, size, total, unit

c, m = real("c m")
r = column("r", K)
k = unit("i[K]", K)  # no sum of the terms binds it
MOVED = f + c * (r - e)
GROWN = total(lambda h: Inner(h, r) * sp.exp(c * Inner(h, r)), K, "h")
TILTED = total(lambda h: (Inner(h, r) * sp.exp(c * Inner(h, r))) * h, K, "h")
WHOLE = relation("=", total(lambda h: Inner(h, r), K, "h"), 1)
WRONG = every_unit(relation("=", (1 - Inner(k, e)) * sp.exp(Inner(k, f)), m * Inner(k, r)), k)
TRUE = relation("=", Inner(e, r), 0)


@cache
def _terms() -> tuple[Theorem, Theorem]:
    """Return e^(f'_k) and (1 - <k, e>) e^(f'_k), by r."""
    p, y, g, o, u = real("p y g o u")
    own, grown = (1 - Inner(k, e)) * sp.exp(Inner(k, f)), sp.exp(c * Inner(k, r))
    true = Inner(k, e) * sp.exp(Inner(e, MOVED))
    whole = equal(sp.exp(Inner(k, MOVED)), own * grown + true)
    wrong = equal((1 - Inner(k, e)) * sp.exp(Inner(k, MOVED)), own * grown)
    named = decided(relation("=", u, m * g * y + o), given=(relation("=", u, p * y + o), relation("=", p, m * g)))
    out = []
    for known, label_term in ((whole, true), (wrong, sp.S.Zero)):
        at = put(named, {u: known.conclusion.left, p: own, y: grown, g: Inner(k, r), o: label_term})
        out.append(cut(at, known, at_unit(assumed(WRONG), k)))
    return out[0], out[1]


@cache
def _sums() -> tuple[Theorem, Theorem]:
    """Return the sum S' of all e^(f'_k), and the column of these for the wrong classes."""
    whole, wrong = _terms()
    p, q = real("p q")
    times = put(rewritten(p * k, assumed(relation("=", p, q))), {p: wrong.conclusion.left, q: wrong.conclusion.right})
    column_of = total(lambda h: (1 - Inner(h, e)) * sp.exp(Inner(h, MOVED)) * h, K, "k")
    return sum_of(whole, k, exponentials(MOVED), m * GROWN + sp.exp(Inner(e, MOVED))), sum_of(cut(times, wrong), k, column_of, m * TILTED)


@cache
def moved_norm() -> Theorem:
    """Return the norm of the gradient in the logits at f + c (r - e): m M/(m M + E e^-c) sqrt(1 + ||r'||^2), with r' = TILTED/M."""
    whole, wrong = _sums()
    true = decided(relation("=", Inner(e, MOVED), Inner(e, f) - c), given=(TRUE,))
    positive = (relation("<", 0, m), relation("<", 0, GROWN))
    known = put(of_distribution(), {f: MOVED})
    shares, wrong_mass = (plain(term).xreplace({f: MOVED}) for term in (DISTRIBUTION, 1 - E / S))
    for equation in (whole, wrong, true):
        known = replaced(known, equation)
        shares, wrong_mass = (term.xreplace({equation.conclusion.left: equation.conclusion.right}) for term in (shares, wrong_mass))
    true_part = sp.exp(Inner(e, f) - c)
    known = replaced(known, equal(shares, TILTED / GROWN, *positive))
    known = replaced(known, equal(wrong_mass, m * GROWN / (m * GROWN + true_part), *positive))
    sizes = [relation("<", 0, exponentials(MOVED)), relation("<", sp.exp(Inner(e, MOVED)), exponentials(MOVED))]
    known = cut(known, *(decided(h, whole, given=positive) for h in sizes))
    return cut(known, _grown_positive())


@cache
def _grown_positive() -> Theorem:
    """Return 0 < M, since M is at least the sum of the r_k."""
    given = (relation("<", 0, m), relation("<=", 0, c))
    p, q, g = real("p q g")
    own = Inner(k, r)
    wrong = decided(relation("<=", 0, (1 - Inner(k, e)) * sp.exp(Inner(k, f))), decided(relation("<=", Inner(k, e), 1)))
    share_not_negative = decided(relation("<=", 0, g), given=(relation("<=", 0, p), relation("=", p, m * g), relation("<", 0, m)))
    share_not_negative = cut(put(share_not_negative, {p: wrong.conclusion.right, g: own}), wrong, at_unit(assumed(WRONG), k))
    raised = exp_not_smaller(sp.S.Zero, c * own)
    product = decided(relation("<=", 0, c * g), given=(relation("<=", 0, g), relation("<=", 0, c)))
    raised = cut(raised, cut(put(product, {g: own}), share_not_negative))
    term = decided(relation("<=", p, p * q), given=(relation("<=", 0, p), relation("<=", 1, q)))
    term = cut(put(term, {p: own, q: sp.exp(c * own)}), share_not_negative, raised)
    added = sum_of(term, k, WHOLE.left, GROWN)
    return decided(relation("<", 0, GROWN), added, given=(WHOLE, *given))


# ---- the model: logits W x, and 1-SAM on it ----
d = size("d")
W, V, x, rho = matrix("W", K, d), matrix("V", K, d), column("x", d), real("rho")
f_W, R = W * x, DISTRIBUTION.xreplace({f: W * x})
STRETCH = rho * norm(x) / sp.sqrt(1 + Inner(R, R))
S_W, E_W = exponentials(f_W), sp.exp(Inner(e, f_W))
SOME_MASS, SOME_WRONG_HERE = relation("<", 0, S_W), relation("<", E_W, S_W)
SPREAD = relation("<=", 0, Inner(R, R))
HERE = (SOME_MASS, SOME_WRONG_HERE, SPREAD)
NONZERO_INPUT, POSITIVE_RADIUS = relation("!=", x, sp.ZeroMatrix(d, 1)), relation("<", 0, rho)
G_W = SCALE.xreplace({f: f_W})


def slope(at: Any) -> Any:
    """Return the gradient of the loss at weights."""
    return gradient(lambda v: cross_entropy(v * x, e), at)


_q = real("q")
PERTURBED = (W + _q * slope(W)).xreplace({_q: rho / norm(slope(W))})  # Eq. 2.6
LENGTHS = norm(-slope(V)).xreplace({V: PERTURBED}), norm(-slope(W))
FACTOR = LENGTHS[0] / LENGTHS[1]  # by which 1-SAM multiplies the norm of the gradient
AT = {f: f_W, r: R, c: STRETCH, m: S_W - E_W}


@cache
def length_of(sign: int) -> Theorem:
    """Return ||x|| times the norm of the gradient in the logits = the norm of plus or minus the gradient in the weights V."""
    sum_positive, inner = exponentials_positive(V * x), SCALE.xreplace({f: V * x})
    whole = equal(Inner(sign * slope(V), sign * slope(V)), Inner(x, x) * Inner(inner, inner), sum_positive.conclusion)
    n, p, q, g, h, i = real("n p q g h i")
    given = (*(relation("=", *pair) for pair in ((n**2, i), (i, g * h), (p**2, g), (q**2, h))), *(relation("<=", 0, s) for s in (n, p, q)))
    squares = decided(relation("=", (p * q) ** 2, n**2), given=given)
    product = decided(relation("=", p * q, n), squares, given=given[-3:])
    told = {
        n: norm(sign * slope(V)),
        p: norm(x),
        q: norm(inner),
        g: Inner(x, x),
        h: Inner(inner, inner),
        i: Inner(sign * slope(V), sign * slope(V)),
    }
    at = put(product, told, sum_positive.conclusion)
    return cut(
        cut(at, *(decided(h, whole, given=(sum_positive.conclusion,)) for h in sorted(at.hypotheses - {sum_positive.conclusion}, key=str))),
        sum_positive,
    )


def _needs(*relations: Any) -> tuple[Any, ...]:
    return (*HERE, NONZERO_INPUT, *relations)


@cache
def at_weights() -> tuple[Theorem, Theorem, Theorem]:
    """Return at W: the norm of the gradient in the logits, that gradient by the distribution, and that W has a gradient."""
    length = put(of_distribution(), {f: f_W}, *HERE)
    by_distribution = equal(G_W, (1 - E_W / S_W) * (R - e), *HERE)
    product = put(length_of(1), {V: W})
    gradient_positive = decided(relation("<", 0, norm(G_W)), length, given=HERE)
    a, b = real("a b")
    product_positive = put(
        decided(relation("<", 0, a * b), given=(relation("<", 0, a), relation("<", 0, b))), {a: norm(x), b: norm(G_W)}, *HERE
    )
    product_positive = cut(product_positive, gradient_positive, decided(relation("<", 0, norm(x)), given=(NONZERO_INPUT,)))
    return length, by_distribution, replaced(product_positive, product)


@cache
def moved_logits() -> Theorem:
    """Return that the perturbed weights give the logits f + c (r - e)."""
    length, by_distribution, long = at_weights()
    given, p, u, v = _needs(long.conclusion), *real("p u v")
    known = equal((W + _q * slope(W)) * x, f_W + _q * Inner(x, x) * G_W, SOME_MASS)
    known = replaced(known, rewritten(known.conclusion.right, assumed(relation("=", _q, p)), SOME_MASS))
    by_length = replaced(swapped(put(length_of(1), {V: W}), SOME_MASS), length)  # the norm of the slope, by the distribution
    inverse = rewritten(rho / u, assumed(relation("=", u, v)), relation("!=", u, 0))
    inverse = put(inverse, {u: by_length.conclusion.left, v: by_length.conclusion.right}, *given)
    inverse = cut(inverse, by_length, decided(relation("!=", by_length.conclusion.left, 0), given=given))
    known = put(known, {_q: inverse.conclusion.left, p: inverse.conclusion.right}, *given, *_divisor(by_length))
    known = cut(known, inverse)
    known = replaced(known, rewritten(known.conclusion.right, by_distribution, *given, *_divisor(by_length)))
    known = replaced(known, equal(known.conclusion.right, MOVED.xreplace(AT), *given, *_divisor(by_length)))
    return cut(cut(known, decided(_divisor(by_length)[0], by_length, given=given)), long)


def _divisor(by_length: Theorem) -> tuple[Any, ...]:
    return (relation("<", 0, by_length.conclusion.right),)


def _at_shares(theorem: Theorem) -> Theorem:
    """Put the model's f, r, c and m into a theorem on letters: r is a distribution over the wrong classes."""
    each_wrong = equal((1 - Inner(k, e)) * sp.exp(Inner(k, f_W)), (S_W - E_W) * Inner(k, R), *HERE)
    facts = (
        for_every(each_wrong, k),
        equal(Inner(e, R), 0, *HERE),
        equal(WHOLE.left.xreplace({r: R}), 1, *HERE),
        decided(relation("<", 0, S_W - E_W), given=HERE),
        decided(relation("<=", 0, STRETCH), given=(*HERE, POSITIVE_RADIUS)),
    )
    return cut(put(theorem, AT, *HERE), *facts)


@cache
def norm_then() -> Theorem:
    """Return the norm of the gradient in the logits at f + c (r - e), for this f, r and c."""
    return _at_shares(moved_norm())


def prove_weight(goal: Any) -> Theorem:
    """Both norms are ||x|| times a wrong mass times the root of 1 + the squares of a distribution."""
    length, _, long = at_weights()
    then = replaced(replaced(put(length_of(-1), {V: PERTURBED}, *_needs(long.conclusion)), moved_logits()), norm_then())
    now = replaced(put(length_of(-1), {V: W}), length)
    p, q, u, y, v = real("p q u y v")
    told = (relation("=", u * y, p), relation("=", u * v, q), relation("<", 0, u), relation("<", 0, v))
    quotient = decided(relation("=", y / v, p / q), given=told)
    values = {p: LENGTHS[0], q: LENGTHS[1], u: norm(x), y: norm_then().conclusion.right, v: length.conclusion.right}
    given = _needs(long.conclusion, POSITIVE_RADIUS)
    some_then = put(exponentials_positive(V * x, "j"), {V: PERTURBED}, *given)
    grown = _at_shares(_grown_positive())
    tilt = square((TILTED / GROWN).xreplace(AT), *HERE, grown.conclusion)
    owed = (grown.conclusion, tilt.conclusion, some_then.conclusion)
    quotient = put(quotient, values, *given, *owed)
    remaining = sorted(quotient.hypotheses - {*given, *owed, then.conclusion, now.conclusion}, key=str)
    facts = [then, now, *(decided(h, given=(*HERE, NONZERO_INPUT)) for h in remaining)]
    quotient = swapped(cut(quotient, *facts), *given, *owed)
    known = replaced(quotient, equal(quotient.conclusion.right, goal.conclusion.right, *given, *owed))
    for lemmas in ((some_then,), (tilt,), (grown,), (long,), (square(R, SOME_MASS, SOME_WRONG_HERE),), (exponentials_positive(f_W),)):
        known = cut(known, *lemmas)
    return known


SHARE = 1 - E_W / S_W
MEANT_GROWN, MEANT_TILTED = GROWN.xreplace(AT), (TILTED / GROWN).xreplace(AT)
