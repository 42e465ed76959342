"""Notation: one letter, one meaning; brackets that close; the quantity that a caption names.

Rule.       Formulas are kept as text or as records of what each place writes, and compared exactly.
As printed. Losses are taken at y where their gradients carry t; Eq. 2.4 and Section 4.1 give the vector of logit scales
            opposite signs; epsilon is a label flip and a perturbation; z is a noise of two different variances; n and N
            both count the training points; three formulas have a bracket too many or too few; what one section supposes
            another calls shown; SAM once means naive SAM, whose gain two sections tell differently.
Source.     The places named in the data. These are parts of the claim in `numbers_agree`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from theory.statement import Agreement, Finding

gamma, d = sp.symbols("gamma d", positive=True)
PAIRS = {")": "(", "]": "[", "}": "{"}
LABELS = {"y": (1, 1, -1, -1), "t": (1, -1, 1, -1)}  # the four cases of a true label and the label trained on


def closed(formulas: Mapping[str, str]) -> list[Finding]:
    """Match the brackets of each formula."""
    findings = []
    for place, formula in formulas.items():
        waiting: list[str] = []
        stray = 0
        for mark in formula:
            if mark in PAIRS.values():
                waiting.append(mark)
            elif mark in PAIRS and (not waiting or waiting.pop() != PAIRS[mark]):
                stray += 1
        findings.append(
            Finding(
                f"the brackets of {place} match",
                not waiting and not stray,
                f"{formula}: {len(waiting)} left open, {stray} without a partner",
            )
        )
    return findings


def same_label(places: Mapping[str, tuple[str, str]]) -> list[Finding]:
    """Compare, for every true and every trained label, the label of the loss with the label of its gradient on the other side."""
    return [
        Finding(
            f"{place}: the loss at {left} has the gradient with {right}",
            LABELS[left] == LABELS[right],
            f"for (y, t) = (1, 1), (1, -1), (-1, 1), (-1, -1) the labels are {LABELS[left]} and {LABELS[right]}",
        )
        for place, (left, right) in places.items()
    ]


def one_meaning(letters: Mapping[str, Mapping[str, Any]]) -> list[Finding]:
    """Compare what a letter, or a phrase, stands for in each place with what it stands for in the first."""
    findings = []
    for letter, places in letters.items():
        (first, meaning), *later = places.items()
        for place, later_meaning in later:
            agrees = sp.expand(later_meaning - meaning) == 0 if isinstance(later_meaning, sp.Expr) else later_meaning == meaning
            found = f"{meaning} in {first} and {later_meaning} in {place}"
            findings.append(Finding(f"{letter} is the same in {first} and in {place}", agrees, found))
    return findings


def with_printed(right: Mapping[str, Mapping[str, Any]], printed: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the corrected record with one place at a time as printed, for the places that were corrected."""
    return {
        f"{name} in {place} as printed": {**right, name: {**right[name], place: entry}}
        for name, places in printed.items()
        for place, entry in places.items()
        if name in right and right[name].get(place, entry) != entry
    }


def broken(formulas: Mapping[str, str]) -> dict[str, Any]:
    """Return the formulas with the last closing bracket of one at a time dropped, or doubled."""
    drop = {f"a bracket of {p} dropped": {**formulas, p: "".join(f.rsplit(")", 1))} for p, f in formulas.items()}
    return drop | {f"a bracket of {p} doubled": {**formulas, p: f + ")"} for p, f in formulas.items()}


BRACKETS = {
    "Eq. 2.7": "t sigma(-t f(w + eps_i, x)) grad f(w + eps_i, x))",
    "the numerator of Eq. 3.5": "exp(z)(1 - exp(-C)",
    "the right side of Eq. B.6": "sigma(-t_i <w, x_i> + rho ||x_i||))",
}
CLOSED = {
    "Eq. 2.7": "t sigma(-t f(w + eps_i, x)) grad f(w + eps_i, x)",
    "the numerator of Eq. 3.5": "exp(z)(1 - exp(-C))",
    "the right side of Eq. B.6": "sigma(-t_i <w, x_i> + rho ||x_i||)",
}

LOSS_AT = {"Eq. 2.4": ("y", "t"), "Eq. 3.2": ("y", "t"), "Eq. B.5": ("y", "t"), "Eq. B.11": ("y", "t")}
LOSS_AT_T = {place: ("t", right) for place, (_, right) in LOSS_AT.items()}

INDICES = {f"the label of Eq. 2.{k}": {"its left side": "t_i", "its right side": "t"} for k in (7, 8, 9)}
INDEXED = {name: dict.fromkeys(sides, "t_i") for name, sides in INDICES.items()}

PENALISED = {
    "the quantity penalised beside the last-layer weights": {
        "Eq. 4.5": "last hidden activations",
        "Section 4.3": "last hidden activations",
        "the caption of Table 1": "logits",
    }
}
PENALISED_ALIKE = {name: dict.fromkeys(places, "last hidden activations") for name, places in PENALISED.items()}

e_t, softmax = sp.symbols("e_t sigma(f)", real=True)
LOGIT_SCALE = {"an entry of the logit scale": {"Eq. 2.4": e_t - softmax, "Section 4.1": softmax - e_t}}
LOGIT_SCALE_SQUARED = {name: {place: entry**2 for place, entry in places.items()} for name, places in LOGIT_SCALE.items()}

FLIP, MOVE = "the flip of a label", "the perturbation of the weights"
EPSILON = {"varepsilon": {"Eq. 3.1": FLIP, "Eq. B.1": FLIP, "Eqs. B.5 and B.6": MOVE}}
EPSILON_APART = {"varepsilon": {"Eq. 3.1": FLIP, "Eq. B.1": FLIP}, "epsilon": {"Eq. 2.6": MOVE, "Eq. 3.2": MOVE, "Eqs. B.5 and B.6": MOVE}}
EPSILON_MIXED = {
    "varepsilon in Eqs. B.5 and B.6": {**EPSILON_APART, "varepsilon": EPSILON["varepsilon"]},
    "varepsilon in Eq. 3.2": {**EPSILON_APART, "varepsilon": {"Eq. 3.1": FLIP, "Eq. 3.2": MOVE}},
    "epsilon in Eq. 3.1": {**EPSILON_APART, "epsilon": {"Eq. 2.6": MOVE, "Eq. 3.1": FLIP}},
}

# the variance of an entry of z, and the factor that stands before z in x
VARIANCE, FACTOR = gamma**2 / (d - 1), gamma / sp.sqrt(d - 1)
NOISE = {"the variance of an entry of z": {"Eq. 3.1": VARIANCE, "Eq. B.1": VARIANCE, "Eq. B.3": sp.S.One, "Eq. B.8": sp.S.One}}
NOISE_OF_X = {
    "the variance of a noise coordinate of x": {
        "Eq. 3.1": VARIANCE,
        "Eq. B.1": VARIANCE,
        "Eq. B.3, z standard": FACTOR**2,
        "Eq. B.8, z standard": FACTOR**2,
    }
}
NOISE_MIXED = {
    f"z of Eq. B.1 in {place}": {name: {**places, place: FACTOR**2 * VARIANCE}}
    for name, places in NOISE_OF_X.items()
    for place in ("Eq. B.3, z standard", "Eq. B.8, z standard")
} | {f"no factor in {place}": {name: {**places, place: sp.S.One}} for name, places in NOISE_OF_X.items() for place in places}

COUNT = {
    "the letter for the number of training points": {"Eq. 2.2": "n", "Eq. 2.6": "n", "Eq. 4.5": "N", "Figure 10": "N", "Figure 11": "N"}
}
COUNT_N = {name: dict.fromkeys(places, "n") for name, places in COUNT.items()}

decay, w = sp.symbols("lambda w", real=True)
DECAY = {"the term beside the gradient": {"Eq. 2.6, 1-SAM": sp.S.Zero, "Eq. B.10, naive SAM": decay * w}}
NO_DECAY = {name: {place: entry.subs(decay, 0) for place, entry in places.items()} for name, places in DECAY.items()}
DECAYING = {
    f"lambda = {value}": {name: {place: entry.subs(decay, value) for place, entry in places.items()} for name, places in DECAY.items()}
    for value in (1, sp.Rational(1, 2000))
}

NOTHING, AT_LARGE_RADII = "nothing", "a little at a very large radius"
NAIVE_GAIN = {"the gain of naive SAM in the linear model": {"Section 3.2": NOTHING, "Appendix B.2": AT_LARGE_RADII}}
NAIVE_GAINS = {name: dict.fromkeys(places, AT_LARGE_RADII) for name, places in NAIVE_GAIN.items()}

ONE_SAM, NAIVE_SAM = "1-SAM", "naive SAM"
NAME = {"the meaning of SAM without a letter": {"Section 2.2": ONE_SAM, "the sentence of Appendix B.2 on points of low loss": NAIVE_SAM}}
NAMED_APART = {
    "the meaning of SAM without a letter": {"Section 2.2": ONE_SAM, "Section 3.2": ONE_SAM},
    "the meaning of n-SAM": {"the head of Appendix B.2": NAIVE_SAM, "the sentence of Appendix B.2 on points of low loss": NAIVE_SAM},
}

SHOWN, SUPPOSED = "shown", "hypothesised"
STANDING = {
    "the standing of the claim that the Jacobian term bounds the output": {"Section 4.4": SUPPOSED, "Appendix C": SHOWN},
    "the standing of the claim that the regularisation improves robustness": {"Section 4.3": SUPPOSED, "Section 6": SHOWN},
}
STANDS = {name: dict.fromkeys(places, SUPPOSED) for name, places in STANDING.items()}

# ResNet18: after the stem four groups of two blocks, each of two convolutions; the filters double from group to group
LAYERS = {"the number of convolutional layers between two doublings": {"the caption of Figure 13": 2, "ResNet18": 2 * 2}}
LAYERS_OF_BLOCKS = {name: dict.fromkeys(places, 4) for name, places in LAYERS.items()}

PRINTED = (
    Agreement(part="penalised-quantities", data=PENALISED, check=one_meaning, variants={}),
    Agreement(part="label-symbol", data=LOSS_AT, check=same_label, variants={}),
    Agreement(part="example-index", data=INDICES, check=one_meaning, variants={}),
    Agreement(part="brackets", data=BRACKETS, check=closed, variants={}),
    Agreement(part="logit-scale-sign", data=LOGIT_SCALE, check=one_meaning, variants={}),
    Agreement(part="epsilon", data=EPSILON, check=one_meaning, variants={}),
    Agreement(part="noise-variance", data=NOISE, check=one_meaning, variants={}),
    Agreement(part="number-of-points", data=COUNT, check=one_meaning, variants={}),
    Agreement(part="weight-decay", data=DECAY, check=one_meaning, variants={}),
    Agreement(part="naive-sam-gain", data=NAIVE_GAIN, check=one_meaning, variants={}),
    Agreement(part="sam-name", data=NAME, check=one_meaning, variants={}),
    Agreement(part="shown-or-supposed", data=STANDING, check=one_meaning, variants={}),
    Agreement(part="filters-double", data=LAYERS, check=one_meaning, variants={}),
)
CORRECTED = (
    Agreement(part="penalised-quantities", data=PENALISED_ALIKE, check=one_meaning, variants=with_printed(PENALISED_ALIKE, PENALISED)),
    Agreement(
        part="label-symbol",
        data=LOSS_AT_T,
        check=same_label,
        variants={f"{place} as printed": {**LOSS_AT_T, place: LOSS_AT[place]} for place in LOSS_AT},
    ),
    Agreement(part="example-index", data=INDEXED, check=one_meaning, variants=with_printed(INDEXED, INDICES)),
    Agreement(part="brackets", data=CLOSED, check=closed, variants=broken(CLOSED)),
    Agreement(
        part="logit-scale-sign",
        data=LOGIT_SCALE_SQUARED,
        check=one_meaning,
        variants={"not squared, as printed": LOGIT_SCALE, **with_printed(LOGIT_SCALE_SQUARED, LOGIT_SCALE)},
    ),
    Agreement(part="epsilon", data=EPSILON_APART, check=one_meaning, variants=EPSILON_MIXED),
    Agreement(part="noise-variance", data=NOISE_OF_X, check=one_meaning, variants=NOISE_MIXED),
    Agreement(part="number-of-points", data=COUNT_N, check=one_meaning, variants=with_printed(COUNT_N, COUNT)),
    Agreement(part="weight-decay", data=NO_DECAY, check=one_meaning, variants=DECAYING),
    Agreement(part="naive-sam-gain", data=NAIVE_GAINS, check=one_meaning, variants=with_printed(NAIVE_GAINS, NAIVE_GAIN)),
    Agreement(
        part="sam-name",
        data=NAMED_APART,
        check=one_meaning,
        variants={"the name as printed": {**NAMED_APART, **NAME}},
    ),
    Agreement(part="shown-or-supposed", data=STANDS, check=one_meaning, variants=with_printed(STANDS, STANDING)),
    Agreement(part="filters-double", data=LAYERS_OF_BLOCKS, check=one_meaning, variants=with_printed(LAYERS_OF_BLOCKS, LAYERS)),
)
