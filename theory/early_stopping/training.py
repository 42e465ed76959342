"""Training along the gradient flow of full-batch 1-SAM, in explicit weights: the programs that the attack compares for two radii.

Clean progress a is the clock: the mean of the a_i over the clean points, in w = w0 + sum_i a_i t_i x_i. Every a_i moves by its logit scale
at the perturbed weights (Eq. 3.2); a Runge-Kutta rule of fourth order follows them on a fixed grid of clean progress. The accuracy is read
off the weights. Where the data keep their assumptions, all clean points have a_i = a and all mislabelled ones a_i = b.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp

from theory.domain import Batch, Domain, Reals, Space
from theory.early_stopping.toy import MAJORITY, B, accuracy, counts, data, rho, s, tau, toy_space
from theory.symbols import real

STEPS = 16
GRID = [(k / STEPS) ** 2 for k in range(1, STEPS + 1)]  # clean progress, as shares of the progress followed; dense at the start
START = 1e-150  # a clean progress at which no radius differs from another: the accuracy at the start, also for tau = 0
reach, more = real("reach more")
RUNS: dict[Any, Domain] = {
    B: Reals(0.3, 2.0),
    s: Reals(0.5, 3.0),
    tau: Reals(0.1, 2.0),
    rho: Reals(0.0, 2.0),
    more: Reals(1e-3, 2.0),
    reach: Reals(0.5, 2.0),
}


def far_enough(batch: Batch) -> Batch:
    """Add the larger radius, and the clean progress to follow: `reach` in units in which margins are of the order of 1."""
    progress = batch["reach"] / (batch["N"] + batch["B"] ** 2 * sum(counts(batch)))
    return {**batch, "rho_2": batch["rho"] + batch["more"], "a": progress}


def runs(variables: Mapping[Any, Domain], sizes: Any = MAJORITY) -> Space:
    """Return the space of training runs of a given clean progress, for two radii."""
    return toy_space({**RUNS, **variables}, far_enough, "clean progress a up to reach / (N + B^2 n), rho_2 = rho + more", sizes)


def moved(at: SimpleNamespace, radius: jax.Array) -> jax.Array:
    """Return the a_i of all points at each clean progress of GRID, (STEPS, n)."""
    w, x, t = data(at)
    signed, clean = t[:, None] * x, at.y_c.shape[0]
    shift = radius * jnp.sqrt(jnp.sum(x * x, axis=1)) - signed @ w
    gram = signed @ signed.T

    def rate(shares: jax.Array) -> jax.Array:
        scales = jax.nn.sigmoid(shift - gram @ shares)
        return scales / jnp.mean(scales[:clean])

    def advanced(shares: jax.Array, step: jax.Array) -> tuple[jax.Array, jax.Array]:
        first = rate(shares)
        second = rate(shares + step / 2.0 * first)
        third = rate(shares + step / 2.0 * second)
        fourth = rate(shares + step * third)
        shares = shares + step / 6.0 * (first + 2.0 * second + 2.0 * third + fourth)
        return shares, shares

    return jax.lax.scan(advanced, jnp.zeros(len(t)), at.a * jnp.diff(jnp.array([0.0, *GRID])))[1]


def accuracies(at: SimpleNamespace, shares: jax.Array) -> jax.Array:
    """Return the test accuracy at the weights w0 + sum_i a_i t_i x_i for each row of a_i, (rows,)."""
    w, x, t = data(at)
    return jax.vmap(lambda weights: accuracy(at, weights))(w[None] + shares @ (t[:, None] * x))


def final(at: SimpleNamespace, radius: jax.Array) -> jax.Array:
    """Return the test accuracy at the whole clean progress, shape ()."""
    return accuracies(at, moved(at, radius)[-1:])[0]


def lag(at: SimpleNamespace, radius: jax.Array) -> jax.Array:
    """Return the mislabelled progress b at the whole clean progress, shape ()."""
    return moved(at, radius)[-1, -1]


def followed(at: SimpleNamespace, radius: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Return clean progress, mislabelled progress and accuracy, at the start and on GRID, each (STEPS + 1,)."""
    shares = jnp.concatenate([jnp.full((1, at.y_c.shape[0] + at.y_n.shape[0]), START), moved(at, radius)])
    progress = jnp.concatenate([jnp.full(1, START), at.a * jnp.array(GRID)])
    return progress, shares[:, -1], accuracies(at, shares)


def peak(at: SimpleNamespace, radius: jax.Array) -> jax.Array:
    """Return the best test accuracy up to that clean progress, shape ()."""
    return jnp.max(followed(at, radius)[2])


def peak_progress(at: SimpleNamespace, radius: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Return the clean and the mislabelled progress at the best test accuracy, the last one of several, each of shape ()."""
    progress, lags, reached = followed(at, radius)
    best = reached == jnp.max(reached)
    return jnp.max(jnp.where(best, progress, 0.0)), jnp.max(jnp.where(best, lags, 0.0))


def for_radius(program: Callable[[SimpleNamespace, jax.Array], Any], radius: Callable[[SimpleNamespace], jax.Array]) -> Any:
    """Return the program for the radius that is read off a point."""

    def run(at: SimpleNamespace) -> Any:
        return program(at, radius(at))

    run.__name__ = program.__name__
    return run
