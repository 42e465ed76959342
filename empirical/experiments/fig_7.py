"""Figure 7 on images: ratios of clean over noisy points at the same gap of accuracies; the digits' rule, at gaps that images show."""

from __future__ import annotations

from functools import partial

from empirical.experiments.clean_loss_higher_digits import FEWEST
from empirical.experiments.fig_7_digits import METHODS, OF, judge, picture
from empirical.images.arms import Arm, arms
from empirical.images.on_images import on_images
from empirical.images.sweep import GAPS, SEEDS
from empirical.report.experiment import Profile

LEVELS = ", ".join(f"{gap:g}" for gap in GAPS)


def arms_of(profile: Profile) -> dict[str, Arm]:
    """Return SGD, 1-SAM and the two hybrids."""
    return arms(profile, ("ResNet18",), METHODS)


EXPERIMENT = on_images(
    id="fig-7",
    question="On real images with 30% wrong labels, are clean / noisy ratios at equal accuracy gaps higher for SAM and J-SAM?",
    targets=tuple(OF),
    expected="ratios of loss, update norm and logit scale higher for SAM and J-SAM than for SGD and L-SAM before the gap peaks",
    rule=(
        f"Paired over {SEEDS} seeds, at the radius that is best for 1-SAM on held-out points with noisy labels (under `paper` "
        "the paper's 0.01): each ratio of the mean over clean points to the mean over noisy ones, when the gap first reaches "
        f"{LEVELS} (by a straight line between two epochs), averaged over the gaps (at least {FEWEST}) that all four methods "
        "reach in every seed, is higher for 1-SAM and for J-SAM than for SGD and for L-SAM. Every 95% interval lies above 0; "
        "refuted if one lies below."
    ),
    arms=arms_of,
    judge=partial(judge, seeds=SEEDS),
    picture=picture,
)
