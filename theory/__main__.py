"""Verify the theoretical claims of the paper: `python -m theory list`, `show ID`, `verify [ID ...]`; `quotes FILE` looks at what it quotes.

Exit status of `verify`: 0 when nothing that should hold has fallen; 1 when a corrected or beyond statement falls, a near miss survives,
a proof breaks or meets a counterexample, a process that worked on a claim was killed, or the code of a claim raises, of which then no
evidence stands. Of `quotes`: 1 when the paper's text lacks a number at its place. The others as in reports/command.py (2 for a wrong
call or a file or standard output that cannot be used, 130 for Ctrl-C, 141 for a closed pipe). The evidence written so far is whole.
"""

from __future__ import annotations

from reports import collector, interrupt, needed

interrupt.exit_on_interrupt(__name__)  # before the other imports, which take seconds
collector.rest(__name__)
needed.refuse_missing(__name__, "theory", "tyro", "jax", "sympy")

import gc
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro
from rich.console import Console
from rich.text import Text

from reports import calls, evidence, ledger, lock, record, terminal
from reports import quotes as transcribed
from reports.arguments import Place, Places, Whole
from reports.command import FALLEN, FINE, CallError, refuse_path, start, status_of
from reports.counted import counted
from reports.duration import duration
from reports.evidence import Evidence, EvidenceError
from reports.ledger import LedgerError
from reports.provenance import cores
from theory import pages, quotes, run, time_left, worker, workers
from theory.faults import contradictions, faults
from theory.progress import with_progress

MOST_EXAMPLES = 10_000_000  # hours of two cores for all claims
MOST_JOBS = 256  # each is a process with its own JAX
LONG_S = 60.0  # seconds from which on a run says beforehand how long it takes


@dataclass(frozen=True)
class List:
    """List every claim with its place in the paper and in the code."""


@dataclass(frozen=True)
class Show:
    """Show one claim: statements, verdicts, derivation, attacks, assumptions."""

    id: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="ID")]
    """The claim's id, as `list` prints it."""
    evidence: Places = (record.OUT, record.PUBLISHED)
    """Folders of evidence; what an earlier one holds counts."""


@dataclass(frozen=True)
class Verify:
    """Prove and attack claims, all of them or the named ones, and write the evidence."""

    ids: Annotated[tyro.conf.Positional[tuple[str, ...]], tyro.conf.arg(metavar="[ID ...]", help_behavior_hint="")] = ()
    """Claims to verify; all that are not experiments where none is named."""
    examples: Whole = 10_000
    """Points for each property, at least; at most 10,000,000, which take hours of two cores for all claims."""
    seed: Whole = 0
    """Where all randomness comes from: the same seed writes the same evidence."""
    jobs: Whole = 0
    """Processes; 0 takes one for each core."""
    out: Place = record.OUT
    """Folder whose evidence/theory receives a file a claim."""


@dataclass(frozen=True)
class Quotes:
    """Look in the paper's text for every number that was copied from it by hand, each at its place."""

    file: Annotated[tyro.conf.Positional[Place], tyro.conf.arg(metavar="FILE")]
    """The paper, as plain text or as a PDF, which pdftotext reads."""


def list_claims(console: Console) -> int:
    """Print the list."""
    from theory.registry import claims

    where = {name: module.replace(".", "/") + ".py" for name, (_, module) in claims().items()}
    terminal.say(console, pages.listing(ledger.read(), where, terminal.room(console)))
    return 0


def show(call: Show, console: Console) -> int:
    """Print one claim's page from the evidence on disk."""
    row = ledger.read().claim(call.id)
    calls.folders("--evidence", [folder for folder in call.evidence if folder not in (record.OUT, record.PUBLISHED)])
    from theory.registry import claims

    place = claims()[call.id][1].replace(".", "/") + ".py" if call.id in claims() else "not in theory/"
    dossiers = [dossier for dossier in record.gather(call.evidence) if dossier.claim == call.id]
    terminal.say(console, pages.claim_page(row, dossiers, place))
    if not dossiers:
        terminal.say(console, [Text(), Text(f"no evidence yet; `python -m theory verify {call.id}` finds it")])
    return 0


def look_for_quotes(call: Quotes, console: Console) -> int:
    """Print what stands where; return the exit status."""
    looked = quotes.look(transcribed.read(), quotes.text_of(call.file))
    terminal.say(console, quotes.report(looked, terminal.room(console)))
    return FINE if all(item.times for item in looked) else FALLEN


def verify(call: Verify, console: Console) -> int:
    """Verify, write, and print the table; return the exit status."""
    book = ledger.read()
    _refuse_numbers(call)
    _refuse_names(book, call.ids)
    calls.output("--out", call.out)
    run.get_ready(len(call.ids), call.jobs or cores())
    ids, lost = _chosen(book, call.ids)
    with lock.output(call.out, "verify"):
        run.refuse_unwritable(call.out)
        return _verified(call, book, ids, lost, console)


def _verified(call: Verify, book: ledger.Ledger, ids: Sequence[str], lost: Sequence[str], console: Console) -> int:
    """Verify claims and tell of those that are lost, whose module cannot be loaded; write, print, and return the exit status."""
    from theory.registry import stated
    from theory.statement import assumed

    started = time.time()
    rows = {}
    absent = [run.Verified(name, [], started, 0.0, broken="no module that can be loaded states it") for name in lost]
    left = _told(call, ids, console)
    results = run.verify_all(ids, call.examples, call.seed, call.jobs or cores()) if ids else ()
    for verified in with_progress(itertools.chain(absent, results), left, console):
        row = book.claim(verified.claim)
        if verified.lost:  # what an earlier call found about the claim stays
            rows[verified.claim] = (row, [], verified.wall_s, [f"{verified.lost}; verify it again"])
            continue
        run.keep(verified, call.out, call.examples, call.seed)
        told = [f"its code is broken: {verified.broken}; no evidence stands"] if verified.broken else faults(row, verified.evidence)
        told += [line for line in contradictions([*verified.evidence, *_formal(verified.claim, call.out)]) if line not in told]
        rows[verified.claim] = (row, verified.evidence, verified.wall_s, told)
    ids = [name for name in book.ids if name in rows]
    ordered = [rows[name] for name in ids]
    shown = [(row, verified, seconds, len(wrong)) for row, verified, seconds, wrong in ordered]
    fallen = {row.id: wrong for row, _, _, wrong in ordered if wrong}
    terminal.say(
        console, pages.summary(shown, terminal.room(console), {name: assumed(claim) for name, (claim, _) in stated().claims.items()})
    )
    terminal.say(console, pages.closing(shown, stated().faults, fallen, call.out, time.time() - started))
    return FALLEN if fallen or stated().faults else 0


def _formal(claim: str, out: Path) -> Sequence[Evidence]:
    """Return what Coq said of a claim when it was last asked: a proof here may meet a refutation there."""
    paths = [evidence.path_of(folder, "formal", claim) for folder in (out, record.PUBLISHED)]
    return next((evidence.read(path).evidence for path in paths if path.is_file()), ())


def _refuse_numbers(call: Verify) -> None:
    calls.between("--examples", call.examples, 1, MOST_EXAMPLES, "hours of two cores for all claims", "leave it out for 10000")
    calls.between("--seed", call.seed, 0, 2**32 - 1, "a seed has 32 bits", "leave it out for 0")
    calls.between("--jobs", call.jobs, 0, MOST_JOBS, "each is a process with its own JAX", "leave it out for one on each core")


def _refuse_names(book: ledger.Ledger, named: Sequence[str]) -> None:
    """Raise CallError, with all unknown names, where some names belong to no claim that the ledger wants proved."""
    known = _to_prove(book)
    experiments = [name for name in dict.fromkeys(named) if name in book.ids and name not in known]
    advice = "see `python -m theory list`"
    if experiments:
        asked = f"{', '.join(experiments)} {'is an experiment' if len(experiments) == 1 else 'are experiments'}"
        advice = f"{asked}, for which there is `python -m empirical run`; {advice}"
    calls.among(f"a claim to verify must be one of the {len(known)} that reports/claims.toml has to be proved", named, known, advice)


def _to_prove(book: ledger.Ledger) -> list[str]:
    return [row.id for row in book.claims if any(statement.needs == "proof" for statement in row.statements)]


def _chosen(book: ledger.Ledger, named: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the claims to verify, and those that no module states that can be loaded; both in the ledger's order."""
    from theory.registry import claims

    known = claims()
    strangers = sorted(set(known) - set(book.ids))
    if strangers:
        raise CallError(f"every claim in code must have its row in reports/claims.toml, but {', '.join(strangers)} has none; add it")
    chosen = [name for name in book.ids if (name in named if named else name in known or name in _to_prove(book))]
    return [name for name in chosen if name in known], [name for name in chosen if name not in known]


def _told(call: Verify, ids: Sequence[str], console: Console) -> time_left.Left:
    """Say how long a long run takes, and return the time that is left."""
    from theory.registry import claims

    properties = {name: sum(len(statements) for _, statements in claims()[name][0].forms()) for name in ids}
    seconds = time_left.expected(ids, call.examples, properties, (call.out, record.OUT, record.PUBLISHED))
    jobs = call.jobs or cores()
    whole = time_left.in_parallel(seconds.values(), jobs)
    if whole > LONG_S:
        says = f"about {duration(whole)} for {counted(len(ids), 'claim')}; fewer --examples take less"
        console.print(says, markup=False, highlight=False, soft_wrap=True)
    return time_left.Left(seconds, jobs)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""

    def work() -> int:
        console = Console()
        call = tyro.cli(List | Show | Verify | Quotes, prog="python -m theory", description=__doc__, args=arguments)
        from theory.jax_flags import refuse_platforms, set_flags

        gc.set_threshold(*worker.COLLECT)
        set_flags()
        refuse_platforms()
        match call:
            case List():
                return list_claims(console)
            case Show():
                return show(call, console)
            case Quotes():
                return look_for_quotes(call, console)
            case _:
                refuse_path()
                return verify(call, console)

    try:
        return status_of(work, LedgerError, EvidenceError)
    finally:
        workers.dismiss()  # those that were started for a call that was then refused


if __name__ == "__main__":
    start(main)
