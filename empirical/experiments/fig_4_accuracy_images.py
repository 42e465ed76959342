"""Figure 4, bottom, for DLN and 2NN on real images, reduced in examples and epochs: what do J-SAM and L-SAM keep of 1-SAM's gain?

The rule is that of `fig-4-accuracy-digits`: "nearly" is more than half of the gain, "marginally" less than half.
"""

from __future__ import annotations

from empirical.digits_report import curve_panel, table
from empirical.experiment import Experiment, Results, Ruling, Setup, Target
from empirical.experiments.fig_4_accuracy_digits import kept_of_gain
from empirical.figures import svg
from empirical.image_sweep import METHODS, MODELS, RHOS, cost, sweep

RESULT = Target("fig-4-accuracy", "printed", "result")
SEEDS = 3


def judge(results: Results) -> dict[Target, Ruling]:
    """Rule on what the hybrids keep."""
    return {RESULT: kept_of_gain(results, SEEDS)}


def picture(results: Results) -> str:
    """Draw test accuracy along training, all at 1-SAM's radius."""
    return svg([curve_panel(results, model, "test_accuracy", "test accuracy", list(METHODS)) for model in MODELS])


def run(setup: Setup) -> Results:
    """Train SGD, 1-SAM and the two hybrids."""
    return sweep("fig-4-accuracy-images", list(METHODS), setup, SEEDS)


EXPERIMENT = Experiment(
    id="fig-4-accuracy-images",
    question="On real images with 30% wrong labels, does J-SAM keep what 1-SAM gains over SGD in DLN and 2NN, and does L-SAM not?",
    targets=(RESULT,),
    expected="J-SAM nearly at 1-SAM, L-SAM only marginally above SGD, in DLN, 2NN and ResNet18",
    rule=(
        f"At the settings of Appendix A.2 (width 500, batch 128, rate 0.01, weight decay 0.0005) with ρ in {list(RHOS)}, paired over "
        f"{SEEDS} seeds, in best test accuracy at the radius that is best for 1-SAM on held-out points with noisy labels: J-SAM keeps more "
        "than half of 1-SAM's gain over SGD and L-SAM less than half. Every 95% interval of these differences lies above 0; refuted if one "
        "lies below. A network in which 1-SAM gains nothing over SGD decides nothing."
    ),
    qualifier="reduced",
    seeds=SEEDS,
    cost=cost(SEEDS),
    run=run,
    judge=judge,
    table=table,
    picture=picture,
)
