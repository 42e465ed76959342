"""The numbers along the axes of a panel as one element of text: each letter has a place in it.

A picture of a run has some ten numbers, each a separate element, and a slow processor feels each element.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from reports.page.figure import SVG
from reports.page.labels import NUMBER
from reports.page.plain_numbers import width

PLACE = ("x", "y")


def together(panel: str) -> str:
    """Return a panel whose numbers of one look are one text, which stands where the first of them stood; a space parts two numbers."""
    root = ET.fromstring(panel)
    for node in root.iter():
        node.tag = node.tag.removeprefix(SVG)
    by_look: dict[tuple[tuple[str, str], ...], list[ET.Element]] = {}
    for node in root:
        if node.tag == "text" and "transform" not in node.attrib and NUMBER.fullmatch(node.text or ""):
            by_look.setdefault(tuple((name, value) for name, value in node.items() if name not in PLACE), []).append(node)
    for first, *others in by_look.values():
        places = [place for node in (first, *others) for place in _letters(node)]
        first.text = " ".join(node.text or "" for node in (first, *others))
        first.set("x", " ".join(f"{x:.4g}" for x, _ in places))
        first.set("y", " ".join(y for _, y in places))
        for node in others:
            root.remove(node)
    for node in root.iter("text"):
        if (fill := node.get("fill", "")).startswith("var(--k"):
            node.set("fill", fill.replace("--k", "--t"))  # small words stand out more than the line that they name
    root[:] = sorted(root, key=lambda node: node.tag == "text")  # words stand above lines
    return ET.tostring(root, encoding="unicode").replace(" />", "/>")


def _letters(number: ET.Element) -> Iterator[tuple[float, str]]:
    """Yield the place of each letter of a number, and of the space after it."""
    x, height = float(number.get("x", "0")), float(number.get("font-size", "0"))
    for letter in f"{number.text} ":
        yield x, number.get("y", "0")
        x += height * width(letter)
