"""Figure 2 on images: the gap between clean and noisy accuracy peaks higher under SAM and tracks test accuracy; the rule is the digits'."""

from __future__ import annotations

from functools import partial

from empirical.experiments.fig_2_digits import CLOSE, METHODS, RESULT, judge, picture
from empirical.images.arms import Arm, arms
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS
from empirical.report.experiment import Profile


def arms_of(profile: Profile) -> dict[str, Arm]:
    """Return SGD and 1-SAM."""
    return arms(profile, ("ResNet18",), METHODS)


EXPERIMENT = on_images(
    id="fig-2",
    question="On real images with 30% wrong labels, does the accuracy gap peak higher under SAM and track test accuracy?",
    targets=(RESULT,),
    expected="gaps that peak near 0.55 under SAM and 0.4 under SGD",
    rule=(
        f"Paired over {SEEDS} seeds, at the radius that is best for 1-SAM on held-out points with noisy labels (under `paper` "
        "the paper's 0.01): the largest gap between clean and noisy training accuracy (against the given labels) is larger "
        "under 1-SAM than under SGD; and under each, the correlation of gap and test accuracy over the epochs up to the largest "
        f"gap (at least five) exceeds {CLOSE}. Every 95% interval says so; refuted if one lies on the other side."
    ),
    arms=arms_of,
    judge=partial(judge, seeds=SEEDS),
    picture=picture,
)
