"""Types of the options of all commands, whose values are refused in plain words where they cannot be read.

Python alone reads an empty path as the folder where the command was called, and says of a union of types which of them did not fit.
"""

from __future__ import annotations

import errno
import os
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import tyro
from tyro.constructors import PrimitiveConstructorSpec

from reports.calls import shown

LONGEST_REMARK = 2_000
NO_TEXT = ("Cc", "Cs")
"""Unicode's categories of control characters, and of what Python reads from bytes that are no UTF-8."""


def whole(text: str) -> int:
    """Return a whole number; raise ValueError for any other text."""
    try:
        return int(text)
    except ValueError as error:
        raise ValueError(f"it must be a whole number, such as 20000, got {shown(text)}") from error


def decimal(text: str) -> float:
    """Return a number; raise ValueError for any other text."""
    try:
        return float(text)
    except ValueError as error:
        raise ValueError(f"it must be a number, such as 7.5, got {shown(text)}") from error


def place(text: str) -> Path:
    """Return a path; raise ValueError where no file or folder can have it: empty, with a NUL character, or too long."""
    if not text.strip():
        raise ValueError(f"it must be a path, got {shown(text)}, which is empty; write . for the folder where you are")
    if "\0" in text:
        raise ValueError(f"it must be a path, got {shown(text)}, which holds a NUL character; check what wrote it")
    try:
        os.lstat(text)
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise ValueError(f"it must be a path that this system can take, got {len(text)} characters, which are too many") from error
    return Path(text)


def word(text: str) -> str:
    """Return a word; raise ValueError where it is empty or holds white space."""
    if not text or any(character.isspace() for character in text):
        raise ValueError(f"it must be a word without spaces, got {shown(text)}")
    return text


def address(text: str) -> str:
    """Return the address of a server; raise ValueError where it is none."""
    if not word(text).startswith(("http://", "https://")) or not text.partition("://")[2].strip("/"):
        raise ValueError(f"it must be an address such as https://example.org/data, got {shown(text)}")
    return text


def remark(text: str) -> str:
    """Return a remark that is to stand in evidence; raise ValueError where it is too long, no UTF-8, or holds control characters."""
    if len(text) > LONGEST_REMARK:
        raise ValueError(f"it must have at most {LONGEST_REMARK:,} characters, got {len(text):,}")
    if any(unicodedata.category(sign) in NO_TEXT for sign in text):
        raise ValueError(f"it must be one line of text without control characters, got {shown(text)}")
    return text


def _read_by(read: Callable[[str], Any], kind: type, metavar: str) -> PrimitiveConstructorSpec[Any]:
    return PrimitiveConstructorSpec(
        nargs=1,
        metavar=metavar,
        instance_from_str=lambda words: read(words[0]),
        is_instance=lambda value: value is None or isinstance(value, kind),
        str_from_instance=lambda value: [str(value)],
    )


UNTOLD = tyro.conf.arg(help_behavior_hint="")
"""For an option whose default is no value that could be written; its text tells what is done without it."""
Whole = Annotated[int, _read_by(whole, int, "INT")]
MaybeWhole = Annotated[int | None, _read_by(whole, int, "INT"), UNTOLD]
MaybeDecimal = Annotated[float | None, _read_by(decimal, int | float, "NUMBER"), UNTOLD]  # pyright: ignore[reportArgumentType]
Place = Annotated[Path, _read_by(place, Path, "PATH")]
Places = Annotated[
    tuple[Path, ...],
    PrimitiveConstructorSpec(
        nargs="*",
        metavar="DIR ...",
        instance_from_str=lambda words: tuple(map(place, words)),
        is_instance=lambda value: isinstance(value, tuple),
        str_from_instance=lambda value: [str(part) for part in value],
    ),
]
MaybePlace = Annotated[Path | None, _read_by(place, Path, "PATH"), UNTOLD]
Remark = Annotated[str, _read_by(remark, str, "TEXT"), UNTOLD]
MaybeWord = Annotated[str | None, _read_by(word, str, "NAME"), UNTOLD]
MaybeAddress = Annotated[str | None, _read_by(address, str, "ADDRESS"), UNTOLD]
