"""Figure 4, bottom, on all images: DLN and 2NN at the paper's settings, which a machine without an accelerator can train in pieces."""

from __future__ import annotations

from empirical.experiments.fig_4_accuracy import METHODS, RESULT, RULE, judge, picture
from empirical.images.arms import Arm, arms
from empirical.images.on_images import on_images
from empirical.report.experiment import Profile


def arms_of(profile: Profile) -> dict[str, Arm]:
    """Return SGD, 1-SAM and the two hybrids in the networks of dense layers."""
    return arms(profile, ("DLN", "2NN"), METHODS)


EXPERIMENT = on_images(
    id="fig-4-accuracy-dense",
    question="In DLN and 2NN on all images of CIFAR-10 with 30% wrong labels, does J-SAM keep what 1-SAM gains over SGD, and L-SAM not?",
    targets=(RESULT,),
    expected="J-SAM nearly at 1-SAM, L-SAM only marginally above SGD, in DLN and 2NN",
    rule=RULE,
    arms=arms_of,
    judge=judge,
    picture=picture,
    apart=True,
    peaks=True,
    profiles=("smoke", "paper"),
    whole=False,
)
