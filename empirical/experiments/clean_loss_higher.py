"""Section 4.4 on images: at the same gap of accuracies the loss of clean points is much higher under SAM; the rule is the digits'."""

from __future__ import annotations

from functools import partial

from empirical.experiments.clean_loss_higher_digits import FEWEST, METHODS, MUCH, RESULT, judge, picture
from empirical.images.arms import Arm, arms
from empirical.images.on_images import on_images
from empirical.images.sweep import GAPS, SEEDS
from empirical.report.experiment import Profile

LEVELS = ", ".join(f"{gap:g}" for gap in GAPS)


def arms_of(profile: Profile) -> dict[str, Arm]:
    """Return SGD and 1-SAM."""
    return arms(profile, ("ResNet18",), METHODS)


EXPERIMENT = on_images(
    id="clean-loss-higher",
    question="On real images with 30% wrong labels, is the loss of clean points much higher under SAM at the same accuracy gap?",
    targets=(RESULT,),
    expected="a much higher loss of clean points under SAM at every gap, as read off Figures 1 and 7",
    rule=(
        f"Paired over {SEEDS} seeds, at the radius that is best for 1-SAM on held-out points with noisy labels (under `paper` "
        f"the paper's 0.01): when the gap first reaches {LEVELS} (by a straight line between two epochs), the loss of clean "
        f"points is higher under 1-SAM at every gap that both methods reach in every seed, at least {FEWEST} of them, and on "
        f"average over these (of the logarithms) at least {MUCH} times as high. Every 95% interval says so; refuted if one lies "
        "on the other side."
    ),
    arms=arms_of,
    judge=partial(judge, seeds=SEEDS),
    picture=picture,
)
