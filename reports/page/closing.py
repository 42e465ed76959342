"""What would close an open claim: a run in the paper's settings, and how many hours it takes on machines that were measured.

`closing.json` is written by `python -m empirical.cli.closing`.
"""

from __future__ import annotations

import functools
from pathlib import Path

import msgspec

from reports import verdict
from reports.ledger import LedgerError
from reports.page.entries import ClaimEntry, Document

PATH = Path(__file__).with_name("closing.json")
HOUR_S, DAY_H = 3600.0, 24.0
OPEN: verdict.Word = "open"


class Machine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A machine and the operations a second that it reached in training."""

    name: str
    flops_s: float

    def takes(self, flops: float) -> str:
        """Return how long so many operations take, in words: hours below two days, days below a year, else years."""
        hours = flops / self.flops_s / HOUR_S
        if hours < 2 * DAY_H:
            return f"{hours:.1f} h" if hours < 9.95 else f"{hours:.0f} h"
        days = hours / DAY_H
        return f"{days:.0f} days" if days < 365 else f"{days / 365:.1f} years"


class Run(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A run of an experiment in the paper's settings; `statements` name what it decides, as claim:form:part."""

    experiment: str
    statements: list[str]
    command: str
    networks: int
    seeds: int
    flops: float
    memory_gib: float


class Networks(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The paper's networks of one statement: models, data and settings, as text under the names that runs use."""

    models: list[str]
    data: str
    settings: dict[str, str]


class Closing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All runs, the machines whose hours are told, and the paper's networks by statement (claim:form:part)."""

    machines: list[Machine]
    runs: list[Run]
    networks: dict[str, Networks]


class ToClose(msgspec.Struct, frozen=True, kw_only=True):
    """An open claim and the runs that would decide it."""

    claim: ClaimEntry
    runs: list[Run]


@functools.cache
def read(path: Path = PATH) -> Closing:
    """Return the runs; raise LedgerError where the file is not what it must be."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Closing)
    except (OSError, msgspec.DecodeError) as error:
        raise LedgerError(f"{path} must hold what closes claims, but {error}; write it with `python -m empirical.cli.closing`") from error


def runs_for(claim: ClaimEntry, known: Closing) -> list[Run]:
    """Return the runs that decide a statement of the claim which is still open."""
    forms = [(form, entry) for form, entry in (("printed", claim.printed), ("beyond", claim.beyond)) if entry]
    still = {f"{claim.id}:{form}:{part.part}" for form, entry in forms for part in entry.parts if part.verdict == OPEN}
    return [run for run in known.runs if still & set(run.statements)]


def to_close(page: Document, known: Closing) -> list[ToClose]:
    """Return the open claims of the paper, in its order, with the runs that would decide each."""
    open_claims = [claim for claim in page.claims if claim.printed and claim.printed.verdict == OPEN]
    return [ToClose(claim=claim, runs=runs_for(claim, known)) for claim in open_claims]
