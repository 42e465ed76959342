"""Appendix F on networks: does SGD come up to SAM at any learning rate?

On digits the rates go on until SGD stops improving.

Run.     `python -m empirical run large-lr-sgd-digits`
         `python -m empirical run large-lr-sgd-images --profile pocket --data DIR`
Time.    `large-lr-sgd-digits`: 6 s on two CPU cores
         `large-lr-sgd-images`: 4 minutes of training on two CPU cores (`pocket`)
Paper.   No; a large learning rate is no substitute for SAM.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import METHODS, MODELS
from empirical.digits.sweep import SEEDS as DIGITS_SEEDS
from empirical.digits.sweep import arms as digits_arms
from empirical.digits.sweep import variant as digits_variant
from empirical.images.arms import BASES, VARIED, Arm
from empirical.images.arms import arms as image_arms
from empirical.images.arms import variant as image_variant
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS as IMAGE_SEEDS
from empirical.report.experiment import Profile, Results, Ruling, Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.reading import at, own_column
from empirical.report.results import average, effect, mean, networks, places, ruled, values
from empirical.report.statistics import Outcome, all_of, exceeds
from reports.direction import Effect

RESULT = Target("large-lr-sgd", "printed", "networks")
RATES = (0.1, 0.5, 1.0, 2.0, 4.0)
OWN = METHODS["SGD"].rate
DIGITS_ARMS = {
    **digits_arms("1-SAM"),
    **{
        name: arm
        for rate in RATES
        for model in MODELS
        for name, arm in digits_variant(f"{model}, rate {rate:g}", model, ("SGD",), rate=rate).items()
    },
}


def judge(results: Results) -> dict[Target, Ruling]:
    """Rule on SAM less SGD at every rate, in both networks."""
    outcomes: list[Outcome] = []
    says: list[str] = []
    sam, each = np.array([]), dict[float, np.ndarray]()
    for model in MODELS:
        sam = values(results, f"{model}, 1-SAM", "peak")[:, own_column(results, f"{model}, 1-SAM")]
        each = {rate: at(results, f"{model}, rate {rate:g}", "SGD", "peak") for rate in RATES}
        outcomes.extend(exceeds((sam - descent).tolist(), 0.0, DIGITS_SEEDS) for descent in each.values())
        told = "; ".join(f"rate {rate:g} {mean(sam - descent)}" for rate, descent in each.items())
        says.append(f"{model}: best test accuracy of SAM at rate {OWN:g} {sam.mean():.3f}, which exceeds SGD's at {told}.")
    return {RESULT: ruled(results, DIGITS_SEEDS, all_of(outcomes), " ".join(says), least_lead(list(MODELS)[-1], sam, each))}


def least_lead(model: str, sam: np.ndarray, each: Mapping[float, np.ndarray]) -> Effect | None:
    """Return SAM's lead over SGD at the rate at which it is smallest, from the best accuracies of SAM and, by rate, of SGD."""
    leads = {rate: sam - descent for rate, descent in each.items()}
    there = {rate: found for rate, found in leads.items() if mean(found).n}
    rate = min(there, key=lambda rate: mean(there[rate]).mean, default=None)
    return None if rate is None else effect(f"{model}, lead of 1-SAM over SGD at the rate that is best for SGD, {rate:g}", leads[rate])


def picture(results: Results) -> str:
    """Draw SGD's best accuracy against the rate, SAM's as a level."""
    panels: list[Panel] = []
    for model in MODELS:
        best = np.concatenate([values(results, f"{model}, rate {rate:g}, SGD", "peak") for rate in RATES], axis=1)
        arm = f"{model}, 1-SAM"
        level = values(results, arm, "peak")[:, own_column(results, arm)].mean()
        lines = [interval_line(RATES, best, "SGD", PALETTE[6])]
        panels.append(Panel(model, "learning rate", "best test accuracy", lines, [(level, f"1-SAM at rate {OWN:g}")], log_x=True))
    return svg(panels)


FACTORS = (0.3, 1.0, 3.0, 10.0, 30.0)


def arms_on_images(profile: Profile) -> dict[str, Arm]:
    """Return 1-SAM at the profile's rate, and SGD at rates around it."""
    rates = [factor * BASES[profile][VARIED[profile]].rate for factor in FACTORS]
    tried = [image_variant(f"{VARIED[profile]}, rate {rate:g}", profile, VARIED[profile], ("SGD",), rate=rate) for rate in rates]
    return image_arms(profile, (VARIED[profile],), ("1-SAM",)) | {key: arm for each in tried for key, arm in each.items()}


def rates_of(results: Results) -> dict[str, float]:
    """Return {name: rate} of SGD's arms."""
    return {name: rate for name, rate in places(results, "rate").items() if f"{name}, SGD" in results["arms"]}


def sam_of(results: Results) -> str:
    """Return the arm of 1-SAM."""
    return f"{networks(results)[0]}, 1-SAM"


def judge_on_images(results: Results) -> dict[Target, Ruling]:
    """Rule on SAM less SGD at every rate."""
    arm = sam_of(results)
    sam = values(results, arm, "peak")[:, own_column(results, arm)]
    each = {rate: at(results, name, "SGD", "peak") for name, rate in rates_of(results).items()}
    outcome = all_of([exceeds((sam - descent).tolist(), 0.0, IMAGE_SEEDS) for descent in each.values()])
    told = "; ".join(f"rate {rate:g}: {mean(sam - descent)}" for rate, descent in each.items())
    own = results["arms"][arm]["setting"]["rate"]
    says = f"{networks(results)[0]}: best test accuracy of SAM at rate {own:g} {average(sam)}; less SGD's at {told}."
    return {RESULT: ruled(results, IMAGE_SEEDS, outcome, says, least_lead(networks(results)[0], sam, each))}


def picture_on_images(results: Results) -> str:
    """Draw SGD's best accuracy against the rate, SAM's as a level."""
    rates = rates_of(results)
    best = np.stack([at(results, name, "SGD", "peak") for name in rates], axis=1)
    arm = sam_of(results)
    level = values(results, arm, "peak")[:, own_column(results, arm)].mean()
    lines = [interval_line(list(rates.values()), best, "SGD", PALETTE[6])]
    return svg([Panel(networks(results)[0], "learning rate", "best test accuracy", lines, [(level, "1-SAM")], log_x=True)])


ON_DIGITS = on_digits(
    id="large-lr-sgd-digits",
    question="On digits with 30% wrong labels, does SGD come up to the best test accuracy of SAM at any learning rate?",
    targets=(RESULT,),
    expected="no: a large learning rate is no substitute for SAM",
    rule=(
        f"For the DLN and the 2NN, paired over {DIGITS_SEEDS} seeds: the best test accuracy of 1-SAM (rate {OWN:g}, radius best on "
        "held-out "
        f"points with noisy labels) exceeds that of SGD at each of the rates {', '.join(f'{rate:g}' for rate in RATES)}. Every 95% "
        "interval lies above 0; refuted if one lies below."
    ),
    arms=DIGITS_ARMS,
    judge=judge,
    picture=picture,
)
ON_IMAGES = on_images(
    id="large-lr-sgd-images",
    question="On real images with 30% wrong labels, does SGD come up to the best test accuracy of SAM at any learning rate?",
    targets=(RESULT,),
    expected="no: a large learning rate is no substitute for SAM",
    rule=(
        f"ResNet18 (under `pocket` the 2NN), paired over {IMAGE_SEEDS} seeds: the best test accuracy of 1-SAM (at the profile's rate, "
        "radius best on held-out points with "
        f"noisy labels, under `paper` 0.01) exceeds that of SGD at {', '.join(f'{factor:g}' for factor in FACTORS)} times that rate. Every "
        "95% interval lies above 0; refuted if one lies below."
    ),
    arms=arms_on_images,
    judge=judge_on_images,
    picture=picture_on_images,
    peaks=True,
)
EXPERIMENTS = (
    ON_DIGITS,
    ON_IMAGES,
)
