"""How points are drawn for the sharp bound of the loss: logits in the ball of radius sqrt(6), and logits that move apart beyond it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from theory.domain import Batch, OneHot, Reals, Space, Values
from theory.loss.hyperbolic import h
from theory.loss.logit_ball import SPACE, VARIABLES, C, level, pose, posed, slack
from theory.loss.wrong_classes import K, e

LARGEST = np.sqrt(6.0) * (1 - 1e-15)  # no rounding leads beyond sqrt(6)


def three_classes(batch: Batch) -> Batch:
    """Add the two classes after the target, as unit vectors."""
    return {**batch, "up": np.roll(batch["e"], 1, axis=1), "down": np.roll(batch["e"], 2, axis=1)}


def drawn_logits(batch: Batch) -> np.ndarray:
    """Return the logits of `posed`, and for pose 3 symmetric logits of which two move apart: there the bound fails first."""
    added, size, apart = three_classes(batch), np.abs(batch["f"][:, :1]), batch["f"][:, -1:]
    moved = apart * (added["up"] - added["down"]) - size * level(batch)
    return np.where(batch["pose"][:, None] == 3, moved, posed(batch)["f"])


def in_ball(batch: Batch) -> Batch:
    """Shrink the logits into the ball of radius sqrt(6) and choose C between their norm and sqrt(6)."""
    logits = drawn_logits(batch)
    size = np.linalg.norm(logits, axis=1, keepdims=True)
    logits = logits * np.minimum(1.0, LARGEST * (1 - 1e-15) / np.maximum(size, LARGEST / 2))
    return {**batch, "f": logits, "slack": batch["slack"] * np.maximum(0.0, LARGEST - np.linalg.norm(logits, axis=1))}


def outside_the_ball(batch: Batch) -> Batch:
    """Shrink the logits into the ball of radius sqrt(6); C = ||f|| + slack lies below their norm where slack is negative."""
    return {**in_ball(batch), "slack": batch["slack"]}


def beyond_the_radius(batch: Batch) -> Batch:
    """Stretch the logits to a norm above sqrt(6) where it is smaller; logits that are all 0 become symmetric."""
    logits = drawn_logits(batch)
    logits = np.where(np.any(logits != 0, axis=1, keepdims=True), logits, -level(batch))
    return {**batch, "f": logits * np.maximum(1.0, 1.01 * np.sqrt(6.0) / np.linalg.norm(logits, axis=1, keepdims=True))}


def symmetric_in_ball(batch: Batch) -> Batch:
    """Return symmetric logits of a norm up to sqrt(6), at which the bound is met."""
    classes = batch["e"].shape[1]
    size = np.minimum(np.abs(batch["f"][:, :1]), LARGEST) / np.sqrt(classes * (classes - 1.0))
    return {**batch, "f": -size * level(batch), "slack": 0 * batch["slack"]}


def no_logits(batch: Batch) -> Batch:
    """Make all logits 0, and C as well."""
    return {**batch, "f": 0 * batch["f"], "slack": 0 * batch["slack"]}


def one_wrong(batch: Batch) -> Batch:
    """Return the logits of two classes with the largest loss of their norm C, which is not 0."""
    return {**batch, "f": -(np.abs(batch["f"][:, :1]) + 0.5) * level(batch), "slack": 0 * batch["slack"]}


DRAWN = {**VARIABLES, pose: Values((0.0, 1.0, 2.0, 3.0)), slack: Reals(0.0, 1.0)}
BALL = Space(DRAWN, ({K: 2}, {K: 3}, {K: 5}), construct=in_ball, note="C = ||f|| + slack, at most √6")
OUTSIDE = replace(BALL.but(slack=Reals(-2.0, -0.01)), construct=outside_the_ball, note="C = ||f|| + slack, below the norm")
LARGE = replace(BALL.but(slack=Reals(0.0, 0.0)), sizes=({K: 3},), construct=beyond_the_radius, note="C = ||f||, above √6")
SYMMETRIC = Space({C: Reals(-6.0, 6.0), e: OneHot()}, ({K: 2}, {K: 5}))
MOVED = Space(
    {h: Reals(1e-3, 4.0), e: OneHot()}, ({K: 3}, {K: 5}), construct=three_classes, note="up and down are the classes after the target"
)
SHORT = replace(MOVED.but(h=Reals(-1.5, -1e-2)), note="h below 0, where the norm is below √(K(K−1))")
SEVERAL_WRONG = replace(SPACE.but(slack=Reals(0.01, 2.0)), sizes=({K: 3}, {K: 5}))
ONE_WRONG = replace(SEVERAL_WRONG, sizes=({K: 2},), construct=one_wrong, note="f_t = -v, the other logit v, C = ||f||")
NO_LOGITS = replace(SEVERAL_WRONG, construct=no_logits, note="f = 0 and C = 0")
ABOVE = SEVERAL_WRONG.but(slack=Reals(-2.0, -0.01))
