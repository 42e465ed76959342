"""`early-stopping`, simulated: do gradient steps follow the theorem, and which assumption does the gain hang on?

Where all assumptions hold, training must follow the two numbers a and b of the theorem, and the best accuracy must rise with rho. Each
further setting breaks one assumption. These settings decide nothing: they show which assumption the gain hangs on.

Run.     `python -m empirical run early-stopping-toy`
Time.    44 s on two CPU cores.
Paper.   No value. The theorem asks for a best accuracy that strictly increases with ρ and equals the accuracy of the two numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, ndtr

from empirical.data.toy import Toy
from empirical.report.arm_key import ArmKey
from empirical.report.experiment import Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.results import mean, rising, values
from empirical.report.rules.combined import AllOf
from empirical.report.rules.conditions import Rises
from empirical.report.rules.rule import Part, SeedRule
from empirical.report.rules.term import Term
from empirical.report.statistics import Outcome, all_of, exceeds
from empirical.report.sweep_results import SweepResults
from empirical.toy.on_toy import on_toy
from empirical.toy.panels import curve_panel
from empirical.toy.sweep import INFERRED, PRINTED, RATE, RHOS, Arm, Arms

SEEDS = 20
NOTHING = 1e-3  # a tenth of a point: what the table calls no change; it decides nothing
AGREES = 1e-7  # of the best accuracy with the two numbers: results keep eight decimals
APART = (*PALETTE[:4], *PALETTE[5:])  # without the second blue
RESULT = Target("early-stopping-toy", "beyond", "simulation")
KEPT = Arm(replace(INFERRED, flips="exact"), geometry="kept", dtype="float64")
KEPT_KEY = ArmKey("kept")
BROKEN = replace(KEPT, dtype="float32")
ARMS: Arms = {
    KEPT_KEY: KEPT,
    ArmKey("kept, flips by chance"): replace(KEPT, toy=INFERRED),
    ArmKey("kept, noise as printed"): replace(KEPT, toy=replace(PRINTED, flips="exact"), steps=200),
    ArmKey("Gaussian directions"): replace(BROKEN, geometry="equal-norms"),
    ArmKey("Gaussian noise"): replace(BROKEN, geometry=None),
    ArmKey("noise shared in pairs"): replace(BROKEN, geometry="twins"),
    ArmKey("norms vary"): replace(BROKEN, geometry="unequal-norms"),
    ArmKey("mislabelled noise longer"): replace(BROKEN, geometry="longer-noisy"),
    ArmKey("start towards e₁"): replace(BROKEN, geometry="along-signal"),
    ArmKey("start towards mislabelled points"): replace(BROKEN, geometry="along-noise"),
    ArmKey("from the origin"): replace(BROKEN, toy=replace(INFERRED, flips="exact", init=0.0)),
    ArmKey("steps 1000 times as long"): replace(BROKEN, rates=(1000 * RATE,), steps=200),
    ArmKey("a minority clean"): replace(BROKEN, toy=replace(INFERRED, flips="exact", share=0.6)),
}


def two_numbers(toy: Toy, rho: float, rate: float, steps: int) -> np.ndarray:
    """Return the accuracy before every step, (steps,), by the theorem: a on clean points, b on mislabelled ones."""
    wrong = round(toy.n * toy.share)
    right, size = toy.n - wrong, toy.deviation**2 * (toy.d - 1)
    shift = rho * np.sqrt(toy.B**2 + size)
    a = b = 0.0
    accuracies = np.empty(steps)
    for step in range(steps):
        along = right * a - wrong * b
        noise = np.sqrt(right * a**2 + wrong * b**2 + toy.init**2 / size)
        accuracies[step] = ndtr(toy.B**2 / (toy.deviation * np.sqrt(size)) * along / noise) if noise else 0.5
        clean, noisy = toy.B**2 * along + size * a, -(toy.B**2) * along + size * b
        a, b = a + rate / toy.n * expit(shift - clean), b + rate / toy.n * expit(shift - noisy)
    return accuracies


def gap(results: SweepResults) -> float:
    """Return the largest distance of a best accuracy from the two numbers' best accuracy, where all assumptions hold."""
    setting = results.arms[KEPT_KEY].setting
    toy = Toy(**{field: setting[field] for field in Toy.__dataclass_fields__})
    expected = [two_numbers(toy, rho, setting["rates"][0], setting["steps"]).max() for rho in setting["rhos"]]
    return float(np.abs(values(results, KEPT_KEY, "peak") - np.array(expected)).max())


@dataclass(frozen=True)
class FollowsTheTwoNumbers:
    """Every best accuracy equals the accuracy of the theorem's two numbers.

    A condition of this experiment alone: no interval decides it, since both sides compute the same but for rounding.
    """

    words: str = f"every best accuracy is within {AGREES} of the best accuracy of Euler steps of the two numbers a and b"

    def decide(self, results: SweepResults, case: str, seeds: int) -> Outcome:
        """Decide by the largest distance."""
        return "supports" if gap(results) <= AGREES else "refutes"


def told(results: SweepResults) -> str:
    """Return the rise, and the distance from the two numbers."""
    peaks = values(results, KEPT_KEY, "peak").mean(0)
    return (
        f"With exactly orthogonal noise of equal norm the best accuracy rises from {peaks[0]:.4f} to {peaks[-1]:.4f} over the grid of "
        f"radii and differs from the best accuracy of the two numbers by at most {gap(results):.0e}."
    )


PEAK = Term("the best test accuracy", lambda results, _: values(results, KEPT_KEY, "peak"))
RULE = SeedRule(
    seeds=SEEDS,
    setting="with orthogonal noise of equal norm, initial weights orthogonal to the data and an exact share of flips",
    parts={RESULT: Part(AllOf((Rises(PEAK, f"each ρ in {list(RHOS)}"), FollowsTheTwoNumbers())), told)},
    notes="Settings with one assumption broken are shown and decide nothing.",
)


def table(results: SweepResults) -> list[dict[str, str]]:
    """Return, for each setting, the gain of the largest radius and whether the best accuracy rises at every step of the grid."""
    rows: list[dict[str, str]] = []
    for key in results.arms:
        peaks = values(results, key, "peak")
        steps = all_of([exceeds(column.tolist(), 0.0, 2) for column in rising(results, key).T])
        words = {"supports": "yes", "refutes": "no: it falls", "inconclusive": "not at every step"}
        little = np.abs(np.diff(peaks.mean(0))).max() < NOTHING
        rows.append(
            {
                "setting": key.written,
                "best accuracy, ρ = 0": str(mean(peaks[:, 0])),
                f"gain of ρ = {RHOS[-1]}": f"{mean(peaks[:, -1] - peaks[:, 0])}",
                "rises with ρ": "no change" if little else words[steps],
            }
        )
    return rows


def picture(results: SweepResults) -> str:
    """Draw accuracy where the assumptions hold, and the gain over gradient descent by radius in every setting."""
    shown = [key for key, arm in ARMS.items() if arm.toy.noise == "unit" and arm.toy.flips == "exact"]
    gains = {key: values(results, key, "peak") - values(results, key, "peak")[:, :1] for key in shown}
    halves = (shown[:5], shown[5:])
    panels = [
        Panel(
            title,
            "ρ",
            "gain in best accuracy",
            [interval_line(RHOS, gains[key], key.setting, colour) for key, colour in zip(keys, APART[: len(keys)], strict=True)],
        )
        for title, keys in zip(("Kept, or noise changed", "One assumption broken"), halves, strict=True)
    ]
    return svg([curve_panel(results, KEPT_KEY, "accuracy", "Every assumption kept", "test accuracy"), *panels])


EXPERIMENT = on_toy(
    id="early-stopping-toy",
    question="Do gradient steps follow the theorem where its assumptions hold, and which assumption does the gain hang on?",
    targets=tuple(RULE.parts),
    expected="a best accuracy that strictly increases with ρ and equals the best accuracy of the two numbers",
    rule=RULE,
    seeds=SEEDS,
    arms=ARMS,
    table=table,
    picture=picture,
    draws={"accuracy": lambda measured: measured.accuracy},
)
EXPERIMENTS = (EXPERIMENT,)
