"""Full-batch training on digits from weights of a given length, with the length of the weights after every step.

The theorem of `dead-zone` speaks of the flow of full batches: a small rate stands in for it, and no order of examples plays a part.
Everything is float64: in float32 the errors of rounding grow late in training, until the length rises in every other step.
"""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np

from empirical.data.digits import digits
from empirical.data.images import Images
from empirical.methods.losses import cross_entropy
from empirical.methods.named import J_SAM, direction
from empirical.methods.switch import squared_norm
from empirical.training.models import DLN
from empirical.training.points import points, targets

CLASSES = 10


def lengths(seed: int, rhos: Sequence[float], width: int, examples: int, share: float, rate: float, steps: int) -> np.ndarray:
    """Return the length of all weights of a DLN, trained by J-SAM, before the first step and after each: (steps + 1, radii).

    Initial weights are flax's own, scaled to length 1, so that radii are in units of that length. `examples` digits are in the one batch,
    round(share examples) of them with wrong labels. Raises ValueError for sizes or a share that `digits` refuses, or a negative radius.
    """
    images = digits(seed, share, examples)
    with jax.enable_x64(True):
        return _lengths(seed, images, rhos, width, rate, steps)


def _lengths(seed: int, images: Images, rhos: Sequence[float], width: int, rate: float, steps: int) -> np.ndarray:
    """Return the lengths of a network that trains on all of the training images."""
    data = points(images.train, images)
    inputs = data.take(jnp.arange(len(images.train), dtype=jnp.int32), jnp.float64)
    labels = targets(cross_entropy, jnp.asarray(data.given), CLASSES, jnp.float64)
    model = DLN(CLASSES, width)
    way = direction(model, cross_entropy, J_SAM)
    drawn = model.init(jax.random.key(seed), inputs[:1].astype(jnp.float32))["params"]  # as flax draws them
    params = jax.tree.map(lambda leaf: leaf.astype(jnp.float64), drawn)
    start = jax.tree.map(lambda leaf: leaf / jnp.sqrt(squared_norm(params)), params)

    def of_radius(rho: jax.Array) -> jax.Array:
        def step(params: dict[str, jax.Array], _: None) -> tuple[dict[str, jax.Array], jax.Array]:
            gradient = way(params, rho, inputs, labels)[0]
            moved = jax.tree.map(lambda leaf, slope: leaf - rate * slope, params, gradient)
            return moved, jnp.sqrt(squared_norm(moved))

        return jax.lax.scan(step, start, None, length=steps)[1]

    after = jax.jit(lambda radii: jax.lax.map(of_radius, radii))(jnp.asarray(rhos, jnp.float64))
    return np.concatenate([np.ones((1, len(rhos))), np.asarray(after).T])
