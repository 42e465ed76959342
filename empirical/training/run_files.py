"""The files of a run folder (`run_folder.py`): written whole or line by line, checked when they are read, held by one process at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec

from empirical.data.images import Images
from empirical.training.settings import Settings, SettingsError
from empirical.training.settings_file import OldSettingsError, SettingsFile, from_file, only_value, to_file
from reports import files, lock
from reports.bounds import Count, Text, in_words
from reports.evidence import EvidenceError, Provenance, write_whole
from reports.lock import LockError
from reports.refusal import Refusal, short

SCHEMA = 1
CONFIG, METRICS, CHECKPOINT, ORIGIN, LOCK = "config.json", "metrics.jsonl", "checkpoint.json", "provenance.json", ".lock"
AXES = (1, 1)
"""Shape that stands before the shape of every metric and every array of a state: schema 1 once held several seeds and radii."""
JSON = 16 * files.MIB  # bytes of one JSON file; each stretch of a run adds some hundreds to its provenance


class RunError(Refusal):
    """A folder that cannot take or show this run; the message says what must hold, what came and what to do."""


@dataclass(frozen=True)
class Config:
    """All that the result of a run depends on, beside the code and the machine: its settings and the fingerprint of its data."""

    settings: Settings
    data: str


class ConfigFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A config as it is written; `data` holds one fingerprint."""

    schema: int
    settings: SettingsFile
    data: list[Text]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One stretch of a run: the epoch it began with, and where it took place. Its wall time is 0 where the stretch was cut short."""

    epoch: Count
    provenance: Provenance


class Origin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All stretches of a run, the first one first."""

    schema: int
    parts: list[Part]


def config_of(settings: Settings, images: Images) -> Config:
    """Return the config of a run, with numbers as they are read back: the radii 0 and 0.0 belong to the same run."""
    try:
        written = msgspec.convert(msgspec.to_builtins(to_file(settings)), SettingsFile)
    except (msgspec.ValidationError, TypeError) as error:
        raise SettingsError(f"settings must be plain numbers and text, as JSON keeps them, but {error}") from error
    return Config(from_file(written), images.fingerprint)


def encode_config(config: Config) -> bytes:
    """Return the content of `config.json`; the name of a run folder is a hash of these bytes."""
    return encode(ConfigFile(SCHEMA, to_file(config.settings), [config.data]))


def encode(value: Any) -> bytes:
    """Return JSON for people, the same bytes for the same content."""
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=2) + b"\n"


def write(path: Path, content: bytes) -> None:
    """Replace a file whole, or raise RunError and leave the old file."""
    try:
        write_whole(path, content)
    except EvidenceError as error:
        raise RunError(f"{error}; make room and run again: it goes on from the last checkpoint") from error


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the run folder for this process, or raise RunError; clear away what a kill left half written."""
    held = ExitStack()
    try:
        held.enter_context(lock.locked(folder, LOCK, f"use {folder}", advice="choose another folder"))
    except LockError as error:
        raise RunError(str(error)) from error
    with held:
        remove(path for path in folder.glob(".*.part"))
        yield


def remove(paths: Iterable[Path]) -> None:
    """Remove files; raise RunError where one of them is a folder or may not be removed."""
    for path in paths:
        try:
            path.unlink()
        except OSError as error:
            raise RunError(f"{path} must be a file that can be removed, but {error.strerror}; move it away") from error


def claim(folder: Path, config: Config) -> None:
    """Write the config of a new folder; raise RunError where the folder belongs to another run."""
    if not (folder / CONFIG).exists():
        if any((folder / name).exists() for name in (METRICS, CHECKPOINT)):
            raise RunError(f"{folder} holds results but no {CONFIG}, so nobody knows of what; choose another folder")
        return write(folder / CONFIG, encode_config(config))
    present = config_in(folder)
    if present.settings != config.settings:
        ours, theirs = asdict(config.settings), asdict(present.settings)
        changed = ", ".join(f"{key} = {short(theirs[key])} there and {short(ours[key])} here" for key in ours if ours[key] != theirs[key])
        raise RunError(f"{folder} belongs to a run of other settings: {changed}; choose another folder")
    if present.data != config.data:
        raise RunError(
            f"{folder} belongs to a run on other data, {short(present.data)} there and {short(config.data)} here; choose another folder"
        )
    return None


def config_in(folder: Path) -> Config:
    """Return the config of a folder; raise RunError where it is damaged, or where this version cannot train its run."""
    path = folder / CONFIG
    written: ConfigFile = decoded(path, ConfigFile)
    try:
        return Config(from_file(written.settings), only_value("data", written.data))
    except OldSettingsError as error:
        raise RunError(f"{path} describes a run that this version cannot train: {error}; choose another folder") from error
    except SettingsError as error:
        raise RunError(f"{path} is damaged: {error}; delete its folder and run again") from error


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
        raise RunError(f"{path} must be readable, but {error.strerror}; mend that, or delete its folder and run again") from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise RunError(f"{path} is damaged: {in_words(error)}; delete its folder and run again") from error
