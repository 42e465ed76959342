"""Numbers along an axis in powers of ten, written out where they are short: 0.02 for 2×10⁻², 3000 for 3×10³.

A picture keeps its powers where one of them lies beyond what a reader takes in as digits.
"""

from __future__ import annotations

import math
import re
from itertools import pairwise
from xml.etree import ElementTree as ET

from reports.page.drawn_axes import GRID, POWER, value_of

SMALLEST, LARGEST = 1e-3, 1e4
IN_NAME = re.compile(r"(?<== )1e(\d)$")
LARGE = re.compile(r"(?<= )\d{5,}(?= |$)")
"""A number in a name that is long enough for commas."""
ROW = 3.0
"""Units by which numbers along one horizontal axis stand higher or lower: those with a power stand lower."""
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
UPRIGHT = re.compile(r"M[-\d. ]+v[-\d.]+")
"""A line that goes up or down, as `compact` writes it."""
WIDTH = 0.465
"""The width of a digit of the page's font without serifs, in heights."""
WIDTHS = {".": 0.22, "−": 0.527, "-": 0.333, "×": 0.527, "⁻": 0.528} | dict.fromkeys("⁰¹²³⁴⁵⁶⁷⁸⁹", 0.401)
"""The widths of other letters."""


def width(number: str) -> float:
    """Return the width of a number, in heights of its letters."""
    return math.fsum(WIDTHS.get(letter, WIDTH) for letter in number)


def written_out(root: ET.Element) -> None:
    """Write the powers of a picture out, where all of them are short: in the middle below their grid line, or to their end beside it.

    They then stand on one line. A name that holds a number with an e has a power: ρ = 10⁵, which is no wider.
    """
    for node in root.iter("text"):
        node.text = IN_NAME.sub(
            lambda number: f"10{RAISED[int(number[1])]}", LARGE.sub(lambda number: f"{int(number[0]):,}", node.text or "")
        )
    numbers = [node for node in root.iter("text") if POWER.fullmatch(node.text or "")]
    values = [value_of(node.text or "") or 0.0 for node in numbers]
    if not all(SMALLEST <= value <= LARGEST for value in values):
        return
    line_of = {after: before for before, after in pairwise(root)}
    for node, value in zip(numbers, values, strict=True):
        old, new = node.text or "", f"{value:g}"
        gained = (width(old) - width(new)) * float(node.get("font-size", "0"))
        node.set("x", f"{float(node.get('x', '0')) + (gained / 2 if _upright(line_of.get(node)) else gained):.1f}")
        node.text = new
    lines = [float(node.get("y", "0")) for node in numbers if _upright(line_of.get(node))]
    for node in numbers:
        near = [line for line in lines if abs(line - float(node.get("y", "0"))) < ROW]
        node.set("y", f"{max(near):.1f}" if near else node.get("y", "0"))


def _upright(line: ET.Element | None) -> bool:
    """Whether a number follows a grid line that goes up: it then stands on the horizontal axis."""
    return line is not None and line.get("stroke") == GRID and UPRIGHT.fullmatch(line.get("d", "")) is not None
