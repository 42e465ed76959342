"""Have Coq's kernel check the formal proofs of the main lemmas, and record each as evidence on its statement in the ledger.

Exit status: 0, also where coqc is missing, and nothing is then written; 1 where a proof breaks; the others as in reports/command.py (2 for
a wrong call or a file or standard output that cannot be used, 130 for Ctrl-C, 141 for a closed pipe). Evidence is written only after every
proof has been checked.
"""

from __future__ import annotations

from reports import collector, interrupt, needed

interrupt.exit_on_interrupt(__name__)  # before the other imports, which take a while
collector.rest(__name__)
needed.refuse_missing(__name__, "formal", "tyro")

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import tyro
from rich.console import Console
from rich.text import Text

from reports import calls, command, evidence, lock
from reports.arguments import Place
from reports.command import FALLEN, FINE, start, status_of
from reports.counted import counted
from reports.evidence import Dossier, Evidence, EvidenceError
from reports.provenance import ROOT, provenance
from reports.terminal import Column, Line, room, say, table
from theory.formal import coq
from theory.formal.coq import Checked, ProofError
from theory.formal.row import Row
from theory.formal.theorems import FILES, TABLE

COMMAND = "python -m theory.formal"  # the folder of --out changes no evidence, so it is not part of it


@dataclass(frozen=True)
class Check:
    """Check every proof and write the evidence."""

    out: Place = ROOT / "reports" / "out"
    """Folder whose evidence/formal receives a file a claim."""


def record(row: Row, checked: Checked, version: str) -> Evidence:
    """Return the evidence that a checked theorem gives on its statement."""
    theorems = checked.source.theorems
    details: dict[str, Any] = {
        "theorem": row.theorem,
        "statement": theorems[row.theorem],
        "file": f"theory/formal/{row.file}.v",
        "axioms": list(checked.axioms),
        "coq": version,
    }
    if row.also:
        details["also"] = [{"theorem": name, "statement": theorems[name]} for name in row.also]
    return Evidence(claim=row.claim, form=row.form, part=row.part, method="formal", outcome=row.outcome, says=row.says, details=details)


def dossiers(checked: Sequence[Checked], version: str, started: float) -> list[Dossier]:
    """Return one dossier a claim, in the order of the table."""
    files = {item.source.name: item for item in checked}
    by_claim: dict[str, list[Evidence]] = {}
    for row in TABLE:
        by_claim.setdefault(row.claim, []).append(record(row, files[row.file], version))
    origin = provenance(COMMAND, None, started)
    return [
        Dossier(schema=evidence.SCHEMA, claim=claim, source="formal", provenance=origin, evidence=items)
        for claim, items in by_claim.items()
    ]


def run(call: Check, console: Console) -> None:
    """Check all sources, write the evidence and print a line for each statement. Where coqc is missing say so and do nothing."""
    calls.output("--out", call.out)
    coqc = coq.find()
    if coqc is None:
        says = "coqc is not here, so no formal proof was checked and the other proofs stand alone; `apt-get install coq` brings it"
        say(console, [Text(says)])
        return
    with lock.output(call.out, "formal"):
        _check(coqc, call, console)


def _check(coqc: str, call: Check, console: Console) -> None:
    started = time.time()
    sources = [coq.read(coq.SOURCES / f"{name}.v") for name in FILES]
    version = coq.version(coqc)
    with console.status("") as status:
        checked = coq.check(coqc, sources, lambda name: status.update(f"checking {name}.v"))
    written = dossiers(checked, version, started)
    for dossier in written:
        evidence.write(call.out, dossier)
    columns = (Column("outcome", leaves=1), Column("claim"), Column("statement"), Column("theorem", leaves=2))
    rows = [(row.outcome, row.claim, f"{row.form} {row.part}", row.theorem) for row in TABLE]
    say(console, [line for lines in table(columns, rows, room(console)) for line in lines])
    count = counted(sum(len(source.theorems) for source in sources), "theorem")
    done = f"Coq {version} checked {count} in {time.time() - started:.0f} s; {counted(len(written), 'file')} in {call.out}"
    say(
        console,
        [Text(), Line(Text(done), 0, 2), Line(Text("next: python -m theory show ID, or python -m reports build", style="dim"), 0, 2)],
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""

    def work() -> int:
        call = tyro.cli(Check, prog=COMMAND, description=__doc__, args=arguments)
        try:
            run(call, Console())
        except ProofError as error:
            command.say(str(error))
            return FALLEN
        return FINE

    return status_of(work, EvidenceError)


if __name__ == "__main__":
    start(main)
