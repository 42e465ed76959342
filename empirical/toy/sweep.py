"""Sweeps over seeds on the toy data: arms with their settings, and the values of each seed that rules compare.

An arm is one setting trained for a grid of radii and rates. Results hold every seed's values and, for pictures, the mean curve over seeds
with its 95% interval. Seeds are the same in all arms, so that every comparison is paired; a statement found by looking at
results is decided on an arm with fresh seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from empirical.data import orthogonal
from empirical.data.toy import Toy, draw
from empirical.report.arm_key import ArmKey
from empirical.report.experiment import Setup
from empirical.report.results import band, rounded
from empirical.report.sweep_results import ArmResults, Curve, SweepResults
from empirical.toy.training import Curves, LinearMethod, train
from reports.provenance import cores

RHOS = (0.0, 0.03, 0.06, 0.09, 0.12, 0.15, 0.18)
"""The grid of Figure 3: the paper names its ends, and Figure 10 its first step."""
RATE = 0.01
PRINTED = Toy(noise="printed", flips="chance")
INFERRED = Toy(noise="unit", flips="chance")
SMOKE_STEPS, SMOKE_SIZE = 20, 60
FRESH = 2_000_000  # where fresh seeds begin; those from a million on were looked at
# Seconds of one core per step of one arm and seed: a constant for each column, and one for each number of the matrices read.
PER_COLUMN, PER_ENTRY = 2.0e-5, 0.8e-9


@dataclass(frozen=True)
class Arm:
    """One setting of data and weights, trained with full batches by one method for pairs of radius and learning rate.

    every     steps between two measurements of all but the test accuracy
    dtype     float32 takes half the time and moves a best accuracy by less than 1e-5 (tests/empirical/toy/test_training.py)
    fresh     train on seeds that no other arm sees
    geometry  None for Gaussian noise as in Eq. 3.1, else how the assumptions of `early-stopping` are kept or broken
    """

    toy: Toy
    rhos: tuple[float, ...] = RHOS
    rates: tuple[float, ...] = (RATE,)
    steps: int = 1000
    method: LinearMethod = "1-sam"
    every: int = 10
    dtype: Literal["float64", "float32"] = "float32"
    geometry: orthogonal.Geometry | None = None
    fresh: bool = False

    def seconds(self) -> float:
        """Return the estimated seconds of one core for one seed."""
        n, d = self.toy.n, self.toy.d
        products = (n * min(n, 2 * d)) * (2 if self.method == "n-sam" else 1) * (0.5 if self.dtype == "float32" else 1)
        return self.steps * (PER_COLUMN * self.columns * n / 500 + PER_ENTRY * products) + 3e-7 * n * d

    @property
    def columns(self) -> int:
        """The number of models trained side by side."""
        return max(len(self.rhos), len(self.rates))

    @property
    def program(self) -> tuple[Any, ...]:
        """The settings that the compiled program depends on: arms that agree in them share a program."""
        return self.toy.n, self.toy.d, self.columns, self.steps, self.every, self.method, self.dtype


Arms = dict[ArmKey, Arm]


def both_flips(key: ArmKey, arm: Arm) -> Arms:
    """Return an arm with flips by chance, as Eq. 3.1 prints them, and the same arm with an exact share of flips."""
    return {key._replace(flips=flips): replace(arm, toy=replace(arm.toy, flips=flips)) for flips in ("chance", "exact")}


@lru_cache(maxsize=1500)
def curves(arm: Arm, seed: int) -> Curves:
    """Return the curves of one arm for one seed; experiments that share an arm share its curves."""
    seed += FRESH if arm.fresh else 0
    sample = draw(arm.toy, seed) if arm.geometry is None else orthogonal.draw(arm.toy, seed, arm.geometry)
    return train(arm.toy, sample, np.array(arm.rhos), np.array(arm.rates), arm.steps, arm.method, arm.every, arm.dtype)


Summarise = Callable[[Curves], Mapping[str, np.ndarray]]
Draws = Mapping[str, Callable[[Curves], np.ndarray]]
"""{name of a curve: Curves -> (points, R)}."""


def accuracy(measured: Curves) -> dict[str, np.ndarray]:
    """Return, for each column, the peak of the test accuracy, its step, the last accuracy, and the peak on the sampled test points."""
    return {
        "peak": measured.accuracy.max(0),
        "peak_step": measured.accuracy.argmax(0),
        "last": measured.accuracy[-1],
        "sampled_peak": measured.sampled.max(0),
    }


def sweep(name: str, arms: Arms, setup: Setup, seeds: int, summarise: Summarise = accuracy, draws: Draws | None = None) -> SweepResults:
    """Train every arm for all seeds, one thread a core, and return their results: the statistics of `summarise`, and the curves of `draws`.

    `short` says why the run is no full one: the profile `smoke` takes 20 steps of a small setting, which shows that everything works and
    nothing else.
    """
    count = seeds if setup.seeds is None else setup.seeds
    short = ""
    if setup.profile == "smoke":
        count, short = setup.seeds or 2, f"profile smoke: {SMOKE_STEPS} steps of at most {SMOKE_SIZE} points"
        arms = {key: _small(arm) for key, arm in arms.items()}
    draws = draws or {}
    trained: dict[tuple[ArmKey, int], Any] = {}
    total, done = sum(arm.seconds() for arm in arms.values()) * count, 0.0
    alike: dict[tuple[Any, ...], list[tuple[ArmKey, int]]] = {}
    for key, arm in arms.items():
        alike.setdefault(arm.program, []).extend((key, seed) for seed in range(count))
    with ThreadPoolExecutor(cores()) as pool:
        try:
            # The first job of each program compiles it, and the others wait for that, lest it be compiled twice.
            jobs = {pool.submit(_train_seed, arms[key], seed, summarise, draws): (key, seed) for (key, seed), *_ in alike.values()}
            while jobs:
                for job in wait(jobs, return_when=FIRST_COMPLETED).done:
                    key, seed = jobs.pop(job)
                    trained[key, seed] = job.result()
                    done += arms[key].seconds()
                    setup.progress(f"{name}: {key.written}", done / total)
                    for waiting, its in alike.pop(arms[key].program, [])[1:]:
                        jobs[pool.submit(_train_seed, arms[waiting], its, summarise, draws)] = (waiting, its)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    gathered = {key: _gather(arm, [trained[key, seed] for seed in range(count)]) for key, arm in arms.items()}
    return SweepResults(seeds=list(range(count)), short=short, arms=gathered)


def _small(arm: Arm) -> Arm:
    toy = replace(arm.toy, n=min(arm.toy.n, SMOKE_SIZE), d=min(arm.toy.d, SMOKE_SIZE + 10))
    return replace(arm, toy=toy, steps=SMOKE_STEPS, every=10)


def _train_seed(arm: Arm, seed: int, summarise: Summarise, draws: Draws) -> tuple[Mapping[str, np.ndarray], dict[str, np.ndarray]]:
    measured = curves(arm, seed)
    return summarise(measured), {key: curve(measured) for key, curve in draws.items()}


def _gather(arm: Arm, trained: Sequence[tuple[Mapping[str, np.ndarray], dict[str, np.ndarray]]]) -> ArmResults:
    setting = {**asdict(arm.toy), "rhos": list(arm.rhos), "rates": list(arm.rates), "steps": arm.steps, "method": arm.method}
    if arm.geometry is not None:
        setting["geometry"] = arm.geometry
    values = {key: [rounded(summary[key]) for summary, _ in trained] for key in trained[0][0]}
    drawn = {key: _band(arm, np.array([of_seed[key] for _, of_seed in trained])) for key in trained[0][1]}
    return ArmResults(setting=setting, values=values, curves=drawn)


def _band(arm: Arm, values: np.ndarray) -> Curve:
    """Return mean and 95% interval over seeds of curves (seeds, points, R), at no more than 200 points."""
    values = values[:, :: max(1, values.shape[1] // 200)]
    return band(values, np.linspace(0, arm.steps, values.shape[1], endpoint=False))
