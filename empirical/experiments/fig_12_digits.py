"""Figure 12, and a question of the reviewers, on digits: does the lead of SAM over SGD grow with the number of examples?"""

from __future__ import annotations

from itertools import pairwise

from empirical.digits.cost import cost
from empirical.digits.sweep import SEEDS, TRAIN, sweep, variant
from empirical.report.experiment import Experiment, Results, Ruling, Setup, Target
from empirical.report.panels import lead_panels
from empirical.report.reading import at, column, led
from empirical.report.results import effect, places, ruled, values
from empirical.report.statistics import all_of, exceeds
from empirical.report.table import table

RESULT = Target("fig-12", "printed", "result")
METHODS = ("SGD", "1-SAM")
EPOCHS = 60
SIZES = {f"2NN, {count} examples": count for count in (128, 512, TRAIN)}
ARMS = {
    name: arm
    for setting, count in SIZES.items()
    for name, arm in variant(setting, "2NN", METHODS, train=count, epochs=EPOCHS * TRAIN // count, whole=count == TRAIN).items()
}


def judge(results: Results, seeds: int = SEEDS) -> dict[Target, Ruling]:
    """Rule on every step to more examples, with SAM at the radius that is best for all of them."""
    sizes = places(results, "train")
    index = column(results, list(sizes)[-1], "1-SAM", "same")
    leads = [values(results, f"{name}, 1-SAM", "peak")[:, index] - at(results, name, "SGD", "peak") for name in sizes]
    outcome = all_of([exceeds((more - fewer).tolist(), 0.0, seeds) for fewer, more in pairwise(leads)])
    turns_on = effect("lead of 1-SAM over SGD with most examples less that with fewest", leads[-1] - leads[0])
    return {RESULT: ruled(results, seeds, outcome, led(results, sizes, index), turns_on)}


def picture(results: Results) -> str:
    """Draw best accuracies and leads against the number of examples."""
    sizes = places(results, "train")
    return lead_panels(results, sizes, "training examples", column(results, list(sizes)[-1], "1-SAM", "same"))


def run(setup: Setup) -> Results:
    """Train SGD and 1-SAM for each number of examples."""
    return sweep("fig-12-digits", ARMS, setup)


EXPERIMENT = Experiment(
    id="fig-12-digits",
    question="On digits with 30% wrong labels, does the lead of 1-SAM over SGD grow with the number of training examples?",
    targets=(RESULT,),
    expected="a difference that increases from 10% over 50% to 100% of CIFAR-10",
    rule=(
        f"For the 2NN, paired over {SEEDS} seeds, with {', '.join(str(count) for count in SIZES.values())} examples and as many steps for "
        f"each, 1-SAM at the radius that is best with {TRAIN} examples on held-out points with noisy labels: its lead over SGD in best "
        "test accuracy grows from each number of examples to the next. Every 95% interval of these differences lies above 0; refuted if "
        "one lies below. Leads at the radius that is best for each number are shown beside."
    ),
    qualifier="stand-in",
    seeds=SEEDS,
    cost=cost(ARMS),
    run=run,
    judge=judge,
    table=table,
    picture=picture,
)
