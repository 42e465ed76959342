"""That the points of each group see the data alike is sufficient, not necessary; and it cannot be left out. Two data sets, in intervals.

In both all inputs have one length, w0 is across the data, and mislabelled points see the data alike: clean points alone break their part.
In the first data set the best accuracy strictly rises with the radius, in the second one it strictly falls.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import flint

from theory.linear.group_examples import TEMPLATES, WITNESS, product, seen
from theory.linear.sam_hurts import BITS, accuracy, best
from theory.statement import Agreement, Finding

Data = Mapping[str, Any]
CORRELATED, ORTHOGONAL = TEMPLATES[0], TEMPLATES[3]


def with_noises(rows: list[list[int]]) -> list[list[tuple[int, int]]]:
    """Return inputs with the signal 1, the noises, and a coordinate for w0, as `sam-hurts` writes them."""
    return [[(1, 0), *((entry, 0) for entry in row), (0, 0)] for row in rows]


# the mislabelled point lies against the noise of one clean point
RISES: Data = {**WITNESS, "inputs": with_noises([[2, 0, 0, 0], [0, 2, 0, 0], [0, -2, 0, 0]])}
FALLS: Data = {
    **WITNESS,
    "inputs": with_noises([[0, 0, 0, -2], [0, -2, 0, 0], [-1, 1, -1, 1], [1, -1, -1, 1], [-1, 1, -1, 1]]),
    "true": [1, 1, 1, 1, 1],
    "labels": [1, 1, 1, -1, -1],
}


def breaks_one_part(data: Data) -> bool:
    """Tell whether clean points see the data unlike, and nothing else of the condition is broken."""
    clean, mislabelled = seen(data, clean=True), seen(data, clean=False)
    across = all(product(row, [(entry, 0) for entry in data["start"]]) == (0, 0) for row in data["inputs"])
    return len(clean) > 1 and len(mislabelled) == 1 and len({row[0] for row in clean | mislabelled}) == 1 and across


def compared(data: Data, word: str) -> list[Finding]:
    """Look at what is broken of the condition, and whether each radius has a higher, or a lower, best accuracy than the one before."""
    with flint.ctx.workprec(BITS):
        scores = [best(data, rho) for rho in data["radii"]]
        words = [accuracy(top).str(5, radius=False) for top in scores]
    order = [bool(a < b) if word == "higher" else bool(b < a) for a, b in pairwise(scores)]
    return [
        Finding("of the condition clean points alone break their part", breaks_one_part(data), f"{sorted(seen(data, clean=True))}"),
        *(
            Finding(f"the best accuracy is {word} under rho = {high} than under {low}", agrees, f"{told[1]} against {told[0]}")
            for (low, high), agrees, told in zip(pairwise(data["radii"]), order, pairwise(words), strict=True)
        ),
    ]


def check(data: Mapping[str, Data]) -> list[Finding]:
    """Compare the radii in both data sets."""
    return [*compared(data["rises"], "higher"), *compared(data["falls"], "lower")]


BOTH: Mapping[str, Data] = {"rises": RISES, "falls": FALLS}
CONDITION = Agreement(
    part="condition",
    data=BOTH,
    check=check,
    variants={
        "the data sets exchanged": {"rises": FALLS, "falls": RISES},
        "clean points that see the data alike": {**BOTH, "rises": {**RISES, "inputs": with_noises(CORRELATED)}},
        "orthogonal noise": {**BOTH, "rises": {**RISES, "inputs": with_noises(ORTHOGONAL)}},
        "a longer mislabelled point": {**BOTH, "rises": {**RISES, "inputs": with_noises([*CORRELATED[:2], [0, -4, 0, 0]])}},
        "a start along the signal": {**BOTH, "rises": {**RISES, "start": [1, 0, 0, 0, 0, 1]}},
        "the radii in the other order": {**BOTH, "falls": {**FALLS, "radii": FALLS["radii"][::-1]}},
        "other labels": {**BOTH, "falls": {**FALLS, "labels": [1, 1, 1, 1, -1]}},
        "no step": {**BOTH, "falls": {**FALLS, "steps": 0}},
    },
)
