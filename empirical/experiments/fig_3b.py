"""Figure 3b: does the gradient norm of clean points over that of mislabelled points decay more slowly for larger rho?

The norms belong to the updates, taken at the perturbed weights: the updates move the model. The same ratio of the gradients at the
unperturbed weights is measured beside it and decides nothing; the perturbation reaches that ratio only through the weights it led to.

The printed claim fell between gradient descent and the smallest radius, whose curves cross within the window. The corrected claim was
written after that, first for half of the window and all radii, where fresh seeds could not decide that one step; it now leaves the step
out and is decided on seeds that nothing had been run on before.

Run.     `python -m empirical run fig-3b`
Time.    25 s on two CPU cores.
Paper.   A ratio that falls from about 1 within 200 steps, higher for larger ρ.
"""

from __future__ import annotations

import numpy as np

from empirical.report.experiment import Results, Ruling, Target
from empirical.report.figures import svg
from empirical.report.results import mean, rising, ruled, values
from empirical.report.statistics import Outcome, all_of, exceeds
from empirical.toy.on_toy import on_toy
from empirical.toy.panels import curve_panel, method_name, pairs
from empirical.toy.sweep import INFERRED, PRINTED, RHOS, Arm, both_flips
from empirical.toy.training import Curves

SEEDS = 20
WINDOW = 200  # steps, as in the figure
HALF = 100
RESULT, CORRECTED = Target("fig-3b", "printed", "result"), Target("fig-3b", "corrected", "from-smallest-radius")
ARMS = (
    both_flips("inferred", Arm(INFERRED))
    | both_flips("inferred, fresh seeds", Arm(INFERRED, steps=200, fresh=True))
    | both_flips("printed", Arm(PRINTED, steps=200))
)
FLIPS = ("chance", "exact")


def ratio(found: Curves) -> np.ndarray:
    """Return the ratio of mean update norms, clean over mislabelled, within the window, (points, R)."""
    return (found.clean_norm / found.noisy_norm)[: WINDOW // found.every]


def plain_ratio(found: Curves) -> np.ndarray:
    """Return the same ratio of gradient norms at the weights themselves."""
    return (found.clean_plain / found.noisy_plain)[: WINDOW // found.every]


def keep(found: Curves) -> dict[str, np.ndarray]:
    """Keep the mean of both ratios over the window, that of the first over half of it, and how far it falls."""
    half = ratio(found)[: HALF // found.every].mean(0)
    return {"ratio": ratio(found).mean(0), "half": half, "fall": ratio(found)[0] - ratio(found)[-1], "plain": plain_ratio(found).mean(0)}


def judge(results: Results) -> dict[Target, Ruling]:
    """Rule on every step of the grid of radii, and on the decay, for flips by chance and for an exact share."""
    deciding, fresh = ([f"{name}, {flips}" for flips in FLIPS] for name in ("inferred", "inferred, fresh seeds"))
    columns = [column for name in deciding for column in (*rising(results, name, "ratio").T, *values(results, name, "fall").T)]
    outcomes: list[Outcome] = [exceeds(column.tolist(), 0.0, SEEDS) for column in columns]
    first, plain = values(results, "inferred, chance", "ratio"), values(results, "inferred, chance", "plain")
    says = (
        f"The mean ratio of update norms over {WINDOW} steps is {mean(first[:, 0])} for gradient descent and {mean(first[:, -1])} for ρ "
        f"= {RHOS[-1]}; "
        f"on the smallest step, to ρ = {RHOS[1]}, it changes by {mean(first[:, 1] - first[:, 0])}; "
        f"the ratio of gradients at the weights themselves is {plain[:, 0].mean():.3f} and {plain[:, -1].mean():.3f}."
    )
    rises = [column for name in fresh for column in rising(results, name, "half")[:, 1:].T]
    halves: list[Outcome] = [exceeds(column.tolist(), 0.0, SEEDS) for column in rises]
    least = min(map(mean, rises), key=lambda found: found.low)
    rise = f"{least.mean:.4f} [{least.low:.4f}, {least.high:.4f}]"
    corrected = f"Over the first {HALF} steps, on fresh seeds, the smallest rise between neighbouring radii from {RHOS[1]} on is {rise}."
    return {
        RESULT: ruled(results, SEEDS, all_of(outcomes), says),
        CORRECTED: ruled(results, SEEDS, all_of(halves), corrected),
    }


def table(results: Results) -> list[dict[str, str]]:
    """Return both ratios of every setting and radius."""
    return [
        {
            "setting": arm,
            "method": method_name(rho),
            "ratio of update norms": str(mean(values(results, arm, "ratio")[:, column])),
            f"over {HALF} steps": str(mean(values(results, arm, "half")[:, column])),
            "its fall": f"{values(results, arm, 'fall')[:, column].mean():.3f}",
            "ratio of gradient norms": str(mean(values(results, arm, "plain")[:, column])),
        }
        for arm, found in results["arms"].items()
        for column, (rho, _) in enumerate(pairs(found["setting"]))
    ]


def picture(results: Results) -> str:
    """Draw both ratios along the first steps, in both settings."""
    return svg(
        [
            curve_panel(
                results, f"{setting}, chance", curve, f"{setting.capitalize()} setting: {what}", "clean / mislabelled", until=WINDOW
            )
            for setting in ("inferred", "printed")
            for curve, what in (("ratio", "updates"), ("plain", "gradients at w"))
        ]
    )


EXPERIMENT = on_toy(
    id="fig-3b",
    question="Does the ratio of update norms, clean over mislabelled points, decay more slowly for larger ρ?",
    targets=(RESULT, CORRECTED),
    expected="a ratio that falls from about 1 within 200 steps, higher for larger ρ",
    rule=(
        f"Paired over {SEEDS} seeds, the mean over the first {WINDOW} steps of the ratio of mean update norms rises from each radius of "
        f"{list(RHOS)} "
        "to the next, and for each radius the ratio falls over these steps: every 95% interval lies above 0, for flips by chance and "
        "for an exact "
        "share. Refuted if one lies below 0. Decided in the inferred setting (see eq-3.1). "
        f"Corrected, on fresh seeds: the same rises over the first {HALF} steps, from radius {RHOS[1]} on."
    ),
    seeds=SEEDS,
    arms=ARMS,
    judge=judge,
    table=table,
    picture=picture,
    summarise=keep,
    draws={"ratio": ratio, "plain": plain_ratio},
)
EXPERIMENTS = (EXPERIMENT,)
