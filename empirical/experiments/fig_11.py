"""Figure 11: does a larger learning rate, among the paper's three, raise the best accuracy of gradient descent and of 1-SAM?

Run.     `python -m empirical run fig-11`
Time.    26 s on two CPU cores.
Paper.   A slight general rise over the rates 0.001, 0.01 (1000 steps) and 0.1 (200 steps).
"""

from __future__ import annotations

import numpy as np

from empirical.report.experiment import Target
from empirical.report.figures import PALETTE, Panel, ramp, svg
from empirical.report.panels import interval_line
from empirical.report.rules.combined import AllOf
from empirical.report.rules.conditions import Above, Rises
from empirical.report.rules.rule import BOTH_FLIPS, Part, SeedRule
from empirical.report.rules.term import Term
from empirical.report.sweep_results import SweepResults
from empirical.toy.on_toy import on_toy
from empirical.toy.panels import accuracy_on_paper_axes
from empirical.toy.rate_sweep import ARMS, PAPER, RADII, RATES, of_rate, peaks

SEEDS = 20
SLACK = 0.005  # half a point: what "generally" lets a single step fall
RESULT = Target("fig-11", "printed", "result")


def best(results: SweepResults, flips: str) -> np.ndarray:
    """Return the best accuracies at the paper's rates, (seeds, rates, radii)."""
    return peaks(results, flips)[:, : len(PAPER)]


def told(results: SweepResults) -> str:
    """Return the best accuracies at the paper's rates, for every radius."""
    means = best(results, "chance").mean(0)
    reached = "; ".join(
        f"{'gradient descent' if rho == 0 else f'ρ = {rho:g}'}: " + ", ".join(f"{value:.3f}" for value in means[:, place])
        for place, rho in enumerate(RADII)
    )
    return f"Best accuracies at rates {', '.join(f'{rate:g}' for rate in PAPER)}: {reached}."


BEST = "the best test accuracy"
SLOWEST, FASTEST = (
    Term(f"{BEST} at rate {PAPER[place]:g}", lambda results, flips, place=place: best(results, flips)[:, place]) for place in (0, -1)
)
RULE = SeedRule(
    seeds=SEEDS,
    cases=BOTH_FLIPS,
    setting=f"for gradient descent and every ρ in {list(RADII[1:])}",
    parts={RESULT: Part(AllOf((Above(FASTEST, SLOWEST), Rises(Term(BEST, best), "each rate", SLACK))), told)},
    notes="Larger rates are run and shown. Decided in the inferred setting (see eq-3.1).",
)


def picture(results: SweepResults) -> str:
    """Draw accuracy along training on the paper's axes, and the best accuracy against all rates, flips by chance."""
    best_by_rate, colours = peaks(results, "chance"), [PALETTE[6], *ramp(len(RADII) - 1)]
    lines = [
        interval_line(RATES, best_by_rate[:, :, place], "GD" if rho == 0 else f"ρ = {rho:g}", colours[place])
        for place, rho in enumerate(RADII)
    ]
    curves = [accuracy_on_paper_axes(results, *of_rate(rate, "chance"), "fig-11", f"rate {rate:g}") for rate in PAPER]
    return svg([*curves, Panel("Best accuracy by learning rate", "learning rate", "best test accuracy", lines, log_x=True)])


EXPERIMENT = on_toy(
    id="fig-11",
    question="Does the best accuracy rise with the learning rate, for gradient descent and for 1-SAM?",
    targets=tuple(RULE.parts),
    expected="a slight general rise over the rates 0.001, 0.01 (1000 steps) and 0.1 (200 steps)",
    rule=RULE,
    seeds=SEEDS,
    arms=ARMS,
    picture=picture,
    draws={"accuracy": lambda measured: measured.accuracy},
)
EXPERIMENTS = (EXPERIMENT,)
