"""Section 2.2: does naive SAM gain nothing over SGD, and does the gain grow as the shards that share a perturbation shrink?

Run.     `python -m empirical run small-shards-digits`
         `python -m empirical run small-shards --profile pocket --data DIR`
Time.    `small-shards-digits`: 82 s on two CPU cores
         `small-shards`: 53 minutes of training on two CPU cores (`pocket`)
Paper.   No gain of naive SAM; the gain grows with smaller shards and is largest for 1-SAM.
"""

from __future__ import annotations

from functools import partial

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import BATCH
from empirical.digits.sweep import SEEDS as DIGITS_SEEDS
from empirical.digits.sweep import arms as digits_arms
from empirical.images.arms import Arms
from empirical.images.arms import arms as image_arms
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS as IMAGE_SEEDS
from empirical.report.arm_key import ArmKey
from empirical.report.experiment import Target
from empirical.report.figures import PALETTE, Line, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.profile import Profile
from empirical.report.reading import Choice, at, peaks
from empirical.report.results import mean, networks, values
from empirical.report.rules.combined import AllOf
from empirical.report.rules.conditions import Rises, Within
from empirical.report.rules.networks import AT_SAMS_RADIUS, DLN_AND_2NN, THE_NETWORK, best, gain, less, series, value
from empirical.report.rules.rule import Cases, Part, SeedRule, TurnsOn
from empirical.report.rules.term import Term
from empirical.report.statistics import all_of
from empirical.report.sweep_results import SweepResults

RESULT = Target("small-shards", "printed", "result")
SIZES = {"n-SAM": BATCH, "shards of 32": 32, "shards of 8": 8, "1-SAM": 1}
DIGITS_ARMS = digits_arms("SGD", *SIZES)
MARGIN = 0.01  # a point of accuracy: a gain below it counts as none


def shrinking(choice: Choice, words: str) -> AllOf:
    """Return the condition for one way to choose the radius: naive SAM near SGD, and a rise with every smaller shard."""
    naive = Term(f"{words}, naive SAM (the whole batch)", value("n-SAM", "peak", choice))
    sizes = Term(f"{words}, accuracy", series([value(method, "peak", choice) for method in SIZES]))
    return AllOf((Within(naive, best("SGD"), MARGIN), Rises(sizes, "each size of shards (the batch, 32, 8, 1)")))


def told(results: SweepResults, seeds: int) -> str:
    """Return the best accuracies and gains for both ways to choose the radius, and what each way alone decides."""
    gains = [
        f"{model}: " + "; ".join(f"{method} {mean(gain(method, 'own').read(results, model))}" for method in SIZES)
        for model in networks(results)
    ]
    by_sams, by_own = (all_of([condition.decide(results, model, seeds) for model in networks(results)]) for condition in SHRINKING)
    return (
        f"Best test accuracy at SAM's radius ({by_sams}): {peaks(results, ('SGD', *SIZES))}. "
        f"Gains over SGD, each at its own radius ({by_own}): {' | '.join(gains)}."
    )


SHRINKING = (shrinking("same", AT_SAMS_RADIUS), shrinking("own", "at each method's own best radius"))


def rule(seeds: int, cases: Cases) -> SeedRule:
    """Return the rule on one kind of data."""
    turns_on = TurnsOn(
        "{case}, best test accuracy of 1-SAM less n-SAM's, each at its own radius",
        less(value("1-SAM", "peak", "own"), value("n-SAM", "peak", "own")),
    )
    part = Part(AllOf(SHRINKING), partial(told, seeds=seeds), turns_on)
    return SeedRule(seeds=seeds, cases=cases, setting="in best test accuracy", parts={RESULT: part})


def picture(results: SweepResults) -> str:
    """Draw the best test accuracy against the radius, one line a size."""
    panels: list[Panel] = []
    for model in networks(results):
        lines: list[Line] = []
        for index, method in enumerate(SIZES):
            key = ArmKey(model, method)
            rhos = results.arms[key].setting["rhos"]
            lines.append(interval_line(rhos, values(results, key, "peak"), method, PALETTE[index]))
        levels = [(at(results, model, "SGD", "peak").mean(), "SGD")]
        panels.append(Panel(model, "ρ", "best test accuracy", lines, levels, log_x=True))
    return svg(panels)


RADII: dict[Profile, tuple[float, ...]] = {"smoke": (0.01,), "pocket": (0.01, 0.02, 0.04, 0.16), "paper": (0.01, 0.04, 0.16)}
"""The same for all, wide enough for naive SAM, which needs larger ones."""


def arms_on_images(profile: Profile) -> Arms:
    """Return SGD and SAM with shards of any size; the 2NN alone where two cores must do it."""
    return image_arms(profile, ("ResNet18",) if profile == "paper" else ("2NN",), ("SGD", *SIZES), rhos=RADII[profile])


ON_DIGITS = on_digits(
    id="small-shards-digits",
    question="On digits with 30% wrong labels, does the gain of SAM over SGD grow as the shards shrink, from none for the whole batch?",
    targets=(RESULT,),
    expected="no gain for naive SAM, the largest for shards of one example",
    rule=rule(DIGITS_SEEDS, DLN_AND_2NN),
    arms=DIGITS_ARMS,
    picture=picture,
)
ON_IMAGES = on_images(
    id="small-shards",
    question="On real images with 30% wrong labels, does naive SAM gain nothing over SGD, and does the gain grow as the shards shrink?",
    targets=(RESULT,),
    expected="no gain of naive SAM; the gain grows with smaller shards and is largest for 1-SAM",
    rule=rule(IMAGE_SEEDS, THE_NETWORK),
    arms=arms_on_images,
    picture=picture,
    peaks=True,
)
EXPERIMENTS = (
    ON_DIGITS,
    ON_IMAGES,
)
