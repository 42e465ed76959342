"""Figure 5: do the last activations and the last layer's weights end with smaller norms under SAM than under SGD?

Run.     `python -m empirical run fig-5-digits`
         `python -m empirical run fig-5 --profile pocket --data DIR`
Time.    `fig-5-digits`: less than 1 s on two CPU cores, after `asked-early-stopping-digits` had trained its networks
         `fig-5`: 57 minutes of training on two CPU cores (`pocket`)
         `fig-5`: 13 minutes of training on one NVIDIA H200 (`paper`, one of three seeds, not all epochs)
Paper.   Both norms significantly lower under SAM, in ResNet18 on CIFAR-10.
"""

from __future__ import annotations

import numpy as np

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import SEEDS as DIGITS_SEEDS
from empirical.digits.sweep import arms as digits_arms
from empirical.images.arms import Arms
from empirical.images.arms import arms as image_arms
from empirical.images.on_images import on_images
from empirical.images.sweep import DRAWN
from empirical.images.sweep import SEEDS as IMAGE_SEEDS
from empirical.report.experiment import Target
from empirical.report.figures import svg
from empirical.report.panels import curve_panel
from empirical.report.profile import Profile
from empirical.report.reading import at, radius
from empirical.report.results import average, mean, networks, share
from empirical.report.rules.combined import AllOf
from empirical.report.rules.conditions import Below
from empirical.report.rules.networks import AT_SAMS_RADIUS, AT_SAMS_RADIUS_ON_IMAGES, DLN_AND_2NN, THE_NETWORK, network_by_network, value
from empirical.report.rules.rule import Cases, Part, SeedRule, TurnsOn
from empirical.report.rules.term import Term, times
from empirical.report.summary import NORMS
from empirical.report.sweep_results import SweepResults

RESULT = Target("fig-5", "printed", "result")
METHODS = ("SGD", "1-SAM")
DIGITS_ARMS = digits_arms(*METHODS)
SHARE = 0.9  # "significantly" needs a number before the run: a tenth
NAMES = {"activation_norm": "activations", "last_layer_norm": "last weights"}


def told(results: SweepResults, model: str) -> str:
    """Return both norms in one network."""
    norms: list[str] = []
    for norm in NORMS:
        descent, sam = (at(results, model, method, f"{norm}_last") for method in METHODS)
        norms.append(f"{NAMES[norm]} {mean(sam / descent)} of SGD's {average(descent, 2)}")
    return f"{model}, ρ = {radius(results, model, '1-SAM'):g}, norms after the last epoch: {', '.join(norms)}."


def smaller(norm: str, words: str, short: str) -> Below:
    """Return the condition on one norm, which is named in full for 1-SAM and shorter for SGD."""
    descent, sam = (value(method, f"{norm}_last") for method in METHODS)
    return Below(Term(f"{words} under 1-SAM", sam), times(SHARE, Term(f"{short} under SGD", descent)))


def lost(results: SweepResults, model: str) -> np.ndarray:
    """Return the share of SGD's norm of last weights that 1-SAM takes away, (seeds,)."""
    descent, sam = (at(results, model, method, "last_layer_norm_last") for method in METHODS)
    return 1 - share(sam, descent)


def rule(seeds: int, cases: Cases, setting: str) -> SeedRule:
    """Return the rule on one kind of data."""
    condition = AllOf(
        (
            smaller(
                "activation_norm",
                "after the last epoch, the mean norm of the last layer's inputs over training points",
                "the mean norm of these inputs",
            ),
            smaller("last_layer_norm", "after the last epoch, the norm of the last layer's weights", "the norm of these weights"),
        )
    )
    turns_on = TurnsOn("{case}, share of SGD's norm of last weights that 1-SAM takes away", lost, 1 - SHARE)
    return SeedRule(seeds=seeds, cases=cases, setting=setting, parts={RESULT: Part(condition, network_by_network(told), turns_on)})


def picture(results: SweepResults) -> str:
    """Draw both norms along training."""
    return svg([curve_panel(results, model, norm, f"norm of {NAMES[norm]}", METHODS) for model in networks(results) for norm in NORMS])


def arms_on_images(profile: Profile) -> Arms:
    """Return SGD and 1-SAM."""
    return image_arms(profile, ("ResNet18",), METHODS)


ON_DIGITS = on_digits(
    id="fig-5-digits",
    question="On digits with 30% wrong labels, do the norms of last activations and last weights end lower under SAM than under SGD?",
    targets=(RESULT,),
    expected="both norms clearly lower under SAM, as in ResNet18 on CIFAR-10",
    rule=rule(DIGITS_SEEDS, DLN_AND_2NN, AT_SAMS_RADIUS),
    arms=DIGITS_ARMS,
    picture=picture,
    draws=NORMS,
)
ON_IMAGES = on_images(
    id="fig-5",
    question="On real images with 30% wrong labels, do both norms of ResNet18 end smaller under 1-SAM than under SGD?",
    targets=(RESULT,),
    expected="both norms fall significantly under SAM",
    rule=rule(IMAGE_SEEDS, THE_NETWORK, AT_SAMS_RADIUS_ON_IMAGES),
    arms=arms_on_images,
    picture=picture,
    draws=(*DRAWN, *NORMS),
)
EXPERIMENTS = (
    ON_DIGITS,
    ON_IMAGES,
)
