"""`robust-loss` as a picture: the function that 1-SAM descends in a linear model with one weight.

F_rho(w) = mean of log(1 + exp(rho |s_i| - w s_i)) with s_i = t_i x_i, and the direction of 1-SAM is -F_rho' (Eqs. 2.6 and 3.2).
"""

from __future__ import annotations

import functools
import math

from reports.page.picture import Picture
from reports.page.plot import Plot

SIGNED = (0.5, 1.0, 1.5, -1.0)
"""s_i of three clean points and of a mislabelled one, which no weight fits."""
RADII = ((0.0, "ink"), (1.0, "p1"), (2.0, "p3"), (3.0, "p2"))
STEPPED, START, RATE = 2.0, -1.6, 2.0
"""The radius, the first weight and the step size of the steps that are drawn."""


def objective(w: float, rho: float) -> float:
    """Return F_rho(w)."""
    return math.fsum(math.log1p(math.exp(rho * abs(s) - w * s)) for s in SIGNED) / len(SIGNED)


def direction(w: float, rho: float) -> float:
    """Return the mean direction of 1-SAM at w; gradient descent's for rho = 0."""
    return math.fsum(s / (1 + math.exp(w * s - rho * abs(s))) for s in SIGNED) / len(SIGNED)


def rest(rho: float) -> float:
    """Return the weight at which the direction is zero, by bisection: it falls in w."""
    low, high = 0.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if direction(middle, rho) > 0 else (low, middle)
    return low


def steps(rho: float, start: float, number: int) -> list[float]:
    """Return the first weight and those after each step of 1-SAM."""
    path = [start]
    for _ in range(number):
        path.append(path[-1] + RATE * direction(path[-1], rho))
    return path


@functools.cache
def picture() -> Picture:
    """Draw F_rho for several radii, where 1-SAM rests, and a few of its steps."""
    plot = Plot((-2, 6), (0, 3), "weight w", "mean of the largest losses within ρ", margins=(14, 66, 44, 46))
    plot.axes([(value, f"{value}".replace("-", "−")) for value in range(-2, 7, 2)], [(value, f"{value}") for value in range(4)])
    labels, told = [], []
    for rho, colour in RADII:
        curve = [(w / 10, height) for w in range(-20, 61) if (height := objective(w / 10, rho)) <= 3]
        plot.line(curve, colour)
        labels.append((curve[-1], f"ρ = {rho:g}", colour))
    for w in steps(STEPPED, START, 7):
        plot.dot((w, objective(w, STEPPED)), "p3", hollow=True)
    for rho, colour in RADII:
        lowest = rest(rho)
        plot.dot((lowest, objective(lowest, rho)), colour)
        told.append(f"w = {lowest:.2f} for ρ = {rho:g}")
    plot.ends(labels)
    return Picture(
        id="robust-loss",
        title="1-SAM descends a convex function.",
        says=(
            r"$F_\rho$ of one weight, for four points of which one is mislabelled. Steps of 1-SAM (rings, $\rho=2$) go down to the minimum "
            r"(dot), where 1-SAM rests. A larger $\rho$ moves it outward."
        ),
        result=f"Minima: {', '.join(told)}.",
        claims=("robust-loss",),
        svg=plot.svg(),
    )
