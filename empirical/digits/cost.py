"""The cost of a sweep on digits: programs to compile, and networks to train."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from empirical.digits.program import CORNERS
from empirical.digits.sweep import SEEDS, Arm, Arms
from empirical.report.experiment import Cost, Setup
from reports.provenance import cores

COMPILE = 8.0
"""Seconds of one core to compile a program."""
EXAMPLE = {(None, False): 1.5e-8, (1, False): 1.5e-8, (8, False): 1.0e-7, (32, False): 7.0e-8, (None, True): 1.5e-8}
"""Seconds of one core to train one point for one epoch, for each unit of width: {(an arm's `shard`, whether it has a penalty): seconds}."""
BASE_WIDTH = 20
"""Units of width that take as long as the part of an epoch that no width changes."""
PROBE, PROBE_ALL = 1.0e-3, 3.0e-3
"""Seconds of one core for the probes after an epoch: of the accuracies alone, and of every probe."""


def cost(arms: Arms, seeds: int = SEEDS) -> Callable[[Setup], Cost]:
    """Return the cost of a sweep; its parts are programs to compile and networks to train, which experiments share."""

    def of(setup: Setup) -> Cost:
        if setup.profile == "smoke":
            return Cost(seconds=1.0 + 3.0 * len(arms), memory_mib=700.0)
        count, parts = seeds if setup.seeds is None else setup.seeds, {}
        for arm in arms.values():
            parts[f"compile {_program(arm)}"] = COMPILE / cores()
            parts |= {f"train {arm} with seed {seed}": _seconds(arm) / cores() for seed in range(count)}
        return Cost(seconds=sum(parts.values()), memory_mib=900.0, parts=parts)

    return of


def _program(arm: Arm) -> Arm:
    """Return one arm that stands for all arms of the same compiled program."""
    return replace(arm, method="sgd" if arm.method in CORNERS else arm.method, rhos=(), gammas=(), rate=0.0)


def _seconds(arm: Arm) -> float:
    """Return the estimated seconds of one core for one seed of an arm: steps over all points, and probes."""
    steps = EXAMPLE[arm.shard, arm.method == "penalty"] * arm.train * (BASE_WIDTH + arm.width)
    return arm.columns * arm.epochs * (steps + (PROBE_ALL if arm.whole else PROBE))
