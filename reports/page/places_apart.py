"""Names beside the axes, each of one line or several, moved up and down until none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

LINE = 9.6
"""Units from one line of a name to the next."""
BETWEEN = 1.6
"""Units that part two names, beyond what parts two lines of one name."""
ROUNDS = 200


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


def moved_apart(names: Sequence[Sequence[ET.Element]], top: float, bottom: float) -> None:
    """Move names that are too close, which share the push, and keep them between two heights as far as there is room."""
    order = sorted(names, key=_middle)
    middles = [_middle(name) for name in order]
    for _ in range(ROUNDS):
        for above in range(len(order) - 1):
            lack = LINE * (len(order[above]) + len(order[above + 1])) / 2 + BETWEEN - (middles[above + 1] - middles[above])
            if lack > 0:
                middles[above] -= lack / 2
                middles[above + 1] += lack / 2
        middles[0] = max(middles[0], top)
        middles[-1] = min(middles[-1], bottom)
    for name, middle in zip(order, middles, strict=True):
        by = middle - _middle(name)
        for text in name:
            text.set("y", f"{_height(text) + by:.1f}")


def _middle(name: Sequence[ET.Element]) -> float:
    return (_height(name[0]) + _height(name[-1])) / 2


def _height(text: ET.Element) -> float:
    return float(text.get("y", "0"))
