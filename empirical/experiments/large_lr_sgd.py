"""Appendix F, toy data: can gradient descent with a large learning rate match 1-SAM?

The paper tries rates up to 0.1. The sentence read for those rates is one part; read for any rate, which it suggests, it is another. A
large first step makes the initial weights negligible and leads to the mean classifier X^T t, where 1-SAM arrives as rho grows: this is
the third part.

Run.     `python -m empirical run large-lr-sgd`
Time.    21 s on two CPU cores.
Paper.   It cannot.
"""

from __future__ import annotations

import numpy as np

from empirical.report.arm_key import ArmKey
from empirical.report.experiment import Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.results import mean, values
from empirical.report.rules.conditions import Above, Within
from empirical.report.rules.rule import BOTH_FLIPS, Part, SeedRule
from empirical.report.rules.term import Read, Term
from empirical.report.sweep_results import SweepResults
from empirical.toy.on_toy import on_toy
from empirical.toy.rate_sweep import ARMS, PAPER, RADII, RATES, peaks

SEEDS = 20
MATCH = 0.01  # one point of accuracy: closer than this counts as matched
TRIED, ANY_RATE, FIRST_STEP = (
    Target("large-lr-sgd", "printed", "toy-rates-tried"),
    Target("large-lr-sgd", "printed", "toy-any-rate"),
    Target("large-lr-sgd", "beyond", "toy-first-step"),
)


def best_of(columns: slice, rates: int) -> Read:
    """Return how the accuracy at the rate and radius with the best mean over seeds is read, among the first rates, (seeds,)."""

    def read(results: SweepResults, flips: str) -> np.ndarray:
        tried = peaks(results, flips)[:, :rates, columns]
        flat = tried.reshape(len(tried), -1)
        return flat[:, flat.mean(0).argmax()]

    return read


def shortfalls(results: SweepResults, rates: int) -> np.ndarray:
    """Return the best of 1-SAM less the best of gradient descent over the first rates, flips by chance, (seeds,)."""
    return best_of(slice(1, None), rates)(results, "chance") - best_of(slice(0, 1), rates)(results, "chance")


def told_of_tried(results: SweepResults) -> str:
    """Return the shortfall over the paper's rates."""
    short = mean(shortfalls(results, len(PAPER)))
    return f"Over rates up to {PAPER[-1]} the best of gradient descent stays below the best of 1-SAM by {short}."


def told_of_any(results: SweepResults) -> str:
    """Return the shortfall over all rates, and the rate that is best for gradient descent."""
    means = peaks(results, "chance")[:, :, 0].mean(0)
    best = RATES[int(means.argmax())]
    short = mean(shortfalls(results, len(RATES)))
    return f"Up to rate {RATES[-1]:g} it stays below by {short}; it is best at rate {best:g} with {means.max():.3f}."


def told_of_first_step(results: SweepResults) -> str:
    """Return how far large rates end from the mean classifier."""
    difference = LARGEST.read(results, "chance") - CLASSIFIER.read(results, "chance")
    return f"At rate {RATES[-1]:g} gradient descent's best accuracy minus the mean classifier's accuracy is {mean(difference)}."


def ahead(rates: tuple[float, ...]) -> Above:
    """Return the condition that 1-SAM stays ahead over rates."""
    descent, sam = best_of(slice(0, 1), len(rates)), best_of(slice(1, None), len(rates))
    return Above(
        Term(f"over rates up to {rates[-1]:g}, the best test accuracy of 1-SAM (ρ up to {RADII[-1]:g})", sam),
        Term("the best of gradient descent", descent),
        MATCH,
    )


LARGEST = Term(f"the best test accuracy of gradient descent at rate {RATES[-1]:g}", lambda results, flips: peaks(results, flips)[:, -1, 0])
CLASSIFIER = Term(
    "the accuracy of the mean classifier",
    lambda results, flips: values(results, ArmKey("inferred, mean classifier", flips=flips), "peak")[:, 0],
)
RULE = SeedRule(
    seeds=SEEDS,
    cases=BOTH_FLIPS,
    setting="each method at the rate (and radius) with the best mean over seeds",
    parts={
        TRIED: Part(ahead(PAPER), told_of_tried),
        ANY_RATE: Part(ahead(RATES), told_of_any),
        FIRST_STEP: Part(Within(LARGEST, CLASSIFIER, MATCH), told_of_first_step),
    },
    notes=f"At rate {RATES[-1]:g} descent has stopped improving. Decided in the inferred setting (see eq-3.1).",
)


def picture(results: SweepResults) -> str:
    """Draw the best accuracy of gradient descent and of 1-SAM with rho = 0.18 against the rate, flips by chance."""
    best = peaks(results, "chance")
    level = mean(CLASSIFIER.read(results, "chance")).mean
    lines = [
        interval_line(RATES, best[:, :, 0], "GD", PALETTE[6]),
        interval_line(RATES, best[:, :, -1], "ρ = 0.18", PALETTE[0]),
    ]
    return svg(
        [Panel("Best accuracy by learning rate", "learning rate", "best test accuracy", lines, [(level, "mean classifier")], log_x=True)]
    )


EXPERIMENT = on_toy(
    id="large-lr-sgd",
    question="Can gradient descent with a large learning rate match 1-SAM on the toy data?",
    targets=tuple(RULE.parts),
    expected="it cannot",
    rule=RULE,
    seeds=SEEDS,
    arms=ARMS,
    picture=picture,
)
EXPERIMENTS = (EXPERIMENT,)
