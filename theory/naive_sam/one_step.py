"""Naive SAM after one step from the origin, with balanced classes: the setting of the remark after Eq. B.12."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np

from theory.definitions import logistic
from theory.definitions import norm as length
from theory.domain import Batch, Reals, Space
from theory.naive_sam.orthogonal import DOMAINS, NOTE, d, examples, logit_scales, mean_gradient, n, shifts, with_noise
from theory.symbols import real

eta = real("eta")  # learning rate of the step
# two classes of one example, or of three with one mislabelled each
CLASSES = {2: [1, -1], 6: [1, 1, 1, -1, -1, -1]}
FLIPS = {2: [1, 1], 6: [1, 1, -1, 1, 1, -1]}


def balanced(batch: Batch) -> Batch:
    """Start at w = 0 with balanced classes and as many mislabelled points in each."""
    batch = with_noise({**batch, "w": 0 * batch["w"]})
    rows, count = batch["y"].shape
    pattern = {"y": CLASSES[count], "eps": FLIPS[count]}
    return {**batch, **{name: np.tile(np.array(values, dtype=float), (rows, 1)) for name, values in pattern.items()}}


START = Space(
    {**DOMAINS, eta: Reals(0, 5)},
    sizes=({n: 2, d: 3}, {n: 6, d: 9}),
    construct=balanced,
    note=f"{NOTE}; classes balanced, as many mislabelled in each; w = 0, then one step of naive SAM with learning rate eta",
)


def after_one_step(p: SimpleNamespace) -> SimpleNamespace:
    """Return the same data with the weights after one step of Eq. B.10 with learning rate eta, without weight decay."""
    gradient = mean_gradient(p)
    moved = SimpleNamespace(**{**vars(p), "w": p.w + p.rho * gradient / length(gradient)})
    return SimpleNamespace(**{**vars(p), "w": p.w - p.eta * mean_gradient(moved)})


def later(every: Callable[[SimpleNamespace], jax.Array], i: int) -> Callable[[SimpleNamespace], jax.Array]:
    """Return entry i of a definition, taken after one step; i = -1 is the last example."""
    return lambda p: every(after_one_step(p))[i % p.y.size]


def losses(p: SimpleNamespace) -> jax.Array:
    """Return the loss of every example, shape (n,)."""
    X, t = examples(p)
    return jax.vmap(logistic)(X @ p.w, t)


def up_weights(p: SimpleNamespace) -> jax.Array:
    """Return the ratio of the logit scales with and without the shift, for every example, shape (n,)."""
    X, t = examples(p)
    output = X @ p.w
    return jnp.abs(jax.vmap(jax.grad(logistic))(output - t * shifts(p), t)) / logit_scales(p)
