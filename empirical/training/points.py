"""The points of a split on the device, and looks at all of them chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from empirical.data.images import Images, Split
from empirical.methods.losses import Loss, logistic


class Points(NamedTuple):
    """One split on the device: inputs (n, ...) as they are stored, given and clean labels (n,), centre and spread of an input."""

    inputs: jax.Array
    given: jax.Array
    clean: jax.Array
    centre: jax.Array
    spread: jax.Array

    def first(self, count: int | None) -> Points:
        """Return the first points, all of them for None."""
        return self._replace(inputs=self.inputs[:count], given=self.given[:count], clean=self.clean[:count])

    def take(self, rows: jax.Array, dtype: Any) -> jax.Array:
        """Return the chosen inputs, scaled."""
        return (self.inputs[rows].astype(dtype) - self.centre.astype(dtype)[None]) / self.spread.astype(dtype)[None]


def points(split: Split, images: Images) -> Points:
    """Return a split of `images` as arrays that JAX takes."""
    return Points(split.inputs, split.given, split.clean, images.centre, images.spread)  # pyright: ignore[reportArgumentType] - NumPy's


def targets(loss: Loss, labels: jax.Array, classes: int, dtype: Any) -> jax.Array:
    """Return what a loss compares outputs (B, classes) or (B,) with: -1 and 1 for the logistic loss, one-hot rows for the others."""
    return 2 * labels.astype(dtype) - 1 if loss is logistic else jax.nn.one_hot(labels, classes, dtype=dtype)


def predicted(outputs: jax.Array) -> jax.Array:
    """Return the predicted labels (B,) of outputs (B, K), or of (B,) scalars by their sign."""
    return (jnp.argmax(outputs, axis=1) if outputs.ndim == 2 else outputs > 0).astype(jnp.int32)


def chunks_of(count: int, chunk: int) -> int:
    """Return how many chunks hold `count` points."""
    return -(-count // chunk)


def blank(look: Callable[[jax.Array], Any], count: int, chunk: int) -> Any:
    """Return zeros in place of look(rows) for whole chunks that hold `count` rows."""
    shapes = jax.eval_shape(look, jax.ShapeDtypeStruct((chunk,), jnp.int32))
    return jax.tree.map(lambda shape: jnp.zeros((chunks_of(count, chunk) * chunk, *shape.shape[1:]), shape.dtype), shapes)


def filled(look: Callable[[jax.Array], Any], values: Any, count: int, chunk: int, first: Any, rounds: Any) -> Any:
    """Return `values` with look(rows) in so many chunks from chunk `first` on; the last chunk of all is filled up with repeated rows."""

    def fill_chunk(at: Any, values: Any) -> Any:
        new = look((at * chunk + jnp.arange(chunk)) % count)
        return jax.tree.map(lambda whole, part: jax.lax.dynamic_update_slice_in_dim(whole, part, at * chunk, 0), values, new)

    return repeated(fill_chunk, first, rounds, values)


def repeated(body: Callable[[Any, Any], Any], first: Any, rounds: Any, carry: Any) -> Any:
    """Return body(first + rounds - 1, ... body(first, carry)), without a loop where `rounds` is the number 1 (`trainer.Trainer`)."""
    if isinstance(rounds, int) and rounds == 1:
        return body(first, carry)
    return jax.lax.fori_loop(first, first + rounds, body, carry)
