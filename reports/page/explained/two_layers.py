"""Flows of J-SAM and 1-SAM in the two-layer linear network f = <v, W x>, in plain Python (tests compare them with the theory's own).

For one example, with z = W x, J = sqrt(|z|^2 + |x|^2 |v|^2) and s = sigma(-t f):
J-SAM moves W by s (t v - rho/J z) x^T and v by s (t z - rho |x|^2/J v) (Eqs. 4.1 to 4.4). 1-SAM has s = sigma(-m) instead, with
m = t f (1 + rho^2 |x|^2/J^2) - rho J (`one-sam-exact`). For rho = 0 both are gradient descent.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

Method = Literal["J-SAM", "1-SAM"]
METHODS: tuple[Method, Method] = ("J-SAM", "1-SAM")
Point = tuple[tuple[float, ...], int]
"""An input and its label, 1 or -1."""
SHORT = 0.03
"""In units of rho: shorter weights are taken for zero. Within rho the flow reaches zero in finite time, where eps is undefined."""


class Layers(NamedTuple):
    """Weights, or a direction of theirs: W as rows (h of length d), and v (h)."""

    W: tuple[tuple[float, ...], ...]
    v: tuple[float, ...]

    def moved(self, by: Layers, factor: float) -> Layers:
        """Return these weights plus a direction times a factor."""
        rows = zip(self.W, by.W, strict=True)
        first = tuple(tuple(a + factor * b for a, b in zip(row, step, strict=True)) for row, step in rows)
        return Layers(first, tuple(a + factor * b for a, b in zip(self.v, by.v, strict=True)))

    def length(self) -> float:
        """Return the 2-norm of both layers together."""
        return math.sqrt(math.fsum(entry * entry for row in (*self.W, self.v) for entry in row))

    def of_length(self, length: float) -> Layers:
        """Return the weights scaled to this length."""
        return self.moved(self, length / self.length() - 1)


def direction(w: Layers, points: Sequence[Point], rho: float, method: Method) -> Layers:
    """Return the mean of the points' directions; the gradient of f must not be zero at a point."""
    mean = Layers(tuple((0.0,) * len(row) for row in w.W), (0.0,) * len(w.v))
    for point in points:
        mean = mean.moved(_of_one(w, point, rho, method), 1 / len(points))
    return mean


def _of_one(w: Layers, point: Point, rho: float, method: Method) -> Layers:
    x, t = point
    z = [math.fsum(a * b for a, b in zip(row, x, strict=True)) for row in w.W]
    square = math.fsum(entry * entry for entry in x)
    long = math.sqrt(math.fsum(entry * entry for entry in z) + square * math.fsum(entry * entry for entry in w.v))  # J
    margin = t * math.fsum(a * b for a, b in zip(w.v, z, strict=True))
    if method == "1-SAM":
        margin = margin * (1 + rho * rho * square / (long * long)) - rho * long
    scale = 1 / (1 + math.exp(margin))
    first = tuple(tuple(scale * (t * v - rho / long * a) * entry for entry in x) for v, a in zip(w.v, z, strict=True))
    return Layers(first, tuple(scale * (t * a - rho * square / long * v) for v, a in zip(w.v, z, strict=True)))


def follow(start: Layers, points: Sequence[Point], rho: float, method: Method, *, step: float, steps: int) -> list[Layers]:
    """Return the weights along the flow, in midpoint steps of this time; a path that comes to zero ends there."""
    path = [start]
    for _ in range(steps):
        middle = path[-1].moved(direction(path[-1], points, rho, method), step / 2)
        path.append(path[-1].moved(direction(middle, points, rho, method), step))
        if path[-1].length() < SHORT * rho:
            return [*path[:-1], path[-1].moved(path[-1], -1)]
    return path
