"""Appendix B.2: is flatness, measured by the trace of the Hessian, uncorrelated with test accuracy?

"Correlation" is read in two ways, both fixed before the run: over all checkpoints of all methods pooled, and over methods at the end of
training. It is Spearman's rank correlation within a seed, so that seeds are independent and no scale of the trace matters.

Run.     `python -m empirical run flatness-uncorrelated`
Time.    Less than 1 s on two CPU cores, after `fig-6` had trained the same models in the same call.
Paper.   No correlation.
"""

from __future__ import annotations

import numpy as np

from empirical.report.arm_key import ArmKey
from empirical.report.experiment import Target
from empirical.report.figures import PALETTE, Line, Panel, ramp, svg
from empirical.report.results import mean, values
from empirical.report.rules.combined import AllOf
from empirical.report.rules.conditions import Within
from empirical.report.rules.rule import BOTH_FLIPS, FLIPS, Part, SeedRule
from empirical.report.rules.term import Term, number
from empirical.report.sweep_results import SweepResults
from empirical.toy.naive_sweep import ARMS, NAIVE, PER_EXAMPLE, STEPS
from empirical.toy.on_toy import on_toy
from empirical.toy.training import Curves

SEEDS = 20
MEDIUM = 0.3  # Cohen's bound of a medium correlation; smaller ones count as none
POINTS = 20  # checkpoints, evenly spaced, the first at a twentieth of training
RESULT = Target("flatness-uncorrelated", "printed", "result")
READINGS = ("all checkpoints", "methods at the end")


def keep(measured: Curves) -> dict[str, np.ndarray]:
    """Keep accuracy and trace at the checkpoints, (points, R)."""
    places = np.linspace(0, len(measured.trace) - 1, POINTS + 1).round().astype(int)[1:]
    return {"accuracy": measured.accuracy[places * measured.every], "trace": measured.trace[places]}


def correlations(results: SweepResults, setting: str, flips: str) -> dict[str, np.ndarray]:
    """Return {reading: one correlation a seed}; every method and radius is a column, gradient descent among them."""
    keys = [ArmKey(setting, method, flips) for method in ("1-SAM", "n-SAM")]
    accuracy, trace = (np.concatenate([values(results, key, stat) for key in keys], axis=2) for stat in ("accuracy", "trace"))

    def by_seed(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.array([_rank_correlation(x.ravel(), y.ravel()) for x, y in zip(a, b, strict=True)])

    return {READINGS[0]: by_seed(accuracy, trace), READINGS[1]: by_seed(accuracy[:, -1], trace[:, -1])}


def _rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Return Spearman's correlation, 0 where one of the two is constant: nothing varies with it."""
    from scipy import stats  # it takes half a second to load, and most commands do without it

    return float(stats.spearmanr(a, b).statistic) if np.ptp(a) and np.ptp(b) else 0.0


def told(results: SweepResults) -> str:
    """Return the correlation in both readings, flips by chance."""
    by_reading = correlations(results, "inferred, random", "chance")
    return (
        "The rank correlation of test accuracy and Hessian trace is "
        + " and ".join(f"{mean(by_reading[reading])} over {reading}" for reading in READINGS)
        + "."
    )


def in_reading(reading: str, words: str) -> Within:
    """Return the question in one reading."""
    return Within(
        Term(f"Spearman's correlation {words}", lambda results, flips: correlations(results, "inferred, random", flips)[reading]),
        number(0.0),
        MEDIUM,
    )


RULE = SeedRule(
    seeds=SEEDS,
    cases=BOTH_FLIPS,
    paired=False,
    setting="of test accuracy and Hessian trace within a seed, over gradient descent, 1-SAM and n-SAM at all their radii",
    parts={
        RESULT: Part(
            AllOf(
                (
                    in_reading(READINGS[0], f"over {POINTS} checkpoints of each, pooled,"),
                    in_reading(READINGS[1], "at the end of training"),
                )
            ),
            told,
        )
    },
    notes="Decided in the inferred setting (see eq-3.1), from random weights.",
)


def table(results: SweepResults) -> list[dict[str, str]]:
    """Return the correlations from both starting points."""
    rows: list[dict[str, str]] = []
    for start in ("inferred, random", "inferred, origin"):
        for flips in FLIPS:
            by_reading = correlations(results, start, flips)
            rows.append(
                {"setting": ArmKey(start, flips=flips).written, **{reading: str(mean(by_reading[reading])) for reading in READINGS}}
            )
    return rows


def picture(results: SweepResults) -> str:
    """Draw where each method goes in the plane of trace and accuracy, mean over seeds, flips by chance; a dot is a checkpoint."""
    lines: list[Line] = []
    shown = {"1-SAM": (0, 3), "n-SAM": (NAIVE.index(10.0), NAIVE.index(100_000.0))}
    for method, columns in shown.items():
        radii = PER_EXAMPLE if method == "1-SAM" else NAIVE
        accuracy, trace = (values(results, ArmKey("inferred, random", method, "chance"), stat).mean(0) for stat in ("accuracy", "trace"))
        for column, shade in zip(columns, ramp(3)[1:], strict=True):
            label = "GD" if radii[column] == 0 else f"{method}, ρ = {radii[column]:g}"
            colour = PALETTE[6] if radii[column] == 0 else shade if method == "1-SAM" else PALETTE[1 if column == columns[0] else 3]
            lines.append(Line(trace[:, column].tolist(), accuracy[:, column].tolist(), label, colour, marked=True))
    return svg([Panel(f"Checkpoints over {STEPS} steps", "trace of the Hessian", "test accuracy", lines, log_x=True)])


EXPERIMENT = on_toy(
    id="flatness-uncorrelated",
    question="Is there a correlation between test accuracy and the trace of the Hessian?",
    targets=tuple(RULE.parts),
    expected="no correlation",
    rule=RULE,
    seeds=SEEDS,
    arms=ARMS,
    table=table,
    picture=picture,
    summarise=keep,
)
EXPERIMENTS = (EXPERIMENT,)
