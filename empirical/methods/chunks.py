"""A direction taken some examples at a time, so that memory holds the values of those examples only."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from empirical.methods.batches import examples_in
from empirical.methods.switch import Diagnostics, Direction, Method, Params, wide
from empirical.methods.varying import axes_of, vary


def in_chunks(way: Direction, method: Method, chunk: int) -> Direction:
    """Return a direction that takes `chunk` examples at a time and sums their gradients in at least 32 bits.

    The last chunk may be smaller. Raises ValueError for a chunk that would part a shard: n-SAM's epsilon belongs to the whole batch.
    """
    if isinstance(chunk, bool) or not isinstance(chunk, int) or chunk < 1:
        raise ValueError(f"a chunk must hold at least one example, got {chunk!r}; None takes the whole batch at once")
    if method.shard is None or chunk % method.shard:
        held = "the whole batch" if method.shard is None else f"shards of {method.shard}"
        raise ValueError(f"a chunk must hold whole shards, got chunks of {chunk} and an epsilon for {held}")

    def direction(params: Params, rho: Any, inputs: Any, targets: Any) -> tuple[Params, Diagnostics]:
        params, inputs, targets = jax.tree.map(jnp.asarray, (params, inputs, targets))
        count = examples_in(inputs, targets)
        if count <= chunk:
            return way(params, rho, inputs, targets)
        rounds = count // chunk

        def add(total: Params, piece: Any) -> tuple[Params, Diagnostics]:
            gradient, diagnostics = way(params, rho, *piece)
            size = examples_in(*piece)
            return jax.tree.map(lambda t, g: t + size * g.astype(t.dtype), total, gradient), diagnostics

        nothing = jax.tree.map(lambda p: vary(jnp.zeros(p.shape, wide(p)), axes_of(p)), params)
        whole = jax.tree.map(lambda v: v[: rounds * chunk].reshape(rounds, chunk, *v.shape[1:]), (inputs, targets))
        total, diagnostics = jax.lax.scan(add, nothing, whole)
        diagnostics = jax.tree.map(lambda v: v.reshape(-1, *v.shape[2:]), diagnostics)
        if rounds * chunk < count:
            total, last = add(total, jax.tree.map(lambda v: v[rounds * chunk :], (inputs, targets)))
            diagnostics = jax.tree.map(lambda a, b: jnp.concatenate([a, b]), diagnostics, last)
        return jax.tree.map(lambda t, p: (t / count).astype(p.dtype), total, params), diagnostics

    return direction
