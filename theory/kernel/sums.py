"""Ways to add theorems up over examples or classes. Nothing here is trusted: whatever it returns, a rule made it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import sympy as sp

from theory.kernel.propositions import every, owed, relation
from theory.kernel.rules import Theorem, cases, cut, decided, equal, put, replaced, square, summed
from theory.kernel.terms import Every, Rel, plain
from theory.symbols import Inner, Unit, column, norm, real, size, total, unit

_d = size("d")
_V, _x = column("V", _d), column("x", _d)
_q, _B = real("q B")


def exponentials_positive(logits: Any, name: str = "k") -> Theorem:
    """Return that the sum of e^f over the entries f of a column is positive."""
    k = unit(f"{name}[{logits.shape[0]}]", logits.shape[0])
    added = summed(decided(relation("<", 0, sp.exp(Inner(k, logits)))), k)
    return replaced(added, equal(added.conclusion.left, 0))


def sum_of(theorem: Theorem, index: Any, left: Any, right: Any) -> Theorem:
    """Return a sum of theorems with its two sides written in another form."""
    added = summed(theorem, index)
    for side, wanted in zip(added.conclusion[1:], (left, right), strict=True):
        added = replaced(added, equal(side, wanted, *_for(added, side, wanted)))
    return added


def _for(theorem: Theorem, *terms: Any) -> tuple[Rel, ...]:
    """Return the theorem's hypotheses where terms need any to be defined: balls look for points that satisfy them all, which takes time."""
    return tuple(sorted(theorem.hypotheses, key=str)) if any(True for term in terms for _ in owed(sp.sympify(term))) else ()


@cache
def cauchy_schwarz() -> Theorem:
    """Return |- <V, x>^2 <= <V, V> <x, x> for columns V and x."""
    p, v, l = Inner(_V, _x), Inner(_V, _V), Inner(_x, _x)
    claim, long, orthogonal = relation("<=", p**2, v * l), relation("<", 0, l), relation("=", p, 0)
    if_long = decided(claim, square(_V - p / l * _x, long), given=(long,))
    short, apart = relation("<=", l, 0), relation("!=", p, 0)
    impossible = decided(claim, square(_V - (v + 1) / (2 * p) * _x, apart), given=(short, apart))
    if_orthogonal = decided(claim, square(_x), square(_V), given=(short, orthogonal))
    return cases(if_long, cases(if_orthogonal, impossible, orthogonal), long)


@cache
def _one_column() -> Theorem:
    """Return |q| ||x|| <= B |- q <V, x> <= ||V|| B."""
    p, s, r, q, b = real("p s r q b")
    given = (relation("<=", p**2, (s * r) ** 2), relation("<=", 0, s), relation("<=", 0, r))
    below, above = decided(relation("<=", p, s * r), given=given), decided(relation("<=", -p, s * r), given=given)
    size_of = relation("<=", sp.Abs(q) * r, b)
    product = decided(relation("<=", q * p, sp.Abs(q) * (s * r)), below, above)
    more = decided(relation("<=", sp.Abs(q) * (s * r), s * b), given=(size_of, relation("<=", 0, s)))
    bound = decided(relation("<=", q * p, s * b), product, more)
    bound = put(bound, {p: Inner(_V, _x), s: norm(_V), r: norm(_x), q: _q, b: _B})
    lengths = decided(relation("<=", 0, norm(_V))), decided(relation("<=", 0, norm(_x)))
    squares = decided(relation("<=", Inner(_V, _x) ** 2, (norm(_V) * norm(_x)) ** 2), cauchy_schwarz())
    return cut(bound, *lengths, squares)


def length_of_sum(weight: Callable[[Any], Any], X: Any, bound: Theorem, index: Unit, *given: Rel) -> Theorem:
    """Return ||sum of q X^T e|| <= the sum of B over the unit vectors e, from the theorem |q| ||X^T e|| <= B at the unit vector `index`.

    `weight` is q as a function of e; `given` are what its terms need to be defined, at `index`.
    """
    name, rows = index.name.split("[")[0], index.shape[0]
    V, row, q, most = column("V", X.shape[1]), X.T * index, weight(index), bound.conclusion.right
    whole, limit = total(lambda e: weight(e) * X.T * e, rows, name), total(lambda e: most.xreplace({index: e}), rows, name)
    along_column = put(_one_column(), {_d: X.shape[1]})
    along_column = cut(put(along_column, {column("V", X.shape[1]): V, column("x", X.shape[1]): row, _q: q, _B: most}, *given), bound)
    along = sum_of(along_column, index, Inner(V, whole), norm(V) * limit)
    positive = sum_of(decided(relation("<=", 0, most), bound, given=given), index, sp.S.Zero, limit)
    needs = tuple(sorted(along.hypotheses, key=str))
    at_whole = put(along, {V: whole}, *needs)
    s, b = real("s b")
    shorter = decided(relation("<=", s, b), given=(relation("<=", s**2, s * b), relation("<=", 0, s), relation("<=", 0, b)))
    shorter = put(shorter, {s: norm(whole), b: limit}, *needs)
    squared = decided(relation("<=", norm(whole) ** 2, norm(whole) * limit), at_whole, given=needs)
    return cut(shorter, squared, positive, decided(relation("<=", 0, norm(whole)), given=needs))


def every_unit(part: Rel | Every, index: Unit) -> Any:
    """Return the proposition that a relation holds for every unit vector, named as rules name it that add up over `index`."""
    inner = Unit(f".{index.name}", *index.shape)

    def named(part: Any) -> Any:
        if isinstance(part, Every):
            return Every(part.index, named(part.part))
        return Rel(part.op, part.left.xreplace({index: inner}), part.right.xreplace({index: inner}))

    return every(inner, named(part))


@cache
def matrix_bound() -> Theorem:
    """Return |- <A k, A k> <= <A, A> <k, k>."""
    m = size("m")
    A, k = sp.MatrixSymbol("A", m, _d), column("k", _d)
    moved, whole, square_of = Inner(A * k, A * k), Inner(A, A), Inner(k, k)
    claim, long = relation("<=", moved, whole * square_of), relation("<", 0, square_of)
    if_long = decided(claim, square(A - A * k * k.T / square_of, long), given=(long,))
    p = put(cauchy_schwarz(), {_V: A.T * A * k, _x: k})
    flat = decided(claim, p, square(k), given=(relation("<=", square_of, 0),))
    return cases(if_long, flat, long)


def distance(wanted: Rel, step: Theorem, weight: Any, X: Any, bound: Theorem, index: Unit, *given: Rel) -> Theorem:
    """Return the theorem `wanted`, ||step - value|| <= rate, where step - value is the sum of weight X^T e over the unit vectors e.

    `step` says that a sum over what single examples give is the sum in `wanted`; `bound` that |weight| ||X^T e|| <= its part of the rate.
    """
    weight, name = plain(weight), index.name.split("[")[0]
    whole = total(lambda e: weight.xreplace({index: e}) * X.T * e, index.shape[0], name)
    shorter = length_of_sum(lambda e: weight.xreplace({index: e}), X, bound, index, *given)
    needs = tuple(sorted(shorter.hypotheses | step.hypotheses, key=str))
    gap = wanted.left.base.args[0].xreplace({step.conclusion.right: step.conclusion.left})
    shorter = replaced(shorter, replaced(equal(whole, gap, *needs), step))
    return replaced(shorter, equal(shorter.conclusion.right, wanted.right, *needs))
