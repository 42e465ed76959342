"""Figure 5: do the last activations and the last layer's weights end with smaller norms under SAM than under SGD?

Run.     `python -m empirical run fig-5-digits`
         `python -m empirical run fig-5 --profile pocket --data DIR`
Time.    `fig-5-digits`: less than 1 s on two CPU cores, after `asked-early-stopping-digits` had trained its networks
         `fig-5`: 57 minutes of training on two CPU cores (`pocket`)
         `fig-5`: 13 minutes of training on one NVIDIA H200 (`paper`, one of three seeds, not all epochs)
Paper.   Both norms significantly lower under SAM, in ResNet18 on CIFAR-10.
"""

from __future__ import annotations

from functools import partial

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import SEEDS as DIGITS_SEEDS
from empirical.digits.sweep import arms as digits_arms
from empirical.images.arms import Arm
from empirical.images.arms import arms as image_arms
from empirical.images.on_images import on_images
from empirical.images.sweep import DRAWN
from empirical.images.sweep import SEEDS as IMAGE_SEEDS
from empirical.report.experiment import Profile, Results, Ruling, Target
from empirical.report.figures import svg
from empirical.report.panels import curve_panel
from empirical.report.reading import at, radius
from empirical.report.results import average, effect, mean, networks, ruled, share
from empirical.report.statistics import Outcome, all_of, exceeds
from empirical.report.summary import NORMS

RESULT = Target("fig-5", "printed", "result")
METHODS = ("SGD", "1-SAM")
DIGITS_ARMS = digits_arms(*METHODS)
SHARE = 0.9  # "significantly" needs a number before the run: a tenth
NAMES = {"activation_norm": "activations", "last_layer_norm": "last weights"}


def judge(results: Results, seeds: int) -> dict[Target, Ruling]:
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


def arms_on_images(profile: Profile) -> dict[str, Arm]:
    """Return SGD and 1-SAM."""
    return image_arms(profile, ("ResNet18",), METHODS)


ON_DIGITS = on_digits(
    id="fig-5-digits",
    question="On digits with 30% wrong labels, do the norms of last activations and last weights end lower under SAM than under SGD?",
    targets=(RESULT,),
    expected="both norms clearly lower under SAM, as in ResNet18 on CIFAR-10",
    rule=(
        f"For the DLN and the 2NN, paired over {DIGITS_SEEDS} seeds, at the radius that is best for 1-SAM on held-out points with noisy "
        "labels: "
        "after the last epoch the mean norm of the last layer's inputs over training points, and the norm of that layer's weights, are "
        f"under 1-SAM less than {SHARE} times what they are under SGD. Every 95% interval says so; refuted if one lies on the other side."
    ),
    arms=DIGITS_ARMS,
    judge=partial(judge, seeds=DIGITS_SEEDS),
    picture=picture,
    draws=NORMS,
)
ON_IMAGES = on_images(
    id="fig-5",
    question="On real images with 30% wrong labels, do both norms of ResNet18 end smaller under 1-SAM than under SGD?",
    targets=(RESULT,),
    expected="both norms fall significantly under SAM",
    rule=(
        f"Paired over {IMAGE_SEEDS} seeds, at the radius that is best for 1-SAM on held-out points with noisy labels (under `paper` "
        "the paper's 0.01): after the last epoch the mean norm of the last layer's input and the norm of its weights are each "
        f"at most {SHARE:g} times as large under 1-SAM as under SGD. Every 95% interval says so; refuted if one lies on the "
        "other side."
    ),
    arms=arms_on_images,
    judge=partial(judge, seeds=IMAGE_SEEDS),
    picture=picture,
    draws=(*DRAWN, *NORMS),
)
EXPERIMENTS = (
    ON_DIGITS,
    ON_IMAGES,
)
