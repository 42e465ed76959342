"""Write formulas as text, each part of a tree once: the near misses of a formula are thousands and share nearly all of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import sympy as sp
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter

from theory.symbols import Inner


class _Printer(StrPrinter):
    """SymPy's printer with a memory; to find out where a matrix product needs parentheses, SymPy multiplies it out each time."""

    def __init__(self) -> None:
        super().__init__()
        self._print = cache(self._print)
        self.parenthesize: Any = cache(self.parenthesize)

    def _print_MatMul(self, expr: Any) -> str:
        coefficient, matrices = expr.as_coeff_mmul()
        if coefficient.is_number and coefficient.is_negative:
            return f"-{self._factors(matrices.args if coefficient == -1 else (-coefficient, *matrices.args), 'Mul')}"
        first = expr.args[0]
        return self._factors(expr.args, "Add" if first.is_Number and first.is_negative else "Mul")

    def _factors(self, factors: Iterable[Any], level: str) -> str:
        """Write factors without a sign before them; SymPy works out the level of their product for each of them."""
        return "*".join(self.parenthesize(factor, PRECEDENCE[level]) for factor in factors)


class _NormPrinter(_Printer):
    """The same with ‖a‖ for sqrt(<a, a>), which stands in sentences up to eight times and names its argument twice."""

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        base, exponent = expr.args
        if isinstance(base, Inner) and base.args[0] == base.args[1] and abs(exponent) == sp.S.Half:
            return f"{'1/' if exponent < 0 else ''}{self._norm(base.args[0])}"
        return str(super()._print_Pow(expr, rational))

    def _norm(self, inside: Any) -> str:
        return f"‖{self._print(inside)}‖"


class _MathematicsPrinter(_NormPrinter):
    """The same as a mathematician writes it: |x|, ⟨a, b⟩, Xᵀ, ∑_k(...), ∇_v[f](a), d/dv[f](a); a dot before bound variables."""

    printmethod = "_mathematics"  # not `_sympystr`, by which SymPy's own text asks each class

    def _print_Symbol(self, expr: Any) -> str:
        return "·" + expr.name[1:].partition("[")[0] if expr.name.startswith(".") else str(expr.name)

    def _print_MatrixSymbol(self, expr: Any) -> str:
        return self._print_Symbol(expr)

    def _print_Abs(self, expr: Any) -> str:
        return self._within("|", expr.args[0])

    def _print_Inner(self, expr: Any) -> str:
        return f"⟨{self._print(expr.args[0])}, {self._print(expr.args[1])}⟩"

    def _norm(self, inside: Any) -> str:
        return self._within("‖", inside)

    def _print_Transpose(self, expr: Any) -> str:
        return f"{self.parenthesize(expr.arg, PRECEDENCE['Pow'])}ᵀ"

    def _print_Total(self, expr: Any) -> str:
        return f"∑_{self._print(expr.args[1])}({self._print(expr.args[0])})"

    def _print_MatrixTotal(self, expr: Any) -> str:
        return self._print_Total(expr)

    def _print_Gradient(self, expr: Any) -> str:
        return f"∇_{self._print(expr.args[1])}[{self._print(expr.args[0])}]({self._print(expr.args[2])})"

    def _print_Slope(self, expr: Any) -> str:
        return f"d/d{self._print(expr.args[1])}[{self._print(expr.args[0])}]({self._print(expr.args[2])})"

    def _within(self, bar: str, inside: Any) -> str:
        """Write bars around a term; where it has such bars itself, parentheses tell which belong together."""
        written = self._print(inside)
        return f"{bar}({written}){bar}" if bar in written else f"{bar}{written}{bar}"


_printer, _norm_printer, _mathematics_printer = _Printer(), _NormPrinter(), _MathematicsPrinter()


def text(formula: sp.Basic) -> str:
    """Return what str(formula) returns."""
    return str(_printer.doprint(formula))


def text_with_norms(formula: sp.Basic) -> str:
    """Return the same with ‖a‖ for sqrt(<a, a>)."""
    return str(_norm_printer.doprint(formula))


def mathematics(formula: sp.Basic) -> str:
    """Return a formula in the notation of mathematics, for people alone; a dot stands before each bound variable."""
    return str(_mathematics_printer.doprint(formula))
