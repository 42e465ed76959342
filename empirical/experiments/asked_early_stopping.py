"""A reviewer asks: does SAM's gain need early stopping, and how do best, last and chosen accuracy differ?

Run.     `python -m empirical run asked-early-stopping-digits`
Time.    44 s on two CPU cores.
Paper.   A peak in the middle of training, far before the loss converges (Section 1); no value for the rest.
"""

from __future__ import annotations

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import MODELS, SEEDS, arms
from empirical.report.experiment import Results, Ruling, Target
from empirical.report.figures import svg
from empirical.report.panels import curve_panel
from empirical.report.reading import at, radius
from empirical.report.results import effect, mean, ruled
from empirical.report.statistics import Outcome, all_of, exceeds
from reports.direction import Effect

FALLS = Target("asked-early-stopping", "beyond", "accuracy-falls")
STOPPED = Target("asked-early-stopping", "beyond", "gain-when-stopped")
AT_END = Target("asked-early-stopping", "beyond", "gain-at-end")
METHODS = ("SGD", "L-SAM", "J-SAM", "1-SAM")
ARMS = arms(*METHODS)
POINT = 0.01


def judge(results: Results) -> dict[Target, Ruling]:
    """Rule on the fall after the best epoch, and on the gain of 1-SAM at a stop chosen without test labels and at the end."""
    outcomes: dict[Target, list[Outcome]] = {FALLS: [], STOPPED: [], AT_END: []}
    says: dict[Target, list[str]] = {target: [] for target in outcomes}
    for model in MODELS:
        for method in ("SGD", "1-SAM"):
            fall, epoch = (
                at(results, model, method, "peak") - at(results, model, method, "last"),
                at(results, model, method, "peak_epoch"),
            )
            outcomes[FALLS].append(exceeds(fall.tolist(), POINT, SEEDS))
            says[FALLS].append(f"{model}, {method}: the accuracy falls by {mean(fall)} from its best, at epoch {epoch.mean():.0f}.")
        for target, stat in ((STOPPED, "stopped"), (AT_END, "last")):
            gain = at(results, model, "1-SAM", stat) - at(results, model, "SGD", stat)
            outcomes[target].append(exceeds(gain.tolist(), 0.0, SEEDS))
            says[target].append(f"{model}, ρ = {radius(results, model, '1-SAM'):g}: 1-SAM lies {mean(gain)} above SGD.")
    return {
        target: ruled(results, SEEDS, all_of(found), " ".join(says[target]), _turns_on(results, target))
        for target, found in outcomes.items()
    }


def _turns_on(results: Results, target: Target) -> Effect | None:
    """Return the number of the last network that a ruling turns on."""
    model = list(MODELS)[-1]
    if target == FALLS:
        fall = at(results, model, "1-SAM", "peak") - at(results, model, "1-SAM", "last")
        return effect(f"{model}, fall of 1-SAM's test accuracy from its best", fall, POINT)
    stat, when = ("stopped", "at the stop") if target == STOPPED else ("last", "after the last epoch")
    gain = at(results, model, "1-SAM", stat) - at(results, model, "SGD", stat)
    return effect(f"{model}, lead of 1-SAM over SGD {when}", gain)


def table(results: Results) -> list[dict[str, str]]:
    """Return a row for each network and method, at the method's own radius: three accuracies, and the epochs of the first two."""
    rows: list[dict[str, str]] = []
    for model in MODELS:
        for method in METHODS:
            found = {name: at(results, model, method, name, "own") for name in ("peak", "peak_epoch", "stopped", "stopped_epoch", "last")}
            rho = 0.0 if method == "SGD" else radius(results, model, method, "own")
            row = {"network and method": f"{model}, {method}", "rho": f"{rho:g}", "best test accuracy": str(mean(found["peak"]))}
            row |= {"at epoch": f"{found['peak_epoch'].mean():.0f}", "stopped on held-out points": str(mean(found["stopped"]))}
            row |= {"stopped at epoch": f"{found['stopped_epoch'].mean():.0f}", "after the last epoch": str(mean(found["last"]))}
            rows.append(row)
    return rows


def picture(results: Results) -> str:
    """Draw test accuracy along training, all at 1-SAM's radius."""
    return svg([curve_panel(results, model, "test_accuracy", "test accuracy", METHODS) for model in MODELS])


EXPERIMENT = on_digits(
    id="asked-early-stopping-digits",
    question="On digits with 30% wrong labels, how do best, last and chosen accuracy differ, and does SAM's gain need early stopping?",
    targets=(FALLS, STOPPED, AT_END),
    expected="a peak in the middle of training, far before the loss converges (Section 1); no value for the rest",
    rule=(
        f"For the DLN and the 2NN, paired over {SEEDS} seeds, 1-SAM at the radius that is best on held-out points with noisy labels: the "
        f"best test accuracy along training exceeds that after the last epoch by more than {POINT} for SGD and for 1-SAM; after the epoch "
        "whose held-out accuracy (noisy labels) is best, 1-SAM exceeds SGD; and so it does after the last epoch. One ruling each: every "
        "95% interval says so; refuted if one lies on the other side."
    ),
    arms=ARMS,
    judge=judge,
    table=table,
    picture=picture,
)
EXPERIMENTS = (EXPERIMENT,)
