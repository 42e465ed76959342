"""Points for the claim on two groups: whole numbers times powers of two, so that lengths and inner products are exact."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from theory.domain import Arrays, Batch, Reals, Space, Values
from theory.linear.group_examples import TEMPLATES
from theory.loss.full_batch import d, n, rho, t
from theory.symbols import real

CHI = np.array([1.0, 1.0, 0.0])
LEGS = ((3.0, 4.0, 5.0), (4.0, 3.0, 5.0), (5.0, 12.0, 13.0), (12.0, 5.0, 13.0))  # signal, length of the noise, length of the input
a, b = real("a b")
kind, legs, size, tau = real("kind legs size tau")
DOMAINS = {
    t: Arrays(1.0),
    rho: Reals(1e-3, 2.0),
    a: Reals(0.0, 3.0),
    b: Reals(0.0, 3.0),
    kind: Values(tuple(map(float, range(len(TEMPLATES))))),
    legs: Values(tuple(map(float, range(len(LEGS))))),
    size: Values((0.0625, 0.125, 0.25)),
    tau: Reals(0.0, 2.0),
}


def in_groups(
    templates: Sequence[Sequence[Sequence[int]]],
    lean: float = 0.0,
    stretch: float = 1.0,
    triangles: Sequence[Sequence[float]] = LEGS,
    signal_sign: float = 1.0,
) -> Callable[[Batch], Batch]:
    """Return a construction of two clean points and a mislabelled one with the noises of a template, all of whose rows have one length.

    lean: the first entry of w0; stretch: a factor of the mislabelled noise; signal_sign: a factor of the signal.
    """
    row_length = float(np.linalg.norm(templates[0][0]))

    def construct(batch: Batch) -> Batch:
        rows = np.array(templates, dtype=float)[batch["kind"].astype(int) % len(templates)]
        signal, noise, length = (batch["size"] * np.array(triangles)[batch["legs"].astype(int), k] for k in range(3))
        noises = rows * noise[:, None, None] / row_length * np.array([1.0, 1.0, stretch])[:, None]
        zeros = np.zeros((*noises.shape[:2], 1))
        labels = np.where(batch["t"] < 0, -1.0, 1.0)
        truth = labels * np.where(CHI == 1, 1.0, -1.0)
        points = truth[:, :, None] * np.concatenate([signal_sign * signal[:, None, None] + zeros, noises, zeros], axis=2)
        signed = labels[:, :, None] * points
        clean, wrong = (np.einsum("bnd,n->bd", signed, share) for share in (CHI, 1 - CHI))
        seen = {f"{who}{whom}": np.einsum("bd,bd->b", signed[:, row], whole)
                for who, row in (("c", 0), ("n", 2)) for whom, whole in (("c", clean), ("n", wrong))}  # fmt: skip
        start = np.zeros((len(labels), points.shape[2]))
        start[:, -1], start[:, 0] = batch["tau"], lean
        return {**batch, **seen, "t": labels, "X": points, "chi": np.tile(CHI, (len(labels), 1)), "w0": start, "l": length}

    return construct


NOTE = "two clean points and a mislabelled one, whose noises have one length and see each group's sum alike; w0 is across the data"
SPACE = Space(DOMAINS, sizes=({n: 3, d: 6},), construct=in_groups(TEMPLATES), note=NOTE)
UNLIKE = [[[2, 0, 0, 0], [0, 2, 0, 0], [2, 0, 0, 0]], [[2, 0, 0, 0], [0, 2, 0, 0], [0, -2, 0, 0]]]
ONE_BESIDE = Space(DOMAINS, SPACE.sizes, in_groups(UNLIKE), "the mislabelled point has the noise of one clean point")
LEANING = Space(DOMAINS, SPACE.sizes, in_groups(TEMPLATES, lean=1.0), "w0 has a part along e_1")
STRETCHED = Space(DOMAINS, SPACE.sizes, in_groups(TEMPLATES, stretch=2.0), "the mislabelled noise is twice as long")
