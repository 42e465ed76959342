"""The one normal form of terms: sums of words (`named_words.py`), sums over unit vectors, gradients. Part of the kernel: it is trusted.

Two terms that are equal by linearity, transposition, and what unit vectors are, have the same normal form.
"""

from __future__ import annotations

from functools import cache
from itertools import count, pairwise
from typing import Any

import sympy as sp

from theory.kernel.named_words import WORDS, letters_in, linear_in, name_of, picked, product_of, rows_of, spelled, temporary, turn
from theory.kernel.terms import Gradient, Refused, Slope
from theory.symbols import Inner, MatrixTotal, Phi, Sign, Total, Unit, sigma


def _cut(word: Any, starts: list[int]) -> sp.Expr:
    """Return the product of the 1 by 1 stretches between these places; each equals its own transpose."""
    return sp.Mul(*[_stretch(word[a:b]) for a, b in pairwise(starts)])


def _stretch(word: Any) -> sp.Expr:
    """Return a 1 by 1 word: <e, e> is 1 for a unit vector, and a sum of unit vectors at an end sums what each of them gives."""
    if len(word) == 2 and word[0][0] == word[1][0] and isinstance(word[0][0], Unit):
        return sp.S.One
    for at in (0, len(word) - 1):
        letter, turned = word[at]
        if isinstance(letter, MatrixTotal):
            term, index = letter.args
            new = temporary(index)
            weight = sp.Mul(*term.args[:-1]) if isinstance(term, sp.MatMul) else sp.S.One
            return _total(renamed(weight, index, new) * _stretch((*word[:at], (new, turned), *word[at + 1 :])), new)
    return name_of(word, turn(word))


# ---- sums over unit vectors ----
def _settled(term: Any, index: Any) -> tuple[Any, Unit]:
    """Return a normal scalar with its index named as no letter inside it is, and that index: equal sums look equal."""
    rows, taken = index.shape[0], {m.name for m in letters_in(term) - {index}}
    new = next(Unit(name, rows, 1) for k in count(1) if (name := f".#{k}[{rows}]") not in taken)
    return renamed(term, index, new), new


def renamed(term: Any, index: Any, new: Any) -> Any:
    """Return a normal scalar with another unit vector in place of this one."""
    return normal(spelled(term).xreplace({index: new})) if index in letters_in(term) else term


def _parts(term: Any, index: Any) -> tuple[Any, list[Any]]:
    """Split a product into the factor without the index and the list of those with it; e^(a + b) is a product, too."""
    apart, inside = sp.S.One, []
    for factor in sp.Mul.make_args(term):
        if index not in letters_in(factor):
            apart *= factor
        elif isinstance(factor, sp.exp):
            for a in sp.Add.make_args(sp.expand(factor.args[0])):
                if index in letters_in(a):
                    inside.append(sp.exp(a))
                else:
                    apart *= sp.exp(a)
        elif isinstance(factor, sp.Pow) and factor.exp.is_Integer and factor.exp > 0:
            inside += [factor.base] * int(factor.exp)
        else:
            inside.append(factor)
    return apart, inside


def _total(body: Any, index: Any) -> Any:
    """Return the normal form of a sum: linear, with one term where <u, e> is a factor, and sum <a, e> <e, b> = <a, b>."""
    out = []
    for term in sp.Add.make_args(sp.expand(body, deep=False, power_exp=False, power_base=False, log=False)):
        apart, inside = _parts(term, index)
        u, whole = picked(inside, index), [linear_in(factor, index) for factor in inside]
        if not inside:
            out.append(apart * index.shape[0])
        elif u is not None:
            out.append(apart * renamed(sp.Mul(*inside), index, u))
        elif len(inside) == 2 and None not in whole:
            out.append(apart * _stretch(whole[0] + turn(whole[1])))
        else:
            out.append(apart * Total(*_settled(sp.Mul(*inside), index)))
    return sp.Add(*out)


def _columns(weight: Any, index: Any) -> dict[Any, Any]:
    """Return sum over e of weight(e) e as words: sum <a, e> e = a, and else a new letter."""
    out: dict[Any, Any] = {}
    for term in sp.Add.make_args(sp.expand(weight, deep=False, power_exp=False, power_base=False, log=False)):
        apart, inside = _parts(term, index)
        u, word = picked(inside, index), linear_in(inside[0], index) if len(inside) == 1 else None
        if word is not None:
            column = turn(word)
        elif u is not None:
            apart, column = apart * renamed(sp.Mul(*inside), index, u), ((u, False),)
        else:
            weight_term, new = _settled(sp.Mul(*inside), index)
            column = ((MatrixTotal(new if weight_term == 1 else sp.MatMul(weight_term, new), new), False),)
        out[column] = out.get(column, 0) + apart
    return out


def _summed(term: Any, index: Any) -> dict[Any, Any]:
    """Return a sum of matrices as words: A e B with weights sums to A c B, where c is the column of the weights, and A e e^T B to A B."""
    out: dict[Any, Any] = {}
    new = temporary(index)
    term, index = spelled(term).xreplace({index: new}), new
    for w, c in words(term).items():
        within = [k for k, (m, _) in enumerate(w) if index in letters_in(m)]
        if not within:
            out[w] = out.get(w, 0) + _total(c, index)
            continue
        at, letters = within[0], [w[k] for k in within]
        if letters == [(index, False), (index, True)] and within[1] == at + 1 and index not in letters_in(c):
            word = w[:at] + w[at + 2 :]
            out[word] = out.get(word, 0) + c
            continue
        if len(within) > 1 or w[at][0] != index:
            raise Refused(f"no normal form for the sum of {term}")
        for column, k in _columns(c, index).items():
            word = w[:at] + (turn(column) if w[at][1] else column) + w[at + 1 :]
            out[word] = out.get(word, 0) + k
    return out


def _apart(out: dict[Any, Any]) -> dict[Any, Any]:
    """Return a matrix with the 1 by 1 stretches of its words in the coefficients."""
    settled: dict[Any, Any] = {}
    for word, c in out.items():
        at = [i for i, letter in enumerate(word) if rows_of(letter) == 1] + ([len(word)] if word and rows_of(turn(word)[0]) == 1 else [])
        left = word[: at[0]] + word[at[-1] :] if len(at) > 1 else word
        settled[left] = settled.get(left, 0) + c * (_cut(word, at) if len(at) > 1 else 1)
    return settled


def _trace(word: Any, size: Any) -> Any:
    """Return tr(word): a word may be rotated and transposed; a word that is 1 wide somewhere is a product of scalars."""
    cuts = [i for i, letter in enumerate(word) if rows_of(letter) == 1]
    if not word:
        return size
    if not cuts:
        return name_of(*[w[i:] + w[:i] for w in (word, turn(word)) for i in range(len(word))])
    word = word[cuts[0] :] + word[: cuts[0]]
    return _cut(word, [*[i for i, letter in enumerate(word) if rows_of(letter) == 1], len(word)])


def words(term: Any) -> dict[Any, Any]:
    """Return a matrix as a sum of words (products of symbols and transposes), {word: scalar coefficient}: equal for all sizes at once."""
    out: dict[Any, Any] = {}
    if isinstance(term, sp.MatrixSymbol):
        out = {((term, False),): sp.S.One}
    elif isinstance(term, MatrixTotal):
        out = _summed(*term.args)
    elif isinstance(term, sp.Identity):
        out = {(): sp.S.One}
    elif isinstance(term, sp.Transpose):
        out = {turn(w): c for w, c in words(term.args[0]).items()}
    elif isinstance(term, sp.MatAdd):
        for part in term.args:
            for w, c in words(part).items():
                out[w] = out.get(w, 0) + c
    elif isinstance(term, sp.MatMul):
        out = {(): sp.S.One}
        for part in term.args:
            if not isinstance(part, sp.MatrixExpr):
                out = {w: c * normal(part) for w, c in out.items()}
                continue
            times, known = words(part), out
            out = {}
            for a, ca in known.items():
                for b, cb in times.items():
                    out[a + b] = out.get(a + b, 0) + ca * cb
    elif not isinstance(term, sp.ZeroMatrix):
        raise Refused(f"no normal form for the matrix {term}")
    return _apart(out)


@cache
def normal(term: Any) -> Any:
    """Return a scalar with gradients taken, inner products as named words, sigma and Phi written out, and t^2 = 1 for labels."""
    if isinstance(term, Inner):
        a, b = (words(explicit(part)) for part in term.args)
        return sp.Add(*[ca * cb * _trace(turn(wa) + wb, term.args[0].shape[1]) for wa, ca in a.items() for wb, cb in b.items()])
    if isinstance(term, Slope):
        return normal(explicit(term))
    if isinstance(term, Total):
        new = temporary(term.args[1])
        return _total(normal(spelled(term.args[0]).xreplace({term.args[1]: new})), new)
    if not term.args:
        return term
    parts = [normal(part) for part in term.args]
    if isinstance(term, sigma):
        return 1 / (1 + sp.exp(-parts[0]))
    if isinstance(term, Phi):
        return (1 + sp.erf(parts[0] / sp.sqrt(2))) / 2
    if isinstance(term, sp.Pow) and isinstance(parts[0], Sign) and parts[1].is_Integer:
        return parts[0] ** (int(parts[1]) % 2)
    if isinstance(term, sp.Abs) and isinstance(parts[0], Sign):
        return sp.S.One
    return term.func(*parts)


@cache
def explicit(term: Any) -> Any:
    """Return the term with every Gradient and Slope taken; innermost first, and by the kernel alone."""
    if not isinstance(term, sp.Basic) or not term.args or isinstance(term, sp.MatrixSymbol):
        return term
    if isinstance(term, Gradient | Slope):
        expression, variable, point = term.args
        inner = normal(explicit(expression))
        if isinstance(term, Slope):
            return spelled(sp.diff(inner, variable)).xreplace({variable: explicit(point)})
        return spelled(_gradient(inner, variable)).xreplace({variable: explicit(point)})
    parts = [explicit(part) for part in term.args]
    return term if list(term.args) == parts else term.func(*parts)


def _gradient(inner: Any, variable: Any) -> Any:
    """Return the gradient of a normal scalar in a matrix variable: by its words, and term by term under its sums."""
    outside, sums = veiled(inner)
    parts: list[Any] = [sp.ZeroMatrix(*variable.shape)]
    for name in sorted(outside.free_symbols & set(WORDS), key=str):
        word = WORDS[name]
        for i, (letter, turned) in enumerate(word):
            if letter == variable:  # tr(v R) has the gradient R^T in v, and tr(v^T R) has R
                around = word[i + 1 :] + word[:i]
                along = product_of(around if turned else turn(around), variable.shape[0])
                parts.append(sp.MatMul(sp.diff(outside, name).xreplace(sums), along))
    for veil, term in sums.items():
        if variable in letters_in(term):
            inside = MatrixTotal(_gradient(term.args[0], variable), term.args[1])
            parts.append(sp.MatMul(sp.diff(outside, veil).xreplace(sums), inside))
    return sp.MatAdd(*parts)  # not evaluated: SymPy writes powers, which are no words


def veiled(term: Any) -> tuple[Any, dict[Any, Any]]:
    """Return a normal scalar with a new letter for each of its outermost sums, and what the letters stand for."""
    sums: dict[Any, Any] = {}

    def veil(part: Any) -> Any:
        if isinstance(part, Total):
            return sums.setdefault(part, sp.Dummy(f"sum{len(sums)}", real=True))
        return part.func(*map(veil, part.args)) if part.has(Total) else part

    out = veil(term)
    return out, {letter: part for part, letter in sums.items()}
