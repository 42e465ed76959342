"""Figure 4, top, on digits: the perturbation of 1-SAM raises the logit scale of clean points more than that of noisy ones.

The figure's curves are read stretch by stretch: a mean over all epochs could hide that the order turns round during training.
"""

from __future__ import annotations

from empirical.digits.cost import cost
from empirical.digits.sweep import SEEDS, arms, sweep
from empirical.report.experiment import Experiment, Results, Ruling, Setup, Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import curve_line
from empirical.report.reading import at, radius
from empirical.report.results import effect, mean, networks, ruled
from empirical.report.statistics import all_of, exceeds
from empirical.report.summary import QUARTERS, SCALES
from empirical.report.table import table

RESULT = Target("fig-4-scale", "printed", "result")
ARMS = arms("1-SAM")


def judge(results: Results, seeds: int = SEEDS) -> dict[Target, Ruling]:
    """Rule on the gap between clean and noisy points in every quarter of training, in both networks."""
    gaps = {model: at(results, model, "1-SAM", "scale_gap") for model in networks(results)}
    outcome = all_of([exceeds(gap[:, quarter].tolist(), 0.0, seeds) for gap in gaps.values() for quarter in range(QUARTERS)])
    says = " ".join(
        f"{model}, ρ = {radius(results, model, '1-SAM'):g}: clean less noisy ratio, by quarters of training: "
        f"{'; '.join(str(mean(column)) for column in gap.T)}."
        for model, gap in gaps.items()
    )
    model, gap = list(gaps.items())[-1]
    turns_on = effect(f"{model}, mean ratio of clean points less that of noisy ones over training", gap.mean(1))
    return {RESULT: ruled(results, seeds, outcome, says, turns_on)}


def picture(results: Results) -> str:
    """Draw both mean ratios along training at 1-SAM's radius."""
    panels: list[Panel] = []
    for model in networks(results):
        groups = zip(("clean", "noisy"), PALETTE, strict=False)
        lines = [curve_line(results, model, f"{group}_scale_ratio", "1-SAM", group, colour) for group, colour in groups]
        panels.append(Panel(model, "epoch", "ratio of logit scales", lines, [(1.0, "no change")]))
    return svg(panels)


def run(setup: Setup) -> Results:
    """Train 1-SAM."""
    return sweep("fig-4-scale-digits", ARMS, setup, draws=SCALES)


EXPERIMENT = Experiment(
    id="fig-4-scale-digits",
    question="On digits with 30% wrong labels, does 1-SAM's perturbation raise the logit scale of clean points more than of noisy ones?",
    targets=(RESULT,),
    expected="mean ratios of clean points up to about 1.08 (DLN) and 2.2 (2NN) on CIFAR-10, above those of noisy points",
    rule=(
        f"For the DLN and the 2NN trained by 1-SAM at the radius that is best on held-out points with noisy labels: the mean of "
        f"|g(w + ε)| / |g(w)| over clean training points less that over noisy ones, averaged over each quarter of the epochs, is above "
        f"0. Every 95% interval over {SEEDS} seeds lies above 0; refuted if one lies below."
    ),
    qualifier="stand-in",
    seeds=SEEDS,
    cost=cost(ARMS),
    run=run,
    judge=judge,
    table=table,
    picture=picture,
)
