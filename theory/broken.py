"""The message about code that raises where it should state or examine a claim: the kind of error, its message and its place.

A claim is code that others add to. Whatever it raises is a fault of this claim alone, and must not take the other claims with it.
"""

from __future__ import annotations

import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENGINE = {"attack", "formal", "kernel"}  # the folders of theory/ without claims
LONGEST = 300  # characters of a message: JAX writes pages


def described(error: BaseException) -> str:
    """Return an error in one line: "AttributeError: 'Symbol' object has no attribute 'x' (theory/linear/lemma_3_1.py:45)"."""
    says = " ".join(_message(error).split())
    if len(says) > LONGEST:
        says = f"{says[:LONGEST]}..."
    where = _place(error)
    return f"{type(error).__name__}{f': {says}' if says else ''}{f' ({where})' if where else ''}"


def _message(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return str(error.msg)  # its text repeats the place
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - the error of a claim may be of a class whose text raises, too
        return ""


def _place(error: BaseException) -> str:
    """Return the file and line where a claim's own code was last at work; the engine's where no claim was, "" outside the project."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{_short(error.filename)}:{error.lineno}"
    frames = [(_short(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    inside = [(name, line) for name, line in frames if not Path(name).is_absolute() and not name.startswith("<")]
    own = [(name, line) for name, line in inside if _of_claims(name)]
    return "{}:{}".format(*(own or inside)[-1]) if own or inside else ""


def _of_claims(name: str) -> bool:
    """Tell whether a file of the project lies in one of the folders of theory/ with claims."""
    parts = Path(name).parts
    return len(parts) > 2 and parts[0] == "theory" and parts[1] not in ENGINE


def _short(name: str) -> str:
    path = Path(name)
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else name
