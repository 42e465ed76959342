"""The limits of radius and of time do not commute: an example, in intervals.

Inputs (1, 1), (1, 1), (1, -1), all with the label 1. The nearest weighted mean is u = (1, 0), with the shares 1/4, 1/4, 1/2; the mean
of the inputs is (1, 1/3). From w = 0 each radius comes near the direction of u with time; after each number of steps the weights of a
large radius still have the direction of the mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import flint

from reports.counted import counted
from theory.linear.sam_hurts import BITS, number, path
from theory.statement import Agreement, Finding

DATA: Mapping[str, Any] = {
    "inputs": [(1, 1), (1, 1), (1, -1)],
    "labels": [1, 1, 1],
    "shares": [Fraction(1, 4), Fraction(1, 4), Fraction(1, 2)],
    "eta": Fraction(1),
    "long": 300,
    "radii": [Fraction(0), Fraction(1), Fraction(5), Fraction(20)],
    "large": Fraction(2000),
    "counts": [1, 10, 100, 300],
}


def weighted(points: Sequence[Sequence[int]], shares: Sequence[Fraction]) -> list[Fraction]:
    """Return the sum of the points times their shares."""
    return [sum((share * entry for share, entry in zip(shares, column, strict=True)), Fraction(0)) for column in zip(*points, strict=True)]


def slope(w: list[flint.arb], u: list[Fraction]) -> flint.arb:
    """Return the tangent of the angle from u to w in the plane."""
    a, b = (number(entry) for entry in u)
    return (a * w[1] - b * w[0]) / (a * w[0] + b * w[1])


def check(data: Mapping[str, Any]) -> list[Finding]:
    """Look at the nearest point by its conditions, and at both orders of the limits, in intervals."""
    points = [[t * entry for entry in row] for row, t in zip(data["inputs"], data["labels"], strict=True)]
    u = weighted(points, data["shares"])
    square = sum(entry * entry for entry in u)
    mean = weighted(points, [Fraction(1, len(points))] * len(points))
    is_nearest = min(data["shares"]) >= 0 and sum(data["shares"]) == 1 and square > 0
    is_nearest = is_nearest and all(sum(a * b for a, b in zip(u, row, strict=True)) >= square for row in points)
    apart = (u[0] * mean[1] - u[1] * mean[0]) / (u[0] * mean[0] + u[1] * mean[1])
    findings = [
        Finding("u is the nearest weighted mean", is_nearest, f"u = {words(u)}"),
        Finding("the mean of the examples has another direction", apart != 0, f"the mean is {words(mean)}, the tangent {apart}"),
    ]
    with flint.ctx.workprec(BITS):
        inputs = [[number(entry) for entry in row] for row in data["inputs"]]
        for rho in data["radii"]:
            *_, last = path(inputs, data["labels"], [0, 0], data["eta"], data["long"], rho)
            late = abs(slope(last, u))
            near = bool(late < number(abs(apart)) / 4)
            findings.append(Finding(f"rho = {rho}: after {data['long']} steps w is near u", near, f"tangent {late.str(4, radius=False)}"))
        run = list(path(inputs, data["labels"], [0, 0], data["eta"], data["long"], data["large"]))
        for count in data["counts"]:
            early = abs(slope(run[count], u) - number(apart))
            says = f"rho = {data['large']}: after {counted(count, 'step')} w has the direction of the mean"
            findings.append(Finding(says, bool(early < 1e-12), f"their tangents differ by less than {float(early.upper()):.0e}"))
    return findings


def words(point: Sequence[Fraction]) -> str:
    """Return a point as text."""
    return f"({', '.join(map(str, point))})"


ORDER = Agreement(
    part="order-of-limits",
    data=DATA,
    check=check,
    variants={
        "a share moved": {**DATA, "shares": [Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)]},
        "as many examples above as below": {**DATA, "inputs": [(1, 1), (1, -1), (1, 0)]},
        "a label flipped": {**DATA, "labels": [-1, 1, 1]},
        "two steps": {**DATA, "long": 2, "counts": [1]},
        "a radius too large for so many steps": {**DATA, "radii": [Fraction(2000)]},
        "a small radius for the first steps": {**DATA, "large": Fraction(20)},
    },
)
