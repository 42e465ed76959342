"""Figure 3a: does the best test accuracy of 1-SAM increase with rho?

The claim is decided where the figure's accuracies are reproduced, in the inferred setting (unit noise, initial weights of norm about one).
In the printed setting every method becomes perfect (see `eq-3.1`), so that no radius can be better than another; it is run and shown.

Run.     `python -m empirical run fig-3a`
Time.    35 s on two CPU cores.
Paper.   Accuracies between 0.55 and 0.75, whose peak increases with ρ in [0, 0.18].
"""

from __future__ import annotations

from empirical.report.experiment import Results, Ruling, Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.results import mean, rising, ruled, values
from empirical.report.statistics import Outcome, all_of, exceeds
from empirical.toy.on_toy import on_toy
from empirical.toy.panels import curve_panel
from empirical.toy.sweep import INFERRED, PRINTED, RHOS, Arm, both_flips

SEEDS = 60
RESULT = Target("fig-3a", "printed", "result")
ARMS = both_flips("inferred", Arm(INFERRED)) | both_flips("printed", Arm(PRINTED, steps=200))


def judge(results: Results) -> dict[Target, Ruling]:
    """Rule on every step of the grid of radii, for flips by chance and for an exact share."""
    deciding = [name for name in ARMS if name.startswith("inferred")]
    outcomes: list[Outcome] = [exceeds(column.tolist(), 0.0, SEEDS) for name in deciding for column in rising(results, name).T]
    chance = values(results, "inferred, chance", "peak")
    least = min((mean(column) for name in deciding for column in rising(results, name).T), key=lambda found: found.low)
    printed = values(results, "printed, chance", "peak").mean(0)
    says = (
        f"The best accuracy goes from {mean(chance[:, 0])} at ρ = 0 to {mean(chance[:, -1])} at ρ = {RHOS[-1]}; the smallest rise between "
        f"neighbouring radii is {least.mean:.4f} [{least.low:.4f}, {least.high:.4f}]. As printed, all end at {printed.min():.3f} to "
        f"{printed.max():.3f}."
    )
    return {RESULT: ruled(results, SEEDS, all_of(outcomes), says)}


def picture(results: Results) -> str:
    """Draw accuracy along training, and the peak against the radius for both kinds of flips."""
    peaks = [
        interval_line(RHOS, values(results, f"inferred, {flips}", "peak"), f"flips: {flips}", PALETTE[index])
        for index, flips in enumerate(("chance", "exact"))
    ]
    return svg(
        [
            curve_panel(results, "inferred, chance", "accuracy", "Inferred setting", "test accuracy"),
            Panel("Best along training", "ρ", "best test accuracy", peaks),
            curve_panel(results, "printed, chance", "accuracy", "Setting as printed", "test accuracy"),
        ]
    )


EXPERIMENT = on_toy(
    id="fig-3a",
    question="Does the best test accuracy of 1-SAM on the toy data increase with ρ from 0 to 0.18?",
    targets=(RESULT,),
    expected="accuracies between 0.55 and 0.75, whose peak increases with ρ in [0, 0.18]",
    rule=(
        f"Paired over {SEEDS} seeds, the best test accuracy (closed form, within 1000 steps) rises from each radius of {list(RHOS)} to "
        f"the next: "
        "every 95% interval of the difference lies above 0, for flips by chance and for an exact share. Refuted if one lies below 0. "
        "Decided in the inferred setting, since the printed one does not give the figure's accuracies (see eq-3.1)."
    ),
    seeds=SEEDS,
    arms=ARMS,
    judge=judge,
    picture=picture,
    draws={"accuracy": lambda found: found.accuracy},
)
EXPERIMENTS = (EXPERIMENT,)
