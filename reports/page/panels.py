"""A picture of several panels as one picture for each panel, so that a phone shows them below one another instead of cutting them.

Matplotlib draws the panels of a run in a grid whose cells have one size, give or take the label of the next axis. Each panel becomes an SVG
that shows its part of the drawing, all of one scale; marks and clips that panels share stand in the first one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from xml.etree import ElementTree as ET

from reports.page.figure import CLEAN, SVG

CELL = (280.8, 208.8)
"""Units: width and height of one panel. A broader one needs larger letters."""
OFF = 0.05
"""Units: places are kept to a tenth."""
NEAR, ABOVE = 45.0, 10.0
"""Units: how far the label of a vertical axis stands from the edge of its cell at most, and how far its letters reach to the left."""
OVER, DESCENT = 5.0, 2.1
"""Units: how far the name of a horizontal axis reaches over the lower edge of its cell at most, and where it stands then."""
SUBPATH = re.compile(r"M[^M]*")
START = re.compile(r"M(-?[\d.]+)[ ,]?(-?[\d.]+)")
MOVED = re.compile(r"translate\((-?[\d.]+)[ ,](-?[\d.]+)\)")
CLIP = re.compile(r"url\(#(.+)\)")


def split(picture: str) -> list[str]:
    """Return a compact picture by its panels, row by row; the picture alone where it has one."""
    root = ET.fromstring(picture)
    for node in root.iter():
        node.tag = node.tag.removeprefix(SVG)
    size = [float(number) for number in root.get("viewBox", "0 0 0 0").split()[2:]]
    columns, rows = (round(whole / cell) for whole, cell in zip(size, CELL, strict=True))
    if columns * rows < 2:
        return [picture]
    edges = _edges(root, columns)
    width = max(after - before for before, after in zip(edges, [*edges[1:], size[0]], strict=True))
    kind = f"{CLEAN} broad" if width > CELL[0] + OFF else CLEAN
    views = [f"{edges[cell % columns]:g} {cell // columns * CELL[1]:g} {width:g} {CELL[1]:g}" for cell in range(columns * rows)]
    panels = [ET.Element("svg", {"class": kind, "viewBox": view}) for view in views]
    clips = {node.get("id", ""): node[0] for node in root.iter("clipPath") if len(node)}
    for node in root:
        if node.tag == "defs":
            panels[0].append(node)
            continue
        for part in _parts(node):
            across, down = place(part, clips)
            row = min(max(int(down // CELL[1]), 0), rows - 1)
            if row and part.tag == "text" and "y" in part.attrib and down - row * CELL[1] < OVER:
                part.set("y", f"{row * CELL[1] - DESCENT:.1f}")
                row -= 1
            _add(panels[row * columns + max(bisect_right(edges, across) - 1, 0)], part)
    return [ET.tostring(panel, encoding="unicode").replace(" />", "/>") for panel in panels if len(panel)]


def _edges(root: ET.Element, columns: int) -> list[float]:
    """Return where each column begins: left of the labels of its vertical axes, which may stand before its cell."""
    turned = [float(moved[1]) for node in root.iter("text") if (moved := MOVED.match(node.get("transform", "")))]
    cells = [column * CELL[0] for column in range(columns)]
    labels = [min((at for at in turned if abs(at - cell) < NEAR), default=cell + ABOVE) for cell in cells]
    return [0.0, *(round(label - ABOVE, 1) for label in labels[1:])]


def _parts(node: ET.Element) -> list[ET.Element]:
    """Return an element, or the parts of a path that begin at different places: lines across several panels are one path."""
    if node.tag != "path" or "transform" in node.attrib:
        return [node]
    return [ET.Element("path", {**node.attrib, "d": part}) for part in SUBPATH.findall(node.get("d", ""))]


def place(node: ET.Element, clips: dict[str, ET.Element]) -> tuple[float, float]:
    """Return a place by which an element belongs to a panel: of its clip, else where it is moved to, begins, or has its corner."""
    if (clip := CLIP.fullmatch(node.get("clip-path", ""))) and clip[1] in clips:
        return place(clips[clip[1]], {})
    if moved := MOVED.match(node.get("transform", "")) or START.match(node.get("d", "")):
        return float(moved[1]), float(moved[2])
    if node.tag == "g" and len(node):
        return place(node[0], clips)
    return float(node.get("x", node.get("cx", "0"))), float(node.get("y", node.get("cy", "0")))


def _add(panel: ET.Element, part: ET.Element) -> None:
    """Add an element to a panel; a part of a path goes on in the part before it."""
    before = panel[-1] if len(panel) else None
    if before is not None and part.tag == "path" and "transform" not in part.attrib and _style(part) == _style(before):
        before.set("d", before.get("d", "") + part.get("d", ""))
    else:
        panel.append(part)


def _style(path: ET.Element) -> tuple[str, dict[str, str]]:
    return path.tag, {name: value for name, value in path.items() if name != "d"}
