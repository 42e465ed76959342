"""Figure 5 on images: the last activations and the last layer's weights end with smaller norms under SAM; the rule is the digits'."""

from __future__ import annotations

from functools import partial

from empirical.experiments.fig_5_digits import METHODS, RESULT, SHARE, judge, picture
from empirical.images.arms import Arm, arms
from empirical.images.on_images import on_images
from empirical.images.sweep import DRAWN, SEEDS
from empirical.report.experiment import Profile
from empirical.report.summary import NORMS


def arms_of(profile: Profile) -> dict[str, Arm]:
    """Return SGD and 1-SAM."""
    return arms(profile, ("ResNet18",), METHODS)


EXPERIMENT = on_images(
    id="fig-5",
    question="On real images with 30% wrong labels, do both norms of ResNet18 end smaller under 1-SAM than under SGD?",
    targets=(RESULT,),
    expected="both norms fall significantly under SAM",
    rule=(
        f"Paired over {SEEDS} seeds, at the radius that is best for 1-SAM on held-out points with noisy labels (under `paper` "
        "the paper's 0.01): after the last epoch the mean norm of the last layer's input and the norm of its weights are each "
        f"at most {SHARE:g} times as large under 1-SAM as under SGD. Every 95% interval says so; refuted if one lies on the "
        "other side."
    ),
    arms=arms_of,
    judge=partial(judge, seeds=SEEDS),
    picture=picture,
    draws=(*DRAWN, *NORMS),
)
