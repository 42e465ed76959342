"""The language of propositions. Part of the kernel: what stands here is trusted.

A variable is a real number, a positive whole number (a size), a label in {-1, 1}, or a matrix of symbolic size; its sort is
shown by its quantifier. No other flag of SymPy survives: `plain` strips them, and what a hypothesis says is told apart.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import sympy as sp
from sympy.core import numbers
from sympy.core.symbol import Str

from theory.symbols import Inner, MatrixTotal, Phi, Sign, Total, Unit, sigma


class Refused(Exception):
    """A rule that does not apply; nothing was made.

    Arguments after the message are put in place of its {} when it is read: SymPy takes long to write a term.
    """

    def __str__(self) -> str:
        """Return the message."""
        message, *terms = self.args
        return message.format(*terms) if terms else message


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


class Every(NamedTuple):
    """The part holds for every unit vector that the bound index stands for: for each example, or each class."""

    index: Any
    part: Any


class Solution(NamedTuple):
    """The solution of dy/ds = slope that is 0 at s = 0 reaches from there to `at` >= 0, and is `value` there.

    In full: a function f on [0, at] has f(0) = 0, f(at) = value, and at each s of [0, at] the derivative slope(s, f(s)), which is defined.
    `along` is nothing or a relation that holds for s and f(s) at each s of [0, at]. The variables s and y are bound.
    """

    slope: Any
    s: Any
    y: Any
    at: Any
    value: Any
    along: Any = ()


class Exists(NamedTuple):
    """There are values of these variables for which all parts hold."""

    variables: tuple[Any, ...]
    parts: tuple[Rel, ...]


NUMBERS = (numbers.Zero, numbers.One, numbers.NegativeOne, numbers.Half, numbers.Integer, numbers.Rational, numbers.Pi, numbers.Exp1)
MATRICES = (sp.MatrixSymbol, Unit, sp.MatAdd, sp.MatMul, sp.Transpose, sp.Identity, sp.ZeroMatrix, Gradient, MatrixTotal)
SCALARS = (sp.Symbol, Sign, sp.Add, sp.Mul, sp.Pow, sp.exp, sp.log, sp.Abs, sp.erf, sigma, Phi, Inner, Slope, Total)
BINDERS = (Gradient, Slope, Total, MatrixTotal)
NAMED = (sp.Symbol, Sign, sp.MatrixSymbol, Unit)


def bound(symbol: Any) -> bool:
    """Tell whether a symbol may stand only under what binds it: Gradient, Slope, a sum, Tends, Every or Solution."""
    return str(symbol.name).startswith(".")


@cache
def plain(term: Any) -> Any:
    """Return the term with every symbol stripped of SymPy's flags, apart from its sort; refuse a term outside the language."""
    term, names = sp.sympify(term), {}
    for part in sp.preorder_traversal(term):
        if type(part) is Str:
            continue
        if type(part) not in (*NUMBERS, *MATRICES, *SCALARS):
            raise Refused(f"{type(part).__name__} {part} is not of the kernel's language")
        if type(part) in BINDERS and not bound(part.args[1]):
            raise Refused(f"the variable of {part} must be bound; let its name start with a dot")
        if type(part) in BINDERS and any(p.args[1].name == part.args[1].name for p in part.args[0].atoms(*BINDERS)):
            raise Refused(f"{part} binds {part.args[1]} twice; rename one")
        if type(part) in (Total, MatrixTotal) and type(part.args[1]) is not Unit:
            raise Refused(f"{part} must sum over the unit vectors of one size")
        if type(part) is Unit and part.shape[1] != 1:
            raise Refused(f"{part.name} must be a column")
        if type(part) in NAMED and set("⟨#~") & set(part.name):
            raise Refused(f"{part.name} is a name that the kernel gives; rename it")
        if type(part) in NAMED and names.setdefault(part.name, part) != part:
            raise Refused(f"two different symbols are called {part.name}; rename one")
    whole = {s for s in term.atoms(sp.Symbol) if type(s) is sp.Symbol and s.is_integer and s.is_positive}
    stripped = {s: sp.Symbol(s.name, integer=True, positive=True) if s in whole else sp.Symbol(s.name, real=True)
                for s in term.atoms(sp.Symbol) if type(s) is sp.Symbol}  # fmt: skip
    return term.xreplace(stripped)


@cache
def spelling(proposition: Any) -> str:
    """Return a proposition as text, by which propositions are put in order; SymPy takes long to write one."""
    return str(proposition)


def shape(term: Any) -> Any:
    """Return the shape of a matrix, () of a scalar."""
    return tuple(term.shape) if isinstance(term, sp.MatrixExpr) else ()


def free(term: Any) -> set[Any]:
    """Return the variables of a term or proposition that are not bound in it, sizes of matrices among them."""
    if isinstance(term, All | Exists):
        return set().union(*map(free, term.parts)) - (set(term.variables) if isinstance(term, Exists) else set())
    if isinstance(term, Rel):
        return free(term.left) | free(term.right)
    if isinstance(term, Every):
        return free(term.part) | set(sp.sympify(term.index.shape[0]).free_symbols)
    if isinstance(term, Solution):
        return set().union(*map(free, [term.slope, term.at, term.value, *([term.along] if term.along else [])]))
    if isinstance(term, Tends):
        return (free(term.expression) | free(term.value) | free(term.to)) - {term.variable}
    sizes = {n for s in term.atoms(sp.MatrixSymbol) for side in s.shape for n in sp.sympify(side).free_symbols}
    return {s for s in term.free_symbols | sizes if not bound(s)}


def loose(term: Any) -> set[Any]:
    """Return the bound variables that stand outside what binds them; a proposition has none."""
    if isinstance(term, Gradient | Slope):
        return (loose(term.args[0]) - {term.args[1]}) | loose(term.args[2])
    if isinstance(term, Total | MatrixTotal):
        return loose(term.args[0]) - {term.args[1]}
    if isinstance(term, sp.Symbol | sp.MatrixSymbol):
        return {term} if bound(term) else set()
    return set().union(*map(loose, term.args))
