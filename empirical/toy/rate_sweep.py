"""The arms that the experiments on the learning rate share: the paper's three rates, and larger ones until descent stops improving."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from empirical.report.arm_key import ArmKey
from empirical.report.results import values
from empirical.report.sweep_results import SweepResults
from empirical.toy.sweep import INFERRED, PRINTED, Arm, Arms, both_flips

RADII = (0.0, 0.06, 0.12, 0.18)
PAPER = (0.001, 0.01, 0.1)
"""Rates of Figure 11, the first two for 1000 steps, the last for 200."""
BEYOND = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
RATES = (*PAPER, *BEYOND)


def _on_grid(arm: Arm, rates: tuple[float, ...]) -> Arm:
    """Return the arm for every pair of a radius and one of the rates."""
    return replace(arm, rhos=RADII * len(rates), rates=tuple(rate for rate in rates for _ in RADII))


def _arms(setting: str, base: Arm) -> Arms:
    slow, fast = (
        replace(_on_grid(base, PAPER[:2]), steps=1000, dtype="float64"),
        replace(_on_grid(base, RATES[2:]), steps=200, dtype="float64"),
    )
    return both_flips(ArmKey(f"{setting}, slow"), slow) | both_flips(ArmKey(f"{setting}, fast"), fast)


ARMS = (
    _arms("inferred", Arm(INFERRED))
    | both_flips(ArmKey("printed, fast"), _on_grid(Arm(PRINTED, steps=200), RATES[2:]))
    # the first step from the origin is along the mean classifier X^T t
    | both_flips(ArmKey("inferred, mean classifier"), Arm(replace(INFERRED, init=0.0), rhos=(0.0,), steps=10))
)


def of_rate(rate: float, flips: str) -> tuple[ArmKey, list[int]]:
    """Return the arm in the inferred setting that has one of RATES, and the columns of this rate, one for each of RADII."""
    part, rates = ("slow", PAPER[:2]) if rate in PAPER[:2] else ("fast", RATES[2:])
    first = rates.index(rate) * len(RADII)
    return ArmKey(f"inferred, {part}", flips=flips), list(range(first, first + len(RADII)))


def peaks(results: SweepResults, flips: str) -> np.ndarray:
    """Return best test accuracies in the inferred setting, (seeds, rates, radii), in the order of RATES and RADII."""
    slow_and_fast = [values(results, ArmKey(f"inferred, {part}", flips=flips), "peak") for part in ("slow", "fast")]
    joined = np.concatenate(slow_and_fast, axis=1)
    return joined.reshape(len(joined), len(RATES), len(RADII))
