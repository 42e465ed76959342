"""Figure 4, bottom: does J-SAM keep most of what 1-SAM gains over SGD, and does L-SAM keep little?

"Nearly" and "marginally" need a number before the run: more than half of the gain, and less than half. Without a gain nothing is decided.
`fig-4-accuracy-dense` trains DLN and 2NN on all images at the paper's settings, which a machine without an accelerator can do in pieces.

Run.     `python -m empirical run fig-4-accuracy-digits`
         `python -m empirical run fig-4-accuracy --profile pocket --data DIR`
         `python -m empirical run fig-4-accuracy-dense --profile paper --data DIR --epochs 20`
Time.    `fig-4-accuracy-digits`: less than 1 s on two CPU cores, after `asked-early-stopping-digits` had trained its networks
         `fig-4-accuracy`: 2.6 hours of training on two CPU cores (`pocket`)
         `fig-4-accuracy-dense`: 3.4 hours of training on two CPU cores (`paper`, 20 of 200 epochs)
         `fig-4-accuracy`: at least 16 minutes of training on one NVIDIA H200 (`paper`, one of three seeds, not all epochs)
Paper.   J-SAM nearly at 1-SAM, L-SAM only marginally above SGD (Table 1: it keeps a tenth of the gain), in DLN, 2NN and ResNet18.
"""

from __future__ import annotations

from functools import partial

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import SEEDS as DIGITS_SEEDS
from empirical.digits.sweep import arms as digits_arms
from empirical.images.arms import BASES, Arm
from empirical.images.arms import arms as image_arms
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS as IMAGE_SEEDS
from empirical.report.experiment import Profile, Results, Ruling, Target
from empirical.report.figures import svg
from empirical.report.panels import curve_panel
from empirical.report.reading import at, peaks, radius
from empirical.report.results import effect, mean, networks, ruled, share
from empirical.report.statistics import Outcome, all_of, exceeds

RESULT = Target("fig-4-accuracy", "printed", "result")
METHODS = ("SGD", "L-SAM", "J-SAM", "1-SAM")
DIGITS_ARMS = digits_arms(*METHODS)
HALF = 0.5
PAPER = (69.17 - 52.48) / (69.47 - 52.48)
"""Table 1, in ResNet18."""


def judge(results: Results, seeds: int) -> dict[Target, Ruling]:
    """Rule on what the hybrids keep."""
    return {RESULT: kept_of_gain(results, seeds)}


def kept_of_gain(results: Results, seeds: int) -> Ruling:
    """Rule on what J-SAM and L-SAM keep of the gain at 1-SAM's radius, with `seeds` of them; say what each gains at its own."""
    outcomes: list[Outcome] = []
    own: list[str] = []
    for model in networks(results):
        descent = at(results, model, "SGD", "peak")
        sam, by_jacobian, by_scale = (at(results, model, method, "peak") - descent for method in ("1-SAM", "J-SAM", "L-SAM"))
        if exceeds(sam.tolist(), 0.0, seeds) != "supports":
            outcomes.append("inconclusive")
        else:
            outcomes.extend(exceeds(found.tolist(), 0.0, seeds) for found in (by_jacobian - HALF * sam, HALF * sam - by_scale))
        for method in METHODS[1:]:
            gain = at(results, model, method, "peak", "own") - descent
            own.append(f"{model}, {method} (ρ = {radius(results, model, method, 'own'):g}) {mean(gain)}")
    model = networks(results)[-1]
    descent = at(results, model, "SGD", "peak")
    sam, by_jacobian = (at(results, model, method, "peak") - descent for method in ("1-SAM", "J-SAM"))
    turns_on = effect(f"{model}, share of 1-SAM's gain that J-SAM keeps", share(by_jacobian, sam), HALF, PAPER)
    says = f"Best test accuracy at SAM's radius: {peaks(results, METHODS)}. Gains over SGD, each at its own radius: {'; '.join(own)}."
    return ruled(results, seeds, all_of(outcomes), says, turns_on)


def picture(results: Results) -> str:
    """Draw test accuracy along training, all at 1-SAM's radius."""
    return svg([curve_panel(results, model, "test_accuracy", "test accuracy", METHODS) for model in networks(results)])


RULE = (
    f"In each network, paired over {IMAGE_SEEDS} seeds, in best test accuracy at the radius that is best for 1-SAM on held-out points with "
    "noisy labels (under `paper` the paper's 0.01): J-SAM keeps more than half of 1-SAM's gain over SGD and L-SAM less than half. "
    "Every 95% interval of these differences lies above 0; refuted if one lies below. A network in which 1-SAM gains nothing over SGD "
    "decides nothing."
)


def arms_on_images(profile: Profile) -> dict[str, Arm]:
    """Return SGD, 1-SAM and the two hybrids in all networks."""
    return image_arms(profile, BASES[profile], METHODS)


def judge_on_images(results: Results) -> dict[Target, Ruling]:
    """Rule on what the hybrids keep."""
    return {RESULT: kept_of_gain(results, IMAGE_SEEDS)}


def arms_of_dense_layers(profile: Profile) -> dict[str, Arm]:
    """Return SGD, 1-SAM and the two hybrids in the networks of dense layers."""
    return image_arms(profile, ("DLN", "2NN"), METHODS)


ON_DIGITS = on_digits(
    id="fig-4-accuracy-digits",
    question="On digits with 30% wrong labels, does J-SAM keep what 1-SAM gains over SGD, and does L-SAM not?",
    targets=(RESULT,),
    expected="J-SAM nearly at 1-SAM, L-SAM only marginally above SGD (Table 1: it keeps a tenth of the gain)",
    rule=(
        f"For the DLN and the 2NN, paired over {DIGITS_SEEDS} seeds, in best test accuracy at the radius that is best for 1-SAM on "
        "held-out "
        "points with noisy labels: J-SAM keeps more than half of 1-SAM's gain over SGD and L-SAM less than half. Every 95% interval of "
        "these differences lies above 0; refuted if one lies below. A network in which 1-SAM gains nothing over SGD decides nothing. Gains "
        "at each method's own best radius are shown beside."
    ),
    arms=DIGITS_ARMS,
    judge=partial(judge, seeds=DIGITS_SEEDS),
    picture=picture,
)
ON_IMAGES = on_images(
    id="fig-4-accuracy",
    question="On real images with 30% wrong labels, does J-SAM keep what 1-SAM gains over SGD, and does L-SAM not?",
    targets=(RESULT,),
    expected="J-SAM nearly at 1-SAM, L-SAM only marginally above SGD, in DLN, 2NN and ResNet18",
    rule=RULE,
    arms=arms_on_images,
    judge=judge_on_images,
    picture=picture,
    apart=True,
    peaks=True,
)
ON_DENSE_LAYERS = on_images(
    id="fig-4-accuracy-dense",
    question="In DLN and 2NN on all images of CIFAR-10 with 30% wrong labels, does J-SAM keep what 1-SAM gains over SGD, and L-SAM not?",
    targets=(RESULT,),
    expected="J-SAM nearly at 1-SAM, L-SAM only marginally above SGD, in DLN and 2NN",
    rule=RULE,
    arms=arms_of_dense_layers,
    judge=judge_on_images,
    picture=picture,
    apart=True,
    peaks=True,
    profiles=("smoke", "paper"),
    whole=False,
)
EXPERIMENTS = (
    ON_DIGITS,
    ON_IMAGES,
    ON_DENSE_LAYERS,
)
