"""Statistics of each network: its best accuracies and their epochs, and other quantities at equal gaps of clean and noisy accuracy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

ACCURACIES = ("test_accuracy", "holdout_accuracy", "clean_accuracy", "noisy_accuracy")
NORMS = ("activation_norm", "last_layer_norm")
RATIOS = {"loss_ratio": "loss", "update_ratio": "update_norm", "logit_ratio": "logit_scale"}
"""{ratio of Figure 7: its probe; the mean over clean points is divided by the mean over noisy points}."""
SCALES = ("clean_scale_ratio", "noisy_scale_ratio")
PROBES = (*ACCURACIES, *SCALES, *(f"{group}_{name}" for name in RATIOS.values() for group in ("clean", "noisy")), *NORMS)
CLASSES = 10
QUARTERS = 4
GAPS = (0.6, 0.65, 0.7, 0.75, 0.8, 0.85)
"""Gaps between clean and noisy training accuracy at which networks are compared; on digits the first epoch often reaches 0.5."""


def summarise(probes: Mapping[str, np.ndarray], gaps: Sequence[float] | None = None, classes: int = CLASSES) -> dict[str, np.ndarray]:
    """Return statistics of probes (epochs, seeds, columns): (seeds, columns), or with a last axis of quarters or of `gaps` (`GAPS`).

    peak, peak_epoch, last     the best test accuracy, its epoch (from 1), and the test accuracy after the last epoch
    roughness                  the mean absolute change of test accuracy from one epoch to the next
    held_out                   the best accuracy on held-out points with noisy labels, on which a radius is chosen
    stopped, stopped_epoch     the test accuracy after the epoch of that best accuracy, and that epoch: what can be had without test labels;
                               all three only where points were held out
    before_noise               the best clean training accuracy of the epochs in which noisy points are fitted no better than by chance;
                               chance itself where there is no such epoch
    gap                        the largest gap between clean and noisy training accuracy
    tracking                   the correlation of that gap with the test accuracy over the epochs up to the largest gap, at least five

    For arms that keep every probe the statistics of `_of_every_probe` join them.
    """
    chance, gaps = 1 / classes, GAPS if gaps is None else gaps
    test, gap = probes["test_accuracy"], probes["clean_accuracy"] - probes["noisy_accuracy"]
    statistics = {
        "peak": test.max(0),
        "peak_epoch": test.argmax(0) + 1,
        "last": test[-1],
        "roughness": np.abs(np.diff(test, axis=0)).mean(0),
        "before_noise": np.where(probes["noisy_accuracy"] <= chance, probes["clean_accuracy"], chance).max(0),
        "gap": gap.max(0),
        "tracking": tracking(gap, test),
    }
    if "holdout_accuracy" in probes:
        held_out = probes["holdout_accuracy"]
        stop = held_out.argmax(0)
        statistics["held_out"], statistics["stopped_epoch"] = held_out.max(0), stop + 1
        statistics["stopped"] = np.take_along_axis(test, stop[None], axis=0)[0]
    if "clean_loss" in probes:
        statistics |= _of_every_probe(probes, gap, gaps)
    return statistics


def _of_every_probe(probes: Mapping[str, np.ndarray], gap: np.ndarray, gaps: Sequence[float]) -> dict[str, np.ndarray]:
    """Return the statistics of arms that keep every probe, beside the `gap` between clean and noisy training accuracy.

    noisy_true                 the best accuracy on the true labels of mislabelled training points
    scale_gap                  the mean ratio of logit scales, clean points less noisy points, in each quarter of the epochs
    clean_loss_at              the mean loss of clean points when the gap first reaches each of `gaps`; NaN where it does not, or where it
                               was reached within the first epoch
    loss_ratio_at, ...         likewise the ratios of Figure 7, clean over noisy, where there is an update for each example
    activation_norm_last, ...  norms of the last layer's input and of its weights after the last epoch
    """
    scale = probes["clean_scale_ratio"] - probes["noisy_scale_ratio"]
    statistics = {"scale_gap": np.stack([part.mean(0) for part in np.array_split(scale, QUARTERS)], axis=-1)}
    if "noisy_true_accuracy" in probes:
        statistics["noisy_true"] = probes["noisy_true_accuracy"].max(0)
    statistics["clean_loss_at"] = at_gaps(gap, probes["clean_loss"], gaps)
    for name, of in RATIOS.items():
        if f"clean_{of}" not in probes:  # a shard's update is no single example's
            continue
        with np.errstate(divide="ignore", invalid="ignore"):  # a network that no longer learns may have a mean of 0
            ratio = probes[f"clean_{of}"] / probes[f"noisy_{of}"]
        statistics[f"{name}_at"] = at_gaps(gap, ratio, gaps)
    statistics |= {f"{name}_last": probes[name][-1] for name in NORMS}
    return statistics


def tracking(gap: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Return the correlation of both curves (epochs, seeds, columns) up to the largest gap, (seeds, columns); 0 where one is constant."""
    result = np.zeros(gap.shape[1:])
    for place in np.ndindex(result.shape):
        g, t = gap[:, *place], test[:, *place]
        stop = max(int(g.argmax()) + 1, 5)
        a, b = g[:stop] - g[:stop].mean(), t[:stop] - t[:stop].mean()
        size = np.sqrt((a @ a) * (b @ b))
        result[place] = a @ b / size if size > 0 else 0.0
    return result


def at_gaps(gap: np.ndarray, of: np.ndarray, gaps: Sequence[float]) -> np.ndarray:
    """Return `of` where the gap first reaches each of `gaps`, by a straight line between two epochs: (seeds, columns, gaps)."""
    result = np.full((*gap.shape[1:], len(gaps)), np.nan)
    for place in np.ndindex(gap.shape[1:]):
        g, value = gap[:, *place], of[:, *place]
        for index, level in enumerate(gaps):
            reached = int((g >= level).argmax())
            if g[reached] >= level and reached > 0:
                share = (level - g[reached - 1]) / (g[reached] - g[reached - 1])
                result[*place, index] = value[reached - 1] + share * (value[reached] - value[reached - 1])
    return result
