"""Networks on real images from --data at the settings of Appendix A.2, and the values that rules compare.

Each model and method is a run folder (`run_folder.py`) under `<out>/runs`, so that a sweep of hours may be killed and goes on, and
experiments share what they have in common. Seeds differ in split, noise, initial weights and order, and are the same for all methods.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from empirical.data.images import DataError, Images, Pixels, noisy
from empirical.data.source import load
from empirical.digits_kept import reduce
from empirical.experiment import Cost, Profile, Results, Setup
from empirical.results import band, rounded
from empirical.run_folder import name_of, run
from empirical.training import Settings
from theory.haste import HASTE

SHARE, BATCH, RATE, DECAY = 0.3, 128, 0.01, 5e-4
RHOS = (0.01, 0.02, 0.04)
"""Appendix A.2 has 0.01; at 0.1 1-SAM of the 2NN no longer learns (seen on seed 0, which decides nothing)."""
FIRST = 1  # seed
MODELS = {"DLN": "dln", "2NN": "2nn"}
METHODS = {"SGD": ("sgd", RHOS[:1]), "L-SAM": ("l-sam", RHOS), "J-SAM": ("j-sam", RHOS), "1-SAM": ("1-sam", RHOS)}
DRAWN = ("test_accuracy", "clean_accuracy", "noisy_accuracy")


@dataclass(frozen=True)
class Size:
    """How much of the data is used, for how long, at what width; None takes all, or the model's own width.

    `seconds` is what an epoch of one network takes two cores, to plan with.
    """

    train: int | None
    held_out: int
    test: int | None
    epochs: int
    seconds: float
    width: int | None = None


SIZES: dict[Profile, Size] = {
    "smoke": Size(128, 32, 64, 4, 0.1, width=8),
    "pocket": Size(5000, 1000, 2000, 30, 1.0),
    "paper": Size(None, 5000, None, 200, 10.0),
}


def cost(seeds: int) -> Any:
    """Return a function that says what a sweep costs, or that it cannot run and why."""

    def of(setup: Setup) -> Cost:
        if setup.profile not in SIZES:
            return Cost(0.0, 0.0, missing="it takes --profile pocket (reduced) or paper, and images with --data")
        if setup.data is None:
            return Cost(0.0, 0.0, missing="no images: give a folder with --data")
        size, networks = SIZES[setup.profile], len(MODELS) * sum(len(rhos) for _, rhos in METHODS.values())
        return Cost(seconds=60.0 + size.seconds * size.epochs * networks * (setup.seeds or seeds), memory_mib=2500.0)

    return of


@lru_cache(maxsize=1)
def pixels(data: Path) -> Pixels:
    """Return the images of a folder; experiments share them."""
    return load(data)


def images(data: Path, size: Size, seed: int) -> Images:
    """Return the images of one seed. The test images are every so many of them, which takes all classes alike."""
    every = pixels(data)
    if size.test is not None:
        stride = max(1, len(every.test[1]) // size.test)
        every = every._replace(test=(every.test[0][::stride], every.test[1][::stride]))
    return noisy(every, seed, SHARE, size.held_out, size.train)


def settings(model: str, method: str, seeds: Sequence[int], size: Size) -> Settings:
    """Return what one run trains: all radii and seeds of one model and method."""
    name, rhos = METHODS[method]
    batch = BATCH if size.train is None else min(BATCH, size.train)
    at = Settings(model=MODELS[model], method=name, rhos=rhos, rates=(RATE,), decay=DECAY, seeds=tuple(seeds), batch=batch)
    return replace(at, epochs=size.epochs, width=size.width)


def sweep(name: str, methods: Sequence[str], setup: Setup, seeds: int) -> Results:
    """Train every model by every method for all seeds and return {"seeds", "short", "data", "arms": {"model, method": ...}}."""
    if setup.data is None:
        raise DataError(f"{name} needs images, got none; give their folder with --data")
    size, smoke = SIZES[setup.profile], setup.profile == "smoke"
    count = setup.seeds or (2 if smoke else seeds)
    setup.progress(f"{name}: reading images", 0.0)
    each = range(FIRST, FIRST + count)
    data = [images(setup.data, size, seed) for seed in each]
    arms = [(model, method) for method in methods for model in MODELS]
    found: dict[str, Any] = {}
    for place, (model, method) in enumerate(arms):
        at, what = settings(model, method, each, size), f"{name}: {model}, {method}"

        def tell(epoch: int, _: Any, before: int = place, what: str = what) -> None:
            setup.progress(what, (before + epoch / size.epochs) / len(arms))

        setup.progress(what, place / len(arms))
        folder = setup.out / "runs" / name_of(at, data)
        kept = run(folder, at, data, command=name, tell=tell, compiler=HASTE if smoke else None)
        found[f"{model}, {method}"] = _gather(method, size, kept.metrics)
    return {
        "seeds": list(each),
        "short": "profile smoke" if smoke else "",
        "data": [one.fingerprint for one in data],
        "arms": found,
    }


def _gather(method: str, size: Size, metrics: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Return what is kept of metrics (epochs, seeds, columns)."""
    name, rhos = METHODS[method]
    setting = {"method": name, "rhos": list(rhos), "rate": RATE, "decay": DECAY, "batch": BATCH, "share": SHARE, "epochs": size.epochs}
    setting |= {"train": size.train or "all", "held_out": size.held_out, "test": size.test or "all"}
    found = {key: values.astype(float) for key, values in metrics.items()}
    drawn = {key: band(found[key].swapaxes(0, 1), np.arange(1, size.epochs + 1)) for key in DRAWN}
    kept = {key: rounded(value) for key, value in reduce(found).items() if not key.endswith(("_at", "_gap"))}
    return {"setting": setting, "values": kept, "curves": drawn}
