"""The language of propositions, and the one normal form of its terms. Part of the kernel: what stands here is trusted.

A variable is a real number, a positive whole number (a size), a label in {-1, 1}, or a matrix of symbolic size; its sort is
shown by its quantifier. No other flag of SymPy survives: `plain` strips them, and what a hypothesis says is told apart.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import sympy as sp
from sympy.core import numbers
from sympy.core.symbol import Str

from theory.symbols import Inner, Phi, Sign, sigma


class Refused(Exception):
    """A rule that does not apply; nothing was made."""


class Gradient(sp.MatrixExpr):
    """The gradient of a scalar expression in a bound matrix variable (its name starts with a dot) at a point."""

    def __new__(cls, expression: Any, variable: sp.MatrixSymbol, point: Any) -> Gradient:
        """Return the gradient, of the variable's shape."""
        return super().__new__(cls, expression, variable, point)

    @property
    def shape(self) -> Any:
        """The shape of the variable."""
        return self.args[1].shape


class Slope(sp.Expr):
    """The derivative of a scalar expression in a bound real variable (its name starts with a dot) at a point."""

    is_commutative = is_real = True


class Rel(NamedTuple):
    """left op right, with op one of < <= = !=. It says, too, that both sides are defined."""

    op: str
    left: Any
    right: Any


class Tends(NamedTuple):
    """expression tends to value as the bound variable tends to `to`: oo, -oo, or a number (from both sides)."""

    expression: Any
    variable: Any
    to: Any
    value: Any


class All(NamedTuple):
    """Each of the parts."""

    parts: tuple[Any, ...]


class Exists(NamedTuple):
    """There are values of these variables for which all parts hold."""

    variables: tuple[Any, ...]
    parts: tuple[Rel, ...]


NUMBERS = (numbers.Zero, numbers.One, numbers.NegativeOne, numbers.Half, numbers.Integer, numbers.Rational, numbers.Pi, numbers.Exp1)
MATRICES = (sp.MatrixSymbol, sp.MatAdd, sp.MatMul, sp.Transpose, sp.Identity, sp.ZeroMatrix, Gradient)
SCALARS = (sp.Symbol, Sign, sp.Add, sp.Mul, sp.Pow, sp.exp, sp.log, sp.Abs, sp.erf, sigma, Phi, Inner, Slope)
WORDS: dict[sp.Symbol, tuple[tuple[Any, bool], ...]] = {}  # what the name of a word stands for


def bound(symbol: Any) -> bool:
    """Tell whether a symbol may stand only under Gradient, Slope or Tends."""
    return str(symbol.name).startswith(".")


@cache
def plain(term: Any) -> Any:
    """Return the term with every symbol stripped of what SymPy was told of it, apart from its sort; refuse what is not of the language."""
    term, names = sp.sympify(term), {}
    for part in sp.preorder_traversal(term):
        if type(part) is Str:
            continue
        if type(part) not in (*NUMBERS, *MATRICES, *SCALARS):
            raise Refused(f"{type(part).__name__} {part} is not of the kernel's language")
        if type(part) in (Gradient, Slope) and not bound(part.args[1]):
            raise Refused(f"the variable of {part} must be bound; let its name start with a dot")
        if type(part) in (Gradient, Slope) and any(p.args[1].name == part.args[1].name for p in part.args[0].atoms(Gradient, Slope)):
            raise Refused(f"{part} binds {part.args[1]} twice; rename one")
        if type(part) in (sp.Symbol, Sign, sp.MatrixSymbol) and "⟨" in part.name:
            raise Refused(f"{part.name} is a name that words have; rename it")
        if type(part) in (sp.Symbol, Sign, sp.MatrixSymbol) and names.setdefault(part.name, part) != part:
            raise Refused(f"two different symbols are called {part.name}; rename one")
    whole = {s for s in term.atoms(sp.Symbol) if type(s) is sp.Symbol and s.is_integer and s.is_positive}
    stripped = {s: sp.Symbol(s.name, integer=True, positive=True) if s in whole else sp.Symbol(s.name, real=True)
                for s in term.atoms(sp.Symbol) if type(s) is sp.Symbol}  # fmt: skip
    return term.xreplace(stripped)


def shape(term: Any) -> Any:
    """Return the shape of a matrix, () of a scalar."""
    return tuple(term.shape) if isinstance(term, sp.MatrixExpr) else ()


def _turn(word: Any) -> Any:
    return tuple((m, not turned) for m, turned in reversed(word))


def _rows(letter: Any) -> Any:
    return letter[0].shape[1 if letter[1] else 0]


def _name(*spellings: Any) -> sp.Symbol:
    word = min(spellings, key=lambda w: [(m.name, turned) for m, turned in w])
    spelled = " ".join(f"{m.name}[{m.shape[0]}|{m.shape[1]}]{'ᵀ' if turned else ''}" for m, turned in word)
    name = sp.Symbol(f"⟨{spelled}⟩", real=True)
    if WORDS.setdefault(name, word) != word:
        raise Refused(f"two words are called {name}")
    return name


def _cut(word: Any, starts: list[int]) -> sp.Expr:
    """Return the product of the 1 by 1 stretches between these places; each equals its own transpose."""
    return sp.Mul(*[_name(word[a:b], _turn(word[a:b])) for a, b in pairwise(starts)])


def _trace(word: Any, size: Any) -> Any:
    """Return tr(word): a word may be rotated and transposed; one that is 1 wide somewhere is a product of scalars."""
    cuts = [i for i, letter in enumerate(word) if _rows(letter) == 1]
    if not word:
        return size
    if not cuts:
        return _name(*[w[i:] + w[:i] for w in (word, _turn(word)) for i in range(len(word))])
    word = word[cuts[0] :] + word[: cuts[0]]
    return _cut(word, [*[i for i, letter in enumerate(word) if _rows(letter) == 1], len(word)])


def words(term: Any) -> dict[Any, Any]:
    """Return a matrix as a sum of words (products of symbols and transposes), {word: scalar coefficient}: equal for all sizes at once."""
    out: dict[Any, Any] = {}
    if isinstance(term, sp.MatrixSymbol):
        out = {((term, False),): sp.S.One}
    elif isinstance(term, sp.Identity):
        out = {(): sp.S.One}
    elif isinstance(term, sp.Transpose):
        out = {_turn(w): c for w, c in words(term.args[0]).items()}
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
    settled: dict[Any, Any] = {}
    for word, c in out.items():  # stretches that are 1 by 1 move into the coefficient
        at = [i for i, letter in enumerate(word) if _rows(letter) == 1] + ([len(word)] if word and _rows(_turn(word)[0]) == 1 else [])
        left = word[: at[0]] + word[at[-1] :] if len(at) > 1 else word
        settled[left] = settled.get(left, 0) + c * (_cut(word, at) if len(at) > 1 else 1)
    return settled


@cache
def normal(term: Any) -> Any:
    """Return a scalar with gradients taken, inner products as named words, sigma and Phi written out, and t^2 = 1 for labels."""
    if isinstance(term, Inner):
        a, b = (words(explicit(part)) for part in term.args)
        return sp.Add(*[ca * cb * _trace(_turn(wa) + wb, term.args[0].shape[1]) for wa, ca in a.items() for wb, cb in b.items()])
    if isinstance(term, Slope):
        return normal(explicit(term))
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
        total: Any = sp.ZeroMatrix(*variable.shape)
        for name in sorted(inner.free_symbols & set(WORDS), key=str):
            word = WORDS[name]
            for i, (letter, turned) in enumerate(word):
                if letter == variable:  # tr(v R) has the gradient R^T in v, and tr(v^T R) has R
                    others = word[i + 1 :] + word[:i]
                    total += sp.diff(inner, name) * _matrix(others if turned else _turn(others), variable.shape[0])
        return spelled(total).xreplace({variable: explicit(point)})
    parts = [explicit(part) for part in term.args]
    return term if list(term.args) == parts else term.func(*parts)


def _matrix(word: Any, size: Any) -> Any:
    return sp.MatMul(*[m.T if turned else m for m, turned in word]) if word else sp.Identity(size)


def spelled(term: Any) -> Any:
    """Write named words as inner products again, so that a point may be put into them."""
    return term.xreplace({s: Inner(_matrix(_turn(WORDS[s][:1]), 0), _matrix(WORDS[s][1:], WORDS[s][0][0].shape[0]))
                          for s in term.free_symbols & set(WORDS)})  # fmt: skip


def free(term: Any) -> set[Any]:
    """Return the variables of a term or proposition that are not bound in it, sizes of matrices among them."""
    if isinstance(term, All | Exists):
        return set().union(*map(free, term.parts)) - (set(term.variables) if isinstance(term, Exists) else set())
    if isinstance(term, Rel):
        return free(term.left) | free(term.right)
    if isinstance(term, Tends):
        return (free(term.expression) | free(term.value) | free(term.to)) - {term.variable}
    sizes = {n for s in term.free_symbols if isinstance(s, sp.MatrixSymbol) for side in s.shape for n in sp.sympify(side).free_symbols}
    return {s for s in term.free_symbols | sizes if not bound(s)}


def loose(term: Any) -> set[Any]:
    """Return the bound variables that stand outside what binds them; a proposition has none."""
    if isinstance(term, Gradient | Slope):
        return (loose(term.args[0]) - {term.args[1]}) | loose(term.args[2])
    if isinstance(term, sp.Symbol | sp.MatrixSymbol):
        return {term} if bound(term) else set()
    return set().union(*map(loose, term.args))
