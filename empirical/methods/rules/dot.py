"""The rule of `dot_general`: Dense layers, einsums and attention's projections, with the parameter on either side."""

from __future__ import annotations

import math

import jax
from jax.extend.core import JaxprEqn

from empirical.methods.rules.rows import RowsProduct


class DotProduct(RowsProduct):
    """Axes that both sides keep are the groups G, axes that are summed over are K, and the others are S of the input, N of the weights."""

    kind = "dot_general"

    def __init__(self, equation: JaxprEqn, place: int, name: str) -> None:
        contracted, grouped = equation.params["dimension_numbers"]
        self.summed, self.kept = (tuple(map(tuple, axes)) for axes in (contracted, grouped))
        super().__init__(equation, place, name)

    def free(self, side: int, ndim: int) -> tuple[int, ...]:
        """Return the axes of one side that the other has not."""
        return tuple(axis for axis in range(ndim) if axis not in (*self.summed[side], *self.kept[side]))

    def matrix(self) -> tuple[int, int, int]:
        """Return G, K and N."""
        sizes = self.weight
        groups, width, outputs = self.kept[self.place], self.summed[self.place], self.free(self.place, len(sizes))
        return tuple(math.prod(sizes[axis] for axis in axes) for axes in (groups, width, outputs))  # pyright: ignore[reportReturnType]

    def rows(self, x: jax.Array) -> jax.Array:
        """Return the rows of an input, (B, G, S, K)."""
        side = 1 - self.place
        order = (*self.kept[side], *self.free(side, len(self.input)), *self.summed[side])
        return x.transpose(0, *(axis + 1 for axis in order)).reshape(x.shape[0], self.groups, -1, self.width)

    def kernel(self, w: jax.Array) -> jax.Array:
        """Return the parameter as (G, K, N)."""
        side = self.place
        order = (*self.kept[side], *self.summed[side], *self.free(side, w.ndim))
        return w.transpose(order).reshape(self.groups, self.width, self.outputs)

    def columns(self, y: jax.Array) -> jax.Array:
        """Return outputs as (B, G, S, N); the left side's axes come first."""
        if self.place == 0:
            return y.reshape(y.shape[0], self.groups, self.outputs, self.positions).swapaxes(2, 3)
        return y.reshape(y.shape[0], self.groups, self.positions, self.outputs)

    def restored(self, y: jax.Array) -> jax.Array:
        """Return (B, G, S, N) as outputs."""
        return (y.swapaxes(2, 3) if self.place == 0 else y).reshape(y.shape[0], *self.output.shape)
