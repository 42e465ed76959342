"""End of Section 3.2, simulated: is 1-SAM's early-stopping accuracy above gradient descent's wherever training starts?

The proof is in `theory/`; this shows both starting points on the toy data, with Gaussian noise that is orthogonal only on average.

Run.     `python -m empirical run follows-by-induction-toy`
Time.    Less than 1 s on two CPU cores, after `fig-6` had trained the same models in the same call.
Paper.   A higher best accuracy, by induction.
"""

from __future__ import annotations

from empirical.report.arm_key import ArmKey
from empirical.report.experiment import Target
from empirical.report.figures import svg
from empirical.report.results import mean, values
from empirical.report.rules.combined import AllOf
from empirical.report.rules.conditions import Above, Below
from empirical.report.rules.rule import BOTH_FLIPS, Part, SeedRule
from empirical.report.rules.term import Read, Term
from empirical.report.sweep_results import SweepResults
from empirical.toy.naive_sweep import ARMS as ALL_ARMS
from empirical.toy.naive_sweep import STARTS, STEPS, gain, keep
from empirical.toy.on_toy import on_toy
from empirical.toy.panels import curve_panel

SEEDS = 20
LEAST = 0.005  # half a point of accuracy: a smaller gain counts as none
PRINTED = Target("follows-by-induction-toy", "printed", "simulation")
CORRECTED = Target("follows-by-induction-toy", "corrected", "simulation")
ARMS = {key: arm for key, arm in ALL_ARMS.items() if key.method == "1-SAM"}


def told(results: SweepResults) -> str:
    """Return the gain from either start, flips by chance."""
    random, origin = (mean(gain(results, f"inferred, {start}", "chance")) for start in STARTS)
    return f"The gain of 1-SAM with ρ = 0.18 in best accuracy is {random} from random weights and {origin} from the origin."


def by_least(where: str, start: str) -> tuple[Term, Term, float]:
    """Return the numbers compared from one start: the best accuracies of 1-SAM and of gradient descent, and their least difference."""

    def peak(column: int) -> Read:
        return lambda results, flips: values(results, ArmKey(f"inferred, {start}", "1-SAM", flips), "peak")[:, column]

    sam = Term(f"{where}, the best test accuracy of 1-SAM with ρ = 0.18", peak(-1))
    return sam, Term("the best of gradient descent", peak(0)), LEAST


RANDOM_START, ORIGIN_START = by_least("from random weights", "random"), by_least("from the origin", "origin")
RULE = SeedRule(
    seeds=SEEDS,
    cases=BOTH_FLIPS,
    parts={
        PRINTED: Part(AllOf((Above(*RANDOM_START), Above(*ORIGIN_START))), told),
        CORRECTED: Part(AllOf((Above(*RANDOM_START), Below(*ORIGIN_START))), told),
    },
    notes="Decided in the inferred setting (see eq-3.1).",
)


def picture(results: SweepResults) -> str:
    """Draw accuracy along training from both starting points, flips by chance."""
    return svg(
        [
            curve_panel(results, ArmKey(f"inferred, {start}", "1-SAM", "chance"), "accuracy", title, "test accuracy", until=STEPS / 2)
            for start, title in (("random", "From random weights"), ("origin", "From the origin"))
        ]
    )


EXPERIMENT = on_toy(
    id="follows-by-induction-toy",
    question="Does 1-SAM stop early at a higher accuracy than gradient descent, wherever training starts?",
    targets=tuple(RULE.parts),
    expected="a higher best accuracy, by induction",
    rule=RULE,
    seeds=SEEDS,
    arms=ARMS,
    picture=picture,
    summarise=keep,
    draws={"accuracy": lambda measured: measured.accuracy},
)
EXPERIMENTS = (EXPERIMENT,)
