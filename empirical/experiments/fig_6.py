"""Figure 6: does naive SAM with a very large radius gain early and end flatter but worse, and is 1-SAM the same from the origin?

The figure's four sentences are four parts, and each can fail alone. All are decided in the inferred setting (see `eq-3.1`).
The paper does not name the method with which it compares naive SAM; the rule takes gradient descent.

Run.     `python -m empirical run fig-6`
Time.    71 s on two CPU cores.
Paper.   n-SAM above gradient descent in the first steps, below it at the end with a smaller trace; same curves from the origin.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from empirical.report.arm_key import ArmKey
from empirical.report.experiment import Target
from empirical.report.figures import PALETTE, Line, Panel, svg
from empirical.report.results import mean, values
from empirical.report.rules.conditions import Above, Below
from empirical.report.rules.rule import BOTH_FLIPS, Part, SeedRule
from empirical.report.rules.term import Read, Term, times
from empirical.report.statistics import Interval
from empirical.report.sweep_results import SweepResults
from empirical.toy.naive_sweep import ARMS, EARLY, LATE, NAIVE, STEPS, gain, keep
from empirical.toy.on_toy import on_toy
from empirical.toy.panels import curve_lines, curve_panel
from empirical.toy.training import Curves

SEEDS = 20
HUGE = NAIVE[-1]
SHARE = 0.5  # of the gain from random weights that must be left from the origin, for curves to be called similar
EARLY_GAIN, LOWER_END, FLATTER, ORIGIN = (
    Target("fig-6", "printed", part) for part in ("early-gain", "lower-accuracy", "smaller-trace", "similar-from-origin")
)
NAMES = (f"n-SAM (ρ = {HUGE:g})", "gradient descent")


def at_end_of(method: str, stat: str, column: int) -> Read:
    """Return how one column of a method is read, from random weights."""
    return lambda results, flips: values(results, ArmKey("inferred, random", method, flips), stat)[:, column]


def both_methods(stat: str, measure: str) -> tuple[Term, Term]:
    """Return n-SAM with the huge radius, and gradient descent."""
    naive, descent = at_end_of("n-SAM", stat, NAIVE.index(HUGE)), at_end_of("1-SAM", stat, 0)
    return Term(f"{measure} of {NAMES[0]}", naive), Term(f"{measure} of {NAMES[1]}", descent)


def gain_from(start: str, words: str) -> Term:
    """Return what 1-SAM gains from one start."""
    return Term(
        f"the gain of 1-SAM (ρ = 0.18) in best accuracy from {words}", lambda results, flips: gain(results, f"inferred, {start}", flips)
    )


def of_chance(term: Term, results: SweepResults) -> Interval:
    """Return mean and interval of a term, flips by chance."""
    return mean(term.read(results, "chance"))


EARLY_PAIR, LATE_PAIR = (
    both_methods(stat, f"the accuracy over the {end} steps")
    for stat, end in (("early", f"first {EARLY}"), ("late", f"last {LATE} of {STEPS}"))
)
TRACES = both_methods("trace", "the Hessian trace at the end")
RANDOM, FROM_ORIGIN = gain_from("random", "random weights"), gain_from("origin", "the origin")


def told_of(pair: tuple[Term, Term], before: str) -> Callable[[SweepResults], str]:
    """Return what tells the difference of n-SAM from gradient descent."""
    naive, descent = pair
    difference = Term("", lambda results, flips: naive.read(results, flips) - descent.read(results, flips))
    return lambda results: f"{before} {of_chance(difference, results)}."


RULE = SeedRule(
    seeds=SEEDS,
    cases=BOTH_FLIPS,
    parts={
        EARLY_GAIN: Part(
            Above(*EARLY_PAIR),
            told_of(EARLY_PAIR, f"Over the first {EARLY} steps n-SAM with ρ = {HUGE:g} is more accurate than gradient descent by"),
        ),
        LOWER_END: Part(
            Below(*LATE_PAIR), told_of(LATE_PAIR, f"Over the last {LATE} of {STEPS} steps it differs from gradient descent's accuracy by")
        ),
        FLATTER: Part(
            Below(*TRACES),
            lambda results: (
                f"At the end the Hessian trace is {of_chance(TRACES[0], results)} under n-SAM and {of_chance(TRACES[1], results)} under "
                "gradient descent."
            ),
        ),
        ORIGIN: Part(
            Above(FROM_ORIGIN, times(SHARE, RANDOM)),
            lambda results: (
                f"The gain of 1-SAM with ρ = 0.18 is {of_chance(RANDOM, results)} from random weights and "
                f"{of_chance(FROM_ORIGIN, results)} from the origin."
            ),
        ),
    },
    notes="Decided in the inferred setting (see eq-3.1).",
)


def loss_ratio(measured: Curves) -> np.ndarray:
    """Return the mean loss of clean points over the mean loss of mislabelled points."""
    return measured.clean_loss / measured.noisy_loss


def picture(results: SweepResults) -> str:
    """Draw the figure's panels from random weights, flips by chance, and 1-SAM from the origin."""
    sam, naive = (ArmKey("inferred, random", method, "chance") for method in ("1-SAM", "n-SAM"))
    huge = NAIVE.index(HUGE)

    def beside(curve: str) -> list[Line]:
        naive_line = curve_lines(results, naive, curve, [huge])[0]
        descent, perturbed = curve_lines(results, sam, curve, [0, 3])
        return [
            descent,
            replace(perturbed, label=f"1-SAM, {perturbed.label}"),
            Line(naive_line.x, naive_line.y, "n-SAM, ρ = 1e5", PALETTE[1], naive_line.low, naive_line.high),
        ]

    return svg(
        [
            Panel("n-SAM and gradient descent", "step", "test accuracy", beside("accuracy")),
            Panel("Trace of the Hessian", "step", "trace", beside("trace")),
            curve_panel(results, sam, "losses", "Loss, clean / mislabelled, 1-SAM", "ratio"),
            curve_panel(results, ArmKey("inferred, origin", "1-SAM", "chance"), "accuracy", "1-SAM from the origin", "test accuracy"),
        ]
    )


EXPERIMENT = on_toy(
    id="fig-6",
    question="Does naive SAM with a huge radius gain early and end flatter but worse, and is 1-SAM the same from the origin?",
    targets=tuple(RULE.parts),
    expected="n-SAM above gradient descent in the first steps, below it at the end with a smaller trace; same curves from the origin",
    rule=RULE,
    seeds=SEEDS,
    arms=ARMS,
    picture=picture,
    summarise=keep,
    draws={"accuracy": lambda measured: measured.accuracy, "trace": lambda measured: measured.trace, "losses": loss_ratio},
)
EXPERIMENTS = (EXPERIMENT,)
