"""Points for claims on separable data: examples of which u is the nearest weighted mean, exactly, and points that break one assumption.

All numbers have few bits, so that sums and products of them are exact, and equations hold in 50 digits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from theory.domain import Arrays, Batch, Reals, Space
from theory.loss.full_batch import d, n, rho, t, w
from theory.loss.nearest_point import beta
from theory.loss.robust_objective import u, v
from theory.symbols import matrix, real

P = matrix("P", d, d)
"""Drawn, since (P - P^T) u lies across u."""
speed, far = real("speed far")
DOMAINS = {
    u: Arrays(2.0),
    v: Arrays(3.0, zero=True),
    P: Arrays(2.0, zero=True),
    beta: Arrays(1.0, zero=True),
    far: Reals(-2.0, 2.0),
    t: Arrays(1.0),
    w: Arrays(4.0, zero=True),
    rho: Reals(1e-3, 2.0),
    speed: Reals(1e-3, 1.0),
}
NOTE = "u is the weighted mean of the t_i x_i that is nearest to the origin; eta is `speed` times the longest step; <w, u> >= 0"


def few_bits(values: np.ndarray, bits: int) -> np.ndarray:
    """Round to whole multiples of 2^-bits."""
    return np.round(values * 2.0**bits) / 2.0**bits


def nearest(batch: Batch) -> np.ndarray:
    """Return u, shape (N, d), not zero."""
    u = few_bits(batch["u"], 4)
    return np.where(np.any(u != 0, axis=1, keepdims=True), u, 1.0)


def across(batch: Batch, u: np.ndarray) -> np.ndarray:
    """Return a direction across u, shape (N, d), not zero."""
    turn = few_bits(batch["P"], 4)
    drawn = np.einsum("bij,bj->bi", turn - np.swapaxes(turn, 1, 2), u)
    turned = np.concatenate([-u[:, 1:2], u[:, :1], 0 * u[:, 2:]], axis=1)
    first = np.eye(u.shape[1])[0]
    turned = np.where(np.any(turned != 0, axis=1, keepdims=True), turned, first)
    return np.where(np.any(drawn != 0, axis=1, keepdims=True), drawn, turned)


def around(batch: Batch, first: np.ndarray) -> Batch:
    """Put two examples on either side of u, with the shares first and 1 - first, and all others at least as far along u.

    A single example is u itself. The weights have a lead that is not negative, and g is the smallest margin under v.
    """
    u, labels = nearest(batch), np.where(batch["t"] < 0, -1.0, 1.0)
    rows, count = batch["beta"].shape
    first = first if count > 1 else np.ones(rows)
    share, offsets, lifts = np.zeros((rows, count)), few_bits(batch["beta"], 3), 1 + np.abs(few_bits(batch["beta"], 2))
    ends = np.stack([first, 1 - first], axis=1)[:, :count]
    share[:, :2], offsets[:, :2], lifts[:, :2] = (
        ends,
        (np.array([1.0, -1.0]) * (1 - ends) * few_bits(batch["far"], 3)[:, None])[:, :count],
        1.0,
    )
    points = lifts[:, :, None] * u[:, None] + offsets[:, :, None] * across(batch, u)[:, None]
    w, v = few_bits(batch["w"], 6), few_bits(batch["v"], 6)
    w = np.where(np.einsum("bd,bd->b", w, u)[:, None] < 0, -w, w)
    eta = 2 * (1 - 1e-12) * batch["speed"] / np.max(np.einsum("bnd,bnd->bn", points, points), axis=1)
    smallest = np.min(np.einsum("bnd,bd->bn", points, v), axis=1)
    return {**batch, "u": u, "v": v, "w": w, "t": labels, "X": labels[:, :, None] * points, "beta": share, "eta": eta, "g": smallest}


def separated(batch: Batch) -> Batch:
    """Build separable examples: the two shares lie between 0 and 1."""
    return around(batch, few_bits(np.clip(np.abs(batch["beta"][:, 0]), 0, 1), 3))


def with_u(batch: Batch) -> Batch:
    """Return the points with v at u, where the smallest margin is as large as it can be."""
    return {**batch, "v": batch["u"], "g": np.einsum("bd,bd->b", batch["u"], batch["u"])}


def one_pulls(batch: Batch) -> Batch:
    """Return points at which one example is u and all others have margins of a hundred more, so that it alone pulls."""
    u, count = batch["u"], batch["t"].shape[1]
    beside = across(batch, u)
    offsets = np.minimum(np.arange(count), 1.0)
    points = u[:, None] + offsets[:, None] * beside[:, None]
    lead = np.clip(np.einsum("bd,bd->b", batch["w"], u), 0, 3)
    w = (lead / np.sum(u * u, axis=1))[:, None] * u + (100 / np.sum(beside * beside, axis=1))[:, None] * beside
    share = np.tile(1 - offsets, (len(u), 1))
    return {**batch, "X": batch["t"][:, :, None] * points, "beta": share, "w": w, "rho": 0 * batch["rho"] + 1e-9}


# ---- points that break one assumption ----
def leaning(share: tuple[float, ...], lifts: tuple[float, ...], offsets: tuple[float, ...]) -> Callable[[Batch], Batch]:
    """Return a construction with t_i x_i at lifts_i u + offsets_i q, q across u, and with w and v on the side of q."""

    def construct(batch: Batch) -> Batch:
        made = separated(batch)
        u, beside = made["u"], across(batch, made["u"])
        points = np.array(lifts)[:, None] * u[:, None] + np.array(offsets)[:, None] * beside[:, None]
        w = few_bits(16 * np.abs(batch["w"][:, :1]), 4) * beside + few_bits(np.abs(batch["w"][:, 1:2]), 4) * u
        v = u + few_bits(np.abs(batch["v"][:, :1]), 4) * beside
        eta = 2 * (1 - 1e-12) * batch["speed"] / np.max(np.einsum("bnd,bnd->bn", points, points), axis=1)
        smallest = np.min(np.einsum("bnd,bd->bn", points, v), axis=1)
        shares = np.tile(np.array(share), (len(u), 1))
        return {**made, "X": made["t"][:, :, None] * points, "beta": shares, "w": w, "v": v, "eta": eta, "g": smallest}

    return construct


def turned(batch: Batch) -> Batch:
    """Flip the label of the last example, which has no share in u."""
    made = separated(batch)
    labels = made["t"].copy()
    labels[:, -1] *= -1
    return {**made, "t": labels}


def behind(batch: Batch) -> Batch:
    """Turn the weights against u."""
    made = separated(batch)
    lead = np.einsum("bd,bd->b", made["w"], made["u"])
    back = np.where(lead[:, None] == 0, -made["u"], -np.sign(lead)[:, None] * made["w"])
    return {**made, "w": back}


def claimed(batch: Batch) -> Batch:
    """Let g be above the smallest margin."""
    made = separated(batch)
    return {**made, "g": np.maximum(made["g"], 0) + 1 + 2 * np.linalg.norm(made["u"], axis=1) * np.linalg.norm(made["v"], axis=1)}


SPACE = Space(DOMAINS, sizes=({n: 1, d: 2}, {n: 3, d: 3}), construct=separated, note=NOTE)


def broken(construct: Callable[[Batch], Batch], note: str) -> Space:
    """Return the space of three examples with another construction."""
    return replace(SPACE, sizes=({n: 3, d: 3},), construct=construct, note=note)


NEGATIVE_SHARE = broken(leaning((2, -1, 0), (1, 1, 1), (0.25, 0.5, 0.5)), "the shares are 2, -1, 0")
PARTIAL_SHARES = broken(leaning((0.125, 0, 0), (8, 1, 1), (0, 0.25, 0.25)), "the shares add up to 1/8")
TILTED = broken(leaning((1, 0, 0), (1, 1, 1), (0.25, 0.25, 0.25)), "all t_i x_i lie on one side of u")
TURNED = broken(turned, "one t_i x_i points against u")
LONG_STEPS = SPACE.but(speed=Reals(1e2, 1e4))
BEHIND = broken(behind, "<w, u> < 0").but(w=Arrays(60.0))
CLAIMED = broken(claimed, "g is larger than the smallest margin")
