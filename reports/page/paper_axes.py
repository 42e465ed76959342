"""The paper's axes over a picture of ours: their range shaded, their ticks as strokes, the paper's numbers as dashed lines.

The scales are read from the drawing (`drawn_axes.py`), so the paper's range can also be drawn over pictures of runs that took days. Of the
paper's axes the numbers beside their ticks are known: they end less than one tick beyond the last number, so that a line leaves them for
certain where it is a whole tick beyond it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

import msgspec

from reports.page.drawn_axes import OFF, QUIET, DrawnPanel, Scale, corners_in, panels_in
from reports.page.figure import SVG
from reports.page.paper_values import Figure
from reports.page.paper_values import Panel as PaperPanel

STROKE = 4.0
"""Units: the length of a stroke at one of the paper's ticks."""
LINE = {"fill": "none", "stroke": QUIET, "stroke-width": "0.8", "stroke-linejoin": "miter", "stroke-linecap": "square"}
"""Drawn as Matplotlib draws our axes, so that both become one path (`compact`)."""


class Marked(msgspec.Struct, frozen=True):
    """A picture with the paper's axes, and what the shading is and where our lines leave it; `says` is empty where nothing was drawn."""

    svg: str
    says: str


def marked(picture: str, figure: Figure) -> Marked:
    """Return a cleaned picture with the axes of a figure of the paper over the panels that it names."""
    root = ET.fromstring(picture)
    for node in root.iter():
        node.tag = node.tag.removeprefix(SVG)
    grounds: list[ET.Element] = []
    strokes: list[ET.Element] = []
    left: dict[str, list[str]] = {}
    seen: list[PaperPanel] = []
    stated: dict[str, bool] = {}
    for panel in panels_in(root):
        paper = next((drawn for drawn in figure.panel if panel.title in drawn.titles and panel.y_says == drawn.y), None)
        if paper is None or panel.y is None or panel.x is None:
            continue
        seen.append(paper)
        if (inside := _range(panel, paper)) is not None:
            if ways := _left(corners_in(root, panel.clip), inside, panel.y, paper.y_ticks):
                left.setdefault(" and ".join(ways), []).append(_named(panel, paper, figure))
            grounds += _ground(panel, inside)
            strokes += _edges(panel, paper, inside)
        strokes += _lines(panel, paper)
        for name, value in paper.lines.items():
            stated[f"{name} {value}"] = stated.get(f"{name} {value}", False) or panel.box[1] <= panel.y.at(float(value)) <= panel.box[3]
    if not seen:
        return Marked(svg=picture, says="")
    for place, node in enumerate([*grounds, *strokes]):
        root.insert(place, node)
    return Marked(
        svg=ET.tostring(root, encoding="unicode"), says=_told(figure, list({id(paper): paper for paper in seen}.values()), left, stated)
    )


def _range(panel: DrawnPanel, paper: PaperPanel) -> tuple[float, float, float, float] | None:
    """Return the paper's range in the picture (left, top, right, bottom), not cut; None where the paper has no axes there."""
    if panel.x is None or panel.y is None or paper.x_range is None or paper.y_range is None:
        return None
    (start, end), (low, high) = paper.x_range, paper.y_range
    return panel.x.at(start), panel.y.at(high), panel.x.at(end), panel.y.at(low)


def _ground(panel: DrawnPanel, inside: tuple[float, float, float, float]) -> list[ET.Element]:
    left, top, right, bottom = _cut(inside, panel.box)
    if right <= left or bottom <= top:
        return []
    places = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    return [ET.Element("rect", {**{name: f"{value:.1f}" for name, value in places.items()}, "fill": "var(--shade)"})]


def _edges(panel: DrawnPanel, paper: PaperPanel, inside: tuple[float, float, float, float]) -> list[ET.Element]:
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


def _lines(panel: DrawnPanel, paper: PaperPanel) -> list[ET.Element]:
    """Return the numbers that the paper states as dashed lines across the box."""
    if panel.y is None:
        return []
    heights = [panel.y.at(float(value)) for value in paper.lines.values()]
    left, top, right, bottom = panel.box
    path = "".join(f"M{left:.1f} {y:.1f}L{right:.1f} {y:.1f}" for y in heights if top <= y <= bottom)
    return [ET.Element("path", {"d": path, **LINE, "stroke-linecap": "butt", "stroke-dasharray": "7 3"})] if path else []


def _cut(inside: tuple[float, float, float, float], box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    return max(inside[0], box[0]), max(inside[1], box[1]), min(inside[2], box[2]), min(inside[3], box[3])


def _left(corners: Sequence[tuple[float, float]], inside: tuple[float, float, float, float], y: Scale, ticks: Sequence[str]) -> list[str]:
    """Return on which sides corners lie a whole tick beyond the paper's range, in that part of training which the paper shows."""
    marks = [float(tick) for tick in ticks]
    heights = [height for x, height in corners if inside[0] - OFF <= x <= inside[2] + OFF]
    if not heights:
        return []
    step = y.at(marks[-1]) - y.at(marks[-2]), y.at(marks[1]) - y.at(marks[0])
    outside = {"above": min(heights) < inside[1] + step[0] - OFF, "below": max(heights) > inside[3] - step[1] + OFF}
    return [way for way, leaves in outside.items() if leaves]


def _named(panel: DrawnPanel, paper: PaperPanel, figure: Figure) -> str:
    """Return the name of a panel: its title, or its vertical axis where others have the same title."""
    titled = [paper_panel for paper_panel in figure.panel if panel.title in paper_panel.titles]
    return f"“{panel.title if len(titled) == 1 else paper.y}”"


def _told(figure: Figure, panels: Sequence[PaperPanel], left: Mapping[str, Sequence[str]], stated: Mapping[str, bool]) -> str:
    """Say which axes and numbers of the paper are drawn, and in which panels our lines leave them.

    `stated` has the paper's numbers with their names, and whether any panel has room for the dashed line.
    """
    drawn = [paper_panel for paper_panel in panels if paper_panel.y_ticks]
    words: list[str] = []
    if drawn:
        several = len({paper_panel.y for paper_panel in drawn}) < len(drawn)
        across = {f"{paper_panel.x_ticks[0]} to {paper_panel.x_ticks[-1]}" for paper_panel in drawn}
        ranges = [_axes(paper_panel, several=several, across=len(across) > 1) for paper_panel in drawn]
        shared = f", across {across.pop()}" if len(across) == 1 else ""
        words.append(f"Shaded: the axes of the paper's {figure.place}, from first to last number: {'; '.join(ranges)}{shared}.")
    if drawn and left:
        ways_out = ", ".join(f"{ways} in {_listed(names)}" for ways, names in left.items())
        words.append(f"Our lines leave them by more than a tick {ways_out}.")
    elif drawn:
        words.append("Our lines stay within a tick of them.")
    table = " in Table 1" if drawn else ""
    if shown := [number for number, inside in stated.items() if inside]:
        words.append(f"Dashed: the paper's best accuracies{table}: {', '.join(shown)}.")
    if beyond := [number for number, inside in stated.items() if not inside]:
        words.append(
            f"The paper's best accuracies{table} {'lie' if len(beyond) > 1 else 'lies'} outside this picture: {', '.join(beyond)}."
        )
    return " ".join(words)


def _axes(paper: PaperPanel, *, several: bool, across: bool) -> str:
    """Return the range of one panel, named by its titles where others show the same; with `across` also the range of its steps."""
    name = f"{paper.y} in {_listed([f'“{title}”' for title in paper.titles])}" if several else paper.y
    steps = f", across {paper.x_ticks[0]} to {paper.x_ticks[-1]}" if across else ""
    return f"{name} {paper.y_ticks[0]} to {paper.y_ticks[-1]}{steps}"


def _listed(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    return unique[0] if len(unique) == 1 else f"{', '.join(unique[:-1])} and {unique[-1]}"
