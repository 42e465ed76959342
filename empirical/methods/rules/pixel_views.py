"""Which pixels a program of a GPU works on, and which pixels those see, for the kernels in `example_conv.py`.

Output pixels see input pixels at the places of a convolution's kernel; going back, input pixels are seen by output pixels. With strides an
input pixel is seen at some places alone: input pixels fall into *phases*, and all pixels of a phase are seen at the same places.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.experimental import pallas as pl

from empirical.methods.rules.geometry import Geometry


def span(start: Any, size: int) -> jax.Array:
    """Return `size` whole numbers from `start` on."""
    return lax.convert_element_type(start, jnp.int32) + jnp.arange(size, dtype=jnp.int32)


def divided(a: jax.Array, by: int) -> tuple[jax.Array, jax.Array]:
    """Return quotient and remainder in 32 bits; only for a >= 0 are they the usual ones."""
    a = lax.convert_element_type(a, jnp.int32)
    return lax.div(a, np.int32(by)), lax.rem(a, np.int32(by))


class View(NamedTuple):
    """What one program of `pixels` works on: pixels of the result, which of them exist, and what they see.

    `places` is the number of places that they see, and `at` tells of each which place of the kernel it is, the pixels that stand there
    (0 where there is none), and whether there are any.
    """

    rows: jax.Array
    exist: jax.Array
    places: int
    at: Callable[[jax.Array], tuple[jax.Array, jax.Array, jax.Array]]


def forward_tiles(geometry: Geometry, rows: int) -> int:
    """Return into how many tiles of so many rows the output pixels fall."""
    return pl.cdiv(math.prod(geometry.output), rows)


def forward_view(geometry: Geometry, size: int, number: jax.Array) -> View:
    """Return the output pixels of a tile, which see input pixels."""
    rows = span(number * size, size)

    def at(place: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array]:
        return (place, *seen(geometry, rows, place))

    return View(rows, rows < math.prod(geometry.output), math.prod(geometry.kernel), at)


def phases(geometry: Geometry) -> tuple[tuple[int, int], tuple[int, int], int]:
    """Return the strides, the sizes of a phase, and how many there are. Input pixels of one phase lie whole strides apart."""
    strides = geometry.strides[1:]
    sizes = [pl.cdiv(size, stride) for size, stride in zip(geometry.space[1:], strides, strict=True)]
    return (strides[0], strides[1]), (sizes[0], sizes[1]), math.prod(strides)


def backward_tiles(geometry: Geometry, rows: int) -> int:
    """Return into how many tiles of so many rows the input pixels fall, phase by phase."""
    _, sizes, count = phases(geometry)
    return count * pl.cdiv(math.prod(sizes), rows)


def backward_view(geometry: Geometry, size: int, number: jax.Array) -> View:
    """Return the input pixels of a tile, all of one phase, which are seen by output pixels."""
    strides, sizes, _ = phases(geometry)
    phase, tile = divided(number, pl.cdiv(math.prod(sizes), size))
    index = span(tile * size, size)
    pixel = [i * stride + first for i, stride, first in zip(divided(index, sizes[1]), strides, divided(phase, strides[1]), strict=True)]
    (_, height, width), (_, high, wide_out), pads = geometry.space, geometry.output, [low for low, _, _ in geometry.pads[1:]]
    exist = (index < math.prod(sizes)) & (pixel[0] < height) & (pixel[1] < width)
    counts = [pl.cdiv(places, stride) for places, stride in zip(geometry.kernel[1:], strides, strict=True)]

    def at(number: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array]:
        inside, seer, place = exist, [], []
        for axis, (i, first) in enumerate(zip(divided(number, counts[1]), divided(phase, strides[1]), strict=True)):
            # the first place at which a pixel of this phase is seen; padding that cuts is negative
            start = lax.rem(first + np.int32(pads[axis] % strides[axis]), np.int32(strides[axis]))
            o = start + i * strides[axis]
            value = pixel[axis] + pads[axis] - o * geometry.dilation[axis + 1]
            inside &= (o < geometry.kernel[axis + 1]) & (value >= 0)
            seer.append(divided(jnp.maximum(value, 0), strides[axis])[0])
            place.append(jnp.minimum(o, geometry.kernel[axis + 1] - 1))
        inside &= (seer[0] < high) & (seer[1] < wide_out)
        return place[0] * geometry.kernel[2] + place[1], jnp.where(inside, seer[0] * wide_out + seer[1], np.int32(0)), inside

    return View(pixel[0] * width + pixel[1], exist, math.prod(counts), at)


def seen(geometry: Geometry, s: jax.Array, place: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Return the input pixels that output pixels s see at a place of the kernel, and whether there are any."""
    (_, height, width), (_, _, wide_out) = geometry.space, geometry.output
    inside, at = s < math.prod(geometry.output), []
    for axis, (o, p) in enumerate(zip(divided(s, wide_out), divided(place, geometry.kernel[2]), strict=True), start=1):
        at.append(o * geometry.strides[axis] + p * geometry.dilation[axis] - geometry.pads[axis][0])
    for value, size in zip(at, (height, width), strict=True):
        inside &= (value >= 0) & (value < size)
    return jnp.where(inside, at[0] * width + at[1], np.int32(0)), inside
