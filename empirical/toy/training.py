"""Full-batch training of linear models on the toy data, in the span of the data.

Full-batch gradients are combinations of the inputs, so w = w0 + X^T a: n numbers replace d, and with the Gram matrix X X^T known
a step costs one product of it with a. All radii and learning rates of a sweep are columns of that product; 1-SAM adds rho ||x_i|| inside
the logit scale (Eq. 3.2), n-SAM moves the margins along the batch gradient (Eq. B.11). Departures from the paper: none; it is exact.
With more points than dimensions X (X^T a) takes the place of the Gram matrix, which costs less there.
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
    """Measurements before a step, for R columns of (rho, learning rate).

    accuracy  (steps, R): test accuracy in closed form (Eq. B.3) before every step
    The others (steps/every, R), before the steps 0, every, 2 every, ...:
    sampled                    accuracy on the sampled test points
    clean_norm, noisy_norm     mean norm of the per-example updates (after the perturbation) of clean and of mislabelled points
    clean_plain, noisy_plain   mean norm of their gradients at the weights themselves
    clean_loss, noisy_loss     mean logistic loss on them, at the given labels
    trace                      trace of the Hessian of the training loss
    """

    accuracy: np.ndarray
    sampled: np.ndarray
    clean_norm: np.ndarray
    noisy_norm: np.ndarray
    clean_plain: np.ndarray
    noisy_plain: np.ndarray
    clean_loss: np.ndarray
    noisy_loss: np.ndarray
    trace: np.ndarray
    every: int


def train(
    toy: Toy,
    sample: Sample,
    rho: np.ndarray,
    rate: np.ndarray,
    steps: int,
    method: LinearMethod = "1-sam",
    every: int = 10,
    dtype: Literal["float64", "float32"] = "float64",
) -> Curves:
    """Train one linear model for each pair of radius and learning rate, arrays (R,), and return its curves.

    The number type holds here alone: JAX's default is left as it is. Raises ValueError for a radius that is negative or not finite,
    a rate that is not positive, or `steps` that is no multiple of `every`.
    """
    rho, rate = np.broadcast_arrays(np.atleast_1d(np.asarray(rho, float)), np.atleast_1d(np.asarray(rate, float)))
    if not np.all(np.isfinite(rho)) or np.any(rho < 0):
        raise ValueError(f"rho must be at least 0 and finite, got {rho.tolist()}; use rho = 0 for gradient descent")
    if not np.all(np.isfinite(rate)) or np.any(rate <= 0):
        raise ValueError(f"learning rates must be positive and finite, got {rate.tolist()}")
    if steps < 1 or every < 1 or steps % every:
        raise ValueError(f"steps must be a positive multiple of every, got {steps} and {every}")
    # the transpose is copied: a product that reads the copy by rows takes half the time
    arrays = (sample.x, sample.x.T, sample.t, sample.t == sample.y, sample.w0, sample.test_x * sample.test_y[:, None], rho, rate)
    with jax.enable_x64(dtype == "float64"):
        on_device = _train(
            *(jnp.asarray(np.ascontiguousarray(array, dtype)) for array in arrays), toy.B, toy.deviation, steps, every, method
        )
        measured = {name: np.asarray(values) for name, values in on_device.items()}
    return Curves(**measured, every=every)


@dataclass(frozen=True)
class _Points:
    """The points of one program, and the products with them that all its steps share: n training and m test points in d dimensions.

    Weights are w = w0 + X^T a, for a of shape [n, R] with R columns of (rho, learning rate).
    """

    x: jax.Array  # [n, d]
    columns: jax.Array  # [d, n], the transpose
    label: jax.Array  # [n, 1]
    w0: jax.Array  # [d]
    test: jax.Array  # [m, d]
    start: jax.Array  # [n], X w0
    test_start: jax.Array  # [m]
    size: jax.Array  # [n, 1], norms of the inputs
    gram: jax.Array | None  # [n, n]; None where there are more points than dimensions
    test_gram: jax.Array | None  # [m, n]

    @classmethod
    def of(cls, x: jax.Array, columns: jax.Array, t: jax.Array, w0: jax.Array, test: jax.Array) -> _Points:
        start, test_start = x @ w0, test @ w0
        size = jnp.sqrt(jnp.sum(x**2, axis=1))[:, None]
        gram, test_gram = (x @ columns, test @ columns) if x.shape[0] <= x.shape[1] else (None, None)
        return cls(x, columns, t[:, None], w0, test, start, test_start, size, gram, test_gram)

    def products(self, a: jax.Array) -> jax.Array:
        """Return X X^T a, [n, R]."""
        return self.x @ (self.columns @ a) if self.gram is None else self.gram @ a

    def margins(self, a: jax.Array) -> jax.Array:
        """Return t <w, x>, [n, R]."""
        return self.label * (self.start[:, None] + self.products(a))

    def test_scores(self, a: jax.Array) -> jax.Array:
        """Return <w, x> at the test points, [m, R]."""
        return self.test_start[:, None] + (self.test @ (self.columns @ a) if self.test_gram is None else self.test_gram @ a)

    def accuracy(self, a: jax.Array, margin: jax.Array, signal: float, deviation: float) -> jax.Array:
        """Return the test accuracy in closed form (Eq. B.3), [R]."""
        along = jnp.sum(a * (self.label * margin + self.start[:, None]), axis=0)  # a^T X X^T a + 2 a^T X w0
        first = self.w0[0] + jnp.sum(self.x[:, 0][:, None] * a, axis=0)
        square = jnp.sum(self.w0**2) + along
        across = jnp.sqrt(jnp.maximum(square - first**2, jnp.finfo(self.x.dtype).tiny))
        return norm.cdf(signal * first / (deviation * across))


def _logit_scales(points: _Points, margin: jax.Array, rho: jax.Array, method: LinearMethod) -> jax.Array:
    """Return the logit scales sigma(-margin) after the perturbation, [n, R]."""
    if method == "1-sam":
        return jax.nn.sigmoid(-margin + rho[None, :] * points.size)
    pull = points.label * jax.nn.sigmoid(-margin)
    moved = points.products(pull)
    # grad L = -X^T pull / n, so the margins change by -rho times the label times (moved / norm)
    length = jnp.sqrt(jnp.maximum(jnp.sum(pull * moved, axis=0, keepdims=True), jnp.finfo(margin.dtype).tiny))
    return jax.nn.sigmoid(-margin + rho[None, :] * points.label * moved / length)


@partial(jax.jit, static_argnames=("steps", "every", "method"))
def _train(
    x: jax.Array,
    columns: jax.Array,
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
) -> dict[str, jax.Array]:
    points = _Points.of(x, columns, t, w0, test)
    n, size = x.shape[0], points.size
    shares = jnp.stack([group / jnp.maximum(jnp.sum(group), 1) for group in (clean, 1 - clean)])  # [2, n]

    def measure(a: jax.Array) -> dict[str, jax.Array]:
        margin = points.margins(a)
        plain = jax.nn.sigmoid(-margin)
        scales = _logit_scales(points, margin, rho, method)
        values = {"norm": scales * size, "plain": plain * size, "loss": jnp.logaddexp(0.0, -margin)}
        means = {f"{group}_{name}": shares[row] @ value for row, group in enumerate(("clean", "noisy")) for name, value in values.items()}
        right = jnp.mean((points.test_scores(a) > 0).astype(x.dtype), axis=0)
        return {"sampled": right, "trace": jnp.mean(plain * (1 - plain) * size**2, axis=0), **means}

    def step(a: jax.Array, _: None) -> tuple[jax.Array, jax.Array]:
        margin = points.margins(a)
        moved = a + rate[None, :] / n * points.label * _logit_scales(points, margin, rho, method)
        return moved, points.accuracy(a, margin, signal, deviation)

    def block(a: jax.Array, _: None) -> tuple[jax.Array, tuple[dict[str, jax.Array], jax.Array]]:
        measured = measure(a)
        a, accuracies = jax.lax.scan(step, a, None, length=every)
        return a, (measured, accuracies)

    _, (measured, accuracies) = jax.lax.scan(block, jnp.zeros((n, rho.shape[0]), x.dtype), None, length=steps // every)
    return {"accuracy": accuracies.reshape(steps, -1), **measured}
