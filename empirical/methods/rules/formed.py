"""Parameters that are formed: each example has a copy of them, and their gradients come from JAX, example by example."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from empirical.methods.rules.rule import across
from empirical.methods.switch import widened


class Formed:
    """The rule of a formed parameter, whose gradients g (B, ...) are written out."""

    def summarise(self, name: str, g: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return the squared norms (B,), and g in the type in which sums are taken."""
        del name
        g = widened(g)
        return jnp.sum(jnp.square(g.reshape(g.shape[0], -1)), axis=1), g

    def moved(self, name: str, g: jax.Array, c: jax.Array) -> jax.Array:
        """Return the shift c g of each example's copy."""
        del name
        return across(c, g)
