"""The command line of the record: `python -m reports build` renders the page, `python -m reports check` finds what does not fit.

Exit status: 0, 1 where `check` found something, 2 for a wrong call or a file that cannot be read or written, 130 for Ctrl-C.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from reports import evidence, ledger, record, sentences
from reports.evidence import Dossier, EvidenceError
from reports.ledger import Ledger, LedgerError
from reports.page.readme import ReadmeError

if TYPE_CHECKING:
    from reports.page.claims_json import Document
    from reports.page.runs import Runs

FOUND, WRONG, INTERRUPTED = 1, 2, 130


@dataclass(frozen=True)
class Build:
    """Render claims.json, claims.md and claims.html from the evidence and the runs that are there."""

    evidence: Annotated[tuple[Path, ...], tyro.conf.arg(metavar="DIR ...")] = ()
    """Folders of evidence; what an earlier one holds counts. Default: reports/out, then reports/published."""
    out: Path = record.OUT
    """Folder to write the page to."""
    publish: bool = False
    """Also copy the evidence, what the page shows of runs, and the page to reports/published, to be committed."""
    readme: Path | None = None
    """File whose table of claims, between its two markers, is rewritten."""
    ledger: Path = ledger.DEFAULT_PATH
    """The ledger."""


@dataclass(frozen=True)
class Check:
    """List what does not fit, a line each.

    Evidence on nothing, statements to be proved or checked without any, refuted printed ones without effect or quotation, effects of
    others, pointers to nothing, rows that no sentence of the paper names, and published pages that are stale.
    """

    evidence: Annotated[tuple[Path, ...], tyro.conf.arg(metavar="DIR ...")] = ()
    """Folders of evidence; what an earlier one holds counts. Default: reports/out, then reports/published."""
    readme: Path | None = None
    """File whose block of claims, between its two markers, must be that of the published evidence."""
    ledger: Path = ledger.DEFAULT_PATH
    """The ledger."""


def build(call: Build) -> int:
    """Write the page and return the exit status 0."""
    from reports.page import readme, runs

    folders = _folders(call.evidence)
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
    sys.stdout.write(f"{len(page.claims)} claims, {page.generated.evidence} pieces of evidence: {call.out / 'claims.html'}\n")
    return 0


def check(call: Check) -> int:
    """Print what does not fit, a line each, and return the exit status: 0 if there is nothing."""
    from reports.page import pointers, runs

    folders = _folders(call.evidence)
    book, dossiers = ledger.read(call.ledger), record.gather(folders)
    lines = record.strangers(book, dossiers)
    for claim, missing in record.unsupported(book, dossiers):
        lines.append(f"no evidence speaks of {claim}, {missing.form} {missing.part}, which needs a {missing.needs}")
    lines += record.effects(book, dossiers)
    lines += pointers.dangling(book, dossiers, runs.gather(folders))
    lines += _stale(book, call.readme)
    answer = "\n".join(lines) or "all evidence has its statement, all statements to be proved or checked have evidence, no page is stale"
    sys.stdout.write(f"{answer}\n")
    return FOUND if lines else 0


def _rendered(book: Ledger, dossiers: Sequence[Dossier], ran: Runs) -> tuple[Document, dict[str, bytes]]:
    """Return the page as data, and the content of its files by their names."""
    from reports.page import claims_html, claims_json, claims_md, sentences_html

    page = claims_json.document(book, dossiers, sentences.read().about(book))
    files = {
        "claims.json": claims_json.encode(page),
        "claims.md": claims_md.render(page),
        "claims.html": claims_html.render(page, ran),
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
        page, files = _rendered(book, record.gather([record.PUBLISHED]), runs.gather([record.PUBLISHED]))
    except EvidenceError as error:
        return [f"the published evidence cannot be rendered: {error}"]
    advice = "publish it anew with `python -m reports build --publish --readme README.md`"
    paths = {record.PUBLISHED / name: content for name, content in files.items()}
    stale = [f"{path.parent.name}/{path.name}" for path, content in paths.items() if not path.is_file() or path.read_bytes() != content]
    if named is not None and readme.stale(named, page, record.PUBLISHED / "claims.md"):
        stale.append(str(named))
    return [f"{name} is stale; {advice}" for name in stale]


def _folders(named: Sequence[Path]) -> Sequence[Path]:
    """Return the folders to read; raise EvidenceError where a named one is none. Those that are not named may be absent."""
    for folder in named:
        if not folder.is_dir():
            raise EvidenceError(f"--evidence must name folders, but {folder} is none; check its spelling")
    return named or (record.OUT, record.PUBLISHED)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    try:
        call = tyro.cli(Build | Check, prog="python -m reports", description=__doc__, args=arguments)
        return build(call) if isinstance(call, Build) else check(call)
    except (LedgerError, EvidenceError, ReadmeError) as error:
        sys.stderr.write(f"{error}\n")
        return WRONG
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; every file that was written is whole\n")
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
