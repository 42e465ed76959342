"""Table 1 on images: the five ways to train ResNet18, and how much of SAM's lead over SGD the penalty of Eq. 4.5 closes."""

from __future__ import annotations

from empirical.experiments.fig_1_digits import LEADING, PAPER_LEAD
from empirical.experiments.table_1_digits import PAPER_SHARE, SHARING
from empirical.images.arms import PENALTY, Arm, arms
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS
from empirical.report.experiment import Profile, Results, Ruling, Target
from empirical.report.figures import svg
from empirical.report.panels import curve_panel
from empirical.report.reading import at, radius, strength
from empirical.report.results import effect, mean, networks, ruled, share
from empirical.report.statistics import all_of, exceeds, within

RESULT = Target("table-1", "printed", "result")
CLOSED = Target("gap-17-to-9", "printed", "result")
SAMS = ("SGD", "L-SAM", "J-SAM", "1-SAM")
PRINTED = {"SGD": 52.48, "L-SAM": 54.13, "J-SAM": 69.17, "1-SAM": 69.47, PENALTY: 60.8}
"""Best test accuracies in percent that the paper prints."""
NEAR, LEAD, CLOSES = 0.03, {"paper": 0.10}, 1 / 3
"""J-SAM beside 1-SAM; the least lead of 1-SAM under `paper`, else any; the share of it that the penalty closes."""


def arms_of(profile: Profile) -> dict[str, Arm]:
    """Return the five rows."""
    return arms(profile, ("ResNet18",), (*SAMS, PENALTY))


def judge(results: Results) -> dict[Target, Ruling]:
    """Rule on the order of the rows and their distances, and on the share of the lead that the penalty closes."""
    (model,) = networks(results)
    best = {method: at(results, model, method, "peak") for method in SAMS}
    best[PENALTY] = at(results, model, PENALTY, "peak", "own")
    lead, gain = best["1-SAM"] - best["SGD"], best[PENALTY] - best["SGD"]
    nearer = (best["1-SAM"] - best["L-SAM"]) - (best["L-SAM"] - best["SGD"])
    least = LEAD.get(results["profile"], 0.0)
    led = exceeds(lead.tolist(), least, SEEDS)
    closed = exceeds((gain - CLOSES * lead).tolist(), 0.0, SEEDS) if led == "supports" else "inconclusive"
    outcome = all_of([led, within((best["1-SAM"] - best["J-SAM"]).tolist(), NEAR, SEEDS), exceeds(nearer.tolist(), 0.0, SEEDS), closed])
    chosen = {PENALTY: f" (γ {strength(results, model, PENALTY)})"}
    told = ", ".join(f"{name}{chosen.get(name, '')} {mean(found)} (paper {PRINTED[name] / 100:.3f})" for name, found in best.items())
    told_share = f"{model}: of SAM's lead of {mean(lead)} the penalty as printed closes {mean(gain)}."
    says = f"{model}, SAM's ρ = {radius(results, model, '1-SAM'):g}: {told}."
    return {
        RESULT: ruled(results, SEEDS, outcome, says, effect(LEADING, lead, least, PAPER_LEAD)),
        CLOSED: ruled(results, SEEDS, closed, told_share, effect(SHARING, share(gain, lead), CLOSES, PAPER_SHARE)),
    }


def picture(results: Results) -> str:
    """Draw test accuracy along training, SAM's methods at SAM's radius."""
    return svg([curve_panel(results, model, "test_accuracy", "test accuracy", SAMS) for model in networks(results)])


EXPERIMENT = on_images(
    id="table-1",
    question="On real images with 30% wrong labels, do five ways to train ResNet18 come out as in Table 1?",
    targets=(RESULT, CLOSED),
    expected="; ".join(f"{name} {value:g}%" for name, value in PRINTED.items()),
    rule=(
        f"Paired over {SEEDS} seeds, in best test accuracy along training, SAM's methods at the radius that is best for 1-SAM (under "
        f"`paper` the paper's 0.01), the penalty at the gammas that are best on held-out points with noisy labels: 1-SAM lies above SGD "
        f"(under `paper` by at least {100 * LEAD['paper']:.0f} points), J-SAM within {100 * NEAR:.0f} points of 1-SAM, L-SAM nearer to SGD "
        "than to 1-SAM, and the penalty closes at least a third of 1-SAM's lead, on which `gap-17-to-9` is ruled alone. Every 95% interval "
        "says so; refuted if one lies on the other side. Without a lead of 1-SAM no share of it is decided."
    ),
    arms=arms_of,
    judge=judge,
    picture=picture,
    peaks=True,
)
