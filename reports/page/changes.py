"""The changes of a formula, told by its pieces: `v doubled`, `v replaced by z` become one line, `v: doubled, replaced by z`.

Nothing is left out: a change that is worded in no known way takes a separate line, and a change made at two places is counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

INSIDE = re.compile(r"in ([\w-]+): (.+)")
WORDINGS = (
    (re.compile(r"the sign of (?:the term |the factor )?(.+) flipped"), "sign flipped"),
    (re.compile(r"the (?:term|factor) (.+) dropped"), "dropped"),
    (re.compile(r"the exponent of (.+) (negated|dropped|raised by one)"), "exponent {}"),
    (re.compile(r"(.+) (replaced by .+|turned into .+|doubled|squared|dropped|inverted)"), "{}"),
)
ALIKE = (
    (re.compile(r"(multiplied by|divided by|raised to the power) (.+)"), r"\1", r"\2"),
    (re.compile(r"(.+) (added|subtracted|quoted)"), r"\2", r"\1"),
)


def told(changes: Sequence[str]) -> list[str]:
    """Return the changes, in the order in which they came, a line for each piece of the formula (or kind of change) that they concern."""
    lines: dict[tuple[str, str], Counter[str]] = {}
    for change in changes:
        subject, change_of_it = _parted(change)
        lines.setdefault(subject, Counter())[change_of_it] += 1
    return [_line(place, subject, counts) for (place, subject), counts in lines.items()]


def _parted(change: str) -> tuple[tuple[str, str], str]:
    """Return ((the place in the formula, the piece), the change of that piece)."""
    inside = INSIDE.fullmatch(change)
    place, words = (f" in {inside[1]}", inside[2]) if inside else ("", change)
    for wording, subject, kind in ALIKE:
        if match := wording.fullmatch(words):
            return (place, match.expand(subject)), match.expand(kind)
    for wording, kind in WORDINGS:
        if match := wording.fullmatch(words):
            return (place, match[1]), kind.format(*match.groups()[1:])
    return (place, words), ""


def _line(place: str, subject: str, counts: Counter[str]) -> str:
    times = set(counts.values())
    if len(times) == 1 and times != {1}:
        place += f", {_places(times.pop())}"
        counts = Counter(counts.keys())
    done: list[str] = []
    for change, count in counts.items():
        words = f"{change} ({_places(count)})" if count > 1 else change
        if done and change.startswith("replaced by ") and done[-1].startswith("replaced by "):
            done[-1] += f" or {words.removeprefix('replaced by ')}"
        else:
            done.append(words)
    listed = ", ".join(word for word in done if word)
    return f"{subject}{place}: {listed}" if listed else subject + place


def _places(count: int) -> str:
    return f"at {count} places"
