"""Lines of a run's picture that have one value only, and so are dots: their intervals become bars, and a sentence tells why."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from reports.page.drawn_axes import DrawnPanel, Scale, corners_in, panels_in
from reports.page.figure import SVG
from reports.page.labels import NUMBER

BELOW = 40.0
"""Units: how far below its axes the name of a horizontal axis stands at most."""
BAR = {"stroke-width": "4", "stroke-opacity": "0.3"}
KNOWN_AT = {"gap between clean and noisy accuracy": " that all methods reach in every seed"}
"""By the name of a horizontal axis: at which of its values an experiment draws its lines, where that is not all of them."""


def with_bars(picture: str) -> str:
    """Return a cleaned picture in which an interval at a single value is a bar: as a band it has no width."""
    root = _read(picture)
    bands = _bands(root)
    for band in bands:
        band.attrib |= {"stroke": band.get("fill", "var(--ink)"), **BAR}
    return ET.tostring(root, encoding="unicode") if bands else picture


def told(picture: str) -> str:
    """Return which panels of a cleaned picture have dots in place of lines, and why; empty where none has."""
    root = _read(picture)
    sentences: list[str] = []
    for panel in panels_in(root):
        places = {x for x, _ in corners_in(root, panel.clip)}
        if panel.x is not None and len(places) == 1:
            name, value = _name(root, panel), _value(panel.x, places.pop())
            sentences.append(f"“{panel.title}” has dots and no lines: there is only one {name}{KNOWN_AT.get(name, '')}, {value:.3g}.")
    bars = ["Bars are intervals over seeds."] if sentences and _bands(root) else []
    return " ".join(dict.fromkeys([*sentences, *bars]))


def _read(picture: str) -> ET.Element:
    root = ET.fromstring(picture)
    for node in root.iter():
        node.tag = node.tag.removeprefix(SVG)
    return root


def _bands(root: ET.Element) -> list[ET.Element]:
    """Return the bands of a picture that have no width."""
    upright = {f"#{path.get('id')}" for path in root.iter("path") if path.get("id") and _is_upright(path.get("d", ""))}
    return [use for use in root.iter("use") if use.get("href") in upright and "fill-opacity" in use.attrib]


def _is_upright(path: str) -> bool:
    """Whether a path is a polygon without width."""
    numbers = re.findall(r"-?[\d.]+", path)
    return path.endswith("z") and len(set(numbers[::2])) == 1 and len(set(numbers[1::2])) > 1


def _name(root: ET.Element, panel: DrawnPanel) -> str:
    """Return the name of the horizontal axis of a panel."""
    left, _, right, bottom = panel.box
    for text in root.iter("text"):
        x, y = float(text.get("x", "-1")), float(text.get("y", "-1"))
        if left < x < right and bottom < y < bottom + BELOW and not NUMBER.fullmatch(text.text or ""):
            return text.text or ""
    return "value"


def _value(scale: Scale, place: float) -> float:
    """Return the value that stands at a place of an axis."""
    value = (place - scale.start) / scale.slope
    return 10.0**value if scale.log else value
