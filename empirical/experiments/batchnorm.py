"""Section 4.3: does ResNet18 train less steadily under 1-SAM where batch normalisation sees one point at a time?

With a batch of one, batch normalisation standardises each channel over the pixels of that point alone. The test does the same here:
running averages over the training points would add a second source of trouble, which SGD has too.

Run.     `python -m empirical run batchnorm --profile pocket --data DIR`
Time.    97 minutes of training on two CPU cores (`pocket`).
Paper.   Unstable with batch normalisation, since points pass one at a time; stable with layer normalisation.
"""

from __future__ import annotations

from empirical.images.arms import Arms, arms, variant
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS
from empirical.report.arm_key import ArmKey
from empirical.report.experiment import Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import drawn
from empirical.report.profile import Profile
from empirical.report.reading import at, own_column, radius
from empirical.report.results import mean, share
from empirical.report.rules.combined import AllOf
from empirical.report.rules.conditions import Above, Below
from empirical.report.rules.networks import PAPERS_RADIUS, value
from empirical.report.rules.rule import Cases, Part, SeedRule, TurnsOn
from empirical.report.rules.term import Read, Term, times
from empirical.report.sweep_results import SweepResults

RESULT = Target("batchnorm", "printed", "result")
METHODS = ("SGD", "1-SAM")
LAYER, ALONE = "ResNet18", "ResNet18, points normalised alone"
TIMES = 1.5  # "unstable" needs a number before the run: how much rougher the curve of test accuracy is


def arms_of(profile: Profile) -> Arms:
    """Return SGD and 1-SAM with either normalisation."""
    return arms(profile, (LAYER,), METHODS) | variant(ALONE, profile, "ResNet18", METHODS, model="resnet18-alone")


def rough(model: str) -> Read:
    """Return how the roughness of 1-SAM's curve in a network is read, (seeds,)."""
    return value("1-SAM", "roughness", "own", model)


def told(results: SweepResults) -> str:
    """Return the roughness of all curves, and how much 1-SAM loses where points are normalised alone."""
    below = at(results, LAYER, "1-SAM", "peak", "own") - at(results, ALONE, "1-SAM", "peak", "own")
    descent = " and ".join(f"{mean(at(results, model, 'SGD', 'roughness'))} ({model})" for model in (ALONE, LAYER))
    return (
        f"Mean change of test accuracy from epoch to epoch under 1-SAM: {mean(rough(ALONE)(results, ''))} where points are normalised "
        f"alone (ρ = {radius(results, ALONE, '1-SAM', 'own'):g}), {mean(rough(LAYER)(results, ''))} with layer normalisation; "
        f"under SGD {descent}. 1-SAM's best test accuracy with layer normalisation less its best "
        f"where points are normalised alone is {mean(below)}."
    )


CHANGE = "the mean absolute change of test accuracy from one epoch to the next"
RULE = SeedRule(
    seeds=SEEDS,
    cases=Cases("for ResNet18", lambda _: ("",)),
    setting=f"1-SAM at the radius that is best for each normalisation on held-out points with noisy labels {PAPERS_RADIUS}",
    parts={
        RESULT: Part(
            AllOf(
                (
                    Above(
                        Term(f"{CHANGE}, where each point is normalised alone,", rough(ALONE)),
                        times(TIMES, Term("this change with layer normalisation", rough(LAYER))),
                    ),
                    Below(
                        Term("the best test accuracy where each point is normalised alone", value("1-SAM", "peak", "own", ALONE)),
                        Term("the best test accuracy with layer normalisation", value("1-SAM", "peak", "own", LAYER)),
                    ),
                )
            ),
            told,
            TurnsOn(
                "roughness under 1-SAM, points normalised alone divided by layer normalisation",
                lambda results, _: share(rough(ALONE)(results, ""), rough(LAYER)(results, "")),
                TIMES,
            ),
        )
    },
)


def picture(results: SweepResults) -> str:
    """Draw test accuracy along training, a panel for each method."""
    panels: list[Panel] = []
    for method in METHODS:
        lines = [
            drawn(results, key, "test_accuracy", own_column(results, key), name, colour, dashed=False)
            for key, name, colour in (
                (ArmKey(LAYER, method), "layer normalisation", PALETTE[0]),
                (ArmKey(ALONE, method), "points alone", PALETTE[1]),
            )
        ]
        panels.append(Panel(method, "epoch", "test accuracy", lines))
    return svg(panels)


EXPERIMENT = on_images(
    id="batchnorm",
    question="Does 1-SAM train ResNet18 less steadily where batch normalisation sees one point at a time than with layer normalisation?",
    targets=tuple(RULE.parts),
    expected="unstable with batch normalisation, since points pass one at a time; stable with layer normalisation",
    rule=RULE,
    arms=arms_of,
    picture=picture,
)
EXPERIMENTS = (EXPERIMENT,)
