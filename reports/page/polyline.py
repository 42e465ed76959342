"""Paths made short: points of a polyline that a reader could not see are left out, and places are written to a tenth of a unit."""

from __future__ import annotations

import re

TOLERANCE = 0.3  # in units of the picture, of which a page shows about one to a pixel
TOKEN = re.compile(r"[A-Za-z]|-?\d*\.?\d+(?:e-?\d+)?")

Point = tuple[float, float]


def shortened(path: str, tolerance: float = TOLERANCE) -> str:
    """Return the data of a path (the attribute `d`) with fewer and shorter numbers; only runs of straight lines lose points."""
    pieces: list[str] = []
    straight: list[Point] = []
    for letter, numbers in _commands(path):
        points = list(zip(numbers[::2], numbers[1::2], strict=False))
        if letter == "L":
            straight += points
            continue
        pieces += _written(straight, tolerance)
        straight = []
        if letter == "M":
            straight = points
        else:
            pieces.append(letter + " ".join(_short(number) for number in numbers))
    return "".join([*pieces, *_written(straight, tolerance)])


def simplified(points: list[Point], tolerance: float = TOLERANCE) -> list[Point]:
    """Return points, ends included, through which a line lies within `tolerance` of every one (Douglas and Peucker)."""
    keep = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        far = max(range(first + 1, last), key=lambda index: _off(points[index], points[first], points[last]))
        if _off(points[far], points[first], points[last]) > tolerance:
            keep.add(far)
            spans += [(first, far), (far, last)]
    return [points[index] for index in sorted(keep)]


def _off(point: Point, start: Point, end: Point) -> float:
    """Return the distance of a point from the segment between two others."""
    along = (end[0] - start[0], end[1] - start[1])
    square = along[0] ** 2 + along[1] ** 2
    share = 0.0 if square == 0 else ((point[0] - start[0]) * along[0] + (point[1] - start[1]) * along[1]) / square
    share = min(1.0, max(0.0, share))
    return ((point[0] - start[0] - share * along[0]) ** 2 + (point[1] - start[1] - share * along[1]) ** 2) ** 0.5


def _commands(path: str) -> list[tuple[str, list[float]]]:
    pieces: list[tuple[str, list[float]]] = []
    for token in TOKEN.findall(path):
        if token.isalpha():
            pieces.append((token, []))
        elif pieces:
            pieces[-1][1].append(float(token))
    return pieces


def _written(points: list[Point], tolerance: float) -> list[str]:
    """Return a straight run as one move and its lines; nothing for no points."""
    if not points:
        return []
    corners = [f"{_short(x)} {_short(y)}" for x, y in simplified(points, tolerance)]
    return ["M" + corners[0]] + (["L" + " ".join(corners[1:])] if len(corners) > 1 else [])


def _short(number: float) -> str:
    text = f"{number:.1f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
