"""What the axes of the paper's figures mark, read from `paper_values.toml`, to stand beside what our runs gave."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Literal

import msgspec

from reports.ledger import LedgerError

PATH = Path(__file__).with_name("paper_values.toml")


class Axis(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one axis shows, and its ticks as the paper prints them, smallest first."""

    says: str
    ticks: list[str]


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A figure of the paper, its axes, and the experiment that redraws it."""

    experiment: str
    place: str
    axis: list[Axis]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: Literal[1]
    figure: list[Figure]


@functools.cache
def read(path: Path = PATH) -> dict[str, Figure]:
    """Return the figures by experiment; raise LedgerError where the file is not what it must be."""
    try:
        file = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise LedgerError(f"{path} must hold the ticks of the paper's figures, but {error}; mend it") from error
    return {figure.experiment: figure for figure in file.figure}


def strangers(experiments: Collection[str]) -> list[str]:
    """Return, a line each, the experiments that are named here and defined nowhere."""
    return [f"paper_values.toml refers to the experiment {name}, which no module defines" for name in read() if name not in experiments]
