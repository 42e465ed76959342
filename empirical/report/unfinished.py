"""The error of a sweep over networks that are not all trained; it carries the results of those that are far enough."""

from __future__ import annotations

import math
from collections.abc import Sequence

from empirical.report.sweep_results import SweepResults


class UnfinishedError(RuntimeError):
    """An experiment with untrained networks: how many are trained, how many epochs are done, and a line for each network that failed.

    `results` hold the networks that are far enough, None where there are none. `refused` has a line for each network that cannot be trained
    before its call or a file is mended.
    """

    def __init__(
        self,
        networks: tuple[int, int],
        epochs: tuple[float, int],
        failures: Sequence[str],
        results: SweepResults | None = None,
        refused: Sequence[str] = (),
    ) -> None:
        super().__init__(f"{networks[0]} of {networks[1]} networks trained, {_about(epochs[0])} of {epochs[1]} epochs")
        self.failures = list(failures)
        self.refused = list(refused)
        self.results = results


def _about(count: float) -> str:
    """Return a number of epochs with at most two digits after the point, rounded down: the number never says more than was done."""
    return f"{math.floor(100 * count + 1e-6) / 100:g}" if count >= 0.01 or count == 0 else "less than 0.01"
