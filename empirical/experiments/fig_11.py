"""Figure 11: does a larger learning rate, among the paper's three, raise the best accuracy of gradient descent and of 1-SAM?

Run.     `python -m empirical run fig-11`
Time.    26 s on two CPU cores.
Paper.   A slight general rise over the rates 0.001, 0.01 (1000 steps) and 0.1 (200 steps).
"""

from __future__ import annotations

from empirical.report.experiment import Results, Ruling, Target
from empirical.report.figures import PALETTE, Panel, ramp, svg
from empirical.report.panels import interval_line
from empirical.report.results import mean, ruled
from empirical.report.statistics import Outcome, all_of, exceeds
from empirical.toy.on_toy import on_toy
from empirical.toy.rate_sweep import ARMS, FLIPS, PAPER, RADII, RATES, peaks

SEEDS = 20
SLACK = 0.005  # half a point: what "generally" lets a single step fall
RESULT = Target("fig-11", "printed", "result")


def judge(results: Results) -> dict[Target, Ruling]:
    """Rule on the rise from the smallest to the largest of the paper's rates, and on each step between, for every radius."""
    found = {flips: peaks(results, flips)[:, : len(PAPER)] for flips in FLIPS}
    ends: list[Outcome] = [exceeds(column.tolist(), 0.0, SEEDS) for each in found.values() for column in (each[:, -1] - each[:, 0]).T]
    steps: list[Outcome] = [
        exceeds((after - before).tolist(), -SLACK, SEEDS)
        for each in found.values()
        for place in range(len(PAPER) - 1)
        for before, after in zip(each[:, place].T, each[:, place + 1].T, strict=True)
    ]
    told = "; ".join(
        f"{'gradient descent' if rho == 0 else f'ρ = {rho:g}'} "
        + ", ".join(f"{value:.3f}" for value in found["chance"][:, :, place].mean(0))
        for place, rho in enumerate(RADII)
    )
    says = f"Best accuracies at rates {', '.join(f'{rate:g}' for rate in PAPER)}: {told}."
    return {RESULT: ruled(results, SEEDS, all_of(ends + steps), says)}


def picture(results: Results) -> str:
    """Draw the best accuracy against the rate, the paper's and larger ones, flips by chance."""
    found, colours = peaks(results, "chance"), [PALETTE[6], *ramp(len(RADII) - 1)]
    ceiling = mean(found[:, -1, 0]).mean
    lines = [
        interval_line(RATES, found[:, :, place], "GD" if rho == 0 else f"ρ = {rho:g}", colours[place]) for place, rho in enumerate(RADII)
    ]
    return svg(
        [
            Panel("Best accuracy by learning rate", "learning rate", "best test accuracy", lines, log_x=True),
            Panel(
                "The paper's rates",
                "learning rate",
                "best test accuracy",
                [interval_line(PAPER, found[:, : len(PAPER), place], line.label, line.colour) for place, line in enumerate(lines)],
                [(ceiling, "gradient descent at rate 300")],
                log_x=True,
            ),
        ]
    )


EXPERIMENT = on_toy(
    id="fig-11",
    question="Does the best accuracy rise with the learning rate, for gradient descent and for 1-SAM?",
    targets=(RESULT,),
    expected="a slight general rise over the rates 0.001, 0.01 (1000 steps) and 0.1 (200 steps)",
    rule=(
        f"Paired over {SEEDS} seeds, for gradient descent and every ρ in {list(RADII[1:])}, for flips by chance and for an exact share: "
        f"the best "
        f"test accuracy at rate 0.1 exceeds that at 0.001, and no step between neighbouring rates falls by {SLACK} or more (95% intervals; "
        "refuted if one lies on the other side). Larger rates are run and shown. Decided in the inferred setting (see eq-3.1)."
    ),
    seeds=SEEDS,
    arms=ARMS,
    judge=judge,
    picture=picture,
)
EXPERIMENTS = (EXPERIMENT,)
