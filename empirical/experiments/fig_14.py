"""Figure 14 on images: do SAM and SGD both gain from a larger rate, SAM at the best radius for each? The rule is the digits'."""

from __future__ import annotations

from functools import partial
from typing import Any

from empirical.experiments.fig_14_digits import METHODS, RESULT, SMALL, judge, picture
from empirical.images.arms import BASES, VARIED, Arm, variant
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS
from empirical.report.experiment import Profile

RATES: dict[Profile, tuple[float, ...]] = {"smoke": (0.01, 0.1), "pocket": (0.01, 0.03, 0.1), "paper": (0.001, 0.003, 0.01)}
RADII: dict[Profile, tuple[float, ...]] = {"smoke": (0.01,), "pocket": (0.01, 0.02, 0.04), "paper": (0.005, 0.01, 0.02)}


def settings(profile: Profile) -> dict[str, dict[str, Any]]:
    """Return what changes from setting to setting, the long one last."""
    found = {f"{VARIED[profile]}, rate {rate:g}": {"rate": rate, "rhos": RADII[profile]} for rate in RATES[profile]}
    slowest = next(iter(found))
    return found | {f"{slowest}, twice as long": {**found[slowest], "epochs": 2 * BASES[profile][VARIED[profile]].epochs}}


def arms_of(profile: Profile) -> dict[str, Arm]:
    """Return SGD and 1-SAM at each rate, and at the smallest for twice as long."""
    return {
        key: arm
        for name, changes in settings(profile).items()
        for key, arm in variant(name, profile, VARIED[profile], METHODS, **changes).items()
    }


EXPERIMENT = on_images(
    id="fig-14",
    question="On real images with 30% wrong labels, do 1-SAM and SGD gain from a larger rate in ResNet18, and 1-SAM later at a small one?",
    targets=(RESULT,),
    expected="both improve with the rate; at 0.001 SAM gains significantly only when trained at least twice as long",
    rule=(
        f"Paired over {SEEDS} seeds, ResNet18 (under `pocket` the 2NN), 1-SAM at the radius that is best for each rate on "
        "held-out points with noisy labels: the "
        "best test accuracy of SGD and of 1-SAM rises from each rate to the next; at the smallest rate the lead of 1-SAM over "
        f"SGD is less than {SMALL} times that at the largest, and it is larger after twice as many epochs. Every 95% interval "
        "says so; refuted if one lies on the other side."
    ),
    arms=arms_of,
    judge=partial(judge, seeds=SEEDS),
    picture=picture,
)
