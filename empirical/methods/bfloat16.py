"""A model computed in bfloat16: its passes only; weights, updates and probes stay float32."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import jax
import jax.numpy as jnp

from empirical.methods.switch import Params

Precision = Literal["float32", "bfloat16"]


def in_bfloat16(net: Callable[[Params, Any], jax.Array]) -> Callable[[Params, Any], jax.Array]:
    """Return a network (of a batch or of one example) that computes in bfloat16, from float32 parameters and inputs to float32 outputs.

    Weights are rounded after they are perturbed. Of one epsilon for many examples hardly an entry is as large as the distance of two
    numbers of bfloat16 at its weight: added to weights that are rounded already, most of it would be lost (four fifths of n-SAM's
    effect on the gradient of a 2NN at rho = 0.01). Unrounded weights keep it on average over the entries. Where each example has an
    epsilon, the products of lazy parameters with it are added instead.
    """

    def outputs(params: Params, inputs: Any) -> jax.Array:
        return net(*_rounded((params, inputs))).astype(jnp.float32)

    return outputs


def _rounded(tree: Any) -> Any:
    return jax.tree.map(lambda leaf: leaf.astype(jnp.bfloat16) if jnp.issubdtype(leaf.dtype, jnp.floating) else leaf, tree)
