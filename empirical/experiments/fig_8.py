"""Figure 8: does SAM reach a higher accuracy than SGD on the test set and on the true labels of noisy examples?

The data are Tiny-ImageNet and Flowers102. Reduced profiles see as many pixels as on CIFAR-10; `paper` keeps the size at which
images are read (`data/source.py`).

Run.     `python -m empirical run fig-8-tiny-imagenet --profile pocket --data DIR`
         `python -m empirical run fig-8-flowers102 --profile pocket --data DIR`
Time.    `fig-8-tiny-imagenet`: 39 minutes of training on two CPU cores (`pocket`)
         `fig-8-flowers102`: 44 minutes of training on two CPU cores (`pocket`)
Paper.   Both accuracies higher under SAM; on Flowers102 neither test accuracy drops later.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from empirical.data.data_spec import CIFAR10, FLOWERS102, TINY_IMAGENET, DataSpec
from empirical.images.arms import BASES, Arms, Sample
from empirical.images.arms import arms as image_arms
from empirical.images.on_images import on_images
from empirical.images.sweep import DRAWN
from empirical.images.sweep import SEEDS as IMAGE_SEEDS
from empirical.report.experiment import Target
from empirical.report.figures import svg
from empirical.report.panels import curve_panel
from empirical.report.profile import Profile
from empirical.report.reading import at, radius
from empirical.report.results import average, mean, networks
from empirical.report.rules.combined import AllOf
from empirical.report.rules.conditions import Above, Within
from empirical.report.rules.networks import AT_SAMS_RADIUS_ON_IMAGES, RESNET18, less, value
from empirical.report.rules.rule import Part, SeedRule, TurnsOn
from empirical.report.rules.term import Term
from empirical.report.sweep_results import SweepResults

RESULT = Target("fig-8", "printed", "tiny-imagenet")
METHODS = ("SGD", "1-SAM")


def sample_of(profile: Profile, data: DataSpec, **changes: Any) -> Sample:
    """Return which images of a data set a profile takes."""
    base = BASES[profile]["ResNet18"].sample
    shrink = 1 if profile == "paper" else base.shrink * data.side // CIFAR10.side
    return replace(base, size=data.side, shrink=shrink, **changes)


def arms_on_tiny_imagenet(profile: Profile) -> Arms:
    """Return SGD and 1-SAM."""
    return image_arms(profile, ("ResNet18",), METHODS, sample=sample_of(profile, TINY_IMAGENET))


def told(results: SweepResults) -> str:
    """Return both leads of SAM over SGD."""
    (model,) = networks(results)
    chance = f" (chance: {1 / results.classes:.3f})" if results.classes else ""
    gains = [mean(read(results, model)) for read in LEADS]
    return (
        f"{model}, ρ = {radius(results, model, '1-SAM'):g}: SAM's best test accuracy less SGD's "
        f"{average(at(results, model, 'SGD', 'peak'))}{chance} is {gains[0]}; "
        f"its accuracy on the true labels of mislabelled points less SGD's is {gains[1]}."
    )


LEADS = tuple(less(value("1-SAM", stat), value("SGD", stat)) for stat in ("peak", "noisy_true"))
AHEAD = Part(
    AllOf(
        tuple(
            Above(Term(f"the best accuracy of 1-SAM {where}", value("1-SAM", stat)), Term("the best of SGD", value("SGD", stat)))
            for stat, where in (("peak", "on the test set"), ("noisy_true", "on the true labels of mislabelled training points"))
        )
    ),
    told,
    TurnsOn("{case}, lead of 1-SAM over SGD in best test accuracy", LEADS[0]),
)
RULE = SeedRule(seeds=IMAGE_SEEDS, cases=RESNET18, setting=AT_SAMS_RADIUS_ON_IMAGES, parts={RESULT: AHEAD})


def picture(results: SweepResults) -> str:
    """Draw test accuracy, and accuracy on the true labels of mislabelled training points, along training."""
    drawn = (("test_accuracy", "test accuracy"), ("noisy_true_accuracy", "accuracy on true labels"))
    return svg([curve_panel(results, model, curve, y, METHODS) for model in networks(results) for curve, y in drawn])


RESULT_FLOWERS102 = Target("fig-8", "printed", "flowers102")
NO_DROP = Target("fig-8", "printed", "flowers102-no-drop")
SHARE, DROP = 0.2, 0.02  # of wrong labels; two points


def told_of_drop(results: SweepResults) -> str:
    """Return what either method loses after its best epoch."""
    (model,) = networks(results)
    lost = ", ".join(f"{method} {mean(less(value(method), value(method, 'last'))(results, model))}" for method in METHODS)
    return f"{model}: fall from the best test accuracy to the last epoch: {lost}."


STAYS = AllOf(
    tuple(
        Within(
            Term(f"the test accuracy of {method} after the last epoch", value(method, "last")), Term("its best one", value(method)), DROP
        )
        for method in METHODS
    )
)
RULE_ON_FLOWERS102 = SeedRule(
    seeds=IMAGE_SEEDS,
    cases=RESNET18,
    setting=AT_SAMS_RADIUS_ON_IMAGES,
    parts={
        RESULT_FLOWERS102: AHEAD,
        NO_DROP: Part(
            STAYS,
            told_of_drop,
            TurnsOn(
                f"{{case}}, allowed fall of {DROP:g} less the fall of 1-SAM after its best epoch",
                lambda results, model: DROP - less(value("1-SAM"), value("1-SAM", "last"))(results, model),
            ),
        ),
    },
)


def arms_on_flowers102(profile: Profile) -> Arms:
    """Return SGD and 1-SAM."""
    train = {"train": FLOWERS102.train} if profile == "paper" else {}  # folders of other sources may hold more
    return image_arms(profile, ("ResNet18",), METHODS, sample=sample_of(profile, FLOWERS102, share=SHARE, **train))


ON_TINY_IMAGENET = on_images(
    id="fig-8-tiny-imagenet",
    question="On Tiny-ImageNet with 30% wrong labels, is SAM ahead of SGD on the test set and on the true labels of noisy examples?",
    targets=tuple(RULE.parts),
    expected="both accuracies higher under SAM",
    rule=RULE,
    arms=arms_on_tiny_imagenet,
    picture=picture,
    draws=(*DRAWN, "noisy_true_accuracy"),
    data=TINY_IMAGENET,
)
ON_FLOWERS102 = on_images(
    id="fig-8-flowers102",
    question="On Flowers102 with 20% wrong labels, is SAM ahead of SGD on the test set and on the true labels of noisy examples?",
    targets=tuple(RULE_ON_FLOWERS102.parts),
    expected="both accuracies higher under SAM; neither test accuracy drops later",
    rule=RULE_ON_FLOWERS102,
    arms=arms_on_flowers102,
    picture=picture,
    draws=(*DRAWN, "noisy_true_accuracy"),
    data=FLOWERS102,
)
EXPERIMENTS = (
    ON_TINY_IMAGENET,
    ON_FLOWERS102,
)
