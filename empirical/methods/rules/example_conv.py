"""Convolutions of images in which every example has a kernel of weights for itself, as kernels of a GPU; nothing is unrolled in memory.

x (B, P, K) input pixels, y (B, S, N) output pixels, w (B, O, K, N) the weights at each of the kernel's O places:
y_s = sum_o x_(s at o) w_o    dx_p = sum_o dy_(p at o) w_o^T    g_o = sum_s x_(s at o)^T dy_s
A program takes one tile of the result, walks over the places (or the pixels) and adds products of tiles that it loads where they lie.

The kernels are written in Pallas for Triton and compiled for NVIDIA's GPUs; elsewhere JAX interprets them, slowly. JAX 0.12 announces
that it will remove Triton: where it is gone, no convolution suits, and all go by the other routes.
Products of float32 run in TF32 unless the model asks for more (`precision`). TF32 needs both tiles with the summed axis last, which
gradients do not have: there each number is a sum of two in bfloat16, and three products do, nearer to float32 than TF32 is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.experimental import pallas as pl

from empirical.methods.rules.devices import device
from empirical.methods.rules.geometry import Geometry
from empirical.methods.rules.pixel_views import (
    View,
    backward_tiles,
    backward_view,
    divided,
    forward_tiles,
    forward_view,
    phases,
    seen,
    span,
)
from empirical.methods.switch import wide

try:
    from jax.experimental.pallas import triton
except ImportError:
    triton: Any = None

CAPABILITIES = ("8.0", "9.0", "10.0")
"""Of NVIDIA's GPUs for data centres, whose programs may hold 160 KiB or more: the tiles below need up to 100. Measured on a 9.0."""
SMALLEST = 16  # the fewest rows and columns of a tile that Triton multiplies


class Way(NamedTuple):
    """What `pixels` computes: with which precision of products and type of result, and how its weights lie.

    back         input pixels of output pixels, in place of output pixels of input pixels
    summed_last  whether the weights' last axis is the one that is summed over, and not the one of the result
    """

    precision: Any
    dtype: Any
    back: bool
    summed_last: bool


class Tile(NamedTuple):
    """How much one program takes: rows and columns of its result, length of a step along the sum; warps, and loads under way."""

    rows: int
    columns: int
    depth: int
    warps: int
    stages: int = 3

    def params(self) -> Any:
        """Return the tile's settings for the compiler."""
        return triton.CompilerParams(num_warps=self.warps, num_stages=self.stages)


def part(size: int, most: int) -> int:
    """Return the largest power of two up to `most` that divides a size."""
    return math.gcd(size, most)


def covering(size: int, most: int) -> int:
    """Return the smallest power of two that covers a size, or `most`; rows beyond the size are masked."""
    return max(SMALLEST, min(most, pl.next_power_of_2(size)))


def suits(geometry: Geometry, channels: int, outputs: int) -> bool:
    """Whether the kernels take a convolution: images of two dimensions, no axis with stride and dilation, and whole tiles of channels."""
    if triton is None:
        return False
    flat = len(geometry.kernel) == 3 and geometry.space[0] == 1 and all(gap == 0 for _, _, gap in geometry.pads)
    simple = all(stride == 1 or apart == 1 for stride, apart in zip(geometry.strides, geometry.dilation, strict=True))
    return flat and simple and math.prod(geometry.kernel) > 1 and part(channels, SMALLEST) == part(outputs, SMALLEST) == SMALLEST


def at_hand() -> bool:
    """Whether this machine's default device compiles the kernels."""
    chosen = device()
    return getattr(chosen, "compute_capability", None) in CAPABILITIES and getattr(chosen, "platform", "") == "gpu"


def matrix(ref: Any, rows: jax.Array, columns: jax.Array, mask: jax.Array | None = None, first: tuple[jax.Array, ...] = ()) -> jax.Array:
    """Load entries of a matrix, (rows, columns), at the `first` indices of an array; those of masked rows are 0."""
    at = ref.at[(*first, rows[:, None], columns[None, :])]
    if mask is None:
        return triton.load(at)
    return triton.load(at, mask=mask[:, None] & jnp.ones((1, columns.size), bool), other=0.0)


def summed(steps: int, shape: tuple[int, int], dtype: Any, term: Callable[[jax.Array], jax.Array]) -> jax.Array:
    """Return the sum of a term over so many steps."""
    return lax.fori_loop(np.int32(0), np.int32(steps), lambda i, total: total + term(i), jnp.zeros(shape, dtype))


def times(a: jax.Array, b: jax.Array, axes: tuple[int, int], precision: Any) -> jax.Array:
    """Return the product of two tiles, summed over these axes, in at least 32 bits."""
    return lax.dot_general(a, b, (((axes[0],), (axes[1],)), ((), ())), precision=precision, preferred_element_type=wide(a))


def _pixels_kernel(x: Any, *refs: Any, view: Callable[[jax.Array], View], tile: Tile, way: Way) -> None:
    *weights, out = refs
    rows, exist, places, at = view(pl.program_id(1))
    columns, steps = span(pl.program_id(2) * tile.columns, tile.columns), x.shape[1] // tile.depth

    def term(i: jax.Array) -> jax.Array:
        number, step = divided(i, steps)
        depth = span(step * tile.depth, tile.depth)
        place, pixel, inside = at(number)
        a = matrix(x, pixel, depth, inside)
        if way.summed_last:
            parts = [times(a, matrix(w, columns, depth, first=(place,)), (1, 1), way.precision) for w in weights]
        else:
            parts = [times(a, matrix(w, depth, columns, first=(place,)), (1, 0), way.precision) for w in weights]
        return sum(parts[1:], parts[0])

    keep(out, rows, columns, summed(places * steps, (tile.rows, tile.columns), wide(x), term), mask=exist)


def pixels(x: jax.Array, weights: Sequence[jax.Array], geometry: Geometry, way: Way) -> jax.Array:
    """Return output pixels (B, S, N) of input pixels x (B, P, K), or, going back, input pixels (B, P, K) of output pixels (B, S, N).

    Each of the weights is (B or 1, O, summed, result), or (B or 1, O, result, summed) where the summed axis comes last; products with
    all of them are added up.
    """
    columns, depth = weights[0].shape[2:] if way.summed_last else weights[0].shape[:1:-1]
    rows = math.prod(geometry.space if way.back else geometry.output)
    of_view = math.prod(phases(geometry)[1]) if way.back else rows
    tile = Tile(covering(of_view, 128), part(columns, 128), part(depth, 32), warps=4 if x.dtype.itemsize > 2 else 8)

    def call(interpret: bool, x: jax.Array, *weights: jax.Array) -> jax.Array:
        view = partial(backward_view if way.back else forward_view, geometry, tile.rows)
        return pl.pallas_call(
            partial(_pixels_kernel, view=view, tile=tile, way=way),
            out_shape=like(x, (x.shape[0], rows, columns), way.dtype),
            grid=(x.shape[0], (backward_tiles if way.back else forward_tiles)(geometry, tile.rows), columns // tile.columns),
            in_specs=[of_example(value.shape) for value in (x, *weights)],
            out_specs=of_example((x.shape[0], rows, columns)),
            compiler_params=tile.params(),
            interpret=interpret,
            name="pixels_back" if way.back else "pixels",
        )(x, *weights)

    return lax.platform_dependent(x, *weights, cuda=partial(call, False), default=partial(call, True))


def _gradients_kernel(*refs: Any, geometry: Geometry, tile: Tile, parts: int, precision: Any) -> None:
    *values, out, squares = refs
    xs, ds = values[:parts], values[parts:]
    place, block = divided(pl.program_id(1), xs[0].shape[1] // tile.rows)
    rows, columns = span(block * tile.rows, tile.rows), span(pl.program_id(2) * tile.columns, tile.columns)
    positions = ds[0].shape[0]

    def term(i: jax.Array) -> jax.Array:
        s = span(i * tile.depth, tile.depth)
        pixel, inside = seen(geometry, s, place)
        lefts = [matrix(x, pixel, rows, inside) for x in xs]
        rights = [matrix(d, s, columns, None if positions % tile.depth == 0 else s < positions) for d in ds]
        # of sums of two parts, the product of the two small parts is left out
        products = [times(a, b, (0, 0), precision) for i, a in enumerate(lefts) for j, b in enumerate(rights) if i + j < parts]
        return sum(products[1:], products[0])

    total = summed(pl.cdiv(positions, tile.depth), (tile.rows, tile.columns), out.dtype, term)
    keep(out, rows, columns, total, first=(place,))
    squares[pl.program_id(1), pl.program_id(2)] = jnp.sum(total * total)


def gradients(x: jax.Array, d: jax.Array, geometry: Geometry, precision: Any) -> tuple[jax.Array, jax.Array]:
    """Return g (B, O, K, N) of input pixels x (B, P, K) and gradients d (B, S, N) in the output pixels, and |g|^2 (B,)."""
    places, channels, outputs, dtype = math.prod(geometry.kernel), x.shape[2], d.shape[2], wide(x)
    tile = Tile(part(channels, 64), part(outputs, 64 if channels % 128 else 128), covering(d.shape[1], 32), warps=4)
    grid = x.shape[0], places * (channels // tile.rows), outputs // tile.columns
    shapes = [(x.shape[0], places, channels, outputs), grid]
    xs, ds = halves(x, precision), halves(d, precision)

    def call(interpret: bool, *values: jax.Array) -> tuple[jax.Array, jax.Array]:
        return pl.pallas_call(
            partial(_gradients_kernel, geometry=geometry, tile=tile, parts=len(xs), precision=precision),
            out_shape=[like(x, shape, dtype) for shape in shapes],
            grid=grid,
            in_specs=[of_example(value.shape) for value in values],
            out_specs=[of_example(shape) for shape in shapes],
            compiler_params=tile.params(),
            interpret=interpret,
            name="gradients",
        )(*values)

    g, squares = lax.platform_dependent(*xs, *ds, cuda=partial(call, False), default=partial(call, True))
    return g, jnp.sum(squares, axis=(1, 2))


def halves(values: jax.Array, precision: Any) -> tuple[jax.Array, ...]:
    """Return float32 as two numbers in bfloat16 that add up to almost the same; other types, and at the highest precision, as they are."""
    if values.dtype != jnp.float32 or lax.Precision.HIGHEST in (precision or ()):
        return (values,)
    high = lax.reduce_precision(values, exponent_bits=8, mantissa_bits=7)  # a cast there and back would be optimised away
    return high.astype(jnp.bfloat16), (values - high).astype(jnp.bfloat16)


def keep(out: Any, rows: jax.Array, columns: jax.Array, total: jax.Array, first: Any = (), mask: jax.Array | None = None) -> None:
    """Store a tile of the result at the `first` indices of an array; masked rows alone are stored."""
    inside = None if mask is None else mask[:, None] & jnp.ones((1, columns.size), bool)
    triton.store(out.at[(*first, rows[:, None], columns[None, :])], total.astype(out.dtype), mask=inside)


def of_example(shape: tuple[int, ...]) -> pl.BlockSpec:
    """Return which part of an array of this shape a program sees: its example's, or all of it where the examples share it."""
    shared, whole = shape[0] == 1, (0,) * (len(shape) - 1)
    return pl.BlockSpec((None, *shape[1:]), lambda b, *_: (0 if shared else b, *whole))


def like(x: jax.Array, shape: tuple[int, ...], dtype: Any) -> jax.ShapeDtypeStruct:
    """Return the description of a result, which varies over the mesh axes over which the examples do."""
    return jax.ShapeDtypeStruct(shape, dtype, manual_axis_type=jax.typeof(x).manual_axis_type)
