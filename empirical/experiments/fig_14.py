"""Figure 14, and a question of the reviewers: do SAM and SGD both gain from a larger rate, SAM at the best radius for each?

Run.     `python -m empirical run fig-14-digits`
         `python -m empirical run fig-14 --profile pocket --data DIR`
Time.    `fig-14-digits`: 32 s on two CPU cores
         `fig-14`: 12 minutes of training on two CPU cores (`pocket`)
Paper.   Both improve with the rate; at 0.001 SAM gains significantly only when trained at least twice as long.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import SEEDS as DIGITS_SEEDS
from empirical.digits.sweep import variant as digits_variant
from empirical.images.arms import BASES, VARIED, Arms
from empirical.images.arms import variant as image_variant
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS as IMAGE_SEEDS
from empirical.report.experiment import Target
from empirical.report.panels import lead_panels
from empirical.report.profile import Profile
from empirical.report.reading import at, leads, led
from empirical.report.results import mean, places
from empirical.report.rules.combined import AllOf
from empirical.report.rules.conditions import Above, Below, Rises
from empirical.report.rules.rule import ONCE, Cases, Part, SeedRule, TurnsOn
from empirical.report.rules.term import Read, Term, times
from empirical.report.sweep_results import SweepResults

RESULT = Target("fig-14", "printed", "result")
METHODS = ("SGD", "1-SAM")
RATES = {f"2NN, rate {rate:g}": rate for rate in (0.02, 0.1, 0.5)}
SLOW = next(iter(RATES))
LONG = f"{SLOW}, twice as long"
SMALL = 0.5  # "significant improvements" needs a number before the run: half of the lead at the largest rate
DIGITS_ARMS = {
    **{name: arm for setting, rate in RATES.items() for name, arm in digits_variant(setting, "2NN", METHODS, rate=rate).items()},
    **digits_variant(LONG, "2NN", METHODS, rate=RATES[SLOW], epochs=120),
}


def by_rate(method: str) -> Read:
    """Return how the best accuracies of a method at every rate are read, (seeds, rates)."""

    def read(results: SweepResults, _: str) -> np.ndarray:
        *rates, _ = places(results, "rate")
        return np.stack([at(results, name, method, "peak", "own") for name in rates], axis=1)

    return read


def lead(place: int, name: str) -> Term:
    """Return the lead of 1-SAM over SGD in the setting at one place in the order of the arms."""
    return Term(name, lambda results, _: leads(results, list(places(results, "rate"))[place]))


def told(results: SweepResults) -> str:
    """Return what either method gains from rate to rate, and the leads."""
    says: list[str] = []
    for method in METHODS:
        steps = np.diff(by_rate(method)(results, ""), axis=1).T
        says.append(f"{method} gains from rate to rate {', '.join(str(mean(step)) for step in steps)}.")
    return " ".join([*says, led(results, places(results, "rate"))])


def from_slowest_to_fastest(results: SweepResults, _: str) -> np.ndarray:
    """Return what 1-SAM gains from the smallest rate to the largest, (seeds,)."""
    best = by_rate("1-SAM")(results, "")
    return best[:, -1] - best[:, 0]


def rule(seeds: int, cases: Cases) -> SeedRule:
    """Return the rule on one kind of data."""
    once, twice = (
        lead(0, "at the smallest rate the lead of 1-SAM over SGD"),
        lead(-1, "at the smallest rate the lead of 1-SAM over SGD after twice the usual number of epochs"),
    )
    condition = AllOf(
        (
            *(Rises(Term(f"the best test accuracy of {method}", by_rate(method)), "each rate") for method in METHODS),
            Below(once, times(SMALL, lead(-2, "the lead at the largest rate"))),
            Above(twice, Term("the lead after the usual number of epochs", once.read)),
        )
    )
    turns_on = TurnsOn("gain in best test accuracy of 1-SAM from the smallest to the largest rate", from_slowest_to_fastest)
    setting = "1-SAM at the radius that is best for each rate on held-out points with noisy labels"
    return SeedRule(seeds=seeds, cases=cases, setting=setting, parts={RESULT: Part(condition, told, turns_on)})


RULE_ON_DIGITS = rule(DIGITS_SEEDS, Cases(f"for the 2NN at the rates {', '.join(f'{rate:g}' for rate in RATES.values())}", ONCE.read))
RULE_ON_IMAGES = rule(IMAGE_SEEDS, Cases("for ResNet18 (under `pocket` the 2NN)", ONCE.read))


def picture(results: SweepResults) -> str:
    """Draw best accuracies and leads against the rate."""
    rates = places(results, "rate")
    return lead_panels(results, dict(list(rates.items())[:-1]), "learning rate")


RATES_IMAGES: dict[Profile, tuple[float, ...]] = {"smoke": (0.01, 0.1), "pocket": (0.01, 0.03, 0.1), "paper": (0.001, 0.003, 0.01)}
RADII: dict[Profile, tuple[float, ...]] = {"smoke": (0.01,), "pocket": (0.01, 0.02, 0.04), "paper": (0.005, 0.01, 0.02)}


def settings(profile: Profile) -> dict[str, dict[str, Any]]:
    """Return what changes from setting to setting, the long one last."""
    by_name = {f"{VARIED[profile]}, rate {rate:g}": {"rate": rate, "rhos": RADII[profile]} for rate in RATES_IMAGES[profile]}
    slowest = next(iter(by_name))
    return by_name | {f"{slowest}, twice as long": {**by_name[slowest], "epochs": 2 * BASES[profile][VARIED[profile]].epochs}}


def arms_on_images(profile: Profile) -> Arms:
    """Return SGD and 1-SAM at each rate, and at the smallest for twice as long."""
    return {
        key: arm
        for name, changes in settings(profile).items()
        for key, arm in image_variant(name, profile, VARIED[profile], METHODS, **changes).items()
    }


ON_DIGITS = on_digits(
    id="fig-14-digits",
    question="On digits with 30% wrong labels, do 1-SAM and SGD gain from a larger rate, and does 1-SAM need longer at a small one?",
    targets=(RESULT,),
    expected="both improve with the rate; at the smallest one SAM gains significantly only when trained at least twice as long",
    rule=RULE_ON_DIGITS,
    arms=DIGITS_ARMS,
    picture=picture,
)
ON_IMAGES = on_images(
    id="fig-14",
    question="On real images with 30% wrong labels, do 1-SAM and SGD gain from a larger rate in ResNet18, and 1-SAM later at a small one?",
    targets=(RESULT,),
    expected="both improve with the rate; at 0.001 SAM gains significantly only when trained at least twice as long",
    rule=RULE_ON_IMAGES,
    arms=arms_on_images,
    picture=picture,
)
EXPERIMENTS = (
    ON_DIGITS,
    ON_IMAGES,
)
