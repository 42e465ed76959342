"""Small enough steps: the best accuracy up to a given time strictly increases with the radius.

Statement.  Let tau > 0, rho_1 < rho_2 and a time t > 0. Some eta_0 > 0 has this property: with full-batch steps of 1-SAM of any one size
            eta <= eta_0, the best accuracy after k steps, k eta <= t, is strictly higher under rho_2.
Idea.       The steps keep within a multiple of eta of the gradient flow. The flow of rho_1 has its best accuracy up to t at some a. The
            flow of rho_2 reaches the same a no later, and is more accurate there (`early-stopping`). For a small eta the steps lose less
            than the gap between the two accuracies.
Assumes.    The assumptions of `early-stopping`. How small eta_0 is depends on the data, the two radii and t, and is not told.
Source.     Beyond the paper.

Coq alone proves it (`theory/formal/early_stopping_small_steps.v`). The attack takes steps of at most a quarter of 4 n / (N + 2 B^2 n_n).
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp

from theory.domain import Batch, Reals
from theory.early_stopping.clean_first import share
from theory.early_stopping.toy import MAJORITY, B, accuracy, counts, data, directions, rho, s, tau, toy_space
from theory.early_stopping.training import more
from theory.statement import Inequality
from theory.symbols import real

STEPS = 60
time = real("time")


def small_steps(batch: Batch) -> Batch:
    """Add the larger radius, and the step size and the time `until`: `share` and `time` times 4 n / (N + 2 B^2 n_n)."""
    clean, noisy = counts(batch)
    unit = 4 * (clean + noisy) / (batch["N"] + 2 * batch["B"] ** 2 * noisy)
    return {**batch, "rho_2": batch["rho"] + batch["more"], "eta": batch["share"] * unit, "until": batch["time"] * unit}


def best_until(at: SimpleNamespace, radius: jax.Array, steps: int = STEPS) -> jax.Array:
    """Return the best accuracy after 1 to `steps` steps that end by the time `until`, shape ()."""
    w, x, t = data(at)

    def advanced(weights: jax.Array, number: jax.Array) -> tuple[jax.Array, jax.Array]:
        weights = weights + at.eta * jnp.mean(directions(weights, x, t, radius), axis=0)
        return weights, jnp.where(number * at.eta <= at.until, accuracy(at, weights), 0.0)

    return jnp.max(jax.lax.scan(advanced, w, jnp.arange(1.0, steps + 1))[1])


def best_of_smaller(at: SimpleNamespace) -> jax.Array:
    """Return the best accuracy under rho, shape ()."""
    return best_until(at, at.rho)


def best_of_larger(at: SimpleNamespace) -> jax.Array:
    """Return the best accuracy under rho_2, shape ()."""
    return best_until(at, at.rho_2)


RUNS = toy_space(
    {
        share: Reals(0.05, 0.25),
        time: Reals(0.5, 3.0),  # at most STEPS of the smallest steps
        rho: Reals(0.0, 2.0),
        more: Reals(1e-3, 2.0),
        tau: Reals(1e-3, 2.0),
        B: Reals(0.1, 2.0),
        s: Reals(0.5, 3.0),
    },
    small_steps,
    "eta is `share`, and the last time `time`, times 4 n / (N + 2 B^2 n_n); rho_2 = rho + more",
    MAJORITY,
)
PARTS = (Inequality(part="small-steps", smaller=best_of_smaller, larger=best_of_larger, strictly=True, space=RUNS),)
