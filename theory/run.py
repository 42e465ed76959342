"""Verify many claims, a process for each core, and write what is found about a claim as soon as it is complete."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from reports import evidence, ledger
from reports.evidence import SCHEMA, Dossier, Evidence
from theory import workers
from theory.broken import described
from theory.provenance import provenance


@dataclass(frozen=True)
class Found:
    """All evidence on one claim, and how long it took in seconds; there is no evidence where a reason for that is given.

    lost    how the process ended that verified the claim
    broken  what the claim's code raised
    """

    claim: str
    evidence: list[Evidence]
    started: float
    wall_s: float
    lost: str = ""
    broken: str = ""


def get_ready(named: int, jobs: int) -> None:
    """Let the workers' libraries load in other processes while this one goes on, if there will be workers; 0 claims named are all."""
    if jobs > 1 and named != 1:
        workers.ready(min(jobs, named) if named else jobs)


def verify_one(claim: str, examples: int, seed: int) -> Found:
    """Verify one claim in this process; every warning is an error, since it may be a wrong number.

    Whatever the claim's code raises is told in `Found.broken`, so that all other claims go on.
    """
    from theory.registry import claims
    from theory.verify import refuse_empty, verify

    started = time.time()
    try:
        refuse_empty(claims()[claim][0])
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = verify(claims()[claim][0], examples, seed, assumes=_assumed(claim))
        evidence.refuse_non_finite(msgspec.to_builtins(found))  # as it would be when it is written, after all other claims
    except (Exception, SystemExit) as error:  # noqa: BLE001 - proofs and definitions are code that others add, and may raise anything
        return Found(claim, [], started, time.time() - started, broken=described(error))
    return Found(claim, found, started, time.time() - started)


def _assumed(claim: str) -> dict[str, tuple[str, ...]] | None:
    """Return what the paper assumes of each printed part of a claim, in the ledger's words; None where the ledger has no such claim."""
    rows = [row for row in ledger.read().claims if row.id == claim]
    return {s.part: s.assumes for s in rows[0].of_form("printed")} if rows else None


def verify_all(ids: Sequence[str], examples: int, seed: int, jobs: int) -> Iterator[Found]:
    """Yield what is found about each claim, as it is complete. One job works in this process, several in processes of their own."""
    if jobs == 1 or len(ids) == 1:
        yield from (verify_one(claim, examples, seed) for claim in ids)
        return
    tasks = [(claim, examples, seed) for claim in _largest_first(ids)]
    for (claim, _, _), started, result in workers.spread(tasks, min(jobs, len(tasks))):
        yield result if isinstance(result, Found) else Found(claim, [], started, time.time() - started, lost=str(result))


def _largest_first(ids: Sequence[str]) -> list[str]:
    """Order claims by what there is to attack, so that no core is left with the largest at the end."""
    from theory.registry import claims

    def attacks(name: str) -> int:
        claim = claims()[name][0]
        return sum(len(statements) for _, statements in claim.forms()) + len(claim.assumes)

    return sorted(ids, key=attacks, reverse=True)


def keep(found: Found, out: Path, examples: int, seed: int) -> None:
    """Write the evidence on one claim, whole or not at all.

    Where its code is broken the file says that nothing was found: neither evidence of an earlier run nor the published one then counts
    for code that no longer gives it.
    """
    command = f"python -m theory verify {found.claim} --examples {examples} --seed {seed}"
    origin = provenance(command, seed, found.started)
    evidence.write(out, Dossier(schema=SCHEMA, claim=found.claim, source="theory", provenance=origin, evidence=found.evidence))


def refuse_unwritable(out: Path, write: Callable[[Path, bytes], None] = evidence.write_whole) -> None:
    """Raise EvidenceError now, and not after minutes of work, if the folder cannot be written."""
    probe = out / "evidence" / "theory" / ".writable"
    write(probe, b"")
    probe.unlink()
