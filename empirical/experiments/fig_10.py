"""Figure 10: with fewer and with more examples than dimensions, is 1-SAM's best accuracy above gradient descent's?

Run.     `python -m empirical run fig-10`
Time.    96 s on two CPU cores.
Paper.   A higher best accuracy for every ρ from 0.03 to 0.18 and every number of examples, by different amounts.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from empirical.report.arm_key import ArmKey
from empirical.report.experiment import Target
from empirical.report.figures import PALETTE, Panel, ramp, svg
from empirical.report.panels import interval_line
from empirical.report.results import mean, values
from empirical.report.rules.conditions import Above
from empirical.report.rules.rule import BOTH_FLIPS, Part, SeedRule
from empirical.report.rules.term import Term, number
from empirical.report.sweep_results import SweepResults
from empirical.toy.on_toy import on_toy
from empirical.toy.panels import accuracy_on_paper_axes
from empirical.toy.sweep import INFERRED, PRINTED, RHOS, Arm, both_flips

SEEDS = 20
COUNTS = (100, 300, 500, 700, 2000, 3000)
MANY, FEWER_RHOS = 2000, (0.0, 0.03, 0.09, 0.18)  # from so many examples on fewer radii, which saves a third of the time


def with_examples(setting: str, count: int, flips: str = "") -> ArmKey:
    """Return the key of a setting with so many examples."""
    return ArmKey(f"{setting}, n = {count}", flips=flips)


RESULT = Target("fig-10", "printed", "result")
ARMS = {
    key: arm
    for count in COUNTS
    for key, arm in (
        both_flips(
            with_examples("inferred", count),
            Arm(replace(INFERRED, n=count))
            if count < MANY
            else Arm(replace(INFERRED, n=count), rhos=FEWER_RHOS, steps=450),  # no best accuracy of these comes after step 380
        )
        # perfect within a few steps, as eq-3.1 shows
        | both_flips(with_examples("printed", count), Arm(replace(PRINTED, n=count), steps=100))
    ).items()
}


def gains(results: SweepResults, setting: str, count: int, flips: str) -> np.ndarray:
    """Return best accuracy of every radius above 0 minus the best of gradient descent, (seeds, radii)."""
    peaks = values(results, with_examples(setting, count, flips), "peak")
    return peaks[:, 1:] - peaks[:, :1]


def told(results: SweepResults) -> str:
    """Return the gain of the largest radius for every number of examples."""
    gained = ", ".join(f"{mean(gains(results, 'inferred', count, 'chance')[:, -1]).mean:.3f} (n = {count})" for count in COUNTS)
    return f"The best accuracy of 1-SAM with ρ = {RHOS[-1]} exceeds gradient descent's best accuracy by {gained}."


GAIN = Term(
    f"for every n in {list(COUNTS)} and every ρ in {list(RHOS[1:])} (from {MANY} examples on {list(FEWER_RHOS[1:])}, within 450 steps), "
    "the gain of 1-SAM over gradient descent in best test accuracy within 1000 steps",
    lambda results, flips: np.concatenate([gains(results, "inferred", count, flips) for count in COUNTS], axis=1),
)
RULE = SeedRule(
    seeds=SEEDS,
    cases=BOTH_FLIPS,
    parts={RESULT: Part(Above(GAIN, number(0.0)), told)},
    notes="Decided in the inferred setting (see eq-3.1).",
)


def picture(results: SweepResults) -> str:
    """Draw accuracy along training on the paper's axes, and best accuracy and gain against the number of examples, flips by chance."""
    keys = [with_examples("inferred", count, "chance") for count in COUNTS]
    peaks = np.stack([values(results, key, "peak")[:, _columns(results, key)] for key in keys], axis=1)  # [seeds, counts, radii]
    colours = [PALETTE[6], *ramp(len(FEWER_RHOS) - 1)]
    names = ["GD", *(f"ρ = {rho:g}" for rho in FEWER_RHOS[1:])]
    shown = range(len(FEWER_RHOS))
    best = [interval_line(COUNTS, peaks[:, :, column], names[column], colours[column]) for column in shown]
    gain = [interval_line(COUNTS, peaks[:, :, column] - peaks[:, :, 0], names[column], colours[column]) for column in shown[1:]]
    curves = [
        accuracy_on_paper_axes(results, key, _columns(results, key), "fig-10", f"n = {count}")
        for count, key in zip(COUNTS, keys, strict=True)
    ]
    return svg(
        [
            *curves,
            Panel("Best accuracy in 1000 dimensions", "training examples", "best test accuracy", best, log_x=True),
            Panel("Gain over gradient descent", "training examples", "gain", gain, log_x=True),
        ]
    )


def _columns(results: SweepResults, key: ArmKey) -> list[int]:
    """Return the columns of the radii that every number of examples has."""
    return [results.arms[key].setting["rhos"].index(rho) for rho in FEWER_RHOS]


EXPERIMENT = on_toy(
    id="fig-10",
    question="Does 1-SAM keep its advantage for 100 to 3000 examples in 1000 dimensions?",
    targets=tuple(RULE.parts),
    expected="a higher best accuracy for every ρ from 0.03 to 0.18 and every number of examples, by different amounts",
    rule=RULE,
    seeds=SEEDS,
    arms=ARMS,
    picture=picture,
    draws={"accuracy": lambda measured: measured.accuracy},
)
EXPERIMENTS = (EXPERIMENT,)
