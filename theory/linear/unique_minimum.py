"""With one minimum the best accuracy may still depend on the way: two starts, one end, two peaks.

Statement.  Inputs (1, 2) and (2, -1), each three times, two of them with the label 1 and one with -1: the mean logistic loss is strictly
            convex and has one minimum. Gradient descent with step size 1 from (0, 1) and from (0, -2) comes within 10^-20 of the
            same weights in 200 steps. Its best accuracy Phi(w_1/(10 |w_2|)) is about .618 from the first start, reached at the end, and
            above .99 from the second, which crosses w_2 = 0 on its way.
Idea.       Each input with both labels bends the loss along itself; two of them span the plane.
Assumes.    Nothing: one data set, in intervals of 300 bits.
Source.     Section 1, second paragraph; the paper gives no example.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import flint

from theory.domain import Space
from theory.linear.sam_hurts import BITS, accuracy, number, path, score
from theory.statement import Agreement, Claim, Finding

PAIR = ([1, 2], [2, -1])
WITNESS: Mapping[str, Any] = {
    "inputs": [PAIR[0]] * 3 + [PAIR[1]] * 3,
    "labels": [1, 1, -1, 1, 1, -1],
    "starts": [[0, 1], [0, -2]],
    "eta": Fraction(1),
    "steps": 200,
    "noise": 10,
}


def check(data: Mapping[str, Any]) -> list[Finding]:
    """Look at both labels and the span, and compare the ends and the best accuracies of both runs, in intervals."""
    both_labels = all({t for row, t in zip(data["inputs"], data["labels"], strict=True) if row == own} == {1, -1} for own in data["inputs"])
    spans = any(a[0] * b[1] != a[1] * b[0] for a in data["inputs"] for b in data["inputs"])
    with flint.ctx.workprec(BITS):
        inputs = [[number(entry) for entry in row] for row in data["inputs"]]
        runs = [list(path(inputs, data["labels"], start, data["eta"], data["steps"], Fraction(0))) for start in data["starts"]]
        apart = [abs(a - b) for a, b in zip(runs[0][-1], runs[1][-1], strict=True)]
        tops = []
        for run in runs:
            top = score(run[0])
            for w in run[1:]:
                top = top.max(score(w))
            tops.append(accuracy(top / data["noise"]))
        far = max(float(gap.upper()) for gap in apart)
        return [
            Finding("every input stands with both labels", both_labels, f"{len(data['inputs'])} points"),
            Finding("the inputs span the plane", spans, f"{data['inputs'][0]} and {data['inputs'][-1]}"),
            Finding("both runs end at the same weights", far < 1e-20, f"they differ by at most {far:.0e}"),
            Finding("the best accuracies differ", bool(tops[0] < tops[1]), " against ".join(top.str(6, radius=False) for top in tops)),
        ]


CLAIMS = (
    Claim(
        id="unique-minimum",
        space=Space({}),
        beyond=(
            Agreement(
                part="two-ways",
                data=WITNESS,
                check=check,
                variants={
                    "every label 1": {**WITNESS, "labels": [1] * 6},
                    "one input six times": {**WITNESS, "inputs": [PAIR[0]] * 6},
                    "the second input along the first": {**WITNESS, "inputs": [[1, 2]] * 3 + [[2, 4]] * 3},
                    "the second input with label 1 alone": {**WITNESS, "labels": [1, 1, -1, 1, 1, 1]},
                    "the starts in the other order": {**WITNESS, "starts": [[0, -2], [0, 1]]},
                    "the same start twice": {**WITNESS, "starts": [[0, 1], [0, 1]]},
                    "two starts on one side": {**WITNESS, "starts": [[0, 1], [0, 3]]},
                    "ten steps": {**WITNESS, "steps": 10},
                    "no step": {**WITNESS, "steps": 0},
                    "short steps": {**WITNESS, "eta": Fraction(1, 100)},
                },
            ),
        ),
    ),
)
