"""Verify the theoretical claims of the paper: `python -m theory list`, `show ID`, `verify [ID ...]`.

Exit status of `verify`: 0 when nothing that should hold has fallen; 1 when a corrected or beyond statement falls, a near miss survives
or a proof breaks; 2 for a wrong call; 130 for Ctrl-C, when the evidence written so far is whole.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from reports import ledger, record
from reports.evidence import EvidenceError
from reports.ledger import LedgerError
from theory import pages, run
from theory.faults import faults
from theory.interrupt import heard
from theory.provenance import cores

FALLEN, WRONG = 1, 2


@dataclass(frozen=True)
class List:
    """List every claim with its place in the paper and in the code."""


@dataclass(frozen=True)
class Show:
    """Show one claim: statements, verdicts, derivation, attacks, assumptions."""

    id: tyro.conf.Positional[str]
    """The claim's id, as `list` prints it."""
    evidence: Annotated[tuple[Path, ...], tyro.conf.arg(metavar="DIR ...")] = (record.OUT, record.PUBLISHED)
    """Folders of evidence; what an earlier one holds counts."""


@dataclass(frozen=True)
class Verify:
    """Prove and attack claims, all of them or the named ones, and write the evidence."""

    ids: Annotated[tyro.conf.Positional[tuple[str, ...]], tyro.conf.arg(metavar="[ID ...]")] = ()
    """Claims to verify; all that are not experiments where none is named."""
    examples: int = 10_000
    """Points for each property, at least."""
    seed: int = 0
    """Where all randomness comes from: the same seed writes the same evidence."""
    jobs: int = 0
    """Processes; 0 takes one for each core."""
    out: Path = record.OUT
    """Folder whose evidence/theory receives a file a claim."""


class CallError(ValueError):
    """A wrong call; the message says what must hold, what came and what to do."""


def list_claims(console: Console) -> int:
    """Print the list."""
    from theory.registry import claims

    pages.show(console, pages.listing(ledger.read(), {name: module.replace(".", "/") + ".py" for name, (_, module) in claims().items()}))
    return 0


def show(call: Show, console: Console) -> int:
    """Print one claim's page from the evidence on disk."""
    row = ledger.read().claim(call.id)
    from theory.registry import claims

    place = claims()[call.id][1].replace(".", "/") + ".py" if call.id in claims() else "not in theory/"
    dossiers = [dossier for dossier in record.gather(call.evidence) if dossier.claim == call.id]
    pages.show(console, pages.claim_page(row, dossiers, place))
    if not dossiers:
        console.print(f"\nno evidence yet; `python -m theory verify {call.id}` finds it", markup=False, highlight=False)
    return 0


def verify(call: Verify, console: Console) -> int:
    """Verify, write, and print the table; return the exit status."""
    book = ledger.read()
    _refuse_numbers(call)
    run.get_ready(len(call.ids), call.jobs or cores())
    for name in call.ids:
        book.claim(name)
    run.refuse_unwritable(call.out)
    ids = _chosen(book, call.ids)
    started = time.time()
    rows = {}
    for found in _with_progress(run.verify_all(ids, call.examples, call.seed, call.jobs or cores()), len(ids), console):
        run.keep(found, call.out, call.examples, call.seed)
        row = book.claim(found.claim)
        rows[found.claim] = (row, found.evidence, found.wall_s, faults(row, found.evidence))
    ordered = [rows[name] for name in ids]
    pages.show(console, pages.summary([(row, evidence, seconds, len(wrong)) for row, evidence, seconds, wrong in ordered]))
    evidence = [item for _, items, _, _ in ordered for item in items]
    points, misses = pages.total(evidence, "property", "points"), pages.total(evidence, "near-miss", "made")
    proofs = [
        item for item in evidence if item.method in ("symbolic", "certificate") and item.outcome == "supports" and "bound" in item.details
    ]
    bound = sum(item.details["bound"] for item in proofs)
    done = f"\n{len(ids)} claims, {points:,} points, {misses:,} near misses, {time.time() - started:.0f} s"
    console.print(f"{done}; evidence in {call.out / 'evidence'}", markup=False, highlight=False, soft_wrap=True)
    console.print(f"{bound} of {len(proofs)} proofs are bound to their statements", markup=False, highlight=False, soft_wrap=True)
    lines = [f"{row.id}: {line}" for row, _, _, wrong in ordered for line in wrong]
    for line in lines:
        console.print(f"FAULT {line}", markup=False, highlight=False, style="red", soft_wrap=True)
    return FALLEN if lines else 0


def _refuse_numbers(call: Verify) -> None:
    if call.examples < 1:
        raise CallError(f"--examples must be at least 1, got {call.examples}; leave it out for 10000")
    if not 0 <= call.seed < 2**32:
        raise CallError(f"--seed must lie between 0 and 2^32 - 1, got {call.seed}; leave it out for 0")
    if call.jobs < 0:
        raise CallError(f"--jobs must be 0 (one for each core) or more, got {call.jobs}")


def _chosen(book: ledger.Ledger, named: Sequence[str]) -> list[str]:
    """Return the claims to verify, in the ledger's order; an experiment has no code here."""
    from theory.registry import claims

    strangers = sorted(set(claims()) - set(book.ids))
    if strangers:
        raise CallError(f"every claim in code must have its row in reports/claims.toml, but {', '.join(strangers)} has none; add it")
    absent = [name for name in dict.fromkeys(named) if name not in claims()]
    if absent:
        raise CallError(f"only claims that theory/ states can be verified, but {', '.join(absent)} is not one; see `python -m theory list`")
    return [name for name in book.ids if name in claims() and (not named or name in named)]


def _with_progress(found: Iterable[run.Found], count: int, console: Console) -> Iterator[run.Found]:
    """Yield what comes, with a bar, the claim that was last completed and the time left."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("verifying", total=count)
        for item in found:
            yield item
            progress.update(task, advance=1, description=f"verifying; {item.claim} done")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    console = Console()
    try:
        with heard():
            call = tyro.cli(List | Show | Verify, prog="python -m theory", description=__doc__, args=arguments)
            match call:
                case List():
                    return list_claims(console)
                case Show():
                    return show(call, console)
                case _:
                    return verify(call, console)
    except (CallError, LedgerError, EvidenceError) as error:
        sys.stderr.write(f"{error}\n")
        return WRONG


if __name__ == "__main__":
    sys.exit(main())
