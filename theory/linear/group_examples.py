"""Data in two groups that each see the data alike, though their noise is correlated: whole numbers, and a run in intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

import flint

from theory.linear.sam_hurts import BITS, accuracy, best
from theory.linear.sam_hurts import WITNESS as HURT
from theory.statement import Agreement, Finding

Rows = list[list[int]]
Entry = tuple[int, int]  # whole numbers of 1 and of sqrt 2
# noises of length 2, of two clean points and a mislabelled one
TEMPLATES: list[Rows] = [
    [[2, 0, 0, 0], [0, 2, 0, 0], [1, 1, 1, 1]],
    [[2, 0, 0, 0], [0, 2, 0, 0], [-1, -1, 1, 1]],
    [[1, 1, 1, 1], [1, 1, -1, -1], [2, 0, 0, 0]],
    [[2, 0, 0, 0], [0, 2, 0, 0], [0, 0, 2, 0]],
]
WITNESS: Mapping[str, Any] = {
    # every input as whole numbers and whole multiples of sqrt 2, as in `sam-hurts`: the signal, the noise, and a coordinate for w0
    "inputs": [[(1, 0), *((entry, 0) for entry in row), (0, 0)] for row in TEMPLATES[0]],
    "true": [1, 1, 1],
    "labels": [1, 1, -1],
    "start": [0, 0, 0, 0, 0, 1],
    "eta": Fraction(1, 2),
    "steps": 60,
    "radii": [Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(2), Fraction(5)],
}


def product(x: Sequence[Entry], z: Sequence[Entry]) -> Entry:
    """Return the inner product of two columns."""
    pairs = list(zip(x, z, strict=True))
    return sum(a * c + 2 * b * d for (a, b), (c, d) in pairs), sum(a * d + b * c for (a, b), (c, d) in pairs)


def seen(data: Mapping[str, Any], clean: bool) -> set[tuple[Entry, ...]]:
    """Return what the points of one group see: <s_i, s_i>, <s_i, S_c> and <s_i, S_n>, of each point."""
    signed = [[(t * a, t * b) for a, b in row] for row, t in zip(data["inputs"], data["labels"], strict=True)]
    groups = [[row for row, t, y in zip(signed, data["labels"], data["true"], strict=True) if (t == y) == side] for side in (True, False)]
    sums = [[(sum(a for a, _ in column), sum(b for _, b in column)) for column in zip(*rows, strict=True)] for rows in groups]
    return {(product(row, row), *(product(row, whole) for whole in sums)) for row in groups[0 if clean else 1]}


def alike(data: Mapping[str, Any]) -> bool:
    """Tell whether all inputs have one length, and the points of each group see the data alike."""
    views = seen(data, clean=True), seen(data, clean=False)
    return all(len(view) == 1 for view in views) and len({row[0] for view in views for row in view}) == 1


def check(data: Mapping[str, Any]) -> list[Finding]:
    """Look at the groups, at the correlations, at the start and at the best accuracies of neighbouring radii."""
    rows = data["inputs"]
    correlated = any(product(x[1:], z[1:]) != (0, 0) for x, z in combinations(rows, 2))
    across = all(product(row, [(entry, 0) for entry in data["start"]]) == (0, 0) for row in rows)
    with flint.ctx.workprec(BITS):
        scores = [best(data, rho) for rho in data["radii"]]
        words = [accuracy(top).str(5, radius=False) for top in scores]
    return [
        Finding("the points of each group see the data alike, at one length", alike(data), f"{sorted(seen(data, clean=True))}"),
        Finding("noises are correlated", correlated, ""),
        Finding("w0 is orthogonal to the data", across, ""),
        Finding("in the data of `sam-hurts` the clean points do not see them alike", not alike(HURT), f"{sorted(seen(HURT, clean=True))}"),
        *(
            Finding(f"the best accuracy is higher under rho = {high} than under {low}", bool(a < b), f"{told[1]} against {told[0]}")
            for (low, high), (a, b), told in zip(pairwise(data["radii"]), pairwise(scores), pairwise(words), strict=True)
        ),
    ]


EXAMPLE = Agreement(
    part="example",
    data=WITNESS,
    check=check,
    variants={
        "the data of `sam-hurts`": HURT,
        "orthogonal noise": {**WITNESS, "inputs": [[(1, 0), *((entry, 0) for entry in row), (0, 0)] for row in TEMPLATES[3]]},
        "the mislabelled point beside one clean point": {**WITNESS, "inputs": [*WITNESS["inputs"][:2], WITNESS["inputs"][0]]},
        "a longer mislabelled point": {**WITNESS, "inputs": [*WITNESS["inputs"][:2], [(2, 0), *WITNESS["inputs"][2][1:]]]},
        "a start along the signal": {**WITNESS, "start": [-1, 0, 0, 0, 0, 1]},
        "the radii in the other order": {**WITNESS, "radii": WITNESS["radii"][::-1]},
        "one radius twice": {**WITNESS, "radii": [Fraction(1), Fraction(1)]},
        "no step": {**WITNESS, "steps": 0},
    },
)
