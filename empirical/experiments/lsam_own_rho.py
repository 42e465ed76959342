"""Does L-SAM stay near SGD at its own best radius too?

The paper tries L-SAM only at the radius that is best for SAM.

Run.     `python -m empirical run lsam-own-rho-digits`
         `python -m empirical run lsam-own-rho --profile pocket --data DIR`
Time.    `lsam-own-rho-digits`: less than 1 s on two CPU cores, after `asked-early-stopping-digits` had trained its networks
         `lsam-own-rho`: 10 minutes of training on two CPU cores (`pocket`)
Paper.   No value at its own radius; at SAM's radius L-SAM gains 1.65 of 17 points.
"""

from __future__ import annotations

from functools import partial

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import FAR
from empirical.digits.sweep import SEEDS as DIGITS_SEEDS
from empirical.digits.sweep import arms as digits_arms
from empirical.images.arms import BASES, Arm
from empirical.images.arms import arms as image_arms
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS as IMAGE_SEEDS
from empirical.report.experiment import Profile, Results, Ruling, Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.reading import at, radius
from empirical.report.results import average, effect, mean, networks, ruled, share, values
from empirical.report.statistics import Outcome, all_of, exceeds

RESULT = Target("lsam-own-rho", "beyond", "result")
METHODS = ("SGD", "L-SAM", "1-SAM")
DIGITS_ARMS = digits_arms(*METHODS)
HALF = 0.5  # "close to SGD" needs a number before the run: less than half of what 1-SAM gains


def judge(results: Results, seeds: int) -> dict[Target, Ruling]:
    """Rule on the share of 1-SAM's gain that L-SAM has, each at its own radius."""
    outcomes: list[Outcome] = []
    says: list[str] = []
    for model in networks(results):
        descent = at(results, model, "SGD", "peak")
        by_scale, sam = (at(results, model, method, "peak", "own") - descent for method in METHODS[1:])
        if exceeds(sam.tolist(), 0.0, seeds) != "supports":
            outcomes.append("inconclusive")
        else:
            outcomes.append(exceeds((HALF * sam - by_scale).tolist(), 0.0, seeds))
        same = at(results, model, "L-SAM", "peak", "same") - descent
        says.append(
            f"{model}: gains over SGD's {average(descent)}: L-SAM {mean(by_scale)} at its own ρ = "
            f"{radius(results, model, 'L-SAM', 'own'):g} and {mean(same)} at SAM's, 1-SAM {mean(sam)} at ρ = "
            f"{radius(results, model, '1-SAM', 'own'):g}."
        )
    model = networks(results)[-1]
    descent = at(results, model, "SGD", "peak")
    by_scale, sam = (at(results, model, method, "peak", "own") - descent for method in METHODS[1:])
    turns_on = effect(f"{model}, share of 1-SAM's gain that L-SAM lacks at its own radius", 1 - share(by_scale, sam), HALF)
    return {RESULT: ruled(results, seeds, all_of(outcomes), " ".join(says), turns_on)}


def picture(results: Results) -> str:
    """Draw the best test accuracy against the radius."""
    panels: list[Panel] = []
    for model in networks(results):
        lines = [
            interval_line(
                results["arms"][f"{model}, {method}"]["setting"]["rhos"], values(results, f"{model}, {method}", "peak"), method, shade
            )
            for method, shade in zip(METHODS[1:], PALETTE, strict=False)
        ]
        levels = [(at(results, model, "SGD", "peak").mean(), "SGD")]
        panels.append(Panel(model, "ρ", "best test accuracy", lines, levels, log_x=True))
    return svg(panels)


IMAGE_RADII: dict[Profile, tuple[float, ...]] = {"smoke": (0.01, 0.1), "pocket": (0.01, 0.04, 0.16), "paper": (0.01, 0.04, 0.16, 0.64)}
"""Radii of L-SAM; those of 1-SAM are the profile's."""


def tried(profile: Profile) -> list[str]:
    """Return the networks: those of the paper, but no residual ones where two cores must do it."""
    return [name for name in BASES[profile] if profile == "paper" or name != "ResNet18"]


def arms_on_images(profile: Profile) -> dict[str, Arm]:
    """Return SGD, L-SAM at radii far beyond those of SAM, and 1-SAM."""
    return image_arms(profile, tried(profile), ("SGD", "1-SAM")) | image_arms(
        profile, tried(profile), ("L-SAM",), rhos=IMAGE_RADII[profile]
    )


ON_DIGITS = on_digits(
    id="lsam-own-rho-digits",
    question="On digits with 30% wrong labels, does L-SAM stay near SGD at its own best radius too?",
    targets=(RESULT,),
    expected="no value in the paper, which tries L-SAM at SAM's radius alone",
    rule=(
        f"For the DLN and the 2NN, paired over {DIGITS_SEEDS} seeds, in best test accuracy, each method at the radius that is best for it "
        "on "
        f"held-out points with noisy labels (L-SAM up to {FAR[-1]:g}): L-SAM gains less than half of what 1-SAM gains over SGD. Every 95% "
        "interval of that difference lies above 0; refuted if one lies below. A network in which 1-SAM gains nothing decides nothing."
    ),
    arms=DIGITS_ARMS,
    judge=partial(judge, seeds=DIGITS_SEEDS),
    picture=picture,
)
ON_IMAGES = on_images(
    id="lsam-own-rho",
    question="On real images with 30% wrong labels, does L-SAM stay near SGD at its own best radius?",
    targets=(RESULT,),
    expected="not tried by the paper, which has L-SAM at SAM's radius alone, where it gains 1.65 of 17 points",
    rule=(
        f"In each network, paired over {IMAGE_SEEDS} seeds, each method at the radius that is best for it on held-out points with "
        "noisy labels: L-SAM gains less than half of what 1-SAM gains over SGD in best test accuracy. Every 95% interval lies "
        "above 0; refuted if one lies below. A network in which 1-SAM gains nothing over SGD decides nothing."
    ),
    arms=arms_on_images,
    judge=partial(judge, seeds=IMAGE_SEEDS),
    picture=picture,
    apart=True,
    peaks=True,
)
EXPERIMENTS = (
    ON_DIGITS,
    ON_IMAGES,
)
