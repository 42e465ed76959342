"""The rule of `gather` along one axis: embeddings. Two positions meet in g only where they pick the same row."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.extend.core import JaxprEqn

from empirical.methods.equations import over_examples, shaped
from empirical.methods.rules.arithmetic import arithmetic_of
from empirical.methods.rules.rule import Route, across
from empirical.methods.switch import widened


class Gather:
    """Rows of a table, picked by whole numbers. One route: the Gram matrix of one-hot rows says which positions pick the same row."""

    kind = "gather"

    def __init__(self, equation: JaxprEqn, place: int, name: str) -> None:
        self.equation, self.place, self.name = equation, place, name
        self.table = tuple(shaped(equation.invars[0]).shape)
        aval = shaped(equation.outvars[0])
        self.output = jax.ShapeDtypeStruct(aval.shape, aval.dtype)
        self.arithmetic = arithmetic_of(equation)
        self.offsets = tuple(equation.params["dimension_numbers"].offset_dims)
        self.axis = equation.params["dimension_numbers"].start_index_map[0]
        self.width = math.prod(self.table) // self.table[self.axis]
        self.positions = math.prod(aval.shape) // self.width

    def costs(self) -> dict[Route, float]:
        """Return the cost of the Gram matrix of the deltas, and of its use in the second pass."""
        return {"gram": 2.0 * self.positions**2 * self.width}

    def forward(self) -> float:
        """Return 0: nothing is multiplied."""
        return 0.0

    def memory(self, route: Route) -> float:
        """Return the entries of two Gram matrices."""
        return 2 * self.positions**2

    def plain(self, x: jax.Array, w: jax.Array) -> jax.Array:
        """Return the picked rows."""
        return over_examples(self.equation, (None, 0), w, x)[0]

    def picked(self, x: jax.Array) -> jax.Array:
        """Return the number of the row that each position picks, (B, S), and -1 where it picks none.

        The same gather picks from a table of row numbers, so that it treats numbers out of bounds in the same way.
        """
        params = self.equation.params
        sizes = tuple(1 for _ in self.table)
        shape = tuple(size if axis == self.axis else 1 for axis, size in enumerate(self.table))
        numbers = lax.broadcasted_iota(jnp.int32, shape, self.axis)

        def of_one(indices: jax.Array) -> jax.Array:
            return lax.gather(numbers, indices, params["dimension_numbers"], sizes, mode=params["mode"], fill_value=-1).reshape(-1)

        return jax.vmap(of_one)(x)

    def same(self, x: jax.Array, a: jax.Array, dtype: Any) -> jax.Array:
        """Return 1 where position s of x and position t of a pick the same row, else 0: (B, 1, S, T)."""
        left, right = self.picked(x)[:, None, :, None], self.picked(a)[:, None, None, :]
        return ((left == right) & (left >= 0)).astype(dtype)

    def columns(self, y: jax.Array) -> jax.Array:
        """Return outputs as (B, 1, S, N)."""
        order = self._order(y.ndim - 1)
        return y.transpose(0, *(axis + 1 for axis in order)).reshape(y.shape[0], 1, self.positions, self.width)

    def restored(self, y: jax.Array) -> jax.Array:
        """Return (B, 1, S, N) as outputs."""
        order = self._order(len(self.output.shape))
        flat = y.reshape(y.shape[0], *(self.output.shape[axis] for axis in order))
        return flat.transpose(0, *(1 + order.index(axis) for axis in range(len(order))))

    def _order(self, ndim: int) -> tuple[int, ...]:
        return (*(axis for axis in range(ndim) if axis not in self.offsets), *self.offsets)

    def summarise(self, route: Route, x: jax.Array, d: jax.Array) -> tuple[jax.Array, Any]:
        """Return |g|^2 and (x, D)."""
        deltas = self.columns(d)
        products = self.arithmetic.inner(deltas, deltas)
        return jnp.sum(self.same(x, x, products.dtype) * products, axis=(1, 2, 3)), (x, deltas)

    def perturbed(self, route: Route, x: jax.Array, w: jax.Array, summary: Any, c: jax.Array) -> jax.Array:
        """Return the picked rows, each moved by c times the deltas of the positions that picked it in the first pass."""
        old, deltas = summary
        moved = across(c, widened(deltas))
        change = self.arithmetic.product("bgst,bgtn->bgsn", self.same(x, old, moved.dtype), moved)
        return self.plain(x, w) + self.restored(change).astype(self.output.dtype)
