"""Draw the flow of `early-stopping`: paths of training for several radii over the level lines of test accuracy.

    python -m theory.early_stopping.picture --out DIR

writes DIR/early_stopping_flow.svg, the same bytes each time. Needs matplotlib, of the group `empirical`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from theory.early_stopping.flow import Paths, Toy, accuracy_at, follow

NAME = "early_stopping_flow.svg"
RADII = (0.0, 0.02, 0.06, 0.12, 0.18)  # the ends of the paper's grid, and three between
STEPS = 20_000
WIDTH, HEIGHT = 4.0, 0.6  # of the region drawn, in units of N a and N (b - a)
LEVELS = tuple(k / 100 for k in range(52, 70, 2))
UNLABELLED = (0.60,)  # runs along a path, which would cross its label
STYLE: Any = {
    "svg.hashsalt": "early-stopping",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


@dataclass(frozen=True)
class Options:
    """Where the picture goes.

    out  the folder, made if it is missing
    """

    out: Path


def draw(toy: Toy, radii: tuple[float, ...] = RADII) -> Any:
    """Return a matplotlib figure of the paths of training, each with its peak, over the level lines of accuracy."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    paths = follow(toy, np.array(radii), STEPS)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(7.0, 4.2), layout="constrained")
        axes = figure.add_subplot()
        _levels(axes, toy)
        shades = mpl.colormaps["viridis"](np.linspace(0.0, 0.6, len(radii)))
        for index, shade in enumerate(shades):
            _path(axes, toy, paths, index, shade)
        axes.set(xlim=(0, WIDTH), ylim=(0, HEIGHT))
        axes.set_xlabel("progress of clean points, N a")
        axes.set_ylabel("lead of mislabelled points, N (b \N{MINUS SIGN} a)")
        axes.set_title("A larger ρ holds mislabelled points back: each peak (dot) is higher", loc="left", fontsize=11)
    return figure


def _levels(axes: Any, toy: Toy) -> None:
    """Draw the level lines of test accuracy, labelled in percent."""
    x, y = np.meshgrid(np.linspace(1e-3, WIDTH, 300), np.linspace(0, HEIGHT, 300))
    found = accuracy_at(toy, x / toy.noise_square, (x + y) / toy.noise_square)
    lines = axes.contour(x, y, found, levels=LEVELS, colors="0.72", linewidths=0.8)
    # on a diagonal that the paths leave free of peaks
    labelled = [level for level in LEVELS if level not in UNLABELLED]
    places = [_crossing(x, y, found, level) for level in labelled]
    axes.clabel(lines, labelled, fmt=lambda level: f"{100 * level:.0f} %", fontsize=8, colors="0.35", manual=places)


def _crossing(x: np.ndarray, y: np.ndarray, found: np.ndarray, level: float) -> tuple[float, float]:
    """Return the point of a level line that lies nearest to a curve that falls from the upper left to the right end of the picture."""
    off = np.abs(found - level) * 50 + np.abs(y / HEIGHT - (1.02 - 0.22 * x / WIDTH - 0.7 * (x / WIDTH) ** 6))
    row, column = np.unravel_index(np.argmin(off), off.shape)
    return float(x[row, column]), float(y[row, column])


def _path(axes: Any, toy: Toy, paths: Paths, index: int, shade: Any) -> None:
    """Draw one path and its peak, labelled with its radius and the accuracy there."""
    x, y = toy.noise_square * paths.a[index], toy.noise_square * (paths.b[index] - paths.a[index])
    axes.plot(x, y, color=shade, linewidth=1.8)
    top = int(np.argmax(paths.accuracy[index]))
    axes.plot(x[top], y[top], "o", color=shade, markersize=6, zorder=3)
    words = f"ρ = {paths.radii[index]:g}: {100 * paths.accuracy[index, top]:.1f} %"
    # the uppermost path has room above it, every other one below
    offset, side = ((-8, 4), "right") if index == 0 else ((8, -10), "left")
    # a white ground keeps the words readable where another path runs behind them; an outline would turn them into shapes
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
    axes.annotate(
        words, (x[top], y[top]), xytext=offset, textcoords="offset points", ha=side, color=shade, fontsize=9, zorder=4, bbox=ground
    )


def write(out: Path) -> Path:
    """Write the picture of the paper's sizes to the folder and return its path; raise ValueError where the folder cannot be made."""
    import matplotlib as mpl

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(f"--out must be a folder that can be made, got {out} ({error.strerror}); choose another") from error
    path = out / NAME
    with mpl.rc_context(STYLE):
        draw(Toy()).savefig(path, metadata={"Date": None})
    return path


if __name__ == "__main__":
    import tyro

    print(write(tyro.cli(Options, description=__doc__).out))  # noqa: T201
