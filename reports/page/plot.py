"""Small plots as SVG, written by hand: words stay words, colours are variables, and the bytes depend on no library's version.

The pictures of runs are Matplotlib's (see `figure`). Those here explain, have a few kilobytes, and are drawn where there is no NumPy.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Literal

from reports.page.polyline import simplified

FINE = 0.05  # units: curves are few here, and shown large
Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]


@dataclass
class Plot:
    """One pair of axes in a frame of `width` by `height` units; data coordinates run over `x` and `y` (both ends included)."""

    x: tuple[float, float]
    y: tuple[float, float]
    x_label: str
    y_label: str
    width: float = 400
    height: float = 300
    margins: tuple[float, float, float, float] = (14, 132, 44, 46)  # top, right, bottom, left
    parts: list[str] = field(default_factory=list)

    def at(self, point: Point) -> Point:
        """Return the place of a point of the data in the picture."""
        top, right, bottom, left = self.margins
        across = (point[0] - self.x[0]) / (self.x[1] - self.x[0])
        up = (point[1] - self.y[0]) / (self.y[1] - self.y[0])
        return left + across * (self.width - left - right), self.height - bottom - up * (self.height - top - bottom)

    def axes(self, x_ticks: Sequence[tuple[float, str]], y_ticks: Sequence[tuple[float, str]]) -> None:
        """Draw both axes with their ticks, light lines across, and what they are."""
        left, low = self.at((self.x[0], self.y[0]))
        right, high = self.at((self.x[1], self.y[1]))
        for value, words in y_ticks:
            across = self.at((self.x[0], value))[1]
            self.parts.append(f'<path class="grid" d="M{left:.1f} {across:.1f}H{right:.1f}"/>')
            self.words((left - 8, across + 4.5), words, anchor="end")
        for value, words in x_ticks:
            up = self.at((value, self.y[0]))[0]
            self.parts.append(f'<path class="axis" d="M{up:.1f} {low:.1f}v5"/>')
            self.words((up, low + 19), words, anchor="middle")
        self.parts.append(f'<path class="axis" d="M{left:.1f} {high:.1f}V{low:.1f}H{right:.1f}"/>')
        self.words(((left + right) / 2, self.height - 6), self.x_label, anchor="middle", kind="label")
        middle = f"translate(14 {(low + high) / 2:.1f}) rotate(-90)"
        self.parts.append(f'<text class="label" transform="{middle}" text-anchor="middle">{escape(self.y_label)}</text>')

    def line(self, points: Sequence[Point], colour: str, *, dashed: bool = False, kind: str = "curve") -> None:
        """Draw a line through points of the data; `colour` is the name of a colour of the page."""
        corners = simplified([self.at(point) for point in points], FINE)
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners)
        self.parts.append(f'<path class="{kind} {colour}{" dashed" if dashed else ""}" d="{path}"/>')

    def area(self, corners: Sequence[Point]) -> None:
        """Shade what lies between corners of the data; what is drawn later lies above it."""
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in map(self.at, corners))
        self.parts.append(f'<path class="area" d="{path}z"/>')

    def disc(self, centre: Point, radius: float) -> None:
        """Shade a disc of the data, with its border; a circle where both axes have one scale."""
        (x, y), (right, top) = self.at(centre), self.at((centre[0] + radius, centre[1] + radius))
        self.parts.append(f'<ellipse class="area bordered" cx="{x:.1f}" cy="{y:.1f}" rx="{right - x:.1f}" ry="{y - top:.1f}"/>')

    def heads(self, arrows: Sequence[tuple[Point, Point]], colour: str) -> None:
        """Draw the heads of arrows as one shape, each from (its tip, a point of the data from which it comes)."""
        path = ""
        for tip, behind in arrows:
            (x, y), (back_x, back_y) = self.at(tip), self.at(behind)
            far = math.dist((x, y), (back_x, back_y))
            along, across = (x - back_x) / far, (y - back_y) / far
            left, right = ((x - 9 * along - side * across, y - 9 * across + side * along) for side in (4, -4))
            path += f"M{x:.1f} {y:.1f}L{left[0]:.1f} {left[1]:.1f}L{right[0]:.1f} {right[1]:.1f}z"
        self.parts.append(f'<path class="bar {colour}" d="{path}"/>')

    def dot(self, point: Point, colour: str, *, hollow: bool = False) -> None:
        """Mark one point of the data."""
        x, y = self.at(point)
        self.parts.append(f'<circle class="{"ring" if hollow else "dot"} {colour}" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>')

    def bars(self, boxes: Sequence[tuple[Point, Point]], colour: str) -> None:
        """Draw bars, each between two opposite corners in data coordinates, as one shape."""
        path = ""
        for low, high in boxes:
            (left, bottom), (right, top) = self.at(low), self.at(high)
            path += f"M{left:.1f} {top:.1f}h{right - left:.1f}v{bottom - top:.1f}h{left - right:.1f}z"
        self.parts.append(f'<path class="bar {colour}" d="{path}"/>')

    def words(self, place: Point, text: str, *, anchor: Anchor = "start", kind: str = "tick") -> None:
        """Write words at a place of the picture (not of the data)."""
        side = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self.parts.append(f'<text class="{kind}" x="{place[0]:.1f}" y="{place[1]:.1f}"{side}>{escape(text)}</text>')

    def ends(self, labels: Sequence[tuple[Point, str, str]], apart: float = 17) -> None:
        """Write (point, words, colour) to the right of lines' ends, moved apart so that none covers another."""
        placed = sorted(((self.at(point), words, colour) for point, words, colour in labels), key=lambda label: label[0][1])
        heights = [place[1] for place, _, _ in placed]
        for _ in range(60):  # neighbours that are too close share the push
            for above, below in zip(range(len(heights)), range(1, len(heights)), strict=False):
                lack = apart - (heights[below] - heights[above])
                if lack > 0:
                    heights[above] -= lack / 2
                    heights[below] += lack / 2
        for (place, words, colour), height in zip(placed, heights, strict=True):
            self.words((place[0] + 8, height + 4.5), words, kind=f"end {colour}")

    def svg(self) -> str:
        """Return the picture."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 {self.width:g} {self.height:g}">{"".join(self.parts)}</svg>'
        )
