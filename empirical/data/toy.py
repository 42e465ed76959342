"""The toy data of Eq. 3.1: x = y (B, z) with Gaussian noise z, labels t = eps y of which a share is flipped.

The paper prints a noise variance of gamma^2/(d-1) for each coordinate. With it every method is perfect within a few steps, so its
figures cannot come from it; unit variance gives curves in their range. Both are settings here, and so is everything left unsaid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from empirical.data.noise import Flips, corrupt


@dataclass(frozen=True)
class Toy:
    """One setting of the toy data and of the initial weights.

    d, n         dimensions (signal included) and training points
    B, gamma     signal and noise scale
    share        share of flipped labels (Delta)
    noise        "printed": coordinates of standard deviation gamma/sqrt(d-1); "unit": gamma
    flips        "chance" as printed in Eq. 3.1, "exact" as in Appendix A.1
    init         standard deviation of one initial weight times sqrt(d): 1 gives initial weights of norm about 1, 0 the origin
    """

    d: int = 1000
    n: int = 500
    B: float = 2.0
    gamma: float = 1.0
    share: float = 0.4
    noise: Literal["printed", "unit"] = "unit"
    flips: Flips = "exact"
    init: float = 1.0

    @property
    def deviation(self) -> float:
        """The standard deviation of one noise coordinate."""
        return self.gamma / np.sqrt(self.d - 1) if self.noise == "printed" else self.gamma


@dataclass(frozen=True)
class Sample:
    """Training inputs (n, d), true labels y and given labels t (n,) in {-1, 1}, initial weights (d,), test inputs and labels."""

    x: np.ndarray
    y: np.ndarray
    t: np.ndarray
    w0: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray


def draw(toy: Toy, seed: int, test: int = 1000) -> Sample:
    """Draw training data, initial weights and `test` clean test points from one seed, each from a separate random stream."""
    if toy.d < 2 or toy.n < 1:
        raise ValueError(f"the toy data needs d >= 2 and n >= 1, got d = {toy.d}, n = {toy.n}")
    data, noise, weights, held = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(4))
    x, y = _points(toy, toy.n, data)
    t = 2 * corrupt((y > 0).astype(int), 2, toy.share, noise, toy.flips) - 1
    test_x, test_y = _points(toy, test, held)
    w0 = toy.init / np.sqrt(toy.d) * weights.standard_normal(toy.d)
    return Sample(x, y, t.astype(float), w0, test_x, test_y)


def _points(toy: Toy, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    y = rng.choice([-1.0, 1.0], n)
    z = toy.deviation * rng.standard_normal((n, toy.d - 1))
    return y[:, None] * np.column_stack([np.full(n, toy.B), z]), y
