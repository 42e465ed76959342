"""The command line of the record: `python -m reports build` renders the page, `check` finds what does not fit,
`changes` tells what differs from an earlier version.

Exit status: 0; 1 where `check` found something; the others as in reports/command.py (2 for a wrong call or a file or standard output that
cannot be used, 130 for Ctrl-C, 141 for a closed pipe).
"""

from __future__ import annotations

from reports import collector, interrupt, needed

interrupt.exit_on_interrupt(__name__)  # before the other imports, which take a while
collector.rest(__name__)
needed.refuse_missing(__name__, "report", "tyro", "jinja2")

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from reports import calls, evidence, ledger, lock, record, sentences
from reports.arguments import UNTOLD, MaybePlace, Place, Places
from reports.command import FALLEN, start, status_of
from reports.counted import counted
from reports.evidence import Dossier, EvidenceError
from reports.ledger import Ledger, LedgerError
from reports.page.places import SourceError
from reports.page.readme import ReadmeError

if TYPE_CHECKING:
    from reports.page.entries import Document
    from reports.page.runs import Runs


@dataclass(frozen=True)
class Build:
    """Render claims.json, claims.md and claims.html from the evidence and the runs that are there."""

    evidence: Annotated[Places, UNTOLD] = ()
    """Folders of evidence; what an earlier one holds counts. Default: reports/out, then reports/published."""
    out: Place = record.OUT
    """Folder to write the page to."""
    publish: bool = False
    """Also copy the evidence, what the page shows of runs, and the page to reports/published, to be committed."""
    readme: MaybePlace = None
    """File whose table of claims, between its two markers, is rewritten."""
    ledger: Place = ledger.DEFAULT_PATH
    """The ledger."""


@dataclass(frozen=True)
class Check:
    """List what does not fit, a line each.

    Evidence on nothing, statements to be proved or checked without any, refuted printed ones without effect or quotation, effects of
    others, pointers to nothing, rows that no sentence of the paper names, and published pages that are stale.
    """

    evidence: Annotated[Places, UNTOLD] = ()
    """Folders of evidence; what an earlier one holds counts. Default: reports/out, then reports/published."""
    readme: MaybePlace = None
    """File whose block of claims, between its two markers, must follow from the published evidence."""
    ledger: Place = ledger.DEFAULT_PATH
    """The ledger."""


@dataclass(frozen=True)
class Changes:
    """List the verdicts that differ between an earlier claims.json and another one, and the statements that came or went."""

    before: Annotated[Path, tyro.conf.Positional]
    """The earlier claims.json, such as one from another commit: `git show COMMIT:reports/published/claims.json > before.json`."""
    after: Place = record.PUBLISHED / "claims.json"
    """The later one."""


def build(call: Build) -> int:
    """Write the page and return the exit status 0."""
    folders = _refuse_paths(call)
    calls.output("--out", call.out)
    with ExitStack() as held:
        held.enter_context(lock.output(call.out, "build"))
        if call.publish:
            held.enter_context(lock.locked(record.OUT, f"{lock.LOCKS}/publish", f"publish to {record.PUBLISHED}", advice="try again"))
        return _built(call, folders)


def _built(call: Build, folders: Sequence[Path]) -> int:
    from reports.page import readme, runs

    dossiers, ran = record.gather(folders), runs.gather(folders)
    shown = dossiers if call.publish else record.gather(folders, mark=True)
    page, files = _rendered(ledger.read(call.ledger), shown, ran)
    for folder in [call.out, record.PUBLISHED] if call.publish else [call.out]:
        for name, content in files.items():
            evidence.write_whole(folder / name, content)
    if call.publish:
        for dossier in dossiers:
            evidence.write(record.PUBLISHED, dossier)
        runs.write(record.PUBLISHED, ran)
    if call.readme is not None:
        readme.rewrite(call.readme, page, record.PUBLISHED / "claims.md")
    counts = f"{counted(len(page.claims), 'claim')}, {counted(page.generated.evidence, 'piece')} of evidence"
    sys.stdout.write(f"{counts}: {call.out / 'claims.html'}\n")
    return 0


def check(call: Check) -> int:
    """Print what does not fit, a line each, and return the exit status: 0 if there is nothing."""
    from reports.page import pointers, runs

    folders = _refuse_paths(call)
    book, dossiers = ledger.read(call.ledger), record.gather(folders)
    lines = record.strangers(book, dossiers)
    for claim, missing in record.unsupported(book, dossiers):
        lines.append(f"no evidence speaks of {claim}, {missing.form} {missing.part}, which needs a {missing.needs}")
    lines += record.effects(book, dossiers)
    lines += pointers.dangling(book, dossiers, runs.gather(folders))
    lines += _stale(book, call.readme)
    answer = "\n".join(lines) or "all evidence has its statement, all statements to be proved or checked have evidence, no page is stale"
    sys.stdout.write(f"{answer}\n")
    return FALLEN if lines else 0


def changes(call: Changes) -> int:
    """Print what changed, a line each, and return the exit status 0."""
    from reports.page import since

    for name, path in (("BEFORE", call.before), ("--after", call.after)):
        calls.file(name, path)
    lines = since.changes(since.read(call.before), since.read(call.after))
    answer = "\n".join(lines) or "no verdict changed, and no statement came or went"
    sys.stdout.write(f"{answer}\n")
    return 0


def _rendered(book: Ledger, dossiers: Sequence[Dossier], ran: Runs) -> tuple[Document, dict[str, bytes]]:
    """Return the page as data, and the content of its files by their names."""
    from reports.page import claims_html, claims_json, claims_md, evidence_html, sentences_html

    page = claims_json.document(book, dossiers, sentences.read().about(book))
    files = {
        "claims.json": claims_json.encode(page),
        claims_json.SCHEMA_PATH.name: claims_json.schema(),
        "claims.md": claims_md.render(page),
        "claims.html": claims_html.render(page, ran),
        "evidence.html": evidence_html.render(page, ran),
    }
    if page.sentences:
        files["sentences.html"] = sentences_html.render(page)
    return page, files


def _stale(book: Ledger, named: Path | None) -> list[str]:
    """Return, a line each, the published pages that differ from what the published evidence renders to; none where nothing is published."""
    from reports.page import readme, runs

    if not (record.PUBLISHED / "claims.json").exists():
        return []
    try:
        ran = runs.gather([record.PUBLISHED])
        page, files = _rendered(book, record.gather([record.PUBLISHED]), ran)
    except EvidenceError as error:
        return [f"the published evidence cannot be rendered: {error}"]
    advice = (
        "undo what was edited by hand in reports/published (`git diff` shows it), "
        "or publish it anew with `python -m reports build --publish --readme README.md`"
    )
    paths = {record.PUBLISHED / name: content for name, content in (files | runs.published(ran)).items()}
    stale = [f"{path.parent.name}/{path.name}" for path, content in paths.items() if not path.is_file() or path.read_bytes() != content]
    if named is not None and readme.stale(named, page, record.PUBLISHED / "claims.md"):
        stale.append(str(named))
    return [f"{name} is stale; {advice}" for name in stale]


def _refuse_paths(call: Build | Check) -> Sequence[Path]:
    """Return the folders to read; raise CallError for paths of the wrong kind. Folders that are not named may be absent."""
    calls.file("--ledger", call.ledger)
    if call.readme is not None:
        calls.file("--readme", call.readme)
    calls.folders("--evidence", call.evidence)
    return call.evidence or (record.OUT, record.PUBLISHED)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""

    def work() -> int:
        call = tyro.cli(Build | Check | Changes, prog="python -m reports", description=__doc__, args=arguments)
        if isinstance(call, Changes):
            return changes(call)
        return build(call) if isinstance(call, Build) else check(call)

    return status_of(work, LedgerError, EvidenceError, ReadmeError, SourceError)


if __name__ == "__main__":
    start(main)
