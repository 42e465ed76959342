"""Where the order turns round after the first step of naive SAM, and with the start: one set of toy data, in intervals.

Three points with the noises 2 e_2, 2 e_3, 2 e_4, the last one mislabelled; B = 1, rho = 1/2, full-batch steps of size 1/2. From the origin
naive SAM shifts clean points further in its first three steps and less far in all later ones; its accuracy is above gradient descent's
after one to four steps and below it from the fifth on. From |w0| = 1 its best accuracy lies between those of gradient descent and 1-SAM.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations
from typing import Any

import flint

from theory.linear.sam_hurts import BITS, accuracy, dot, number, path, score
from theory.statement import Agreement, Finding

Weights = list[flint.arb]
WITNESS: Mapping[str, Any] = {
    "inputs": [[1, 2, 0, 0, 0], [1, 0, 2, 0, 0], [1, 0, 0, 2, 0]],
    "labels": [1, 1, -1],  # all points have y = 1
    "start": [0, 0, 0, 0, 1],
    "rho": Fraction(1, 2),
    "eta": Fraction(1, 2),
    "steps": 60,
    "favours clean": 3,
    "above descent": 4,
}


def scaled(inputs: list[Weights], labels: list[int], w: Weights) -> Weights:
    """Return sum_j t_j sigma(-t_j <w, x_j>) x_j, which is -n grad L."""
    whole = [flint.arb(0)] * len(w)
    for x, t in zip(inputs, labels, strict=True):
        scale = 1 / (1 + (t * dot(w, x)).exp())
        whole = [old + t * scale * entry for old, entry in zip(whole, x, strict=True)]
    return whole


def perturbation(data: Mapping[str, Any], inputs: list[Weights], w: Weights) -> Weights:
    """Return rho grad L/||grad L||, the one perturbation of naive SAM."""
    whole = scaled(inputs, data["labels"], w)
    return [-number(data["rho"]) * entry / dot(whole, whole).sqrt() for entry in whole]


def naive_path(data: Mapping[str, Any], inputs: list[Weights], start: list[int]) -> list[Weights]:
    """Return the weights along full-batch steps of naive SAM, the first ones included."""
    run = [[number(entry) for entry in start]]
    for _ in range(data["steps"]):
        moved = [a + b for a, b in zip(run[-1], perturbation(data, inputs, run[-1]), strict=True)]
        whole = scaled(inputs, data["labels"], moved)
        run.append([a + number(data["eta"]) * b / len(inputs) for a, b in zip(run[-1], whole, strict=True)])
    return run


def favour(data: Mapping[str, Any], inputs: list[Weights], w: Weights) -> flint.arb:
    """Return the shift of the first point, a clean one, minus the shift of the last point, a mislabelled one."""
    step = perturbation(data, inputs, w)
    first, last = (-t * dot(step, x) for x, t in ((inputs[0], data["labels"][0]), (inputs[-1], data["labels"][-1])))
    return first - last


def largest(scores: list[flint.arb]) -> flint.arb:
    """Return an interval that holds the largest of some numbers."""
    top = scores[0]
    for later in scores[1:]:
        top = top.max(later)
    return top


def from_origin(data: Mapping[str, Any], inputs: list[Weights]) -> list[Finding]:
    """Find at which steps of the run from w = 0 the two orders turn round."""
    origin = [0] * len(data["start"])
    naive = naive_path(data, inputs, origin)
    descent = list(path(inputs, data["labels"], origin, data["eta"], data["steps"], Fraction(0)))
    favours = [favour(data, inputs, w) for w in naive[:-1]]
    turn, last = data["favours clean"], data["above descent"]
    ahead = [score(a) - score(b) for a, b in zip(naive[1:], descent[1:], strict=True)]
    ceiling = score(scaled(inputs, data["labels"], naive[0]))  # half the sum of all t_j x_j
    step, late = favours[turn - 1 : turn + 1], ahead[last - 1 : last + 1]
    return [
        Finding("the first step is above the ceiling", bool(score(naive[1]) > ceiling), f"{told(score(naive[1]))} against {told(ceiling)}"),
        Finding(
            f"steps 1 to {turn} shift clean points further, later ones less far",
            all(bool(f > 0) for f in favours[:turn]) and all(bool(f < 0) for f in favours[turn:]),
            " and then ".join(f.str(4, radius=False) for f in step),
        ),
        Finding(
            f"the accuracy is above gradient descent's after 1 to {last} steps, and below it after more",
            all(bool(f > 0) for f in ahead[:last]) and all(bool(f < 0) for f in ahead[last:]),
            "scores differ by " + " and then ".join(f.str(4, radius=False) for f in late),
        ),
    ]


def bests(data: Mapping[str, Any], inputs: list[Weights], start: list[int]) -> list[flint.arb]:
    """Return the best scores of gradient descent, 1-SAM and naive SAM after at least one step."""
    runs = [list(path(inputs, data["labels"], start, data["eta"], data["steps"], rho)) for rho in (Fraction(0), data["rho"])]
    return [largest([score(w) for w in run[1:]]) for run in (*runs, naive_path(data, inputs, start))]


def told(at: flint.arb) -> str:
    """Return the accuracy of a score as text."""
    return accuracy(at).str(5, radius=False)


def check(data: Mapping[str, Any]) -> list[Finding]:
    """Look at the data, at the run from the origin, and at the best accuracies from the origin and from w0."""
    noises = [row[1:] for row in data["inputs"]]
    products = {sum(a * b for a, b in zip(x, z, strict=True)) for x, z in combinations(noises, 2)}
    lengths = {sum(a * a for a in z) for z in noises}
    across = all(sum(a * b for a, b in zip(row, data["start"], strict=True)) == 0 for row in data["inputs"]) and any(data["start"])
    clean = sum(t == 1 for t in data["labels"])
    toy = products == {0} and len(lengths) == 1 and across and 2 * clean > len(data["labels"]) > clean
    with flint.ctx.workprec(BITS):
        inputs = [[number(entry) for entry in row] for row in data["inputs"]]
        at_origin = bests(data, inputs, [0] * len(data["start"]))
        away = bests(data, inputs, data["start"])
        return [
            Finding("toy data with orthogonal noise of one length, and w0 across them", toy, f"{clean} of {len(data['labels'])} clean"),
            *from_origin(data, inputs),
            Finding(
                "from the origin the best accuracy of naive SAM is above 1-SAM's",
                bool(at_origin[1] < at_origin[2]),
                f"{told(at_origin[2])} against {told(at_origin[1])}",
            ),
            Finding(
                "from w0 it lies between gradient descent's and 1-SAM's",
                bool(away[0] < away[2]) and bool(away[2] < away[1]),
                f"{told(away[0])}, {told(away[2])}, {told(away[1])}",
            ),
        ]


LATER = Agreement(
    part="turns-round",
    data=WITNESS,
    check=check,
    variants={
        "the turn a step earlier": {**WITNESS, "favours clean": 2},
        "the turn a step later": {**WITNESS, "favours clean": 4},
        "above descent a step longer": {**WITNESS, "above descent": 5},
        "above descent a step shorter": {**WITNESS, "above descent": 3},
        "no perturbation": {**WITNESS, "rho": Fraction(0)},
        "a larger radius": {**WITNESS, "rho": Fraction(2)},
        "correlated noise": {**WITNESS, "inputs": [[1, 2, 0, 0, 0], [1, 2, 0, 0, 0], [1, 0, 0, 2, 0]]},
        "the clean label flipped": {**WITNESS, "labels": [-1, 1, -1]},
        "shorter noise": {**WITNESS, "inputs": [[2, 1, 0, 0, 0], [2, 0, 1, 0, 0], [2, 0, 0, 1, 0]]},
        "short steps": {**WITNESS, "eta": Fraction(1, 50)},
        "a start near the origin": {**WITNESS, "start": [0, 0, 0, 0, Fraction(1, 100)]},
    },
)
