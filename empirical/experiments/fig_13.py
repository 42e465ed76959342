"""Figure 13, and a question of the reviewers: do SAM and SGD both gain from width?

Run.     `python -m empirical run fig-13-digits`
         `python -m empirical run fig-13 --profile pocket --data DIR`
Time.    `fig-13-digits`: 15 s on two CPU cores
         `fig-13`: 7 minutes of training on two CPU cores (`pocket`)
Paper.   Both improve from a quarter over half to the full width of ResNet18 on CIFAR-10 (16, 32, 64 filters in its first layer).
"""

from __future__ import annotations

import numpy as np

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import SEEDS as DIGITS_SEEDS
from empirical.digits.sweep import variant as digits_variant
from empirical.images.arms import VARIED, Arms
from empirical.images.arms import variant as image_variant
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS as IMAGE_SEEDS
from empirical.report.arm_key import ArmKey
from empirical.report.experiment import Target
from empirical.report.panels import lead_panels
from empirical.report.profile import Profile
from empirical.report.reading import column, led
from empirical.report.results import mean, places, values
from empirical.report.rules.combined import AllOf
from empirical.report.rules.conditions import Above, NoLoss
from empirical.report.rules.networks import PAPERS_RADIUS
from empirical.report.rules.rule import ONCE, Cases, Part, SeedRule, TurnsOn
from empirical.report.rules.term import Read, Term
from empirical.report.sweep_results import SweepResults

RESULT = Target("fig-13", "printed", "result")
METHODS = ("SGD", "1-SAM")
WIDEST = 100
WIDTHS = {f"2NN of width {width}": width for width in (25, 50, WIDEST)}
DIGITS_ARMS = {
    name: arm
    for setting, width in WIDTHS.items()
    for name, arm in digits_variant(setting, "2NN", METHODS, width=width, whole=width == WIDEST).items()
}


def column_of(results: SweepResults) -> int:
    """Return the radius that is best for 1-SAM at the largest width."""
    return column(results, list(places(results, "width"))[-1], "1-SAM", "same")


def by_width(method: str) -> Read:
    """Return how the best accuracies of a method at every width are read, (seeds, widths)."""

    def read(results: SweepResults, _: str) -> np.ndarray:
        index = column_of(results) if method == "1-SAM" else 0
        return np.stack([values(results, ArmKey(name, method), "peak")[:, index] for name in places(results, "width")], axis=1)

    return read


def widened(method: str) -> Read:
    """Return how the gain of a method from the smallest to the largest width is read, (seeds,)."""
    read = by_width(method)
    return lambda results, case: read(results, case)[:, -1] - read(results, case)[:, 0]


def told(results: SweepResults) -> str:
    """Return what either method gains from width, and the leads."""
    says = [f"From the narrowest to the widest {method} gains {mean(widened(method)(results, ''))}." for method in METHODS]
    return " ".join([*says, led(results, places(results, "width"), column_of(results))])


def gains_from_width(method: str) -> AllOf:
    """Return the condition on one method."""
    read, best = by_width(method), f"the best test accuracy of {method}"
    largest = Term(f"{best} at the largest width", lambda results, case: read(results, case)[:, -1])
    smallest = Term(f"{best} at the smallest width", lambda results, case: read(results, case)[:, 0])
    return AllOf((Above(largest, smallest), NoLoss(Term(best, read), "each width")))


def rule(seeds: int, cases: Cases, setting: str, notes: str = "") -> SeedRule:
    """Return the rule on one kind of data."""
    turns_on = TurnsOn("gain in best test accuracy of 1-SAM from the smallest to the largest width", widened("1-SAM"))
    part = Part(AllOf(tuple(gains_from_width(method) for method in METHODS)), told, turns_on)
    return SeedRule(seeds=seeds, cases=cases, setting=setting, parts={RESULT: part}, notes=notes)


RULE_ON_DIGITS = rule(
    DIGITS_SEEDS,
    Cases(f"for the 2NN of widths {', '.join(str(width) for width in WIDTHS.values())}", ONCE.read),
    f"1-SAM at the radius that is best at width {WIDEST} on held-out points with noisy labels",
    "Leads at the radius that is best for each width are shown beside.",
)
RULE_ON_IMAGES = rule(
    IMAGE_SEEDS,
    Cases("for ResNet18 (under `pocket` the 2NN) at a quarter, a half and all of its width (16, 32 and 64 under `paper`)", ONCE.read),
    f"1-SAM at the radius that is best at the largest on held-out points with noisy labels {PAPERS_RADIUS}",
)


def picture(results: SweepResults) -> str:
    """Draw best accuracies and leads against the width."""
    widths = places(results, "width")
    return lead_panels(results, widths, "width", column(results, list(widths)[-1], "1-SAM", "same"))


WIDTHS_IMAGES: dict[Profile, tuple[int, ...]] = {"smoke": (2, 4), "pocket": (125, 250, 500), "paper": (16, 32, 64)}


def arms_on_images(profile: Profile) -> Arms:
    """Return SGD and 1-SAM at a quarter, a half and all of the width."""
    network, arms = VARIED[profile], Arms()
    for width in WIDTHS_IMAGES[profile]:
        arms |= image_variant(f"{network} of width {width}", profile, network, METHODS, width=width)
    return arms


ON_DIGITS = on_digits(
    id="fig-13-digits",
    question="On digits with 30% wrong labels, do 1-SAM and SGD both gain from width, and does the lead of 1-SAM stay?",
    targets=(RESULT,),
    expected="both improve from a quarter over half to the full width of ResNet18 on CIFAR-10",
    rule=RULE_ON_DIGITS,
    arms=DIGITS_ARMS,
    picture=picture,
)
ON_IMAGES = on_images(
    id="fig-13",
    question="On real images with 30% wrong labels, do 1-SAM and SGD both gain from the width of ResNet18?",
    targets=(RESULT,),
    expected="both improve from 16 over 32 to 64 filters in the first layer",
    rule=RULE_ON_IMAGES,
    arms=arms_on_images,
    picture=picture,
    peaks=True,
)
EXPERIMENTS = (
    ON_DIGITS,
    ON_IMAGES,
)
