"""Figure 7: at the same gap of accuracies, are the ratios of clean over noisy points higher for SAM and J-SAM than for SGD and L-SAM?

Run.     `python -m empirical run fig-7-digits`
         `python -m empirical run fig-7 --profile pocket --data DIR`
Time.    `fig-7-digits`: less than 1 s on two CPU cores, after `asked-early-stopping-digits` had trained its networks
         `fig-7`: 2.3 hours of training on two CPU cores (`pocket`)
         `fig-7`: at least 16 minutes of training on one NVIDIA H200 (`paper`, one of three seeds, not all epochs)
Paper.   Ratios of loss, update norm and logit scale higher for SAM and J-SAM than for SGD and L-SAM before the gap peaks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import SEEDS as DIGITS_SEEDS
from empirical.digits.sweep import arms as digits_arms
from empirical.experiments.clean_loss_higher import FEWEST, common, gaps, reached
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
from empirical.report.rules.combined import AllOf
from empirical.report.rules.conditions import Above
from empirical.report.rules.networks import AT_SAMS_RADIUS, AT_SAMS_RADIUS_ON_IMAGES, DLN_AND_2NN, THE_NETWORK, network_by_network
from empirical.report.rules.rule import Cases, Part, SeedRule
from empirical.report.rules.term import Read, Term
from empirical.report.summary import GAPS
from empirical.report.sweep_results import SweepResults
from reports.direction import Effect

RESULT = Target("fig-7", "printed", "result")
LOGIT_SCALE = Target("fig-7", "printed", "logit-scale")
HIGH, LOW = ("1-SAM", "J-SAM"), ("SGD", "L-SAM")
METHODS = (*LOW, *HIGH)
DIGITS_ARMS = digits_arms(*METHODS)
OF = {RESULT: ("loss_ratio", "update_ratio"), LOGIT_SCALE: ("logit_ratio",)}
NAMES = {"loss_ratio": "loss", "update_ratio": "update norm", "logit_ratio": "logit scale"}


def levels(results: SweepResults, model: str, ratio: str) -> tuple[list[int], dict[str, np.ndarray]]:
    """Return the gaps that all methods reach, and each method's mean ratio over them, (seeds,); NaN where they are too few."""
    ratios = {method: at(results, model, method, f"{ratio}_at") for method in METHODS}
    shared = common(results, *ratios.values())
    if len(shared) < FEWEST:
        return shared, {method: np.full(len(at_gaps), np.nan) for method, at_gaps in ratios.items()}
    return shared, {method: at_gaps[:, shared].mean(1) for method, at_gaps in ratios.items()}


def beside(ratio: str, methods: Sequence[str]) -> Read:
    """Return how the mean ratios of methods are read side by side, (seeds, len(methods))."""

    def read(results: SweepResults, model: str) -> np.ndarray:
        _, level = levels(results, model, ratio)
        return np.stack([level[method] for method in methods], axis=1)

    return read


def higher(ratio: str) -> Above:
    """Return the condition on one ratio: each of the high methods above each of the low ones."""
    pairs = [(high, low) for high in HIGH for low in LOW]
    first = Term(f"in the ratio of {NAMES[ratio]}, each of {' and '.join(HIGH)}", beside(ratio, [high for high, _ in pairs]))
    return Above(first, Term(f"each of {' and '.join(LOW)}", beside(ratio, [low for _, low in pairs])))


def told_of(ratios: Sequence[str]) -> Callable[[SweepResults], str]:
    """Return what tells the four comparisons in each network and ratio."""
    return network_by_network(lambda results, model: " ".join(told(results, model, ratio) for ratio in ratios))


def told(results: SweepResults, model: str, ratio: str) -> str:
    """Return the four comparisons in one network and ratio."""
    shared, level = levels(results, model, ratio)
    if len(shared) < FEWEST:
        return f"{model}, ratio of {NAMES[ratio]}: {reached(results, shared)} by all methods in every seed."
    pairs = "; ".join(f"{high} less {low} {mean(level[high] - level[low])}" for high in HIGH for low in LOW)
    over = ", ".join(f"{gaps(results)[index]:g}" for index in shared)
    return f"{model}, ρ = {radius(results, model, '1-SAM'):g}, ratio of {NAMES[ratio]}, mean over gaps {over}: {pairs}."


def turns_on(ratio: str) -> Callable[[SweepResults], Effect | None]:
    """Return what measures 1-SAM's ratio less SGD's in the last network, over all gaps that all methods reach, however few."""

    def measure(results: SweepResults) -> Effect | None:
        model = networks(results)[-1]
        ratios = {method: at(results, model, method, f"{ratio}_at") for method in METHODS}
        shared = common(results, *ratios.values())
        level = {method: at_gaps[:, shared].mean(1) for method, at_gaps in ratios.items()} if shared else {}
        return effect(f"{model}, ratio of {NAMES[ratio]}, 1-SAM less SGD", level["1-SAM"] - level["SGD"]) if shared else None

    return measure


def rule(seeds: int, cases: Cases, setting: str, at_gaps: Sequence[float]) -> SeedRule:
    """Return the rule on one kind of data."""
    reads = (
        "in the mean over clean training points divided by the mean over noisy ones, read where the gap of accuracies first reaches "
        f"{', '.join(f'{gap:g}' for gap in at_gaps)} (by a straight line between two epochs), averaged over the gaps (at least {FEWEST}) "
        "that all four methods reach in every seed"
    )
    parts = {
        target: Part(AllOf(tuple(higher(ratio) for ratio in ratios)), told_of(ratios), turns_on(ratios[0])) for target, ratios in OF.items()
    }
    return SeedRule(seeds=seeds, cases=cases, setting=f"all methods {setting}, {reads}", parts=parts, notes=MEANT)


MEANT = "The update norm is the norm of an example's update; the logit scale is taken at the unperturbed weights."


def picture(results: SweepResults) -> str:
    """Draw each ratio against the gap."""
    panels: list[Panel] = []
    for model in networks(results):
        for ratio, name in NAMES.items():
            ratios = {method: at(results, model, method, f"{ratio}_at") for method in METHODS}
            shared = common(results, *ratios.values())
            x = [gaps(results)[index] for index in shared]
            shades = zip(ratios.items(), (PALETTE[6], *PALETTE), strict=False)
            lines = [interval_line(x, at_gaps[:, shared], method, colour) for (method, at_gaps), colour in shades]
            panels.append(Panel(model, "gap between clean and noisy accuracy", f"{name}, clean / noisy", lines if shared else []))
    return svg(panels)


def arms_on_images(profile: Profile) -> Arms:
    """Return SGD, 1-SAM and the two hybrids."""
    return image_arms(profile, ("ResNet18",), METHODS)


ON_DIGITS = on_digits(
    id="fig-7-digits",
    question="On digits with 30% wrong labels, are clean / noisy ratios at equal accuracy gaps higher for SAM and J-SAM?",
    targets=tuple(OF),
    expected="ratios of loss, update norm and logit scale higher for SAM and J-SAM than for SGD and L-SAM before the gap peaks",
    rule=rule(DIGITS_SEEDS, DLN_AND_2NN, AT_SAMS_RADIUS, GAPS),
    arms=DIGITS_ARMS,
    picture=picture,
)
ON_IMAGES = on_images(
    id="fig-7",
    question="On real images with 30% wrong labels, are clean / noisy ratios at equal accuracy gaps higher for SAM and J-SAM?",
    targets=tuple(OF),
    expected="ratios of loss, update norm and logit scale higher for SAM and J-SAM than for SGD and L-SAM before the gap peaks",
    rule=rule(IMAGE_SEEDS, THE_NETWORK, AT_SAMS_RADIUS_ON_IMAGES, IMAGE_GAPS),
    arms=arms_on_images,
    picture=picture,
)
EXPERIMENTS = (
    ON_DIGITS,
    ON_IMAGES,
)
