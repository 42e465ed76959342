"""Results of a sweep as plain data: what is written of each seed, and how rules and tables read it.

{"seeds", "short", "arms": {name: {"setting", "values": {statistic: [seed][column]}, "curves": {name: {"steps", "mean", "low", "high"}}}}}.
`short` says why a run is no full one; it is empty for one that may decide something.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from empirical.experiment import Results
from empirical.statistics import LEVEL, Interval, Outcome, interval


def rounded(array: np.ndarray) -> Any:
    """Return a list of numbers with eight decimals: as JSON they stay short, and no rule looks closer. What is not finite becomes None."""
    found = np.round(np.asarray(array, float), 8)
    kept = found.astype(object)
    kept[~np.isfinite(found)] = None
    return kept.tolist()


def band(each: np.ndarray, steps: np.ndarray) -> dict[str, Any]:
    """Return mean and 95% interval over seeds of curves (seeds, points, columns), measured at `steps` (points,)."""
    mean, n = each.mean(0), len(each)
    half = stats.t.ppf((1 + LEVEL) / 2, n - 1) * each.std(0, ddof=1) / np.sqrt(n) if n > 1 else np.zeros_like(mean)
    return {"steps": rounded(steps), "mean": rounded(mean), "low": rounded(mean - half), "high": rounded(mean + half)}


def values(results: Results, arm: str, stat: str) -> np.ndarray:
    """Return what was kept of each seed, (seeds, columns); NaN where there was nothing to keep."""
    return np.array(results["arms"][arm]["values"][stat], float)


def networks(results: Results) -> list[str]:
    """Return the networks of arms named "network, method", in order."""
    return list(dict.fromkeys(name.rsplit(", ", 1)[0] for name in results["arms"]))


def places(results: Results, key: str) -> dict[str, float]:
    """Return {network: its setting under a key}, in order: what a figure has on its horizontal axis."""
    return {name.rsplit(", ", 1)[0]: arm["setting"][key] for name, arm in results["arms"].items()}


def rising(results: Results, arm: str, stat: str = "peak") -> np.ndarray:
    """Return paired differences between neighbouring columns, (seeds, columns - 1)."""
    return np.diff(values(results, arm, stat), axis=1)


def mean(column: np.ndarray) -> Interval:
    """Return mean and interval of one value a seed."""
    return interval(column.tolist())


def ruled(results: Results, seeds: int, outcome: Outcome, says: str) -> tuple[Outcome, str]:
    """Return outcome and sentence, inconclusive where the run was cut short or had fewer seeds than the rule asks for."""
    ran = len(results["seeds"])
    if results["short"]:
        return "inconclusive", f"The run was cut short ({results['short']}). {says}"
    if ran < seeds:
        return "inconclusive", f"The rule asks for {seeds} seeds, and {ran} ran. {says}"
    return outcome, says
