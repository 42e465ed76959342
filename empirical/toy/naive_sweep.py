"""The arms of all experiments on naive SAM: gradient descent, 1-SAM and n-SAM side by side, from random weights and from the origin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from empirical.report.arm_key import ArmKey
from empirical.report.results import values
from empirical.report.sweep_results import SweepResults
from empirical.toy.sweep import INFERRED, PRINTED, Arm, Arms, both_flips
from empirical.toy.training import Curves

STEPS = 2000  # Figure 6 shows as many
PER_EXAMPLE = (0.0, 0.06, 0.12, 0.18)
"""Radii of 1-SAM; the first column is gradient descent."""
NAIVE = (0.03, 0.06, 0.12, 0.18, 1.0, 10.0, 100.0, 100_000.0)
"""Radii of n-SAM: the radii of 1-SAM, and larger radii up to the paper's."""
STARTS = {"random": 1.0, "origin": 0.0}
EARLY, LATE = 20, 200  # the first couple of steps, and the end of training


# A huge radius lets the sign of a rounding error choose which points a step moves, so n-SAM is trained in float64.
def _pair(setting: str, arm: Arm) -> Arms:
    per_example = both_flips(ArmKey(setting, "1-SAM"), replace(arm, rhos=PER_EXAMPLE))
    return per_example | both_flips(ArmKey(setting, "n-SAM"), replace(arm, rhos=NAIVE, method="n-sam", dtype="float64"))


ARMS = {
    key: arm
    for start, init in STARTS.items()
    for key, arm in _pair(f"inferred, {start}", Arm(replace(INFERRED, init=init), steps=STEPS)).items()
} | _pair("printed, random", Arm(PRINTED, steps=200))


def keep(measured: Curves) -> dict[str, np.ndarray]:
    """Keep best, early and late accuracy, and the Hessian trace at the last measurement."""
    return {
        "peak": measured.accuracy.max(0),
        "peak_step": measured.accuracy.argmax(0),
        "sampled_peak": measured.sampled.max(0),
        "last": measured.accuracy[-1],
        "early": measured.accuracy[1 : EARLY + 1].mean(0),
        "late": measured.accuracy[-LATE:].mean(0),
        "trace": measured.trace[-1],
    }


def naive_gain(results: SweepResults, setting: str, flips: str, rho: float) -> np.ndarray:
    """Return how much the best accuracy of n-SAM with a radius exceeds gradient descent's, (seeds,)."""
    naive = values(results, ArmKey(setting, "n-SAM", flips), "peak")[:, NAIVE.index(rho)]
    return naive - values(results, ArmKey(setting, "1-SAM", flips), "peak")[:, 0]


def gain(results: SweepResults, setting: str, flips: str) -> np.ndarray:
    """Return how much the best accuracy of 1-SAM with the largest radius exceeds gradient descent's, (seeds,)."""
    peaks = values(results, ArmKey(setting, "1-SAM", flips), "peak")
    return peaks[:, -1] - peaks[:, 0]
