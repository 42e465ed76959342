"""The cost of a sweep on the toy data: seconds and memory."""

from __future__ import annotations

from collections.abc import Callable

from empirical.report.experiment import Cost, Setup
from empirical.toy.sweep import Arms
from reports.provenance import cores


def cost(arms: Arms, seeds: int) -> Callable[[Setup], Cost]:
    """Return the cost of a sweep: seconds if no other experiment has trained these arms, and memory beside Python's own."""

    def of(setup: Setup) -> Cost:
        if setup.profile == "smoke":
            return Cost(seconds=2.0 + 0.05 * len(arms), memory_mib=400.0)
        count = seeds if setup.seeds is None else setup.seeds
        seconds = sum(arm.seconds() for arm in arms.values()) * count / cores()
        largest = max(arm.toy.n * (arm.toy.d + min(arm.toy.n, arm.toy.d)) for arm in arms.values())
        return Cost(seconds=3.0 + seconds, memory_mib=round(500 + cores() * largest * 16 / 2**20, 0))

    return of
