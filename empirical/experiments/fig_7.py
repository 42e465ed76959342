"""Figure 7: at the same gap of accuracies, are the ratios of clean over noisy points higher for SAM and J-SAM than for SGD and L-SAM?

Run.     `python -m empirical run fig-7-digits`
         `python -m empirical run fig-7 --profile pocket --data DIR`
Time.    `fig-7-digits`: less than 1 s on two CPU cores, after `asked-early-stopping-digits` had trained its networks
         `fig-7`: 2.3 hours of training on two CPU cores (`pocket`)
         `fig-7`: at least 16 minutes of training on one NVIDIA H200 (`paper`, one of three seeds, not all epochs)
Paper.   Ratios of loss, update norm and logit scale higher for SAM and J-SAM than for SGD and L-SAM before the gap peaks.
"""

from __future__ import annotations

from functools import partial

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import SEEDS as DIGITS_SEEDS
from empirical.digits.sweep import arms as digits_arms
from empirical.experiments.clean_loss_higher import FEWEST, common, gaps, reached
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

RESULT = Target("fig-7", "printed", "result")
LOGIT_SCALE = Target("fig-7", "printed", "logit-scale")
HIGH, LOW = ("1-SAM", "J-SAM"), ("SGD", "L-SAM")
METHODS = (*LOW, *HIGH)
DIGITS_ARMS = digits_arms(*METHODS)
OF = {RESULT: ("loss_ratio", "update_ratio"), LOGIT_SCALE: ("logit_ratio",)}
NAMES = {"loss_ratio": "loss", "update_ratio": "update norm", "logit_ratio": "logit scale"}


def judge(results: Results, seeds: int) -> dict[Target, Ruling]:
    """Rule on each ratio in four comparisons and two networks: its mean over the gaps that all four methods reach."""
    return {
        target: ruled(results, seeds, *_compared(results, ratios, seeds), _turns_on(results, ratios[0])) for target, ratios in OF.items()
    }


def _turns_on(results: Results, ratio: str) -> Effect | None:
    """Return 1-SAM's ratio less SGD's in the last network, over the gaps that all methods reach."""
    model = networks(results)[-1]
    each = {method: at(results, model, method, f"{ratio}_at") for method in METHODS}
    shared = common(results, *each.values())
    level = {method: found[:, shared].mean(1) for method, found in each.items()} if shared else {}
    return effect(f"{model}, ratio of {NAMES[ratio]}, 1-SAM less SGD", level["1-SAM"] - level["SGD"]) if shared else None


def _compared(results: Results, ratios: tuple[str, ...], seeds: int) -> tuple[Outcome, str]:
    outcomes: list[Outcome] = []
    says: list[str] = []
    for model in networks(results):
        for ratio in ratios:
            each = {method: at(results, model, method, f"{ratio}_at") for method in METHODS}
            shared = common(results, *each.values())
            if len(shared) < FEWEST:
                outcomes.append("inconclusive")
                says.append(f"{model}, ratio of {NAMES[ratio]}: {reached(results, shared)} by all methods in every seed.")
                continue
            level = {method: found[:, shared].mean(1) for method, found in each.items()}
            told: list[str] = []
            for high in HIGH:
                for low in LOW:
                    outcomes.append(exceeds((level[high] - level[low]).tolist(), 0.0, seeds))
                    told.append(f"{high} less {low} {mean(level[high] - level[low])}")
            levels = ", ".join(f"{gaps(results)[index]:g}" for index in shared)
            rho = radius(results, model, "1-SAM")
            says.append(f"{model}, ρ = {rho:g}, ratio of {NAMES[ratio]}, mean over gaps {levels}: {'; '.join(told)}.")
    return all_of(outcomes), " ".join(says)


def picture(results: Results) -> str:
    """Draw each ratio against the gap."""
    panels: list[Panel] = []
    for model in networks(results):
        for ratio, name in NAMES.items():
            each = {method: at(results, model, method, f"{ratio}_at") for method in METHODS}
            shared = common(results, *each.values())
            x = [gaps(results)[index] for index in shared]
            shades = zip(each.items(), (PALETTE[6], *PALETTE), strict=False)
            lines = [interval_line(x, found[:, shared], method, colour) for (method, found), colour in shades]
            panels.append(Panel(model, "gap between clean and noisy accuracy", f"{name}, clean / noisy", lines if shared else []))
    return svg(panels)


LEVELS = ", ".join(f"{gap:g}" for gap in IMAGE_GAPS)


def arms_on_images(profile: Profile) -> dict[str, Arm]:
    """Return SGD, 1-SAM and the two hybrids."""
    return image_arms(profile, ("ResNet18",), METHODS)


ON_DIGITS = on_digits(
    id="fig-7-digits",
    question="On digits with 30% wrong labels, are clean / noisy ratios at equal accuracy gaps higher for SAM and J-SAM?",
    targets=tuple(OF),
    expected="ratios of loss, update norm and logit scale higher for SAM and J-SAM than for SGD and L-SAM before the gap peaks",
    rule=(
        f"For the DLN and the 2NN, paired over {DIGITS_SEEDS} seeds, all methods at the radius that is best for 1-SAM on held-out points "
        "with "
        "noisy labels: the mean over clean training points divided by the mean over noisy ones, of the loss and of the norm of an "
        "example's update (and, for its own statement, of the logit scale at the unperturbed weights), read where the gap of accuracies "
        f"first reaches {', '.join(f'{gap:g}' for gap in GAPS)}, averaged over the gaps (at least {FEWEST}) that all four methods reach in "
        "every seed: 1-SAM and J-SAM each exceed SGD and L-SAM. Every 95% interval lies above 0; refuted if one lies below."
    ),
    arms=DIGITS_ARMS,
    judge=partial(judge, seeds=DIGITS_SEEDS),
    picture=picture,
)
ON_IMAGES = on_images(
    id="fig-7",
    question="On real images with 30% wrong labels, are clean / noisy ratios at equal accuracy gaps higher for SAM and J-SAM?",
    targets=tuple(OF),
    expected="ratios of loss, update norm and logit scale higher for SAM and J-SAM than for SGD and L-SAM before the gap peaks",
    rule=(
        f"Paired over {IMAGE_SEEDS} seeds, at the radius that is best for 1-SAM on held-out points with noisy labels (under `paper` "
        "the paper's 0.01): each ratio of the mean over clean points to the mean over noisy ones, when the gap first reaches "
        f"{LEVELS} (by a straight line between two epochs), averaged over the gaps (at least {FEWEST}) that all four methods "
        "reach in every seed, is higher for 1-SAM and for J-SAM than for SGD and for L-SAM. Every 95% interval lies above 0; "
        "refuted if one lies below."
    ),
    arms=arms_on_images,
    judge=partial(judge, seeds=IMAGE_SEEDS),
    picture=picture,
)
EXPERIMENTS = (
    ON_DIGITS,
    ON_IMAGES,
)
