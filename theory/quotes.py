"""Look for every number that was copied by hand in the paper's own text, which the user gives: `python -m theory quotes FILE`."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text

from reports import files
from reports.command import CallError
from reports.counted import counted
from reports.quotes import Quote, in_one_form, places
from reports.refusal import cut
from reports.terminal import Column, table

LIMIT = 64 * files.MIB
"""Bytes of the paper."""
TEXT_LIMIT = 2 * files.MIB
"""Bytes of its text."""
SECONDS = 60.0
"""What pdftotext may take."""


@dataclass(frozen=True)
class Looked:
    """A quote, and at how many places the paper's text has its context."""

    quote: Quote
    times: int


def text_of(path: Path) -> str:
    """Return the text of a file: UTF-8, or a PDF, which `pdftotext` reads; raise CallError where that cannot be done."""
    try:
        content = files.read_bytes(path, LIMIT)
    except OSError as error:
        raise CallError(f"FILE must be the paper as a PDF or as plain text, but {path}: {error.strerror}; give another file") from error
    if content.startswith(b"%PDF-"):
        content = _of_pdf(path)
    if len(content) > TEXT_LIMIT:
        raise CallError(f"the text of {path} must have at most {TEXT_LIMIT:,} bytes, got {len(content):,}; give the paper alone")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CallError(f"{path} must be a PDF or text in UTF-8, but {error.reason} at byte {error.start}; convert it") from error
    if not text.strip():
        raise CallError(f"{path} must hold text, but it holds none; where a PDF is a picture of pages, give its text")
    return text


def _of_pdf(path: Path) -> bytes:
    program = shutil.which("pdftotext")
    if program is None:
        raise CallError(
            f"{path} is a PDF, and pdftotext, which reads it, is not on PATH; install it (apt-get install poppler-utils) or give text"
        )
    command = [program, "-enc", "UTF-8", "-layout", str(path.resolve()), "-"]
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=SECONDS, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CallError(f"pdftotext could not read {path}: {cut(str(error))}; give plain text") from error
    if done.returncode != 0:
        complaint = " ".join(done.stderr.decode("utf-8", "replace").split())
        raise CallError(f"pdftotext could not read {path}: {cut(complaint) or f'status {done.returncode}'}; give plain text")
    return done.stdout


def look(quotes: Sequence[Quote], text: str) -> list[Looked]:
    """Look for the context of every quote in the text."""
    plain = in_one_form(text)
    return [Looked(quote, places(quote.context, plain)) for quote in quotes]


def report(looked: Sequence[Looked], width: int | None) -> list[Text]:
    """Return a table of what stands where, and a last line that counts."""
    columns = [Column("number", right=True), Column("place"), Column("found"), Column("words around it", leaves=1, least=20)]
    rows: list[list[str | Text]] = [
        [
            item.quote.as_printed,
            item.quote.place,
            Text("no", style="bold red") if not item.times else "yes" if item.times == 1 else f"{item.times} times",
            item.quote.context,
        ]
        for item in looked
    ]
    lines = [line for lines in table(columns, rows, width) for line in lines]
    absent = sum(item.times == 0 for item in looked)
    verdict = f"{len(looked) - absent} of {counted(len(looked), 'number')} stand where the suite says that the paper prints them"
    return [*lines, Text(), Text(verdict if not absent else f"{verdict}; {absent} do not", style="red" if absent else "")]
