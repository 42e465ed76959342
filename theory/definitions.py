"""The definitions of the paper, written plainly in JAX: losses, the perturbation, and the four update directions.

Nothing here is a result of the paper. Derivatives come from `jax.grad` and `jax.vjp`; parameters are any pytree.
All directions are *descent* directions (the negative gradient for SGD), of one example, as in Eqs. 2.7-2.9.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

Params = Any
Network = Callable[[Params], jax.Array]  # weights -> output, at one input
Loss = Callable[[jax.Array], jax.Array]  # output -> loss, for one label


def logistic(f: jax.Array, t: jax.Array) -> jax.Array:
    """Return -log sigma(t f) (Section 2.1) for a scalar output and a label in {-1, 1}."""
    return jnp.logaddexp(0.0, -t * f)


def cross_entropy(f: jax.Array, e: jax.Array) -> jax.Array:
    """Return -<e, log softmax(f)> for logits f and a one-hot label e, both (K,)."""
    return jax.nn.logsumexp(f) - jnp.dot(e, f)


def linear(w: jax.Array, x: jax.Array) -> jax.Array:
    """Return <w, x> (Eq. 2.1), both (d,)."""
    return jnp.dot(w, x)


def deep_linear(w: tuple[jax.Array, jax.Array], x: jax.Array) -> jax.Array:
    """Return <v, W x> for w = (W, v): W (h, d), v (h,), x (d,), the shapes for which Eq. 2.1 makes sense."""
    return jnp.dot(w[1], w[0] @ x)


def norm(tree: Params) -> jax.Array:
    """Return the 2-norm of all entries of a pytree together."""
    return jnp.sqrt(sum((jnp.sum(leaf * leaf) for leaf in jax.tree.leaves(tree)), jnp.zeros(())))


def ascend(w: Params, gradient: Params, rho: jax.Array) -> Params:
    """Return w + rho gradient / ||gradient||, the perturbed weights of Eq. 2.6; undefined (nan) for a zero gradient."""
    size = norm(gradient)
    return jax.tree.map(lambda p, g: p + rho * g / size, w, gradient)


def negative(tree: Params) -> Params:
    """Return -tree."""
    return jax.tree.map(jnp.negative, tree)


def gradient(net: Network, loss: Loss, w: Params) -> Params:
    """Return the gradient of loss(net(w)) in w."""
    return jax.grad(lambda p: loss(net(p)))(w)


def perturbed(net: Network, loss: Loss, w: Params, rho: jax.Array) -> Params:
    """Return w + eps with eps = rho g / ||g|| and g the gradient of this example's own loss (Eq. 2.6)."""
    return ascend(w, gradient(net, loss, w), rho)


def direction(net: Network, loss: Loss, logit_at: Params, jacobian_at: Params) -> Params:
    """Return -<loss'(net(logit_at)), Jacobian of net at jacobian_at>: the four methods differ in the two places."""
    cotangent = jax.grad(loss)(net(logit_at))
    _, pull = jax.vjp(net, jacobian_at)
    (result,) = pull(cotangent)
    return negative(result)


def sgd(net: Network, loss: Loss, w: Params, rho: jax.Array) -> Params:  # noqa: ARG001 - one signature for all methods
    """Return the descent direction of plain SGD; rho is not used."""
    return negative(gradient(net, loss, w))


def one_sam(net: Network, loss: Loss, w: Params, rho: jax.Array) -> Params:
    """Return -grad of the loss at w + eps, with eps held fixed (Eqs. 2.6 and 2.7)."""
    return negative(gradient(net, loss, perturbed(net, loss, w, rho)))


def l_sam(net: Network, loss: Loss, w: Params, rho: jax.Array) -> Params:
    """Return the direction with the logit scale at w + eps and the Jacobian at w (Eq. 2.8)."""
    return direction(net, loss, perturbed(net, loss, w, rho), w)


def j_sam(net: Network, loss: Loss, w: Params, rho: jax.Array) -> Params:
    """Return the direction with the logit scale at w and the Jacobian at w + eps (Eq. 2.9)."""
    return direction(net, loss, w, perturbed(net, loss, w, rho))
