"""Figure 6: does naive SAM with a very large radius gain early and end flatter but worse, and is 1-SAM the same from the origin?

The figure's four sentences are four parts, and each can fail alone. All are decided in the inferred setting (see `eq-3.1`).

Run.     `python -m empirical run fig-6`
Time.    71 s on two CPU cores.
Paper.   n-SAM above gradient descent in the first steps, below it at the end with a smaller trace; same curves from the origin.
"""

from __future__ import annotations

import numpy as np

from empirical.report.experiment import Results, Ruling, Target
from empirical.report.figures import PALETTE, Line, Panel, svg
from empirical.report.results import mean, ruled, values
from empirical.report.statistics import all_of, exceeds
from empirical.toy.naive_sweep import ARMS, EARLY, LATE, NAIVE, STEPS, against_descent, gain, keep
from empirical.toy.on_toy import on_toy
from empirical.toy.panels import curve_lines, curve_panel
from empirical.toy.training import Curves

SEEDS = 20
HUGE = NAIVE[-1]
SHARE = 0.5  # of the gain from random weights that must be left from the origin, for curves to be called similar
FLIPS = ("chance", "exact")
EARLY_GAIN, LOWER_END, FLATTER, ORIGIN = (
    Target("fig-6", "printed", part) for part in ("early-gain", "lower-accuracy", "smaller-trace", "similar-from-origin")
)


def judge(results: Results) -> dict[Target, Ruling]:
    """Rule on the four parts, each for flips by chance and for an exact share."""
    early, late = ([against_descent(results, "inferred, random", flips, stat, HUGE) for flips in FLIPS] for stat in ("early", "late"))
    traces = [
        (
            values(results, f"inferred, random, 1-SAM, {flips}", "trace")[:, 0],
            values(results, f"inferred, random, n-SAM, {flips}", "trace")[:, -1],
        )
        for flips in FLIPS
    ]
    random, origin = ([gain(results, f"inferred, {start}", flips) for flips in FLIPS] for start in ("random", "origin"))
    left = [there - SHARE * here for here, there in zip(random, origin, strict=True)]
    rulings = {
        EARLY_GAIN: (
            early,
            f"Over the first {EARLY} steps the accuracy of n-SAM with ρ = {HUGE:g} is above that of gradient descent by {mean(early[0])}.",
        ),
        LOWER_END: (
            [-column for column in late],
            f"Over the last {LATE} of {STEPS} steps it differs from that of gradient descent by {mean(late[0])}.",
        ),
        FLATTER: (
            [descent - naive for descent, naive in traces],
            f"At the end the Hessian trace is {mean(traces[0][1])} under n-SAM and {mean(traces[0][0])} under gradient descent.",
        ),
        ORIGIN: (left, f"The gain of 1-SAM with ρ = 0.18 is {mean(random[0])} from random weights and {mean(origin[0])} from the origin."),
    }
    return {
        target: ruled(results, SEEDS, all_of([exceeds(column.tolist(), 0.0, SEEDS) for column in columns]), says)
        for target, (columns, says) in rulings.items()
    }


def loss_ratio(found: Curves) -> np.ndarray:
    """Return the mean loss of clean points over that of mislabelled ones."""
    return found.clean_loss / found.noisy_loss


def picture(results: Results) -> str:
    """Draw the figure's panels from random weights, flips by chance, and 1-SAM from the origin."""
    one, naive = "inferred, random, 1-SAM, chance", "inferred, random, n-SAM, chance"
    huge = NAIVE.index(HUGE)

    def beside(curve: str) -> list[Line]:
        other = curve_lines(results, naive, curve, [huge])[0]
        return [*curve_lines(results, one, curve, [0, 3]), Line(other.x, other.y, "n-SAM, ρ = 1e5", PALETTE[1], other.low, other.high)]

    return svg(
        [
            Panel("n-SAM and gradient descent", "step", "test accuracy", beside("accuracy")),
            Panel("Trace of the Hessian", "step", "trace", beside("trace")),
            curve_panel(results, one, "losses", "Loss, clean / mislabelled, 1-SAM", "ratio"),
            curve_panel(results, "inferred, origin, 1-SAM, chance", "accuracy", "1-SAM from the origin", "test accuracy"),
        ]
    )


EXPERIMENT = on_toy(
    id="fig-6",
    question="Does naive SAM with a huge radius gain early and end flatter but worse, and is 1-SAM the same from the origin?",
    targets=(EARLY_GAIN, LOWER_END, FLATTER, ORIGIN),
    expected="n-SAM above gradient descent in the first steps, below it at the end with a smaller trace; same curves from the origin",
    rule=(
        f"Paired over {SEEDS} seeds, for flips by chance and for an exact share, each 95% interval lies above 0 (refuted if one lies "
        f"below): "
        f"n-SAM (ρ = 100000) minus gradient descent in accuracy over the first {EARLY} steps; gradient descent minus n-SAM over the "
        f"last {LATE} of "
        f"{STEPS} steps; the same in the Hessian trace at the end; and the gain of 1-SAM (ρ = 0.18) in best accuracy from the origin minus "
        f"{SHARE} of its gain from random weights. Decided in the inferred setting (see eq-3.1)."
    ),
    seeds=SEEDS,
    arms=ARMS,
    judge=judge,
    picture=picture,
    summarise=keep,
    draws={"accuracy": lambda found: found.accuracy, "trace": lambda found: found.trace, "losses": loss_ratio},
)
EXPERIMENTS = (EXPERIMENT,)
