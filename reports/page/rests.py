"""Which claim rests on which, and a picture of it: a layer for each step of an argument, a node for each claim, its mark by its verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from markupsafe import escape

from reports.page.entries import ClaimEntry, Document
from reports.verdict import Word

COLUMN, ROW, MARK, LETTER = 154, 19, 5, 5.6
"""Pixels: the width of a layer, the height of a row, the radius of a mark, and the width of a letter of 11 pixels."""
MARKS: dict[Word, str] = {
    "proved": "M4 0A4 4 0 1 1-4 0A4 4 0 1 1 4 0",
    "quoted": "M-4-4h3v8h-3zM1-4h3v8h-3z",
    "checked": "M0-5L5 0 0 5-5 0z",
    "measured": "M-4-4h8v8h-8z",
    "open": "M4 0A4 4 0 1 1-4 0A4 4 0 1 1 4 0M2.5 0A2.5 2.5 0 1 0-2.5 0A2.5 2.5 0 1 0 2.5 0",
    "refuted": "M-3-5L0-2 3-5 5-3 2 0 5 3 3 5 0 2-3 5-5 3-2 0-5-3z",
    "not-reproduced": "M-5-4h10L0 5z",
}
"""The mark of each verdict, about its centre."""
SWEEPS = 12
"""How often the layers are put in the order of their neighbours: the picture no longer changes after a few."""


def used_by(page: Document) -> dict[str, list[str]]:
    """Return by claim the claims that rest on it directly, in the paper's order."""
    users: dict[str, list[str]] = {claim.id: [] for claim in page.claims}
    for claim in page.claims:
        for below in claim.rests_on:
            users[below].append(claim.id)
    return users


def dependents(page: Document, name: str) -> list[str]:
    """Return the claims that rest on one, directly or through others."""
    users, seen, waiting = used_by(page), dict.fromkeys([name]), [name]
    while waiting:
        for user in users[waiting.pop()]:
            if user not in seen:
                seen[user] = None
                waiting.append(user)
    return [claim.id for claim in page.claims if claim.id in seen and claim.id != name]


def on_refuted(page: Document) -> dict[str, list[str]]:
    """Return by claim those on which it rests, directly or through others, whose argument falls as printed."""
    fallen = [claim for claim in page.claims if claim.printed and any(falls(part.verdict, part.effect) for part in claim.printed.parts)]
    standing: dict[str, list[str]] = {}
    for claim in fallen:
        for name in dependents(page, claim.id):
            standing.setdefault(name, []).append(claim.id)
    return standing


def falls(verdict: str, effect: str | None) -> bool:
    """Tell whether a part that is refuted takes an argument with it."""
    return verdict == "refuted" and effect == "changes-argument"


def layers(page: Document) -> list[list[ClaimEntry]]:
    """Return the claims that rest on others or are used, in layers: each stands right of all that it rests on, near to its neighbours."""
    users = used_by(page)
    joined = [claim for claim in page.claims if claim.rests_on or users[claim.id]]
    depth: dict[str, int] = {}

    def depth_of(name: str) -> int:
        if name not in depth:
            depth[name] = 1 + max((depth_of(below) for below in by_id[name].rests_on), default=-1)
        return depth[name]

    by_id = {claim.id: claim for claim in page.claims}
    placed: list[list[ClaimEntry]] = [[] for _ in range(1 + max((depth_of(claim.id) for claim in joined), default=-1))]
    for claim in joined:
        placed[depth[claim.id]].append(claim)
    for sweep in range(SWEEPS):
        place = {claim.id: index / max(1, len(layer)) for layer in placed for index, claim in enumerate(layer)}
        for layer in placed if sweep % 2 else reversed(placed):
            layer.sort(key=lambda claim: _centre([*claim.rests_on, *users[claim.id]], place))
            place |= {claim.id: index / max(1, len(layer)) for index, claim in enumerate(layer)}
    return placed


def _centre(names: Sequence[str], place: Mapping[str, float]) -> float:
    """Return the mean place of a claim's neighbours."""
    return math.fsum(place[name] for name in names) / len(names)


def picture(page: Document) -> str:
    """Return the picture as SVG whose nodes are links to the claims; empty where no claim rests on another."""
    placed = layers(page)
    if not placed:
        return ""
    height = ROW * (max(map(len, placed)) + 1)
    width = COLUMN * len(placed)
    at: dict[str, tuple[float, float]] = {}
    for column, layer in enumerate(placed):
        gap = (height - ROW) / len(layer)
        for row, claim in enumerate(layer):
            at[claim.id] = (column * COLUMN + MARK + 2, ROW / 2 + gap * (row + 0.5))
    lines = "".join(_line(at[below], at[claim.id], below) for layer in placed for claim in layer for below in claim.rests_on)
    nodes = [_node(claim, *at[claim.id]) for layer in placed for claim in layer]
    drawn = "".join([f'<path d="{lines}"/>', *nodes])
    told = 'role="group" aria-label="claims and what they rest on"'
    return f'<svg class="rests" viewBox="0 0 {width} {height:g}" width="{width}" {told}>{drawn}</svg>'


def _line(start: tuple[float, float], end: tuple[float, float], name: str) -> str:
    """Return a curve from the end of a node's name to the mark of a node that rests on it."""
    x, y, to, below = start[0] + MARK + 5 + LETTER * len(name), start[1], end[0] - MARK, end[1]
    bend = max(24.0, (to - x) / 2)
    return f"M{x:.0f} {y:.0f}C{x + bend:.0f} {y:.0f} {to - bend:.0f} {below:.0f} {to:.0f} {below:.0f}"


def _node(claim: ClaimEntry, x: float, y: float) -> str:
    """Return a link with the claim's mark and name."""
    word = claim.forms()[0].verdict
    mark = f'<path class="mark {word}" transform="translate({x:.0f} {y:.0f})" d="{MARKS[word]}"/>'
    name = f'<text x="{x + MARK + 3:.0f}" y="{y + 4:.0f}">{escape(claim.id)}</text>'
    return f'<a href="#{escape(claim.id)}" aria-label="{escape(claim.id)}: {word}">{mark}{name}</a>'
