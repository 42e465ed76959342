"""The numbers that a rule compares: a name for the sentence, and how they are read from results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from empirical.report.sweep_results import SweepResults

Read = Callable[[SweepResults, str], np.ndarray]
"""(results, case) -> one value a seed, (seeds,), or several, (seeds, ...)."""


@dataclass(frozen=True)
class Term:
    """One side of a comparison. `name` stands in the sentence; `read` returns values in which NaN means that a seed has none."""

    name: str
    read: Read

    def columns(self, results: SweepResults, case: str) -> np.ndarray:
        """Return the values, (seeds, columns)."""
        numbers = np.asarray(self.read(results, case), float)
        return numbers.reshape(len(numbers), -1)


FRACTIONS = {1 / 2: "half of", 1 / 3: "a third of"}
"""Factors that have a word."""


def times(factor: float, term: Term) -> Term:
    """Return a multiple of a term."""
    words = FRACTIONS.get(factor, f"{factor:g} times")
    return Term(f"{words} {term.name}", lambda results, case: factor * term.read(results, case))


def number(value: float) -> Term:
    """Return a bound as a term."""
    return Term(f"{value:g}", lambda results, _: np.full(len(results.seeds), value))
