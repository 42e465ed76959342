"""Names of lines beside the axes of a run's picture, each where its line ends.

Matplotlib wrote them so far apart that the longest of them had room. Here each has the room that it needs, and the order of the ends.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from reports.page.drawn_axes import DrawnPanel
from reports.page.places_apart import Name

INK = "var(--ink)"
"""The colour of words that state none."""
DOWN = 2.8
"""Units from the middle of a line of letters to the line that they stand on."""
NUMBER = re.compile(r"-?[\d.]+")


def at_ends(root: ET.Element, panel: DrawnPanel, names: Sequence[Sequence[ET.Element]]) -> list[Name]:
    """Return names, by their lines of text, with the heights where the lines of their colours end; where one has none, as drawn."""
    colours = [_colour(name[0]) for name in names]
    shared = {colour for colour, times in Counter(colours).items() if times > 1}
    ends = {colour: end for colour in {*colours} - shared if (end := _end(root, panel, colour)) is not None}
    drawn = [(_height(name[0]) + _height(name[-1])) / 2 - DOWN for name in names]
    return [Name(name, ends.get(colour, middle), middle) for name, colour, middle in zip(names, colours, drawn, strict=True)]


def _end(root: ET.Element, panel: DrawnPanel, colour: str) -> float | None:
    """Return the height of the point furthest to the right of the lines of one colour, or of its marks; None where there is none."""
    left, top, right, bottom = panel.box
    points: list[tuple[float, float]] = []
    for node in root.iter():
        if node.tag == "path" and node.get("stroke") == colour and node.get("fill") == "none" and node.get("clip-path") == panel.clip:
            numbers = [float(number) for number in NUMBER.findall(node.get("d", ""))]
            points += zip(numbers[::2], numbers[1::2], strict=False)
        elif node.tag == "use" and node.get("fill") == colour and "fill-opacity" not in node.attrib:
            x, y = float(node.get("x", "-1")), float(node.get("y", "-1"))
            points += [(x, y)] if left <= x <= right and top <= y <= bottom else []
    return max(points)[1] if points else None


def _colour(text: ET.Element) -> str:
    return text.get("fill", INK)


def _height(text: ET.Element) -> float:
    return float(text.get("y", "0"))
