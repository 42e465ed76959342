"""What a command refuses in a call before it works: numbers out of bounds, unknown names, paths of the wrong kind.

Each message says what must hold, what came and what to do, in one line.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from reports.command import CallError

LONGEST = 60  # characters of a wrong word that a message repeats
MOST = 10  # wrong words that one message repeats


def between(option: str, value: float | None, least: float, most: float, why: str, advice: str) -> None:
    """Raise CallError for a number below `least`, above `most` or not finite; `why` is the reason for `most`. None passes: not given."""
    if value is None:
        return
    if isinstance(value, float) and not math.isfinite(value):
        raise CallError(f"{option} must be a finite number, got {value}; {advice}")
    if value < least:
        raise CallError(f"{option} must be at least {least:g}, got {shown(value)}; {advice}")
    if value > most:
        raise CallError(f"{option} must be at most {most:,} ({why}), got {shown(value)}; {advice}")


def among(rule: str, names: Iterable[str], known: Collection[str], advice: str) -> None:
    """Raise CallError if some names are unknown: all of them in one message, each with the known names that are spelt most like it."""
    strangers = [name for name in dict.fromkeys(names) if name not in known]
    if strangers:
        raise CallError(f"{rule}, got {listed(strangers, known)}; {advice}")


def listed(names: Sequence[str], known: Collection[str] = ()) -> str:
    """Return wrong names as text, each with the nearest known ones: 'lema' (perhaps you meant lemma-3.1)."""
    words: list[str] = []
    for name in names[:MOST]:
        near = nearest(name, known)
        words.append(shown(name) + (f" (perhaps you meant {' or '.join(near)})" if near else ""))
    more = [f"and {len(names) - MOST} more"] if len(names) > MOST else []
    return ", ".join([*words, *more])


def nearest(name: str, known: Collection[str]) -> list[str]:
    """Return up to three known names that are spelt most like `name`, best first; capital letters count as small ones."""
    if len(name) > LONGEST:
        return []
    return difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.5)


def shown(value: object) -> str:
    """Return what came as text, cut short where it is long."""
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]}... ({len(text)} characters)"


def output(option: str, path: Path) -> None:
    """Raise CallError if a folder to write to is something else, or stands below something else; it need not be there yet."""
    for there in (path, *path.parents):
        kind = kind_of(option, there)
        if kind == "a folder":
            return
        if kind != "absent":
            raise CallError(f"{option} must name a folder, but {there} is {kind}; choose another with {option} DIR")


def folders(option: str, paths: Iterable[Path]) -> None:
    """Raise CallError if some paths to read are no folders: all of them in one message, each with names beside it that are spelt alike."""
    kinds = {path: kind_of(option, path) for path in paths}
    wrong = [f"{path} is {_told(path, kind)}" for path, kind in kinds.items() if kind != "a folder"]
    if wrong:
        raise CallError(f"{option} must name folders, but {', '.join(wrong[:MOST])}; check the spelling")


def file(option: str, path: Path) -> None:
    """Raise CallError if a path is no file that can be read: absent, a folder, a pipe or a device."""
    kind = kind_of(option, path)
    if kind != "a file":
        raise CallError(f"{option} must name a file, but {path} is {_told(path, kind)}; name another with {option} FILE")


def kind_of(option: str, path: Path) -> str:
    """Return what stands at a path: "a folder", "a file", "a pipe or a device" or "absent"; raise CallError where nobody can tell."""
    try:
        if path.is_dir():
            return "a folder"
        if path.is_file():
            return "a file"
        return "a pipe or a device" if path.exists() else "absent"
    except OSError as error:  # a name that is too long, or a folder that may not be looked into
        raise CallError(f"{option} must name what this process may look at, but {shown(str(path))}: {error.strerror}") from error


def _told(path: Path, kind: str) -> str:
    """Return a kind in words; for an absent path also the names beside it that are spelt most like it."""
    try:
        near = nearest(path.name, [sibling.name for sibling in path.absolute().parent.iterdir()]) if kind == "absent" else []
    except OSError:
        near = []
    return f"{kind} (perhaps you meant {' or '.join(near)})" if near else kind
