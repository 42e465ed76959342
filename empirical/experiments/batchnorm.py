"""Section 4.3: does ResNet18 train less steadily under 1-SAM where batch normalisation sees one point at a time?

With a batch of one, batch normalisation standardises each channel over the pixels of that point alone. The test does the same here:
running averages over the training points would add a second source of trouble, which SGD has too.

Run.     `python -m empirical run batchnorm --profile pocket --data DIR`
Time.    97 minutes of training on two CPU cores (`pocket`).
Paper.   Unstable with batch normalisation, since points pass one at a time; stable with layer normalisation.
"""

from __future__ import annotations

from empirical.images.arms import Arm, arms, variant
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS
from empirical.report.experiment import Profile, Results, Ruling, Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import drawn
from empirical.report.reading import at, own_column, radius
from empirical.report.results import effect, mean, ruled, share
from empirical.report.statistics import all_of, exceeds

RESULT = Target("batchnorm", "printed", "result")
METHODS = ("SGD", "1-SAM")
LAYER, ALONE = "ResNet18", "ResNet18, points normalised alone"
TIMES = 1.5  # "unstable" needs a number before the run: how much rougher the curve of test accuracy is


def arms_of(profile: Profile) -> dict[str, Arm]:
    """Return SGD and 1-SAM with either normalisation."""
    return arms(profile, (LAYER,), METHODS) | variant(ALONE, profile, "ResNet18", METHODS, model="resnet18-alone")


def judge(results: Results) -> dict[Target, Ruling]:
    """Rule on the roughness of both curves under 1-SAM, and on the best accuracies."""
    alone, layer = (at(results, model, "1-SAM", "roughness", "own") for model in (ALONE, LAYER))
    below = at(results, LAYER, "1-SAM", "peak", "own") - at(results, ALONE, "1-SAM", "peak", "own")
    outcome = all_of([exceeds((alone - TIMES * layer).tolist(), 0.0, SEEDS), exceeds(below.tolist(), 0.0, SEEDS)])
    descent = " and ".join(f"{mean(at(results, model, 'SGD', 'roughness'))} ({model})" for model in (ALONE, LAYER))
    says = (
        f"Mean change of test accuracy from epoch to epoch under 1-SAM: {mean(alone)} where points are normalised alone "
        f"(ρ = {radius(results, ALONE, '1-SAM', 'own'):g}), {mean(layer)} with layer normalisation; under SGD {descent}. "
        f"1-SAM's best test accuracy lies {mean(below)} below that with layer normalisation."
    )
    turns_on = effect("roughness under 1-SAM, points normalised alone over layer normalisation", share(alone, layer), TIMES)
    return {RESULT: ruled(results, SEEDS, outcome, says, turns_on)}


def picture(results: Results) -> str:
    """Draw test accuracy along training, a panel for each method."""
    panels: list[Panel] = []
    for method in METHODS:
        lines = [
            drawn(results, f"{model}, {method}", "test_accuracy", own_column(results, f"{model}, {method}"), name, colour, dashed=False)
            for model, name, colour in ((LAYER, "layer normalisation", PALETTE[0]), (ALONE, "points alone", PALETTE[1]))
        ]
        panels.append(Panel(method, "epoch", "test accuracy", lines))
    return svg(panels)


EXPERIMENT = on_images(
    id="batchnorm",
    question="Does 1-SAM train ResNet18 less steadily where batch normalisation sees one point at a time than with layer normalisation?",
    targets=(RESULT,),
    expected="unstable with batch normalisation, since points pass one at a time; stable with layer normalisation",
    rule=(
        f"ResNet18, paired over {SEEDS} seeds, at the radius that is best for each on held-out points with noisy labels (under `paper` the "
        "paper's 0.01): under 1-SAM the mean absolute change of test accuracy from one epoch to the next is more than "
        f"{TIMES:g} times as large where each point is normalised alone as with layer normalisation, and the best test accuracy is lower. "
        "Every 95% interval says so; refuted if one lies on the other side."
    ),
    arms=arms_of,
    judge=judge,
    picture=picture,
)
EXPERIMENTS = (EXPERIMENT,)
