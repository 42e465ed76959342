"""Figure 7 on digits: ratios of clean over noisy points at the same gap of accuracies, for SAM and J-SAM beside SGD and L-SAM."""

from __future__ import annotations

from empirical.digits.cost import cost
from empirical.digits.sweep import SEEDS, arms, sweep
from empirical.experiments.clean_loss_higher_digits import FEWEST, common, gaps, reached
from empirical.report.experiment import Experiment, Results, Ruling, Setup, Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.reading import at, radius
from empirical.report.results import effect, mean, networks, ruled
from empirical.report.statistics import Outcome, all_of, exceeds
from empirical.report.summary import GAPS
from empirical.report.table import table
from reports.direction import Effect

RESULT = Target("fig-7", "printed", "result")
LOGIT_SCALE = Target("fig-7", "printed", "logit-scale")
HIGH, LOW = ("1-SAM", "J-SAM"), ("SGD", "L-SAM")
METHODS = (*LOW, *HIGH)
ARMS = arms(*METHODS)
OF = {RESULT: ("loss_ratio", "update_ratio"), LOGIT_SCALE: ("logit_ratio",)}
NAMES = {"loss_ratio": "loss", "update_ratio": "update norm", "logit_ratio": "logit scale"}


def judge(results: Results, seeds: int = SEEDS) -> dict[Target, Ruling]:
    """Rule on each ratio in four comparisons and two networks: its mean over the gaps that all four methods reach."""
    return {
        target: ruled(results, seeds, *_compared(results, ratios, seeds), _turns_on(results, ratios[0])) for target, ratios in OF.items()
    }


def _turns_on(results: Results, ratio: str) -> Effect | None:
    """Return 1-SAM's ratio less SGD's in the last network, over the gaps that all methods reach."""
    model = networks(results)[-1]
    each = {method: at(results, model, method, f"{ratio}_at") for method in METHODS}
    shared = common(results, *each.values())
    level = {method: found[:, shared].mean(1) for method, found in each.items()} if shared else {}
    return effect(f"{model}, ratio of {NAMES[ratio]}, 1-SAM less SGD", level["1-SAM"] - level["SGD"]) if shared else None


def _compared(results: Results, ratios: tuple[str, ...], seeds: int) -> tuple[Outcome, str]:
    outcomes: list[Outcome] = []
    says: list[str] = []
    for model in networks(results):
        for ratio in ratios:
            each = {method: at(results, model, method, f"{ratio}_at") for method in METHODS}
            shared = common(results, *each.values())
            if len(shared) < FEWEST:
                outcomes.append("inconclusive")
                says.append(f"{model}, ratio of {NAMES[ratio]}: {reached(results, shared)} by all methods in every seed.")
                continue
            level = {method: found[:, shared].mean(1) for method, found in each.items()}
            told: list[str] = []
            for high in HIGH:
                for low in LOW:
                    outcomes.append(exceeds((level[high] - level[low]).tolist(), 0.0, seeds))
                    told.append(f"{high} less {low} {mean(level[high] - level[low])}")
            levels = ", ".join(f"{gaps(results)[index]:g}" for index in shared)
            rho = radius(results, model, "1-SAM")
            says.append(f"{model}, ρ = {rho:g}, ratio of {NAMES[ratio]}, mean over gaps {levels}: {'; '.join(told)}.")
    return all_of(outcomes), " ".join(says)


def picture(results: Results) -> str:
    """Draw each ratio against the gap."""
    panels: list[Panel] = []
    for model in networks(results):
        for ratio, name in NAMES.items():
            each = {method: at(results, model, method, f"{ratio}_at") for method in METHODS}
            shared = common(results, *each.values())
            x = [gaps(results)[index] for index in shared]
            shades = zip(each.items(), (PALETTE[6], *PALETTE), strict=False)
            lines = [interval_line(x, found[:, shared], method, colour) for (method, found), colour in shades]
            panels.append(Panel(model, "gap between clean and noisy accuracy", f"{name}, clean / noisy", lines if shared else []))
    return svg(panels)


def run(setup: Setup) -> Results:
    """Train SGD, 1-SAM and the two hybrids."""
    return sweep("fig-7-digits", ARMS, setup)


EXPERIMENT = Experiment(
    id="fig-7-digits",
    question="On digits with 30% wrong labels, are clean / noisy ratios at equal accuracy gaps higher for SAM and J-SAM?",
    targets=tuple(OF),
    expected="ratios of loss, update norm and logit scale higher for SAM and J-SAM than for SGD and L-SAM before the gap peaks",
    rule=(
        f"For the DLN and the 2NN, paired over {SEEDS} seeds, all methods at the radius that is best for 1-SAM on held-out points with "
        "noisy labels: the mean over clean training points divided by the mean over noisy ones, of the loss and of the norm of an "
        "example's update (and, for its own statement, of the logit scale at the unperturbed weights), read where the gap of accuracies "
        f"first reaches {', '.join(f'{gap:g}' for gap in GAPS)}, averaged over the gaps (at least {FEWEST}) that all four methods reach in "
        "every seed: 1-SAM and J-SAM each exceed SGD and L-SAM. Every 95% interval lies above 0; refuted if one lies below."
    ),
    qualifier="stand-in",
    seeds=SEEDS,
    cost=cost(ARMS),
    run=run,
    judge=judge,
    table=table,
    picture=picture,
)
