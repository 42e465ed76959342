"""Figure 13, and a question of the reviewers: do SAM and SGD both gain from width?

Run.     `python -m empirical run fig-13-digits`
         `python -m empirical run fig-13 --profile pocket --data DIR`
Time.    `fig-13-digits`: 15 s on two CPU cores
         `fig-13`: 7 minutes of training on two CPU cores (`pocket`)
Paper.   Both improve from a quarter over half to the full width of ResNet18 on CIFAR-10 (16, 32, 64 filters in its first layer).
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import SEEDS as DIGITS_SEEDS
from empirical.digits.sweep import variant as digits_variant
from empirical.images.arms import VARIED, Arm
from empirical.images.arms import variant as image_variant
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS as IMAGE_SEEDS
from empirical.report.experiment import Profile, Results, Ruling, Target
from empirical.report.panels import lead_panels
from empirical.report.reading import column, led
from empirical.report.results import effect, mean, places, ruled, values
from empirical.report.statistics import Outcome, all_of, exceeds

RESULT = Target("fig-13", "printed", "result")
METHODS = ("SGD", "1-SAM")
WIDEST = 100
WIDTHS = {f"2NN of width {width}": width for width in (25, 50, WIDEST)}
DIGITS_ARMS = {
    name: arm
    for setting, width in WIDTHS.items()
    for name, arm in digits_variant(setting, "2NN", METHODS, width=width, whole=width == WIDEST).items()
}


def judge(results: Results, seeds: int) -> dict[Target, Ruling]:
    """Rule on the gain from the narrowest to the widest network, and that no step between loses, for both methods."""
    widths = places(results, "width")
    index = column(results, list(widths)[-1], "1-SAM", "same")
    outcomes: list[Outcome] = []
    says: list[str] = []
    for method in METHODS:
        best = [values(results, f"{name}, {method}", "peak")[:, index if method == "1-SAM" else 0] for name in widths]
        outcomes.append(exceeds((best[-1] - best[0]).tolist(), 0.0, seeds))
        lost = [exceeds((narrow - wide).tolist(), 0.0, seeds) == "supports" for narrow, wide in pairwise(best)]
        outcomes.append("refutes" if any(lost) else "supports")
        says.append(f"From the narrowest to the widest {method} gains {mean(best[-1] - best[0])}.")
    wide, narrow = (values(results, f"{name}, 1-SAM", "peak")[:, index] for name in (list(widths)[-1], next(iter(widths))))
    turns_on = effect("best test accuracy of 1-SAM at the largest width less that at the smallest", wide - narrow)
    return {RESULT: ruled(results, seeds, all_of(outcomes), " ".join([*says, led(results, widths, index)]), turns_on)}


def picture(results: Results) -> str:
    """Draw best accuracies and leads against the width."""
    widths = places(results, "width")
    return lead_panels(results, widths, "width", column(results, list(widths)[-1], "1-SAM", "same"))


WIDTHS_IMAGES: dict[Profile, tuple[int, ...]] = {"smoke": (2, 4), "pocket": (125, 250, 500), "paper": (16, 32, 64)}


def arms_on_images(profile: Profile) -> dict[str, Arm]:
    """Return SGD and 1-SAM at a quarter, a half and all of the width."""
    network, found = VARIED[profile], dict[str, Arm]()
    for width in WIDTHS_IMAGES[profile]:
        found |= image_variant(f"{network} of width {width}", profile, network, METHODS, width=width)
    return found


ON_DIGITS = on_digits(
    id="fig-13-digits",
    question="On digits with 30% wrong labels, do 1-SAM and SGD both gain from width, and does the lead of 1-SAM stay?",
    targets=(RESULT,),
    expected="both improve from a quarter over half to the full width of ResNet18 on CIFAR-10",
    rule=(
        f"For the 2NN of widths {', '.join(str(width) for width in WIDTHS.values())}, paired over {DIGITS_SEEDS} seeds, 1-SAM at the "
        "radius that "
        f"is best at width {WIDEST} on held-out points with noisy labels: the best test accuracy at the largest width exceeds that at the "
        "smallest for SGD and for 1-SAM (95% intervals above 0; refuted if one lies below), and in no step between neighbouring widths "
        "does the 95% interval show a loss (refuted if one does). Leads at the radius that is best for each width are shown beside."
    ),
    arms=DIGITS_ARMS,
    judge=partial(judge, seeds=DIGITS_SEEDS),
    picture=picture,
)
ON_IMAGES = on_images(
    id="fig-13",
    question="On real images with 30% wrong labels, do 1-SAM and SGD both gain from the width of ResNet18?",
    targets=(RESULT,),
    expected="both improve from 16 over 32 to 64 filters in the first layer",
    rule=(
        f"Paired over {IMAGE_SEEDS} seeds, ResNet18 (under `pocket` the 2NN) at a quarter, a half and all of its width (16, 32 and 64 "
        "under `paper`), 1-SAM at "
        "the radius that is best at the largest on held-out points with noisy labels (under `paper` the paper's 0.01): the best "
        "test accuracy at the largest width exceeds that at the smallest for SGD and for 1-SAM (95% intervals above 0; refuted "
        "if one lies below), and in no step between neighbouring widths does the 95% interval show a loss (refuted if one "
        "does)."
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
