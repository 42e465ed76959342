"""Figure 13 on images: do SAM and SGD both gain from width? The rule is the digits'."""

from __future__ import annotations

from functools import partial

from empirical.experiments.fig_13_digits import METHODS, RESULT, judge, picture
from empirical.images.arms import VARIED, Arm, variant
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS
from empirical.report.experiment import Profile

WIDTHS: dict[Profile, tuple[int, ...]] = {"smoke": (2, 4), "pocket": (125, 250, 500), "paper": (16, 32, 64)}


def arms_of(profile: Profile) -> dict[str, Arm]:
    """Return SGD and 1-SAM at a quarter, a half and all of the width."""
    network, found = VARIED[profile], dict[str, Arm]()
    for width in WIDTHS[profile]:
        found |= variant(f"{network} of width {width}", profile, network, METHODS, width=width)
    return found


EXPERIMENT = on_images(
    id="fig-13",
    question="On real images with 30% wrong labels, do 1-SAM and SGD both gain from the width of ResNet18?",
    targets=(RESULT,),
    expected="both improve from 16 over 32 to 64 filters in the first layer",
    rule=(
        f"Paired over {SEEDS} seeds, ResNet18 (under `pocket` the 2NN) at a quarter, a half and all of its width (16, 32 and 64 "
        "under `paper`), 1-SAM at "
        "the radius that is best at the largest on held-out points with noisy labels (under `paper` the paper's 0.01): the best "
        "test accuracy at the largest width exceeds that at the smallest for SGD and for 1-SAM (95% intervals above 0; refuted "
        "if one lies below), and in no step between neighbouring widths does the 95% interval show a loss (refuted if one "
        "does)."
    ),
    arms=arms_of,
    judge=partial(judge, seeds=SEEDS),
    picture=picture,
    peaks=True,
)
