"""Panels that several experiments on networks share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from empirical.report.arm_key import ArmKey
from empirical.report.claimed_networks import NAMES
from empirical.report.figures import PALETTE, Line, Panel, svg
from empirical.report.reading import at, column, leads
from empirical.report.results import mean
from empirical.report.sweep_results import SweepResults


def curve_panel(results: SweepResults, model: str, curve: str, y: str, methods: Sequence[str]) -> Panel:
    """Return a panel of one curve of methods at 1-SAM's radius, SGD dashed in black."""
    lines = [curve_line(results, model, curve, method, method, PALETTE[index]) for index, method in enumerate(methods)]
    return Panel(model, "epoch", y, [line for line in lines if line.x])


def curve_line(results: SweepResults, model: str, curve: str, method: str, label: str, colour: str) -> Line:
    """Return the curve of one method at 1-SAM's radius, with its band over seeds."""
    return drawn(results, ArmKey(model, method), curve, column(results, model, method, "same"), label, colour, dashed=method == "SGD")


def drawn(results: SweepResults, key: ArmKey, curve: str, index: int, label: str, colour: str, *, dashed: bool) -> Line:
    """Return the curve of one column of an arm, as far as it goes; a dashed one is black. One seed has no band."""
    band = results.arms[key].curves[curve]
    ends = [place for place, row in enumerate(band.mean, 1) if row[index] is not None]
    stop = max(ends, default=0)
    mid, low, high = (np.array([row[index] for row in rows[:stop]], float).tolist() for rows in (band.mean, band.low, band.high))
    shade, style = (PALETTE[6], "--") if dashed else (colour, "-")
    if len(results.seeds) == 1:
        return Line(band.steps[:stop], mid, label, shade, style=style)
    return Line(band.steps[:stop], mid, label, shade, low, high, style)


def lead_panels(results: SweepResults, settings: Mapping[str, float], x: str, index: int | None = None) -> str:
    """Draw the best accuracies of SGD and 1-SAM, and the lead of 1-SAM, against what the settings of one network vary."""
    place, (model,) = list(settings.values()), {results.arms[ArmKey(name, "SGD")].setting["model"] for name in settings}
    title = NAMES[model].removeprefix("the ")
    descent = np.stack([at(results, name, "SGD", "peak") for name in settings], axis=1)
    lead = np.stack([leads(results, name, index) for name in settings], axis=1)
    best = [interval_line(place, descent, "SGD", PALETTE[6]), interval_line(place, descent + lead, "1-SAM", PALETTE[0])]
    ahead = [interval_line(place, lead, "", PALETTE[0])]
    return svg([Panel(title, x, "best test accuracy", best, log_x=True), Panel(title, x, "lead of 1-SAM", ahead, [(0.0, "")], log_x=True)])


def interval_line(x: Sequence[float], columns: np.ndarray, label: str, colour: str) -> Line:
    """Return a marked line of means over seeds, with their intervals; `columns` is (seeds, len(x)). Points without a value are left out."""
    means = {place: estimate for place, column in zip(x, columns.T, strict=True) if (estimate := mean(column)).n}
    finite = bool(means) and all(estimate.n > 1 for estimate in means.values())
    low, high = ([getattr(estimate, end) for estimate in means.values()] if finite else None for end in ("low", "high"))
    return Line(list(means), [estimate.mean for estimate in means.values()], label, colour, low, high, marked=True)
