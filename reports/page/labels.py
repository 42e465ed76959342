"""Labels of a run's picture that would cover each other: numbers beside an axis thin out, names of levels move apart."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

NUMBER = re.compile(r"[-−]?[\d.]+(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?|10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
LETTER = 0.5
"""Width of a letter, in heights."""
GAP = 2.0
"""Units between two numbers of an axis."""
LINE = 8.5
"""Units from one line of names to the next."""
SAME = 3.0
"""Units by which two numbers of one axis may stand higher or lower: those with a power stand lower."""


def apart(root: ET.Element) -> None:
    """Leave out each number that would cover the one before it on its axis, and move a name below the name that it would cover."""
    placed = [node for node in root.iter("text") if node.get("x") is not None]
    numbers = [node for node in placed if NUMBER.fullmatch(node.text or "")]
    covering = _covering(sorted(numbers, key=lambda node: (_between(node), _at(node, "x"))))
    root[:] = [node for node in root if node not in covering]
    names = sorted((node for node in placed if node not in numbers), key=lambda node: _at(node, "y"))
    for index, name in enumerate(names):
        for above in names[:index]:
            if above.get("x") == name.get("x") and 0 <= _at(name, "y") - _at(above, "y") < LINE - 1:
                name.set("y", f"{_at(above, 'y') + LINE:.1f}")


def _covering(numbers: list[ET.Element]) -> list[ET.Element]:
    """Return the numbers that would cover one before them in the list; that order says which of two stays."""
    kept: list[ET.Element] = []
    left_out: list[ET.Element] = []
    for number in numbers:
        (left_out if any(covers(number, shown) for shown in kept) else kept).append(number)
    return left_out


def covers(first: ET.Element, second: ET.Element) -> bool:
    """Whether two numbers of a horizontal axis stand closer than `GAP`."""
    before, after = sorted((first, second), key=lambda node: _at(node, "x"))
    width = LETTER * _at(before, "font-size") * len(before.text or "")
    return abs(_at(first, "y") - _at(second, "y")) < SAME and _at(before, "x") + width + GAP > _at(after, "x")


def _between(number: ET.Element) -> bool:
    """Whether a number of an axis in powers lies between two of them."""
    return "×" in (number.text or "")


def _at(node: ET.Element, name: str) -> float:
    return float(node.get(name, "0"))
