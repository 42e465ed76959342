"""`sam-hurts` as a picture: the best accuracy of 1-SAM on its three points, from starts that lean out of their plane.

The steps are Eq. 3.2's on the full batch, w+ = w + (1/n) sum of t_i sigma(rho |x_i| - t_i <w, x_i>) x_i; accuracy is Phi(w_1/|w_2, ...|).
The claim is about the start (0, 0, 1). Here the points have a fourth coordinate, zero, and the start is (0, 0, cos a, sin a).
"""

from __future__ import annotations

import functools
import math

from reports.page.picture import Picture
from reports.page.plot import Plot

ROOT = math.sqrt(2)
INPUTS = ((1.0, ROOT, -ROOT, 0.0), (1.0, 2.0, 0.0, 0.0), (1.0, 2.0, 0.0, 0.0))
LABELS = (1, 1, -1)
STEPS = 60
RADII = ((0.0, "ink"), (0.25, "quiet"), (0.5, "p1"), (1.0, "p3"), (2.0, "p4"), (5.0, "p2"))


def best(degrees: float, rho: float) -> float:
    """Return the best accuracy over the steps, from a start at this angle to the plane of the noise."""
    w = [0.0, 0.0, math.cos(math.radians(degrees)), math.sin(math.radians(degrees))]
    highest = w[0]
    for _ in range(STEPS):
        step = [0.0] * len(w)
        for x, t in zip(INPUTS, LABELS, strict=True):
            shift = rho * math.hypot(*x) - t * math.fsum(a * b for a, b in zip(w, x, strict=True))
            weight = t / (1 + math.exp(-shift)) / len(INPUTS)
            step = [whole + weight * entry for whole, entry in zip(step, x, strict=True)]
        w = [a + b for a, b in zip(w, step, strict=True)]
        highest = max(highest, w[0] / math.hypot(*w[1:]))
    return 0.5 * (1 + math.erf(highest / ROOT))


def turning(rho: float) -> float:
    """Return the angle beyond which this radius no longer has a lower best accuracy than gradient descent, by bisection."""
    low, high = 0.0, 90.0
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if best(middle, rho) < best(middle, 0) else (low, middle)
    return high


@functools.cache
def picture() -> Picture:
    """Draw the best accuracy against the angle, a line for each radius of the claim."""
    turns = [turning(rho) for rho, _ in RADII[1:]]
    plot = Plot((0, 90), (0.5, 1), "angle of the start to the noise, degrees", "best test accuracy", margins=(14, 84, 44, 46))
    plot.area([(min(turns), 0.5), (min(turns), 1), (max(turns), 1), (max(turns), 0.5)])
    plot.axes([(value, f"{value}") for value in range(0, 91, 30)], [(value / 10, f"{value / 10:g}") for value in range(5, 11)])
    for place, words in (((min(turns) / 2, 0.65), "hurts"), ((58, 0.83), "1-SAM helps")):
        plot.words(plot.at(place), words, anchor="middle", kind="label")
    labels = []
    for rho, colour in RADII:
        line = [(float(angle), best(angle, rho)) for angle in range(0, 91, 2)]
        plot.line(line, colour)
        plot.dot(line[0], colour)
        labels.append((line[-1], "GD" if rho == 0 else f"ρ = {rho:g}", colour))
    plot.ends(labels)
    first, last = (best(0, rho) for rho in (0, RADII[-1][0]))
    across, up = (best(90, rho) for rho in (0, RADII[-1][0]))
    return Picture(
        id="sam-hurts",
        title="Helping and hurting, on the same three points.",
        says=(
            r"A larger $\rho$ lowers the best accuracy where the start leans into the noise (dots: proved, the start of the claim), "
            "and raises it where the start is orthogonal to the data."
        ),
        result=(
            f"From GD to ρ = {RADII[-1][0]:g}: {first:.3f} to {last:.3f} at 0 degrees, {across:.3f} to {up:.3f} at 90; "
            f"the order turns between {min(turns):.0f} and {max(turns):.0f} degrees."
        ),
        claims=("sam-hurts",),
        svg=plot.svg(),
    )
