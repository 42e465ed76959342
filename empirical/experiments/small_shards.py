"""Section 2.2 on images: naive SAM gains nothing over SGD, and the gain grows as shards shrink; the rule is the digits'."""

from __future__ import annotations

from functools import partial

from empirical.experiments.small_shards_digits import MARGIN, RESULT, SIZES, judge, picture
from empirical.images.arms import Arm, arms
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS
from empirical.report.experiment import Profile

RADII: dict[Profile, tuple[float, ...]] = {"smoke": (0.01,), "pocket": (0.01, 0.02, 0.04, 0.16), "paper": (0.01, 0.04, 0.16)}
"""The same for all, wide enough for naive SAM, which needs larger ones."""


def arms_of(profile: Profile) -> dict[str, Arm]:
    """Return SGD and SAM with shards of any size; the 2NN alone where two cores must do it."""
    return arms(profile, ("ResNet18",) if profile == "paper" else ("2NN",), ("SGD", *SIZES), rhos=RADII[profile])


EXPERIMENT = on_images(
    id="small-shards",
    question="On real images with 30% wrong labels, does naive SAM gain nothing over SGD, and does the gain grow as the shards shrink?",
    targets=(RESULT,),
    expected="no gain of naive SAM; the gain grows with smaller shards and is largest for 1-SAM",
    rule=(
        f"Paired over {SEEDS} seeds, in best test accuracy, both at the radius that is best for 1-SAM on held-out points with "
        f"noisy labels and at each method's own: naive SAM lies within {MARGIN:g} of SGD, and from the whole batch over shards "
        "of 32 and of 8 to 1-SAM each step gains. Every 95% interval says so; refuted if one lies on the other side."
    ),
    arms=arms_of,
    judge=partial(judge, seeds=SEEDS),
    picture=picture,
    peaks=True,
)
