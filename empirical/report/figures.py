"""Pictures of experiments: SVG text that is the same for the same results, lines labelled where they end, intervals as bands."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito's palette, told apart with every common kind of colour blindness; yellow is left out, being too pale on white.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
GREY = "#666666"
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "sam-label-noise-claims",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e6e6e6",
    "grid.linewidth": 0.6,
    "axes.edgecolor": "#888888",
    "xtick.color": "#444444",
    "ytick.color": "#444444",
    "lines.linewidth": 1.6,
}
WIDTH, HEIGHT = 3.9, 2.9  # inches a panel
SAME = 1e-3
"""Heights of the axes by which the ends of two lines differ that nobody can tell apart."""


@dataclass(frozen=True)
class Line:
    """One line with its band; `label` stands where it ends, in its colour. Without `low` and `high` there is no band."""

    x: Sequence[float]
    y: Sequence[float]
    label: str = ""
    colour: str = PALETTE[0]
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None
    style: Literal["-", "--", ":"] = "-"
    marked: bool = False


@dataclass(frozen=True)
class Panel:
    """One pair of axes. `levels` are horizontal lines at a value, with what they mean; the axes hold at least `x_range` and `y_range`."""

    title: str
    x: str
    y: str
    lines: Sequence[Line]
    levels: Sequence[tuple[float, str]] = ()
    log_x: bool = False
    log_y: bool = False
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None


def ramp(count: int) -> list[str]:
    """Return `count` colours from light orange-brown to dark blue, ordered in lightness, for a radius that grows."""
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    shades = colormaps["cividis_r"](np.linspace(0.22, 1.0, count))
    return [to_hex(shade) for shade in shades]


def draw(panels: Sequence[Panel], kind: Literal["svg", "png"] = "svg") -> bytes:
    """Return the panels side by side (two a row) as an image."""
    from matplotlib import rc_context  # it takes a third of a second to load, and most commands draw nothing
    from matplotlib.figure import Figure

    columns = min(len(panels), 2)
    rows = -(-len(panels) // columns)
    with rc_context(STYLE):
        figure = Figure(figsize=(WIDTH * columns, HEIGHT * rows), layout="constrained")
        grid = figure.subplots(rows, columns, squeeze=False).ravel()
        for axes, panel in zip(grid, panels, strict=False):
            _panel(axes, panel)
        for axes in grid[len(panels) :]:
            axes.remove()
        target = io.BytesIO()
        figure.savefig(target, format=kind, metadata={"Date": None} if kind == "svg" else None, dpi=150)
    return target.getvalue()


def svg(panels: Sequence[Panel]) -> str:
    """Return the panels as SVG text, without the XML header, so that it can stand in a page."""
    text = draw(panels).decode()
    return text[text.index("<svg") :]


def _panel(axes: Axes, panel: Panel) -> None:
    axes.set_title(panel.title)
    axes.set_xlabel(panel.x)
    axes.set_ylabel(panel.y)
    if panel.log_x:
        axes.set_xscale("log")
    if panel.log_y:
        axes.set_yscale("log")
    for line in panel.lines:
        axes.plot(line.x, line.y, line.style, color=line.colour, marker="o" if line.marked else None, markersize=3.5)
        if line.low is not None and line.high is not None:
            axes.fill_between(line.x, line.low, line.high, color=line.colour, alpha=0.18, linewidth=0)
    for value, says in panel.levels:
        axes.axhline(value, color=GREY, linewidth=0.9, linestyle=":")
        axes.annotate(
            says, (0.01, value), xycoords=("axes fraction", "data"), xytext=(0, 2), textcoords="offset points", color=GREY, fontsize=7.5
        )
    for limits, limit, held in ((axes.get_xlim, axes.set_xlim, panel.x_range), (axes.get_ylim, axes.set_ylim, panel.y_range)):
        if held is not None:
            low, high = limits()
            limit(min(low, held[0]), max(high, held[1]))
    _label(axes, [line for line in panel.lines if line.label and len(line.x)])


def _label(axes: Axes, lines: Sequence[Line]) -> None:
    """Write each line's label to the right of its end, moved apart so that none covers another."""
    if not lines:
        return
    axes.autoscale_view()
    low, high = axes.transData.transform(np.column_stack([np.full(2, lines[0].x[-1]), axes.get_ylim()]))[:, 1]
    ends = np.array([axes.transData.transform((line.x[-1], line.y[-1]))[1] for line in lines])
    heights = (ends - low) / (high - low)
    texts = [textwrap.fill(line.label, 18) for line in lines]
    apart = 0.072 * max(text.count("\n") + 1 for text in texts)
    # ends that cannot be told apart keep the order of the lines, which is the order of their radii
    order = np.lexsort((np.arange(len(lines)), np.round(heights / SAME)))
    placed = np.sort(heights)
    for _ in range(200):  # relaxation: neighbours that are too close share the push
        for below, above in zip(range(len(placed) - 1), range(1, len(placed)), strict=True):
            lack = apart - (placed[above] - placed[below])
            if lack > 0:
                placed[below] -= lack / 2
                placed[above] += lack / 2
    placed += max(0.0, -placed.min()) - max(0.0, placed.max() - 1.0)
    for rank, index in enumerate(order):
        axes.annotate(
            texts[index],
            (1.0, placed[rank]),
            xycoords="axes fraction",
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            color=lines[index].colour,
            fontsize=8,
            annotation_clip=False,
        )
