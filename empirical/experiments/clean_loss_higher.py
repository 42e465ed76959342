"""Section 4.4: at the same gap between clean and noisy training accuracy, is the loss of clean points much higher under SAM?

Run.     `python -m empirical run clean-loss-higher-digits`
         `python -m empirical run clean-loss-higher --profile pocket --data DIR`
Time.    `clean-loss-higher-digits`: less than 1 s on two CPU cores, after `asked-early-stopping-digits` had trained its networks
         `clean-loss-higher`: 57 minutes of training on two CPU cores (`pocket`)
         `clean-loss-higher`: 13 minutes of training on one NVIDIA H200 (`paper`, one of three seeds, not all epochs)
Paper.   A much higher loss of clean points under SAM at every gap, as read off Figures 1 and 7.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import numpy as np

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import SEEDS as DIGITS_SEEDS
from empirical.digits.sweep import arms as digits_arms
from empirical.images.arms import Arm
from empirical.images.arms import arms as image_arms
from empirical.images.on_images import on_images
from empirical.images.sweep import GAPS as IMAGE_GAPS
from empirical.images.sweep import SEEDS as IMAGE_SEEDS
from empirical.report.experiment import Profile, Results, Ruling, Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.reading import at, radius
from empirical.report.results import effect, mean, networks, ruled
from empirical.report.statistics import Outcome, all_of, exceeds
from empirical.report.summary import GAPS
from reports.direction import Effect

RESULT = Target("clean-loss-higher", "printed", "result")
METHODS = ("SGD", "1-SAM")
DIGITS_ARMS = digits_arms(*METHODS)
MUCH = 1.5  # "much higher" needs a number before the run
FEWEST = 2  # gaps that both methods must reach in every seed


def gaps(results: Results) -> Sequence[float]:
    """Return the gaps at which results were kept."""
    return results.get("gaps", GAPS)


def common(results: Results, *each: np.ndarray) -> list[int]:
    """Return which of the gaps every method reaches in every seed; arrays are (seeds, gaps)."""
    return [index for index in range(len(gaps(results))) if all(np.isfinite(found[:, index]).all() for found in each)]


def reached(results: Results, shared: Sequence[int]) -> str:
    """Return how many gaps are shared where they are too few, as the beginning of a sentence."""
    return f"only the gap {', '.join(f'{gaps(results)[index]:g}' for index in shared)} is reached" if shared else "no gap is reached"


def judge(results: Results, seeds: int) -> dict[Target, Ruling]:
    """Rule on the loss of clean points at every gap that both methods reach, and on its mean factor over them."""
    outcomes: list[Outcome] = []
    says: list[str] = []
    for model in networks(results):
        descent, sam = (at(results, model, method, "clean_loss_at") for method in METHODS)
        shared = common(results, descent, sam)
        if len(shared) < FEWEST:
            outcomes.append("inconclusive")
            says.append(f"{model}: {reached(results, shared)} by both methods in every seed.")
            continue
        higher = np.log(sam[:, shared] / descent[:, shared])
        outcomes.extend(exceeds(column.tolist(), 0.0, seeds) for column in higher.T)
        outcomes.append(exceeds(higher.mean(1).tolist(), math.log(MUCH), seeds))
        told = "; ".join(f"gap {gaps(results)[index]:g}: {mean(np.exp(column))}" for index, column in zip(shared, higher.T, strict=True))
        says.append(f"{model}, ρ = {radius(results, model, '1-SAM'):g}: clean loss of SAM over SGD's at equal gaps: {told}.")
    return {RESULT: ruled(results, seeds, all_of(outcomes), " ".join(says), _turns_on(results))}


def _turns_on(results: Results) -> Effect | None:
    """Return the mean factor by which the loss is higher in the last network, over the gaps that both methods reach."""
    model = networks(results)[-1]
    descent, sam = (at(results, model, method, "clean_loss_at") for method in METHODS)
    shared = common(results, descent, sam)
    factor = np.exp(np.log(sam[:, shared] / descent[:, shared]).mean(1)) if shared else None
    return None if factor is None else effect(f"{model}, clean loss of 1-SAM over SGD's at equal gaps", factor, MUCH)


def picture(results: Results) -> str:
    """Draw the loss of clean points against the gap."""
    panels: list[Panel] = []
    for model in networks(results):
        each = {method: at(results, model, method, "clean_loss_at") for method in METHODS}
        shared = common(results, *each.values())
        levels = [gaps(results)[index] for index in shared]
        lines = [
            interval_line(levels, found[:, shared], method, colour)
            for (method, found), colour in zip(each.items(), (PALETTE[6], PALETTE[0]), strict=True)
        ]
        panels.append(Panel(model, "gap between clean and noisy accuracy", "loss of clean points", lines if shared else [], log_y=True))
    return svg(panels)


LEVELS = ", ".join(f"{gap:g}" for gap in IMAGE_GAPS)


def arms_on_images(profile: Profile) -> dict[str, Arm]:
    """Return SGD and 1-SAM."""
    return image_arms(profile, ("ResNet18",), METHODS)


ON_DIGITS = on_digits(
    id="clean-loss-higher-digits",
    question="On digits with 30% wrong labels, is the loss of clean points much higher under SAM at the same accuracy gap?",
    targets=(RESULT,),
    expected="a much higher loss of clean points under SAM at every gap, as read off Figures 1 and 7",
    rule=(
        f"For the DLN and the 2NN, paired over {DIGITS_SEEDS} seeds, at the radius that is best for 1-SAM on held-out points with noisy "
        "labels: "
        f"when the gap first reaches {', '.join(f'{gap:g}' for gap in GAPS)} (by a straight line between two epochs), the loss of clean "
        f"points is higher under 1-SAM at every gap that both methods reach in every seed, at least {FEWEST} of them, and on average over "
        f"these (of the logarithms) at least {MUCH} times as high. Every 95% interval says so; refuted if one lies on the other side."
    ),
    arms=DIGITS_ARMS,
    judge=partial(judge, seeds=DIGITS_SEEDS),
    picture=picture,
)
ON_IMAGES = on_images(
    id="clean-loss-higher",
    question="On real images with 30% wrong labels, is the loss of clean points much higher under SAM at the same accuracy gap?",
    targets=(RESULT,),
    expected="a much higher loss of clean points under SAM at every gap, as read off Figures 1 and 7",
    rule=(
        f"Paired over {IMAGE_SEEDS} seeds, at the radius that is best for 1-SAM on held-out points with noisy labels (under `paper` "
        f"the paper's 0.01): when the gap first reaches {LEVELS} (by a straight line between two epochs), the loss of clean "
        f"points is higher under 1-SAM at every gap that both methods reach in every seed, at least {FEWEST} of them, and on "
        f"average over these (of the logarithms) at least {MUCH} times as high. Every 95% interval says so; refuted if one lies "
        "on the other side."
    ),
    arms=arms_on_images,
    judge=partial(judge, seeds=IMAGE_SEEDS),
    picture=picture,
)
EXPERIMENTS = (
    ON_DIGITS,
    ON_IMAGES,
)
