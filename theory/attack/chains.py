"""A normal form for matrix expressions in symbolic dimensions, so that equality holds for all sizes at once.

A matrix expression becomes a sum of words (products of matrix symbols and their transposes) with scalar coefficients.
Any stretch of a word that is 1 by 1 is a scalar and moves into the coefficient. A scalar stretch is the trace of its
word, so it may be rotated and transposed: <a, b> = tr(a^T b), v^T W x = tr(W x v^T) = <W, v x^T>. The smallest of these
spellings names it. Two expressions with equal normal forms are equal for every size; nothing is sampled.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixExpr

from theory.symbols import Inner


@dataclass(frozen=True)
class Letter:
    """One matrix symbol of a word, perhaps transposed; `rows` and `columns` are those after transposing."""

    name: str
    rows: Any
    columns: Any
    turned: bool = False

    def transpose(self) -> Letter:
        """Return the transposed letter."""
        return Letter(self.name, self.columns, self.rows, not self.turned)


Word = tuple[Letter, ...]
Terms = dict[Word, sp.Expr]


def _turn(word: Word) -> Word:
    return tuple(letter.transpose() for letter in reversed(word))


def _spelling(word: Word) -> tuple[str, ...]:
    return tuple(f"{letter.name}{'~' if letter.turned else ''}" for letter in word)


def _scalar_name(pieces: Word) -> sp.Symbol:
    """Name a 1 by 1 product; it equals its own transpose."""
    return _named(min((pieces, _turn(pieces)), key=_spelling))


def _named(word: Word) -> sp.Symbol:
    """Name a scalar by its spelling; a^T a is known to be non-negative."""
    name = "<" + " ".join(_spelling(word)) + ">"
    square = len(word) == 2 and word[0].transpose() == word[1]
    return sp.Symbol(name, nonnegative=True) if square else sp.Symbol(name, real=True)


def trace(word: Word) -> sp.Expr:
    """Return the name of tr(word): a product of scalars, cut wherever the cyclic word is one wide."""
    cuts = [i for i, letter in enumerate(word) if letter.rows == 1]
    if not cuts:
        turns = [w[i:] + w[:i] for w in (word, _turn(word)) for i in range(len(word))]
        return _named(min(turns, key=_spelling))
    turned = word[cuts[0] :] + word[: cuts[0]]
    starts = [*[i for i, letter in enumerate(turned) if letter.rows == 1], len(turned)]
    return sp.Mul(*[_scalar_name(turned[a:b]) for a, b in pairwise(starts)])


def _settle(word: Word, coefficient: sp.Expr) -> tuple[Word, sp.Expr]:
    """Move the 1 by 1 stretches of a word into its coefficient."""
    if not word:
        return word, coefficient
    links = [i for i, letter in enumerate(word) if letter.rows == 1]
    if word[-1].columns == 1:
        links.append(len(word))
    if len(links) < 2:
        return word, coefficient
    for a, b in pairwise(links):
        coefficient = coefficient * _scalar_name(word[a:b])
    return word[: links[0]] + word[links[-1] :], coefficient


def _add(terms: Terms, word: Word, coefficient: sp.Expr) -> None:
    terms[word] = terms.get(word, sp.S.Zero) + coefficient


def _times(left: Terms, right: Terms) -> Terms:
    out: Terms = {}
    for a, ca in left.items():
        for b, cb in right.items():
            _add(out, *_settle(a + b, ca * cb))
    return out


def terms(expression: Any) -> Terms:
    """Return the normal form of a matrix expression as {word: scalar coefficient}, not yet simplified.

    Raises TypeError for matrix functions other than sums, products, whole powers, transposes and multiples.
    """
    if isinstance(expression, sp.MatrixSymbol):
        letter = Letter(str(expression.name), *expression.shape)
        word, coefficient = _settle((letter,), sp.S.One)
        return {word: coefficient}
    if isinstance(expression, sp.Identity):
        return {(): sp.S.One}
    if isinstance(expression, sp.ZeroMatrix):
        return {}
    if isinstance(expression, sp.Transpose):
        return {_turn(word): c for word, c in terms(expression.args[0]).items()}
    if isinstance(expression, sp.MatAdd):
        out: Terms = {}
        for argument in expression.args:
            for word, c in terms(argument).items():
                _add(out, word, c)
        return out
    if isinstance(expression, sp.MatMul):
        out = {(): sp.S.One}
        for argument in expression.args:
            out = _times(out, terms(argument)) if isinstance(argument, MatrixExpr) else {w: c * scalar(argument) for w, c in out.items()}
        return out
    if isinstance(expression, sp.MatPow) and expression.exp.is_Integer and expression.exp > 0:
        return terms(sp.MatMul(*[expression.base] * int(expression.exp)))
    raise TypeError(f"no normal form for {type(expression).__name__} {expression}; write it with sums, products and transposes")


def inner(a: MatrixExpr, b: MatrixExpr) -> sp.Expr:
    """Return the normal form of <a, b> = tr(a^T b)."""
    total = sp.S.Zero
    for wa, ca in terms(a).items():
        for wb, cb in terms(b).items():
            word = _turn(wa) + wb
            # the empty word is the identity, whose trace is its size
            total += ca * cb * (trace(word) if word else a.shape[1])
    return total


def scalar(expression: sp.Expr) -> sp.Expr:
    """Return a scalar expression with every inner product replaced by its normal form."""
    products = expression.atoms(Inner)
    return expression.xreplace({item: inner(*item.args) for item in products})
