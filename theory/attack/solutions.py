"""Is a drawn point on the solution that a hypothesis speaks of? The differential equation is solved once more, at all points of a batch."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import sympy as sp

from theory.attack.sides import Compiler, Side, Sizes
from theory.domain import Batch
from theory.kernel.normal_form import explicit, normal
from theory.kernel.terms import Solution

STEPS = 128  # of the Runge-Kutta rule of fourth order
APART = 1e-6  # share of the value by which a program that takes steps may miss it


def misses(h: Solution, atoms: Mapping[Any, Any], batch: Batch, sizes: Sizes, compiler: Compiler) -> np.ndarray:
    """Tell at which points of a batch the solution has another value than the hypothesis says, or none, shape (N,)."""
    variables, slope = _program(h)

    def number(term: Any) -> np.ndarray:
        return Side(term, atoms).float64(batch, sizes, compiler)[0][:, 0, 0]

    fixed = [number(v) for v in variables]
    end, value = number(h.at), number(h.value)
    y, step = np.zeros(len(end)), end / STEPS
    with np.errstate(all="ignore"):
        for k in range(STEPS):
            first = slope(step * k, y, *fixed)
            second = slope(step * (k + 0.5), y + step / 2 * first, *fixed)
            third = slope(step * (k + 0.5), y + step / 2 * second, *fixed)
            fourth = slope(step * (k + 1), y + step * third, *fixed)
            y = y + step / 6 * (first + 2 * second + 2 * third + fourth)
        return ~((end >= 0) & (np.abs(y - value) <= APART * np.abs(y)))


@cache
def _program(h: Solution) -> tuple[list[Any], Any]:
    """Return the variables of dy/ds, and dy/ds as a program that takes s, y and them."""
    slope = normal(explicit(h.slope))
    variables = sorted(slope.free_symbols - {h.s, h.y}, key=str)
    return variables, sp.lambdify([h.s, h.y, *variables], slope, "numpy", cse=True)
