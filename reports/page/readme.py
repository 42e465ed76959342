"""The table of claims in README.md: the block between two markers, rewritten from the record; the rest of the file is left as it is."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from reports.evidence import write_whole
from reports.page.claims_json import Document
from reports.page.claims_md import summary

BEGIN = "<!-- claims:begin -->"
END = "<!-- claims:end -->"


class ReadmeError(ValueError):
    """A README whose block cannot be found; the message says what must stand in it."""


def rewritten(text: str, page: Document, target: str) -> str:
    """Return the text with a new table between the markers, its links pointing into the Markdown page at `target`.

    Raises ReadmeError unless each marker stands there exactly once, the beginning first.
    """
    if (text.count(BEGIN), text.count(END)) != (1, 1) or text.index(BEGIN) > text.index(END):
        raise ReadmeError(
            f"{BEGIN} and, after it, {END} must each occur once, got {text.count(BEGIN)} and {text.count(END)}; "
            "put them where the table is to stand"
        )
    before, after = text[: text.index(BEGIN)], text[text.index(END) :]
    return "\n".join([before + BEGIN, *summary(page, target), after])


def rewrite(path: Path, page: Document, target: Path) -> None:
    """Rewrite the table in the file at `path`, whole or not at all; `target` is the Markdown page that it links to."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReadmeError(f"{path} must be a readable text file, but {error}; name another with --readme") from error
    link = PurePosixPath(os.path.relpath(target.resolve(), path.resolve().parent)).as_posix()
    try:
        new = rewritten(text, page, link)
    except ReadmeError as error:
        raise ReadmeError(f"{path}: {error}") from error
    write_whole(path, new.encode())
