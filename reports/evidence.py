"""What a piece of evidence is, and how it is kept on disk: validated when read, written whole or not at all.

One file holds what one *source* (`theory`, `formal`, `empirical`) found about one claim:
`<folder>/evidence/<source>/<claim id>.json`. Sources never share a file, so they can write at the same time.
Everything that may differ between two runs with the same seed (date, wall time) sits in `provenance.timing`.
"""

from __future__ import annotations

import math
import os
import tempfile
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

SCHEMA = 1

Form = Literal["printed", "corrected", "beyond"]
Method = Literal[
    "symbolic",  # a derivation whose every step a computer-algebra system checked
    "certificate",  # an exact identity, or a decision procedure with its negative control
    "formal",  # a proof checked by Coq's kernel
    "property",  # points drawn by Hypothesis, definition differentiated by JAX
    "near-miss",  # systematically wrong variants of the formula, each of which must be rejected
    "assumption",  # one assumption removed: is it needed?
    "limit",  # a limit, followed numerically
    "counterexample",  # a point at which the statement fails, shrunk and confirmed
    "experiment",  # a run with seeds, judged by a rule that was written before it
]
Outcome = Literal["supports", "refutes", "inconclusive", "not-run"]
Qualifier = Literal["", "partial", "reduced", "stand-in"]
Source = Literal["theory", "formal", "empirical"]
SOURCES: tuple[str, ...] = get_args(Source)


class EvidenceError(ValueError):
    """A file or value that cannot be evidence; the message says what must hold, what came and what to do."""


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One finding about one part of one form of a claim.

    `part` names the statement in the ledger that this is evidence for. `says` is one sentence for a reader.
    `details` holds JSON values only; the keys each method uses are listed in `reports/README.md`.
    """

    claim: str
    form: Form
    part: str
    method: Method
    outcome: Outcome
    says: str
    details: dict[str, Any] = {}
    qualifier: Qualifier = ""


class Timing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When a run took place (ISO date and time, UTC) and how long it took (seconds): the only part that may vary."""

    date: str
    wall_s: float


class Provenance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where evidence comes from: commit of this project, versions, device, data fingerprint, seed, command."""

    commit: str
    versions: dict[str, str]
    device: str
    seed: int | None
    command: str
    timing: Timing
    data: str = ""


class Dossier(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All that one source found about one claim in one run: the content of one file."""

    schema: int
    claim: str
    source: Source
    provenance: Provenance
    evidence: list[Evidence]


def path_of(folder: Path, source: str, claim: str) -> Path:
    """Return the file that holds what `source` found about `claim`."""
    return folder / "evidence" / source / f"{claim}.json"


def refuse_non_finite(value: Any, where: str = "evidence") -> None:
    """Raise EvidenceError if a float in `value` is NaN or infinite: msgspec would write null in its place."""
    if isinstance(value, float) and not math.isfinite(value):
        raise EvidenceError(f"numbers in evidence must be finite, got {value} at {where}; write it as text, with the reason")
    if isinstance(value, dict):
        for key, item in value.items():
            refuse_non_finite(item, f"{where}.{key}")
    if isinstance(value, list | tuple):
        for index, item in enumerate(value):
            refuse_non_finite(item, f"{where}[{index}]")


def encode(dossier: Dossier) -> bytes:
    """Return the JSON text of a dossier, keys sorted, two spaces of indent, one newline at the end."""
    refuse_non_finite(msgspec.to_builtins(dossier), dossier.claim)
    return msgspec.json.format(msgspec.json.encode(dossier, order="deterministic"), indent=2) + b"\n"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: a temporary file beside it, flushed to disk, then renamed over it.

    Raises EvidenceError where the folder cannot be written; what stood at `path` before is then still there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    except OSError as error:
        raise EvidenceError(f"the folder {path.parent} must be writable, but {error.strerror}; choose another with --out") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        raise EvidenceError(f"{path} could not be written: {error.strerror}; nothing was changed there") from error
    finally:
        Path(name).unlink(missing_ok=True)


def write(folder: Path, dossier: Dossier) -> Path:
    """Write a dossier to its place under `folder` atomically and return the path."""
    path = path_of(folder, dossier.source, dossier.claim)
    write_whole(path, encode(dossier))
    return path


def read(path: Path) -> Dossier:
    """Read and validate one file of evidence; raise EvidenceError naming the file and what is wrong with it."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise EvidenceError(f"{path} must be readable, but {error.strerror}") from error
    try:
        header = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise EvidenceError(f"{path} must be a whole JSON file, but {error}; delete it and run the claim again") from error
    schema = header.get("schema") if isinstance(header, dict) else None
    if not isinstance(schema, int):
        raise EvidenceError(f"{path} must be an object with a whole number `schema`, got {schema!r}; delete it and run the claim again")
    if schema != SCHEMA:
        raise EvidenceError(f"{path} has schema {schema}, this version reads schema {SCHEMA}; update this project or run the claim again")
    try:
        dossier = msgspec.convert(header, Dossier)
    except msgspec.ValidationError as error:
        raise EvidenceError(f"{path} is not evidence: {error}; delete it and run the claim again") from error
    strangers = {item.claim for item in dossier.evidence} - {dossier.claim}
    if dossier.claim != path.stem or strangers:
        raise EvidenceError(f"{path} must speak of {path.stem} alone, got {sorted(strangers | {dossier.claim})}; run the claim again")
    return dossier


def read_all(folder: Path) -> list[Dossier]:
    """Read every file of evidence under `folder`, in the order of sources and names; an absent folder holds none."""
    paths = [path for source in SOURCES for path in sorted((folder / "evidence" / source).glob("*.json"))]
    dossiers = [read(path) for path in paths]
    for path, dossier in zip(paths, dossiers, strict=True):
        if dossier.source != path.parent.name:
            raise EvidenceError(f"{path} says it comes from {dossier.source}; move it to the folder of that source")
    return dossiers
