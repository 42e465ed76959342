"""The ridge solution by the equation that it solves: how far lambda v is from X^T t, and how short v is."""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, cut, decided, put
from theory.kernel.sums import cauchy_schwarz, matrix_bound
from theory.kernel.tactics import rewritten
from theory.symbols import Inner, column, matrix, norm, real, size

_d = size("d")


def _cauchy(a: Any, b: Any) -> Theorem:
    """Return <a, b>^2 <= <a, a> <b, b>."""
    rows = a.shape[0]
    known = put(cauchy_schwarz(), {_d: rows})
    return put(known, {column("V", rows): a, column("x", rows): b})


def _moved(A: Any, k: Any) -> Theorem:
    """Return <A k, A k> <= <A, A> <k, k>."""
    rows, columns = A.shape
    m, width = size("m"), size("other")
    known = put(put(put(matrix_bound(), {_d: width}), {m: rows}), {width: columns})
    return put(known, {matrix("A", rows, columns): A, column("k", columns): k})


def shrinks(zero: Theorem, X: Any, t: Any, v: Any, penalty: sp.Symbol) -> Theorem:
    """Return 0 < penalty |- ||v|| <= ||X^T t|| / penalty, from the theorem that X^T X v - X^T t + penalty v is zero."""
    residual, target = zero.conclusion.left, X.T * t
    energy = rewritten(Inner(v, residual), zero)
    S, b, p, Q, k = real("S b p Q k")
    given = (
        relation("=", Q + k * S**2 - p, 0),
        relation("<=", p**2, (S * b) ** 2),
        *(relation("<=", 0, s) for s in (Q, S, b)),
        relation("<", 0, k),
    )
    below = decided(relation("<=", p, S * b), given=given)
    product = decided(relation("<=", S * (k * S), S * b), below, given=given)
    small = decided(relation("<=", S, b / k), product, given=given)
    known = decided(relation("<=", Inner(v, target) ** 2, (norm(v) * norm(target)) ** 2), _cauchy(v, target))
    told = {S: norm(v), b: norm(target), p: Inner(v, target), Q: Inner(X * v, X * v), k: penalty}
    facts = [
        decided(h, energy, known, given=(relation("<", 0, penalty),))
        for h in sorted(put(small, told).hypotheses, key=str)
        if h != relation("<", 0, penalty)
    ]
    return cut(put(small, told), *facts)


def misses(zero: Theorem, X: Any, t: Any, v: Any, penalty: sp.Symbol) -> Theorem:
    """Return 0 < penalty |- ||penalty v - X^T t|| <= ||X||^2 ||X^T t|| / penalty, from the same theorem."""
    residual, gap, twice = zero.conclusion.left, penalty * v - X.T * t, X.T * X * v
    alone, beside = rewritten(Inner(residual, residual), zero), rewritten(Inner(residual, twice), zero)
    equal_squares = decided(relation("=", Inner(gap, gap), Inner(twice, twice)), alone, beside)
    once, again = _moved(X, v), _moved(X.T, X * v)
    g, f, s, b, k, q = real("g f s b k q")
    given = (
        relation("<=", g**2, f * q),
        relation("<=", q, f * s**2),
        relation("<=", s, b / k),
        *(relation("<=", 0, letter) for letter in (g, f, s)),
        relation("<", 0, k),
    )
    square = decided(relation("<=", g**2, (f * s) ** 2), given=given)
    length = decided(relation("<=", g, f * s), square, given=given)
    small = decided(relation("<=", g, f * b / k), length, given=given)
    told = {g: norm(gap), f: Inner(X, X), s: norm(v), b: norm(X.T * t), k: penalty, q: Inner(X * v, X * v)}
    positive = relation("<", 0, penalty)
    short = shrinks(zero, X, t, v, penalty)
    wanted = put(small, told, positive)
    facts = [
        short if h == short.conclusion else decided(h, equal_squares, once, again, given=(positive,))
        for h in sorted(wanted.hypotheses - {positive}, key=str)
    ]
    return cut(wanted, *facts)
