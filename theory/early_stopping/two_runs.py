"""Two runs of 1-SAM on one toy data set, under two radii: where they may stand before a step, and what the step does, in JAX.

A run stands at w0 + a_i S_c + b_i S_n, under rho_i. The points are built so that each assumption of `signal_step` holds unless a space
says otherwise: `lag` places b_1 between the value at which m_c = m_n (0) and the one at which the step stops raising the signal (1);
`lead` and `gap` are the leads of the second run in signal and in clean progress, as shares of the largest ones allowed.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import flint
import jax
import jax.numpy as jnp
import numpy as np
from scipy.special import expit

from theory.domain import Batch, Domain, Reals, Space
from theory.early_stopping.clean_first import lag, share
from theory.early_stopping.exact_data import exact_data
from theory.early_stopping.toy import TELLING, B, Labels, N, a, counts, eta, n_c, n_n, rho, y_c, y_n
from theory.early_stopping.training import more
from theory.kernel.terms import plain
from theory.symbols import real

HALVINGS = 16  # of the interval that holds the smallest b_1
a_1, a_2, b_1, b_2, rho_1, rho_2 = real("a_1 a_2 b_1 b_2 rho_1 rho_2")
lead, gap = real("lead gap")
NOTE = "two runs, of which the second one is ahead; eta is `share` times 4 n / (N + B^2 n)"


def smallest_lag(batch: Batch, highest: np.ndarray) -> np.ndarray:
    """Return the smallest b_1 in [0, highest] from which a step does not lower the signal of the first run, (points,)."""
    clean, noisy = counts(batch)
    square, shift = batch["B"] ** 2, batch["rho"] * np.sqrt(batch["B"] ** 2 + batch["N"])

    def rises(b: np.ndarray) -> np.ndarray:
        pull = square * (clean * batch["a_1"] - noisy * b)
        return clean * expit(shift - pull - batch["N"] * batch["a_1"]) >= noisy * expit(shift + pull - batch["N"] * b)

    low, high = 0.0 * highest, highest
    for _ in range(HALVINGS):
        b = (low + high) / 2.0
        enough = rises(b)
        low, high = np.where(enough, low, b), np.where(enough, b, high)
    return high


def placed(batch: Batch) -> Batch:
    """Add the progress of both runs, their radii and the step size."""
    clean, noisy = counts(batch)
    square, noise = batch["B"] ** 2, batch["N"]
    shift = batch["more"] * np.sqrt(square + noise)  # by which C is larger in the second run
    highest = batch["a_1"] * (noise + 2 * square * clean) / (noise + 2 * square * noisy)
    b_1 = highest - batch["lag"] * (highest - smallest_lag(batch, highest))
    signal = batch["lead"] * shift / square
    clean_gap = batch["gap"] * np.minimum(
        (1 - batch["lead"]) * shift / noise, noisy / clean * (shift + (square + noise / noisy) * signal) / noise
    )
    return {
        **batch,
        "b_1": b_1,
        "a_2": batch["a_1"] + clean_gap,
        "b_2": b_1 + (clean * clean_gap - signal) / noisy,
        "rho_1": batch["rho"],
        "rho_2": batch["rho"] + batch["more"],
        "eta": batch["share"] * 4 * (clean + noisy) / (noise + square * (clean + noisy)) * (1 - 1e-12),
    }


def runs_space(variables: Mapping[Any, Domain]) -> Space:
    """Return the space of two runs before a step up to the largest one allowed, if `variables` does not say otherwise."""
    own: dict[Any, Domain] = {
        B: Reals(0.1, 2.0),
        N: Reals(0.5, 5.0),
        y_c: Labels(),
        y_n: Labels(),
        share: Reals(1e-2, 1.0),
        lag: Reals(1e-3, 0.999),
        lead: Reals(1e-6, 0.999),
        gap: Reals(0.0, 0.999),
        a_1: Reals(0.0, 3.0),
        rho: Reals(0.0, 2.0),
        more: Reals(1e-3, 2.0),
    }
    return Space({**own, **variables}, TELLING[:1], placed, NOTE)


def signal_after_step(at: SimpleNamespace, progress: tuple[Any, Any], radius: Any) -> jax.Array:
    """Return w_1 after a full-batch step of 1-SAM from w0 + a S_c + b S_n, by the two numbers of `reduction`, shape ()."""
    clean, noisy = at.y_c.shape[0], at.y_n.shape[0]
    a, b = progress
    shift, pull = radius * jnp.sqrt(at.B**2 + at.N), at.B**2 * (clean * a - noisy * b)
    rate = at.eta / (clean + noisy)
    a, b = a + rate * jax.nn.sigmoid(shift - pull - at.N * a), b + rate * jax.nn.sigmoid(shift + pull - at.N * b)
    return at.B * (clean * a - noisy * b)


def exact_runs(rng: random.Random) -> dict[Any, Any]:
    """Return exact toy data as balls, with the progress of two runs of which the second one is ahead; the step is small in most draws."""
    at = exact_data(rng)
    noise, square, clean, noisy = at[plain(N)], at[plain(B)] ** 2, at[plain(n_c)], at[plain(n_n)]
    lags, leads, gaps, shares = (flint.arb(rng.choice(eighths)) / 8 for eighths in ((0, 1, 4, 7), (0, 1, 4), (0, 1, 4), (1, 4, 7, 9)))
    first = at[plain(a)] * rng.choice((0, 1, 1, 1))
    shift = (at[rho_2] - at[plain(rho)]) * (square + noise).sqrt()
    signal = leads * shift / square
    further = gaps * min((1 - leads) * shift / noise, noisy / clean * (shift + (square + noise / noisy) * signal) / noise, key=float)
    b_first = first * (1 + lags * 2 * square * (clean - noisy) / (noise + 2 * square * noisy))
    numbers = {
        a_1: first,
        b_1: b_first,
        a_2: first + further,
        b_2: b_first + (clean * further - signal) / noisy,
        rho_1: at[plain(rho)],
        plain(eta): shares * 4 * (clean + noisy) / (noise + square * (clean + noisy)),
    }
    return {**at, **numbers}
