"""Sweeps over networks on images: arms trained for all seeds, and the values that rules compare.

Seeds differ in split, noise, initial weights and order, and are the same for all arms, so that every comparison is paired.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from empirical.backend import is_done, reached_by
from empirical.data.images import DataError
from empirical.data.source import layout
from empirical.digits_kept import reduce
from empirical.experiment import Results, Setup, UnfinishedError
from empirical.image_arms import Arm
from empirical.image_data import Wanted
from empirical.image_runs import FIRST, Network, metrics, network, origin, train
from empirical.results import band, rounded
from empirical.settings import Precision

SEEDS = 3
GAPS = (0.1, 0.2, 0.3, 0.4, 0.5)
"""Gaps between clean and noisy training accuracy at which networks are compared: Figure 7 draws them up to 0.65."""
DRAWN = ("test_accuracy", "clean_accuracy", "noisy_accuracy")


def tasks(name: str, chosen: Mapping[str, Arm], setup: Setup) -> dict[str, list[list[Network]]]:
    """Return {arm: [seed][column]} of the networks of a sweep; raise DataError where there are no images."""
    if setup.data is None:
        raise DataError(f"{name} needs images, got none; give their folder with --data")
    data, out = setup.data.absolute(), setup.out.absolute()
    setup.progress(f"{name}: reading images", 0.0)
    command = f"python -m empirical run {name} --profile {setup.profile} --data DIR"
    options = {"command": command, "until": setup.until, "stop": setup.epochs, "hasty": setup.profile == "smoke"}

    def one(arm: Arm, seed: int, column: int) -> Network:
        return network(arm, seed, column, data, out, setup.precision, **options)

    each = range(FIRST, FIRST + count_of(setup))
    return {key: [[one(arm, seed, column) for column in range(arm.columns)] for seed in each] for key, arm in chosen.items()}


def count_of(setup: Setup, seeds: int = SEEDS) -> int:
    """Return how many seeds are run."""
    return setup.seeds or (2 if setup.profile == "smoke" else seeds)


def sweep(name: str, chosen: Mapping[str, Arm], setup: Setup, takes: Wanted, draws: Sequence[str] = DRAWN) -> Results:
    """Train arms for all seeds and return results (`results.py`), where they were trained, on what, and whether that is all of `takes`.

    Raises UnfinishedError where networks failed or time was over before all were trained; what was trained is kept.
    """
    made = tasks(name, chosen, setup)
    every = list({one.name: one for rows in made.values() for row in rows for one in row}.values())
    failures = train(every, setup.backend, setup.out, lambda share: setup.progress(name, share))
    left = [one for one in every if not is_done(one)]
    if left:
        reached = sum(min(reached_by(one), one.epochs) for one in every)
        counts = (len(every) - len(left), len(every)), (reached, sum(one.epochs for one in every))
        raise UnfinishedError(*counts, [str(failure) for failure in failures])
    each = [row[0] for rows in made.values() for row in rows]
    cut = sorted({(one.epochs, one.settings.epochs) for one in every if one.epochs < one.settings.epochs})
    short = "profile smoke" if setup.profile == "smoke" else ", ".join(f"{last} of {all_of_them} epochs" for last, all_of_them in cut)
    classes = each[0].images.classes
    return {
        "seeds": sorted({one.settings.seeds[0] for one in each}),
        "short": short,
        "profile": setup.profile,
        "classes": classes,
        "qualifier": "" if setup.profile == "paper" and not short and takes.whole(each[0].pixels) else "reduced",
        "trained": origin(every),
        "gaps": list(GAPS),
        "data": [layout(each[0].data), *sorted({one.images.fingerprint for one in each})],
        "arms": {key: gather(arm, setup.precision, metrics(made[key]), classes, draws) for key, arm in chosen.items()},
    }


def gather(arm: Arm, precision: Precision, found: Mapping[str, np.ndarray], classes: int, draws: Sequence[str]) -> dict[str, Any]:
    """Return what is kept of an arm's probes (epochs, seeds, columns)."""
    setting = {key: value for key, value in asdict(arm).items() if value not in (None, ()) and key not in {"sample", "chunk"}}
    setting |= {key: "all" if value is None else value for key, value in asdict(arm.sample).items() if (key, value) != ("size", None)}
    setting |= {"rhos": list(arm.rhos)} | ({} if precision == "float32" else {"precision": precision})
    if arm.gammas:
        setting |= {name: list(column) for name, column in zip(("gamma_z", "gamma_v"), zip(*arm.gammas, strict=True), strict=True)}
        del setting["gammas"], setting["rhos"]
    setting["epochs"] = len(found["test_accuracy"])
    drawn = {key: band(found[key].swapaxes(0, 1), np.arange(1, setting["epochs"] + 1)) for key in draws if key in found}
    kept = {key: rounded(value) for key, value in reduce(found, GAPS, classes).items()}
    return {"setting": setting, "values": kept, "curves": drawn}
