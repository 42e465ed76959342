"""One switch for all directions of the paper: where the logit cotangent is taken, where the Jacobian, who shares an epsilon.

The gradient of one example is <logit cotangent, Jacobian> (Eqs. 2.3 and 2.4). Each factor may be taken at the weights w or
at w + epsilon (Eqs. 2.7-2.9), which gives SGD, L-SAM, J-SAM and SAM. Epsilon = rho g / |g| is one for each *shard* of the
batch, with g the gradient of the shard's mean loss: shards of one example give 1-SAM (Eq. 2.6), one shard gives naive SAM.

    logit_at     jacobian_at     shard of 1     shards of m     one shard
    w            w               SGD            SGD             SGD
    w + eps      w               L-SAM
    w            w + eps         J-SAM
    w + eps      w + eps         1-SAM          m-SAM           n-SAM
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeVar

import jax
import jax.numpy as jnp

Params = Any
Place = Literal["w", "w+eps"]
T = TypeVar("T")


@dataclass(frozen=True)
class Method:
    """One setting of the switch; `shard` is the number of examples that share an epsilon, None for the whole batch.

    For shards of one example a place may also be a traced truth value, true for w + eps: one compiled program then serves all four corners.
    """

    logit_at: Place | jax.Array
    jacobian_at: Place | jax.Array
    shard: int | None = 1

    def __post_init__(self) -> None:
        if self.shard is not None and self.shard < 1:
            raise ValueError(f"a shard must hold at least one example, got {self.shard}; use None for the whole batch")
        for place in (self.logit_at, self.jacobian_at):
            if isinstance(place, jax.Array):
                if self.shard != 1:
                    raise ValueError(f"a place that a program decides as it runs needs shards of one example, got {self.shard}")
            elif place not in ("w", "w+eps"):
                raise ValueError(f"a factor is taken at 'w' or at 'w+eps', got {place!r}")


def chosen(place: Place | jax.Array, moved: Callable[[], T], plain: Callable[[], T]) -> T:
    """Return moved() where a factor is taken at w + eps and plain() where it is taken at w; only that one is computed."""
    if isinstance(place, str):
        return moved() if place == "w+eps" else plain()
    return jax.lax.cond(place, moved, plain)


class Diagnostics(NamedTuple):
    """What a direction knows besides its gradient. Under `jax.jit`, what the caller does not use is not computed.

    outputs, losses, logit_scales: at the weights w, example by example: (B, ...), (B,), (B,).
    perturbed_logit_scales: (B,), the norms of the cotangents at w + epsilon.
    gradient_norms: one for each shard, the norm of the gradient of its mean loss (without weight decay); (B,) for shards of one.
    """

    outputs: jax.Array
    losses: jax.Array
    gradient_norms: jax.Array
    logit_scales: jax.Array
    perturbed_logit_scales: jax.Array


Direction = Callable[[Params, Any, jax.Array, jax.Array], tuple[Params, Diagnostics]]
"""(params, rho, inputs (B, ...), targets (B, ...)) -> mean gradient for a descent optimiser, and diagnostics; pure, jit- and vmap-able."""


def check_rho(rho: Any) -> None:
    """Raise ValueError for a plain number rho that is negative or not finite; traced values pass, check them where they are made."""
    if isinstance(rho, int | float) and not (math.isfinite(rho) and rho >= 0):
        raise ValueError(f"rho must be finite and at least 0, got {rho}; rho = 0 gives plain SGD")


def check_decay(decay: float) -> None:
    """Raise ValueError for a rate of weight decay that is negative or not finite."""
    if not (math.isfinite(decay) and decay >= 0):
        raise ValueError(f"the rate of weight decay must be finite and at least 0, got {decay}")


def decayed(gradient: Params, decay: float, params: Params) -> Params:
    """Return the gradient with weight decay added outside the perturbation: the gradient of decay |w|^2 / 2, taken at w."""
    return jax.tree.map(lambda g, p: g + decay * p, gradient, params) if decay > 0 else gradient


def reciprocal(size: jax.Array) -> jax.Array:
    """Return 1 / size, and 0 where size is 0: a vanishing gradient names no direction, so its example stays unperturbed."""
    return jnp.where(size > 0, 1 / jnp.where(size > 0, size, jnp.ones_like(size)), jnp.zeros_like(size))


def squared_norm(tree: Params) -> jax.Array:
    """Return the sum of squares of all entries of a pytree, in the dtype of its leaves."""
    return sum(jnp.sum(jnp.square(leaf)) for leaf in jax.tree.leaves(tree))  # pyright: ignore[reportReturnType] - not empty


def largest(trees: Any) -> jax.Array:
    """Return the largest absolute value in a pytree, shape ()."""
    return jnp.max(jnp.stack([jnp.max(jnp.abs(leaf)) for leaf in jax.tree.leaves(trees)]))
