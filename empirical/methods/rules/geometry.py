"""Which input pixels an output pixel of a convolution sees."""

from __future__ import annotations

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

    def windows(self, axis: int) -> list[slice]:
        """Return, for each place of the kernel along an axis, the padded pixels that stand there, over all output pixels."""
        stride, last = self.strides[axis], self.strides[axis] * (self.output[axis] - 1)
        return [slice(o * self.dilation[axis], o * self.dilation[axis] + last + 1, stride) for o in range(self.kernel[axis])]


def cut(values: jax.Array, axis: int, window: slice) -> jax.Array:
    """Return the entries of a window along one axis."""
    return lax.slice_in_dim(values, window.start, window.stop, window.step or 1, axis)


def padded(values: jax.Array, pads: tuple[Pad, ...]) -> jax.Array:
    """Return values with zeros around and between the entries of each axis."""
    return lax.pad(values, jnp.zeros((), values.dtype), pads)
