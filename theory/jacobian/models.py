"""Two small models on which the first-order statements are attacked: smooth, not linear in their weights, never without gradient."""

from __future__ import annotations

import jax
import jax.numpy as jnp


def smooth(w: jax.Array, x: jax.Array, c: jax.Array) -> jax.Array:
    """Return sum_i tanh(w_i x_i) + c/6 (sum_i w_i)^3 for w and x (n,) and c >= 0; a scalar.

    Its gradient, x_i sech^2(w_i x_i) + c/2 (sum w)^2, is nowhere zero for floating-point inputs with x != 0: the first term is
    transcendental unless w_i x_i = 0, so it cancels no other number; and where w_i = 0 for all x_i != 0, the entries with x_i = 0
    are zero only if the second term is (as it is where there are none), which leaves x_i in the others.
    """
    return jnp.sum(jnp.tanh(w * x)) + c / 6.0 * jnp.sum(w) ** 3


def third_derivative_bound(x: jax.Array, c: jax.Array) -> jax.Array:
    """Return M = 2 max|x_i|^3 + c n^(3/2), at least |D^3 smooth [u, u, k]| for unit u and k, everywhere: |tanh'''| <= 2."""
    return 2.0 * jnp.max(jnp.abs(x)) ** 3 + c * x.size**1.5


def gradient_bound(w: jax.Array, x: jax.Array, c: jax.Array, rho: jax.Array) -> jax.Array:
    """Return a bound on ||grad smooth|| within rho of w: ||x|| + c/2 sqrt(n) (|sum w| + rho sqrt(n))^2."""
    return jnp.sqrt(jnp.sum(x * x)) + c / 2.0 * x.size**0.5 * (jnp.abs(jnp.sum(w)) + rho * x.size**0.5) ** 2


def hessian_bound(w: jax.Array, x: jax.Array, c: jax.Array, rho: jax.Array) -> jax.Array:
    """Return a bound on the norm of the Hessian within rho of w: max x_i^2 + c n (|sum w| + rho sqrt(n)), as |tanh''| <= 1."""
    return jnp.max(x * x) + c * x.size * (jnp.abs(jnp.sum(w)) + rho * x.size**0.5)


def logits(w: jax.Array, x: jax.Array, classes: int) -> jax.Array:
    """Return K logits a_k + a_{k+1}/2 with a = tanh(W x), for W the weights w (K d,) as a matrix (K, d), and x (d,).

    The mixing is invertible and softmax(f) - e is never zero, so that the loss has a gradient wherever x != 0.
    """
    a = jnp.tanh(w.reshape(classes, x.size) @ x)
    return a + jnp.roll(a, -1) / 2.0
