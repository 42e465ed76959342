"""Appendix B.2: is flatness, measured by the trace of the Hessian, uncorrelated with test accuracy?

"Correlation" is read in two ways, both fixed before the run: over all checkpoints of all methods pooled, and over methods at the end of
training. It is Spearman's rank correlation within a seed, so that seeds are independent and no scale of the trace matters.

Run.     `python -m empirical run flatness-uncorrelated`
Time.    Less than 1 s on two CPU cores, after `fig-6` had trained the same models in the same call.
Paper.   No correlation.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from empirical.report.experiment import Results, Ruling, Target
from empirical.report.figures import PALETTE, Line, Panel, ramp, svg
from empirical.report.results import mean, ruled, values
from empirical.report.statistics import Outcome, all_of, within
from empirical.toy.naive_sweep import ARMS, NAIVE, PER_EXAMPLE, STEPS
from empirical.toy.on_toy import on_toy
from empirical.toy.training import Curves

SEEDS = 20
MEDIUM = 0.3  # Cohen's bound of a medium correlation; smaller ones count as none
POINTS = 20  # checkpoints, evenly spaced, the first at a twentieth of training
FLIPS = ("chance", "exact")
RESULT = Target("flatness-uncorrelated", "printed", "result")
READINGS = ("all checkpoints", "methods at the end")


def keep(found: Curves) -> dict[str, np.ndarray]:
    """Keep accuracy and trace at the checkpoints, (points, R)."""
    places = np.linspace(0, len(found.trace) - 1, POINTS + 1).round().astype(int)[1:]
    return {"accuracy": found.accuracy[places * found.every], "trace": found.trace[places]}


def correlations(results: Results, setting: str, flips: str) -> dict[str, np.ndarray]:
    """Return {reading: one correlation a seed}; every method and radius is a column, gradient descent among them."""
    arms = [f"{setting}, {method}, {flips}" for method in ("1-SAM", "n-SAM")]
    accuracy, trace = (np.concatenate([values(results, arm, stat) for arm in arms], axis=2) for stat in ("accuracy", "trace"))

    def each(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.array([_rank_correlation(x.ravel(), y.ravel()) for x, y in zip(a, b, strict=True)])

    return {READINGS[0]: each(accuracy, trace), READINGS[1]: each(accuracy[:, -1], trace[:, -1])}


def _rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Return Spearman's correlation, 0 where one of the two is constant: nothing varies with it."""
    return float(stats.spearmanr(a, b).statistic) if np.ptp(a) and np.ptp(b) else 0.0


def judge(results: Results) -> dict[Target, Ruling]:
    """Rule on both readings, from random weights."""
    found = {flips: correlations(results, "inferred, random", flips) for flips in FLIPS}
    outcomes: list[Outcome] = [within(found[flips][reading].tolist(), MEDIUM, SEEDS) for flips in FLIPS for reading in READINGS]
    says = "The rank correlation of test accuracy and Hessian trace is " + " and ".join(
        f"{mean(found['chance'][reading])} over {reading}" for reading in READINGS
    )
    return {RESULT: ruled(results, SEEDS, all_of(outcomes), f"{says}.")}


def table(results: Results) -> list[dict[str, str]]:
    """Return the correlations from both starting points."""
    rows: list[dict[str, str]] = []
    for start in ("inferred, random", "inferred, origin"):
        for flips in FLIPS:
            found = correlations(results, start, flips)
            rows.append({"setting": f"{start}, {flips}", **{reading: str(mean(found[reading])) for reading in READINGS}})
    return rows


def picture(results: Results) -> str:
    """Draw where each method goes in the plane of trace and accuracy, mean over seeds, flips by chance; a dot is a checkpoint."""
    lines: list[Line] = []
    shown = {"1-SAM": (0, 3), "n-SAM": (NAIVE.index(10.0), NAIVE.index(100_000.0))}
    for method, columns in shown.items():
        radii = PER_EXAMPLE if method == "1-SAM" else NAIVE
        accuracy, trace = (values(results, f"inferred, random, {method}, chance", stat).mean(0) for stat in ("accuracy", "trace"))
        for column, shade in zip(columns, ramp(3)[1:], strict=True):
            label = "GD" if radii[column] == 0 else f"{method}, ρ = {radii[column]:g}"
            colour = PALETTE[6] if radii[column] == 0 else shade if method == "1-SAM" else PALETTE[1 if column == columns[0] else 3]
            lines.append(Line(trace[:, column].tolist(), accuracy[:, column].tolist(), label, colour, marked=True))
    return svg([Panel(f"Checkpoints over {STEPS} steps", "trace of the Hessian", "test accuracy", lines, log_x=True)])


EXPERIMENT = on_toy(
    id="flatness-uncorrelated",
    question="Is there a correlation between test accuracy and the trace of the Hessian?",
    targets=(RESULT,),
    expected="none",
    rule=(
        f"Within each of {SEEDS} seeds, Spearman's correlation of test accuracy and Hessian trace over gradient descent, 1-SAM and "
        f"n-SAM at all their radii: "
        f"(1) over {POINTS} checkpoints of each, pooled, (2) at the end of training. The 95% interval of the mean over seeds lies within "
        f"±{MEDIUM} in both, for flips by chance and for an exact share; refuted if one lies outside. Decided in the inferred setting "
        f"(see eq-3.1), from random weights."
    ),
    seeds=SEEDS,
    arms=ARMS,
    judge=judge,
    table=table,
    picture=picture,
    summarise=keep,
)
EXPERIMENTS = (EXPERIMENT,)
