"""Figure 12, and a question of the reviewers: does the lead of SAM over SGD grow with the number of examples?

Run.     `python -m empirical run fig-12-digits`
         `python -m empirical run fig-12 --profile pocket --data DIR`
Time.    `fig-12-digits`: 30 s on two CPU cores
         `fig-12`: 7 minutes of training on two CPU cores (`pocket`)
Paper.   A difference that increases from 10% over 50% to 100% of CIFAR-10.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

from empirical.data.data_spec import CIFAR10
from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import SEEDS as DIGITS_SEEDS
from empirical.digits.sweep import TRAIN
from empirical.digits.sweep import variant as digits_variant
from empirical.images.arms import BASES, VARIED, Arm
from empirical.images.arms import variant as image_variant
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS as IMAGE_SEEDS
from empirical.report.experiment import Profile, Results, Ruling, Target
from empirical.report.panels import lead_panels
from empirical.report.reading import at, column, led
from empirical.report.results import effect, places, ruled, values
from empirical.report.statistics import all_of, exceeds

RESULT = Target("fig-12", "printed", "result")
METHODS = ("SGD", "1-SAM")
EPOCHS = 60
SIZES = {f"2NN, {count} examples": count for count in (128, 512, TRAIN)}
DIGITS_ARMS = {
    name: arm
    for setting, count in SIZES.items()
    for name, arm in digits_variant(setting, "2NN", METHODS, train=count, epochs=EPOCHS * TRAIN // count, whole=count == TRAIN).items()
}


def judge(results: Results, seeds: int) -> dict[Target, Ruling]:
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


SHARES = (0.1, 0.5, 1.0)


def part(profile: Profile, share: float) -> dict[str, Any]:
    """Return what changes with a share of the images."""
    base = BASES[profile][VARIED[profile]]
    train = round(share * (base.sample.train or CIFAR10.train))
    return {"sample": replace(base.sample, train=train), "batch": min(base.batch, train)}


def arms_on_images(profile: Profile) -> dict[str, Arm]:
    """Return SGD and 1-SAM on a tenth, a half and all of the images, for the same number of epochs."""
    network, found = VARIED[profile], dict[str, Arm]()
    for share in SHARES:
        found |= image_variant(f"{network}, {share:.0%} of the images", profile, network, METHODS, **part(profile, share))
    return found


ON_DIGITS = on_digits(
    id="fig-12-digits",
    question="On digits with 30% wrong labels, does the lead of 1-SAM over SGD grow with the number of training examples?",
    targets=(RESULT,),
    expected="a difference that increases from 10% over 50% to 100% of CIFAR-10",
    rule=(
        f"For the 2NN, paired over {DIGITS_SEEDS} seeds, with {', '.join(str(count) for count in SIZES.values())} examples and as many "
        "steps for "
        f"each, 1-SAM at the radius that is best with {TRAIN} examples on held-out points with noisy labels: its lead over SGD in best "
        "test accuracy grows from each number of examples to the next. Every 95% interval of these differences lies above 0; refuted if "
        "one lies below. Leads at the radius that is best for each number are shown beside."
    ),
    arms=DIGITS_ARMS,
    judge=partial(judge, seeds=DIGITS_SEEDS),
    picture=picture,
)
ON_IMAGES = on_images(
    id="fig-12",
    question="On real images with 30% wrong labels, does the lead of 1-SAM over SGD in ResNet18 grow with the number of training examples?",
    targets=(RESULT,),
    expected="a difference that increases from 10% over 50% to 100% of CIFAR-10",
    rule=(
        f"Paired over {IMAGE_SEEDS} seeds, ResNet18 (under `pocket` the 2NN) with 10%, 50% and all of the examples for the same "
        "number of epochs, 1-SAM at the "
        "radius that is best with all of them on held-out points with noisy labels (under `paper` the paper's 0.01): its lead "
        "over SGD in best test accuracy grows from each number of examples to the next. Every 95% interval of these differences "
        "lies above 0; refuted if one lies below."
    ),
    arms=arms_on_images,
    judge=partial(judge, seeds=IMAGE_SEEDS),
    picture=picture,
    peaks=True,
)
EXPERIMENTS = (
    ON_DIGITS,
    ON_IMAGES,
)
