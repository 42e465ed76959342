"""Values that rules read from results: a method's values at the strength that is compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from empirical.report.arm_key import ArmKey
from empirical.report.results import average, mean, networks, values
from empirical.report.sweep_results import SweepResults

Choice = Literal["same", "own"]


def own_column(results: SweepResults, key: ArmKey) -> int:
    """Return the column of an arm whose mean held-out accuracy over seeds is best; a single column needs no held-out points."""
    if len(results.arms[key].values["peak"][0]) == 1:
        return 0
    accuracies = [mean(column) for column in values(results, key, "held_out").T]
    return max(
        range(len(accuracies)), key=lambda index: (accuracies[index].n > 0, accuracies[index].mean if accuracies[index].n else 0.0, -index)
    )


def column(results: SweepResults, model: str, method: str, choice: Choice) -> int:
    """Return the column to compare: at 1-SAM's best radius ("same") or at the method's own best radius; SGD has only one column."""
    if method == "SGD":
        return 0
    return own_column(results, ArmKey(model, "1-SAM" if choice == "same" else method))


def at(results: SweepResults, model: str, method: str, stat: str, choice: Choice = "same") -> np.ndarray:
    """Return a statistic of a method at the chosen strength, (seeds, ...)."""
    return values(results, ArmKey(model, method), stat)[:, column(results, model, method, choice)]


def radius(results: SweepResults, model: str, method: str, choice: Choice = "same") -> float:
    """Return the radius that `at` compares."""
    return results.arms[ArmKey(model, method)].setting["rhos"][column(results, model, method, choice)]


def strength(results: SweepResults, model: str, method: str) -> str:
    """Return the strength that a method was given by its own held-out accuracy, as text."""
    return strengths(results.arms[ArmKey(model, method)].setting)[column(results, model, method, "own")]


def peaks(results: SweepResults, methods: Sequence[str]) -> str:
    """Return the best test accuracies of methods at 1-SAM's radius, network by network, as text."""
    texts = [
        f"{model}: " + ", ".join(f"{method} {average(at(results, model, method, 'peak'))}" for method in methods)
        for model in networks(results)
    ]
    return "; ".join(texts)


def leads(results: SweepResults, setting: str, index: int | None = None) -> np.ndarray:
    """Return 1-SAM's lead over SGD in best test accuracy, (seeds,), at one column or, for None, at the radius best for the setting."""
    key = ArmKey(setting, "1-SAM")
    sam = values(results, key, "peak")
    chosen = own_column(results, key) if index is None else index
    return sam[:, chosen] - at(results, setting, "SGD", "peak")


def led(results: SweepResults, settings: Mapping[str, float], index: int | None = None) -> str:
    """Return 1-SAM's lead over SGD in best test accuracy in each setting as text: at one column, and at the radius best for the setting."""
    says: list[str] = []
    for name in settings:
        own = f"{mean(leads(results, name))} at its own ρ = {radius(results, name, '1-SAM', 'own'):g}"
        fixed = "" if index is None else f"{mean(leads(results, name, index))} at ρ = {_rho(results, name, index):g}, "
        says.append(f"{name}: SGD {average(at(results, name, 'SGD', 'peak'))}, lead of 1-SAM {fixed}{own}")
    return f"{'; '.join(says)}."


def _rho(results: SweepResults, setting: str, index: int) -> float:
    return results.arms[ArmKey(setting, "1-SAM")].setting["rhos"][index]


def strengths(setting: Mapping[str, Sequence[float]]) -> list[str]:
    """Return the strength of each column of an arm as text: 0 for SGD, the radius, or the two gammas."""
    if setting["method"] == "sgd":
        return ["0"]
    if "gamma_z" in setting:
        return [f"{z:g}, {v:g}" for z, v in zip(setting["gamma_z"], setting["gamma_v"], strict=True)]
    return [f"{rho:g}" for rho in setting["rhos"]]
