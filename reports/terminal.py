"""What a terminal shows: text folded at words with an indent, and tables that fit its width without cutting a name or a number.

A pipe or a file has no width, so nothing is folded or cut there, unless COLUMNS in the environment gives one.
"""

from __future__ import annotations

import codecs
import io
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rich.console import Console
from rich.text import Text

GAPS = (2, 1)
"""Blanks between two columns: two where they fit."""
STACKED_INDENT = 2


class Line(NamedTuple):
    """A paragraph: its text, the blanks before it, and the blanks before the lines that it is folded to."""

    text: Text
    indent: int = 0
    hang: int = 0


@dataclass(frozen=True)
class Column:
    """A column of a table.

    heading  what stands above it
    right    whether its cells end at the same place, as numbers do
    least    for prose: the width down to which it may be cut, with an ellipsis; None for names and numbers, which are never cut
    leaves   when it is left out of a table that is too wide: the highest number first; 0 for never
    """

    heading: str
    right: bool = False
    least: int | None = None
    leaves: int = 0


def room(console: Console) -> int | None:
    """Return the number of columns there are, None for a pipe or a file."""
    return console.width if console.is_terminal or os.environ.get("COLUMNS", "").isdigit() else None


def say(console: Console, lines: Iterable[Line | Text]) -> None:
    """Print paragraphs, folded where there is a width; brackets are never taken for markup. Signs that the stream lacks are escaped."""
    _escape(console)
    width = room(console)
    for line in lines:
        text, indent, hang = line if isinstance(line, Line) else Line(line)
        folded = [text] if width is None else list(text.wrap(console, max(1, width - max(indent, hang)))) or [text]
        for number, part in enumerate(folded):
            part.rstrip()
            console.print(Text(" " * (hang if number else indent)) + part, soft_wrap=True)


def _escape(console: Console) -> None:
    """Have a stream that cannot hold Unicode, as under LC_ALL=C, take escapes in its place and not fail."""
    stream = console.file
    if isinstance(stream, io.TextIOWrapper) and not codecs.lookup(stream.encoding).name.startswith("utf"):
        stream.reconfigure(errors="backslashreplace")


def table(columns: Sequence[Column], rows: Sequence[Sequence[str | Text]], width: int | None) -> list[list[Text]]:
    """Return the lines of the headings, then the lines of each row.

    Where the table is too wide, prose is cut and then columns are left out. If even those that never leave do not fit, there are no
    headings and each row is stacked: its first cell, and below it the others with their headings.
    """
    cells = [[cell.copy() if isinstance(cell, Text) else Text(cell) for cell in row] for row in rows]
    natural = [max([len(column.heading), *(row[place].cell_len for row in cells)]) for place, column in enumerate(columns)]
    shown = list(range(len(columns)))
    while True:
        for gap in GAPS:
            widths = _fitted(columns, natural, shown, gap, width)
            if widths is not None:
                heading = [Text(column.heading, style="bold") for column in columns]
                return [[_row(columns, widths, row, gap)] for row in (heading, *cells)]
        if all(columns[place].leaves == 0 for place in shown):
            return [[], *(_stacked(columns, row, width or 0) for row in cells)]
        shown.remove(max(shown, key=lambda place: columns[place].leaves))


def _fitted(columns: Sequence[Column], natural: Sequence[int], shown: Sequence[int], gap: int, width: int | None) -> dict[int, int] | None:
    """Return the width of each column that is kept, prose shrunk where it must be; None where they do not fit."""
    widths = {place: natural[place] for place in shown}
    while width is not None and sum(widths.values()) + gap * (len(shown) - 1) > width:
        prose = [place for place in shown if widths[place] > (columns[place].least or widths[place])]
        if not prose:
            return None
        widths[max(prose, key=lambda place: widths[place])] -= 1
    return widths


def _row(columns: Sequence[Column], widths: dict[int, int], cells: Sequence[Text], gap: int) -> Text:
    """Return one line of a table."""
    parts: list[Text] = []
    for place, width in widths.items():
        part = cells[place].copy()
        part.truncate(width, overflow="ellipsis")
        part.align("right" if columns[place].right else "left", width)
        parts.append(part)
    line = Text(" " * gap).join(parts)
    line.rstrip()
    return line


def _stacked(columns: Sequence[Column], cells: Sequence[Text], width: int) -> list[Text]:
    """Return a row as its first cell and, below it, as many others on a line as fit, each after its heading."""
    lines = [cells[0].copy()]
    for column, cell in zip(columns[1:], cells[1:], strict=True):
        if not cell.plain:
            continue
        item = Text(f"{column.heading} " if column.heading else "").append_text(cell)
        if len(lines) > 1 and lines[-1].cell_len + 2 + item.cell_len <= width:
            lines[-1].append(", ").append_text(item)
        else:
            lines.append(Text(" " * STACKED_INDENT).append_text(item))
    return lines
