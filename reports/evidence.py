"""What a piece of evidence is, and how it is kept on disk: validated when read, written whole or not at all.

One file holds what one *source* (`theory`, `formal`, `empirical`) found about one claim:
`<folder>/evidence/<source>/<claim id>.json`. Sources never share a file, so they can write at the same time.
Everything that may differ between two runs with the same seed (date, wall time) sits in `provenance.timing`.
"""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import msgspec

from reports import files, methods
from reports.bounds import LARGEST, Id, Label, Text, in_words
from reports.refusal import Refusal, short
from reports.unfinished import Part

SCHEMA = 1
LIMIT = 16 * files.MIB
"""Bytes of one file of evidence."""
RECORDS = 1000
"""Pieces of evidence on one claim."""

Form = Literal["printed", "corrected", "beyond"]
Method = Literal[
    "symbolic",  # a theorem of the kernel, bound to the statement; in older files perhaps a list of steps, with `bound` false
    "certificate",  # values compared exactly, each of them; in older files perhaps a list of steps that were decided exactly
    "quotation",  # what the paper prints, copied by hand and compared with itself: shapes, quoted numbers, captions
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


class EvidenceError(Refusal):
    """A file or value that cannot be evidence; the message says what must hold, what came and what to do."""


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One finding about one part of one form of a claim.

    `part` names the statement in the ledger that this is evidence for. `says` is one sentence for a reader.
    `details` holds JSON values only; known keys have the types of `methods.Details`, and `reports/README.md` lists which method uses which.
    `reports.page.shown` shows the keys that it knows in a special form, and all others in tables.
    """

    claim: Id
    form: Form
    part: Id
    method: Method
    outcome: Outcome
    says: Text
    details: dict[str, Any] = {}
    qualifier: Qualifier = ""


class Timing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When a run took place (ISO date and time, UTC) and how long it took (seconds): the only part that may vary."""

    date: Annotated[str, msgspec.Meta(max_length=40, pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")]
    wall_s: Annotated[float, msgspec.Meta(ge=0, le=LARGEST)]


class Provenance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where evidence comes from: commit of this project, versions, device, data fingerprint, seed, command."""

    commit: Label
    versions: Annotated[dict[Label, Label], msgspec.Meta(max_length=1000)]
    device: Label
    seed: Annotated[int, msgspec.Meta(ge=-LARGEST, le=LARGEST)] | None
    command: Text
    timing: Timing
    data: Text = ""


class Dossier(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All that one source found about one claim in one run: the content of one file."""

    schema: int
    claim: Id
    source: Source
    provenance: Provenance
    evidence: Annotated[list[Evidence], msgspec.Meta(max_length=RECORDS)]


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
    """Return the JSON text of a dossier, keys sorted, two spaces of indent, one newline at the end.

    Raises EvidenceError for what `read` would refuse, so that nothing is written that cannot be read.
    """
    plain = msgspec.to_builtins(dossier)
    refuse_non_finite(plain, dossier.claim)
    _checked(plain, f"what {dossier.source} says of {short(dossier.claim)}", "mend the code that says so")
    return msgspec.json.format(msgspec.json.encode(dossier, order="deterministic"), indent=2) + b"\n"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: a temporary file beside it, flushed to disk, then renamed over it.

    Raises EvidenceError where the folder cannot be written; what stood at `path` before is then still there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = Part(path)
    except OSError as error:
        raise EvidenceError(f"the folder {path.parent} must be writable, but {error.strerror}; choose another with --out") from error
    try:
        with part as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(0o644)
            Path(file.name).replace(path)
    except OSError as error:
        raise EvidenceError(f"{path} could not be written: {error.strerror}; nothing was changed there") from error


def _checked(plain: dict[str, Any], name: str, advice: str) -> Dossier:
    """Return the dossier that JSON values make; raise EvidenceError, which calls them `name`, where they make none."""
    try:
        dossier = msgspec.convert(plain, Dossier)
        for index, item in enumerate(dossier.evidence):
            methods.check(item.details, f"evidence[{index}].details")
    except ValueError as error:  # msgspec's ValidationError is one
        raise EvidenceError(f"{name} is not evidence: {in_words(error)}; {advice}") from error
    return dossier


def write(folder: Path, dossier: Dossier) -> Path:
    """Write a dossier to its place under `folder` atomically and return the path."""
    path = path_of(folder, dossier.source, dossier.claim)
    write_whole(path, encode(dossier))
    return path


def read(path: Path) -> Dossier:
    """Read and validate one file of evidence; raise EvidenceError naming the file and its fault."""
    try:
        header = msgspec.json.decode(files.read_bytes(path, LIMIT))
    except OSError as error:
        raise EvidenceError(f"{path} must be readable, but {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise EvidenceError(f"{path} must be a whole JSON file, but {error}; delete it and run the claim again") from error
    schema = header.get("schema") if isinstance(header, dict) else None
    if not isinstance(schema, int):
        raise EvidenceError(
            f"{path} must be an object with a whole number `schema`, got {short(schema)}; delete it and run the claim again"
        )
    if schema != SCHEMA:
        raise EvidenceError(
            f"{path} has schema {short(schema)}, this version reads schema {SCHEMA}; update this project or run the claim again"
        )
    dossier = _checked(header, str(path), "delete it and run the claim again")
    strangers = {item.claim for item in dossier.evidence} - {dossier.claim}
    if dossier.claim != path.stem or strangers:
        raise EvidenceError(
            f"{path} must speak of {path.stem} alone, got {short(sorted(strangers | {dossier.claim}))}; run the claim again"
        )
    return dossier


def read_all(folder: Path) -> list[Dossier]:
    """Read every file of evidence under `folder`, in the order of sources and names; an absent folder holds none."""
    paths = [path for source in SOURCES for path in sorted((folder / "evidence" / source).glob("*.json"))]
    dossiers = [read(path) for path in paths]
    for path, dossier in zip(paths, dossiers, strict=True):
        if dossier.source != path.parent.name:
            raise EvidenceError(f"{path} says it comes from {dossier.source}; move it to the folder of that source")
    return dossiers
