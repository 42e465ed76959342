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
import numpy as np
from jax.core import Tracer

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

    outputs, losses, logit_scales: at the weights w, example by example: (B, ...), (B,), (B,); outputs are a pytree if the model's are.
    perturbed_logit_scales: (B,), the norms of the cotangents at w + epsilon.
    gradient_norms: one for each shard, the norm of the gradient of its mean loss (without weight decay); (B,) for shards of one.
    """

    outputs: Any
    losses: jax.Array
    gradient_norms: jax.Array
    logit_scales: jax.Array
    perturbed_logit_scales: jax.Array


Direction = Callable[[Params, Any, Any, Any], tuple[Params, Diagnostics]]
"""(params, rho, inputs (B, ...), targets (B, ...)) -> mean gradient for a descent optimiser, and diagnostics; pure, jit- and vmap-able."""


def check_strength(name: str, value: Any, advice: str = "") -> None:
    """Raise ValueError unless a value is one real number, finite and at least 0, of whatever array type; a traced value has only its type.

    What is traced cannot be looked at: check it where it is made.
    """
    wrong = f"{name} must be finite and at least 0, got {value}{advice}"
    if not hasattr(value, "dtype"):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{name} must be one real number, got {value!r}")
        if not (math.isfinite(value) and value >= 0):
            raise ValueError(wrong)
        return
    real = jnp.issubdtype(value.dtype, jnp.floating) or jnp.issubdtype(value.dtype, jnp.integer)
    if not real or value.shape != ():
        raise ValueError(f"{name} must be one real number, got {value.dtype} of shape {value.shape}")
    if not isinstance(value, Tracer) and not (np.isfinite(value) and value >= 0):
        raise ValueError(wrong)


def check_rho(rho: Any) -> None:
    """Raise ValueError for a radius that is not one real number, finite and at least 0."""
    check_strength("rho", rho, "; rho = 0 gives plain SGD")


def check_decay(decay: float) -> None:
    """Raise ValueError for a rate of weight decay that is negative or not finite."""
    if isinstance(decay, Tracer):
        raise ValueError("the rate of weight decay must be a number that is known when a program is compiled, got a traced value")
    check_strength("the rate of weight decay", decay)


def decayed(gradient: Params, decay: float, params: Params) -> Params:
    """Return the gradient with weight decay added outside the perturbation: the gradient of decay |w|^2 / 2, taken at w."""
    return jax.tree.map(lambda g, p: g + decay * p, gradient, params) if decay > 0 else gradient


def reciprocal(size: jax.Array) -> jax.Array:
    """Return 1 / size, and 0 where size is 0: a vanishing gradient names no direction, so its example stays unperturbed."""
    return jnp.where(size > 0, 1 / jnp.where(size > 0, size, jnp.ones_like(size)), jnp.zeros_like(size))


def root(square: jax.Array) -> jax.Array:
    """Return the square root of numbers that are at least 0, with derivative 0 at 0."""
    return jnp.where(square == 0, jnp.zeros_like(square), jnp.sqrt(jnp.where(square == 0, jnp.ones_like(square), square)))


def squared_norm(tree: Params) -> jax.Array:
    """Return the sum of squares of all entries of a pytree, in at least 32 bits."""
    dtype = wide(*jax.tree.leaves(tree))
    return sum((jnp.sum(jnp.square(leaf.astype(dtype))) for leaf in jax.tree.leaves(tree)), jnp.zeros((), dtype))


def largest(tree: Any) -> jax.Array:
    """Return the largest absolute value in a pytree, shape (), in at least 32 bits."""
    dtype = wide(*jax.tree.leaves(tree))
    return jnp.max(jnp.stack([jnp.max(jnp.abs(leaf)).astype(dtype) for leaf in jax.tree.leaves(tree)]))


def wide(*arrays: Any) -> Any:
    """Return the type in which sums over arrays are taken: float64 where one of them is that long, else float32."""
    return jnp.float64 if any(array.dtype == jnp.float64 for array in arrays) else jnp.float32


def widened(values: jax.Array) -> jax.Array:
    """Return values in the type in which sums of them are taken."""
    return values.astype(wide(values))
