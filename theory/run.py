"""Verify many claims, a process for each core, and write the evidence on a claim as soon as it is complete."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from reports import evidence
from reports.evidence import SCHEMA, Dossier
from reports.provenance import provenance
from theory import workers
from theory.verify_claim import Verified, verify_one


def get_ready(named: int, jobs: int) -> None:
    """Let the workers' libraries load in other processes while this one goes on, if there will be workers; 0 claims named are all."""
    if jobs > 1 and named != 1:
        workers.ready(min(jobs, named) if named else jobs)


def verify_all(ids: Sequence[str], examples: int, seed: int, jobs: int) -> Iterator[Verified]:
    """Yield the evidence on each claim, as it is complete. One job works in this process, several in worker processes."""
    if jobs == 1 or len(ids) == 1:
        yield from (verify_one(claim, examples, seed) for claim in ids)
        return
    tasks = [(claim, examples, seed) for claim in _largest_first(ids)]
    for (claim, _, _), started, result in workers.spread(tasks, min(jobs, len(tasks))):
        yield result if isinstance(result, Verified) else Verified(claim, [], started, time.time() - started, lost=str(result))


def _largest_first(ids: Sequence[str]) -> list[str]:
    """Order claims by what there is to attack, so that no core is left with the largest at the end."""
    from theory.registry import claims

    def attacks(name: str) -> int:
        claim = claims()[name][0]
        return sum(len(statements) for _, statements in claim.forms()) + len(claim.assumes)

    return sorted(ids, key=attacks, reverse=True)


def keep(result: Verified, out: Path, examples: int, seed: int) -> None:
    """Write the evidence on one claim, whole or not at all.

    Where its code is broken the file says that nothing was found: neither evidence of an earlier run nor the published one then counts
    for code that no longer gives it.
    """
    command = f"python -m theory verify {result.claim} --examples {examples} --seed {seed}"
    origin = provenance(command, seed, result.started)
    evidence.write(out, Dossier(schema=SCHEMA, claim=result.claim, source="theory", provenance=origin, evidence=result.evidence))


def refuse_unwritable(out: Path) -> None:
    """Raise EvidenceError now, and not after minutes of work, if the folder cannot be written."""
    probe = out / "evidence" / "theory" / ".writable"
    evidence.write_whole(probe, b"")
    probe.unlink()
