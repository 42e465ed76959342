"""A linear softmax model and one of its examples: the factor by which 1-SAM multiplies the norm of the gradient.

Shapes: weights (K, d), x (d,), logits (K,). The first class is the true one where a point gives s, the probability of the
wrong classes, and u, whose softmax r distributes it over the K - 1 of them.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp

from theory.definitions import cross_entropy, norm, one_sam, sgd


def factor(weights: jax.Array, e: jax.Array, x: jax.Array, rho: jax.Array) -> jax.Array:
    """Return ||grad at w + eps||/||grad at w|| for logits W x, W (K, d), and a one-hot label e (K,); shape ()."""

    def net(w: jax.Array) -> jax.Array:
        return w @ x

    def loss(f: jax.Array) -> jax.Array:
        return cross_entropy(f, e)

    return norm(one_sam(net, loss, weights, rho)) / norm(sgd(net, loss, weights, rho))


def distribution(p: SimpleNamespace) -> jax.Array:
    """Return r = softmax(u), shape (n,)."""
    return jax.nn.softmax(p.u)


def wrong_mass(p: SimpleNamespace) -> jax.Array:
    """Return the probability of the wrong classes of the example x with label e, for the logits W x; shape ()."""
    return jnp.sum((1.0 - p.e) * jax.nn.softmax(p.W @ p.x))


def wrong_shares(p: SimpleNamespace) -> jax.Array:
    """Return how it is distributed over them, 0 at the true class, shape (K,)."""
    wrong = (1.0 - p.e) * jnp.exp(p.W @ p.x)
    return wrong / jnp.sum(wrong)


def wrong_grown(p: SimpleNamespace) -> jax.Array:
    """Return r_k e^(c r_k) for these shares r, shape (K,)."""
    r = wrong_shares(p)
    return r * jnp.exp(p.rho * norm(p.x) / jnp.sqrt(1.0 + jnp.dot(r, r)) * r)


def weight_factor(p: SimpleNamespace) -> jax.Array:
    """Return the factor for the drawn weights W (K, d)."""
    return factor(p.W, p.e, p.x, p.rho)


def grown(p: SimpleNamespace) -> jax.Array:
    """Return r_j e^(c r_j) with c = rho ||x||/sqrt(1 + ||r||^2), shape (n,); its sum is M."""
    r = distribution(p)
    return r * jnp.exp(p.rho * norm(p.x) / jnp.sqrt(1.0 + jnp.dot(r, r)) * r)


def margin(p: SimpleNamespace) -> jax.Array:
    """Return the true logit minus the other one, of the two logits W x; shape ()."""
    return jnp.dot(2.0 * p.e - 1.0, p.W @ p.x)
