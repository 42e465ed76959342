"""Appendix F on networks: does SGD come up to SAM at any learning rate?

On digits the rates go on until SGD stops improving.

Run.     `python -m empirical run large-lr-sgd-digits`
         `python -m empirical run large-lr-sgd-images --profile pocket --data DIR`
Time.    `large-lr-sgd-digits`: 6 s on two CPU cores
         `large-lr-sgd-images`: 4 minutes of training on two CPU cores (`pocket`)
Paper.   No; a large learning rate is no substitute for SAM.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import METHODS, MODELS
from empirical.digits.sweep import SEEDS as DIGITS_SEEDS
from empirical.digits.sweep import arms as digits_arms
from empirical.digits.sweep import variant as digits_variant
from empirical.images.arms import BASES, VARIED, Arms
from empirical.images.arms import arms as image_arms
from empirical.images.arms import variant as image_variant
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS as IMAGE_SEEDS
from empirical.report.arm_key import ArmKey
from empirical.report.experiment import Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.profile import Profile
from empirical.report.reading import at, own_column
from empirical.report.results import average, effect, mean, networks, places, values
from empirical.report.rules.conditions import Above
from empirical.report.rules.networks import PAPERS_RADIUS
from empirical.report.rules.rule import ONCE, Cases, Part, SeedRule
from empirical.report.rules.term import Read, Term
from empirical.report.sweep_results import SweepResults
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


def best_of_sam(results: SweepResults, model: str) -> np.ndarray:
    """Return the best accuracy of 1-SAM, at the radius that is best for it, (seeds,)."""
    return at(results, model, "1-SAM", "peak", "own")


def by_rate(results: SweepResults, model: str) -> dict[float, np.ndarray]:
    """Return SGD's best accuracies at each rate, {rate: (seeds,)}."""
    return {rate: at(results, f"{model}, rate {rate:g}", "SGD", "peak") for rate in RATES}


def told(results: SweepResults) -> str:
    """Return SAM's best accuracy in each network, and its lead at every rate of SGD."""
    says: list[str] = []
    for model in MODELS:
        sam = best_of_sam(results, model)
        ahead = "; ".join(f"rate {rate:g} {mean(sam - descent)}" for rate, descent in by_rate(results, model).items())
        says.append(f"{model}: best test accuracy of SAM at rate {OWN:g} {sam.mean():.3f}, which exceeds SGD's at {ahead}.")
    return " ".join(says)


def above_every_rate(sam: Read, descent: Callable[[SweepResults, str], dict[float, np.ndarray]], words: str) -> Above:
    """Return the condition that 1-SAM exceeds SGD at every rate, with the rates in words."""
    every = Term(f"the best of SGD at {words}", lambda results, case: np.stack(list(descent(results, case).values()), axis=1))
    return Above(Term("the best test accuracy of 1-SAM", sam), every)


LAST = list(MODELS)[-1]
RULE_ON_DIGITS = SeedRule(
    seeds=DIGITS_SEEDS,
    cases=Cases("for the DLN and the 2NN", lambda _: tuple(MODELS)),
    setting=f"1-SAM at rate {OWN:g} and at the radius that is best on held-out points with noisy labels",
    parts={
        RESULT: Part(
            above_every_rate(
                best_of_sam,
                by_rate,
                f"each of the rates {', '.join(f'{rate:g}' for rate in RATES)}",
            ),
            told,
            lambda results: least_lead(LAST, best_of_sam(results, LAST), by_rate(results, LAST)),
        )
    },
)


def least_lead(model: str, sam: np.ndarray, descents: Mapping[float, np.ndarray]) -> Effect | None:
    """Return SAM's lead over SGD at the rate at which it is smallest, from the best accuracies of SAM and, by rate, of SGD."""
    leads = {rate: sam - descent for rate, descent in descents.items()}
    there = {rate: lead for rate, lead in leads.items() if mean(lead).n}
    rate = min(there, key=lambda rate: mean(there[rate]).mean, default=None)
    return None if rate is None else effect(f"{model}, lead of 1-SAM over SGD at SGD's best rate ({rate:g})", leads[rate])


def picture(results: SweepResults) -> str:
    """Draw SGD's best accuracy against the rate, SAM's as a level."""
    panels: list[Panel] = []
    for model in MODELS:
        best = np.concatenate([values(results, ArmKey(f"{model}, rate {rate:g}", "SGD"), "peak") for rate in RATES], axis=1)
        sam = ArmKey(model, "1-SAM")
        level = values(results, sam, "peak")[:, own_column(results, sam)].mean()
        lines = [interval_line(RATES, best, "SGD", PALETTE[6])]
        panels.append(Panel(model, "learning rate", "best test accuracy", lines, [(level, f"1-SAM at rate {OWN:g}")], log_x=True))
    return svg(panels)


FACTORS = (0.3, 1.0, 3.0, 10.0, 30.0)


def arms_on_images(profile: Profile) -> Arms:
    """Return 1-SAM at the profile's rate, and SGD at rates around it."""
    rates = [factor * BASES[profile][VARIED[profile]].rate for factor in FACTORS]
    tried = [image_variant(f"{VARIED[profile]}, rate {rate:g}", profile, VARIED[profile], ("SGD",), rate=rate) for rate in rates]
    return image_arms(profile, (VARIED[profile],), ("1-SAM",)) | {key: arm for arms in tried for key, arm in arms.items()}


def rates_of(results: SweepResults) -> dict[str, float]:
    """Return {setting: rate} of SGD's arms."""
    return {name: rate for name, rate in places(results, "rate").items() if ArmKey(name, "SGD") in results.arms}


def sam_of(results: SweepResults) -> ArmKey:
    """Return the key of 1-SAM."""
    return ArmKey(networks(results)[0], "1-SAM")


def best_on_images(results: SweepResults, _: str = "") -> np.ndarray:
    """Return the best accuracy of 1-SAM, at the radius that is best for it, (seeds,)."""
    return best_of_sam(results, networks(results)[0])


def by_rate_on_images(results: SweepResults, _: str = "") -> dict[float, np.ndarray]:
    """Return SGD's best accuracies at each rate, {rate: (seeds,)}."""
    return {rate: at(results, name, "SGD", "peak") for name, rate in rates_of(results).items()}


def told_on_images(results: SweepResults) -> str:
    """Return SAM's best accuracy, and its lead at every rate of SGD."""
    sam, own = best_on_images(results), results.arms[sam_of(results)].setting["rate"]
    ahead = "; ".join(f"rate {rate:g}: {mean(sam - descent)}" for rate, descent in by_rate_on_images(results).items())
    return f"{networks(results)[0]}: best test accuracy of SAM at rate {own:g} {average(sam)}; less SGD's at {ahead}."


RULE_ON_IMAGES = SeedRule(
    seeds=IMAGE_SEEDS,
    cases=Cases("for ResNet18 (under `pocket` the 2NN)", ONCE.read),
    setting=f"1-SAM at the profile's rate and at the radius that is best on held-out points with noisy labels {PAPERS_RADIUS}",
    parts={
        RESULT: Part(
            above_every_rate(
                best_on_images, by_rate_on_images, f"{', '.join(f'{factor:g}' for factor in FACTORS)} times the profile's rate"
            ),
            told_on_images,
            lambda results: least_lead(networks(results)[0], best_on_images(results), by_rate_on_images(results)),
        )
    },
)


def picture_on_images(results: SweepResults) -> str:
    """Draw SGD's best accuracy against the rate, SAM's as a level."""
    rates = rates_of(results)
    best = np.stack([at(results, name, "SGD", "peak") for name in rates], axis=1)
    sam = sam_of(results)
    level = values(results, sam, "peak")[:, own_column(results, sam)].mean()
    lines = [interval_line(list(rates.values()), best, "SGD", PALETTE[6])]
    return svg([Panel(networks(results)[0], "learning rate", "best test accuracy", lines, [(level, "1-SAM")], log_x=True)])


ON_DIGITS = on_digits(
    id="large-lr-sgd-digits",
    question="On digits with 30% wrong labels, does SGD come up to the best test accuracy of SAM at any learning rate?",
    targets=(RESULT,),
    expected="no: a large learning rate is no substitute for SAM",
    rule=RULE_ON_DIGITS,
    arms=DIGITS_ARMS,
    picture=picture,
)
ON_IMAGES = on_images(
    id="large-lr-sgd-images",
    question="On real images with 30% wrong labels, does SGD come up to the best test accuracy of SAM at any learning rate?",
    targets=(RESULT,),
    expected="no: a large learning rate is no substitute for SAM",
    rule=RULE_ON_IMAGES,
    arms=arms_on_images,
    picture=picture_on_images,
    peaks=True,
)
EXPERIMENTS = (
    ON_DIGITS,
    ON_IMAGES,
)
