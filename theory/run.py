"""Verify many claims, a process for each core, and write what is found about a claim as soon as it is complete."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import connection, forkserver
from pathlib import Path
from typing import Any

import msgspec

from reports import evidence
from reports.evidence import SCHEMA, Dossier, Evidence
from theory.broken import described
from theory.provenance import provenance

FORKSERVER = "forkserver" in multiprocessing.get_all_start_methods()


@dataclass(frozen=True)
class Found:
    """All evidence on one claim, and how long it took in seconds. `broken` says what its code raised; there is then no evidence."""

    claim: str
    evidence: list[Evidence]
    started: float
    wall_s: float
    broken: str = ""


def get_ready(named: int, jobs: int) -> None:
    """Let the workers' libraries load in another process while this one goes on, if there will be workers; 0 claims named are all."""
    if FORKSERVER and jobs > 1 and named != 1:
        _workers()
        handler = signal.signal(signal.SIGINT, signal.SIG_IGN)  # which it inherits: Ctrl-C is this process's to answer
        forkserver.ensure_running()
        signal.signal(signal.SIGINT, handler)


def _workers() -> Any:
    """Return how workers are started: never forked from here, where JAX holds threads, but from a process that has only imported it."""
    context = multiprocessing.get_context("forkserver" if FORKSERVER else "spawn")
    if FORKSERVER:
        context.set_forkserver_preload(["theory.loaded"])
    return context


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
            found = verify(claims()[claim][0], examples, seed)
        evidence.refuse_non_finite(msgspec.to_builtins(found))  # as it would be when it is written, after all other claims
    except (Exception, SystemExit) as error:  # noqa: BLE001 - proofs and definitions are code that others add, and may raise anything
        return Found(claim, [], started, time.time() - started, described(error))
    return Found(claim, found, started, time.time() - started)


def verify_all(ids: Sequence[str], examples: int, seed: int, jobs: int) -> Iterator[Found]:
    """Yield what is found about each claim, as it is complete. One job works in this process, several in processes of their own."""
    if jobs == 1 or len(ids) == 1:
        yield from (verify_one(claim, examples, seed) for claim in ids)
        return
    pool = ProcessPoolExecutor(jobs, mp_context=_workers(), initializer=_live_with_parent)
    try:
        for future in as_completed([pool.submit(verify_one, claim, examples, seed) for claim in _largest_first(ids)]):
            yield future.result()
    except BaseException:
        workers = list((pool._processes or {}).values())  # noqa: SLF001 - Ctrl-C must not wait for the claims in progress
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.terminate()
        raise
    pool.shutdown()


def _largest_first(ids: Sequence[str]) -> list[str]:
    """Order claims by what there is to attack, so that no core is left with the largest at the end."""
    from theory.registry import claims

    def attacks(name: str) -> int:
        claim = claims()[name][0]
        return sum(len(statements) for _, statements in claim.forms()) + len(claim.assumes)

    return sorted(ids, key=attacks, reverse=True)


def _live_with_parent() -> None:
    """Leave Ctrl-C to the parent, and end when it ends: a worker that was just being started is not among those it can end itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


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
