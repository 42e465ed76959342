"""The folder that one lease leaves for the next (`--carry`): files of run folders under the names of their sums, and a list of them.

carry.json       schema, the experiments, and the files of each run with their SHA-256; replaced whole, after the files that it names
files/SHA-256    the content of one file; never changed, and removed once the list no longer names it

So at any moment the folder holds all that its list names. While a new list is being made, the files of both lists are there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from empirical.training.metrics import LINES
from empirical.training.run_files import CONFIG, METRICS, ORIGIN, RunError, encode
from reports import files
from reports.bounds import Label, in_words
from reports.evidence import EvidenceError, write_whole
from reports.refusal import short

SCHEMA = 1
LIST, FILES, LOCK = "carry.json", "files", ".lock"
LIST_BYTES = 16 * files.MIB

RunName = Annotated[str, msgspec.Meta(max_length=255, pattern=r"^(?!\.\.?$)[^/\x00-\x1f]+$")]
FileName = Annotated[str, msgspec.Meta(pattern=r"^(config\.json|metrics\.jsonl|checkpoint\.json|provenance\.json|state-[0-9.npz-]{1,60})$")]
Sum = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
ORDER = (CONFIG, ORIGIN, METRICS)
"""Files of a run folder beside its state. Written in this order, then the state and then the checkpoint, they may be cut off anywhere."""


class CarryError(RunError):
    """A folder that nothing can be carried in, or whose content cannot be used; the message says what must hold, what came, what to do."""


class Carried(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The list of carried runs: the runs of each experiment by name, and of each run the sums of its files by their names."""

    schema: int
    experiments: dict[Label, list[RunName]]
    runs: dict[RunName, dict[FileName, Sum]]


def carried_in(place: Path) -> Carried:
    """Return the list of a folder, an empty one where there is none; raise CarryError where it cannot be read, or its files are damaged."""
    path = place / LIST
    try:
        raw = msgspec.json.decode(files.read_bytes(path, LIST_BYTES))
        schema = raw.get("schema") if isinstance(raw, dict) else None
        if schema != SCHEMA:
            raise CarryError(
                f"{path} must have schema {SCHEMA}, got {short(schema)}, so another version wrote it; update this project, or choose "
                "another folder with --carry DIR"
            )
        carried = msgspec.convert(raw, Carried)
    except FileNotFoundError:
        return Carried(SCHEMA, {}, {})
    except OSError as error:
        raise CarryError(f"{path} must be readable, but {error.strerror}; choose another folder with --carry DIR") from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise CarryError(f"{path} is damaged: {in_words(error)}; copy {place} again from where it came, or delete it") from error
    for name, sums in carried.runs.items():
        if CONFIG not in sums:
            raise CarryError(f"{path} must name {CONFIG} of {name}; copy {place} again from where it came, or delete it")
        for file in sums:
            content_of(place, carried, name, file)
    return carried


def content_of(place: Path, carried: Carried, name: str, file: str) -> bytes:
    """Return the content of one file of a run; raise CarryError where it is lacking or damaged."""
    expected = carried.runs[name][file]
    again = f"copy {place} again from where it came, or delete it"
    try:
        content = files.read_bytes(place / FILES / expected, LINES)
    except OSError as error:
        raise CarryError(f"{place} must hold {file} of {name} as {FILES}/{short(expected[:8])}…, but {error.strerror}; {again}") from error
    if sum_of(content) != expected:
        raise CarryError(f"{file} of {name} in {place} is damaged, since its SHA-256 is not {short(expected[:8])}…; {again}")
    return content


def sum_of(content: bytes) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(content).hexdigest()


def keep(place: Path, content: bytes) -> str:
    """Have a file's content in a folder, and return its sum; raise CarryError where it cannot be written."""
    checksum = sum_of(content)
    path = place / FILES / checksum
    if not (path.exists() and path.stat().st_size == len(content)):
        _write(path, content)
    return checksum


def replace(place: Path, carried: Carried) -> None:
    """Have the list of a folder be `carried`, whose files are there, and remove all files that it does not name."""
    _write(place / LIST, encode(carried))
    named = {checksum for sums in carried.runs.values() for checksum in sums.values()}
    for path in (place / FILES).glob("*"):
        if path.name not in named:
            path.unlink(missing_ok=True)
    for path in (*(place / FILES).glob(".*.part"), *place.glob(f".{LIST}.*.part")):  # of a process that was killed
        path.unlink(missing_ok=True)


def size_of(place: Path, sums: Mapping[str, str]) -> int:
    """Return the bytes of files that are there."""
    return sum((place / FILES / checksum).stat().st_size for checksum in sums.values())


def _write(path: Path, content: bytes) -> None:
    try:
        write_whole(path, content)
    except EvidenceError as error:
        reason = getattr(error.__cause__, "strerror", None) or error
        raise CarryError(
            f"{path} must be written for the next lease, but {reason}; make room or choose another folder with --carry DIR: "
            "what was trained is in the folder of --out"
        ) from error
