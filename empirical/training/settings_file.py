"""Settings as `config.json` keeps them, in schema 1: the form in which a folder once held several networks.

A run folder is named by a hash of this form, so its fields, their order and their lists stay as they are: a folder that was trained
before is found again. A folder now holds one network, so each list holds one value. Fields that no experiment used are written with the
one value that they can still have.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from empirical.methods.bfloat16 import Precision
from empirical.methods.penalty import Reading
from empirical.training.settings import Settings
from reports.refusal import short


class OldSettingsError(ValueError):
    """Settings of a run that this version cannot train; the message says which of them."""


class SettingsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of one run as they are written; the order of the fields is part of the folder's name."""

    model: str
    width: int | None
    loss: str
    method: str
    shard: int | None
    reading: Reading | None
    gammas: tuple[tuple[float, float], ...]
    seeds: tuple[int, ...]
    rhos: tuple[float, ...]
    rates: tuple[float, ...]
    optimiser: str
    momentum: float
    decay: float
    decay_inside: bool
    batch: int
    epochs: int
    trace_draws: int
    probed: int | None
    chunk: int
    precision: Precision


REMOVED = {"optimiser": "sgd", "decay_inside": False, "trace_draws": 0}
"""Settings that earlier versions had, with the value at which this version trains the same network."""
LISTS = {"seeds": "seed", "rhos": "rho", "rates": "rate", "gammas": "gammas"}
"""Lists of the file, and the setting that the only value of each is."""
UNCHANGED = tuple(name for name in SettingsFile.__struct_fields__ if name not in REMOVED and name not in LISTS)


def to_file(settings: Settings) -> SettingsFile:
    """Return settings as they are written."""
    values = {name: getattr(settings, field) for name, field in LISTS.items()}
    lists = {name: () if value is None else (value,) for name, value in values.items()}
    return SettingsFile(**{name: getattr(settings, name) for name in UNCHANGED}, **lists, **REMOVED)


def from_file(written: SettingsFile) -> Settings:
    """Return the settings that were written.

    Raises OldSettingsError for settings of an earlier version that this version cannot train, and SettingsError for those that no run can
    have.
    """
    for name, value in REMOVED.items():
        if getattr(written, name) != value:
            raise OldSettingsError(f"{name} must be {value}, got {short(getattr(written, name))}")
    unchanged = {name: getattr(written, name) for name in UNCHANGED}
    values = {field: only_value(name, getattr(written, name)) for name, field in LISTS.items() if name != "gammas" or written.gammas}
    return Settings(**unchanged, **values)


def only_value(name: str, values: Sequence[Any]) -> Any:
    """Return the only value of a list of the file; raise OldSettingsError where it holds another number of values."""
    if len(values) != 1:
        raise OldSettingsError(f"{name} must hold one value, since a folder holds one network, got {len(values)}")
    return values[0]
