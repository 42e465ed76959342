"""Figure 12, and a question of the reviewers: does the lead of SAM over SGD grow with the number of examples?

Run.     `python -m empirical run fig-12-digits`
         `python -m empirical run fig-12 --profile pocket --data DIR`
Time.    `fig-12-digits`: 30 s on two CPU cores
         `fig-12`: 7 minutes of training on two CPU cores (`pocket`)
Paper.   A difference that increases from 10% over 50% to 100% of CIFAR-10.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from empirical.data.data_spec import CIFAR10
from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import SEEDS as DIGITS_SEEDS
from empirical.digits.sweep import TRAIN
from empirical.digits.sweep import variant as digits_variant
from empirical.images.arms import BASES, VARIED, Arms
from empirical.images.arms import variant as image_variant
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS as IMAGE_SEEDS
from empirical.report.experiment import Target
from empirical.report.panels import lead_panels
from empirical.report.profile import Profile
from empirical.report.reading import column, leads, led
from empirical.report.results import places
from empirical.report.rules.conditions import Rises
from empirical.report.rules.networks import PAPERS_RADIUS
from empirical.report.rules.rule import ONCE, Cases, Part, SeedRule, TurnsOn
from empirical.report.rules.term import Term
from empirical.report.sweep_results import SweepResults

RESULT = Target("fig-12", "printed", "result")
METHODS = ("SGD", "1-SAM")
EPOCHS = 60
SIZES = {f"2NN, {count} examples": count for count in (128, 512, TRAIN)}
DIGITS_ARMS = {
    name: arm
    for setting, count in SIZES.items()
    for name, arm in digits_variant(setting, "2NN", METHODS, train=count, epochs=EPOCHS * TRAIN // count, whole=count == TRAIN).items()
}


def column_of(results: SweepResults) -> int:
    """Return the radius that is best for 1-SAM with all examples."""
    return column(results, list(places(results, "train"))[-1], "1-SAM", "same")


def all_leads(results: SweepResults, _: str = "") -> np.ndarray:
    """Return the lead of 1-SAM over SGD for every number of examples, (seeds, numbers)."""
    index = column_of(results)
    return np.stack([leads(results, name, index) for name in places(results, "train")], axis=1)


def rule(seeds: int, cases: Cases, setting: str, notes: str = "") -> SeedRule:
    """Return the rule on one kind of data."""
    part = Part(
        Rises(Term("the lead of 1-SAM over SGD in best test accuracy", all_leads), "each number of examples"),
        lambda results: led(results, places(results, "train"), column_of(results)),
        TurnsOn(
            "growth of the lead of 1-SAM over SGD from the fewest to the most examples",
            lambda results, _: all_leads(results)[:, -1] - all_leads(results)[:, 0],
        ),
    )
    return SeedRule(seeds=seeds, cases=cases, setting=setting, parts={RESULT: part}, notes=notes)


RULE_ON_DIGITS = rule(
    DIGITS_SEEDS,
    Cases("for the 2NN", ONCE.read),
    f"with {', '.join(str(count) for count in SIZES.values())} examples and as many steps for each, 1-SAM at the radius that is best with "
    f"{TRAIN} examples on held-out points with noisy labels",
    "Leads at the radius that is best for each number are shown beside.",
)
RULE_ON_IMAGES = rule(
    IMAGE_SEEDS,
    Cases("for ResNet18 (under `pocket` the 2NN)", ONCE.read),
    "with 10%, 50% and all of the examples for the same number of epochs, 1-SAM at the radius that is best with all of them on held-out "
    f"points with noisy labels {PAPERS_RADIUS}",
)


def picture(results: SweepResults) -> str:
    """Draw best accuracies and leads against the number of examples."""
    sizes = places(results, "train")
    return lead_panels(results, sizes, "training examples", column(results, list(sizes)[-1], "1-SAM", "same"))


SHARES = (0.1, 0.5, 1.0)


def part(profile: Profile, share: float) -> dict[str, Any]:
    """Return what changes with a share of the images."""
    base = BASES[profile][VARIED[profile]]
    train = round(share * (base.sample.train or CIFAR10.train))
    return {"sample": replace(base.sample, train=train), "batch": min(base.batch, train)}


def arms_on_images(profile: Profile) -> Arms:
    """Return SGD and 1-SAM on a tenth, a half and all of the images, for the same number of epochs."""
    network, arms = VARIED[profile], Arms()
    for share in SHARES:
        arms |= image_variant(f"{network}, {share:.0%} of the images", profile, network, METHODS, **part(profile, share))
    return arms


ON_DIGITS = on_digits(
    id="fig-12-digits",
    question="On digits with 30% wrong labels, does the lead of 1-SAM over SGD grow with the number of training examples?",
    targets=(RESULT,),
    expected="a difference that increases from 10% over 50% to 100% of CIFAR-10",
    rule=RULE_ON_DIGITS,
    arms=DIGITS_ARMS,
    picture=picture,
)
ON_IMAGES = on_images(
    id="fig-12",
    question="On real images with 30% wrong labels, does the lead of 1-SAM over SGD in ResNet18 grow with the number of training examples?",
    targets=(RESULT,),
    expected="a difference that increases from 10% over 50% to 100% of CIFAR-10",
    rule=RULE_ON_IMAGES,
    arms=arms_on_images,
    picture=picture,
    peaks=True,
)
EXPERIMENTS = (
    ON_DIGITS,
    ON_IMAGES,
)
