"""Words: products of matrices and transposes, of any size. A 1 by 1 word and a trace are a number, which has one name.

Part of the kernel: it is trusted. `normal_form.py` writes terms with these names, and takes them back as inner products to put values in.
"""

from __future__ import annotations

from itertools import count
from typing import Any

import sympy as sp

from theory.kernel.terms import Refused
from theory.symbols import Inner, Unit

_counter = count()
WORDS: dict[sp.Symbol, tuple[tuple[Any, bool], ...]] = {}
"""{name: word}; a word is a tuple of letters, a letter is (matrix, whether it is transposed)."""


def turn(word: Any) -> Any:
    """Return the transpose of a word."""
    return tuple((m, not turned) for m, turned in reversed(word))


def rows_of(letter: Any) -> Any:
    """Return the number of rows of a letter."""
    return letter[0].shape[1 if letter[1] else 0]


def name_of(*spellings: Any) -> sp.Symbol:
    """Return the name of a number that several words spell; the first of them in alphabetical order is its word."""
    word = min(spellings, key=lambda w: [(m.name, turned) for m, turned in w])
    text = " ".join(f"{m.name}[{m.shape[0]}|{m.shape[1]}]{'ᵀ' if turned else ''}" for m, turned in word)
    name = sp.Symbol(f"⟨{text}⟩", real=True)
    if WORDS.setdefault(name, word) != word:
        raise Refused(f"two words are called {name}")
    return name


def letters_in(*terms: Any) -> set[Any]:
    """Return all matrix symbols of terms, those inside words and the bound ones among them."""
    out: set[Any] = set()
    for term in terms:
        out |= term.atoms(sp.MatrixSymbol)
        for s in term.atoms(sp.Symbol):
            out |= {m for m, _ in WORDS.get(s, ())}
    return out


def temporary(index: Any) -> Unit:
    """Return a unit vector of the index's size that stands nowhere else: no sum inside can take it for its own."""
    return Unit(f".~{next(_counter)}", index.shape[0], 1)


def product_of(word: Any, size: Any) -> Any:
    """Return a word as a product of matrices; the empty word is the identity of this size."""
    return sp.MatMul(*[m.T if turned else m for m, turned in word]) if word else sp.Identity(size)


def spelled(term: Any) -> Any:
    """Write named words as inner products again, so that a point may be put into them."""
    return term.xreplace({s: Inner(product_of(turn(WORDS[s][:1]), 0), product_of(WORDS[s][1:], WORDS[s][0][0].shape[0]))
                          for s in term.free_symbols & set(WORDS)})  # fmt: skip


def linear_in(factor: Any, index: Any) -> Any:
    """Return the word w with factor = w index, that is <w^T, index>; None where the factor is no such word."""
    word = WORDS.get(factor, ())
    if [m for m, _ in word].count(index) != 1 or index not in (word[0][0], word[-1][0]):
        return None
    return word[:-1] if word[-1][0] == index else turn(word)[:-1]


def picked(inside: list[Any], index: Any) -> Any:
    """Return the unit vector u for which <u, index> is a factor: the sum has one term, at u."""
    for factor in inside:
        word = linear_in(factor, index)
        if word is not None and len(word) == 1 and isinstance(word[0][0], Unit):
            return word[0][0]
    return None
