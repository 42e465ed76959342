"""Inside `jax.shard_map` with `check_vma`: which mesh axes a value varies over.

There JAX sums the gradient of whatever does not vary over a mesh axis over that axis. That is right for the parameters at the end, and
wrong for everything that belongs to one example. So all values are made to vary first, and only the final gradient is summed: as
`jax.grad` of the same mean loss would be. Outside, or without the check, nothing varies and nothing here does anything.
"""

from __future__ import annotations

from typing import Any

import jax

Axes = frozenset[Any]


def axes_of(tree: Any) -> Axes:
    """Return the names of the mesh axes over which any array of a pytree varies."""
    return frozenset[Any]().union(*(_own(leaf) for leaf in jax.tree.leaves(tree)))


def vary(tree: Any, axes: Axes) -> Any:
    """Return a pytree whose arrays vary over these mesh axes; the derivative of this is a sum over them."""

    def varying(leaf: jax.Array) -> jax.Array:
        missing = tuple(sorted(axes - _own(leaf)))
        return jax.lax.pcast(leaf, missing, to="varying") if missing else leaf

    return jax.tree.map(varying, tree)


def _own(leaf: Any) -> Axes:
    return frozenset() if isinstance(leaf, jax.ShapeDtypeStruct) else jax.typeof(leaf).manual_axis_type.varying
