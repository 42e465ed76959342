"""Layers that multiply rows by one matrix: y_s = a_s W + b for rows a_s of the input, s = 1..S positions. Dense and Conv are such.

g_W = A^T D,   g_b = sum_s d_s           A (S, K) rows of the input, D (S, N) gradients in the outputs
|g_W|^2 = <A A^T, D D^T>                 gram: two S x S matrices instead of K x N
A' g_W = (A' A^T) D                      gram: the change of the output, again through S x S
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from empirical.methods.rules.rule import Route, Shape, across

Rows = Callable[[jax.Array], jax.Array]  # input (B, ...) -> rows (B, S, K), a linear map


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def multiply(rows: Rows, x: jax.Array, kernel: jax.Array, shifts: jax.Array) -> jax.Array:
    """Return rows(x)_i (kernel + shifts_i) for each example i: kernel (K, N), shifts (B, K, N), result (B, S, N).

    The derivative in `kernel` is summed over examples in one product; left to itself JAX would form it for every example.
    `shifts` is held fixed: its derivative is zero.
    """
    return product("bsk,bkn->bsn", rows(x), kernel, shifts)


def product(axes: str, a: jax.Array, kernel: jax.Array, shifts: jax.Array) -> jax.Array:
    """Return the einsum of a and kernel + shifts, axes as "bsk,bkn->bsn".

    Of numbers shorter than 32 bits the two products are added instead: a sum of weight and shift would round most shifts away.
    """
    if jnp.finfo(a.dtype).bits >= 32:
        return jnp.einsum(axes, a, kernel[None] + shifts)
    parts = (
        jnp.einsum(axes.replace("bkn", "kn"), a, kernel, preferred_element_type=jnp.float32),
        jnp.einsum(axes, a, shifts, preferred_element_type=jnp.float32),
    )
    return (parts[0] + parts[1]).astype(a.dtype)


def _forward(rows: Rows, x: jax.Array, kernel: jax.Array, shifts: jax.Array) -> tuple[jax.Array, tuple[jax.Array, ...]]:
    return multiply(rows, x, kernel, shifts), (x, kernel, shifts)


def _backward(rows: Rows, residuals: tuple[jax.Array, ...], dy: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array]:
    x, kernel, shifts = residuals
    (dx,) = jax.linear_transpose(rows, x)(product("bsn,bkn->bsk", dy, kernel, shifts))
    return dx, jnp.einsum("bsk,bsn->kn", rows(x), dy), jnp.zeros_like(shifts)


multiply.defvjp(_forward, _backward)


def inner(a: jax.Array, b: jax.Array) -> jax.Array:
    """Return the inner products of rows, (B, S, K) and (B, T, K) -> (B, S, T)."""
    if a.shape[1] == b.shape[1] == 1:  # a batch of 1 x 1 products is slow as a matrix product
        return jnp.sum(a * b, axis=2, keepdims=True)
    return jnp.einsum("bsk,btk->bst", a, b)


class RowsRule:
    """The rule of such a layer; a kind of layer says what its rows are, and may know a cheaper way to their inner products."""

    def rows(self, layer: Any, x: jax.Array) -> jax.Array:
        """Return the rows of an input, (B, S, K)."""
        raise NotImplementedError

    def gram(self, layer: Any, x: jax.Array, a: jax.Array) -> jax.Array:
        """Return the inner products of the rows of two inputs, (B, S, S)."""
        return inner(self.rows(layer, x), self.rows(layer, a))

    def gram_cost(self, layer: Any, x: Shape, positions: int, width: int) -> float:
        """Return the multiplications that `gram` takes for one example, with S = `positions` and K = `width`."""
        return positions * positions * width

    def width(self, layer: Any, x: Shape) -> int:
        """Return K, the length of a row."""
        raise NotImplementedError

    def parameters(self, layer: Any) -> tuple[str, ...]:
        """Return the kernel, and the bias where there is one."""
        return ("kernel", "bias") if layer.use_bias else ("kernel",)

    def cost(self, layer: Any, x: Shape, y: Shape) -> dict[Route, float]:
        """Gram: two Gram matrices for the norm, one times D in the second pass, and the derivative of that; materialised: A^T D."""
        positions, width, outputs = math.prod(y[1:-1]), self.width(layer, x), y[-1]
        gram = self.gram_cost(layer, x, positions, width) + positions * positions * outputs
        return {"gram": 3 * gram, "materialised": positions * width * outputs}

    def summarise(self, layer: Any, route: Route, x: jax.Array, d: jax.Array) -> tuple[jax.Array, Any]:
        """Return |g|^2 and, with the bias gradient, (x, D) for the gram route or g_W for the materialised one."""
        deltas = d.reshape(d.shape[0], -1, d.shape[-1])
        bias = deltas.sum(1) if layer.use_bias else None
        if route == "gram":
            square = jnp.sum(self.gram(layer, x, x) * inner(deltas, deltas), axis=(1, 2))
            summary = (x, deltas)
        else:
            summary = jnp.einsum("bsk,bsn->bkn", self.rows(layer, x), deltas)
            square = jnp.sum(jnp.square(summary), axis=(1, 2))
        if bias is not None:
            square = square + jnp.sum(jnp.square(bias), axis=1)
        return square, (summary, bias)

    def perturbed(
        self, layer: Any, route: Route, call: Callable[[jax.Array], jax.Array], x: jax.Array, summary: Any, c: jax.Array
    ) -> jax.Array:
        """Return rows(x) (W + c g_W) + b + c g_b."""
        weight_summary, bias = summary
        if route == "gram":
            old, deltas = weight_summary
            y = call(x)
            change = jnp.einsum("bst,btn->bsn", self.gram(layer, x, old), across(c, deltas))
            y = y + change.reshape(y.shape)
        else:
            weights = layer.variables["params"]
            flat: jax.Array = multiply(
                partial(self.rows, layer), x, weights["kernel"].reshape(weight_summary.shape[1:]), across(c, weight_summary)
            )
            y = flat.reshape(x.shape[0], *self.positions(layer, x.shape), -1)
            if layer.use_bias:
                y = y + weights["bias"].reshape(*(1,) * (y.ndim - 1), -1)
        if bias is not None:
            y = y + across(c, bias).reshape(y.shape[0], *(1,) * (y.ndim - 2), -1)
        return y

    def positions(self, layer: Any, x: Shape) -> Shape:
        """Return the shape that the S positions have in the output."""
        raise NotImplementedError
