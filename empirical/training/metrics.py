"""The metrics of a run (`run_folder.py`) on disk: one line for each epoch, read back as arrays."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, SupportsFloat

import msgspec
import numpy as np

from empirical.training.run_files import AXES, METRICS, Config, RunError
from empirical.training.settings import Settings
from reports import files

LINES, LINE = 256 * files.MIB, files.MIB  # bytes of all metrics, and of an epoch


class Run(NamedTuple):
    """The content of a folder: settings, fingerprint of the data, and each probe as an array (epochs done,)."""

    folder: Path
    settings: Settings
    data: str
    metrics: dict[str, np.ndarray]
    epochs: int

    @property
    def done(self) -> bool:
        """Whether every epoch has been trained."""
        return self.epochs == self.settings.epochs


def append_metrics(folder: Path, epoch: int, probes: Mapping[str, SupportsFloat]) -> None:
    """Add the line of one epoch and have it on disk."""
    line = {"epoch": epoch, **{name: [[_plain(float(value))]] for name, value in sorted(probes.items())}}  # nested as in `AXES`
    try:
        with (folder / METRICS).open("ab") as file:
            file.write(msgspec.json.encode(line) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise RunError(
            f"{folder / METRICS} could not be written: {error.strerror}; make room and run again: it goes on from the last checkpoint"
        ) from error


def _plain(value: float) -> float | str:
    """Return NaN and infinities as text, for which JSON has no numbers; `float` reads them back."""
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
    """Return the content of a folder whose config has been read."""
    rows = [_row(folder / METRICS, number, line) for number, line in enumerate(_lines(folder), 1)]
    for number, row in enumerate(rows, 1):
        if row.keys() != rows[0].keys() or any(values.shape != AXES for values in row.values()):
            raise RunError(
                f"line {number} of {folder / METRICS} must hold one number, as [[number]], for each of the probes of line 1; "
                f"delete the folder and run again"
            )
    metrics = {name: np.array([row[name][0, 0] for row in rows]) for name in rows[0]} if rows else {}
    return Run(folder, config.settings, config.data, metrics, len(rows))


def _row(path: Path, number: int, line: bytes) -> dict[str, np.ndarray]:
    """Return the probes in one line of the metrics."""
    if len(line) > LINE:
        raise RunError(f"line {number} of {path} must hold at most {LINE} bytes, got {len(line)}; delete the folder and run again")
    try:
        row = msgspec.json.decode(line)
        if row.pop("epoch") == number:
            return {name: np.asarray(values, float) for name, values in row.items()}
    except (msgspec.MsgspecError, ValueError, AttributeError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise RunError(f"line {number} of {path} is damaged: {error}; delete the folder and run again") from error
    raise RunError(f"line {number} of {path} must be of epoch {number}; delete the folder and run again")
