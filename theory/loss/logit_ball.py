"""How logits and a bound C on them are drawn for Section 4.4: exactly in the ball, on its surface, and at the extremes.

C is the size of the drawn logits plus a slack >= 0, so that no rounding puts a point outside. Random directions in many
dimensions miss the extreme losses; so two thirds of the points are posed there.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np

from theory.definitions import norm
from theory.domain import Arrays, Batch, OneHot, Reals, Space, Values
from theory.loss.wrong_classes import K, e, f
from theory.symbols import real

C = real("C")
slack, pose = real("slack pose")


def radius(p: SimpleNamespace) -> jax.Array:
    """Return C = ||f|| + slack, shape ()."""
    return norm(p.f) + p.slack


def largest_difference(p: SimpleNamespace) -> jax.Array:
    """Return C = max |f_k - f_t| + slack, shape ()."""
    return jnp.max(jnp.abs(p.f - jnp.dot(p.e, p.f))) + p.slack


def posed(batch: Batch) -> Batch:
    """Pose 0: the logits as drawn; 1: f_t = (K-1) v, all others -v; 2: f_t = v, one other -v, the rest 0, with v the drawn true logit."""
    true, pose = batch["e"] > 0, batch["pose"][:, None]
    v = np.sum(batch["f"] * batch["e"], axis=1, keepdims=True)
    first = np.arange(true.shape[1]) == np.argmin(batch["e"], axis=1)[:, None]
    pair = np.where(true, v, np.where(first, -v, 0.0))
    return {**batch, "f": np.where(pose == 0, batch["f"], np.where(pose == 1, v * level(batch), pair))}


def level(batch: Batch) -> np.ndarray:
    """Return K - 1 at the true class and -1 at the others, (N, K): the direction in which all f_t - f_k are equal and largest."""
    return np.where(batch["e"] > 0, batch["e"].shape[1] - 1.0, -1.0)


def in_unit_ball(batch: Batch) -> Batch:
    """Shrink the logits into the unit ball and choose C between their norm and 1."""
    logits = posed(batch)["f"]
    logits = logits / np.maximum(1.0, np.linalg.norm(logits, axis=1, keepdims=True) * (1 + 1e-15))
    return {**batch, "f": logits, "slack": batch["slack"] * np.maximum(0.0, 1 - 1e-15 - np.linalg.norm(logits, axis=1))}


def above_a_smaller_bound(batch: Batch) -> Batch:
    """Shrink the logits into the unit ball; C = ||f|| + slack lies below their norm, and so below 1, where slack is negative."""
    return {**in_unit_ball(batch), "slack": batch["slack"]}


def out_of_unit_ball(batch: Batch) -> Batch:
    """Stretch the logits to a norm above 1 where it is smaller; logits that are all 0 become the logits of a pair."""
    logits = posed(batch)["f"]
    logits = np.where(np.any(logits != 0, axis=1, keepdims=True), logits, level(batch))
    return {**batch, "f": logits * np.maximum(1.0, 1.01 / np.linalg.norm(logits, axis=1, keepdims=True))}


def met(sign: float, applies: Callable[[int], bool] = lambda _: True) -> Callable[[Batch], Batch]:
    """Return a map to logits that meet a bound: all f_t - f_k equal, of this sign, of norm up to 1 (0 where it does not apply)."""

    def meet(batch: Batch) -> Batch:
        classes = batch["e"].shape[1]
        size = np.clip(np.abs(batch["f"][:, :1]), 0, 1) / np.sqrt(classes * (classes - 1.0)) * applies(classes)
        return {**batch, "f": sign * size * level(batch), "slack": 0 * batch["slack"]}

    return meet


def with_other(batch: Batch) -> Batch:
    """Add the class after the target, as a unit vector."""
    return {**batch, "other": np.roll(batch["e"], 1, axis=1)}


VARIABLES = {f: Arrays(3.0, zero=True), e: OneHot(), pose: Values((0.0, 1.0, 2.0))}
SIZES = ({K: 2}, {K: 5})
SPACE = Space({**VARIABLES, slack: Reals(0.0, 2.0)}, SIZES, construct=posed, note="C = ||f|| + slack")
DIFFERENCES = Space(SPACE.domains, SIZES, construct=posed, note="C = max |f_k - f_t| + slack")
SMALL = Space({**VARIABLES, slack: Reals(0.0, 1.0)}, SIZES, construct=in_unit_ball, note="C = ||f|| + slack, at most 1")
LARGE = Space({**VARIABLES, slack: Reals(0.0, 0.0)}, ({K: 3},), construct=out_of_unit_ball, note="C = ||f||, above 1")
OUTSIDE = Space({**VARIABLES, slack: Reals(-2.0, -0.01)}, SIZES, construct=above_a_smaller_bound, note="C = ||f|| + slack, below 1")
PAIR = Space({C: Reals(1.0, 1e6), e: OneHot()}, SIZES, construct=with_other, note="the target is the class of e, the other one is the next")
