"""Names beside the axes, each of one line or several, moved up and down until none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from xml.etree import ElementTree as ET

LINE = 9.6
"""Units from one line of a name to the next."""
BETWEEN = 1.6
"""Units that part two names, beyond what parts two lines of one name."""
ALIKE = 4.4
"""Units that part two names of one colour, one of which has several lines: only the gap tells where one ends."""
SAME = 0.15
"""Units by which two heights differ that nobody can tell apart."""
ROUNDS = 200


class Name(NamedTuple):
    """A name by its lines of text, the height at which its middle is to stand, and the height at which it was drawn."""

    lines: Sequence[ET.Element]
    height: float
    drawn: float


def blocks(texts: Sequence[ET.Element]) -> list[list[ET.Element]]:
    """Return lines of text by the names that they are of: a line below another one of its colour goes on with it."""
    names: list[list[ET.Element]] = []
    for text in texts:
        before = names[-1][-1] if names else None
        if before is not None and before.get("fill") == text.get("fill") and 0 < _height(text) - _height(before) < LINE + 1:
            names[-1].append(text)
        else:
            names.append([text])
    return names


def moved_apart(names: Sequence[Name], top: float, bottom: float) -> None:
    """Move names to their heights; those that are too close share the push, and all stay between two heights as far as there is room."""
    order = _in_order(names)
    middles = [name.height for name in order]
    for _ in range(ROUNDS):
        for above in range(len(order) - 1):
            lack = _distance(order[above], order[above + 1]) - (middles[above + 1] - middles[above])
            if lack > 0:
                middles[above] -= lack / 2
                middles[above + 1] += lack / 2
        middles[0] = max(middles[0], top)
        middles[-1] = min(middles[-1], bottom)
    for name, middle in zip(order, middles, strict=True):
        by = middle - name.drawn
        for text in name.lines:
            text.set("y", f"{_height(text) + by:.1f}")


def _distance(above: Name, below: Name) -> float:
    """Return how far the middles of two neighbours stand apart at least."""
    lines = len(above.lines) + len(below.lines)
    alike = lines > 2 and above.lines[0].get("fill") == below.lines[0].get("fill")
    return LINE * lines / 2 + (ALIKE if alike else BETWEEN)


def _in_order(names: Sequence[Name]) -> list[Name]:
    """Return names from top to bottom; heights that nobody can tell apart keep the order in which they were drawn."""
    together: list[list[Name]] = []
    for name in sorted(names, key=lambda name: name.height):
        if together and name.height - together[-1][-1].height < SAME:
            together[-1].append(name)
        else:
            together.append([name])
    return [name for alike in together for name in sorted(alike, key=lambda name: name.drawn)]


def _height(text: ET.Element) -> float:
    return float(text.get("y", "0"))
