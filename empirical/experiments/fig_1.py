"""Figure 1 on images: under label noise the best test accuracy of SAM lies above that of SGD, and clean points are fitted first."""

from __future__ import annotations

from empirical.experiments.fig_1_digits import METHODS, RESULT, compared, leading, picture
from empirical.experiments.table_1 import LEAD
from empirical.images.arms import Arm, arms
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS
from empirical.report.experiment import Profile, Results, Ruling, Target
from empirical.report.reading import at
from empirical.report.results import networks, ruled
from empirical.report.statistics import all_of, exceeds


def arms_of(profile: Profile) -> dict[str, Arm]:
    """Return SGD and 1-SAM."""
    return arms(profile, ("ResNet18",), METHODS)


def judge(results: Results) -> dict[Target, Ruling]:
    """Rule as on digits, and under the paper's settings on the size of the lead."""
    (outcomes, says), (model,) = compared(results, SEEDS), networks(results)
    lead, least = at(results, model, "1-SAM", "peak") - at(results, model, "SGD", "peak"), LEAD.get(results["profile"], 0.0)
    outcome = all_of([*outcomes, exceeds(lead.tolist(), least, SEEDS)])
    return {RESULT: ruled(results, SEEDS, outcome, says, leading(results, least))}


EXPERIMENT = on_images(
    id="fig-1",
    question="On real images with 30% wrong labels, does 1-SAM peak above SGD in test accuracy, and are clean points fitted first?",
    targets=(RESULT,),
    expected="17 points between SAM and SGD in ResNet18",
    rule=(
        f"Paired over {SEEDS} seeds, at the radius that is best for 1-SAM on held-out points with noisy labels (under `paper` the paper's "
        f"0.01): 1-SAM exceeds SGD in the best test accuracy along training (under `paper` by at least {100 * LEAD['paper']:.0f} points), "
        "and in the best clean training accuracy among epochs in which mislabelled points are fitted no better than by chance (0.1). Every "
        "95% interval says so; refuted if one lies on the other side."
    ),
    arms=arms_of,
    judge=judge,
    picture=picture,
    peaks=True,
)
