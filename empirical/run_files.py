"""The files of a run folder (`run_folder.py`): written whole or line by line, checked when they are read, held by one process at a time."""

from __future__ import annotations

import io
import math
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import jax
import msgspec
import numpy as np

from empirical.data.images import Images
from empirical.npz import arrays_in
from empirical.recipe import Midway, State
from empirical.settings import Settings, SettingsError
from reports import files
from reports.bounds import LARGEST, Count, Text, in_words
from reports.evidence import EvidenceError, Provenance, write_whole
from reports.lock import LockError, locked
from reports.refusal import Refusal, cut, short

SCHEMA = 1
CONFIG, METRICS, CHECKPOINT, ORIGIN, LOCK = "config.json", "metrics.jsonl", "checkpoint.json", "provenance.json", ".lock"
PIECE = 15 * files.MIB  # bytes of one file of the state
PIECES = 300  # files of one state
JSON = 16 * files.MIB  # bytes of one JSON file; each stretch of a run adds some hundreds to its provenance
LINES, LINE = 256 * files.MIB, files.MIB  # bytes of all metrics, and of an epoch


StateFile = Annotated[str, msgspec.Meta(max_length=80, pattern=r"^state-[0-9]+(-[0-9]+)?\.npz(\.[0-9]+)?$")]


class RunError(Refusal):
    """A folder that cannot take or show this run; the message says what must hold, what came and what to do."""


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a run is: all that its result depends on, beside the code and the machine."""

    schema: int
    settings: Settings
    data: list[Text]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One stretch of a run: the epoch it began with, and where it took place. Its wall time is 0 where the stretch was cut short."""

    epoch: Count
    provenance: Provenance


class Origin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All stretches of a run, the first one first."""

    schema: int
    parts: list[Part]


class Checkpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How far a run has come, and the files of its state, to be joined in this order.

    Of the epoch after the `epoch` ones that are done, `unit` steps and chunks of `units` are (`training.Trainer.units`).
    """

    schema: int
    epoch: Count
    files: Annotated[list[StateFile], msgspec.Meta(max_length=PIECES)]
    unit: Count = 0
    units: Annotated[int, msgspec.Meta(ge=1, le=LARGEST)] = 1

    @property
    def epochs(self) -> float:
        """The number of epochs, a fraction within one."""
        return self.epoch + self.unit / self.units


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


def config_of(settings: Settings, images: Sequence[Images]) -> Config:
    """Return what a run is, with numbers as they are read back: a radius of 0 and one of 0.0 are the same run."""
    try:
        plain = msgspec.convert(msgspec.to_builtins(settings), Settings)
    except (msgspec.ValidationError, TypeError) as error:
        raise SettingsError(f"settings must be plain numbers and text, as JSON keeps them, but {error}") from error
    return Config(SCHEMA, plain, [one.fingerprint for one in images])


def encode(value: Any) -> bytes:
    """Return JSON for people, the same bytes for the same content."""
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=2) + b"\n"


def write(path: Path, content: bytes) -> None:
    """Replace a file whole, or raise RunError and leave what is there."""
    try:
        write_whole(path, content)
    except EvidenceError as error:
        raise RunError(f"{error}; make room and run again: it goes on from the last checkpoint") from error


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the run folder for this process, or raise RunError; clear away what a kill left half written."""
    held = ExitStack()
    try:
        held.enter_context(locked(folder, LOCK, f"use {folder}", advice="choose another folder"))
    except LockError as error:
        raise RunError(str(error)) from error
    with held:
        _remove(path for path in folder.glob(".*.part"))
        yield


def _remove(paths: Iterable[Path]) -> None:
    """Remove files; raise RunError where one of them is a folder or may not be removed."""
    for path in paths:
        try:
            path.unlink()
        except OSError as error:
            raise RunError(f"{path} must be a file that can be removed, but {error.strerror}; move it away") from error


def claim(folder: Path, config: Config) -> None:
    """Write what the folder is for, or check that it is for this."""
    if not (folder / CONFIG).exists():
        if any((folder / name).exists() for name in (METRICS, CHECKPOINT)):
            raise RunError(f"{folder} holds results but no {CONFIG}, so nobody knows of what; choose another folder")
        return write(folder / CONFIG, encode(config))
    there = config_in(folder)
    if there.settings != config.settings:
        here, other = asdict(config.settings), asdict(there.settings)
        changed = ", ".join(f"{key} = {short(other[key])} there and {short(here[key])} here" for key in here if here[key] != other[key])
        raise RunError(f"{folder} belongs to a run of other settings: {changed}; choose another folder")
    if there.data != config.data:
        raise RunError(
            f"{folder} belongs to a run on other data, {short(there.data)} there and {short(config.data)} here; choose another folder"
        )
    return None


def config_in(folder: Path) -> Config:
    """Return what a folder is for."""
    return decoded(folder / CONFIG, Config)


def decoded(path: Path, kind: type[Any]) -> Any:
    """Return one of the JSON files; a newer version is told from damage before anything else is looked at."""
    try:
        raw = msgspec.json.decode(files.read_bytes(path, JSON))
        schema = raw.get("schema") if isinstance(raw, dict) else None
        if isinstance(schema, int) and schema > SCHEMA:
            raise RunError(f"{path} was written by a newer version (schema {short(schema)}, this one reads {SCHEMA}); update this project")
        if schema != SCHEMA:
            raise RunError(f"{path} must have schema {SCHEMA}, got {short(schema)}; choose another folder")
        return msgspec.convert(raw, kind)
    except OSError as error:
        raise RunError(f"{path} must be readable, but {error.strerror}") from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise RunError(f"{path} is damaged: {in_words(error)}; delete its folder and run again") from error


def save_state(folder: Path, state: State | Midway, at: Checkpoint) -> None:
    """Write the state beside the one before; only the checkpoint, written last, says which of them counts."""
    leaves, _ = jax.tree_util.tree_flatten_with_path(state)
    buffer = io.BytesIO()
    np.savez(buffer, **{jax.tree_util.keystr(path): np.asarray(leaf) for path, leaf in leaves})  # pyright: ignore[reportArgumentType]
    content = buffer.getbuffer()
    pieces = [content[start : start + PIECE] for start in range(0, len(content), PIECE)]
    stem = f"state-{at.epoch}-{at.unit}.npz" if at.unit else f"state-{at.epoch}.npz"
    names = [stem if len(pieces) == 1 else f"{stem}.{number}" for number in range(len(pieces))]
    for name, piece in zip(names, pieces, strict=True):
        write(folder / name, bytes(piece))
    write(folder / CHECKPOINT, encode(msgspec.structs.replace(at, files=names)))
    _clear(folder, names)


def _clear(folder: Path, kept: Sequence[str]) -> None:
    """Remove states that no checkpoint speaks of."""
    _remove(path for path in folder.glob("state-*") if path.name not in kept)


def checkpoint_in(folder: Path, settings: Settings) -> tuple[Checkpoint, dict[str, np.ndarray] | None]:
    """Return how far the run has come, and the arrays of its state there, None at its start."""
    path = folder / CHECKPOINT
    if not path.exists():
        _clear(folder, [])
        return Checkpoint(SCHEMA, 0, []), None
    found: Checkpoint = decoded(path, Checkpoint)
    if not (0 < found.epochs <= settings.epochs and found.unit < found.units):
        raise RunError(
            f"{path} must hold between 1 and {settings.epochs} epochs, or a part of one, got {found.epoch} and {found.unit} of "
            f"{found.units} parts; delete it to train from the start"
        )
    try:
        arrays = arrays_in(b"".join(files.read_bytes(folder / name, PIECE) for name in found.files))
    except (OSError, ValueError) as error:
        what = getattr(error, "strerror", None) or error
        raise RunError(
            f"the state of {folder} ({cut(', '.join(found.files))}) is damaged: {what}; delete {CHECKPOINT} to train from the start"
        ) from error
    _clear(folder, found.files)  # not before they were read: a name that is wrong must not cost the state that has the right one
    return found, arrays


def append_metrics(folder: Path, epoch: int, found: dict[str, np.ndarray]) -> None:
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
    try:
        return files.read_bytes(path, LINES).split(b"\n")[:-1]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise RunError(f"{path} must be readable, but {error.strerror}; delete the folder and run again") from error


def cut_metrics(folder: Path, epoch: int) -> None:
    """Leave the lines of the epochs that the checkpoint holds; those after it are trained again."""
    lines = _lines(folder)
    check_epochs(folder, epoch, len(lines))
    size = sum(len(line) + 1 for line in lines[:epoch])
    if (folder / METRICS).exists() and (folder / METRICS).stat().st_size > size:
        os.truncate(folder / METRICS, size)


def check_epochs(folder: Path, epochs: int, lines: int) -> None:
    """Raise RunError where the metrics hold fewer epochs than the checkpoint."""
    if lines < epochs:
        raise RunError(f"{folder / METRICS} must hold the {epochs} epochs of the checkpoint, got {lines}; delete the folder and run again")


def read_with(folder: Path, config: Config) -> Run:
    """Return what a folder holds whose config is known already."""
    rows = [_row(folder / METRICS, number, line) for number, line in enumerate(_lines(folder), 1)]
    size = (len(config.settings.seeds), config.settings.columns)
    for number, row in enumerate(rows, 1):
        if row.keys() != rows[0].keys() or any(values.shape != size for values in row.values()):
            raise RunError(
                f"line {number} of {folder / METRICS} must hold {size[0]} x {size[1]} numbers of each of the probes of line 1; "
                f"delete the folder and run again"
            )
    metrics = {name: np.stack([row[name] for row in rows]) for name in rows[0]} if rows else {}
    return Run(folder, config.settings, config.data, metrics, len(rows))


def _row(path: Path, number: int, line: bytes) -> dict[str, np.ndarray]:
    """Return what a line of the metrics holds of its epoch."""
    if len(line) > LINE:
        raise RunError(f"line {number} of {path} must hold at most {LINE} bytes, got {len(line)}; delete the folder and run again")
    try:
        row = msgspec.json.decode(line)
        if row.pop("epoch") == number:
            return {name: np.asarray(values, float) for name, values in row.items()}
    except (msgspec.MsgspecError, ValueError, AttributeError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise RunError(f"line {number} of {path} is damaged: {error}; delete the folder and run again") from error
    raise RunError(f"line {number} of {path} must be of epoch {number}; delete the folder and run again")
