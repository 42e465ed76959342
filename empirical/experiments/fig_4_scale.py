"""Figure 4, top: does the perturbation of 1-SAM raise the logit scale of clean points more than the scale of noisy points?

The figure's curves are read stretch by stretch: a mean over all epochs could hide that the order turns round during training.

Run.     `python -m empirical run fig-4-scale-digits`
         `python -m empirical run fig-4-scale --profile pocket --data DIR`
Time.    `fig-4-scale-digits`: less than 1 s on two CPU cores, after `asked-early-stopping-digits` had trained its networks
         `fig-4-scale`: 38 minutes of training on two CPU cores (`pocket`)
         `fig-4-scale`: 9 minutes of training on one NVIDIA H200 (`paper`, one of three seeds, not all epochs)
Paper.   Mean ratios of clean points up to about 1.08 (DLN), 2.2 (2NN) and 1.5 (ResNet18), above those of noisy points.
"""

from __future__ import annotations

from functools import partial

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import SEEDS as DIGITS_SEEDS
from empirical.digits.sweep import arms as digits_arms
from empirical.images.arms import BASES, Arm
from empirical.images.arms import arms as image_arms
from empirical.images.on_images import on_images
from empirical.images.sweep import DRAWN
from empirical.images.sweep import SEEDS as IMAGE_SEEDS
from empirical.report.experiment import Profile, Results, Ruling, Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import curve_line
from empirical.report.reading import at, radius
from empirical.report.results import effect, mean, networks, ruled
from empirical.report.statistics import all_of, exceeds
from empirical.report.summary import QUARTERS, SCALES

RESULT = Target("fig-4-scale", "printed", "result")
DIGITS_ARMS = digits_arms("1-SAM")


def judge(results: Results, seeds: int) -> dict[Target, Ruling]:
    """Rule on the gap between clean and noisy points in every quarter of training, in both networks."""
    gaps = {model: at(results, model, "1-SAM", "scale_gap") for model in networks(results)}
    outcome = all_of([exceeds(gap[:, quarter].tolist(), 0.0, seeds) for gap in gaps.values() for quarter in range(QUARTERS)])
    says = " ".join(
        f"{model}, ρ = {radius(results, model, '1-SAM'):g}: clean less noisy ratio, by quarters of training: "
        f"{'; '.join(str(mean(column)) for column in gap.T)}."
        for model, gap in gaps.items()
    )
    model, gap = list(gaps.items())[-1]
    turns_on = effect(f"{model}, mean ratio of clean points less that of noisy ones over training", gap.mean(1))
    return {RESULT: ruled(results, seeds, outcome, says, turns_on)}


def picture(results: Results) -> str:
    """Draw both mean ratios along training at 1-SAM's radius."""
    panels: list[Panel] = []
    for model in networks(results):
        groups = zip(("clean", "noisy"), PALETTE, strict=False)
        lines = [curve_line(results, model, f"{group}_scale_ratio", "1-SAM", group, colour) for group, colour in groups]
        panels.append(Panel(model, "epoch", "ratio of logit scales", lines, [(1.0, "no change")]))
    return svg(panels)


def arms_on_images(profile: Profile) -> dict[str, Arm]:
    """Return 1-SAM in all networks."""
    return image_arms(profile, BASES[profile], ("1-SAM",))


ON_DIGITS = on_digits(
    id="fig-4-scale-digits",
    question="On digits with 30% wrong labels, does 1-SAM's perturbation raise the logit scale of clean points more than of noisy ones?",
    targets=(RESULT,),
    expected="mean ratios of clean points up to about 1.08 (DLN) and 2.2 (2NN) on CIFAR-10, above those of noisy points",
    rule=(
        f"For the DLN and the 2NN trained by 1-SAM at the radius that is best on held-out points with noisy labels: the mean of "
        f"|g(w + ε)| / |g(w)| over clean training points less that over noisy ones, averaged over each quarter of the epochs, is above "
        f"0. Every 95% interval over {DIGITS_SEEDS} seeds lies above 0; refuted if one lies below."
    ),
    arms=DIGITS_ARMS,
    judge=partial(judge, seeds=DIGITS_SEEDS),
    picture=picture,
    draws=SCALES,
)
ON_IMAGES = on_images(
    id="fig-4-scale",
    question="On real images with 30% wrong labels, does 1-SAM raise the logit scale of clean points more than that of noisy ones?",
    targets=(RESULT,),
    expected="mean ratios of clean points up to about 1.08 (DLN), 2.2 (2NN) and 1.5 (ResNet18), above those of noisy points",
    rule=(
        "In each network trained by 1-SAM at the radius that is best on held-out points with noisy labels (under `paper` the "
        "paper's 0.01): the mean of |g(w + ε)| / |g(w)| over clean training points less that over noisy ones, averaged over "
        f"each quarter of the epochs, is above 0. Every 95% interval over {IMAGE_SEEDS} seeds lies above 0; refuted if one lies below."
    ),
    arms=arms_on_images,
    judge=partial(judge, seeds=IMAGE_SEEDS),
    picture=picture,
    apart=True,
    draws=(*DRAWN, *SCALES),
)
EXPERIMENTS = (
    ON_DIGITS,
    ON_IMAGES,
)
