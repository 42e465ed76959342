"""The axes of a picture, read from its drawing: its panels, their words, and the scales on which numbers stand.

A picture of a run holds no data but its drawing. Its own ticks tell where a number stands: each grid line is followed by its number.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

import msgspec

GRID, QUIET = "var(--line)", "var(--quiet)"
TITLE = "9.5"
"""The font size of a panel's title."""
ABOVE_BOX, LEFT_OF_BOX = 12.0, 48.0
"""Units: how far from its axes a panel's title and the name of its vertical axis stand at most."""
LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
POWER = re.compile(r"(?:([\d.]+)×)?10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)")
TURNED = re.compile(r"translate\(([-\d.]+) ([-\d.]+)\) rotate\(-90\)")
NUMBER = re.compile(r"-?[\d.]+")
OFF = 1.0
"""Units: by how much a place may be off."""


class Scale(msgspec.Struct, frozen=True):
    """Where numbers stand along an axis: `start + slope * value`, or of its logarithm."""

    start: float
    slope: float
    log: bool

    def at(self, value: float) -> float:
        """Return the place of a number."""
        return self.start + self.slope * (math.log10(value) if self.log else value)


class DrawnPanel(msgspec.Struct, frozen=True):
    """One pair of axes of a picture: the id of its clip, its box (left, top, right, bottom), its words and its scales."""

    clip: str
    box: tuple[float, float, float, float]
    title: str
    y_says: str
    x: Scale | None
    y: Scale | None


def panels_in(root: ET.Element) -> list[DrawnPanel]:
    """Return the panels of a picture, in the order of their boxes from left to right and from top to bottom."""
    texts = list(root.iter("text"))
    panels: list[DrawnPanel] = []
    for clip in root.iter("clipPath"):
        rect = next(iter(clip.iter("rect")), None)
        if rect is None:
            continue
        x, y, width, height = (float(rect.get(name, "0")) for name in ("x", "y", "width", "height"))
        box = (x, y, x + width, y + height)
        own = f"url(#{clip.get('id')})"
        across, up = _ticks(root, own)
        panels.append(DrawnPanel(own, box, _title(texts, box), _y_says(texts, box), _scale(across), _scale(up)))
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


def _scale(ticks: Sequence[tuple[float, str]]) -> Scale | None:
    """Return the scale on which the ticks stand; None where there are fewer than two, or they fit neither kind of scale."""
    read = [(place, value) for place, words in ticks if (value := value_of(words)) is not None]
    if len(read) < 2:
        return None
    kinds = (True, False) if any(POWER.fullmatch(words) for _, words in ticks) else (False, True)
    for log in kinds:
        if log and min(value for _, value in read) <= 0:
            continue
        (place, value), (last_place, last) = ((at, math.log10(number) if log else number) for at, number in (read[0], read[-1]))
        slope = (last_place - place) / (last - value)
        scale = Scale(place - slope * value, slope, log)
        if all(abs(scale.at(number) - at) < OFF / 2 for at, number in read):
            return scale
    return None


def value_of(words: str) -> float | None:
    """Return the number that words beside an axis write, None where they write none."""
    if power := POWER.fullmatch(words):
        return float(power[1] or 1) * 10.0 ** int(power[2].translate(LOWERED))
    try:
        return float(words.translate(LOWERED))
    except ValueError:
        return None


def corners_in(root: ET.Element, clip: str) -> list[tuple[float, float]]:
    """Return the corners of our lines in one panel; grid, level and band are left out."""
    return [
        corner
        for node in root.iter("path")
        if node.get("clip-path") == clip and node.get("fill") == "none" and node.get("stroke") not in {GRID, QUIET}
        for corner in _places(node.get("d", ""))
    ]


def _places(path: str) -> list[tuple[float, float]]:
    numbers = [float(number) for number in NUMBER.findall(path)]
    return list(zip(numbers[::2], numbers[1::2], strict=False))
