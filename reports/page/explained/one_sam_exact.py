"""`one-sam-exact` as a picture: J-SAM and 1-SAM of one example move along the same lines, each at its own speed.

The network has one weight in each layer, f = w_1 w_2; the example is x = 1, t = 1, and rho = 1, so that J = |w|.
With p = |w| cos(a) along w_1 = w_2 and q = |w| sin(a) across it the flow of J-SAM (`no-cap`) has
|w|' = sigma (|w| cos(2 a) - rho) and a' = -sigma sin(2 a). So |w| is a function of a, whose equation is linear:
d|w|/da = (rho - |w| cos(2 a))/sin(2 a), and the line that comes to rest at p = rho, q = 0 is
|w| = rho/sqrt(sin(2 a)) times the integral from 0 to a of 1/sqrt(sin(2 b)) db. It divides the starts that collapse from the others.
"""

from __future__ import annotations

import functools
import itertools
import math

from reports.page.explained.two_layers import METHODS, Layers, Method, follow
from reports.page.explained.two_layers import Point as Example
from reports.page.picture import Picture
from reports.page.plot import Plot, Point

RHO = 1.0
EXAMPLE: tuple[Example, ...] = (((1.0,), 1),)
WIDE = 2.0
"""How far the plane reaches from the origin."""
STEP, STEPS, MARKED = 0.02, 600, (40, 80, 120)
"""The time of a step, the number of steps, and after how many of them a place is marked."""
STARTS = ((-2.0, 1.3), (-1.2, 2.0), (2.0, -1.6), (1.2, -0.3), (-0.5, 2.0), (2.0, -0.4), (0.3, -2.0), (-2.0, 0.2))
LEGEND = 2.2
"""Where the legend stands in the plane, right of it."""


def path(start: Point, method: Method, steps: int) -> list[Point]:
    """Return the places (w_1, w_2) along the flow."""
    flow = follow(Layers(((start[0],),), (start[1],)), EXAMPLE, RHO, method, step=STEP, steps=steps)
    return [(w.W[0][0], w.v[0]) for w in flow]


def divide(angle: float) -> Point:
    """Return the place on the dividing line at an angle in (-pi/2, pi/2) from w_1 = w_2, by Simpson's rule in the root of b."""
    half, parts = math.sqrt(abs(angle)), 128
    inner = [2 * u / math.sqrt(math.sin(2 * u * u)) if u else math.sqrt(2) for u in (half * k / parts for k in range(parts + 1))]
    whole = half / parts / 3 * (inner[0] + inner[-1] + 4 * math.fsum(inner[1:-1:2]) + 2 * math.fsum(inner[2:-1:2]))
    length = RHO if angle == 0 else RHO * whole / math.sqrt(math.sin(2 * abs(angle)))
    return length * math.cos(angle + math.pi / 4), length * math.sin(angle + math.pi / 4)


def ahead(start: Point) -> bool:
    """Whether 1-SAM is farther along its line than J-SAM at every marked time that both reach."""
    ways = []
    for method in METHODS:
        places = path(start, method, max(MARKED))
        ways.append([0.0, *itertools.accumulate(math.dist(*step) for step in itertools.pairwise(places))])
    return all(other[steps] > own[steps] for own, other in [ways] for steps in MARKED if steps < min(len(own), len(other)))


def inside(places: list[Point]) -> list[Point]:
    """Return the places up to the first one beyond the plane that is drawn."""
    return list(itertools.takewhile(lambda place: max(map(abs, place)) <= WIDE, places))


@functools.cache
def picture() -> Picture:
    """Draw the lines, the places of both methods at the same times, the dead zone, and the line that divides the starts."""
    plot = Plot(
        (-WIDE, WIDE), (-WIDE, WIDE), "weight of the first layer", "weight of the second layer", height=328, margins=(14, 84, 44, 46)
    )
    plot.disc((0, 0), RHO)
    ticks = [(value, f"{value}".replace("-", "−")) for value in range(-2, 3)]
    plot.axes(ticks, ticks)
    for side in (1, -1):
        outward = [divide(math.radians(side * degrees / 2)) for degrees in range(160)]
        branch = [*reversed(inside(outward)), *inside([divide(math.radians(-side * degrees / 2)) for degrees in range(160)])[1:]]
        plot.line([(side * x, side * y) for x, y in branch], "p2")
    lines = [inside(path(start, "J-SAM", STEPS)) for start in STARTS]
    for line in lines:
        plot.line(line, "quiet", kind="orbit")
    plot.heads([(line[-1], line[-4]) for line in lines if math.hypot(*line[-1]) > RHO], "quiet")
    for method, colour, height in zip(METHODS, ("p1", "ink"), (1.9, 1.6), strict=True):
        for start in STARTS:
            places = inside(path(start, method, max(MARKED)))
            for steps in MARKED:
                if steps < len(places):
                    plot.dot(places[steps], colour, hollow=method == "1-SAM")
        plot.dot((LEGEND, height), colour, hollow=method == "1-SAM")
        x, y = plot.at((LEGEND, height))
        plot.words((x + 9, y + 4.5), method, kind=f"end {colour}")
    faster = [ahead(start) for start in STARTS]
    return Picture(
        id="one-sam-exact",
        title="The same lines, at another speed.",
        says=(
            "One point and one weight in each layer: at equal times J-SAM (dots) and 1-SAM (rings) lie on the same lines. "
            "Starts between the thick lines collapse to zero. Disc: the dead zone."
        ),
        result=f"1-SAM is farther along on {sum(faster)} of {len(faster)} lines.",
        claims=("one-sam-exact",),
        svg=plot.svg(),
    )
