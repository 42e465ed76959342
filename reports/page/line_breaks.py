"""Where a long formula may break at the end of a line: before a relation or the sign of a sum, and after a slash, outside all brackets.

A browser breaks no line within MathML, so that a phone would cut what is wider than its lines. A long formula becomes several formulas in
a row: a line may break between two of them, and does so only where it is full.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from xml.etree import ElementTree as ET

WIDEST = 14.0
"""Width of a formula, in heights of its letters, that a line of a phone holds."""
RELATIONS = set("=<>≤≥≠≈∈→⟶↦∼∝")
SUMS = set("+−")
SCRIPTED = {"msub", "msup", "msubsup", "munder", "mover", "munderover"}
OPENING, CLOSING, NORM = set("([{⟨"), set(")]}⟩"), "‖"
NAMED = ("&ApplyFunction;", "\u2061")
"""The one sign that MathML writes by a name that XML lacks, and the sign itself."""
LETTER, SIGN, BRACKET, SCRIPT, ROOT = 0.52, 1.2, 0.4, 0.7, 0.8
"""Widths: of a letter, a sign between its spaces, a bracket, an index beside the same letters on the line, and the sign of a root."""

Begins = Callable[[ET.Element, ET.Element], bool]
"""Whether a piece begins with the second of two neighbours."""


def parted(formula: str) -> str:
    """Return a formula in MathML, as several in a row where it is too wide for a line of a phone."""
    root = ET.fromstring(formula.replace(*NAMED))
    pieces = [list(root)]
    for begins in (_relation, _sum, _after_slash):
        pieces = [part for piece in pieces for part in (_split(piece, begins) if _wide(piece) else [piece])]
    if len(pieces) == 1:
        return formula
    return "".join(_written(piece) for piece in pieces)


def _split(nodes: Sequence[ET.Element], begins: Begins) -> list[list[ET.Element]]:
    """Return neighbours in pieces, each of which begins outside all brackets."""
    pieces = [[nodes[0]]]
    for place, (before, node) in enumerate(itertools.pairwise(nodes), 1):
        if not _is_open(nodes[:place]) and begins(before, node):
            pieces.append([])
        pieces[-1].append(node)
    return pieces


def _relation(_before: ET.Element, node: ET.Element) -> bool:
    return node.tag == "mo" and node.text in RELATIONS


def _sum(_before: ET.Element, node: ET.Element) -> bool:
    return node.tag == "mo" and node.text in SUMS and node.get("lspace") != "0"  # the sign of a factor has no space before it


def _after_slash(before: ET.Element, _node: ET.Element) -> bool:
    return before.tag == "mo" and before.text == "/"


def _is_open(nodes: Sequence[ET.Element]) -> bool:
    """Whether a bracket or a norm is open after these nodes; a bracket with an index or a power counts too."""
    bases = [node[0] if node.tag in SCRIPTED else node for node in nodes]
    signs = [base.text for base in bases if base.tag == "mo"]
    brackets = sum((sign in OPENING) - (sign in CLOSING) for sign in signs)
    return brackets > 0 or signs.count(NORM) % 2 == 1


def _wide(nodes: Sequence[ET.Element]) -> bool:
    return math.fsum(map(_width, nodes)) > WIDEST


def _width(node: ET.Element) -> float:
    """Return about how wide a node is drawn, in heights of the letters on the line."""
    inner = [_width(child) for child in node]
    if node.tag == "mo":
        return SIGN if node.text in RELATIONS | SUMS and node.get("lspace") != "0" else BRACKET
    if node.tag == "mfrac":
        return max(inner) * (1 if node.get("displaystyle") else SCRIPT)
    if node.tag in SCRIPTED:
        return inner[0] + SCRIPT * max(inner[1:])
    return LETTER * len(node.text or "") + math.fsum(inner) + (ROOT if node.tag == "msqrt" else 0)


def _written(nodes: Sequence[ET.Element]) -> str:
    """Return a formula of these nodes; a sign that begins it has the spaces of a sign between two sides."""
    if nodes[0].tag == "mo":
        nodes[0].set("form", "infix")
    return f"<math>{''.join(ET.tostring(node, encoding='unicode') for node in nodes)}</math>"
