"""Table 1 as a picture: the best test accuracy of each method in the strongest run, with its interval, beside the paper's number."""

from __future__ import annotations

import math
import re

import msgspec

from reports.page.entries import Document
from reports.page.plot import Plot
from reports.page.shown import Experiment, shown

CLAIM = "table-1"
PRINTED = re.compile(r"([A-Za-z0-9][\w -]*?) (\d+(?:\.\d+)?)%")
MEASURED = re.compile(r"(\d\.\d+)(?: \[(\d\.\d+), (\d\.\d+)\])?, n = \d+")
STEP = 0.05
"""The distance of the ticks of accuracy."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One method: its best test accuracy here, the ends of its interval (equal to it with one seed), and the paper's."""

    method: str
    here: float
    low: float
    high: float
    paper: float


def rows(page: Document) -> tuple[Experiment | None, list[Row]]:
    """Return the strongest run of Table 1 and its rows in the paper's order; nothing where there is no run with the paper's methods."""
    for claim in page.claims:
        for item in claim.evidence if claim.id == CLAIM else ():
            run = shown(item).experiment
            if run is not None:
                return run, _rows(run.expected, item.details.get("rows"))
    return None, []


def _rows(expected: str, table: object) -> list[Row]:
    """Return the rows whose method the paper has."""
    paper = {method: float(percent) / 100 for method, percent in PRINTED.findall(expected)}
    best: dict[str, Row] = {}
    for row in table if isinstance(table, list) else []:
        method = str(row.get("network and method", "")).rpartition(", ")[2]
        measured = MEASURED.match(str(row.get("best test accuracy", "")))
        if method not in paper or measured is None:
            continue
        accuracy = float(measured[1])
        low, high = (float(measured[side] or accuracy) for side in (2, 3))
        if method not in best or accuracy > best[method].here:
            best[method] = Row(method=method, here=accuracy, low=low, high=high, paper=paper[method])
    return [best[method] for method in paper if method in best]


def picture(page: Document) -> str:
    """Return dots with intervals, and rings for the paper's numbers; empty where nothing was measured."""
    _, methods = rows(page)
    if not methods:
        return ""
    values = [value for row in methods for value in (row.low, row.high, row.paper)]
    low, high = math.floor(min(values) / STEP) * STEP, math.ceil(max(values) / STEP) * STEP
    ticks = [low + STEP * index for index in range(round((high - low) / STEP) + 1)]
    count = len(methods)
    plot = Plot((low, high), (-0.6, count - 0.4), "best test accuracy", "", height=64 + 40 * count, margins=(10, 20, 46, 140))
    plot.axes([(value, f"{value:.2f}") for value in ticks], [(count - 1 - index, row.method) for index, row in enumerate(methods)])
    for index, row in enumerate(methods):
        height = count - 1 - index
        if row.low < row.high:
            plot.line([(row.low, height), (row.high, height)], "p1")
        plot.dot((row.here, height), "p1")
        plot.dot((row.paper, height), "ink", hollow=True)
    return plot.svg()
