"""At its own best radius, does L-SAM stay near SGD on images? The rule is the digits'."""

from __future__ import annotations

from functools import partial

from empirical.experiments.lsam_own_rho_digits import RESULT, judge, picture
from empirical.images.arms import BASES, Arm, arms
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS
from empirical.report.experiment import Profile

FAR: dict[Profile, tuple[float, ...]] = {"smoke": (0.01, 0.1), "pocket": (0.01, 0.04, 0.16), "paper": (0.01, 0.04, 0.16, 0.64)}
"""Radii of L-SAM; those of 1-SAM are the profile's."""


def tried(profile: Profile) -> list[str]:
    """Return the networks: those of the paper, but no residual ones where two cores must do it."""
    return [name for name in BASES[profile] if profile == "paper" or name != "ResNet18"]


def arms_of(profile: Profile) -> dict[str, Arm]:
    """Return SGD, L-SAM at radii far beyond those of SAM, and 1-SAM."""
    return arms(profile, tried(profile), ("SGD", "1-SAM")) | arms(profile, tried(profile), ("L-SAM",), rhos=FAR[profile])


EXPERIMENT = on_images(
    id="lsam-own-rho",
    question="On real images with 30% wrong labels, does L-SAM stay near SGD at its own best radius?",
    targets=(RESULT,),
    expected="not tried by the paper, which has L-SAM at SAM's radius alone, where it gains 1.65 of 17 points",
    rule=(
        f"In each network, paired over {SEEDS} seeds, each method at the radius that is best for it on held-out points with "
        "noisy labels: L-SAM gains less than half of what 1-SAM gains over SGD in best test accuracy. Every 95% interval lies "
        "above 0; refuted if one lies below. A network in which 1-SAM gains nothing over SGD decides nothing."
    ),
    arms=arms_of,
    judge=partial(judge, seeds=SEEDS),
    picture=picture,
    apart=True,
    peaks=True,
)
