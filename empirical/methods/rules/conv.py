"""The rule of `conv_general_dilated`: a row is a patch of the input, so S is the number of output pixels.

At stride 1 the inner products of patches are sums of inner products of pixels: <patch_s, patch_t> = sum over the kernel's
places o of <pixel_{s+o}, pixel_{t+o}>. One Gram matrix of pixels and one shifted sum for each place then do, with nothing unrolled.

Several images of one example (frames, say) are an axis of pixels more, along which the kernel is 1 wide. Dilation of the input
(a transposed convolution) is padding between pixels, and dilation of the kernel moves its places apart.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.custom_derivatives import SymbolicZero
from jax.extend.core import JaxprEqn

from empirical.methods.equations import over_examples, shaped
from empirical.methods.rules.devices import on_processor
from empirical.methods.rules.geometry import Geometry, cut, padded
from empirical.methods.rules.phases import in_phases, strided
from empirical.methods.rules.rows import RowsProduct
from empirical.methods.rules.rule import Route


class Convolution(RowsProduct):
    """With any number of dimensions, stride, padding, dilation and groups; K is places of the kernel times channels of a group."""

    kind = "conv_general_dilated"

    def __init__(self, equation: JaxprEqn, place: int, name: str) -> None:
        params = equation.params
        self.axes = params["dimension_numbers"]
        lhs, rhs, out = (shaped(variable).shape for variable in (*equation.invars, *equation.outvars))
        images, places, pixels = (tuple(spec[2:]) for spec in (self.axes.lhs_spec, self.axes.rhs_spec, self.axes.out_spec))
        self.channels = lhs[self.axes.lhs_spec[1]]
        self.count = params["feature_group_count"]
        between = [size - 1 for size in params["lhs_dilation"]]
        self.geometry = Geometry(
            (1, *(rhs[axis] for axis in places)),
            (1, *params["window_strides"]),
            (1, *params["rhs_dilation"]),
            ((0, 0, 0), *((low, high, gap) for (low, high), gap in zip(params["padding"], between, strict=True))),
            (lhs[self.axes.lhs_spec[0]], *(lhs[axis] for axis in images)),
            (out[self.axes.out_spec[0]], *(out[axis] for axis in pixels)),
        )
        super().__init__(equation, place, name)

    def plain(self, x: jax.Array, w: jax.Array) -> jax.Array:
        """Return the output at w."""
        return by_phases(self, x, w) if strided(self.equation) and on_processor() else super().plain(x, w)

    def slope(self, x: jax.Array, w: jax.Array, dy: jax.Array) -> jax.Array:
        """Return the gradient in the parameter, summed over examples.

        Without strides products of patches are faster on a processor, by a twelfth of a step of ResNet18; with strides they are slower.
        """
        if strided(self.equation):
            return super().slope(x, w, dy)
        matrices = self.arithmetic.product("bgsk,bgsn->gkn", self.rows(x), self.columns(dy))
        return jax.linear_transpose(self.kernel, w)(matrices.astype(w.dtype))[0]

    def perturbed(self, route: Route, x: jax.Array, w: jax.Array, summary: Any, c: jax.Array) -> jax.Array:
        """Return rows(x) (W + c g)."""
        if route == "materialised":  # else XLA would keep the patches of the network's own inputs from one pass to the other
            x, c = lax.optimization_barrier((x, c))
        return super().perturbed(route, x, w, summary, c)

    def matrix(self) -> tuple[int, int, int]:
        """Return G, K and N."""
        places = math.prod(self.geometry.kernel)
        return self.count, places * self.channels // self.count, self.weight[self.axes.rhs_spec[0]] // self.count

    def images(self, x: jax.Array) -> jax.Array:
        """Return inputs as (B, images, pixels..., C)."""
        first, last, *space = self.axes.lhs_spec
        return x.transpose(0, *(axis + 1 for axis in (first, *space, last)))

    def rows(self, x: jax.Array) -> jax.Array:
        """Return the patches, (B, G, S, places * channels)."""
        shape = self.geometry
        patches = padded(self.images(x), ((0, 0, 0), *shape.pads, (0, 0, 0)))
        # Axis by axis 5 x 5 places take ten slices, and not 25.
        for axis in range(len(shape.kernel) - 1, -1, -1):
            patches = jnp.concatenate([cut(patches, axis + 1, window) for window in shape.windows(axis)], axis=-1)
        parted = patches.reshape(x.shape[0], self.positions, -1, self.groups, self.channels // self.groups)
        flat = parted.transpose(0, 3, 1, 2, 4).reshape(x.shape[0], self.groups, self.positions, self.width)
        # Without a barrier XLA on CPU merges the operations that make x into every slice, and compiles for minutes.
        return lax.optimization_barrier(flat)

    def kernel(self, w: jax.Array) -> jax.Array:
        """Return the parameter as (G, K, N), the rows of each matrix in the order of a patch's entries."""
        outputs, inputs, *space = self.axes.rhs_spec
        return w.transpose(*space, inputs, outputs).reshape(self.width, self.groups, self.outputs).transpose(1, 0, 2)

    def columns(self, y: jax.Array) -> jax.Array:
        """Return outputs as (B, G, S, N)."""
        first, last, *space = self.axes.out_spec
        flat = y.transpose(0, *(axis + 1 for axis in (first, *space, last)))
        return flat.reshape(y.shape[0], self.positions, self.groups, self.outputs).transpose(0, 2, 1, 3)

    def restored(self, y: jax.Array) -> jax.Array:
        """Return (B, G, S, N) as outputs."""
        first, last, *space = self.axes.out_spec
        flat = y.transpose(0, 2, 1, 3).reshape(y.shape[0], *self.geometry.output, self.groups * self.outputs)
        order = (first, *space, last)
        return flat.transpose(0, *(1 + order.index(axis) for axis in range(len(order))))

    def gram(self, x: jax.Array, a: jax.Array) -> jax.Array:
        """Return the inner products of patches, through pixels where that is cheaper."""
        if not self.by_pixels():
            return super().gram(x, a)
        shape = self.geometry
        pixels = self.arithmetic.inner(self.pixels(x), self.pixels(a)).reshape(-1, self.groups, *shape.space, *shape.space)
        total: Any = padded(pixels, ((0, 0, 0), (0, 0, 0), *shape.pads, *shape.pads))
        for axis in range(len(shape.kernel)):
            left, right = axis + 2, axis + 2 + len(shape.kernel)
            shifted = [cut(cut(total, left, window), right, window) for window in shape.windows(axis)]
            total = sum(shifted[1:], shifted[0])
        return lax.optimization_barrier(total.reshape(-1, self.groups, self.positions, self.positions))

    def pixels(self, x: jax.Array) -> jax.Array:
        """Return the pixels of inputs, (B, G, pixels, channels of a group)."""
        flat = self.images(x).reshape(x.shape[0], -1, self.groups, self.channels // self.groups)
        return flat.transpose(0, 2, 1, 3)

    def by_pixels(self) -> bool:
        """Whether the Gram matrix of pixels is cheaper than the Gram matrix of patches."""
        return max(self.geometry.strides) == 1 and self.pixel_cost() < super().gram_cost()

    def pixel_cost(self) -> float:
        """Return the multiplications of the Gram matrix of pixels, and the most additions that its shifted sums take."""
        shifted = self.groups * self.positions**2 * math.prod(self.geometry.kernel)
        return math.prod(self.geometry.space) ** 2 * self.channels + shifted

    def gram_cost(self) -> float:
        """Return the cost of the cheaper way to the inner products."""
        return self.pixel_cost() if self.by_pixels() else super().gram_cost()


@partial(jax.custom_jvp, nondiff_argnums=(0,))
def by_phases(product: Convolution, x: jax.Array, w: jax.Array) -> jax.Array:
    """Return the output at w; the derivative in the input is computed in phases."""
    return over_examples(product.equation, (0, None), x, w)[0]


def _tangent(product: Convolution, primals: tuple[jax.Array, jax.Array], tangents: tuple[Any, Any]) -> tuple[jax.Array, jax.Array]:
    (x, w), (dx, dw) = primals, tangents
    y = by_phases(product, x, w)
    parts = [] if isinstance(dx, SymbolicZero) else [jax.vmap(partial(in_phases, product.equation), (0, None))(dx, w)]
    if not isinstance(dw, SymbolicZero):
        parts.append(over_examples(product.equation, (0, None), x, dw)[0])
    return y, sum(parts[1:], parts[0]) if parts else jnp.zeros_like(y)


by_phases.defjvp(_tangent, symbolic_zeros=True)
