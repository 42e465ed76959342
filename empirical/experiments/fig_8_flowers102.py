"""Figure 8 on Flowers102: does SAM reach a higher accuracy than SGD on the test set and on the true labels of noisy examples?"""

from __future__ import annotations

from dataclasses import replace

from empirical.digits_report import curve_panel
from empirical.digits_sweep import at, radius
from empirical.experiment import Profile, Results, Ruling, Target
from empirical.figures import svg
from empirical.image_arms import BASES, Arm, arms
from empirical.image_data import FLOWERS102
from empirical.image_experiment import on_images
from empirical.image_sweep import DRAWN, SEEDS
from empirical.results import mean, networks, ruled
from empirical.statistics import all_of, exceeds, within

RESULT = Target("fig-8", "printed", "flowers102")
NO_DROP = Target("fig-8", "printed", "flowers102-no-drop")
METHODS = ("SGD", "1-SAM")
TRAIN, SHARE, DROP = 2040, 0.2, 0.02  # images of the official split for training and validation; wrong labels; two points


def arms_of(profile: Profile) -> dict[str, Arm]:
    """Return SGD and 1-SAM."""
    sample = replace(BASES[profile]["ResNet18"].sample, share=SHARE, **({"train": TRAIN, "size": 64} if profile == "paper" else {}))
    return arms(profile, ("ResNet18",), METHODS, sample=sample)


def judge(results: Results) -> dict[Target, Ruling]:
    """Rule on both accuracies, and on what is lost after the best epoch."""
    (model,) = networks(results)
    gains = [at(results, model, "1-SAM", stat) - at(results, model, "SGD", stat) for stat in ("peak", "noisy_true")]
    outcome = all_of([exceeds(gain.tolist(), 0.0, SEEDS) for gain in gains])
    says = (
        f"{model}, ρ = {radius(results, model, '1-SAM'):g}: the best test accuracy of SAM lies {mean(gains[0])} above SGD's "
        f"{at(results, model, 'SGD', 'peak').mean():.3f}, that on the true labels of mislabelled points {mean(gains[1])}."
    )
    lost = {method: at(results, model, method, "peak") - at(results, model, method, "last") for method in METHODS}
    stays = all_of([within(found.tolist(), DROP, SEEDS) for found in lost.values()])
    told = ", ".join(f"{method} {mean(found)}" for method, found in lost.items())
    return {
        RESULT: Ruling(*ruled(results, SEEDS, outcome, says)),
        NO_DROP: Ruling(*ruled(results, SEEDS, stays, f"{model}: best test accuracy less that after the last epoch: {told}.")),
    }


def picture(results: Results) -> str:
    """Draw test accuracy, and accuracy on the true labels of mislabelled training points, along training."""
    drawn = (("test_accuracy", "test accuracy"), ("noisy_true_accuracy", "accuracy on true labels"))
    return svg([curve_panel(results, model, curve, y, METHODS) for model in networks(results) for curve, y in drawn])


EXPERIMENT = on_images(
    id="fig-8-flowers102",
    question="On Flowers102 with 20% wrong labels, is SAM ahead of SGD on the test set and on the true labels of noisy examples?",
    targets=(RESULT, NO_DROP),
    expected="both accuracies higher under SAM; neither test accuracy drops later",
    rule=(
        f"ResNet18, paired over {SEEDS} seeds, at the radius that is best for 1-SAM on held-out points with noisy labels (under `paper` "
        "the paper's 0.01): 1-SAM exceeds SGD in best test accuracy and in best accuracy on the true labels of mislabelled training "
        "points. "
        f"Neither loses {100 * DROP:.0f} points of test accuracy between its best epoch and the last, which is ruled on alone as "
        "`flowers102-no-drop`. Every 95% interval says so; refuted if one lies on the other side."
    ),
    arms=arms_of,
    judge=judge,
    picture=picture,
    draws=(*DRAWN, "noisy_true_accuracy"),
    takes=FLOWERS102,
)
