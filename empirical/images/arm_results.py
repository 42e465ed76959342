"""The results of one arm: its setting as rules name it, the values of every network, and curves over epochs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from empirical.images.arms import Arm
from empirical.methods.bfloat16 import Precision
from empirical.report.results import band, rounded
from empirical.report.summary import PROBES, QUARTERS, summarise
from empirical.report.sweep_results import ArmResults

GAPS = (0.1, 0.2, 0.3, 0.4, 0.5)
"""Gaps between clean and noisy training accuracy at which networks are compared: Figure 7 draws them up to 0.65."""
Probes = Mapping[str, np.ndarray]
Rows = Sequence[Sequence[Probes | None]]
"""[seed][column] of the probes of one network, (epochs,) each; None where there is no such network, or only its first epochs."""


def setting_of(arm: Arm, precision: Precision) -> dict[str, Any]:
    """Return the settings of an arm, under the names that results and rules use."""
    setting = {key: value for key, value in asdict(arm).items() if value not in (None, ()) and key not in {"sample", "chunk"}}
    setting |= {key: "all" if value is None else value for key, value in asdict(arm.sample).items() if (key, value) != ("size", None)}
    setting |= {"rhos": list(arm.rhos)} | ({} if precision == "float32" else {"precision": precision})
    if arm.gammas:
        setting |= {name: list(column) for name, column in zip(("gamma_z", "gamma_v"), zip(*arm.gammas, strict=True), strict=True)}
        del setting["gammas"], setting["rhos"]
    return setting


def gather(arm: Arm, precision: Precision, rows: Rows, classes: int, draws: Sequence[str]) -> ArmResults:
    """Return the results of an arm: its setting, the values of every network (None for a network without probes), and curves."""
    summaries = [[None if probes is None else _summary(probes, classes) for probes in row] for row in rows]
    blank = next((summary for row in summaries for summary in row if summary), None) or _summary(_unknown(arm), classes)
    counts = [[0 if probes is None else len(probes["test_accuracy"]) for probes in row] for row in rows]
    values = {
        stat: rounded(
            np.array(
                [[summary[stat][0, 0] if summary else np.full_like(like[0, 0], np.nan, float) for summary in row] for row in summaries]
            )
        )
        for stat, like in blank.items()
    }
    longest = max(max(row) for row in counts)
    setting, trained = setting_of(arm, precision), sorted({count for row in counts for count in row if count})
    setting["epochs"] = trained[0] if len(trained) == 1 else trained or 0
    if trained != [arm.epochs]:
        setting["planned_epochs"] = arm.epochs
    curves = {key: band(_stacked(rows, key, longest), np.arange(1, longest + 1)) for key in draws if longest == 0 or _has(rows, key)}
    return ArmResults(setting=setting, values={**values, "epochs": counts}, curves=curves)


def _summary(probes: Probes, classes: int) -> dict[str, np.ndarray]:
    """Return the values of one network, with axes of length 1 for its seed and its strength."""
    return summarise({name: values[:, None, None] for name, values in probes.items()}, GAPS, classes)


def _has(rows: Rows, key: str) -> bool:
    return any(probes is not None and key in probes for row in rows for probes in row)


def _stacked(rows: Rows, key: str, longest: int) -> np.ndarray:
    """Return a curve of all networks, (seeds, epochs, columns), NaN after the last epoch of each."""
    stacked = np.full((len(rows), longest, len(rows[0])), np.nan)
    for place, row in enumerate(rows):
        for column, probes in enumerate(row):
            if probes is not None and key in probes:
                stacked[place, : len(probes[key]), column] = probes[key]
    return stacked


def _unknown(arm: Arm) -> dict[str, np.ndarray]:
    """Return probes such as a network of an arm has, for their names and shapes alone."""
    names = {name for name in PROBES if arm.shard is None or "update_norm" not in name} | {"noisy_true_accuracy"}
    names -= set() if arm.sample.held_out else {"holdout_accuracy"}
    return dict.fromkeys(names, np.ones(QUARTERS))
