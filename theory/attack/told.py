"""A point at which a statement fails, as its readers need it.

Variables that only helped to draw the point are left out, and numbers that the statement defines from it are added: with f = (1, -2)
the norm C that bounds it is told, and how the logits were posed is not.
"""

from __future__ import annotations

from collections.abc import Collection

import mpmath
import numpy as np
import sympy as sp
from sympy.core.alphabets import greeks

from theory.attack.comparison import Comparison
from theory.attack.search import describe
from theory.attack.sides import NEXT, Side, Sizes
from theory.domain import Point


def told(point: Point, sizes: Sizes, comparison: Comparison, variables: Collection[str]) -> dict[str, str]:
    """Return a point as text; `variables` are the names of those that the statement speaks of."""
    spoken = {name: value for name, value in point.items() if name.removesuffix(NEXT) in variables}
    return describe(spoken, sizes) | {
        symbol.name: value
        for symbol in comparison.atoms
        if _is_letter(symbol.name) and symbol.name not in point and (value := _number(symbol, comparison, point, sizes))
    }


def _is_letter(name: str) -> bool:
    """Whether a name is a letter with at most an index, as formulas are written; other names are those of the code."""
    letter, _, index = name.partition("_")
    return (len(letter) == 1 or letter in greeks) and len(index) <= 1


def _number(symbol: sp.Symbol, comparison: Comparison, point: Point, sizes: Sizes) -> str:
    """Return a defined number as text, "" where it is none: an array, or undefined at this point."""
    try:
        value = Side(symbol, comparison.atoms).exact(point, sizes)
    except (ZeroDivisionError, ValueError, OverflowError):
        return ""
    if np.size(value) != 1 or not mpmath.isfinite(value.item()):
        return ""
    return mpmath.nstr(value.item(), 12).removesuffix(".0")
