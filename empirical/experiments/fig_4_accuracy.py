"""Figure 4, bottom, on images: what do J-SAM and L-SAM keep of 1-SAM's gain in DLN, 2NN and ResNet18? The rule is that of the digits."""

from __future__ import annotations

from empirical.experiments.fig_4_accuracy_digits import METHODS, RESULT, kept_of_gain
from empirical.images.arms import BASES, Arm, arms
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS
from empirical.report.experiment import Profile, Results, Ruling, Target
from empirical.report.figures import svg
from empirical.report.panels import curve_panel
from empirical.report.results import networks

RULE = (
    f"In each network, paired over {SEEDS} seeds, in best test accuracy at the radius that is best for 1-SAM on held-out points with "
    "noisy labels (under `paper` the paper's 0.01): J-SAM keeps more than half of 1-SAM's gain over SGD and L-SAM less than half. "
    "Every 95% interval of these differences lies above 0; refuted if one lies below. A network in which 1-SAM gains nothing over SGD "
    "decides nothing."
)


def arms_of(profile: Profile) -> dict[str, Arm]:
    """Return SGD, 1-SAM and the two hybrids in all networks."""
    return arms(profile, BASES[profile], METHODS)


def judge(results: Results) -> dict[Target, Ruling]:
    """Rule on what the hybrids keep."""
    return {RESULT: kept_of_gain(results, SEEDS)}


def picture(results: Results) -> str:
    """Draw test accuracy along training, all at 1-SAM's radius."""
    return svg([curve_panel(results, model, "test_accuracy", "test accuracy", METHODS) for model in networks(results)])


EXPERIMENT = on_images(
    id="fig-4-accuracy",
    question="On real images with 30% wrong labels, does J-SAM keep what 1-SAM gains over SGD, and does L-SAM not?",
    targets=(RESULT,),
    expected="J-SAM nearly at 1-SAM, L-SAM only marginally above SGD, in DLN, 2NN and ResNet18",
    rule=RULE,
    arms=arms_of,
    judge=judge,
    picture=picture,
    apart=True,
    peaks=True,
)
