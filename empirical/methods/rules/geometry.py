"""Which input pixels an output pixel of a convolution sees."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

Pad = tuple[int, int, int]  # zeros before, after and between pixels; negative ones cut


class Geometry(NamedTuple):
    """One entry for each axis of pixels; `space` holds the sizes of the input, `output` those of the output."""

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilation: tuple[int, ...]
    pads: tuple[Pad, ...]
    space: tuple[int, ...]
    output: tuple[int, ...]

    def windows(self) -> Iterator[tuple[slice, ...]]:
        """Yield, for each place in the kernel, the padded pixels that stand there, over all output pixels."""
        for place in itertools.product(*map(range, self.kernel)):
            starts = [o * d for o, d in zip(place, self.dilation, strict=True)]
            yield tuple(slice(o, o + s * (n - 1) + 1, s) for o, s, n in zip(starts, self.strides, self.output, strict=True))


def padded(values: jax.Array, pads: tuple[Pad, ...]) -> jax.Array:
    """Return values with zeros around and between the entries of each axis."""
    return lax.pad(values, jnp.zeros((), values.dtype), pads)
