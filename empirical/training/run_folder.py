"""A run is a folder: killed at any moment it goes on where it was, and ends bitwise as if it had been left alone.

config.json       schema, settings, and the fingerprint of the data; the folder's name is a hash of this file
metrics.jsonl     one line an epoch, on disk before the epoch counts as done; no times in it, so that equal runs give equal files
checkpoint.json   number of epochs done, how far the next one has come, and the names of the files that hold the state there; replaced whole
state-*.npz       parameters and optimiser memory, within an epoch also the results so far; a large state is cut into files small
                  enough to copy anywhere
provenance.json   commit, versions, device and time of each stretch between a start and a kill

Bitwise holds on one machine with one set of packages; on a GPU it also takes XLA_FLAGS=--xla_gpu_deterministic_ops=true.
The state is NumPy's own format, not orbax's: for two small weight matrices a replaced file took 5 ms and orbax's folder of 13 files
90 ms, several times an epoch of these networks, and anyone can open the file (`cat` the pieces together) with `numpy.load`, which
checks its CRC-32.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jax
import msgspec
import numpy as np

from empirical.data.images import Images
from empirical.training.checkpoint import Checkpoint, checkpoint_in, save_state
from empirical.training.mesh import devices_for
from empirical.training.metrics import Run, append_metrics, check_epochs, cut_metrics, read_with
from empirical.training.pace import Pace
from empirical.training.recipe import Midway, State
from empirical.training.run_files import (
    AXES,
    CHECKPOINT,
    CONFIG,
    ORIGIN,
    SCHEMA,
    Config,
    Origin,
    Part,
    RunError,
    claim,
    config_in,
    config_of,
    decoded,
    encode,
    encode_config,
    locked,
    write,
)
from empirical.training.settings import Settings, SettingsError
from empirical.training.trainer import Trainer
from reports.evidence import Provenance
from reports.provenance import provenance

SAVED_S = 60.0
"""Seconds after which an epoch that is not over is saved as far as it is: what a kill costs, and what a time limit must leave room for."""
TOLERATED = 0.1
"""Relative error of a direction in bfloat16, whose numbers have 8 bits; looked at whenever a run starts or goes on."""


def name_of(settings: Settings, images: Images) -> str:
    """Return the name of a run's folder: its data, model and method, and a hash of its settings and data."""
    content = encode_config(config_of(settings, images))
    return f"{images.name}-{settings.model}-{settings.method}-{hashlib.sha256(content).hexdigest()[:12]}"


def run(
    folder: Path,
    settings: Settings,
    images: Images,
    *,
    command: str = "",
    every: int = 1,
    compiler: Mapping[str, Any] | None = None,
    until: float | None = None,
    stop: int | None = None,
    aside: Callable[[Mapping[str, np.ndarray]], bool] = lambda _: False,
    tell: Callable[[float], None] = lambda _: None,
) -> Run:
    """Train in `folder` until all epochs are done, from where it stands, and return what it then holds; nothing to do where they are.

    A checkpoint is written after `every` epochs and after the last, and within an epoch that takes longer than `SAVED_S`. `tell` is called
    with the number of epochs done after each, and after each checkpoint within one with a fraction.
    With `until`, a time as of `time.time()`, the run stops by then with a checkpoint, wherever in an epoch that is; only what the first
    steps take, and the first looks of the probes, is not foreseen (`Pace`), compilation most of all. With `stop` it ends after so many
    epochs of all, and with `aside` after an epoch for whose metrics, each an array (epochs so far,), it returns True.
    `compiler` holds options of XLA, which must stay the same for a run to end bitwise the same.
    Raises RunError for a folder in use, of other settings or data, of a newer version, damaged, or that cannot be written; and
    SettingsError where the settings do not fit the data. The epochs trained before stay in each case.
    """
    if every < 1:
        raise RunError(f"a checkpoint is written after every so many epochs, at least 1, got {every}")
    started, config = time.time(), config_of(settings, images)
    last = settings.epochs if stop is None else min(stop, settings.epochs)
    with locked(folder):
        claim(folder, config)
        at, arrays = checkpoint_in(folder, settings)
        cut_metrics(folder, at.epoch)
        if at.epoch < last and (until is None or time.time() < until):
            trainer = Trainer(settings, images, compiler)
            midway = _restored(folder, trainer, at, arrays)
            if settings.precision != "float32" and not (error := trainer.error_of_precision(midway.state)) < TOLERATED:
                raise SettingsError(
                    f"the direction in {settings.precision} must lie within {TOLERATED:g} of the one in float32, got {error:.2g} at epoch "
                    f"{at.epoch} of {folder.name}; run it in float32"
                )
            origin = _began(folder, at.epoch, command, config, started)
            _train(folder, trainer, midway, at, last, every, Pace(until), lambda: aside(read_with(folder, config).metrics), tell)
            _ended(folder, origin, command, config, started)
        return read_with(folder, config)


def _train(
    folder: Path,
    trainer: Trainer,
    midway: Midway,
    at: Checkpoint,
    last: int,
    every: int,
    pace: Pace,
    aside: Callable[[], bool],
    tell: Callable[[float], None],
) -> None:
    """Train from a checkpoint to the end of epoch `last`, until time is over or it is set aside, with checkpoints on the way."""
    saved, saved_s, unit = at.epochs, time.time(), at.unit

    def keep(state: State | Midway, now: Checkpoint) -> None:
        nonlocal saved, saved_s
        save_state(folder, state, now)
        saved, saved_s = now.epochs, time.time()

    for index in range(at.epoch, last):
        while unit < trainer.units:
            part, left = trainer.part(unit)
            over = pace.over(part)
            if unit and (over or time.time() > saved_s + SAVED_S):
                keep(midway, Checkpoint(SCHEMA, index, [], unit, trainer.units))
                tell(saved)
            if over:
                if not unit and saved < index:
                    keep(midway.state, Checkpoint(SCHEMA, index, []))
                return
            began, count = time.time(), pace.units(part, left)
            midway = trainer.take(midway, index, unit, count)
            pace.took(part, count, time.time() - began)
            unit += count
        state, probes = trainer.end(midway)
        midway, unit = trainer.begin(state), 0
        append_metrics(folder, index + 1, probes)
        over = aside()
        if (index + 1) % every == 0 or index + 1 == last or over:
            keep(state, Checkpoint(SCHEMA, index + 1, []))
        tell(index + 1)
        if over:
            return


def read(folder: Path) -> Run:
    """Return what a folder holds, also of a run that is going on or was cut short; raise RunError where it is no run folder."""
    if not (folder / CONFIG).exists():
        raise RunError(f"a run folder holds {CONFIG}, but {folder} does not; start the run first")
    epochs = int(epochs_in(folder))  # first: a run that is going on adds to the metrics before it writes a checkpoint
    contents = read_with(folder, config_in(folder))
    check_epochs(folder, epochs, contents.epochs)
    return contents


def stretches(folder: Path) -> list[Part]:
    """Return the stretches of a run, the first one first; raise RunError where it has none that can be read."""
    return decoded(folder / ORIGIN, Origin).parts


def epochs_in(folder: Path) -> float:
    """Return how many epochs the checkpoint of a folder holds, a fraction within one; 0 where there is none, or none that can be read."""
    try:
        return decoded(folder / CHECKPOINT, Checkpoint).epochs
    except RunError:
        return 0


def _restored(folder: Path, trainer: Trainer, at: Checkpoint, arrays: dict[str, np.ndarray] | None) -> Midway:
    """Return the state that a checkpoint's arrays hold, or a fresh one at the start."""
    start = trainer.begin(trainer.start())
    if arrays is None:
        return start
    fresh = start if at.unit else start.state  # after an epoch nothing of the next one has been found
    paths, shape = jax.tree_util.tree_flatten_with_path(fresh)
    names = [jax.tree_util.keystr(path) for path, _ in paths]
    fits = sorted(names) == sorted(arrays) and all(
        arrays[name].shape == AXES + leaf.shape and arrays[name].dtype == leaf.dtype for name, (_, leaf) in zip(names, paths, strict=True)
    )
    if not fits or (at.unit and at.units != trainer.units):
        raise RunError(f"{folder / CHECKPOINT} tells of other arrays than this version trains; delete it to train from the start")
    restored = jax.tree.unflatten(shape, [jax.numpy.asarray(arrays[name][0, 0]) for name in names])
    return restored if at.unit else trainer.begin(restored)


def _began(folder: Path, epoch: int, command: str, config: Config, started: float) -> list[Part]:
    """Add this stretch to the provenance and return those before it."""
    path = folder / ORIGIN
    before = decoded(path, Origin).parts if path.exists() else []
    part = Part(epoch + 1, _provenance(command, config, started, 0.0))
    write(path, encode(Origin(SCHEMA, [*before, part])))
    return [*before, part]


def _ended(folder: Path, parts: list[Part], command: str, config: Config, started: float) -> None:
    last = Part(parts[-1].epoch, _provenance(command, config, started, None))
    write(folder / ORIGIN, encode(Origin(SCHEMA, [*parts[:-1], last])))


def _provenance(command: str, config: Config, started: float, wall_s: float | None) -> Provenance:
    """Return where this stretch takes place; the device is the one that JAX computes on, with their number where several share a step."""
    current, devices = provenance(command, None, started), devices_for(config.settings.batch)
    device = current.device if devices[0].platform == "cpu" else f"{devices[0].platform} {devices[0].device_kind}"
    device = f"{len(devices)} x {device}" if len(devices) > 1 else device
    timing = current.timing if wall_s is None else msgspec.structs.replace(current.timing, wall_s=wall_s)
    return msgspec.structs.replace(current, device=device, timing=timing, data=config.data)
