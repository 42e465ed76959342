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
from dataclasses import dataclass

import numpy as np

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import SEEDS as DIGITS_SEEDS
from empirical.digits.sweep import arms as digits_arms
from empirical.images.arm_results import GAPS as IMAGE_GAPS
from empirical.images.arms import Arms
from empirical.images.arms import arms as image_arms
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS as IMAGE_SEEDS
from empirical.report.experiment import Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.profile import Profile
from empirical.report.reading import at, radius
from empirical.report.results import effect, mean, networks
from empirical.report.rules.networks import AT_SAMS_RADIUS, AT_SAMS_RADIUS_ON_IMAGES, DLN_AND_2NN, THE_NETWORK, network_by_network
from empirical.report.rules.rule import Cases, Part, SeedRule
from empirical.report.statistics import Outcome, all_of, exceeds
from empirical.report.summary import GAPS
from empirical.report.sweep_results import SweepResults
from reports.direction import Effect

RESULT = Target("clean-loss-higher", "printed", "result")
METHODS = ("SGD", "1-SAM")
DIGITS_ARMS = digits_arms(*METHODS)
MUCH = 1.5  # "much higher" needs a number before the run
FEWEST = 2  # gaps that both methods must reach in every seed


def gaps(results: SweepResults) -> Sequence[float]:
    """Return the gaps at which results were kept."""
    return GAPS if results.gaps is None else results.gaps


def common(results: SweepResults, *by_method: np.ndarray) -> list[int]:
    """Return which of the gaps every method reaches in every seed; arrays are (seeds, gaps)."""
    return [index for index in range(len(gaps(results))) if all(np.isfinite(at_gaps[:, index]).all() for at_gaps in by_method)]


def reached(results: SweepResults, shared: Sequence[int]) -> str:
    """Return how many gaps are shared where they are too few, as the beginning of a sentence."""
    return f"only the gap {', '.join(f'{gaps(results)[index]:g}' for index in shared)} is reached" if shared else "no gap is reached"


@dataclass(frozen=True)
class HigherAtGaps:
    """The loss of clean points is higher at every gap that both methods reach, and `much` times as high on average.

    A condition of this experiment alone: it compares logarithms of ratios, at gaps that the results decide on. `levels` are the gaps.
    """

    levels: Sequence[float]
    much: float = MUCH

    @property
    def words(self) -> str:
        """What must be higher, where, and by how much."""
        return (
            f"when the gap first reaches {', '.join(f'{gap:g}' for gap in self.levels)} (by a straight line between two epochs), the loss "
            f"of clean points is higher under 1-SAM than under SGD at every gap that both methods reach in every seed, at least {FEWEST} "
            f"of them, and on average over these (of the logarithms) at least {self.much:g} times as high"
        )

    def decide(self, results: SweepResults, case: str, seeds: int) -> Outcome:
        """Decide by the logarithm of the ratio at each gap, and by its mean."""
        shared, higher = logarithms(results, case)
        if len(shared) < FEWEST:
            return "inconclusive"
        outcomes: list[Outcome] = [exceeds(column.tolist(), 0.0, seeds) for column in higher.T]
        return all_of([*outcomes, exceeds(higher.mean(1).tolist(), math.log(self.much), seeds)])


def logarithms(results: SweepResults, model: str) -> tuple[list[int], np.ndarray]:
    """Return the gaps that both methods reach, and the logarithm of SAM's loss over SGD's at each, (seeds, gaps)."""
    descent, sam = (at(results, model, method, "clean_loss_at") for method in METHODS)
    shared = common(results, descent, sam)
    return shared, np.log(sam[:, shared] / descent[:, shared])


def told(results: SweepResults, model: str) -> str:
    """Return the factors in one network, gap by gap."""
    shared, higher = logarithms(results, model)
    if len(shared) < FEWEST:
        return f"{model}: {reached(results, shared)} by both methods in every seed."
    factors = "; ".join(f"gap {gaps(results)[index]:g}: {mean(np.exp(column))}" for index, column in zip(shared, higher.T, strict=True))
    return f"{model}, ρ = {radius(results, model, '1-SAM'):g}: clean loss of SAM over SGD's at equal gaps: {factors}."


def turns_on(results: SweepResults) -> Effect | None:
    """Return the mean factor by which the loss is higher in the last network, over the gaps that both methods reach."""
    model = networks(results)[-1]
    shared, higher = logarithms(results, model)
    return effect(f"{model}, clean loss of 1-SAM over SGD's at equal gaps", np.exp(higher.mean(1)), MUCH) if shared else None


def rule(seeds: int, cases: Cases, setting: str, levels: Sequence[float]) -> SeedRule:
    """Return the rule on one kind of data."""
    part = Part(HigherAtGaps(levels), network_by_network(told), turns_on)
    return SeedRule(seeds=seeds, cases=cases, setting=setting, parts={RESULT: part})


def picture(results: SweepResults) -> str:
    """Draw the loss of clean points against the gap."""
    panels: list[Panel] = []
    for model in networks(results):
        losses = {method: at(results, model, method, "clean_loss_at") for method in METHODS}
        shared = common(results, *losses.values())
        levels = [gaps(results)[index] for index in shared]
        lines = [
            interval_line(levels, loss[:, shared], method, colour)
            for (method, loss), colour in zip(losses.items(), (PALETTE[6], PALETTE[0]), strict=True)
        ]
        panels.append(Panel(model, "gap between clean and noisy accuracy", "loss of clean points", lines if shared else [], log_y=True))
    return svg(panels)


def arms_on_images(profile: Profile) -> Arms:
    """Return SGD and 1-SAM."""
    return image_arms(profile, ("ResNet18",), METHODS)


ON_DIGITS = on_digits(
    id="clean-loss-higher-digits",
    question="On digits with 30% wrong labels, is the loss of clean points much higher under SAM at the same accuracy gap?",
    targets=(RESULT,),
    expected="a much higher loss of clean points under SAM at every gap, as read off Figures 1 and 7",
    rule=rule(DIGITS_SEEDS, DLN_AND_2NN, AT_SAMS_RADIUS, GAPS),
    arms=DIGITS_ARMS,
    picture=picture,
)
ON_IMAGES = on_images(
    id="clean-loss-higher",
    question="On real images with 30% wrong labels, is the loss of clean points much higher under SAM at the same accuracy gap?",
    targets=(RESULT,),
    expected="a much higher loss of clean points under SAM at every gap, as read off Figures 1 and 7",
    rule=rule(IMAGE_SEEDS, THE_NETWORK, AT_SAMS_RADIUS_ON_IMAGES, IMAGE_GAPS),
    arms=arms_on_images,
    picture=picture,
)
EXPERIMENTS = (
    ON_DIGITS,
    ON_IMAGES,
)
