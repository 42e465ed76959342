"""Every direction for shards of any size, written plainly: the definition of one shard, and `vmap` over shards.

Any network will do, also one that couples the examples of a shard. Each shard has perturbed weights and a gradient of its
own, so memory grows with their number; `per_example.py` does without for shards of one example.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from empirical.methods.batches import check_params, examples_in
from empirical.methods.losses import Loss, sizes, values_and_cotangents
from empirical.methods.model import Network
from empirical.methods.switch import (
    Diagnostics,
    Direction,
    Method,
    Params,
    check_decay,
    check_rho,
    decayed,
    largest,
    reciprocal,
    root,
    squared_norm,
)
from empirical.methods.varying import axes_of, vary


def one_shard(apply: Network, loss: Loss, method: Method) -> Direction:
    """Return the direction of one shard: epsilon from the gradient of its mean loss (Eq. 2.6), then the switch (Eqs. 2.7-2.9)."""

    def direction(params: Params, rho: Any, inputs: Any, targets: Any) -> tuple[Params, Diagnostics]:
        count = examples_in(inputs, targets)

        def mean(cotangents: Any) -> Any:
            return jax.tree.map(lambda values: values / count, cotangents)

        outputs, pull = jax.vjp(lambda p: apply(p, inputs), params)
        losses, cotangents = values_and_cotangents(loss, outputs, targets)
        (gradient,) = pull(mean(cotangents))
        moved = jax.tree.map(jnp.add, params, scaled_to(gradient, rho))

        moved_outputs, moved_pull = jax.vjp(lambda p: apply(p, inputs), moved)
        _, moved_cotangents = values_and_cotangents(loss, moved_outputs, targets)
        chosen = moved_cotangents if method.logit_at == "w+eps" else cotangents
        (result,) = (moved_pull if method.jacobian_at == "w+eps" else pull)(mean(chosen))
        norm = root(squared_norm(gradient))
        return result, Diagnostics(outputs, losses, norm[None], sizes(cotangents), sizes(moved_cotangents))

    return direction


def scaled_to(gradient: Params, rho: Any) -> Params:
    """Return rho g / |g|, and zeros for a zero gradient; g is brought to unit size first, so that tiny squares do not vanish."""
    if not jax.tree.leaves(gradient):
        return gradient
    top = reciprocal(largest(gradient))
    unit = jax.tree.map(lambda g: g.astype(top.dtype) * top, gradient)
    factor = jnp.asarray(rho).astype(top.dtype) * reciprocal(root(squared_norm(unit)))
    return jax.tree.map(lambda g, whole: (g * factor).astype(whole.dtype), unit, gradient)


def sharded(apply: Network, loss: Loss, method: Method, decay: float = 0.0) -> Direction:
    """Return the direction of a batch: the mean of its shards' directions.

    Consecutive examples form a shard; whoever draws the batch shuffles it. Raises ValueError where the shard size does not
    divide the batch, and for a rate of weight decay that is negative or not finite.
    """
    check_decay(decay)
    alone = one_shard(apply, loss, method)

    def of_batch(params: Params, rho: Any, inputs: Any, targets: Any) -> tuple[Params, Diagnostics]:
        batch = examples_in(inputs, targets)
        size = method.shard or batch
        if batch % size:
            raise ValueError(f"the shard size must divide the batch, got shards of {size} in a batch of {batch}")
        if size == batch:
            return alone(params, rho, inputs, targets)
        cut = jax.tree.map(lambda values: values.reshape(batch // size, size, *values.shape[1:]), (inputs, targets))
        gradients, diagnostics = jax.vmap(alone, (None, None, 0, 0))(params, rho, *cut)
        joined = jax.tree.map(lambda values: values.reshape(-1, *values.shape[2:]), diagnostics)
        return jax.tree.map(lambda g: g.mean(0), gradients), joined

    def direction(params: Params, rho: Any, inputs: Any, targets: Any) -> tuple[Params, Diagnostics]:
        check_rho(rho)
        params, inputs, targets = jax.tree.map(jnp.asarray, (params, inputs, targets))
        check_params(params)
        axes = axes_of((params, inputs, targets))
        varied, summed = jax.vjp(lambda values: vary(values, axes), params)
        gradient, diagnostics = of_batch(varied, rho, vary(inputs, axes), targets)
        return decayed(summed(gradient)[0], decay, params), diagnostics

    return direction
