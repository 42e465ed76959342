"""Figure 8 on Flowers102: does SAM reach a higher accuracy than SGD on the test set and on the true labels of noisy examples?"""

from __future__ import annotations

from empirical.data.data_spec import FLOWERS102
from empirical.experiments.fig_8_tiny_imagenet import METHODS, ahead, picture, sample_of
from empirical.images.arms import Arm, arms
from empirical.images.on_images import on_images
from empirical.images.sweep import DRAWN, SEEDS
from empirical.report.experiment import Profile, Results, Ruling, Target
from empirical.report.reading import at
from empirical.report.results import effect, mean, networks, ruled
from empirical.report.statistics import all_of, within

RESULT = Target("fig-8", "printed", "flowers102")
NO_DROP = Target("fig-8", "printed", "flowers102-no-drop")
SHARE, DROP = 0.2, 0.02  # of wrong labels; two points


def arms_of(profile: Profile) -> dict[str, Arm]:
    """Return SGD and 1-SAM."""
    train = {"train": FLOWERS102.train} if profile == "paper" else {}  # folders of other sources may hold more
    return arms(profile, ("ResNet18",), METHODS, sample=sample_of(profile, FLOWERS102, share=SHARE, **train))


def judge(results: Results) -> dict[Target, Ruling]:
    """Rule on both accuracies, and on what is lost after the best epoch."""
    (model,) = networks(results)
    lost = {method: at(results, model, method, "peak") - at(results, model, method, "last") for method in METHODS}
    stays = all_of([within(found.tolist(), DROP, SEEDS) for found in lost.values()])
    told = ", ".join(f"{method} {mean(found)}" for method, found in lost.items())
    return {
        RESULT: ahead(results),
        NO_DROP: ruled(
            results,
            SEEDS,
            stays,
            f"{model}: best test accuracy less that after the last epoch: {told}.",
            effect(f"{model}, {DROP:g} less what 1-SAM loses after its best epoch", DROP - lost["1-SAM"]),
        ),
    }


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
    data=FLOWERS102,
)
