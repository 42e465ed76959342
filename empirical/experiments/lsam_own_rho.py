"""Does L-SAM stay near SGD at its own best radius too?

The paper tries L-SAM only at the radius that is best for SAM.

Run.     `python -m empirical run lsam-own-rho-digits`
         `python -m empirical run lsam-own-rho --profile pocket --data DIR`
Time.    `lsam-own-rho-digits`: less than 1 s on two CPU cores, after `asked-early-stopping-digits` had trained its networks
         `lsam-own-rho`: 10 minutes of training on two CPU cores (`pocket`)
Paper.   No value at its own radius; at SAM's radius L-SAM gains 1.65 of 17 points.
"""

from __future__ import annotations

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import FAR
from empirical.digits.sweep import SEEDS as DIGITS_SEEDS
from empirical.digits.sweep import arms as digits_arms
from empirical.images.arms import BASES, Arms
from empirical.images.arms import arms as image_arms
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS as IMAGE_SEEDS
from empirical.report.arm_key import ArmKey
from empirical.report.experiment import Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.profile import Profile
from empirical.report.reading import at, radius
from empirical.report.results import average, mean, networks, share, values
from empirical.report.rules.combined import Given
from empirical.report.rules.conditions import Above, Below
from empirical.report.rules.networks import DLN_AND_2NN, EACH_NETWORK, best, gain, network_by_network
from empirical.report.rules.rule import Cases, Part, SeedRule, TurnsOn
from empirical.report.rules.term import times
from empirical.report.sweep_results import SweepResults

RESULT = Target("lsam-own-rho", "beyond", "result")
METHODS = ("SGD", "L-SAM", "1-SAM")
DIGITS_ARMS = digits_arms(*METHODS)
HALF = 0.5  # "close to SGD" needs a number before the run: less than half of what 1-SAM gains


def told(results: SweepResults, model: str) -> str:
    """Return the gains of both methods in one network."""
    by_scale, at_sams_radius, sam = (mean(term.read(results, model)) for term in (SCALE_GAIN, gain("L-SAM"), SAM_GAIN))
    return (
        f"{model}: gains over SGD's {average(at(results, model, 'SGD', 'peak'))}: L-SAM {by_scale} at its own ρ = "
        f"{radius(results, model, 'L-SAM', 'own'):g} and {at_sams_radius} at SAM's, 1-SAM {sam} at ρ = "
        f"{radius(results, model, '1-SAM', 'own'):g}."
    )


def rule(seeds: int, cases: Cases, radii: str = "") -> SeedRule:
    """Return the rule on one kind of data; `radii` says which L-SAM has."""
    setting = f"in best test accuracy, each method at the radius that is best for it on held-out points with noisy labels{radii}"
    turns_on = TurnsOn(
        "{case}, share of 1-SAM's gain that L-SAM lacks at its own radius",
        lambda results, model: 1 - share(SCALE_GAIN.read(results, model), SAM_GAIN.read(results, model)),
        HALF,
    )
    condition = Given(Above(best("1-SAM", "own"), best("SGD")), Below(SCALE_GAIN, times(HALF, SAM_GAIN)))
    return SeedRule(seeds=seeds, cases=cases, setting=setting, parts={RESULT: Part(condition, network_by_network(told), turns_on)})


SCALE_GAIN, SAM_GAIN = gain("L-SAM", "own"), gain("1-SAM", "own")


def picture(results: SweepResults) -> str:
    """Draw the best test accuracy against the radius."""
    panels: list[Panel] = []
    for model in networks(results):
        lines = [
            interval_line(results.arms[key].setting["rhos"], values(results, key, "peak"), key.method, shade)
            for key, shade in zip((ArmKey(model, method) for method in METHODS[1:]), PALETTE, strict=False)
        ]
        levels = [(at(results, model, "SGD", "peak").mean(), "SGD")]
        panels.append(Panel(model, "ρ", "best test accuracy", lines, levels, log_x=True))
    return svg(panels)


IMAGE_RADII: dict[Profile, tuple[float, ...]] = {"smoke": (0.01, 0.1), "pocket": (0.01, 0.04, 0.16), "paper": (0.01, 0.04, 0.16, 0.64)}
"""Radii of L-SAM; the radii of 1-SAM are the profile's."""


def tried(profile: Profile) -> list[str]:
    """Return the networks: the paper's, but no residual networks where two cores must do it."""
    return [name for name in BASES[profile] if profile == "paper" or name != "ResNet18"]


def arms_on_images(profile: Profile) -> Arms:
    """Return SGD, L-SAM at radii far beyond the radii of SAM, and 1-SAM."""
    return image_arms(profile, tried(profile), ("SGD", "1-SAM")) | image_arms(
        profile, tried(profile), ("L-SAM",), rhos=IMAGE_RADII[profile]
    )


ON_DIGITS = on_digits(
    id="lsam-own-rho-digits",
    question="On digits with 30% wrong labels, does L-SAM stay near SGD at its own best radius too?",
    targets=(RESULT,),
    expected="no value in the paper, which tries L-SAM at SAM's radius alone",
    rule=rule(DIGITS_SEEDS, DLN_AND_2NN, f" (L-SAM up to {FAR[-1]:g})"),
    arms=DIGITS_ARMS,
    picture=picture,
)
ON_IMAGES = on_images(
    id="lsam-own-rho",
    question="On real images with 30% wrong labels, does L-SAM stay near SGD at its own best radius?",
    targets=(RESULT,),
    expected="not tried by the paper, which has L-SAM at SAM's radius alone, where it gains 1.65 of 17 points",
    rule=rule(IMAGE_SEEDS, EACH_NETWORK),
    arms=arms_on_images,
    picture=picture,
    apart=True,
    peaks=True,
)
EXPERIMENTS = (
    ON_DIGITS,
    ON_IMAGES,
)
