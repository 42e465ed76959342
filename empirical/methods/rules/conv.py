"""Convolutions in any number of dimensions: a row is a patch of the input, so S is the number of output pixels.

At stride 1 the inner products of patches are sums of inner products of pixels: <patch_s, patch_t> = sum over the kernel's
places o of <pixel_{s+o}, pixel_{t+o}>. One Gram matrix of pixels and one shifted sum for each place then do, with nothing unrolled.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from empirical.methods.rules.rows import RowsRule, inner
from empirical.methods.rules.rule import Shape

UNKNOWN_PADDING = ("CIRCULAR", "REFLECT", "CAUSAL")


def per_axis(value: Any, count: int) -> tuple[int, ...]:
    """Return one number for each of `count` axes; flax takes None for 1 and one number for all."""
    if value is None:
        return (1,) * count
    return (value,) * count if isinstance(value, int) else tuple(value)


class Geometry(NamedTuple):
    """Which input pixels an output pixel sees; one entry for each spatial axis."""

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    pads: tuple[tuple[int, int], ...]
    output: tuple[int, ...]

    def windows(self) -> Iterator[tuple[slice, ...]]:
        """Yield, for each place in the kernel, the padded pixels that stand there, over all output pixels."""
        for place in itertools.product(*map(range, self.kernel)):
            yield tuple(slice(o, o + s * (n - 1) + 1, s) for o, s, n in zip(place, self.strides, self.output, strict=True))


def geometry(layer: Any, x: Shape) -> Geometry:
    """Return the geometry of a convolution on an input of shape (B, ..., C), with flax's meaning of every way to write padding."""
    space = x[1:-1]
    kernel = per_axis(layer.kernel_size, 1)
    strides = per_axis(layer.strides, len(kernel))
    if isinstance(layer.padding, str):
        pads = tuple(lax.padtype_to_pads(space, kernel, strides, layer.padding.upper()))
    else:
        sides = (layer.padding,) * len(kernel) if isinstance(layer.padding, int) else layer.padding
        pads = tuple((side, side) if isinstance(side, int) else tuple(side) for side in sides)
    output = tuple((n + sum(pad) - k) // s + 1 for n, pad, k, s in zip(space, pads, kernel, strides, strict=True))
    return Geometry(kernel, strides, pads, output)


def padded(values: jax.Array, pads: tuple[tuple[int, int], ...]) -> jax.Array:
    """Return values with zeros around each axis; a negative count cuts."""
    return lax.pad(values, jnp.zeros((), values.dtype), [(low, high, 0) for low, high in pads])


class ConvRule(RowsRule):
    """The rule of `flax.linen.Conv` with any kernel, stride and constant padding."""

    def refusal(self, layer: Any, x: Shape) -> str | None:
        """Groups and dilation, other padding than zeros, masks and other products are refused."""
        space = len(per_axis(layer.kernel_size, 1))
        if layer.feature_group_count != 1:
            return f"it has {layer.feature_group_count} groups"
        if set(per_axis(layer.kernel_dilation, space)) | set(per_axis(layer.input_dilation, space)) != {1}:
            return "it is dilated"
        if isinstance(layer.padding, str) and layer.padding.upper() in UNKNOWN_PADDING:
            return f"it pads with {layer.padding!r}, not with zeros"
        if layer.mask is not None or layer.conv_general_dilated is not None or layer.conv_general_dilated_cls is not None:
            return "it has a mask or a custom product"
        if len(x) != space + 2:
            return f"its input needs one axis of examples, {space} of pixels and one of channels, got shape {x}"
        return None

    def rows(self, layer: Any, x: jax.Array) -> jax.Array:
        """Return the patches, (B, S, places * channels), in the order of the kernel's entries."""
        shape = geometry(layer, x.shape)
        whole = padded(x, ((0, 0), *shape.pads, (0, 0)))
        patches = jnp.concatenate([whole[(slice(None), *window)] for window in shape.windows()], axis=-1)
        flat = patches.reshape(x.shape[0], math.prod(shape.output), -1)
        # Without a barrier XLA on CPU merges the operations that make x into every slice, and compiles for minutes.
        return lax.optimization_barrier(flat)

    def width(self, layer: Any, x: Shape) -> int:
        """Return the number of a patch's entries."""
        return math.prod(per_axis(layer.kernel_size, 1)) * x[-1]

    def positions(self, layer: Any, x: Shape) -> Shape:
        """Return the shape of the output in pixels."""
        return geometry(layer, x).output

    def gram(self, layer: Any, x: jax.Array, a: jax.Array) -> jax.Array:
        """Return the inner products of patches, through pixels where that is cheaper."""
        if not self.by_pixels(layer, x.shape):
            return super().gram(layer, x, a)
        shape = geometry(layer, x.shape)
        space = x.shape[1:-1]
        pixels = inner(x.reshape(x.shape[0], -1, x.shape[-1]), a.reshape(a.shape[0], -1, a.shape[-1]))
        pixels = padded(pixels.reshape(-1, *space, *space), ((0, 0), *shape.pads, *shape.pads))
        shifted = [pixels[(slice(None), *window, *window)] for window in shape.windows()]
        positions = math.prod(shape.output)
        return lax.optimization_barrier(sum(shifted[1:], shifted[0]).reshape(-1, positions, positions))

    def by_pixels(self, layer: Any, x: Shape) -> bool:
        """Whether the Gram matrix of pixels is cheaper than the Gram matrix of patches."""
        positions = math.prod(geometry(layer, x).output)
        return max(per_axis(layer.strides, 1)) == 1 and self.pixel_cost(layer, x, positions) < positions**2 * self.width(layer, x)

    def pixel_cost(self, layer: Any, x: Shape, positions: int) -> float:
        """Return the multiplications of the Gram matrix of pixels, and the additions of its shifted sums."""
        return math.prod(x[1:-1]) ** 2 * x[-1] + positions**2 * math.prod(per_axis(layer.kernel_size, 1))

    def gram_cost(self, layer: Any, x: Shape, positions: int, width: int) -> float:
        """Return the cost of the cheaper way to the inner products."""
        return self.pixel_cost(layer, x, positions) if self.by_pixels(layer, x) else super().gram_cost(layer, x, positions, width)
