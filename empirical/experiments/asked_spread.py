"""A reader asks: how large is the spread over seeds of each method, and of the gain of 1-SAM over SGD?

Run.     `python -m empirical run asked-spread-digits`
Time.    Less than 1 s on two CPU cores, after `asked-early-stopping-digits` had trained its networks.
Paper.   No value: it shows one run of each method.
"""

from __future__ import annotations

import numpy as np

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import MODELS, SEEDS, arms
from empirical.report.experiment import Target
from empirical.report.figures import PALETTE, Line, Panel, svg
from empirical.report.reading import at, radius
from empirical.report.results import mean
from empirical.report.rules.conditions import Above
from empirical.report.rules.networks import AT_SAMS_RADIUS, DLN_AND_2NN, gain, less, network_by_network
from empirical.report.rules.rule import Part, SeedRule, TurnsOn
from empirical.report.rules.term import Term
from empirical.report.sweep_results import SweepResults

RESULT = Target("asked-spread", "beyond", "result")
METHODS = ("SGD", "L-SAM", "J-SAM", "1-SAM")
ARMS = arms(*METHODS)


def spread(per_seed: np.ndarray) -> float:
    """Return the standard deviation over seeds, 0 for one seed."""
    return float(per_seed.std(ddof=1)) if len(per_seed) > 1 else 0.0


def told(results: SweepResults, model: str) -> str:
    """Return the gain of 1-SAM and the spread of both methods in one network."""
    descent, sam = (at(results, model, method, "peak") for method in ("SGD", "1-SAM"))
    return (
        f"{model}, ρ = {radius(results, model, '1-SAM'):g}: 1-SAM gains {mean(sam - descent)} with a standard deviation of "
        f"{spread(sam - descent):.3f} over seeds, in {np.sum(sam > descent)} of {len(sam)} of them; that of SGD's best accuracy is "
        f"{spread(descent):.3f}, of 1-SAM's {spread(sam):.3f}."
    )


def spread_of_descent(results: SweepResults, model: str) -> np.ndarray:
    """Return the spread of SGD, once for each seed."""
    descent = at(results, model, "SGD", "peak")
    return np.full(len(descent), spread(descent))


GAIN = gain("1-SAM")
RULE = SeedRule(
    seeds=SEEDS,
    cases=DLN_AND_2NN,
    setting=f"1-SAM {AT_SAMS_RADIUS}, in best test accuracy",
    parts={
        RESULT: Part(
            Above(GAIN, Term("the standard deviation of SGD over seeds", spread_of_descent)),
            network_by_network(told),
            TurnsOn("{case}, lead of 1-SAM over SGD less the spread of SGD", less(GAIN.read, spread_of_descent)),
        )
    },
    notes="Seeds differ in split, noise, initial weights and order.",
)


def table(results: SweepResults) -> list[dict[str, str]]:
    """Return a row for each network and method: mean, spread, least and largest best accuracy, and the same of its gain over SGD."""
    rows: list[dict[str, str]] = []
    for model in MODELS:
        for method in METHODS:
            best = at(results, model, method, "peak", "own")
            lead = best - at(results, model, "SGD", "peak")
            row = {"network and method": f"{model}, {method}"}
            for name, per_seed in (("best test accuracy", best), ("gain over SGD", lead)):
                row[name] = f"{per_seed.mean():.3f}"
                row[f"{name}, standard deviation"] = f"{spread(per_seed):.3f}"
                row[f"{name}, from least to largest"] = f"{per_seed.min():.3f} to {per_seed.max():.3f}"
            rows.append(row)
    return rows


def picture(results: SweepResults) -> str:
    """Draw the best accuracy of each seed under SGD and under 1-SAM."""
    panels: list[Panel] = []
    for model in MODELS:
        x = [float(seed) for seed in results.seeds]
        shown = (("SGD", PALETTE[6]), ("1-SAM", PALETTE[0]))
        lines = [Line(x, at(results, model, name, "peak").tolist(), name, colour, style=":", marked=True) for name, colour in shown]
        panels.append(Panel(model, "seed", "best test accuracy", lines))
    return svg(panels)


EXPERIMENT = on_digits(
    id="asked-spread-digits",
    question="On digits with 30% wrong labels, how large is the spread of best accuracies over seeds, beside what SAM gains?",
    targets=tuple(RULE.parts),
    expected="no value in the paper, which shows one run of each method",
    rule=RULE,
    arms=ARMS,
    table=table,
    picture=picture,
)
EXPERIMENTS = (EXPERIMENT,)
