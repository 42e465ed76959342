"""Figure 4, bottom, for DLN and 2NN on real images, reduced in examples and epochs: what do J-SAM and L-SAM keep of 1-SAM's gain?

The rule is that of `fig-4-accuracy-digits`: "nearly" is more than half of the gain, "marginally" less than half.
"""

from __future__ import annotations

from empirical.digits_report import curve_panel, table
from empirical.digits_sweep import at, radius
from empirical.experiment import Experiment, Results, Ruling, Setup, Target
from empirical.figures import svg
from empirical.image_sweep import METHODS, MODELS, RHOS, cost, sweep
from empirical.results import mean, ruled
from empirical.statistics import Outcome, all_of, exceeds

RESULT = Target("fig-4-accuracy", "printed", "result")
SEEDS = 3
HALF = 0.5


def judge(results: Results) -> dict[Target, Ruling]:
    """Rule on what J-SAM and L-SAM keep of the gain at 1-SAM's radius; say what each gains at its own."""
    outcomes: list[Outcome] = []
    own: list[str] = []
    for model in MODELS:
        descent = at(results, model, "SGD", "peak")
        sam, by_jacobian, by_scale = (at(results, model, method, "peak") - descent for method in ("1-SAM", "J-SAM", "L-SAM"))
        if exceeds(sam.tolist(), 0.0, SEEDS) == "supports":
            outcomes.extend(exceeds(found.tolist(), 0.0, SEEDS) for found in (by_jacobian - HALF * sam, HALF * sam - by_scale))
        else:
            outcomes.append("inconclusive")
        for method in ("L-SAM", "J-SAM", "1-SAM"):
            gain = at(results, model, method, "peak", "own") - descent
            own.append(f"{model}, {method} (ρ = {radius(results, model, method, 'own'):g}) {mean(gain)}")
    peaks = "; ".join(f"{model}: " + ", ".join(f"{m} {at(results, model, m, 'peak').mean():.3f}" for m in METHODS) for model in MODELS)
    says = f"Best test accuracy at SAM's radius: {peaks}. Gains over SGD, each at its own radius: {'; '.join(own)}."
    return {RESULT: Ruling(*ruled(results, SEEDS, all_of(outcomes), says))}


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
