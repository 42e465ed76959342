"""A run is a folder: killed at any moment it goes on where it was, and ends bitwise as if it had been left alone.

config.json       schema, settings, and the fingerprint of each seed's data: what the run is, and what its name is made from
metrics.jsonl     one line an epoch, on disk before the epoch counts as done; no times in it, so that equal runs give equal files
checkpoint.json   number of epochs done, and the names of the files that hold the state after them; replaced whole
state-*.npz       parameters and optimiser memory; a large state is cut into files small enough to copy anywhere
provenance.json   commit, versions, device and time of each stretch between a start and a kill

Bitwise holds on one machine with one set of packages; on a GPU it also takes XLA_FLAGS=--xla_gpu_deterministic_ops=true.
The state is NumPy's own format, not orbax's: for two small weight matrices a replaced file took 5 ms and orbax's folder of 13 files
90 ms, several times an epoch of these networks, and anyone can open the file (`cat` the pieces together) with `numpy.load`, which
checks its CRC-32.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import math
import os
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import jax
import msgspec
import numpy as np

from empirical.data.images import Images
from empirical.mesh import devices_for
from empirical.training import Settings, SettingsError, State, Trainer
from reports.evidence import EvidenceError, Provenance, write_whole
from theory.provenance import provenance

SCHEMA = 1
CONFIG, METRICS, CHECKPOINT, ORIGIN, LOCK = "config.json", "metrics.jsonl", "checkpoint.json", "provenance.json", ".lock"
PIECE = 15 * 2**20  # bytes of one file of the state
TOLERATED = 0.1
"""Relative error of a direction in bfloat16, whose numbers have 8 bits; looked at whenever a run starts or goes on."""


class RunError(ValueError):
    """A folder that cannot take or show this run; the message says what must hold, what came and what to do."""


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a run is: all that its result depends on, beside the code and the machine."""

    schema: int
    settings: Settings
    data: list[str]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One stretch of a run: the epoch it began with, and where it took place. Its wall time is 0 where the stretch was cut short."""

    epoch: int
    provenance: Provenance


class Origin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All stretches of a run, the first one first."""

    schema: int
    parts: list[Part]


class Checkpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far a run has come, and the files of its state, to be joined in this order."""

    schema: int
    epoch: int
    files: list[str]


class Run(NamedTuple):
    """What a folder holds: its settings, data fingerprints, and each probe as an array (epochs done, seeds, columns)."""

    folder: Path
    settings: Settings
    data: list[str]
    metrics: dict[str, np.ndarray]
    epochs: int

    @property
    def done(self) -> bool:
        """Whether every epoch has been trained."""
        return self.epochs == self.settings.epochs


def name_of(settings: Settings, images: Sequence[Images]) -> str:
    """Return the name of a run's folder: its data, model and method, and a hash of its settings and data."""
    content = _encode(_config(settings, images))
    return f"{images[0].name}-{settings.model}-{settings.method}-{hashlib.sha256(content).hexdigest()[:12]}"


def run(
    folder: Path,
    settings: Settings,
    images: Sequence[Images],
    *,
    command: str = "",
    every: int = 1,
    compiler: Mapping[str, Any] | None = None,
    until: float | None = None,
    stop: int | None = None,
    tell: Callable[[int, dict[str, np.ndarray]], None] = lambda *_: None,
) -> Run:
    """Train in `folder` until all epochs are done, from where it stands, and return what it then holds; nothing to do where they are.

    A checkpoint is written after `every` epochs and after the last. `tell` is called with the number of epochs done and the probes.
    With `until`, a time as of `time.time()`, the run stops with a checkpoint when another epoch would not be over by then; what
    comes before the first epoch, compilation most of all, is not foreseen. With `stop` it ends after so many epochs of all.
    `compiler` holds options of XLA, which must stay the same for a run to end bitwise the same.
    Raises RunError for a folder in use, of other settings or data, of a newer version, damaged, or that cannot be written; and
    SettingsError where the settings do not fit the data. What was done before is still there in each case.
    """
    if every < 1:
        raise RunError(f"a checkpoint is written after every so many epochs, at least 1, got {every}")
    started, config = time.time(), _config(settings, images)
    last = settings.epochs if stop is None else min(stop, settings.epochs)
    with _alone(folder):
        _claim(folder, config)
        epoch, arrays = _checkpoint(folder, settings)
        _cut(folder, epoch)
        if epoch < last and (until is None or time.time() < until):
            trainer = Trainer(settings, images, compiler)
            state = trainer.start()
            if arrays is not None:
                state = _restored(folder, state, arrays)
            if settings.precision != "float32" and not (error := trainer.error_of_precision(state)) < TOLERATED:
                raise SettingsError(
                    f"the direction in {settings.precision} must lie within {TOLERATED:g} of the one in float32, got {error:.2g} at epoch "
                    f"{epoch} of {folder.name}; run it in float32"
                )
            origin = _began(folder, epoch, command, config, started)
            for index in range(epoch, last):
                began = time.time()
                state, found = trainer.advance(state, index)
                _append(folder, index + 1, found)
                over = until is not None and 2 * time.time() - began > until
                if (index + 1) % every == 0 or index + 1 == last or over:
                    _save(folder, state, index + 1)
                tell(index + 1, found)
                if over:
                    break
            _ended(folder, origin, command, config, started)
        return _read(folder, config)


def read(folder: Path) -> Run:
    """Return what a folder holds, also of a run that is going on or was cut short; raise RunError where it is no run folder."""
    if not (folder / CONFIG).exists():
        raise RunError(f"a run folder holds {CONFIG}, but {folder} does not; start the run first")
    return _read(folder, _config_in(folder))


def stretches(folder: Path) -> list[Part]:
    """Return the stretches of a run, the first one first; raise RunError where it has none that can be read."""
    return _decoded(folder / ORIGIN, Origin).parts


def epochs_in(folder: Path) -> int:
    """Return how many epochs the checkpoint of a folder holds; 0 where there is none, or none that can be read."""
    try:
        return _decoded(folder / CHECKPOINT, Checkpoint).epoch
    except RunError:
        return 0


def _config(settings: Settings, images: Sequence[Images]) -> Config:
    """Return what a run is, with numbers as they are read back: a radius of 0 and one of 0.0 are the same run."""
    try:
        plain = msgspec.convert(msgspec.to_builtins(settings), Settings)
    except (msgspec.ValidationError, TypeError) as error:
        raise SettingsError(f"settings must be plain numbers and text, as JSON keeps them, but {error}") from error
    return Config(SCHEMA, plain, [one.fingerprint for one in images])


def _encode(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=2) + b"\n"


def _write(path: Path, content: bytes) -> None:
    try:
        write_whole(path, content)
    except EvidenceError as error:
        raise RunError(f"{error}; make room and run again: it goes on from the last checkpoint") from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which the system lets go when the process ends in any way; clear away what a kill left half written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK).open("ab")
    except OSError as error:
        raise RunError(f"the run folder {folder} must be a folder that can be written, but {error.strerror}; choose another") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunError(f"one process at a time may use {folder}, and another one does; wait for it or choose another folder") from error
        except OSError as error:  # some network file systems
            raise RunError(f"{folder} must be on a file system with locks, but {error.strerror}; choose another folder") from error
        for rest in folder.glob(".*.part"):
            rest.unlink()
        yield


def _claim(folder: Path, config: Config) -> None:
    """Write what the folder is for, or check that it is for this."""
    if not (folder / CONFIG).exists():
        if any((folder / name).exists() for name in (METRICS, CHECKPOINT)):
            raise RunError(f"{folder} holds results but no {CONFIG}, so nobody knows of what; choose another folder")
        return _write(folder / CONFIG, _encode(config))
    there = _config_in(folder)
    if there.settings != config.settings:
        here, other = asdict(config.settings), asdict(there.settings)
        changed = ", ".join(f"{key} = {other[key]!r} there and {here[key]!r} here" for key in here if here[key] != other[key])
        raise RunError(f"{folder} belongs to a run of other settings: {changed}; choose another folder")
    if there.data != config.data:
        raise RunError(f"{folder} belongs to a run on other data, {there.data} there and {config.data} here; choose another folder")
    return None


def _config_in(folder: Path) -> Config:
    return _decoded(folder / CONFIG, Config)


def _decoded(path: Path, kind: type[Any]) -> Any:
    """Return one of the JSON files; a newer version is told from damage before anything else is looked at."""
    try:
        raw = msgspec.json.decode(path.read_bytes())
        schema = raw.get("schema") if isinstance(raw, dict) else None
        if isinstance(schema, int) and schema > SCHEMA:
            raise RunError(f"{path} was written by a newer version (schema {schema}, this one reads {SCHEMA}); update this project")
        if schema != SCHEMA:
            raise RunError(f"{path} must have schema {SCHEMA}, got {schema!r}; choose another folder")
        return msgspec.convert(raw, kind)
    except OSError as error:
        raise RunError(f"{path} must be readable, but {error.strerror}") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RunError(f"{path} is damaged: {error}; delete its folder and run again") from error


def _save(folder: Path, state: State, epoch: int) -> None:
    """Write the state beside the one before; only the checkpoint, written last, says which of them counts."""
    leaves, _ = jax.tree_util.tree_flatten_with_path(state)
    buffer = io.BytesIO()
    np.savez(buffer, **{jax.tree_util.keystr(path): np.asarray(leaf) for path, leaf in leaves})  # pyright: ignore[reportArgumentType]
    content = buffer.getbuffer()
    pieces = [content[start : start + PIECE] for start in range(0, len(content), PIECE)]
    names = [f"state-{epoch}.npz" if len(pieces) == 1 else f"state-{epoch}.npz.{number}" for number in range(len(pieces))]
    for name, piece in zip(names, pieces, strict=True):
        _write(folder / name, bytes(piece))
    _write(folder / CHECKPOINT, _encode(Checkpoint(SCHEMA, epoch, names)))
    _clear(folder, names)


def _clear(folder: Path, kept: Sequence[str]) -> None:
    """Remove states that no checkpoint speaks of."""
    for path in folder.glob("state-*"):
        if path.name not in kept:
            path.unlink()


def _checkpoint(folder: Path, settings: Settings) -> tuple[int, dict[str, np.ndarray] | None]:
    """Return the number of epochs done, and the arrays of the state after them."""
    path = folder / CHECKPOINT
    if not path.exists():
        _clear(folder, [])
        return 0, None
    found: Checkpoint = _decoded(path, Checkpoint)
    _clear(folder, found.files)
    if not 1 <= found.epoch <= settings.epochs:
        raise RunError(f"{path} must hold between 1 and {settings.epochs} epochs, got {found.epoch}; delete it to train from the start")
    try:
        content = b"".join((folder / Path(name).name).read_bytes() for name in found.files)
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (OSError, ValueError, KeyError, EOFError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        what = getattr(error, "strerror", None) or error
        raise RunError(
            f"the state of {folder} ({', '.join(found.files)}) is damaged: {what}; delete {CHECKPOINT} to train from the start"
        ) from error
    return found.epoch, arrays


def _restored(folder: Path, state: State, arrays: dict[str, np.ndarray]) -> State:
    """Return the state of a checkpoint in the structure of a fresh one."""
    paths, shape = jax.tree_util.tree_flatten_with_path(state)
    names = [jax.tree_util.keystr(path) for path, _ in paths]
    fits = sorted(names) == sorted(arrays) and all(
        arrays[name].shape == leaf.shape and arrays[name].dtype == leaf.dtype for name, (_, leaf) in zip(names, paths, strict=True)
    )
    if not fits:
        raise RunError(f"{folder / CHECKPOINT} tells of other arrays than this version trains; delete it to train from the start")
    return jax.tree.unflatten(shape, [jax.numpy.asarray(arrays[name]) for name in names])


def _append(folder: Path, epoch: int, found: dict[str, np.ndarray]) -> None:
    """Add one line and have it on disk."""
    line = {"epoch": epoch, **{name: _plain(values.tolist()) for name, values in sorted(found.items())}}
    try:
        with (folder / METRICS).open("ab") as file:
            file.write(msgspec.json.encode(line) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        what = f"{folder / METRICS} could not be written: {error.strerror}"
        raise RunError(f"{what}; make room and run again: it goes on from the last checkpoint") from error


def _plain(value: Any) -> Any:
    """Return nested lists with NaN and infinities as text, for which JSON has no numbers; `float` reads them back."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if math.isfinite(value) else str(value)


def _lines(folder: Path) -> list[bytes]:
    """Return the whole lines of the metrics; one that a kill cut short is left out."""
    path = folder / METRICS
    return path.read_bytes().split(b"\n")[:-1] if path.exists() else []


def _cut(folder: Path, epoch: int) -> None:
    """Leave the lines of the epochs that the checkpoint holds; those after it are trained again."""
    lines = _lines(folder)
    if len(lines) < epoch:
        raise RunError(
            f"{folder / METRICS} must hold the {epoch} epochs of the checkpoint, got {len(lines)}; delete the folder and run again"
        )
    size = sum(len(line) + 1 for line in lines[:epoch])
    if (folder / METRICS).exists() and (folder / METRICS).stat().st_size > size:
        os.truncate(folder / METRICS, size)


def _read(folder: Path, config: Config) -> Run:
    rows = []
    for number, line in enumerate(_lines(folder), 1):
        try:
            row = msgspec.json.decode(line)
            if row.pop("epoch") != number:
                raise RunError(f"line {number} of {folder / METRICS} must be of epoch {number}; delete the folder and run again")
            rows.append({name: np.asarray(values, float) for name, values in row.items()})
        except (msgspec.DecodeError, UnicodeDecodeError, AttributeError, KeyError, TypeError) as error:
            raise RunError(f"line {number} of {folder / METRICS} is damaged: {error}; delete the folder and run again") from error
    metrics = {name: np.stack([row[name] for row in rows]) for name in rows[0]} if rows else {}
    return Run(folder, config.settings, config.data, metrics, len(rows))


def _began(folder: Path, epoch: int, command: str, config: Config, started: float) -> list[Part]:
    """Add this stretch to the provenance and return those before it."""
    path = folder / ORIGIN
    before = _decoded(path, Origin).parts if path.exists() else []
    part = Part(epoch + 1, _provenance(command, config, started, 0.0))
    _write(path, _encode(Origin(SCHEMA, [*before, part])))
    return [*before, part]


def _ended(folder: Path, parts: list[Part], command: str, config: Config, started: float) -> None:
    last = Part(parts[-1].epoch, _provenance(command, config, started, None))
    _write(folder / ORIGIN, _encode(Origin(SCHEMA, [*parts[:-1], last])))


def _provenance(command: str, config: Config, started: float, wall_s: float | None) -> Provenance:
    """Return where this stretch takes place; the device is the one that JAX computes on, with their number where several share a step."""
    found, used = provenance(command, None, started), devices_for(config.settings.batch)
    device = found.device if used[0].platform == "cpu" else f"{used[0].platform} {used[0].device_kind}"
    device = f"{len(used)} x {device}" if len(used) > 1 else device
    timing = found.timing if wall_s is None else msgspec.structs.replace(found.timing, wall_s=wall_s)
    return msgspec.structs.replace(found, device=device, timing=timing, data=", ".join(config.data))
