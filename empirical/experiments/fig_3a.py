"""Figure 3a: does the best test accuracy of 1-SAM increase with rho?

The claim is decided where the figure's accuracies are reproduced, in the inferred setting (unit noise, initial weights of norm about one).
In the printed setting every method becomes perfect (see `eq-3.1`), so that no radius can be better than another; it is run and shown.

Run.     `python -m empirical run fig-3a`
Time.    35 s on two CPU cores.
Paper.   Accuracies between 0.55 and 0.75, whose peak increases with ρ in [0, 0.18].
"""

from __future__ import annotations

from empirical.report.arm_key import ArmKey
from empirical.report.experiment import Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.results import mean, rising, values
from empirical.report.rules.conditions import Rises
from empirical.report.rules.rule import BOTH_FLIPS, FLIPS, Part, SeedRule
from empirical.report.rules.term import Term
from empirical.report.sweep_results import SweepResults
from empirical.toy.on_toy import on_toy
from empirical.toy.panels import curve_panel
from empirical.toy.sweep import INFERRED, PRINTED, RHOS, Arm, both_flips

SEEDS = 60
RESULT = Target("fig-3a", "printed", "result")
ARMS = both_flips(ArmKey("inferred"), Arm(INFERRED)) | both_flips(ArmKey("printed"), Arm(PRINTED, steps=200))


def told(results: SweepResults) -> str:
    """Return the ends of the rise, its smallest step, and what happens in the printed setting."""
    chance = values(results, ArmKey("inferred", flips="chance"), "peak")
    rises = [column for flips in FLIPS for column in rising(results, ArmKey("inferred", flips=flips)).T]
    least = min(map(mean, rises), key=lambda rise: rise.low)
    printed = values(results, ArmKey("printed", flips="chance"), "peak").mean(0)
    low, high = f"{printed.min():.3f}", f"{printed.max():.3f}"
    return (
        f"The best accuracy goes from {mean(chance[:, 0])} at ρ = 0 to {mean(chance[:, -1])} at ρ = {RHOS[-1]}; the smallest rise between "
        f"neighbouring radii is {least.mean:.4f} [{least.low:.4f}, {least.high:.4f}]. As printed, all end at "
        f"{low if low == high else f'{low} to {high}'}."
    )


PEAK = Term(
    "the best test accuracy (closed form, within 1000 steps)",
    lambda results, flips: values(results, ArmKey("inferred", flips=flips), "peak"),
)
RULE = SeedRule(
    seeds=SEEDS,
    cases=BOTH_FLIPS,
    parts={RESULT: Part(Rises(PEAK, f"each radius of {list(RHOS)}"), told)},
    notes="Decided in the inferred setting, since the printed one does not give the figure's accuracies (see eq-3.1).",
)


def picture(results: SweepResults) -> str:
    """Draw accuracy along training, and the peak against the radius for both kinds of flips."""
    peaks = [
        interval_line(RHOS, values(results, ArmKey("inferred", flips=flips), "peak"), f"flips: {flips}", PALETTE[index])
        for index, flips in enumerate(("chance", "exact"))
    ]
    return svg(
        [
            curve_panel(results, ArmKey("inferred", flips="chance"), "accuracy", "Inferred setting", "test accuracy"),
            Panel("Best along training", "ρ", "best test accuracy", peaks),
            curve_panel(results, ArmKey("printed", flips="chance"), "accuracy", "Setting as printed", "test accuracy"),
        ]
    )


EXPERIMENT = on_toy(
    id="fig-3a",
    question="Does the best test accuracy of 1-SAM on the toy data increase with ρ from 0 to 0.18?",
    targets=tuple(RULE.parts),
    expected="accuracies between 0.55 and 0.75, whose peak increases with ρ in [0, 0.18]",
    rule=RULE,
    seeds=SEEDS,
    arms=ARMS,
    picture=picture,
    draws={"accuracy": lambda measured: measured.accuracy},
)
EXPERIMENTS = (EXPERIMENT,)
