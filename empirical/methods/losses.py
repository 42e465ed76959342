"""The losses, as functions of one example's output and target; their gradient in the output is the paper's logit scale.

A loss takes (output, target) of one example and returns a scalar. Its gradient in the output is the *logit cotangent*, and
the 2-norm of that is the *logit scale*: sigma(-t f) for the logistic loss (Eq. 2.3), |softmax(f) - e_t| for the
cross-entropy (Eq. 2.4, Section 4.1), and |f - y| for the squared loss, where the residual takes its place.
"""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp

Loss = Callable[[jax.Array, jax.Array], jax.Array]


def logistic(output: jax.Array, target: jax.Array) -> jax.Array:
    """Return -log sigma(t f) for an output f and a target t in {-1, 1}, both of shape () (Section 2.1)."""
    return jnp.logaddexp(jnp.zeros_like(output), -target * output)


def cross_entropy(output: jax.Array, target: jax.Array) -> jax.Array:
    """Return -<e, log softmax(f)> for logits f and a one-hot (or any probability) target e, both of shape (K,) (Eq. 2.4)."""
    return -jnp.sum(target * jax.nn.log_softmax(output))


def squared(output: jax.Array, target: jax.Array) -> jax.Array:
    """Return |f - y|^2 / 2 for an output f and a target y of one shape; the residual f - y is its logit cotangent."""
    return jnp.sum(jnp.square(output - target)) / 2


LOSSES: dict[str, Loss] = {"logistic": logistic, "cross-entropy": cross_entropy, "squared": squared}


def values_and_cotangents(loss: Loss, outputs: jax.Array, targets: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Return the losses (B,) of a batch and their logit cotangents, of the outputs' shape (B, ...)."""
    return jax.vmap(jax.value_and_grad(loss))(outputs, targets)


def sizes(cotangents: jax.Array) -> jax.Array:
    """Return the logit scales (B,): the 2-norm of each example's cotangent."""
    return jnp.linalg.norm(cotangents.reshape(cotangents.shape[0], -1), axis=1)
