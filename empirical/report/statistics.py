"""Spread over seeds: means with 95% intervals, and rules that decide only where the interval does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Outcome = Literal["supports", "refutes", "inconclusive"]
LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """Mean over n seeds with the ends of its 95% interval (Student's t); with one seed the interval is unbounded."""

    mean: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        """Write mean and interval with three decimals; "none yet" where there is no value."""
        if not self.n:
            return "none yet"
        return f"{self.mean:z.3f} [{self.low:z.3f}, {self.high:z.3f}], n = {self.n}" if self.n > 1 else f"{self.mean:z.3f}, n = 1"


def interval(values: Sequence[float]) -> Interval:
    """Return mean and 95% interval of one value a seed; raise ValueError for none or for values that are not finite."""
    array = np.asarray(values, dtype=float)
    if array.ndim != 1 or not len(array) or not np.all(np.isfinite(array)):
        raise ValueError(f"an interval needs at least one finite value a seed, got {array.tolist()}; drop failed runs and say so")
    mean = float(array.mean())
    if len(array) == 1:
        return Interval(mean, -np.inf, np.inf, 1)
    from scipy import stats  # it takes half a second to load, and most commands do without it

    half = float(stats.t.ppf((1 + LEVEL) / 2, len(array) - 1) * array.std(ddof=1) / np.sqrt(len(array)))
    return Interval(mean, mean - half, mean + half, len(array))


def finite(values: Sequence[float]) -> list[float]:
    """Return the values that are numbers: of a sweep under way some are missing."""
    return [value for value in values if np.isfinite(value)]


def exceeds(differences: Sequence[float], threshold: float, seeds: int) -> Outcome:
    """Decide whether the mean of paired differences exceeds a threshold: only where the whole interval lies on one side.

    Fewer than `seeds` values are never enough; a missing value (NaN) does not count.
    """
    there = finite(differences)
    if len(there) < max(1, seeds):
        return "inconclusive"
    estimate = interval(there)
    if estimate.low > threshold:
        return "supports"
    return "refutes" if estimate.high < threshold else "inconclusive"


def within(differences: Sequence[float], margin: float, seeds: int) -> Outcome:
    """Decide whether the mean of paired differences lies within +-margin: equivalence by the interval, not by a large p-value."""
    there = finite(differences)
    if len(there) < max(1, seeds):
        return "inconclusive"
    estimate = interval(there)
    if -margin < estimate.low and estimate.high < margin:
        return "supports"
    return "refutes" if estimate.low > margin or estimate.high < -margin else "inconclusive"


def all_of(outcomes: Sequence[Outcome]) -> Outcome:
    """Return `supports` if all do, `refutes` if any does, else `inconclusive`; raise ValueError for none."""
    if not outcomes:
        raise ValueError("a rule must decide at least one thing, got none")
    if "refutes" in outcomes:
        return "refutes"
    return "supports" if all(outcome == "supports" for outcome in outcomes) else "inconclusive"
