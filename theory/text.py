"""Write formulas as text, each part of a tree once: the near misses of a formula are thousands and share nearly all of it."""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp
from sympy.printing.str import StrPrinter


class _Printer(StrPrinter):
    """SymPy's printer with a memory; to find out where a matrix product needs parentheses, SymPy multiplies it out each time."""

    def __init__(self) -> None:
        super().__init__()
        self._print = cache(self._print)
        self.parenthesize: Any = cache(self.parenthesize)


_printer = _Printer()


def text(formula: sp.Basic) -> str:
    """Return what str(formula) returns."""
    return str(_printer.doprint(formula))
