"""Figure 4, top: does the perturbation of 1-SAM raise the logit scale of clean points more than the scale of noisy points?

The figure's curves are read stretch by stretch: a mean over all epochs could hide that the order turns round during training.

Run.     `python -m empirical run fig-4-scale-digits`
         `python -m empirical run fig-4-scale --profile pocket --data DIR`
Time.    `fig-4-scale-digits`: less than 1 s on two CPU cores, after `asked-early-stopping-digits` had trained its networks
         `fig-4-scale`: 38 minutes of training on two CPU cores (`pocket`)
         `fig-4-scale`: 9 minutes of training on one NVIDIA H200 (`paper`, one of three seeds, not all epochs)
Paper.   Mean ratios of clean points up to about 1.08 (DLN), 2.2 (2NN) and 1.5 (ResNet18), above the mean ratios of noisy points.
"""

from __future__ import annotations

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import SEEDS as DIGITS_SEEDS
from empirical.digits.sweep import arms as digits_arms
from empirical.images.arms import BASES, Arms
from empirical.images.arms import arms as image_arms
from empirical.images.on_images import on_images
from empirical.images.sweep import DRAWN
from empirical.images.sweep import SEEDS as IMAGE_SEEDS
from empirical.report.experiment import Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import curve_line
from empirical.report.profile import Profile
from empirical.report.reading import at, radius
from empirical.report.results import mean, networks
from empirical.report.rules.conditions import Above
from empirical.report.rules.networks import AT_SAMS_RADIUS, AT_SAMS_RADIUS_ON_IMAGES, DLN_AND_2NN, EACH_NETWORK, network_by_network, value
from empirical.report.rules.rule import Cases, Part, SeedRule, TurnsOn
from empirical.report.rules.term import Term, number
from empirical.report.summary import SCALES
from empirical.report.sweep_results import SweepResults

RESULT = Target("fig-4-scale", "printed", "result")
DIGITS_ARMS = digits_arms("1-SAM")


def told(results: SweepResults, model: str) -> str:
    """Return the gap between clean and noisy points in one network, quarter by quarter."""
    quarters = "; ".join(str(mean(column)) for column in at(results, model, "1-SAM", "scale_gap").T)
    return f"{model}, ρ = {radius(results, model, '1-SAM'):g}: clean less noisy ratio, by quarters of training: {quarters}."


def rule(seeds: int, cases: Cases, setting: str) -> SeedRule:
    """Return the rule on one kind of data."""
    scales = value("1-SAM", "scale_gap")
    name = "the mean of |g(w + ε)| / |g(w)| over clean training points less the same over noisy ones, averaged over each quarter of epochs,"
    turns_on = TurnsOn(
        "{case}, mean ratio of clean points over training less the ratio of noisy points",
        lambda results, model: scales(results, model).mean(1),
    )
    part = Part(Above(Term(name, scales), number(0.0)), network_by_network(told), turns_on)
    return SeedRule(seeds=seeds, cases=cases, setting=setting, paired=False, parts={RESULT: part})


def picture(results: SweepResults) -> str:
    """Draw both mean ratios along training at 1-SAM's radius."""
    panels: list[Panel] = []
    for model in networks(results):
        groups = zip(("clean", "noisy"), PALETTE, strict=False)
        lines = [curve_line(results, model, f"{group}_scale_ratio", "1-SAM", group, colour) for group, colour in groups]
        panels.append(Panel(model, "epoch", "ratio of logit scales", lines, [(1.0, "no change")]))
    return svg(panels)


def arms_on_images(profile: Profile) -> Arms:
    """Return 1-SAM in all networks."""
    return image_arms(profile, BASES[profile], ("1-SAM",))


ON_DIGITS = on_digits(
    id="fig-4-scale-digits",
    question="On digits with 30% wrong labels, does 1-SAM's perturbation raise the logit scale of clean points more than of noisy ones?",
    targets=(RESULT,),
    expected="mean ratios of clean points up to about 1.08 (DLN) and 2.2 (2NN) on CIFAR-10, above the mean ratios of noisy points",
    rule=rule(DIGITS_SEEDS, DLN_AND_2NN, AT_SAMS_RADIUS),
    arms=DIGITS_ARMS,
    picture=picture,
    draws=SCALES,
)
ON_IMAGES = on_images(
    id="fig-4-scale",
    question="On real images with 30% wrong labels, does 1-SAM raise the logit scale of clean points more than of noisy points?",
    targets=(RESULT,),
    expected="mean ratios of clean points up to about 1.08 (DLN), 2.2 (2NN) and 1.5 (ResNet18), above the mean ratios of noisy points",
    rule=rule(IMAGE_SEEDS, EACH_NETWORK, AT_SAMS_RADIUS_ON_IMAGES),
    arms=arms_on_images,
    picture=picture,
    apart=True,
    draws=(*DRAWN, *SCALES),
)
EXPERIMENTS = (
    ON_DIGITS,
    ON_IMAGES,
)
