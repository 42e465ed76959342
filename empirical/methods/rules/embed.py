"""Embeddings: rows of a table picked by whole numbers. Two positions meet in g only where they pick the same row."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from empirical.methods.rules.rows import inner
from empirical.methods.rules.rule import Route, Shape, across


def same(layer: Any, x: jax.Array, a: jax.Array, dtype: Any) -> jax.Array:
    """Return 1 where position s of x and position t of a pick the same row, else 0: (B, S, T), the Gram matrix of one-hot rows."""
    # Negative numbers count rows from the end, and a table of one row ignores the number: both as flax does.
    flat = [values.reshape(values.shape[0], -1) % layer.num_embeddings for values in (x, a)]
    return (flat[0][:, :, None] == flat[1][:, None, :]).astype(dtype)


class EmbedRule:
    """The rule of `flax.linen.Embed` called on whole numbers of shape (B, ...)."""

    def parameters(self, layer: Any) -> tuple[str, ...]:
        """Return the table."""
        return ("embedding",)

    def refusal(self, layer: Any, x: Shape) -> str | None:
        """Refuse numbers without an axis of examples."""
        return None if x else "its input needs a first axis of examples"

    def cost(self, layer: Any, x: Shape, y: Shape) -> dict[Route, float]:
        """One route: the Gram matrix of the deltas, and its use in the second pass."""
        return {"gram": 2.0 * math.prod(x[1:]) ** 2 * y[-1]}

    def summarise(self, layer: Any, route: Route, x: jax.Array, d: jax.Array) -> tuple[jax.Array, Any]:
        """Return |g|^2 and (x, D)."""
        deltas = d.reshape(d.shape[0], -1, d.shape[-1])
        return jnp.sum(same(layer, x, x, d.dtype) * inner(deltas, deltas), axis=(1, 2)), (x, deltas)

    def perturbed(
        self, layer: Any, route: Route, call: Callable[[jax.Array], jax.Array], x: jax.Array, summary: Any, c: jax.Array
    ) -> jax.Array:
        """Return the picked rows, each moved by c times the deltas of the positions that picked it in the first pass."""
        old, deltas = summary
        y = call(x)
        return y + jnp.einsum("bst,btn->bsn", same(layer, x, old, y.dtype), across(c, deltas)).reshape(y.shape)
