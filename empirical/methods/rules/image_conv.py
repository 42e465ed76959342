"""The rule of convolutions with one route more: on a GPU, kernels that know the weights of each example (`example_conv.py`)."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from empirical.methods.equations import shaped
from empirical.methods.rules import example_conv
from empirical.methods.rules.conv import Convolution
from empirical.methods.rules.rule import Route, across
from empirical.methods.switch import wide


class ImageConvolution(Convolution):
    """Where the kernels take a convolution, its route "kernel" costs what "materialised" costs, with nothing unrolled in memory."""

    def costs(self) -> dict[Route, float]:
        """Return the costs of all routes; without a GPU that compiles the kernels, theirs is infinite."""
        costs = super().costs()
        if not self.in_kernels():
            return costs
        return {"kernel": costs["materialised"] if example_conv.at_hand() else math.inf, **costs}

    def in_kernels(self) -> bool:
        """Whether the kernels take this convolution and its arithmetic: no algorithm by name, and no sums in float64 of shorter inputs."""
        plain = not self.arithmetic.algorithm and self.arithmetic.total == wide(shaped(self.equation.invars[0]))
        return plain and self.groups == 1 and example_conv.suits(self.geometry, self.channels, self.outputs)

    def memory(self, route: Route) -> float:
        """Return the entries that a route holds: "kernel" holds g alone."""
        return self.width * self.outputs if route == "kernel" else super().memory(route)

    def summarise(self, route: Route, x: jax.Array, d: jax.Array) -> tuple[jax.Array, Any]:
        """Return |g|^2 and what the second pass needs of g."""
        if route != "kernel":
            return super().summarise(route, x, d)
        g, square = differentiable(self.by_kernel, self.by_patches)(x, d)
        return square, g

    def perturbed(self, route: Route, x: jax.Array, w: jax.Array, summary: Any, c: jax.Array) -> jax.Array:
        """Return the output at w + c g."""
        if route != "kernel":
            return super().perturbed(route, x, w, summary, c)
        return at_shifted(self, x, w, across(c, summary))

    def by_kernel(self, x: jax.Array, d: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return the gradient of each example, (B, O, C, N), and its squared norm (B,)."""
        deltas = self.columns(d)[:, 0]
        return example_conv.gradients(self.flat(x).astype(d.dtype), deltas, self.geometry, self.arithmetic.precision)

    def by_patches(self, x: jax.Array, d: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return the same by the route "materialised"."""
        square, g = super().summarise("materialised", x, d)
        return g.reshape(x.shape[0], -1, self.channels, self.outputs), square

    def flat(self, x: jax.Array) -> jax.Array:
        """Return inputs as pixels (B, P, C)."""
        return self.images(x).reshape(x.shape[0], -1, self.channels)

    def places(self, w: jax.Array) -> jax.Array:
        """Return the parameter place by place, (1, O, C, N)."""
        return self.kernel(w).reshape(1, -1, self.channels, self.outputs)

    def weights(self, w: jax.Array, shifts: jax.Array, dtype: Any) -> list[jax.Array]:
        """Return the weights of each example, as `dtype`; of numbers shorter than 32 bits, two that are to be added after the products."""
        shifts = shifts.astype(w.dtype)
        parts = [self.places(w), shifts] if jnp.finfo(w.dtype).bits < 32 else [self.places(w) + shifts]
        return [part.astype(dtype) for part in parts]


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def at_shifted(product: ImageConvolution, x: jax.Array, w: jax.Array, shifts: jax.Array) -> jax.Array:
    """Return the output (B, ...) at w + shifts_i for each example i, shifts (B, O, C, N).

    The derivative in `w` is summed over examples in one product, as SGD's is.
    """
    weights = product.weights(w, shifts, x.dtype)
    turned = len(weights) == 1  # products in TF32 need the summed axis last; those in 16 bits do not
    if turned:
        weights = [weight.swapaxes(2, 3) for weight in weights]
    way = example_conv.Way(product.arithmetic.precision, product.output.dtype, back=False, summed_last=turned)
    return product.restored(example_conv.pixels(product.flat(x), weights, product.geometry, way)[:, None])


def _forward(product: ImageConvolution, x: jax.Array, w: jax.Array, shifts: jax.Array) -> tuple[jax.Array, tuple[jax.Array, ...]]:
    return at_shifted(product, x, w, shifts), (x, w, shifts)


def _backward(product: ImageConvolution, residuals: tuple[jax.Array, ...], dy: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array]:
    x, w, shifts = residuals
    (dw,) = jax.vjp(lambda w: product.plain(x, w), w)[1](dy)
    dx = differentiable(partial(in_input, product), partial(in_input_by_patches, product))(x, w, shifts, dy)
    # The last one is for whoever differentiates a whole step; a compiler leaves it out elsewhere.
    return dx, dw, differentiable(product.by_kernel, product.by_patches)(x, dy)[0].astype(shifts.dtype)


at_shifted.defvjp(_forward, _backward)


def in_input(product: ImageConvolution, x: jax.Array, w: jax.Array, shifts: jax.Array, dy: jax.Array) -> jax.Array:
    """Return the gradient in the input x, whose values do not matter, at w + shifts."""
    weights = product.weights(w, shifts, dy.dtype)
    way = example_conv.Way(product.arithmetic.precision, x.dtype, back=True, summed_last=True)
    pixels = example_conv.pixels(product.columns(dy)[:, 0], weights, product.geometry, way)
    return jax.linear_transpose(product.flat, x)(pixels)[0]


def in_input_by_patches(product: ImageConvolution, x: jax.Array, w: jax.Array, shifts: jax.Array, dy: jax.Array) -> jax.Array:
    """Return the same by products of patches."""
    matrices = shifts.reshape(x.shape[0], 1, product.width, product.outputs).astype(x.dtype)
    patches = product.arithmetic.shifted("bgsn,bgkn->bgsk", product.columns(dy), product.kernel(w), matrices)
    return jax.linear_transpose(product.rows, x)(patches.astype(x.dtype))[0]


def differentiable(kernel: Callable[..., Any], plain: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that computes by kernels, which JAX cannot differentiate, and whose derivatives are those of plain operations."""
    function = jax.custom_vjp(kernel)
    function.defvjp(lambda *values: (kernel(*values), values), lambda values, cotangents: jax.vjp(plain, *values)[1](cotangents))
    return function
