"""Tables and panels that several toy experiments share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from empirical.report.arm_key import ArmKey
from empirical.report.figures import PALETTE, Line, Panel, ramp
from empirical.report.results import mean, values
from empirical.report.sweep_results import SweepResults
from reports.page import paper_values


def method_name(rho: float) -> str:
    """Return the name of a column's method: gradient descent, or 1-SAM with its radius."""
    return "gradient descent" if rho == 0 else f"1-SAM, ρ = {rho:g}"


def accuracy_table(results: SweepResults) -> list[dict[str, str]]:
    """Return a row for each arm and column: best accuracy (closed form, and on sampled points), its step, and the last one."""
    rows: list[dict[str, str]] = []
    for key, arm in results.arms.items():
        setting = arm.setting
        for column, (rho, rate) in enumerate(pairs(setting)):
            row = {"setting": key.written, "method": setting["method"], "rho": f"{rho:g}", "rate": f"{rate:g}"}
            row["best accuracy"] = str(mean(values(results, key, "peak")[:, column]))
            row["at step"] = f"{values(results, key, 'peak_step')[:, column].mean():.0f}"
            row["best on sampled points"] = f"{values(results, key, 'sampled_peak')[:, column].mean():.3f}"
            row["last accuracy"] = f"{values(results, key, 'last')[:, column].mean():.3f}"
            rows.append(row)
    return rows


def pairs(setting: Mapping[str, Sequence[float]]) -> list[tuple[float, float]]:
    """Return radius and rate of each column of an arm."""
    rhos, rates = np.broadcast_arrays(setting["rhos"], setting["rates"])
    return list(zip(rhos.tolist(), rates.tolist(), strict=True))


def curve_lines(results: SweepResults, key: ArmKey, curve: str, only: Sequence[int] | None = None, until: float = np.inf) -> list[Line]:
    """Return one line a column of an arm, bluer for a larger radius, gradient descent dashed in black.

    A radius has the same colour in every panel of an arm, whichever columns are drawn.
    """
    drawn = results.arms[key].curves[curve]
    rhos = [rho for rho, _ in pairs(results.arms[key].setting)]
    chosen = list(range(len(rhos))) if only is None else list(only)
    perturbed = [column for column, rho in enumerate(rhos) if rho > 0]
    shades = dict(zip(perturbed, ramp(len(perturbed)), strict=True))
    keep = np.array(drawn.steps) < until
    lines: list[Line] = []
    for column in chosen:
        descent = rhos[column] == 0
        label = "GD" if descent else f"ρ = {rhos[column]:g}"
        mid, low, high = (np.array(rows)[keep, column].tolist() for rows in (drawn.mean, drawn.low, drawn.high))
        colour = PALETTE[6] if descent else shades[column]
        lines.append(Line(np.array(drawn.steps)[keep].tolist(), mid, label, colour, low, high, "--" if descent else "-"))
    return lines


def curve_panel(
    results: SweepResults, key: ArmKey, curve: str, title: str, y: str, only: Sequence[int] | None = None, until: float = np.inf
) -> Panel:
    """Return a panel of one curve of an arm against the step."""
    return Panel(title, "step", y, curve_lines(results, key, curve, only, until))


def accuracy_on_paper_axes(results: SweepResults, key: ArmKey, only: Sequence[int], figure: str, title: str) -> Panel:
    """Return a panel of test accuracy against the step of some columns, on axes that hold the axes of the paper's panel."""
    panel = curve_panel(results, key, "accuracy", title, "test accuracy", only)
    paper = paper_values.read()[figure].panel_of(title, "test accuracy")
    return replace(panel, x_range=paper.x_range, y_range=paper.y_range)
