"""`two-groups` as a picture: on which side of the line m_c = m_n a larger rho holds mislabelled points back.

At w0 + a S_c + b S_n a full-batch step of 1-SAM adds (eta/n) sigma(C - m_c) to a and (eta/n) sigma(C - m_n) to b, C = rho |x|, with
m_c = a <s_c, S_c> + b <s_c, S_n> and m_n = a <s_n, S_c> + b <s_n, S_n>. The points are the claim's example: noises of two clean points
(2, 0, 0, 0) and (0, 2, 0, 0), and (1, 1, 1, 1) of the mislabelled one, the signal 1, and w0 of length one beside them.
"""

from __future__ import annotations

import functools
import math

from reports.page.picture import Picture
from reports.page.plot import Plot, Point

CLEAN, WRONG = (6.0, -3.0), (-6.0, 5.0)
"""<s, S_c> and <s, S_n> of a clean point, and of the mislabelled one."""
SIGNAL = (2.0, -1.0)
"""The first entries of S_c and S_n."""
NOISE = ((2.0, -1.0), (2.0, -1.0), (0.0, -1.0), (0.0, -1.0))
"""The further entries of S_c and S_n."""
START, LENGTH, NUMBER, RATE, STEPS = 1.0, math.sqrt(5), 3, 0.5, 60
"""|w0|, |x|, n, eta and the number of steps."""
RADII = ((0.0, "ink"), (1.0, "p1"), (2.0, "p2"))
BEHIND = (0.0, 1.0)
"""A start above the line, as (a, b)."""
WIDE, HIGH = 3.0, 1.5


def along(pair: Point, place: Point) -> float:
    """Return the sum of two products: a value that is linear in (a, b)."""
    return pair[0] * place[0] + pair[1] * place[1]


def clean_leads(place: Point) -> bool:
    """Whether m_c > m_n."""
    return along(CLEAN, place) > along(WRONG, place)


def follow(start: Point, rho: float) -> list[Point]:
    """Return (a, b) before the first and after each step."""
    path, shift, rate = [start], rho * LENGTH, RATE / NUMBER
    for _ in range(STEPS):
        a, b = path[-1]
        clean, wrong = (1 / (1 + math.exp(along(group, (a, b)) - shift)) for group in (CLEAN, WRONG))
        path.append((a + rate * clean, b + rate * wrong))
    return path


def accuracy(place: Point) -> float:
    """Return the test accuracy."""
    noise = math.hypot(START, *(along(entry, place) for entry in NOISE))
    return 0.5 * (1 + math.erf(along(SIGNAL, place) / noise / math.sqrt(2)))


def behind(start: Point, rho: float) -> list[Point]:
    """Return the path from a start above the line, up to the first place below it."""
    path = follow(start, rho)
    return path[: next(number for number, place in enumerate(path) if clean_leads(place)) + 1]


@functools.cache
def picture() -> Picture:
    """Draw paths from the origin with their best accuracies, paths from starts above the line, and the line."""
    plot = Plot((0, WIDE), (0, HIGH), "progress of clean points, a", "lead of mislabelled points, b − a", margins=(14, 20, 44, 52))
    slope = (CLEAN[0] - WRONG[0]) / (WRONG[1] - CLEAN[1])  # of the line, b over a
    plot.area([(0, 0), (WIDE, (slope - 1) * WIDE), (WIDE, HIGH), (0, HIGH)])
    plot.axes([(value, f"{value}") for value in range(4)], [(0, "0"), (1, "1")])
    plot.line([(0, 0), (WIDE, (slope - 1) * WIDE)], "quiet", dashed=True)
    plot.words(plot.at((1.2, 1.3)), "a larger ρ lifts the path", anchor="middle", kind="label")
    plot.words(plot.at((WIDE, 0.48)), "a larger ρ lowers it", anchor="end", kind="label")
    plot.words(plot.at((WIDE, 0.36)), "best accuracy", anchor="end")
    told = []
    for (rho, colour), height in zip(RADII, (0.06, 0.16, 0.26), strict=True):
        path = [(a, b) for a, b in follow((0.0, 0.0), rho) if a <= WIDE and b - a <= HIGH]
        for line in (path, behind(BEHIND, rho)):
            plot.line([(a, b - a) for a, b in line], colour)
        best = max(path, key=accuracy)
        plot.dot((best[0], best[1] - best[0]), colour)
        told.append(f"{'GD' if rho == 0 else f'ρ = {rho:g}'}: {100 * accuracy(best):.1f}%")
        plot.words(plot.at((WIDE, height)), told[-1], anchor="end", kind=f"end {colour}")
    return Picture(
        id="two-groups",
        title="Which points a larger radius holds back.",
        says=(
            r"Below the line $m_c=m_n$ a larger $\rho$ holds mislabelled points back, above it (shaded) clean ones. "
            r"From the origin paths stay below, and a larger $\rho$ has a higher best accuracy (dot)."
        ),
        result=f"Best accuracies: {', '.join(told)}.",
        claims=("two-groups",),
        svg=plot.svg(),
    )
