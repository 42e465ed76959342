"""Figure 4, top, on images: the perturbation of 1-SAM raises the logit scale of clean points more; the rule is the digits'."""

from __future__ import annotations

from functools import partial

from empirical.experiments.fig_4_scale_digits import RESULT, judge, picture
from empirical.images.arms import BASES, Arm, arms
from empirical.images.on_images import on_images
from empirical.images.sweep import DRAWN, SEEDS
from empirical.report.experiment import Profile
from empirical.report.summary import SCALES


def arms_of(profile: Profile) -> dict[str, Arm]:
    """Return 1-SAM in all networks."""
    return arms(profile, BASES[profile], ("1-SAM",))


EXPERIMENT = on_images(
    id="fig-4-scale",
    question="On real images with 30% wrong labels, does 1-SAM raise the logit scale of clean points more than that of noisy ones?",
    targets=(RESULT,),
    expected="mean ratios of clean points up to about 1.08 (DLN), 2.2 (2NN) and 1.5 (ResNet18), above those of noisy points",
    rule=(
        "In each network trained by 1-SAM at the radius that is best on held-out points with noisy labels (under `paper` the "
        "paper's 0.01): the mean of |g(w + ε)| / |g(w)| over clean training points less that over noisy ones, averaged over "
        f"each quarter of the epochs, is above 0. Every 95% interval over {SEEDS} seeds lies above 0; refuted if one lies below."
    ),
    arms=arms_of,
    judge=partial(judge, seeds=SEEDS),
    picture=picture,
    apart=True,
    draws=(*DRAWN, *SCALES),
)
