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
from rich.text import Text

from reports import ledger, record, terminal
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

    where = {name: module.replace(".", "/") + ".py" for name, (_, module) in claims().items()}
    terminal.say(console, pages.listing(ledger.read(), where, terminal.room(console)))
    return 0


def show(call: Show, console: Console) -> int:
    """Print one claim's page from the evidence on disk."""
    row = ledger.read().claim(call.id)
    from theory.registry import claims

    place = claims()[call.id][1].replace(".", "/") + ".py" if call.id in claims() else "not in theory/"
    dossiers = [dossier for dossier in record.gather(call.evidence) if dossier.claim == call.id]
    terminal.say(console, pages.claim_page(row, dossiers, place))
    if not dossiers:
        terminal.say(console, [Text(), Text(f"no evidence yet; `python -m theory verify {call.id}` finds it")])
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
    shown = [(row, evidence, seconds, len(wrong)) for row, evidence, seconds, wrong in ordered]
    fallen = {row.id: wrong for row, _, _, wrong in ordered if wrong}
    terminal.say(console, pages.summary(shown, terminal.room(console)))
    terminal.say(console, pages.closing(shown, fallen, call.out, time.time() - started))
    return FALLEN if fallen else 0


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
