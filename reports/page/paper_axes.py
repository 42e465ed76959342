"""The paper's axes over a picture of ours: their range shaded, their ticks as strokes, the paper's numbers as dashed lines.

A picture of a run holds no data but its drawing. Its own ticks tell where a number stands: each grid line is followed by its number. So the
paper's range can also be drawn over pictures of runs that took days. Of the paper's axes the numbers beside their ticks are known: they end
less than one tick beyond the last number, so that a line leaves them for certain where it is a whole tick beyond it.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

import msgspec

from reports.page.figure import SVG
from reports.page.paper_values import Figure
from reports.page.paper_values import Panel as PaperPanel

GRID, QUIET = "var(--line)", "var(--quiet)"
TITLE = "9.5"
"""The font size of a panel's title."""
OFF, STROKE = 1.0, 4.0
"""Units: by how much a place may be off, and the length of a stroke at one of the paper's ticks."""
ABOVE_BOX, LEFT_OF_BOX = 12.0, 48.0
"""Units: how far from its axes a panel's title and the name of its vertical axis stand at most."""
LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
POWER = re.compile(r"(?:([\d.]+)×)?10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)")
TURNED = re.compile(r"translate\(([-\d.]+) ([-\d.]+)\) rotate\(-90\)")
NUMBER = re.compile(r"-?[\d.]+")
LINE = {"fill": "none", "stroke": QUIET, "stroke-width": "0.9"}


class Marked(msgspec.Struct, frozen=True):
    """A picture with the paper's axes, and what the shading is and where our lines leave it; `says` is empty where nothing was drawn."""

    svg: str
    says: str


class _Scale(msgspec.Struct, frozen=True):
    """Where numbers stand along an axis: `start + slope * value`, or of its logarithm."""

    start: float
    slope: float
    log: bool

    def at(self, value: float) -> float:
        return self.start + self.slope * (math.log10(value) if self.log else value)


class _Panel(msgspec.Struct, frozen=True):
    """One pair of axes of a picture: the id of its clip, its box (left, top, right, bottom), its words and its scales."""

    clip: str
    box: tuple[float, float, float, float]
    title: str
    y_says: str
    x: _Scale | None
    y: _Scale | None


def marked(picture: str, figure: Figure) -> Marked:
    """Return a cleaned picture with the axes of a figure of the paper over the panels that it names."""
    root = ET.fromstring(picture)
    for node in root.iter():
        node.tag = node.tag.removeprefix(SVG)
    grounds: list[ET.Element] = []
    strokes: list[ET.Element] = []
    left: dict[str, list[str]] = {}
    seen: list[PaperPanel] = []
    for panel in _panels(root):
        paper = next((one for one in figure.panel if panel.title in one.titles and panel.y_says == one.y), None)
        if paper is None or panel.y is None or panel.x is None:
            continue
        seen.append(paper)
        if (inside := _range(panel, paper)) is not None:
            if ways := _left(_corners(root, panel.clip), inside, panel.y, paper.y_ticks):
                left.setdefault(" and ".join(ways), []).append(_named(panel, paper, figure))
            grounds += _ground(panel, inside)
            strokes += _edges(panel, paper, inside)
        strokes += _lines(panel, paper)
    if not seen:
        return Marked(svg=picture, says="")
    for place, node in enumerate([*grounds, *strokes]):
        root.insert(place, node)
    return Marked(svg=ET.tostring(root, encoding="unicode"), says=_told(figure, list({id(paper): paper for paper in seen}.values()), left))


def _panels(root: ET.Element) -> list[_Panel]:
    """Return the panels of a picture, in the order of their boxes from left to right and from top to bottom."""
    texts = list(root.iter("text"))
    panels: list[_Panel] = []
    for clip in root.iter("clipPath"):
        rect = next(iter(clip.iter("rect")), None)
        if rect is None:
            continue
        x, y, width, height = (float(rect.get(name, "0")) for name in ("x", "y", "width", "height"))
        box = (x, y, x + width, y + height)
        own = f"url(#{clip.get('id')})"
        across, up = _ticks(root, own)
        panels.append(_Panel(own, box, _title(texts, box), _y_says(texts, box), _scale(across), _scale(up)))
    return sorted(panels, key=lambda panel: (panel.box[1], panel.box[0]))


def _title(texts: Sequence[ET.Element], box: tuple[float, float, float, float]) -> str:
    for text in texts:
        x, y = float(text.get("x", "-1")), float(text.get("y", "-1"))
        if text.get("font-size") == TITLE and abs(x - box[0]) < 2 and box[1] - ABOVE_BOX < y < box[1]:
            return text.text or ""
    return ""


def _y_says(texts: Sequence[ET.Element], box: tuple[float, float, float, float]) -> str:
    for text in texts:
        place = TURNED.fullmatch(text.get("transform", ""))
        if place and box[0] - LEFT_OF_BOX < float(place[1]) < box[0] and box[1] < float(place[2]) < box[3] + LEFT_OF_BOX:
            return text.text or ""
    return ""


def _ticks(root: ET.Element, clip: str) -> tuple[list[tuple[float, str]], list[tuple[float, str]]]:
    """Return (place, number) of the grid lines of one panel, of those that go up and of those that go across."""
    across: list[tuple[float, str]] = []
    up: list[tuple[float, str]] = []
    for parent in root.iter():
        for node, after in itertools.pairwise(parent):
            if node.tag != "path" or node.get("stroke") != GRID or node.get("clip-path") != clip or after.tag != "text":
                continue
            start, end = _places(node.get("d", ""))[:2]
            (across if start[0] == end[0] else up).append((start[0] if start[0] == end[0] else start[1], after.text or ""))
    return across, up


def _scale(ticks: Sequence[tuple[float, str]]) -> _Scale | None:
    """Return the scale on which the ticks stand; None where there are fewer than two, or they fit neither kind of scale."""
    read = [(place, value) for place, words in ticks if (value := _value(words)) is not None]
    if len(read) < 2:
        return None
    kinds = (True, False) if any(POWER.fullmatch(words) for _, words in ticks) else (False, True)
    for log in kinds:
        if log and min(value for _, value in read) <= 0:
            continue
        (place, value), (last_place, last) = ((at, math.log10(number) if log else number) for at, number in (read[0], read[-1]))
        slope = (last_place - place) / (last - value)
        scale = _Scale(place - slope * value, slope, log)
        if all(abs(scale.at(number) - at) < OFF / 2 for at, number in read):
            return scale
    return None


def _value(words: str) -> float | None:
    if power := POWER.fullmatch(words):
        return float(power[1] or 1) * 10.0 ** int(power[2].translate(LOWERED))
    try:
        return float(words.translate(LOWERED))
    except ValueError:
        return None


def _range(panel: _Panel, paper: PaperPanel) -> tuple[float, float, float, float] | None:
    """Return the paper's range in the picture (left, top, right, bottom), not cut; None where the paper has no axes there."""
    if panel.x is None or panel.y is None or paper.x_range is None or paper.y_range is None:
        return None
    (start, end), (low, high) = paper.x_range, paper.y_range
    return panel.x.at(start), panel.y.at(high), panel.x.at(end), panel.y.at(low)


def _ground(panel: _Panel, inside: tuple[float, float, float, float]) -> list[ET.Element]:
    left, top, right, bottom = _cut(inside, panel.box)
    if right <= left or bottom <= top:
        return []
    places = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    return [ET.Element("rect", {**{name: f"{value:.1f}" for name, value in places.items()}, "fill": "var(--shade)"})]


def _edges(panel: _Panel, paper: PaperPanel, inside: tuple[float, float, float, float]) -> list[ET.Element]:
    """Return the upper and the lower edge of the range, where they stand in the box, and a stroke for each of the paper's ticks."""
    if panel.x is None or panel.y is None:
        return []
    left, top, right, bottom = _cut(inside, panel.box)
    if right <= left or bottom <= top:
        return []
    path = "".join(f"M{left:.1f} {edge:.1f}L{right:.1f} {edge:.1f}" for edge in inside[1::2] if panel.box[1] <= edge <= panel.box[3])
    up = [panel.y.at(float(tick)) for tick in paper.y_ticks]
    across = [panel.x.at(float(tick)) for tick in paper.x_ticks]
    path += "".join(f"M{right - STROKE:.1f} {y:.1f}L{right:.1f} {y:.1f}" for y in up if top < y < bottom)
    path += "".join(f"M{x:.1f} {top:.1f}L{x:.1f} {top + STROKE:.1f}" for x in across if left < x < right)
    return [ET.Element("path", {"d": path, **LINE})] if path else []


def _lines(panel: _Panel, paper: PaperPanel) -> list[ET.Element]:
    """Return the numbers that the paper states as dashed lines across the box."""
    if panel.y is None:
        return []
    heights = [panel.y.at(float(value)) for value in paper.lines.values()]
    left, top, right, bottom = panel.box
    path = "".join(f"M{left:.1f} {y:.1f}L{right:.1f} {y:.1f}" for y in heights if top <= y <= bottom)
    return [ET.Element("path", {"d": path, **LINE, "stroke-dasharray": "7 3"})] if path else []


def _cut(inside: tuple[float, float, float, float], box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    return max(inside[0], box[0]), max(inside[1], box[1]), min(inside[2], box[2]), min(inside[3], box[3])


def _corners(root: ET.Element, clip: str) -> list[tuple[float, float]]:
    """Return the corners of our lines in one panel: what is neither grid, level nor band."""
    return [
        corner
        for node in root.iter("path")
        if node.get("clip-path") == clip and node.get("fill") == "none" and node.get("stroke") not in {GRID, QUIET}
        for corner in _places(node.get("d", ""))
    ]


def _places(path: str) -> list[tuple[float, float]]:
    numbers = [float(number) for number in NUMBER.findall(path)]
    return list(zip(numbers[::2], numbers[1::2], strict=False))


def _left(corners: Sequence[tuple[float, float]], inside: tuple[float, float, float, float], y: _Scale, ticks: Sequence[str]) -> list[str]:
    """Return on which sides corners lie a whole tick beyond the paper's range, in that part of training which the paper shows."""
    marks = [float(tick) for tick in ticks]
    heights = [height for x, height in corners if inside[0] - OFF <= x <= inside[2] + OFF]
    if not heights:
        return []
    step = y.at(marks[-1]) - y.at(marks[-2]), y.at(marks[1]) - y.at(marks[0])
    outside = {"above": min(heights) < inside[1] + step[0] - OFF, "below": max(heights) > inside[3] - step[1] + OFF}
    return [way for way, leaves in outside.items() if leaves]


def _named(panel: _Panel, paper: PaperPanel, figure: Figure) -> str:
    """Return the name of a panel: its title, or what it shows where others have the same title."""
    same = [one for one in figure.panel if panel.title in one.titles]
    return f"“{panel.title if len(same) == 1 else paper.y}”"


def _told(figure: Figure, panels: Sequence[PaperPanel], left: Mapping[str, Sequence[str]]) -> str:
    """Return what is drawn of the paper, and in which panels our lines leave its range."""
    drawn = [one for one in panels if one.y_ticks]
    stated = {name: value for one in panels for name, value in one.lines.items()}
    words: list[str] = []
    if drawn:
        several = len({one.y for one in drawn}) < len(drawn)
        across = {f"{one.x_ticks[0]} to {one.x_ticks[-1]}" for one in drawn}
        ranges = [_axes(one, several=several, across=len(across) > 1) for one in drawn]
        same = f", across {across.pop()}" if len(across) == 1 else ""
        words.append(f"Shaded: the axes of the paper's {figure.place}, from first to last number: {'; '.join(ranges)}{same}.")
    if drawn and left:
        words.append(f"Our lines leave them {', '.join(f'{ways} in {_listed(names)}' for ways, names in left.items())}.")
    elif drawn:
        words.append("Our lines do not leave them.")
    if stated:
        numbers = ", ".join(f"{name} {value}" for name, value in stated.items())
        words.append(f"Dashed: the paper's best accuracies{' in Table 1' if drawn else ''}: {numbers}.")
    return " ".join(words)


def _axes(paper: PaperPanel, *, several: bool, across: bool) -> str:
    """Return the range of one panel, named by its titles where others show the same; with `across` also the range of its steps."""
    name = f"{paper.y} in {_listed([f'“{title}”' for title in paper.titles])}" if several else paper.y
    steps = f", across {paper.x_ticks[0]} to {paper.x_ticks[-1]}" if across else ""
    return f"{name} {paper.y_ticks[0]} to {paper.y_ticks[-1]}{steps}"


def _listed(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    return unique[0] if len(unique) == 1 else f"{', '.join(unique[:-1])} and {unique[-1]}"
