"""Full-batch training of linear models on the toy data, in the span of the data.

Full-batch gradients are combinations of the inputs, so w = w0 + X^T a: n numbers replace d, and with the Gram matrix X X^T known
a step costs one product of it with a. All radii and learning rates of a sweep are columns of that product; 1-SAM adds rho ||x_i|| inside
the logit scale (Eq. 3.2), n-SAM moves the margins along the batch gradient (Eq. B.11). Departures from the paper: none; it is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.stats import norm

from empirical.data.toy import Sample, Toy

LinearMethod = Literal["1-sam", "n-sam"]


@dataclass(frozen=True)
class Curves:
    """What is measured before each step, arrays (steps, R) for R columns of (rho, learning rate).

    accuracy       test accuracy in closed form (Eq. B.3)
    sampled        accuracy on the sampled test points, every `every` steps, (ceil(steps/every), R)
    clean_norm, noisy_norm   mean norm of the per-example updates of clean and of mislabelled training points
    clean_loss, noisy_loss   mean logistic loss on them, at the given labels
    clean_fit, noisy_fit     share of them classified as their given label says
    trace          trace of the Hessian of the training loss
    """

    accuracy: np.ndarray
    sampled: np.ndarray
    clean_norm: np.ndarray
    noisy_norm: np.ndarray
    clean_loss: np.ndarray
    noisy_loss: np.ndarray
    clean_fit: np.ndarray
    noisy_fit: np.ndarray
    trace: np.ndarray
    every: int


def train(
    toy: Toy, sample: Sample, rho: np.ndarray, rate: np.ndarray, steps: int, method: LinearMethod = "1-sam", every: int = 10
) -> Curves:
    """Train one linear model for each pair of radius and learning rate, arrays (R,), and return its curves.

    Raises ValueError for a radius that is negative or not finite, a rate that is not positive, or `steps` no multiple of `every`.
    """
    rho, rate = np.broadcast_arrays(np.atleast_1d(np.asarray(rho, float)), np.atleast_1d(np.asarray(rate, float)))
    if not np.all(np.isfinite(rho)) or np.any(rho < 0):
        raise ValueError(f"rho must be at least 0 and finite, got {rho.tolist()}; use rho = 0 for gradient descent")
    if not np.all(np.isfinite(rate)) or np.any(rate <= 0):
        raise ValueError(f"learning rates must be positive and finite, got {rate.tolist()}")
    if steps < 1 or every < 1 or steps % every:
        raise ValueError(f"steps must be a positive multiple of every, got {steps} and {every}")
    measured, sampled = _train(
        sample.x,
        sample.t,
        sample.t == sample.y,
        sample.w0,
        sample.test_x * sample.test_y[:, None],
        rho,
        rate,
        toy.B,
        toy.deviation,
        steps,
        every,
        method,
    )
    return Curves(**{name: np.asarray(values) for name, values in measured.items()}, sampled=np.asarray(sampled), every=every)


@partial(jax.jit, static_argnames=("steps", "every", "method"))
def _train(
    x: jax.Array,
    t: jax.Array,
    clean: jax.Array,
    w0: jax.Array,
    test: jax.Array,
    rho: jax.Array,
    rate: jax.Array,
    signal: float,
    deviation: float,
    steps: int,
    every: int,
    method: LinearMethod,
) -> tuple[dict[str, jax.Array], jax.Array]:
    n = x.shape[0]
    gram, start = x @ x.T, x @ w0  # [n, n], [n]
    size = jnp.sqrt(jnp.diag(gram))[:, None]  # [n, 1]
    test_gram, test_start = test @ x.T, test @ w0  # [m, n], [m]
    label, share = t[:, None], clean[:, None] / jnp.sum(clean)
    noisy = (~clean)[:, None] / jnp.maximum(jnp.sum(~clean), 1)

    def scales(margin: jax.Array) -> jax.Array:
        """Return the logit scales sigma(-margin) after the perturbation, [n, R]."""
        if method == "1-sam":
            return jax.nn.sigmoid(-margin + rho[None, :] * size)
        pull = label * jax.nn.sigmoid(-margin)
        moved = gram @ pull
        # grad L = -X^T pull / n, so the margins change by -rho times the label times (moved / norm)
        length = jnp.sqrt(jnp.maximum(jnp.sum(pull * moved, axis=0, keepdims=True), jnp.finfo(x.dtype).tiny))
        return jax.nn.sigmoid(-margin + rho[None, :] * label * moved / length)

    def measure(a: jax.Array, margin: jax.Array, scale: jax.Array) -> dict[str, jax.Array]:
        first = w0[0] + x[:, 0] @ a
        square = jnp.sum(w0**2) + 2 * start @ a + jnp.sum(a * (label * margin - start[:, None]), axis=0)
        rest = jnp.sqrt(jnp.maximum(square - first**2, jnp.finfo(x.dtype).tiny))
        update, plain = scale * size, jax.nn.sigmoid(-margin)
        loss, fit = jnp.logaddexp(0.0, -margin), (margin > 0).astype(x.dtype)
        means = {
            f"{group}_{name}": jnp.sum(weight * value, axis=0)
            for group, weight in (("clean", share), ("noisy", noisy))
            for name, value in (("norm", update), ("loss", loss), ("fit", fit))
        }
        accuracy = norm.cdf(signal * first / (deviation * rest))
        return {"accuracy": accuracy, "trace": jnp.mean(plain * (1 - plain) * size**2, axis=0), **means}

    def step(a: jax.Array, _: None) -> tuple[jax.Array, dict[str, jax.Array]]:
        margin = label * (start[:, None] + gram @ a)
        scale = scales(margin)
        return a + rate[None, :] / n * label * scale, measure(a, margin, scale)

    def block(a: jax.Array, _: None) -> tuple[jax.Array, tuple[dict[str, jax.Array], jax.Array]]:
        right = jnp.mean((test_start[:, None] + test_gram @ a > 0).astype(x.dtype), axis=0)
        a, measured = jax.lax.scan(step, a, None, length=every)
        return a, (measured, right)

    _, (measured, sampled) = jax.lax.scan(block, jnp.zeros((n, rho.shape[0]), x.dtype), None, length=steps // every)
    return {name: values.reshape(steps, -1) for name, values in measured.items()}, sampled
