"""Marks of lines in fewer elements: neighbouring dots of one colour become one path of points with round ends, drawn alike.

Matplotlib draws each mark of a line as a separate element; a browser lays each of them out, which a slow processor feels.
"""

from __future__ import annotations

import math
import re
from itertools import groupby
from xml.etree import ElementTree as ET

EDGE = 1.0
"""Units: the width of the line around a mark where none is named."""
OFF = 0.15
"""Units by which the corners of a circle written to a tenth may be off."""
CIRCLE = re.compile(r"M([-\d. ]+)((?:C[-\d. ]+){8})z")
PLACE = {"x", "y", "href"}


def as_strokes(root: ET.Element) -> None:
    """Replace the uses of circles, where fill and line have one colour; a circle that is no longer used is left out."""
    circles = {
        f"#{node.get('id')}": radius
        for defs in root.iter("defs")
        for node in defs
        if node.tag == "path" and node.get("id") and (radius := radius_of(node.get("d", ""))) is not None
    }
    for parent in list(root.iter()):
        if any(node.tag == "use" and node.get("href") in circles for node in parent):
            parent[:] = [
                after for _, run in groupby(parent, key=lambda node: _look(node, circles)) for after in _joined(list(run), circles)
            ]
    used = {node.get("href", "") for node in root.iter("use")}
    for defs in root.iter("defs"):
        defs[:] = [node for node in defs if f"#{node.get('id')}" not in circles or f"#{node.get('id')}" in used]


def radius_of(path: str) -> float | None:
    """Return the radius of the circle about the origin that a path of eight curves draws; None where it draws something else."""
    drawn = CIRCLE.fullmatch(path)
    if drawn is None:
        return None
    try:
        corners = [[float(number) for number in piece.split()][-2:] for piece in drawn[2].split("C")[1:]]
    except ValueError:
        return None
    if any(len(corner) != 2 for corner in corners):
        return None
    radius = max(math.hypot(*corner) for corner in corners)
    return radius if all(abs(math.hypot(*corner) - radius) <= OFF for corner in corners) else None


def _look(node: ET.Element, circles: dict[str, float]) -> tuple[object, ...]:
    """Return how a dot looks; whatever is no dot, or has two colours, looks like itself alone."""
    radius = circles.get(node.get("href", ""))
    one_colour = node.get("fill", "var(--ink)") == node.get("stroke")
    if node.tag != "use" or radius is None or not one_colour or "transform" in node.attrib:
        return (id(node),)
    return radius, *sorted((name, value) for name, value in node.items() if name not in PLACE)


def _joined(run: list[ET.Element], circles: dict[str, float]) -> list[ET.Element]:
    """Return a run of dots that look alike as one path; other elements as they are."""
    first = run[0]
    if len(_look(first, circles)) == 1:
        return run
    places = [f"{float(node.get('x', '0')):g} {float(node.get('y', '0')):g}" for node in run]
    look = {name: value for name, value in first.items() if name not in PLACE}
    width = 2 * circles[first.get("href", "")] + float(look.get("stroke-width", EDGE))
    look |= {"fill": "none", "stroke-width": f"{width:g}", "stroke-linecap": "round"}
    return [ET.Element("path", {"d": "".join(f"M{place}L{place}" for place in places), **look})]
