"""1-SAM can lower the best accuracy, strictly, with equal norms and a clean majority: Lemma 3.1 alone decides nothing.

Statement.  x = (1, sqrt 2, -sqrt 2), (1, 2, 0), (1, 2, 0), all with y = 1, labels t = 1, 1, -1, w0 = (0, 0, 1). Every norm is sqrt 5.
            Over 60 full-batch steps of size 1 the best accuracy Phi(w_1/|(w_2, w_3)|) strictly falls along
            rho = 0, 1/4, 1/2, 1, 2, 5: about .950, .890, .839, .787, .761, .760.
Idea.       The two last points pull against one another. The first gains weight late in gradient descent, when w_2 and w_3 nearly cancel;
            a larger rho keeps all weights even, and the pull of the pair in the second coordinate stays.
Assumes.    Nothing: one data set, in intervals of 300 bits that hold every number surely. It says nothing of steps after the 60th.
As printed. The paper lets a higher best accuracy follow from the lemma. Here the lemma holds at every step and the conclusion is reversed.
            Not here: which data are helped. Orthogonal noise is sufficient (`early-stopping`), and so are two groups of points that each
            see the data alike (`two-groups`), which these points are not; a necessary condition is not known to us.
Source.     Beyond the end of Section 3.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

import flint

from theory.domain import Space
from theory.statement import Agreement, Claim, Finding

BITS = 300
WITNESS: Mapping[str, Any] = {
    # every input as whole numbers and whole multiples of sqrt 2
    "inputs": [[(1, 0), (0, 1), (0, -1)], [(1, 0), (2, 0), (0, 0)], [(1, 0), (2, 0), (0, 0)]],
    "true": [1, 1, 1],
    "labels": [1, 1, -1],
    "start": [0, 0, 1],
    "eta": Fraction(1),
    "steps": 60,
    "radii": [Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(2), Fraction(5)],
}


def number(value: Fraction | int) -> flint.arb:
    """Return an interval that holds a fraction."""
    value = Fraction(value)
    return flint.arb(value.numerator) / value.denominator


def dot(a: list[Any], b: list[Any]) -> flint.arb:
    """Return the inner product of two columns."""
    return sum((x * y for x, y in zip(a, b, strict=True)), flint.arb(0))


def best(data: Mapping[str, Any], rho: Fraction) -> flint.arb:
    """Return an interval that holds the largest w_1/|(w_2, w_3)| along the steps; the accuracy is Phi of it."""
    inputs = [[number(a) + number(b) * flint.arb(2).sqrt() for a, b in row] for row in data["inputs"]]
    scores = [score(w) for w in path(inputs, data["labels"], data["start"], data["eta"], data["steps"], rho)]
    top = scores[0]
    for later_score in scores[1:]:
        top = top.max(later_score)
    return top


def path(
    inputs: list[list[flint.arb]], labels: list[int], start: list[int], eta: Fraction, steps: int, rho: Fraction
) -> Iterator[list[flint.arb]]:
    """Yield the weights along full-batch steps of 1-SAM in a linear model, the first ones included."""
    w = [number(entry) for entry in start]
    yield w
    for _ in range(steps):
        step = [flint.arb(0)] * len(w)
        for x, t in zip(inputs, labels, strict=True):
            scale = 1 / (1 + (t * dot(w, x) - number(rho) * dot(x, x).sqrt()).exp())  # Eq. 3.2
            step = [whole + t * scale * entry for whole, entry in zip(step, x, strict=True)]
        w = [entry + number(eta) * change / len(labels) for entry, change in zip(w, step, strict=True)]
        yield w


def score(w: list[flint.arb]) -> flint.arb:
    """Return w_1 over the length of the other weights: the accuracy is a growing function of it (Eq. B.3)."""
    return w[0] / dot(w[1:], w[1:]).sqrt()


def accuracy(at: flint.arb) -> flint.arb:
    """Return Phi of a score."""
    return (1 + (at / flint.arb(2).sqrt()).erf()) / 2


def check(data: Mapping[str, Any]) -> list[Finding]:
    """Compare norms, labels and the best accuracies of neighbouring radii, each in intervals."""
    with flint.ctx.workprec(BITS):
        # a^2 + 2 b^2 and 2 a b, so that squares of norms are whole numbers and multiples of sqrt 2
        norms = {(sum(a * a + 2 * b * b for a, b in row), sum(2 * a * b for a, b in row)) for row in data["inputs"]}
        right = sum(t == y for t, y in zip(data["labels"], data["true"], strict=True))
        scores = [best(data, rho) for rho in data["radii"]]
        words = [accuracy(top).str(6, radius=False) for top in scores]
        pairs = list(zip(pairwise(data["radii"]), pairwise(scores), pairwise(words), strict=True))
        return [
            Finding("all inputs have one norm", len(norms) == 1, f"squares {sorted(norms)}"),
            Finding("more points are clean than mislabelled", 2 * right > len(data["labels"]), f"{right} of {len(data['labels'])}"),
            *(
                Finding(f"the best accuracy is lower under rho = {high} than under {low}", bool(b < a), f"{told[0]} against {told[1]}")
                for (low, high), (a, b), told in pairs
            ),
        ]


ORTHOGONAL = [[(1, 0), (2, 0), (0, 0), (0, 0)], [(1, 0), (0, 0), (2, 0), (0, 0)], [(1, 0), (0, 0), (0, 0), (2, 0)]]

CLAIMS = (
    Claim(
        id="sam-hurts",
        space=Space({}),
        beyond=(
            Agreement(
                part="witness",
                data=WITNESS,
                check=check,
                variants={
                    "orthogonal noise, and weights away from it": {
                        **WITNESS,
                        "inputs": [[*row, (0, 0)] for row in ORTHOGONAL],
                        "start": [0, 0, 0, 0, 1],
                    },
                    "a longer first input": {**WITNESS, "inputs": [[(2, 0), (0, 1), (0, -1)], *WITNESS["inputs"][1:]]},
                    "a mislabelled majority": {**WITNESS, "labels": [1, -1, -1]},
                    "the radii in the other order": {**WITNESS, "radii": WITNESS["radii"][::-1]},
                    "one radius twice": {**WITNESS, "radii": [Fraction(1), Fraction(1)]},
                    "long steps": {**WITNESS, "eta": Fraction(2)},
                    "no step": {**WITNESS, "steps": 0},
                    "the other start": {**WITNESS, "start": [0, 0, -1]},
                },
            ),
        ),
    ),
)
