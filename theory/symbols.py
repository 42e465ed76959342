"""The few functions that SymPy lacks: the logistic sigmoid, the normal distribution, the inner product.

`Inner` is the Frobenius inner product <A, B> = tr(A^T B) of two matrix expressions of one shape, in any
(also symbolic) dimension. It is left unexpanded until `theory.attack.chains` brings it to a normal form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixExpr


class sigma(sp.Function):
    """The logistic sigmoid sigma(u) = 1 / (1 + exp(-u)) of Section 2.1, kept as one symbol in formulas."""

    nargs = 1
    is_positive = True

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """Return sigma(u) sigma(-u), the derivative."""
        return sigma(self.args[0]) * sigma(-self.args[0])

    def _eval_rewrite(self, rule: Any, args: Any, **hints: Any) -> sp.Expr | None:
        return 1 / (1 + sp.exp(-args[0])) if rule == sp.exp else None


class Phi(sp.Function):
    """The distribution function of the standard normal law (Eq. B.3)."""

    nargs = 1
    is_positive = True

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """Return exp(-u^2/2) / sqrt(2 pi), the density."""
        return sp.exp(-(self.args[0] ** 2) / 2) / sp.sqrt(2 * sp.pi)

    def _eval_rewrite(self, rule: Any, args: Any, **hints: Any) -> sp.Expr | None:
        return (1 + sp.erf(args[0] / sp.sqrt(2))) / 2 if rule == sp.erf else None


class Inner(sp.Expr):
    """<a, b> = tr(a^T b) for two matrix expressions of the same shape; a real scalar."""

    is_real = True
    is_commutative = True

    def __new__(cls, a: MatrixExpr, b: MatrixExpr) -> Inner:
        """Return <a, b>; raise ShapeError where the shapes differ."""
        if a.shape != b.shape:
            raise sp.matrices.exceptions.ShapeError(f"an inner product needs equal shapes, got {a.shape} and {b.shape}")
        return super().__new__(cls, a, b)

    def _eval_is_nonnegative(self) -> bool | None:
        return True if self.args[0] == self.args[1] else None

    def _sympystr(self, printer: Any) -> str:
        return f"<{printer.doprint(self.args[0])}, {printer.doprint(self.args[1])}>"

    def _latex(self, printer: Any) -> str:
        return rf"\langle {printer.doprint(self.args[0])}, {printer.doprint(self.args[1])}\rangle"


def norm(a: MatrixExpr) -> sp.Expr:
    """Return ||a||_2 = sqrt(<a, a>): Euclidean for columns, Frobenius for matrices."""
    return sp.sqrt(Inner(a, a))


def real(names: str) -> Any:
    """Return one real symbol, or a tuple of them."""
    return sp.symbols(names, real=True)


def positive(names: str) -> Any:
    """Return one positive symbol, or a tuple of them."""
    return sp.symbols(names, positive=True)


class Sign(sp.Symbol):
    """A label t in {-1, 1}. Proofs about it go through both cases."""

    def __new__(cls, name: str) -> Sign:
        """Return a label with this name."""
        return super().__new__(cls, name, real=True, nonzero=True)


def size(name: str) -> sp.Symbol:
    """Return a symbolic dimension: a positive whole number that proofs leave open."""
    return sp.Symbol(name, integer=True, positive=True)


class Unit(sp.MatrixSymbol):
    """A unit vector e of R^n: <e, v> is an entry of the column v, and X^T e a row of X, written as a column."""


class Total(sp.Expr):
    """The sum of a scalar over all unit vectors of R^n: its second argument is the bound unit vector."""

    is_real = True
    is_commutative = True

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols of the summand without the bound unit vector."""
        return self.args[0].free_symbols - {self.args[1]}

    def _eval_derivative(self, s: Any) -> sp.Expr:
        return Total(self.args[0].diff(s), self.args[1])

    def _sympystr(self, printer: Any) -> str:
        return f"sum_{self.args[1].name.split('[')[0]}({printer.doprint(self.args[0])})"


class MatrixTotal(MatrixExpr):
    """The sum of a matrix over all unit vectors of R^n."""

    @property
    def shape(self) -> Any:
        """The shape of the summand."""
        return self.args[0].shape

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols of the summand without the bound unit vector."""
        return self.args[0].free_symbols - {self.args[1]}

    def _sympystr(self, printer: Any) -> str:
        return f"sum_{self.args[1].name.split('[')[0]}({printer.doprint(self.args[0])})"


def unit(name: str, rows: Any) -> Unit:
    """Return a unit vector with `rows` entries; as an index it picks an entry of a column or a row of a matrix."""
    return Unit(name, rows, 1)


def total(summand: Callable[[Any], Any], rows: Any, name: str = "i") -> Any:
    """Return the sum of summand(e) over all unit vectors e with `rows` entries: over the examples, or over the classes."""
    index = Unit(f".{name}[{rows}]", rows, 1)
    term = sp.sympify(summand(index))
    return MatrixTotal(term, index) if isinstance(term, MatrixExpr) else Total(term, index)


def column(name: str, rows: sp.Expr) -> sp.MatrixSymbol:
    """Return a column vector with `rows` entries."""
    return sp.MatrixSymbol(name, rows, 1)


def matrix(name: str, rows: sp.Expr, columns: sp.Expr) -> sp.MatrixSymbol:
    """Return a matrix with `rows` rows and `columns` columns."""
    return sp.MatrixSymbol(name, rows, columns)
