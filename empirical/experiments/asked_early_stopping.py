"""A reviewer asks: does SAM's gain need early stopping, and how do best, last and chosen accuracy differ?

Run.     `python -m empirical run asked-early-stopping-digits`
Time.    44 s on two CPU cores.
Paper.   A peak in the middle of training, far before the loss converges (Section 1); no value for the rest.
"""

from __future__ import annotations

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import MODELS, SEEDS, arms
from empirical.report.experiment import Target
from empirical.report.figures import svg
from empirical.report.panels import curve_panel
from empirical.report.reading import at, radius
from empirical.report.results import mean
from empirical.report.rules.combined import AllOf
from empirical.report.rules.conditions import Above
from empirical.report.rules.networks import AT_SAMS_RADIUS, DLN_AND_2NN, less, network_by_network, value
from empirical.report.rules.rule import Part, SeedRule, TurnsOn
from empirical.report.rules.term import Term
from empirical.report.sweep_results import SweepResults

FALLS = Target("asked-early-stopping", "beyond", "accuracy-falls")
STOPPED = Target("asked-early-stopping", "beyond", "gain-when-stopped")
AT_END = Target("asked-early-stopping", "beyond", "gain-at-end")
METHODS = ("SGD", "L-SAM", "J-SAM", "1-SAM")
ARMS = arms(*METHODS)
POINT = 0.01


def told_of_fall(results: SweepResults) -> str:
    """Return what both methods lose after their best epoch."""
    says: list[str] = []
    for model in MODELS:
        for method in ("SGD", "1-SAM"):
            fall = at(results, model, method, "peak") - at(results, model, method, "last")
            epoch = at(results, model, method, "peak_epoch").mean()
            says.append(f"{model}, {method}: the accuracy falls by {mean(fall)} from its best, at epoch {epoch:.0f}.")
    return " ".join(says)


def ahead(stat: str, words: str, when: str) -> Part:
    """Return the condition that 1-SAM is ahead of SGD at one epoch, in words, with the number that it turns on."""
    sam, descent = value("1-SAM", stat), value("SGD", stat)
    lead = less(sam, descent)
    return Part(
        Above(Term(f"{words}, the test accuracy of 1-SAM", sam), Term("the test accuracy of SGD", descent)),
        network_by_network(
            lambda results, model: (
                f"{model}, ρ = {radius(results, model, '1-SAM'):g}: the test accuracy of 1-SAM less SGD's is {mean(lead(results, model))}."
            )
        ),
        TurnsOn(f"{{case}}, lead of 1-SAM over SGD {when}", lead),
    )


def falls(method: str) -> Above:
    """Return the condition that a method loses accuracy after its best epoch."""
    peak = Term(f"the best test accuracy of {method} along training", value(method, "peak"))
    return Above(peak, Term("the accuracy after the last epoch", value(method, "last")), POINT)


RULE = SeedRule(
    seeds=SEEDS,
    cases=DLN_AND_2NN,
    setting=f"1-SAM {AT_SAMS_RADIUS}",
    parts={
        FALLS: Part(
            AllOf((falls("SGD"), falls("1-SAM"))),
            told_of_fall,
            TurnsOn("{case}, fall of 1-SAM's test accuracy from its best", less(value("1-SAM", "peak"), value("1-SAM", "last")), POINT),
        ),
        STOPPED: ahead("stopped", "after the epoch whose held-out accuracy (noisy labels) is best", "at the stop"),
        AT_END: ahead("last", "after the last epoch", "after the last epoch"),
    },
)


def table(results: SweepResults) -> list[dict[str, str]]:
    """Return a row for each network and method, at the method's own radius: three accuracies, and the epochs of the first two."""
    rows: list[dict[str, str]] = []
    for model in MODELS:
        for method in METHODS:
            by_stat = {name: at(results, model, method, name, "own") for name in ("peak", "peak_epoch", "stopped", "stopped_epoch", "last")}
            rho = 0.0 if method == "SGD" else radius(results, model, method, "own")
            row = {"network and method": f"{model}, {method}", "rho": f"{rho:g}", "best test accuracy": str(mean(by_stat["peak"]))}
            row |= {"at epoch": f"{by_stat['peak_epoch'].mean():.0f}", "stopped on held-out points": str(mean(by_stat["stopped"]))}
            row |= {"stopped at epoch": f"{by_stat['stopped_epoch'].mean():.0f}", "after the last epoch": str(mean(by_stat["last"]))}
            rows.append(row)
    return rows


def picture(results: SweepResults) -> str:
    """Draw test accuracy along training, all at 1-SAM's radius."""
    return svg([curve_panel(results, model, "test_accuracy", "test accuracy", METHODS) for model in MODELS])


EXPERIMENT = on_digits(
    id="asked-early-stopping-digits",
    question="On digits with 30% wrong labels, how do best, last and chosen accuracy differ, and does SAM's gain need early stopping?",
    targets=tuple(RULE.parts),
    expected="a peak in the middle of training, far before the loss converges (Section 1); no value for the rest",
    rule=RULE,
    arms=ARMS,
    table=table,
    picture=picture,
)
EXPERIMENTS = (EXPERIMENT,)
