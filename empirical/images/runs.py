"""Networks on images: each has its run folder and is a task. Any number of machines may work on them, and a kill costs about a minute.

The folder's name is a hash of settings and data, so experiments that train the same network share it, whoever trained it first.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jax.errors import JaxRuntimeError

from empirical.data.images import DataError, Images, Pixels, noisy
from empirical.data.source import load
from empirical.images.arms import Arm, Sample
from empirical.images.standing import passed
from empirical.jobs.driver import Failure, complete, is_done, reached_by
from empirical.jobs.place import Backend
from empirical.methods.bfloat16 import Precision
from empirical.report.sweep_results import Trained
from empirical.training.run_files import CONFIG
from empirical.training.run_folder import RunError, epochs_in, name_of, read, run, stretches
from empirical.training.settings import Settings
from theory.compile_options import quick_compile

FIRST = 1
"""The first seed; seed 0 was looked at when settings were chosen."""
NEEDED = {"test_accuracy", "clean_accuracy", "noisy_accuracy"}
"""Probes that every result is made from."""
RUNS, PIXELS, PROGRAMS, LOGS = "runs", "pixels", "programs", "logs"
"""Folders under --out: run folders, decoded images, compiled programs, logs of jobs."""


@lru_cache(maxsize=2)
def pixels(data: Path, out: Path, size: int | None = None) -> Pixels:
    """Return all images of a path, decoded once."""
    return load(data, size, cache=out / PIXELS)


def shrunk(images: np.ndarray, by: int) -> np.ndarray:
    """Return uint8 images (n, H, W, C) at a smaller size, each pixel the mean of by * by; raise DataError where `by` does not divide it."""
    if by == 1:
        return images
    n, height, width, channels = images.shape
    if height % by or width % by:
        raise DataError(f"images shrink by a divisor of their size, got {by} for {height} x {width} pixels")
    cut = images.reshape(n, height // by, by, width // by, by, channels)
    return np.round(cut.mean((2, 4), dtype=np.float32)).astype(np.uint8)


@lru_cache(maxsize=4)
def images_of(data: Path, out: Path, sample: Sample, seed: int) -> Images:
    """Return the images of one seed: which are kept and held out, and which labels are wrong."""
    every = pixels(data, out, sample.size)
    test, labels = every.test
    stride = 1 if sample.test is None else max(1, len(labels) // sample.test)
    (train, given), (test, labels) = every.train, (test[::stride], labels[::stride])
    every = every._replace(train=(shrunk(train, sample.shrink), given), test=(shrunk(test, sample.shrink), labels))
    return noisy(every, seed, sample.share, sample.held_out, sample.train)


@dataclass(frozen=True)
class Network:
    """One network to train, and where; it can be pickled, killed at any moment, and called again (`jobs.attempt.Task`).

    With `yields` it is trained until its best is long past (`standing.passed`), and is done then.
    """

    folder: Path
    settings: Settings
    sample: Sample
    data: Path
    out: Path
    command: str
    until: float | None = None
    stop: int | None = None
    compiles_fast: bool = False
    yields: bool = False

    @property
    def name(self) -> str:
        """The name of the run."""
        return self.folder.name

    @property
    def pixels(self) -> Pixels:
        """All images of the data set."""
        return pixels(self.data, self.out, self.sample.size)

    @property
    def images(self) -> Images:
        """What it is trained and tested on."""
        return images_of(self.data, self.out, self.sample, self.settings.seed)

    def __call__(self, tell: Callable[..., None] = lambda *_: None) -> None:
        """Train the remaining epochs; `tell` is called whenever more of them are on disk."""
        if not self.compiles_fast:
            keep_programs(self.out)
        compiler = quick_compile() if self.compiles_fast else None
        ends: dict[str, Any] = {"until": self.until, "stop": self.stop} | ({"aside": passed} if self.yields else {})
        run(self.folder, self.settings, self.images, command=self.command, compiler=compiler, tell=tell, **ends)

    @property
    def epochs(self) -> int:
        """How many epochs the network is to be trained: as many as its settings say, or fewer where it is to stop early."""
        return self.settings.epochs if self.stop is None else min(self.stop, self.settings.epochs)

    def done(self) -> bool:
        """Whether every epoch that is wanted has been trained, or the network yields and is set aside."""
        return self.progress() >= self.epochs or (self.yields and set_aside(self))

    def progress(self) -> float:
        """Return the number of epochs that are done; it is a fraction in the middle of an epoch."""
        return epochs_in(self.folder)


def keep_programs(out: Path) -> None:
    """Have JAX keep compiled programs under `out`: a residual network compiles for a minute, and every run is a separate process.

    Each machine has a separate folder, since a program for one kind of CPU may not run on another.
    """
    jax.config.update("jax_compilation_cache_dir", str((out / PROGRAMS / platform.node()).absolute()))


def network(arm: Arm, seed: int, column: int, data: Path, out: Path, precision: Precision, **options: Any) -> Network:
    """Return the task that trains one network of an arm."""
    settings = arm.settings(seed, column, precision)
    folder = out / RUNS / name_of(settings, images_of(data, out, arm.sample, seed))
    return Network(folder, settings, arm.sample, data, out, **options)


def train(
    networks: Sequence[Network], backend: Backend | None, out: Path, tell: Callable[[float], None], *, yielding: bool = False
) -> list[Failure]:
    """Train networks until all are done, have failed, or must stop; return the failures. Without backend: here, one after the other.

    With `yielding` a network whose best is long past is set aside, and goes on when all others are done or set aside too.
    """
    total = sum(task.epochs for task in networks)

    def told(*_: object) -> None:
        tell(sum(min(reached_by(task), task.epochs) for task in networks) / total)

    told()
    first = [replace(task, yields=True) for task in networks] if yielding else networks
    failures = _train(first, backend, out, told)
    failed = {failure.task for failure in failures}
    left = [task for task in networks if task.name not in failed and not is_done(task)]
    if left and all(is_done(task) for task in first if task.name not in failed):  # else time is over
        failures += _train(left, backend, out, told)
    return failures


def by_need(networks: Sequence[Network]) -> list[Path]:
    """Return run folders as a later call needs them: of networks to train next, in order; of those set aside; of finished ones."""
    needs = [(is_done(task), is_done(replace(task, yields=True))) for task in networks]
    return [task.folder for _, task in sorted(zip(needs, networks, strict=True), key=lambda pair: pair[0])]


def set_aside(task: Network) -> bool:
    """Whether the best of a network is long past, though not every epoch that is wanted has been trained."""
    probes = metrics(task)
    return bool(probes) and task.progress() < task.epochs and passed(probes)


def _train(networks: Sequence[Network], backend: Backend | None, out: Path, told: Callable[..., None]) -> list[Failure]:
    if backend is not None:
        return complete(networks, backend, out / LOGS, told, networks[0].until)
    failures = []
    for task in networks:
        if not is_done(task):
            try:
                task(told)
            except (ValueError, JaxRuntimeError) as error:  # a damaged folder, settings that do not fit, no memory left: the others go on
                failures.append(Failure(task.name, str(error), refused=isinstance(error, ValueError)))
            else:
                if not is_done(task):  # time is over, or less is left than a step takes
                    break
    return failures


def origin(networks: Iterable[Network]) -> Trained:
    """Return where networks were trained."""
    records = [part.provenance for task in networks for part in stretches(task.folder)]
    seconds = round(sum(record.timing.wall_s for record in records))
    machines, commits = (sorted({getattr(record, name) for record in records}) for name in ("device", "commit"))
    versions = {
        name: ", ".join(sorted({record.versions[name] for record in records if name in record.versions}))
        for name in {name for record in records for name in record.versions}
    }
    unknown = sum(not record.timing.wall_s for record in records)
    return Trained(machines=machines, commits=commits, versions=dict(sorted(versions.items())), seconds=seconds, unknown=unknown)


def metrics(task: Network) -> dict[str, np.ndarray]:
    """Return each probe of a network as an array (epochs,), up to the epoch that is wanted; empty where its training has not begun.

    Raises RunError where a probe that results rest on is lacking.
    """
    if not (task.folder / CONFIG).exists():
        return {}
    probes = read(task.folder).metrics
    if probes and (lacking := NEEDED - probes.keys()):
        raise RunError(f"the metrics of {task.folder} must hold {min(lacking)}, got none; delete the folder and run again")
    return {name: values[: task.epochs] for name, values in probes.items()}
