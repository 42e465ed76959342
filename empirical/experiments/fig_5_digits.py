"""Figure 5 on digits: the last activations and the last layer's weights end with smaller norms under SAM than under SGD."""

from __future__ import annotations

from empirical.digits.cost import cost
from empirical.digits.sweep import SEEDS, arms, sweep
from empirical.report.experiment import Experiment, Results, Ruling, Setup, Target
from empirical.report.figures import svg
from empirical.report.panels import curve_panel
from empirical.report.reading import at, radius
from empirical.report.results import average, effect, mean, networks, ruled, share
from empirical.report.statistics import Outcome, all_of, exceeds
from empirical.report.summary import NORMS
from empirical.report.table import table

RESULT = Target("fig-5", "printed", "result")
METHODS = ("SGD", "1-SAM")
ARMS = arms(*METHODS)
SHARE = 0.9  # "significantly" needs a number before the run: a tenth
NAMES = {"activation_norm": "activations", "last_layer_norm": "last weights"}


def judge(results: Results, seeds: int = SEEDS) -> dict[Target, Ruling]:
    """Rule on both norms in both networks."""
    outcomes: list[Outcome] = []
    says: list[str] = []
    for model in networks(results):
        told: list[str] = []
        for norm in NORMS:
            descent, sam = (at(results, model, method, f"{norm}_last") for method in METHODS)
            outcomes.append(exceeds((SHARE * descent - sam).tolist(), 0.0, seeds))
            told.append(f"{NAMES[norm]} {mean(sam / descent)} of SGD's {average(descent, 2)}")
        says.append(f"{model}, ρ = {radius(results, model, '1-SAM'):g}, norms after the last epoch: {', '.join(told)}.")
    model = networks(results)[-1]
    descent, sam = (at(results, model, method, "last_layer_norm_last") for method in METHODS)
    turns_on = effect(f"{model}, share of SGD's norm of last weights that 1-SAM takes away", 1 - share(sam, descent), 1 - SHARE)
    return {RESULT: ruled(results, seeds, all_of(outcomes), " ".join(says), turns_on)}


def picture(results: Results) -> str:
    """Draw both norms along training."""
    return svg([curve_panel(results, model, norm, f"norm of {NAMES[norm]}", METHODS) for model in networks(results) for norm in NORMS])


def run(setup: Setup) -> Results:
    """Train SGD and 1-SAM."""
    return sweep("fig-5-digits", ARMS, setup, draws=NORMS)


EXPERIMENT = Experiment(
    id="fig-5-digits",
    question="On digits with 30% wrong labels, do the norms of last activations and last weights end lower under SAM than under SGD?",
    targets=(RESULT,),
    expected="both norms clearly lower under SAM, as in ResNet18 on CIFAR-10",
    rule=(
        f"For the DLN and the 2NN, paired over {SEEDS} seeds, at the radius that is best for 1-SAM on held-out points with noisy labels: "
        "after the last epoch the mean norm of the last layer's inputs over training points, and the norm of that layer's weights, are "
        f"under 1-SAM less than {SHARE} times what they are under SGD. Every 95% interval says so; refuted if one lies on the other side."
    ),
    qualifier="stand-in",
    seeds=SEEDS,
    cost=cost(ARMS),
    run=run,
    judge=judge,
    table=table,
    picture=picture,
)
