"""A direction computed in bfloat16: its passes only; weights, updates and probes stay float32."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import jax
import jax.numpy as jnp

from empirical.methods.sharded import Network
from empirical.methods.switch import Params


def network_in_bfloat16(net: Network) -> Network:
    """Return a network that computes in bfloat16, from float32 parameters and inputs to float32 outputs.

    Weights are rounded after they are perturbed. Of one epsilon for many examples hardly an entry is as large as the distance of two
    numbers of bfloat16 at its weight: added to weights that are rounded already, most of it would be lost (four fifths of n-SAM's
    effect on the gradient of a 2NN at rho = 0.01). Unrounded weights keep it on average over the entries.
    """

    def outputs(params: Params, inputs: jax.Array) -> jax.Array:
        return net(*cast((params, inputs), jnp.bfloat16)).astype(jnp.float32)

    return outputs


def in_bfloat16(way: Callable[..., Any], decay: float) -> Callable[..., Any]:
    """Return a direction without weight decay, taken in bfloat16, from float32 parameters and inputs to a float32 gradient with decay.

    It is for shards of one example, whose epsilon is added to each layer's output. `decay` times the weights is added in float32: it is
    often smaller than the last digit of the gradient. The strength (radius or gammas) is rounded too, by at most 0.4%.
    """

    def low(params: Params, strength: Any, inputs: jax.Array, targets: jax.Array) -> tuple[Params, Any]:
        gradient, diagnostics = cast(way(*cast((params, strength, inputs, targets), jnp.bfloat16)), jnp.float32)
        return jax.tree.map(lambda g, p: g + decay * p, gradient, params), diagnostics

    return low


def cast(tree: Any, dtype: Any) -> Any:
    """Return a pytree with all arrays in another type of number."""
    return jax.tree.map(lambda leaf: leaf.astype(dtype), tree)


Precision = Literal["float32", "bfloat16"]
