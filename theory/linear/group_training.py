"""Training along the gradient flow of full-batch 1-SAM on two groups, in explicit weights: how far out a flow is on a ray from w0.

w = w0 + sum_i a_i s_i; each a_i moves by its logit scale at the perturbed weights (Eq. 3.2). Let a and b be the mean a_i of both groups.
The clock is the root of (b/a - 1)/(r - 1), which is 1 on the ray b = r a. A Runge-Kutta rule of fourth order follows a_i/(b/a - 1) in fixed
steps. Up to the clock EARLY two terms of the Taylor series serve: what they miss fades. Where the points of each group see the data alike,
all a_i of a group agree.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp

from theory.early_stopping.toy import accuracy

STEPS = 24
EARLY = 0.0625  # the clock at the first step; it is 1 on the ray
STEP = (1.0 - EARLY) / STEPS
STAGES = [(0.0, 1.0 / 6.0), (0.5, 1.0 / 3.0), (0.5, 1.0 / 3.0), (1.0, 1.0 / 6.0)]  # where each slope is taken, and its weight in the step
CLOCK = [EARLY + STEP * k for k in range(STEPS)]


def shares_on_ray(at: SimpleNamespace, radius: jax.Array) -> jax.Array:
    """Return all a_i where the flow of this radius is on the ray b = r a, (n,)."""
    signed, groups = at.t[:, None] * at.X, jnp.stack([at.chi, 1.0 - at.chi])
    gram, shift = signed @ signed.T, radius * jnp.sqrt(jnp.sum(at.X**2, axis=1)) - signed @ at.w0
    mean = groups / jnp.sum(groups, axis=1, keepdims=True)

    def speed(clock: jax.Array, paces: jax.Array) -> jax.Array:
        turn = (at.r - 1.0) * clock**2
        scales = jax.nn.sigmoid(shift - turn * gram @ paces)
        rates = mean @ scales
        return 2.0 / clock * (scales * turn * jnp.dot(mean[0], paces) / (rates[1] - (1.0 + turn) * rates[0]) - paces)

    def advanced(paces: jax.Array, clock: jax.Array) -> tuple[jax.Array, None]:
        def stage(slopes: tuple[jax.Array, jax.Array], at_stage: jax.Array) -> tuple[tuple[jax.Array, jax.Array], None]:
            last, added = slopes
            last = speed(clock + STEP * at_stage[0], paces + STEP * at_stage[0] * last)
            return (last, added + at_stage[1] * last), None

        (_, added), _ = jax.lax.scan(stage, (jnp.zeros_like(paces), jnp.zeros_like(paces)), jnp.array(STAGES))
        return paces + STEP * added, None

    loss = jax.nn.sigmoid(-shift) / 2.0 * jnp.sum(gram, axis=1)
    pace = 1.0 / jnp.dot(mean[0] - mean[1], loss)
    start = pace * (1.0 - EARLY**2 * (at.r - 1.0) * pace * loss)
    paces, _ = jax.lax.scan(advanced, start, jnp.array(CLOCK))
    return (at.r - 1.0) * paces


def distance(at: SimpleNamespace, radius: jax.Array) -> jax.Array:
    """Return the clean progress at which the flow of this radius is on the ray, shape ()."""
    return jnp.dot(at.chi, shares_on_ray(at, radius)) / jnp.sum(at.chi)


def accuracy_on_ray(at: SimpleNamespace, radius: jax.Array) -> jax.Array:
    """Return the test accuracy there, at w0 + a (S_c + r S_n), shape ()."""
    share = jnp.where(at.chi == 1, 1.0, at.r)
    return accuracy(at, at.w0 + distance(at, radius) * (share @ (at.t[:, None] * at.X)))


def for_radius(program: Callable[[SimpleNamespace, jax.Array], Any], name: str) -> Any:
    """Return the program for the radius of that name."""

    def run(at: SimpleNamespace) -> Any:
        return program(at, getattr(at, name))

    run.__name__ = program.__name__
    return run
