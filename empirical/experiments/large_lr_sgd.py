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

from empirical.report.experiment import Results, Ruling, Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.results import mean, ruled, values
from empirical.report.statistics import Outcome, all_of, exceeds, within
from empirical.toy.on_toy import on_toy
from empirical.toy.rate_sweep import ARMS, FLIPS, PAPER, RATES, peaks

SEEDS = 20
MATCH = 0.01  # one point of accuracy: closer than this counts as matched
TRIED, ANY_RATE, FIRST_STEP = (
    Target("large-lr-sgd", "printed", "toy-rates-tried"),
    Target("large-lr-sgd", "printed", "toy-any-rate"),
    Target("large-lr-sgd", "beyond", "toy-first-step"),
)


def shortfalls(results: Results, flips: str, rates: int) -> np.ndarray:
    """Return the best 1-SAM minus the best gradient descent over the first `rates` rates, each chosen by its mean, (seeds,)."""
    found = peaks(results, flips)[:, :rates]
    descent, sam = found[:, :, 0], found[:, :, 1:].reshape(len(found), -1)
    return sam[:, sam.mean(0).argmax()] - descent[:, descent.mean(0).argmax()]


def to_mean_classifier(results: Results, flips: str) -> np.ndarray:
    """Return best accuracy of gradient descent at the largest rate minus the accuracy of the mean classifier, (seeds,)."""
    return peaks(results, flips)[:, -1, 0] - values(results, f"inferred, mean classifier, {flips}", "peak")[:, 0]


def judge(results: Results) -> dict[Target, Ruling]:
    """Rule on the rates that the paper tries, on all rates, and on where large ones lead."""
    tried, every = ({flips: shortfalls(results, flips, count) for flips in FLIPS} for count in (len(PAPER), len(RATES)))
    arrive = {flips: to_mean_classifier(results, flips) for flips in FLIPS}
    means = peaks(results, "chance")[:, :, 0].mean(0)
    best = RATES[int(means.argmax())]
    rulings: dict[Target, tuple[Outcome, str]] = {
        TRIED: (
            all_of([exceeds(found.tolist(), MATCH, SEEDS) for found in tried.values()]),
            f"Over rates up to {PAPER[-1]} the best of gradient descent stays below the best of 1-SAM by {mean(tried['chance'])}.",
        ),
        ANY_RATE: (
            all_of([exceeds(found.tolist(), MATCH, SEEDS) for found in every.values()]),
            f"Up to rate {RATES[-1]:g} it stays below by {mean(every['chance'])}; it is best at rate {best:g} with {means.max():.3f}.",
        ),
        FIRST_STEP: (
            all_of([within(found.tolist(), MATCH, SEEDS) for found in arrive.values()]),
            f"At rate {RATES[-1]:g} gradient descent's best accuracy minus that of the mean classifier is {mean(arrive['chance'])}.",
        ),
    }
    return {target: ruled(results, SEEDS, outcome, says) for target, (outcome, says) in rulings.items()}


def picture(results: Results) -> str:
    """Draw the best accuracy of gradient descent and of 1-SAM with rho = 0.18 against the rate, flips by chance."""
    found = peaks(results, "chance")
    level = mean(values(results, "inferred, mean classifier, chance", "peak")[:, 0]).mean
    lines = [
        interval_line(RATES, found[:, :, 0], "GD", PALETTE[6]),
        interval_line(RATES, found[:, :, -1], "ρ = 0.18", PALETTE[0]),
    ]
    return svg(
        [Panel("Best accuracy by learning rate", "learning rate", "best test accuracy", lines, [(level, "mean classifier")], log_x=True)]
    )


EXPERIMENT = on_toy(
    id="large-lr-sgd",
    question="Can gradient descent with a large learning rate match 1-SAM on the toy data?",
    targets=(TRIED, ANY_RATE, FIRST_STEP),
    expected="it cannot",
    rule=(
        f"Best test accuracies of gradient descent and of 1-SAM (ρ up to 0.18), each at the rate (and radius) with the best mean over "
        f"{SEEDS} seeds, "
        f"compared seed by seed, for flips by chance and for an exact share: supported if the 95% interval of the difference lies above "
        f"{MATCH}, "
        f"refuted if one lies below. Once over the paper's rates, once over rates up to {RATES[-1]:g}, where descent has stopped "
        f"improving. "
        f"Beyond the paper: at the largest rate descent's best accuracy is within {MATCH} of that of the mean classifier. "
        "Decided in the inferred setting (see eq-3.1)."
    ),
    seeds=SEEDS,
    arms=ARMS,
    judge=judge,
    picture=picture,
)
EXPERIMENTS = (EXPERIMENT,)
