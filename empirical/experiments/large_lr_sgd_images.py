"""Appendix F on images: at no learning rate does SGD come up to SAM."""

from __future__ import annotations

import numpy as np

from empirical.experiments.large_lr_sgd_digits import least_lead
from empirical.images.arms import BASES, VARIED, Arm, arms, variant
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS
from empirical.report.experiment import Profile, Results, Ruling, Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.reading import at, own_column
from empirical.report.results import average, mean, networks, places, ruled, values
from empirical.report.statistics import all_of, exceeds

RESULT = Target("large-lr-sgd", "printed", "networks")
FACTORS = (0.3, 1.0, 3.0, 10.0, 30.0)


def arms_of(profile: Profile) -> dict[str, Arm]:
    """Return 1-SAM at the profile's rate, and SGD at rates around it."""
    rates = [factor * BASES[profile][VARIED[profile]].rate for factor in FACTORS]
    tried = [variant(f"{VARIED[profile]}, rate {rate:g}", profile, VARIED[profile], ("SGD",), rate=rate) for rate in rates]
    return arms(profile, (VARIED[profile],), ("1-SAM",)) | {key: arm for each in tried for key, arm in each.items()}


def rates_of(results: Results) -> dict[str, float]:
    """Return {name: rate} of SGD's arms."""
    return {name: rate for name, rate in places(results, "rate").items() if f"{name}, SGD" in results["arms"]}


def sam_of(results: Results) -> str:
    """Return the arm of 1-SAM."""
    return f"{networks(results)[0]}, 1-SAM"


def judge(results: Results) -> dict[Target, Ruling]:
    """Rule on SAM less SGD at every rate."""
    arm = sam_of(results)
    sam = values(results, arm, "peak")[:, own_column(results, arm)]
    each = {rate: at(results, name, "SGD", "peak") for name, rate in rates_of(results).items()}
    outcome = all_of([exceeds((sam - descent).tolist(), 0.0, SEEDS) for descent in each.values()])
    told = "; ".join(f"rate {rate:g}: {mean(sam - descent)}" for rate, descent in each.items())
    own = results["arms"][arm]["setting"]["rate"]
    says = f"{networks(results)[0]}: best test accuracy of SAM at rate {own:g} {average(sam)}; less SGD's at {told}."
    return {RESULT: ruled(results, SEEDS, outcome, says, least_lead(networks(results)[0], sam, each))}


def picture(results: Results) -> str:
    """Draw SGD's best accuracy against the rate, SAM's as a level."""
    rates = rates_of(results)
    best = np.stack([at(results, name, "SGD", "peak") for name in rates], axis=1)
    arm = sam_of(results)
    level = values(results, arm, "peak")[:, own_column(results, arm)].mean()
    lines = [interval_line(list(rates.values()), best, "SGD", PALETTE[6])]
    return svg([Panel(networks(results)[0], "learning rate", "best test accuracy", lines, [(level, "1-SAM")], log_x=True)])


EXPERIMENT = on_images(
    id="large-lr-sgd-images",
    question="On real images with 30% wrong labels, does SGD come up to the best test accuracy of SAM at any learning rate?",
    targets=(RESULT,),
    expected="no: a large learning rate is no substitute for SAM",
    rule=(
        f"ResNet18 (under `pocket` the 2NN), paired over {SEEDS} seeds: the best test accuracy of 1-SAM (at the profile's rate, "
        "radius best on held-out points with "
        f"noisy labels, under `paper` 0.01) exceeds that of SGD at {', '.join(f'{factor:g}' for factor in FACTORS)} times that rate. Every "
        "95% interval lies above 0; refuted if one lies below."
    ),
    arms=arms_of,
    judge=judge,
    picture=picture,
    peaks=True,
)
