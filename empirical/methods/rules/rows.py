"""Products of rows with one matrix: y_s = a_s W for rows a_s of the input, s = 1..S positions. Dense layers and convolutions are such.

g = A^T D                                A (S, K) rows of the input, D (S, N) gradients in the outputs
|g|^2 = <A A^T, D D^T>                   gram: two S x S matrices instead of K x N
A' g  = (A' A^T) D                       gram: the change of the output, again through S x S

There may be G such products side by side, as in a convolution with groups: all arrays below have that axis after the examples.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax.extend.core import JaxprEqn

from empirical.methods.equations import over_examples, shaped
from empirical.methods.rules.arithmetic import arithmetic_of
from empirical.methods.rules.rule import Route, across
from empirical.methods.switch import widened


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def multiply(product: RowsProduct, x: jax.Array, w: jax.Array, shifts: jax.Array) -> jax.Array:
    """Return the outputs at w + shifts_i for each example i, shifts (B, G, K, N).

    The derivative in w is summed over examples in one product, as SGD's is; left to itself JAX would form it for every example.
    """
    y = product.arithmetic.shifted("bgsk,bgkn->bgsn", product.rows(x), product.kernel(w), shifts)
    return product.restored(y).astype(product.output.dtype)


def _forward(product: RowsProduct, x: jax.Array, w: jax.Array, shifts: jax.Array) -> tuple[jax.Array, tuple[jax.Array, ...]]:
    return multiply(product, x, w, shifts), (x, w, shifts)


def _backward(product: RowsProduct, residuals: tuple[jax.Array, ...], dy: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array]:
    x, w, shifts = residuals
    deltas = product.columns(dy)
    da = product.arithmetic.shifted("bgsn,bgkn->bgsk", deltas, product.kernel(w), shifts)
    (dx,) = jax.linear_transpose(product.rows, x)(da.astype(x.dtype))
    dw = product.slope(x, w, dy)
    # The last one is for whoever differentiates a whole step; a compiler leaves it out elsewhere.
    return dx, dw, product.arithmetic.product("bgsk,bgsn->bgkn", product.rows(x), deltas).astype(shifts.dtype)


multiply.defvjp(_forward, _backward)


class RowsProduct:
    """Such a product. A kind of product says how its arrays are rows, and may know a cheaper way to the inner products of rows."""

    kind = ""

    def __init__(self, equation: JaxprEqn, place: int, name: str) -> None:
        self.equation, self.place, self.name = equation, place, name
        self.weight = tuple(shaped(equation.invars[place]).shape)
        self.input = tuple(shaped(equation.invars[1 - place]).shape)
        aval = shaped(equation.outvars[0])
        self.output = jax.ShapeDtypeStruct(aval.shape, aval.dtype)
        self.arithmetic = arithmetic_of(equation)
        self.groups, self.width, self.outputs = self.matrix()
        self.positions = math.prod(self.output.shape) // (self.groups * self.outputs)

    def matrix(self) -> tuple[int, int, int]:
        """Return G, K and N."""
        raise NotImplementedError

    def rows(self, x: jax.Array) -> jax.Array:
        """Return the rows of an input, (B, G, S, K)."""
        raise NotImplementedError

    def kernel(self, w: jax.Array) -> jax.Array:
        """Return the parameter as (G, K, N)."""
        raise NotImplementedError

    def columns(self, y: jax.Array) -> jax.Array:
        """Return outputs as (B, G, S, N)."""
        raise NotImplementedError

    def restored(self, y: jax.Array) -> jax.Array:
        """Return (B, G, S, N) as outputs."""
        raise NotImplementedError

    def gram(self, x: jax.Array, a: jax.Array) -> jax.Array:
        """Return the inner products of the rows of two inputs, (B, G, S, S)."""
        return self.arithmetic.inner(self.rows(x), self.rows(a))

    def gram_cost(self) -> float:
        """Return the multiplications that `gram` takes for one example."""
        return self.groups * self.positions**2 * self.width

    def costs(self) -> dict[Route, float]:
        """Gram: two Gram matrices for the norm, one times D in the second pass, and the derivative of that; materialised: A^T D."""
        gram = self.gram_cost() + self.groups * self.positions**2 * self.outputs
        return {"gram": 3 * gram, "materialised": self.forward()}

    def forward(self) -> float:
        """Return the multiplications of the product itself for one example."""
        return self.groups * self.positions * self.width * self.outputs

    def memory(self, route: Route) -> float:
        """Gram: two Gram matrices; materialised: g, and rows where they are not the input itself."""
        if route == "gram":
            return 2 * self.groups * self.positions**2
        rows = self.groups * self.positions * self.width
        return self.groups * self.width * self.outputs + (rows if rows > math.prod(self.input) else 0)

    def plain(self, x: jax.Array, w: jax.Array) -> jax.Array:
        """Return the output at w."""
        values = (w, x) if self.place == 0 else (x, w)
        axes = (None, 0) if self.place == 0 else (0, None)
        return over_examples(self.equation, axes, *values)[0]

    def slope(self, x: jax.Array, w: jax.Array, dy: jax.Array) -> jax.Array:
        """Return the gradient in the parameter, summed over examples, as JAX takes it in SGD."""
        return jax.vjp(lambda w: self.plain(x, w), w)[1](dy)[0]

    def summarise(self, route: Route, x: jax.Array, d: jax.Array) -> tuple[jax.Array, Any]:
        """Return |g|^2, and (x, D) for the gram route or g for the materialised one."""
        deltas = self.columns(d)
        if route == "gram":
            return jnp.sum(self.gram(x, x) * self.arithmetic.inner(deltas, deltas), axis=(1, 2, 3)), (x, deltas)
        g = self.arithmetic.for_norms().product("bgsk,bgsn->bgkn", self.rows(x), deltas)
        return jnp.sum(jnp.square(g), axis=(1, 2, 3)), g

    def perturbed(self, route: Route, x: jax.Array, w: jax.Array, summary: Any, c: jax.Array) -> jax.Array:
        """Return rows(x) (W + c g)."""
        if route == "gram":
            old, deltas = summary
            change = self.arithmetic.product("bgst,bgtn->bgsn", self.gram(x, old), across(c, widened(deltas)))
            return self.plain(x, w) + self.restored(change).astype(self.output.dtype)
        shifts = across(c, summary).astype(x.dtype)
        return multiply(self, x, w, shifts)
