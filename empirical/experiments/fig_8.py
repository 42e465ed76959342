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
from empirical.images.arms import BASES, Arm, Sample
from empirical.images.arms import arms as image_arms
from empirical.images.on_images import on_images
from empirical.images.sweep import DRAWN
from empirical.images.sweep import SEEDS as IMAGE_SEEDS
from empirical.report.experiment import Profile, Results, Ruling, Target
from empirical.report.figures import svg
from empirical.report.panels import curve_panel
from empirical.report.reading import at, radius
from empirical.report.results import average, effect, mean, networks, ruled
from empirical.report.statistics import all_of, exceeds, within

RESULT = Target("fig-8", "printed", "tiny-imagenet")
METHODS = ("SGD", "1-SAM")


def sample_of(profile: Profile, data: DataSpec, **changes: Any) -> Sample:
    """Return which images of a data set a profile takes."""
    base = BASES[profile]["ResNet18"].sample
    shrink = 1 if profile == "paper" else base.shrink * data.side // CIFAR10.side
    return replace(base, size=data.side, shrink=shrink, **changes)


def arms_on_tiny_imagenet(profile: Profile) -> dict[str, Arm]:
    """Return SGD and 1-SAM."""
    return image_arms(profile, ("ResNet18",), METHODS, sample=sample_of(profile, TINY_IMAGENET))


def ahead(results: Results) -> Ruling:
    """Rule on both accuracies of SAM beside SGD's."""
    (model,) = networks(results)
    gains = [at(results, model, "1-SAM", stat) - at(results, model, "SGD", stat) for stat in ("peak", "noisy_true")]
    outcome = all_of([exceeds(gain.tolist(), 0.0, IMAGE_SEEDS) for gain in gains])
    says = (
        f"{model}, ρ = {radius(results, model, '1-SAM'):g}: the best test accuracy of SAM lies {mean(gains[0])} above SGD's "
        f"{average(at(results, model, 'SGD', 'peak'))} (chance: {1 / results['classes']:.3f}), "
        f"that on the true labels of mislabelled points {mean(gains[1])}."
    )
    return ruled(results, IMAGE_SEEDS, outcome, says, effect(f"{model}, lead of 1-SAM over SGD in best test accuracy", gains[0]))


def judge(results: Results) -> dict[Target, Ruling]:
    """Rule on both accuracies."""
    return {RESULT: ahead(results)}


def picture(results: Results) -> str:
    """Draw test accuracy, and accuracy on the true labels of mislabelled training points, along training."""
    drawn = (("test_accuracy", "test accuracy"), ("noisy_true_accuracy", "accuracy on true labels"))
    return svg([curve_panel(results, model, curve, y, METHODS) for model in networks(results) for curve, y in drawn])


RESULT_FLOWERS102 = Target("fig-8", "printed", "flowers102")
NO_DROP = Target("fig-8", "printed", "flowers102-no-drop")
SHARE, DROP = 0.2, 0.02  # of wrong labels; two points


def arms_on_flowers102(profile: Profile) -> dict[str, Arm]:
    """Return SGD and 1-SAM."""
    train = {"train": FLOWERS102.train} if profile == "paper" else {}  # folders of other sources may hold more
    return image_arms(profile, ("ResNet18",), METHODS, sample=sample_of(profile, FLOWERS102, share=SHARE, **train))


def judge_on_flowers102(results: Results) -> dict[Target, Ruling]:
    """Rule on both accuracies, and on what is lost after the best epoch."""
    (model,) = networks(results)
    lost = {method: at(results, model, method, "peak") - at(results, model, method, "last") for method in METHODS}
    stays = all_of([within(found.tolist(), DROP, IMAGE_SEEDS) for found in lost.values()])
    told = ", ".join(f"{method} {mean(found)}" for method, found in lost.items())
    return {
        RESULT_FLOWERS102: ahead(results),
        NO_DROP: ruled(
            results,
            IMAGE_SEEDS,
            stays,
            f"{model}: best test accuracy less that after the last epoch: {told}.",
            effect(f"{model}, {DROP:g} less what 1-SAM loses after its best epoch", DROP - lost["1-SAM"]),
        ),
    }


ON_TINY_IMAGENET = on_images(
    id="fig-8-tiny-imagenet",
    question="On Tiny-ImageNet with 30% wrong labels, is SAM ahead of SGD on the test set and on the true labels of noisy examples?",
    targets=(RESULT,),
    expected="both accuracies higher under SAM",
    rule=(
        f"ResNet18, paired over {IMAGE_SEEDS} seeds, at the radius that is best for 1-SAM on held-out points with noisy labels (under "
        "`paper` "
        "the paper's 0.01): 1-SAM exceeds SGD in best test accuracy and in best accuracy on the true labels of mislabelled training "
        "points. "
        "Every 95% interval lies above 0; refuted if one lies below."
    ),
    arms=arms_on_tiny_imagenet,
    judge=judge,
    picture=picture,
    draws=(*DRAWN, "noisy_true_accuracy"),
    data=TINY_IMAGENET,
)
ON_FLOWERS102 = on_images(
    id="fig-8-flowers102",
    question="On Flowers102 with 20% wrong labels, is SAM ahead of SGD on the test set and on the true labels of noisy examples?",
    targets=(RESULT_FLOWERS102, NO_DROP),
    expected="both accuracies higher under SAM; neither test accuracy drops later",
    rule=(
        f"ResNet18, paired over {IMAGE_SEEDS} seeds, at the radius that is best for 1-SAM on held-out points with noisy labels (under "
        "`paper` "
        "the paper's 0.01): 1-SAM exceeds SGD in best test accuracy and in best accuracy on the true labels of mislabelled training "
        "points. "
        f"Neither loses {100 * DROP:.0f} points of test accuracy between its best epoch and the last, which is ruled on alone as "
        "`flowers102-no-drop`. Every 95% interval says so; refuted if one lies on the other side."
    ),
    arms=arms_on_flowers102,
    judge=judge_on_flowers102,
    picture=picture,
    draws=(*DRAWN, "noisy_true_accuracy"),
    data=FLOWERS102,
)
EXPERIMENTS = (
    ON_TINY_IMAGENET,
    ON_FLOWERS102,
)
