"""Appendix F on digits: at no learning rate does SGD come up to SAM. The rates go on until SGD stops improving."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from empirical.digits.cost import cost
from empirical.digits.sweep import METHODS, MODELS, SEEDS, arms, sweep, variant
from empirical.report.experiment import Experiment, Results, Ruling, Setup, Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.reading import at, own_column
from empirical.report.results import effect, mean, ruled, values
from empirical.report.statistics import Outcome, all_of, exceeds
from empirical.report.table import table
from reports.direction import Effect

RESULT = Target("large-lr-sgd", "printed", "networks")
RATES = (0.1, 0.5, 1.0, 2.0, 4.0)
OWN = METHODS["SGD"].rate
ARMS = {
    **arms("1-SAM"),
    **{
        name: arm
        for rate in RATES
        for model in MODELS
        for name, arm in variant(f"{model}, rate {rate:g}", model, ("SGD",), rate=rate).items()
    },
}


def judge(results: Results) -> dict[Target, Ruling]:
    """Rule on SAM less SGD at every rate, in both networks."""
    outcomes: list[Outcome] = []
    says: list[str] = []
    sam, each = np.array([]), dict[float, np.ndarray]()
    for model in MODELS:
        sam = values(results, f"{model}, 1-SAM", "peak")[:, own_column(results, f"{model}, 1-SAM")]
        each = {rate: at(results, f"{model}, rate {rate:g}", "SGD", "peak") for rate in RATES}
        outcomes.extend(exceeds((sam - descent).tolist(), 0.0, SEEDS) for descent in each.values())
        told = "; ".join(f"rate {rate:g} {mean(sam - descent)}" for rate, descent in each.items())
        says.append(f"{model}: best test accuracy of SAM at rate {OWN:g} {sam.mean():.3f}, which exceeds SGD's at {told}.")
    return {RESULT: ruled(results, SEEDS, all_of(outcomes), " ".join(says), least_lead(list(MODELS)[-1], sam, each))}


def least_lead(model: str, sam: np.ndarray, each: Mapping[float, np.ndarray]) -> Effect | None:
    """Return SAM's lead over SGD at the rate at which it is smallest, from the best accuracies of SAM and, by rate, of SGD."""
    leads = {rate: sam - descent for rate, descent in each.items()}
    there = {rate: found for rate, found in leads.items() if mean(found).n}
    rate = min(there, key=lambda rate: mean(there[rate]).mean, default=None)
    return None if rate is None else effect(f"{model}, lead of 1-SAM over SGD at the rate that is best for SGD, {rate:g}", leads[rate])


def picture(results: Results) -> str:
    """Draw SGD's best accuracy against the rate, SAM's as a level."""
    panels: list[Panel] = []
    for model in MODELS:
        best = np.concatenate([values(results, f"{model}, rate {rate:g}, SGD", "peak") for rate in RATES], axis=1)
        arm = f"{model}, 1-SAM"
        level = values(results, arm, "peak")[:, own_column(results, arm)].mean()
        lines = [interval_line(RATES, best, "SGD", PALETTE[6])]
        panels.append(Panel(model, "learning rate", "best test accuracy", lines, [(level, f"1-SAM at rate {OWN:g}")], log_x=True))
    return svg(panels)


def run(setup: Setup) -> Results:
    """Train 1-SAM, and SGD at each rate."""
    return sweep("large-lr-sgd-digits", ARMS, setup)


EXPERIMENT = Experiment(
    id="large-lr-sgd-digits",
    question="On digits with 30% wrong labels, does SGD come up to the best test accuracy of SAM at any learning rate?",
    targets=(RESULT,),
    expected="no: a large learning rate is no substitute for SAM",
    rule=(
        f"For the DLN and the 2NN, paired over {SEEDS} seeds: the best test accuracy of 1-SAM (rate {OWN:g}, radius best on held-out "
        f"points with noisy labels) exceeds that of SGD at each of the rates {', '.join(f'{rate:g}' for rate in RATES)}. Every 95% "
        "interval lies above 0; refuted if one lies below."
    ),
    qualifier="stand-in",
    seeds=SEEDS,
    cost=cost(ARMS),
    run=run,
    judge=judge,
    table=table,
    picture=picture,
)
