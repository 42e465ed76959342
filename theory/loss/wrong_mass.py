"""The norm of softmax(f) - e for any number K of classes: what the wrong mass 1 - e^-loss says of it.

With S the sum of e^f, E = e^(f_t) and Q the sum of e^(2 f), p = E/S = e^-loss and the squared norm is 1 - 2 p + Q/S^2.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from theory.kernel.rules import Theorem, cut, decided, equal, put, relation, square
from theory.kernel.sums import exponentials_positive, sum_of
from theory.loss.wrong_classes import K, e, f
from theory.meaning import cross_entropy, exponentials, gradient
from theory.symbols import Inner, norm, real, total, unit

k, j = unit("i[K]", K), unit("j[K]", K)
SCALE = gradient(lambda out: cross_entropy(out, e), f)
S, E, Q = exponentials(f), sp.exp(Inner(e, f)), total(lambda c: sp.exp(2 * Inner(c, f)), K, "k")
SOME, SEVERAL, PAIR, SOME_WRONG = relation("<", 0, S), relation("<", 1, K), relation("=", K, 2), relation("<", E, S)
RIGHT = sp.exp(-cross_entropy(f, e))
ROOT = sp.sqrt(K / (K - 1))
DISTRIBUTION = total(lambda c: (1 - Inner(c, e)) * sp.exp(Inner(c, f)) * c, K, "k") / (S - E)  # of the wrong mass
_n, _p, _q, _r, _m, _w = real("n p q r m w")
_length = (relation("=", _n**2, 1 - 2 * _p + _q), relation("<=", 0, _n), relation("<=", _p, 1), relation("<=", 0, _r))


def _wrong(c: Any) -> Any:
    return (1 - Inner(c, e)) * sp.exp(Inner(c, f))


@cache
def _known() -> tuple[Theorem, ...]:
    """Return p = E/S, the squared norm, and p <= 1."""
    mass, squared = equal(RIGHT, E / S, SOME), equal(norm(SCALE) ** 2, 1 - 2 * E / S + Q / S**2, SOME)
    not_negative = decided(relation("<=", 0, _wrong(j)), decided(relation("<=", Inner(j, e), 1)))
    below = decided(relation("<=", E / S, 1), sum_of(not_negative, j, sp.S.Zero, S - E), given=(SOME,))
    return mass, squared, below, decided(relation("<=", 0, norm(SCALE)), given=(SOME,))


def _told(theorem: Theorem, root: Any, *facts: Theorem, given: tuple[Any, ...] = ()) -> Theorem:
    """Put the example in for the numbers, and show the assumptions on them."""
    given = (SOME, *given)
    at = put(theorem, {_n: norm(SCALE), _p: E / S, _q: Q / S**2, _r: root, _m: K - 1}, *given)
    owed = [h for h in sorted(at.hypotheses, key=str) if h not in given]
    _, squared, below, long = _known()
    return cut(at, *(decided(h, squared, below, long, *facts, given=given) for h in owed))


@cache
def _upper() -> Theorem:
    """Return norm <= sqrt(2) (1 - E/S): each wrong mass is at most their sum, so their squares add up to at most its square."""
    not_negative = decided(relation("<=", 0, (1 - Inner(j, k)) * _wrong(j)), decided(relation("<=", Inner(j, k), 1)), *_positive(j))
    most = sum_of(not_negative, j, sp.S.Zero, S - E - _wrong(k))
    square_bound = decided(relation("<=", _wrong(k) * sp.exp(Inner(k, f)), _wrong(k) * (S - E)), most, *_positive(k))
    added = sum_of(square_bound, k, Q - E**2, (S - E) ** 2)
    shares = equal((Q - E**2) / S**2 - (S - E) ** 2 / S**2, Q / S**2 - (E / S) ** 2 - (1 - E / S) ** 2, SOME)
    a, b, c = real("a b c")
    divided = decided(relation("<=", a / c**2 - b / c**2, 0), given=(relation("<=", a, b), relation("<", 0, c)))
    divided = cut(put(divided, {a: Q - E**2, b: (S - E) ** 2, c: S}, SOME), added)
    spread = decided(relation("<=", Q / S**2 - (E / S) ** 2, (1 - E / S) ** 2), divided, shares, given=(SOME,))
    known = (*_length, relation("<=", _q - _p**2, (1 - _p) ** 2), relation("=", _r**2, 2))
    squares = decided(relation("<=", _n**2, (_r * (1 - _p)) ** 2), given=known)
    return _told(decided(relation("<=", _n, _r * (1 - _p)), squares, given=known), sp.sqrt(2), spread)


def _positive(c: Any) -> tuple[Theorem, ...]:
    return (decided(relation("<=", 0, _wrong(c)), decided(relation("<=", Inner(c, e), 1))),)


@cache
def _lower() -> Theorem:
    """Return sqrt(K/(K-1)) (1 - E/S) <= norm: the wrong masses have a distance from their mean."""
    wrong, all_ones = 1 - E / S, total(lambda c: c, K, "k")
    apart = SCALE + wrong * e - wrong / (K - 1) * (all_ones - e)
    expanded = equal(Inner(apart, apart), 1 - 2 * E / S + Q / S**2 - wrong**2 - wrong**2 / (K - 1), SOME, SEVERAL)
    x = real("x")
    given = (relation("<=", 0, x), relation("=", x, 1 - 2 * _p + _q - (1 - _p) ** 2 - (1 - _p) ** 2 / _m), relation("<", 0, _m))
    known = (*_length, *given, relation("=", _r**2 * _m, _m + 1))
    squares = decided(relation("<=", (_r * (1 - _p)) ** 2, _n**2), given=known)
    root = decided(relation("<=", _r * (1 - _p), _n), squares, given=known)
    root = put(root, {x: Inner(apart, apart)}, SOME, SEVERAL)
    shown = decided(relation("=", ROOT**2 * (K - 1), K - 1 + 1), given=(SEVERAL,))
    return _told(root, ROOT, square(apart, SOME, SEVERAL), expanded, shown, given=(SEVERAL,))


def _arrived(goal: Any, *theorems: Theorem, given: tuple[Any, ...] = ()) -> Theorem:
    """Return the goal, with e^-loss in place of E/S."""
    return cut(decided(goal.conclusion, *theorems, _known()[0], given=(SOME, *given)), exponentials_positive(f))


def prove_upper(goal: Any) -> Theorem:
    """A sum of squares of numbers that are not negative is at most the square of their sum."""
    return _arrived(goal, _upper())


def prove_lower(goal: Any) -> Theorem:
    """Cauchy-Schwarz for the wrong masses."""
    return _arrived(goal, _lower(), given=(SEVERAL,))


def prove_two(goal: Any) -> Theorem:
    """For K = 2 both bounds are the same number."""
    s = real("s")
    bounds = (relation("<=", _r * s, _n), relation("<=", _n, _w * s), relation("<=", 0, s))
    roots = (relation("<=", 0, _r), relation("<=", 0, _w), relation("=", _r**2, 2), relation("=", _w**2, 2))
    equal_roots = decided(relation("=", _r, _w), given=roots)
    norm_form = decided(relation("=", _n, _w * s), equal_roots, given=bounds)
    norm_form = put(norm_form, {_n: norm(SCALE), s: 1 - E / S, _r: ROOT, _w: sp.sqrt(2)}, SOME, SEVERAL)
    given = (SOME, PAIR, SEVERAL)
    owed = [h for h in sorted(norm_form.hypotheses, key=str) if h not in given]
    shown = [decided(h, _lower(), _upper(), _known()[2], given=given) for h in owed]
    return cut(_arrived(goal, cut(norm_form, *shown), given=(SEVERAL,)), decided(SEVERAL, given=(PAIR,)))


@cache
def of_distribution() -> Theorem:
    """Return norm = (1 - E/S) sqrt(1 + ||r||^2), where there is a wrong mass: the squares of both sides have one normal form."""
    given, wrong = (SOME, SOME_WRONG), 1 - E / S
    spread = 1 + Inner(DISTRIBUTION, DISTRIBUTION)
    squares = equal(1 - 2 * E / S + Q / S**2, wrong**2 * spread, *given)
    s, x = real("s x")
    known = (relation("=", _n**2, s**2 * x), relation("<=", 0, _n), relation("<=", 0, s), relation("<=", 1, x))
    root = sp.sqrt(x)
    positive = decided(relation("<=", 0, s * root), given=known)
    norm_form = decided(relation("=", _n, s * root), decided(relation("=", (s * root) ** 2, s**2 * x), given=known), positive, given=known)
    norm_form = put(norm_form, {_n: norm(SCALE), s: wrong, x: spread}, *given)
    facts = (*_known()[1:], squares, square(DISTRIBUTION, *given))
    owed = [h for h in sorted(norm_form.hypotheses, key=str) if h not in given]
    return cut(norm_form, *(decided(h, *facts, given=given) for h in owed))


def prove_distribution(goal: Any) -> Theorem:
    """The theorem on the distribution, in terms of the loss."""
    return _arrived(goal, of_distribution(), given=(SOME_WRONG,))
