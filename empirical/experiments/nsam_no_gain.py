"""End of Section 3.2: does naive SAM gain nothing over gradient descent in the linear setting?

The sentence names no radius. Read for the radii of 1-SAM it is one part; read for any radius, up to the paper's own 100000, it is another.

Run.     `python -m empirical run nsam-no-gain`
Time.    Less than 1 s on two CPU cores, after `fig-6` had trained the same models in the same call.
Paper.   No gain; Appendix B.2 allows for little, unless ρ is scaled up dramatically.
"""

from __future__ import annotations

from collections.abc import Callable

from empirical.report.arm_key import ArmKey
from empirical.report.experiment import Target
from empirical.report.figures import PALETTE, Line, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.results import mean, values
from empirical.report.rules.conditions import Below
from empirical.report.rules.rule import BOTH_FLIPS, Part, SeedRule
from empirical.report.rules.term import Term
from empirical.report.sweep_results import SweepResults
from empirical.toy.naive_sweep import ARMS, NAIVE, PER_EXAMPLE, keep, naive_gain
from empirical.toy.on_toy import on_toy

SEEDS = 20
MARGIN = 0.01  # one point of accuracy: 1-SAM gains several, a gain below this counts as none
SAME = tuple(rho for rho in NAIVE if rho <= max(PER_EXAMPLE))


def told_up_to(largest: float) -> Callable[[SweepResults], str]:
    """Return what tells the largest gain of n-SAM with radii up to the largest, flips by chance."""
    radii = [rho for rho in NAIVE if rho <= largest]

    def told(results: SweepResults) -> str:
        gains = {rho: naive_gain(results, "inferred, random", "chance", rho) for rho in radii}
        best = max(radii, key=lambda rho: gains[rho].mean())
        return f"With radii up to {largest:g} n-SAM gains at most {mean(gains[best])} in best accuracy, at ρ = {best:g}."

    return told


def no_gain(radii: tuple[float, ...], words: str) -> Below:
    """Return the condition: no radius gains as much as the margin."""
    naive = Term(
        f"at every radius up to {radii[-1]:g}, {words}, the best test accuracy of n-SAM",
        lambda results, flips: values(results, ArmKey("inferred, random", "n-SAM", flips), "peak")[:, : len(radii)],
    )
    descent = Term(
        "the best of gradient descent", lambda results, flips: values(results, ArmKey("inferred, random", "1-SAM", flips), "peak")[:, 0]
    )
    return Below(naive, descent, MARGIN)


RULE = SeedRule(
    seeds=SEEDS,
    cases=BOTH_FLIPS,
    parts={
        Target("nsam-no-gain", "printed", "same-radii"): Part(no_gain(SAME, "as 1-SAM takes them"), told_up_to(SAME[-1])),
        Target("nsam-no-gain", "printed", "any-radius"): Part(no_gain(NAIVE, "the paper's own"), told_up_to(NAIVE[-1])),
    },
    notes="Decided in the inferred setting (see eq-3.1).",
)


def picture(results: SweepResults) -> str:
    """Draw the best accuracy of both methods against the radius, flips by chance, from random weights."""
    sam, naive = (values(results, ArmKey("inferred, random", method, "chance"), "peak") for method in ("1-SAM", "n-SAM"))
    descent = mean(sam[:, 0]).mean
    lines: list[Line] = [
        interval_line(PER_EXAMPLE[1:], sam[:, 1:], "1-SAM", PALETTE[0]),
        interval_line(NAIVE, naive, "n-SAM", PALETTE[1]),
    ]
    return svg([Panel("Best accuracy from random weights", "ρ", "best test accuracy", lines, [(descent, "gradient descent")], log_x=True)])


EXPERIMENT = on_toy(
    id="nsam-no-gain",
    question="Does naive SAM gain anything over gradient descent on the toy data?",
    targets=tuple(RULE.parts),
    expected="no gain; Appendix B.2 allows for little, unless ρ is scaled up dramatically",
    rule=RULE,
    seeds=SEEDS,
    arms=ARMS,
    picture=picture,
    summarise=keep,
)
EXPERIMENTS = (EXPERIMENT,)
