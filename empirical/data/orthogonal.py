"""Toy data that keeps the assumptions of `early-stopping` exactly, or breaks one of them and keeps the others.

Kept: noise vectors orthogonal to one another, all of norm sqrt(N) with N = deviation^2 (d - 1); initial weights orthogonal to e_1 and to
the noise; more clean points than mislabelled ones. Test points have isotropic Gaussian noise in every geometry.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from empirical.data.toy import Sample, Toy
from empirical.data.toy import draw as draw_gaussian

Geometry = Literal["kept", "equal-norms", "twins", "unequal-norms", "longer-noisy", "along-signal", "along-noise"]
"""Each geometry, and the assumption that it breaks:

kept           nothing is broken
equal-norms    Gaussian directions, so that noise vectors are orthogonal on average only; norms equal
twins          every mislabelled point has the noise of a clean one
unequal-norms  squared norms uniform in [0.1 N, 1.9 N]
longer-noisy   noise of mislabelled points three times as long
along-signal   initial weights turned halfway towards e_1
along-noise    initial weights turned halfway towards the mislabelled points, as if their labels had been learnt
"""


def draw(toy: Toy, seed: int, geometry: Geometry) -> Sample:
    """Draw a sample of the geometry; labels, flips and test points equal the result of `toy.draw` for the same seed.

    Raises ValueError where d - 1 dimensions cannot hold n orthogonal noise vectors and the initial weights.
    """
    if toy.d - 1 < toy.n + 1:
        raise ValueError(f"orthogonal noise needs d >= n + 2, got d = {toy.d}, n = {toy.n}")
    plain = draw_gaussian(toy, seed)
    rng = np.random.default_rng(np.random.SeedSequence(seed).spawn(5)[4])
    clean = plain.t == plain.y
    # Rows of a random reflection, orthonormal without a decomposition; training sees their inner products alone.
    mirror, chosen = rng.standard_normal(toy.d - 1), rng.permutation(toy.d - 1)[: toy.n + 1]
    mirror /= np.linalg.norm(mirror)
    basis = np.eye(toy.d - 1)[chosen] - 2 * np.outer(mirror[chosen], mirror)  # [n + 1, d - 1]
    noise, free = basis[:-1], basis[-1]
    length = np.full(toy.n, toy.deviation * np.sqrt(toy.d - 1))
    if geometry == "equal-norms":
        raw = rng.standard_normal(noise.shape)
        noise = raw / np.linalg.norm(raw, axis=1, keepdims=True)
    elif geometry == "twins":
        noise = noise.copy()
        wrong, right = np.flatnonzero(~clean), np.flatnonzero(clean)
        noise[wrong] = noise[np.resize(right, len(wrong))]
    elif geometry == "unequal-norms":
        length = length * np.sqrt(rng.uniform(0.1, 1.9, toy.n))
    elif geometry == "longer-noisy":
        length = length * np.where(clean, 1.0, 3.0)
    x = plain.y[:, None] * np.column_stack([np.full(toy.n, toy.B), length[:, None] * noise])
    start = np.concatenate([[0.0], free])
    if geometry == "along-signal":
        start = (start + np.eye(toy.d)[0]) / np.sqrt(2)
    elif geometry == "along-noise":
        learnt = plain.t[~clean] @ np.column_stack([np.zeros((~clean).sum()), x[~clean, 1:]])
        start = (start + learnt / np.linalg.norm(learnt)) / np.sqrt(2)
    return Sample(x, plain.y, plain.t, toy.init * start, plain.test_x, plain.test_y)
