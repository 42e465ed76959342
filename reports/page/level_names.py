"""Names of levels in a run's picture, each moved to where no line, mark or word crosses it.

Matplotlib writes the name of a level above the level's beginning, where a curve may begin too. A name goes along its level to the first
place that is free, above the level or below it; where none is free, it joins the names of lines to the right of the axes.
"""

from __future__ import annotations

import itertools
import math
import re
import textwrap
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from reports.page.drawn_axes import GRID, QUIET, DrawnPanel, panels_in
from reports.page.labels import NUMBER
from reports.page.line_names import DOWN, at_ends
from reports.page.places_apart import LINE, Name, blocks, moved_apart

SIZE = 9.4
"""Units: height of the letters on a phone, where they are largest (`page.css`)."""
LETTER = 0.48
"""Width of a letter, in heights."""
ASCENT, DESCENT = 0.75, 0.22
"""How far letters reach above and below their line, in heights."""
GAP = 2.0
"""Units between a name and its level."""
CLEAR = 1.5
"""Units between a name and whatever else is drawn; half of a line's width included."""
STEP = 2.0
"""Units from one place that is tried to the next."""
AFTER = 5.0
"""Units from the axes to the names of lines to their right, as drawn."""
MARK = 2.3
"""Units: radius of the mark of a point."""
OFF = 1.0
"""Units by which a place may be off."""
OVER = 12.0
"""Units above the axes, where the title stands, that are free to the right of it."""
SHORTER = {"gradient descent": "GD"}
"""Names of levels that the names of lines have in a shorter form."""
BEGINS = 0.01
"""Where the name of a level begins as drawn, in widths of the axes."""
STRAIGHT = re.compile(r"[MLz\s]|-?[\d.]+")

Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""
Segment = tuple[float, float, float, float]
"""Both ends of a straight line: x, y, x, y."""


def placed(root: ET.Element) -> None:
    """Move each name of a level of a cleaned picture to a place of its own."""
    shapes = list(_shapes(root))
    for panel in panels_in(root):
        named = _levels(root, panel, shapes)
        waiting = [name for name, _ in named]
        crowded: list[tuple[ET.Element, float]] = []
        for name, level in named:
            drawn = [shape for shape in shapes if not _is_level(shape, level, panel.box)]
            words = [_box(text) for text in _words(root) if text not in waiting]
            free = next((spot for spot in _spots(name, level, panel.box) if _free(_box(name, spot), level, drawn, words)), None)
            if free is None:
                crowded.append((name, level))
                continue
            name.attrib |= {"x": f"{free[0]:.1f}", "y": f"{free[1]:.1f}"}
            waiting.remove(name)
        _to_the_right(root, panel, crowded)


def _is_level(shape: Segment, level: float, box: Box) -> bool:
    """Whether a line is the level itself: it goes from side to side of the axes."""
    return shape[1] == shape[3] and abs(shape[1] - level) < OFF / 10 and shape[2] - shape[0] > box[2] - box[0] - OFF


def _levels(root: ET.Element, panel: DrawnPanel, shapes: Sequence[Segment]) -> list[tuple[ET.Element, float]]:
    """Return the names of levels of one panel with the heights of their levels, from top to bottom."""
    left, top, right, bottom = panel.box
    begins = left + BEGINS * (right - left)
    heights = {shape[1] for shape in shapes if shape[1] == shape[3] and abs(shape[0] - left) < OFF and abs(shape[2] - right) < OFF}
    named: list[tuple[ET.Element, float]] = []
    for text in _words(root):
        x, y = _place(text)
        level = min((height for height in heights if height >= y), key=lambda height: abs(height - y - GAP), default=bottom)
        if text.get("fill") == QUIET and abs(x - begins) < OFF and top < y < bottom and level - y < GAP + OFF:
            named.append((text, level))
    return sorted(named, key=lambda pair: pair[1])


def _spots(name: ET.Element, level: float, box: Box) -> Iterator[tuple[float, float]]:
    """Yield places along a level, from left to right, above it and below it."""
    last = box[2] - _width(name.text or "")
    x = box[0] + CLEAR + STEP
    while x <= last:
        above, below = level - GAP - DESCENT * SIZE, level + GAP + ASCENT * SIZE
        yield from ((x, y) for y in (above, below) if box[1] - OVER < y - ASCENT * SIZE and y + DESCENT * SIZE < box[3])
        x += STEP


def _free(box: Box, level: float, shapes: Sequence[Segment], words: Sequence[Box]) -> bool:
    """Whether neither a line nor a word comes nearer to a box than `CLEAR`, and its level is not covered by another line there."""
    wide = (box[0] - CLEAR, box[1] - CLEAR, box[2] + CLEAR, box[3] + CLEAR)
    if any(word[0] < wide[2] and wide[0] < word[2] and word[1] < wide[3] and wide[1] < word[3] for word in words):
        return False
    return not any(crosses(shape, wide) for shape in shapes) and 2 * _covered(shapes, level, wide) < wide[2] - wide[0]


def _covered(shapes: Sequence[Segment], level: float, box: Box) -> float:
    """Return how much of a level above or below a box is covered by lines that run along it: the box would seem to name them."""
    along = [shape for shape in shapes if max(abs(shape[1] - level), abs(shape[3] - level)) < OFF]
    return math.fsum(max(0.0, min(max(shape[0], shape[2]), box[2]) - max(min(shape[0], shape[2]), box[0])) for shape in along)


def crosses(line: Segment, box: Box) -> bool:
    """Whether a straight line has a point within a box: the part of it that lies between the four edges is not empty."""
    start, end = 0.0, 1.0
    for at, to, low, high in ((line[0], line[2], box[0], box[2]), (line[1], line[3], box[1], box[3])):
        if at == to:
            if not low < at < high:
                return False
            continue
        enters, leaves = sorted(((low - at) / (to - at), (high - at) / (to - at)))
        start, end = max(start, enters), min(end, leaves)
    return start < end


def _to_the_right(root: ET.Element, panel: DrawnPanel, levels: Sequence[tuple[ET.Element, float]]) -> None:
    """Place the names of lines, and beside them names of levels in as many lines as need be; without the former there is no room."""
    left, top, bottom = panel.box[2] + AFTER, panel.box[1] - LINE, panel.box[3] + LINE
    beside = [text for text in _words(root) if abs(_place(text)[0] - left) < OFF and top < _place(text)[1] < bottom]
    if not beside:
        return
    turned = [float(moved[1]) for text in root.iter("text") if (moved := re.match(r"translate\(([\d.]+)", text.get("transform", "")))]
    x = _place(beside[0])[0]
    ends = [float((root.get("viewBox") or "0 0 0 0").split()[2]), *(label - SIZE for label in turned if label > x)]
    letters = int((min(ends) - x) / (LETTER * SIZE))
    parts = at_ends(root, panel, blocks(beside))
    for name, level in levels:
        words = name.text or ""
        lines = textwrap.wrap(words if max(map(len, words.split())) <= letters else SHORTER.get(words, words), letters)
        written = [name, *(ET.Element("text", name.attrib) for _ in lines[1:])]
        root.extend(written[1:])
        for number, (text, line) in enumerate(zip(written, lines, strict=True)):
            text.text = line
            text.attrib |= {"x": f"{x:.1f}", "y": f"{level + DOWN + LINE * (number - (len(lines) - 1) / 2):.1f}"}
        parts.append(Name(written, level, level))
    moved_apart(parts, panel.box[1], panel.box[3])


def _shapes(root: ET.Element) -> Iterator[Segment]:
    """Yield the straight lines of a picture but its grid, and a cross for each mark."""
    hidden = {id(node) for defs in root.iter("defs") for node in defs.iter()}
    for node in root.iter():
        data = node.get("d", "")
        if node.tag == "use" and "fill-opacity" not in node.attrib:
            x, y = _place(node)
            yield from ((x - MARK, y, x + MARK, y), (x, y - MARK, x, y + MARK))
        elif node.tag == "path" and id(node) not in hidden and node.get("fill") == "none" and node.get("stroke") != GRID:
            for part in data.split("M")[1:] if not STRAIGHT.sub("", data) else ():
                numbers = [float(number) for number in re.findall(r"-?[\d.]+", part)]
                places = zip(numbers[::2], numbers[1::2], strict=True)
                yield from ((*at, *to) for at, to in itertools.pairwise(places))


def _words(root: ET.Element) -> list[ET.Element]:
    return [text for text in root.iter("text") if text.get("x") is not None and not NUMBER.fullmatch(text.text or "")]


def _place(node: ET.Element) -> tuple[float, float]:
    return float(node.get("x", "0")), float(node.get("y", "0"))


def _width(words: str) -> float:
    return LETTER * SIZE * len(words)


def _box(text: ET.Element, at: tuple[float, float] | None = None) -> Box:
    """Return the box of a text where it stands, or where it would stand."""
    x, y = at or _place(text)
    return x, y - ASCENT * SIZE, x + _width(text.text or ""), y + DESCENT * SIZE
