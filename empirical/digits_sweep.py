"""Sweeps on scikit-learn's digits with 30% wrong labels: small stand-ins for the paper's networks, and the values that rules compare.

An arm is a model trained by one method for a grid of radii; all its seeds and radii are one program. Seeds differ in split, noise, initial
weights and order, and are the same in all arms, so that every comparison is paired. Radii are chosen on held-out points with noisy
labels, never on the test points.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from empirical.data.digits import digits
from empirical.experiment import Results, Setup
from empirical.results import band, rounded, values
from empirical.training import Settings, Trainer
from theory.haste import HASTE
from theory.provenance import cores

SEEDS = 10
MODELS = {"DLN": "dln", "2NN": "2nn"}
SHARE, TRAIN, HELD_OUT, CLASSES = 0.3, 1024, 256, 10
BATCH = 128
RHOS = (0.02, 0.05, 0.1, 0.2, 0.4)
"""Up to radii at which 1-SAM no longer learns; grid, rate and epochs were set on the seeds 100 to 102, which decide nothing."""
QUARTERS = 4
SMOKE_EPOCHS, SMOKE_WIDTH, SMOKE_POINTS = 4, 8, 128
CURVES = ("test_accuracy", "clean_accuracy", "noisy_accuracy", "clean_scale_ratio", "noisy_scale_ratio")
Choice = Literal["same", "own"]


@dataclass(frozen=True)
class Arm:
    """One model and method for a grid of radii; `shard` is for m-SAM. The radius of SGD is that of its probes alone."""

    model: str
    method: str
    shard: int | None = None
    rhos: tuple[float, ...] = RHOS
    rate: float = 0.5
    width: int = 100
    epochs: int = 60
    train: int = TRAIN

    def settings(self, seeds: Iterable[int]) -> Settings:
        """Return what the trainer takes."""
        return Settings(
            model=self.model,
            width=self.width,
            method=self.method,
            shard=self.shard,
            seeds=tuple(seeds),
            rhos=self.rhos,
            rates=(self.rate,),
            batch=min(BATCH, self.train),
            epochs=self.epochs,
        )


METHODS = {
    "SGD": Arm("", "sgd", rhos=RHOS[2:3]),
    "1-SAM": Arm("", "1-sam"),
    "L-SAM": Arm("", "l-sam"),
    "J-SAM": Arm("", "j-sam"),
    "n-SAM": Arm("", "n-sam"),
    "shards of 32": Arm("", "m-sam", 32),
    "shards of 8": Arm("", "m-sam", 8),
}


def arms(*methods: str) -> dict[str, Arm]:
    """Return {"model, method": arm} of both models."""
    return {f"{model}, {method}": replace(METHODS[method], model=known) for model, known in MODELS.items() for method in methods}


@lru_cache(maxsize=64)
def curves(arm: Arm, seeds: int, hasty: bool = False) -> dict[str, np.ndarray]:
    """Return every probe after each epoch, (epochs, seeds, columns); experiments that share an arm share its curves."""
    images = [digits(seed, SHARE, arm.train, HELD_OUT) for seed in range(seeds)]
    trainer = Trainer(arm.settings(range(seeds)), images, HASTE if hasty else None)
    state, kept = trainer.start(), []
    for epoch in range(arm.epochs):
        state, found = trainer.advance(state, epoch)
        kept.append(found)
    return {name: np.array([found[name] for found in kept], float) for name in kept[0]}


def reduce(found: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return what is kept of each network, (seeds, columns), and of the gap of ratios also each quarter, (seeds, columns, 4).

    peak, peak_epoch, last   the best test accuracy, its epoch (from 1), and the test accuracy after the last epoch
    held_out                 the best accuracy on held-out points with noisy labels, on which a radius is chosen
    before_noise             the best clean training accuracy of the epochs in which noisy points are fitted no better than by chance;
                             chance itself where there is no such epoch
    scale_gap                the mean ratio of logit scales of clean points less that of noisy ones, in each quarter of the epochs
    """
    chance = 1 / CLASSES
    gap = found["clean_scale_ratio"] - found["noisy_scale_ratio"]
    return {
        "peak": found["test_accuracy"].max(0),
        "peak_epoch": found["test_accuracy"].argmax(0) + 1,
        "last": found["test_accuracy"][-1],
        "held_out": found["holdout_accuracy"].max(0),
        "before_noise": np.where(found["noisy_accuracy"] <= chance, found["clean_accuracy"], chance).max(0),
        "scale_gap": np.stack([part.mean(0) for part in np.array_split(gap, QUARTERS)], axis=-1),
    }


def sweep(name: str, chosen: Mapping[str, Arm], setup: Setup) -> Results:
    """Train arms for all seeds, one a core, and return {"seeds", "short", "arms": {name: {"setting", "values", "curves"}}}.

    "values" holds what `reduce` keeps, [seed][column], "curves" {name: {"steps", "mean", "low", "high"}} for each column. `short` says why
    the run is no full one: the profile `smoke` trains a few epochs of a tiny network, which shows that everything works and nothing else.
    """
    count, short = SEEDS if setup.seeds is None else setup.seeds, ""
    if setup.profile == "smoke":
        count, short = setup.seeds or 2, f"profile smoke: {SMOKE_EPOCHS} epochs of width {SMOKE_WIDTH} on {SMOKE_POINTS} points"
        chosen = {key: replace(arm, epochs=SMOKE_EPOCHS, width=SMOKE_WIDTH, train=SMOKE_POINTS) for key, arm in chosen.items()}
    found: dict[str, Any] = {}
    with ThreadPoolExecutor(cores()) as pool:
        try:
            jobs = {pool.submit(curves, arm, count, bool(short)): key for key, arm in chosen.items()}
            for job in as_completed(jobs):
                key = jobs[job]
                found[key] = _gather(chosen[key], job.result())
                setup.progress(f"{name}: {key}", len(found) / len(chosen))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return {"seeds": list(range(count)), "short": short, "arms": {key: found[key] for key in chosen}}


def _gather(arm: Arm, found: Mapping[str, np.ndarray]) -> dict[str, Any]:
    setting = {key: value for key, value in asdict(arm).items() if value is not None}
    setting |= {"rhos": list(arm.rhos), "batch": min(BATCH, arm.train), "share": SHARE, "held_out": HELD_OUT}
    epochs = np.arange(1, arm.epochs + 1)
    kept = {key: rounded(value) for key, value in reduce(found).items()}
    return {"setting": setting, "values": kept, "curves": {key: band(found[key].swapaxes(0, 1), epochs) for key in CURVES}}


def own_column(results: Results, arm: str) -> int:
    """Return the column of an arm whose held-out accuracy, mean over seeds, is best."""
    return int(values(results, arm, "held_out").mean(0).argmax())


def column(results: Results, model: str, method: str, choice: Choice) -> int:
    """Return the column compared: that of 1-SAM's best radius ("same") or of the method's own; SGD has only one."""
    if method == "SGD":
        return 0
    return own_column(results, f"{model}, {'1-SAM' if choice == 'same' else method}")


def at(results: Results, model: str, method: str, stat: str, choice: Choice = "same") -> np.ndarray:
    """Return a statistic of a method at the chosen radius, (seeds, ...)."""
    return values(results, f"{model}, {method}", stat)[:, column(results, model, method, choice)]


def radius(results: Results, model: str, method: str, choice: Choice = "same") -> float:
    """Return the radius that `at` compares."""
    return results["arms"][f"{model}, {method}"]["setting"]["rhos"][column(results, model, method, choice)]
