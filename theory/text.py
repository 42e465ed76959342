"""Write formulas as text, each part of a tree once: the near misses of a formula are thousands and share nearly all of it."""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp
from sympy.printing.str import StrPrinter

from theory.symbols import Inner


class _Printer(StrPrinter):
    """SymPy's printer with a memory; to find out where a matrix product needs parentheses, SymPy multiplies it out each time."""

    def __init__(self) -> None:
        super().__init__()
        self._print = cache(self._print)
        self.parenthesize: Any = cache(self.parenthesize)


class _NormPrinter(_Printer):
    """The same with ‖a‖ for sqrt(<a, a>), which stands in sentences up to eight times and names its argument twice."""

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        base, exponent = expr.args
        if isinstance(base, Inner) and base.args[0] == base.args[1] and abs(exponent) == sp.S.Half:
            return f"{'1/' if exponent < 0 else ''}‖{self._print(base.args[0])}‖"
        return str(super()._print_Pow(expr, rational))


_printer, _norm_printer = _Printer(), _NormPrinter()


def text(formula: sp.Basic) -> str:
    """Return what str(formula) returns."""
    return str(_printer.doprint(formula))


def text_with_norms(formula: sp.Basic) -> str:
    """Return the same with ‖a‖ for sqrt(<a, a>)."""
    return str(_norm_printer.doprint(formula))
