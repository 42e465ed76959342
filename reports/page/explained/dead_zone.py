"""`dead-zone` as a picture: the length of both layers over time, along the flows of J-SAM and gradient descent."""

from __future__ import annotations

import functools

from reports.page.explained.two_layers import Layers, follow
from reports.page.explained.two_layers import Point as Example
from reports.page.picture import Picture
from reports.page.plot import Plot, Point

RHO = 1.0
FOUR: tuple[Example, ...] = (((2.0, 1.0), 1), ((1.0, -1.0), 1), ((1.0, 2.0), -1), ((-1.0, 1.0), -1))
START = Layers(((0.5, 0.1), (-0.3, 0.4)), (0.6, -0.2))
FROM_FOUR, FROM_ONE = (0.4, 0.95, 1.4, 2.2), (0.95, 1.05)
"""Lengths of the first weights on four points, and on one."""
ONE: tuple[Example, ...] = (((1.5, 0.0), 1),)
ALIGNED = Layers(((1.0, 0.0), (0.0, 0.0)), (1.0, 0.0))
"""Weights along the single point's input and label, at which the bound of the claim is met."""
TIME, STEP = 8.0, 0.02


def lengths(start: Layers, points: tuple[Example, ...], rho: float) -> list[Point]:
    """Return (time, length of both layers) along the flow of J-SAM; gradient descent for rho = 0."""
    path = follow(start, points, rho, "J-SAM", step=STEP, steps=round(TIME / STEP))
    return [(number * STEP, w.length()) for number, w in enumerate(path)]


@functools.cache
def picture() -> Picture:
    """Draw the lengths over time from starts inside and outside the zone."""
    plot = Plot((0, TIME), (0, 3), "time", "length of the weights, in ρ", margins=(14, 126, 44, 46))
    plot.area([(0, 0), (0, RHO), (TIME, RHO), (TIME, 0)])
    plot.axes([(value, f"{value}") for value in range(0, 9, 2)], [(value, f"{value}") for value in range(4)])
    plot.words(plot.at((6.4, 0.44)), "dead zone", anchor="middle", kind="label")
    inside = [length for length in FROM_FOUR if length < RHO]
    descent = [lengths(START.of_length(length), FOUR, 0) for length in inside]
    four = [lengths(START.of_length(length), FOUR, RHO) for length in FROM_FOUR]
    one = [lengths(ALIGNED.of_length(length), ONE, RHO) for length in FROM_ONE]
    for lines, colour in ((descent, "ink"), (four, "p1"), (one, "p2")):
        for line in lines:
            plot.line(line, colour, dashed=colour == "ink")
    plot.ends(
        [(descent[-1][-1], "gradient descent", "ink"), (four[-1][-1], "J-SAM, four points", "p1"), (one[-1][-1], "J-SAM, one point", "p2")]
    )
    gone = [f"{length:g}" for length, line in zip(FROM_FOUR, four, strict=True) if line[-1][1] == 0]
    outside = [length for length in gone if float(length) > RHO]
    aligned = [f"from {length:g} to {line[-1][1]:.2f}" for length, line in zip(FROM_ONE, one, strict=True)]
    return Picture(
        id="dead-zone",
        title="The dead zone.",
        says=(
            r"Weights shorter than $\rho$ (shaded) fall to zero under J-SAM and grow under gradient descent (dashed). "
            f"On four points, weights of length {', '.join(outside)} ρ, outside the zone, fall too; "
            "on one point with aligned layers, none do."
        ),
        result=f"On four points J-SAM goes from lengths {', '.join(gone)} to 0; on one point {' and '.join(aligned)}.",
        claims=("dead-zone",),
        svg=plot.svg(),
    )
