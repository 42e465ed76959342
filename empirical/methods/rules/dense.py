"""Dense layers, with and without bias, on vectors (S = 1) or on any number of positions that share the kernel."""

from __future__ import annotations

from typing import Any

import jax

from empirical.methods.rules.rows import RowsRule
from empirical.methods.rules.rule import Shape


class DenseRule(RowsRule):
    """The rule of `flax.linen.Dense`: a row is the last axis of the input."""

    def refusal(self, layer: Any, x: Shape) -> str | None:
        """Products other than the ordinary one are not known to be linear in the kernel."""
        if layer.dot_general is not None or layer.dot_general_cls is not None:
            return "it has a custom product (dot_general)"
        if len(x) < 2:
            return f"its input needs a first axis of examples, got shape {x}"
        return None

    def rows(self, layer: Any, x: jax.Array) -> jax.Array:
        """Return x with all axes between the first and the last as one."""
        return x.reshape(x.shape[0], -1, x.shape[-1])

    def width(self, layer: Any, x: Shape) -> int:
        """Return the length of the last axis."""
        return x[-1]

    def positions(self, layer: Any, x: Shape) -> Shape:
        """Return the axes between the first and the last."""
        return x[1:-1]
