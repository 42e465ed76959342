"""The precision of one product of a model, handed on to all products that stand for it: of norms, and with perturbed weights."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.extend.core import JaxprEqn

from empirical.methods.equations import shaped
from empirical.methods.switch import wide


class Arithmetic(NamedTuple):
    """How a product is computed.

    precision  what the model asks for (`precision` of `jax.lax.dot_general`), handed on unchanged, as JAX does in derivatives
    total      the type of sums: at least 32 bits, and as long as the output (`preferred_element_type`)
    """

    precision: Any
    total: Any

    @property
    def algorithm(self) -> bool:
        """Whether the model names an algorithm (`jax.lax.DotAlgorithm` or a preset), and not how precise a product is to be."""
        return hasattr(self.precision, "accumulation_type")

    def product(self, axes: str, *values: jax.Array) -> jax.Array:
        """Return an einsum in this precision."""
        return jnp.einsum(axes, *values, precision=self.precision, preferred_element_type=self.total)

    def shifted(self, axes: str, a: jax.Array, kernel: jax.Array, shifts: jax.Array) -> jax.Array:
        """Return the einsum of a and kernel + shifts, axes as "bgsk,bgkn->bgsn".

        Of numbers shorter than 32 bits the two products are added instead: a sum of weight and shift would round most shifts away.
        """
        if jnp.finfo(kernel.dtype).bits >= 32:
            return self.product(axes, a, kernel[None] + shifts)
        if len(kernel) > 1:  # with groups, XLA on CPU does not run the product of bfloat16 with a kernel that all examples share
            return self.product(axes, a, jnp.broadcast_to(kernel[None], shifts.shape)) + self.product(axes, a, shifts)
        return self.product(axes.replace("bgkn", "gkn"), a, kernel) + self.product(axes, a, shifts)

    def inner(self, a: jax.Array, b: jax.Array) -> jax.Array:
        """Return the inner products of rows, (B, G, S, K) and (B, G, T, K) -> (B, G, S, T)."""
        if a.shape[2] == b.shape[2] == 1:  # a batch of 1 x 1 products is slow as a matrix product
            return jnp.sum(a.astype(self.total) * b.astype(self.total), axis=3, keepdims=True)
        return self.for_norms().product("bgsk,bgtk->bgst", a, b)

    def for_norms(self) -> Arithmetic:
        """Return the arithmetic of norms: an algorithm that adds up in 16 bits would overflow there, and JAX chooses another."""
        added_in = self.precision.accumulation_type if self.algorithm else None
        return self._replace(precision=None) if added_in is not None and jnp.finfo(added_in).bits < 32 else self


def arithmetic_of(equation: JaxprEqn) -> Arithmetic:
    """Return the arithmetic of an equation."""
    return Arithmetic(equation.params.get("precision"), wide(shaped(equation.outvars[0])))
