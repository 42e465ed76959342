"""Figure 12 on images: does the lead of SAM over SGD grow with the number of examples? The rule is the digits'."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from empirical.data.data_spec import CIFAR10
from empirical.experiments.fig_12_digits import METHODS, RESULT, judge, picture
from empirical.images.arms import BASES, VARIED, Arm, variant
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS
from empirical.report.experiment import Profile

SHARES = (0.1, 0.5, 1.0)


def part(profile: Profile, share: float) -> dict[str, Any]:
    """Return what changes with a share of the images."""
    base = BASES[profile][VARIED[profile]]
    train = round(share * (base.sample.train or CIFAR10.train))
    return {"sample": replace(base.sample, train=train), "batch": min(base.batch, train)}


def arms_of(profile: Profile) -> dict[str, Arm]:
    """Return SGD and 1-SAM on a tenth, a half and all of the images, for the same number of epochs."""
    network, found = VARIED[profile], dict[str, Arm]()
    for share in SHARES:
        found |= variant(f"{network}, {share:.0%} of the images", profile, network, METHODS, **part(profile, share))
    return found


EXPERIMENT = on_images(
    id="fig-12",
    question="On real images with 30% wrong labels, does the lead of 1-SAM over SGD in ResNet18 grow with the number of training examples?",
    targets=(RESULT,),
    expected="a difference that increases from 10% over 50% to 100% of CIFAR-10",
    rule=(
        f"Paired over {SEEDS} seeds, ResNet18 (under `pocket` the 2NN) with 10%, 50% and all of the examples for the same "
        "number of epochs, 1-SAM at the "
        "radius that is best with all of them on held-out points with noisy labels (under `paper` the paper's 0.01): its lead "
        "over SGD in best test accuracy grows from each number of examples to the next. Every 95% interval of these differences "
        "lies above 0; refuted if one lies below."
    ),
    arms=arms_of,
    judge=partial(judge, seeds=SEEDS),
    picture=picture,
    peaks=True,
)
