"""Beyond Appendix B.2: does naive SAM exceed the accuracy that no radius of 1-SAM exceeds?

From the origin, with orthogonal noise of equal norm, the first step of gradient descent reaches a ceiling that no flow of 1-SAM exceeds
(`early-stopping`), and the first step of naive SAM lies above it (`nsam-first-step`), because its shift has the sign of the corruption.

Run.     `python -m empirical run nsam-ceiling-toy`
Time.    32 s on two CPU cores beside other work.
Paper.   Naive SAM gains nothing over gradient descent, or little.
"""

from __future__ import annotations

from dataclasses import replace

from empirical.report.arm_key import ArmKey
from empirical.report.experiment import Target
from empirical.report.figures import PALETTE, Line, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.results import mean, values
from empirical.report.rules.combined import AllOf
from empirical.report.rules.conditions import Above, Within
from empirical.report.rules.rule import BOTH_FLIPS, Part, SeedRule
from empirical.report.rules.term import Term
from empirical.report.sweep_results import SweepResults
from empirical.toy.naive_sweep import NAIVE, PER_EXAMPLE
from empirical.toy.on_toy import on_toy
from empirical.toy.sweep import INFERRED, Arm, Arms, both_flips

SEEDS = 20
SETTING = "inferred, origin, orthogonal"
STEPS = 500
TOLD = tuple(rho for rho in NAIVE if rho <= 10)  # beyond, the gain of the first step is below the rounding of float64
SAME = 1e-6  # all radii of 1-SAM reach the ceiling in their first step, and none exceeds it
PART = Target("nsam-ceiling-toy", "beyond", "simulation")


def _arms() -> Arms:
    # Two seeds were looked at before the rule was written; these are others.
    arm = Arm(replace(INFERRED, init=0.0), rhos=PER_EXAMPLE, steps=STEPS, dtype="float64", geometry="kept", fresh=True)
    naive = replace(arm, rhos=NAIVE, method="n-sam")
    return both_flips(ArmKey(SETTING, "1-SAM"), arm) | both_flips(ArmKey(SETTING, "n-SAM"), naive)


ARMS = _arms()
DESCENT = Term("the best of gradient descent", lambda results, flips: values(results, ArmKey(SETTING, "1-SAM", flips), "peak")[:, :1])
CEILING = Within(
    Term(
        f"at every radius up to {PER_EXAMPLE[-1]:g} the best test accuracy of 1-SAM",
        lambda results, flips: values(results, ArmKey(SETTING, "1-SAM", flips), "peak")[:, 1:],
    ),
    DESCENT,
    SAME,
)
BROKEN = Above(
    Term(
        f"at every radius up to {TOLD[-1]:g} the best test accuracy of n-SAM",
        lambda results, flips: values(results, ArmKey(SETTING, "n-SAM", flips), "peak")[:, : len(TOLD)],
    ),
    DESCENT,
)


def told(results: SweepResults) -> str:
    """Return the gain of n-SAM at 1-SAM's largest radius and at the radius where it is largest, flips by chance."""
    sam, naive = (values(results, ArmKey(SETTING, method, "chance"), "peak") for method in ("1-SAM", "n-SAM"))
    gains = {rho: naive[:, column] - sam[:, 0] for column, rho in enumerate(NAIVE)}
    best = max(NAIVE, key=lambda rho: gains[rho].mean())
    largest = PER_EXAMPLE[-1]
    return (
        f"n-SAM exceeds the best of gradient descent by {mean(gains[largest])} with ρ = {largest:g} and by {mean(gains[best])} with "
        f"ρ = {best:g}; 1-SAM with ρ = {largest:g} by {mean(sam[:, -1] - sam[:, 0])}."
    )


RULE = SeedRule(
    seeds=SEEDS, cases=BOTH_FLIPS, parts={PART: Part(AllOf((CEILING, BROKEN)), told)}, notes="Decided in the inferred setting (see eq-3.1)."
)


def picture(results: SweepResults) -> str:
    """Draw the best accuracy of both methods against the radius, flips by chance."""
    sam, naive = (values(results, ArmKey(SETTING, method, "chance"), "peak") for method in ("1-SAM", "n-SAM"))
    lines: list[Line] = [
        interval_line(PER_EXAMPLE[1:], sam[:, 1:], "1-SAM", PALETTE[0]),
        interval_line(NAIVE, naive, "n-SAM", PALETTE[1]),
    ]
    levels = [(mean(sam[:, 0]).mean, "gradient descent")]
    return svg([Panel("Best accuracy from the origin, orthogonal noise", "ρ", "best test accuracy", lines, levels, log_x=True)])


EXPERIMENT = on_toy(
    id="nsam-ceiling-toy",
    question="Does naive SAM exceed the accuracy that no radius of 1-SAM exceeds, on toy data with orthogonal noise?",
    targets=tuple(RULE.parts),
    expected="above the ceiling at every radius, from its first step on",
    rule=RULE,
    seeds=SEEDS,
    arms=ARMS,
    picture=picture,
)
EXPERIMENTS = (EXPERIMENT,)
