"""The losses, as functions of one example's output and target; their gradient in the output is the paper's logit scale.

A loss takes (output, target) of one example and returns a scalar. Its gradient in the output is the *logit cotangent*, and
the 2-norm of that is the *logit scale*: sigma(-t f) for the logistic loss (Eq. 2.3), |softmax(f) - e_t| for the
cross-entropy (Eq. 2.4, Section 4.1), and |f - y| for the squared loss, where the residual takes its place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from empirical.methods.switch import wide

Loss = Callable[[Any, Any], jax.Array]


def check_targets(loss: str, output: jax.Array, target: jax.Array, advice: str) -> None:
    """Raise ValueError where a target has not the shape of the output: broadcast against each other they would give another loss."""
    if jnp.shape(output) != jnp.shape(target):
        raise ValueError(
            f"the {loss} loss needs targets of the outputs' shape, got outputs {jnp.shape(output)} and targets {jnp.shape(target)} "
            f"of type {jnp.result_type(target)} for each example; {advice}"
        )


def logistic(output: jax.Array, target: jax.Array) -> jax.Array:
    """Return -log sigma(t f) for an output f and a target t in {-1, 1}, both of shape () (Section 2.1)."""
    if jnp.ndim(output) != 0:
        raise ValueError(
            f"the logistic loss needs one output of shape () and a target of -1 or 1, got an output of shape {jnp.shape(output)}"
        )
    check_targets("logistic", output, target, "it takes one target of -1 or 1")
    return jnp.logaddexp(jnp.zeros_like(output), -target * output)


def cross_entropy(output: jax.Array, target: jax.Array) -> jax.Array:
    """Return -<e, log softmax(f)> for logits f and a one-hot (or any probability) target e, both of shape (K,) (Eq. 2.4)."""
    if jnp.ndim(output) == 0:
        raise ValueError("the cross-entropy needs logits of shape (K,), got an output of shape (); for one output take the logistic loss")
    check_targets("cross-entropy", output, target, "labels that are whole numbers become one-hot by jax.nn.one_hot(labels, K)")
    return -jnp.sum(target * jax.nn.log_softmax(output))


def squared(output: jax.Array, target: jax.Array) -> jax.Array:
    """Return |f - y|^2 / 2 for an output f and a target y of one shape; the residual f - y is its logit cotangent."""
    check_targets("squared", output, target, "give both the same shape")
    return jnp.sum(jnp.square(output - target)) / 2


LOSSES: dict[str, Loss] = {"logistic": logistic, "cross-entropy": cross_entropy, "squared": squared}


def values_and_cotangents(loss: Loss, outputs: Any, targets: Any) -> tuple[jax.Array, Any]:
    """Return the losses (B,) of a batch and their logit cotangents, of the outputs' shape (B, ...)."""
    return jax.vmap(jax.value_and_grad(loss))(outputs, targets)


def sizes(cotangents: Any) -> jax.Array:
    """Return the logit scales (B,): the 2-norm of each example's cotangent, over all its entries together."""
    return jnp.linalg.norm(_flat(cotangents), axis=1)


def largest_entries(cotangents: Any) -> jax.Array:
    """Return the largest absolute entry of each example's cotangent, (B,)."""
    return jnp.max(jnp.abs(_flat(cotangents)), axis=1)


def _flat(tree: Any) -> jax.Array:
    """Return a pytree of values (B, ...) as one row of numbers for each example, (B, n), in at least 32 bits."""
    leaves = jax.tree.leaves(tree)
    rows = [leaf.reshape(leaf.shape[0], -1).astype(wide(*leaves)) for leaf in leaves]
    return rows[0] if len(rows) == 1 else jnp.concatenate(rows, axis=1)
