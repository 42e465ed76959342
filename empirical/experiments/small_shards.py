"""Section 2.2: does naive SAM gain nothing over SGD, and does the gain grow as the shards that share a perturbation shrink?

Run.     `python -m empirical run small-shards-digits`
         `python -m empirical run small-shards --profile pocket --data DIR`
Time.    `small-shards-digits`: 82 s on two CPU cores
         `small-shards`: 53 minutes of training on two CPU cores (`pocket`)
Paper.   No gain of naive SAM; the gain grows with smaller shards and is largest for 1-SAM.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import BATCH
from empirical.digits.sweep import SEEDS as DIGITS_SEEDS
from empirical.digits.sweep import arms as digits_arms
from empirical.images.arms import Arm
from empirical.images.arms import arms as image_arms
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS as IMAGE_SEEDS
from empirical.report.experiment import Profile, Results, Ruling, Target
from empirical.report.figures import PALETTE, Line, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.reading import Choice, at, peaks
from empirical.report.results import effect, mean, networks, ruled, values
from empirical.report.statistics import Outcome, all_of, exceeds, within

RESULT = Target("small-shards", "printed", "result")
SIZES = {"n-SAM": BATCH, "shards of 32": 32, "shards of 8": 8, "1-SAM": 1}
DIGITS_ARMS = digits_arms("SGD", *SIZES)
MARGIN = 0.01  # a point of accuracy: a gain below it counts as none
CHOICES: tuple[Choice, ...] = ("same", "own")


def judge(results: Results, seeds: int) -> dict[Target, Ruling]:
    """Rule on every step between neighbouring sizes and on naive SAM beside SGD, for both ways to choose the radius."""
    outcomes: dict[Choice, list[Outcome]] = {choice: [] for choice in CHOICES}
    gains: list[str] = []
    for model in networks(results):
        descent = at(results, model, "SGD", "peak")
        for choice in CHOICES:
            found = [at(results, model, method, "peak", choice) for method in SIZES]
            outcomes[choice].append(within((found[0] - descent).tolist(), MARGIN, seeds))
            outcomes[choice].extend(exceeds((small - large).tolist(), 0.0, seeds) for large, small in pairwise(found))
        each = [mean(at(results, model, method, "peak", "own") - descent) for method in SIZES]
        gains.append(f"{model}: " + "; ".join(f"{method} {gain}" for method, gain in zip(SIZES, each, strict=True)))
    same, own = all_of(outcomes["same"]), all_of(outcomes["own"])
    says = (
        f"Best test accuracy at SAM's radius ({same}): {peaks(results, ('SGD', *SIZES))}. "
        f"Gains over SGD, each at its own radius ({own}): {' | '.join(gains)}."
    )
    model = networks(results)[-1]
    small, whole = (at(results, model, method, "peak", "own") for method in ("1-SAM", "n-SAM"))
    turns_on = effect(f"{model}, best test accuracy of 1-SAM less n-SAM's, each at its own radius", small - whole)
    return {RESULT: ruled(results, seeds, all_of([same, own]), says, turns_on)}


def picture(results: Results) -> str:
    """Draw the best test accuracy against the radius, one line a size."""
    panels: list[Panel] = []
    for model in networks(results):
        lines: list[Line] = []
        for index, method in enumerate(SIZES):
            arm = f"{model}, {method}"
            rhos = results["arms"][arm]["setting"]["rhos"]
            lines.append(interval_line(rhos, values(results, arm, "peak"), method, PALETTE[index]))
        levels = [(at(results, model, "SGD", "peak").mean(), "SGD")]
        panels.append(Panel(model, "ρ", "best test accuracy", lines, levels, log_x=True))
    return svg(panels)


RADII: dict[Profile, tuple[float, ...]] = {"smoke": (0.01,), "pocket": (0.01, 0.02, 0.04, 0.16), "paper": (0.01, 0.04, 0.16)}
"""The same for all, wide enough for naive SAM, which needs larger ones."""


def arms_on_images(profile: Profile) -> dict[str, Arm]:
    """Return SGD and SAM with shards of any size; the 2NN alone where two cores must do it."""
    return image_arms(profile, ("ResNet18",) if profile == "paper" else ("2NN",), ("SGD", *SIZES), rhos=RADII[profile])


ON_DIGITS = on_digits(
    id="small-shards-digits",
    question="On digits with 30% wrong labels, does the gain of SAM over SGD grow as the shards shrink, from none for the whole batch?",
    targets=(RESULT,),
    expected="no gain for naive SAM, the largest for shards of one example",
    rule=(
        f"For the DLN and the 2NN, paired over {DIGITS_SEEDS} seeds, in best test accuracy, once at the radius that is best for 1-SAM on "
        "held-out "
        f"points with noisy labels and once at each method's own: naive SAM (the batch of {BATCH}) lies within {MARGIN} of SGD, and "
        f"accuracy rises from {BATCH} to 32 to 8 to 1 examples a shard. Every 95% interval says so; refuted if one lies on the other side."
    ),
    arms=DIGITS_ARMS,
    judge=partial(judge, seeds=DIGITS_SEEDS),
    picture=picture,
)
ON_IMAGES = on_images(
    id="small-shards",
    question="On real images with 30% wrong labels, does naive SAM gain nothing over SGD, and does the gain grow as the shards shrink?",
    targets=(RESULT,),
    expected="no gain of naive SAM; the gain grows with smaller shards and is largest for 1-SAM",
    rule=(
        f"Paired over {IMAGE_SEEDS} seeds, in best test accuracy, both at the radius that is best for 1-SAM on held-out points with "
        f"noisy labels and at each method's own: naive SAM lies within {MARGIN:g} of SGD, and from the whole batch over shards "
        "of 32 and of 8 to 1-SAM each step gains. Every 95% interval says so; refuted if one lies on the other side."
    ),
    arms=arms_on_images,
    judge=partial(judge, seeds=IMAGE_SEEDS),
    picture=picture,
    peaks=True,
)
EXPERIMENTS = (
    ON_DIGITS,
    ON_IMAGES,
)
