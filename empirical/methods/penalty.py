"""SGD with the penalty of Eq. 4.5 on the last activations z and the last weights V, in its three readings.

printed          mean_i gamma_z |z_i| + gamma_v |V|^2                      (Eq. 4.5: only the second norm is squared)
squares          mean_i gamma_z |z_i|^2 + gamma_v |V|^2
stop-gradient    mean_i [ gamma_z a_i |z_i|^2 / 2 + gamma_v b_i |V^T g_i|^2 / 2 ],  a_i, b_i and g_i held fixed

The last is Prop. 4.1 as an update rule, for any depth and number of classes. With g the logit cotangent, G the norm of the
example's whole gradient, and R the norm of its part below the last layer:  a = |g|^2 / G,  b = (R / |V^T g|)^2 / G.
In a two-layer deep linear network R = |x| |V^T g|, and gamma_z = gamma_v = rho then makes the step exactly J-SAM's; for one
output a and b |g|^2 are the coefficients sigma / J and sigma |x|^2 / J of Eqs. 4.2 and 4.4.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal, NamedTuple, get_args

import flax.linen as nn
import jax
import jax.numpy as jnp

from empirical.methods.layers import UnsupportedModelError, apply, layers_of, written
from empirical.methods.losses import Loss, values_and_cotangents
from empirical.methods.per_example import per_example
from empirical.methods.switch import Diagnostics, Method, Params, reciprocal

Reading = Literal["printed", "squares", "stop-gradient"]
READINGS: tuple[Reading, ...] = get_args(Reading)


class Gammas(NamedTuple):
    """The strengths of Eq. 4.5: of the activations' and of the last weights' penalty. Arrays or numbers, at least 0."""

    z: Any
    v: Any


class LastLayer(NamedTuple):
    """The last layer at work: its input z (B, H), its kernel V^T (H, K), and whether it has a bias."""

    z: jax.Array
    kernel: jax.Array
    bias: bool


Penalised = Callable[[Params, Gammas, jax.Array, jax.Array], tuple[Params, Diagnostics]]


def with_last_layer(model: nn.Module, params: Params, inputs: jax.Array) -> tuple[jax.Array, LastLayer]:
    """Return the outputs and the last layer, which must be Dense on vectors and give the outputs as they are (or K = 1 of them)."""
    calls: list[LastLayer] = []
    path = list(layers_of(model, params, inputs))[-1]

    def on_call(layer: nn.Module, call: Callable[..., Any], args: tuple[Any, ...], _: dict[str, Any]) -> jax.Array:
        y = call(*args)
        if layer.path == path:
            if not (isinstance(layer, nn.Dense) and y.ndim == 2):
                raise UnsupportedModelError(f"the last layer must be Dense on vectors, got {type(layer).__name__} at {written(path)}")
            calls.append(LastLayer(args[0], layer.variables["params"]["kernel"], layer.use_bias))
        return y

    outputs = apply(model, params, inputs, on_call)
    return outputs, calls[0]


def norms(z: jax.Array) -> jax.Array:
    """Return the 2-norm of each row (B,), with derivative 0 at a row of zeros."""
    square = jnp.sum(jnp.square(z), axis=1)
    return jnp.where(square > 0, jnp.sqrt(jnp.where(square > 0, square, jnp.ones_like(square))), jnp.zeros_like(square))


def penalty(reading: Reading, gammas: Gammas, last: LastLayer, cotangents: jax.Array, gradient_norms: jax.Array) -> jax.Array:
    """Return the penalty of one batch, shape (); only the stop-gradient reading uses the last two, (B, K) and (B,)."""
    if reading == "printed":
        return gammas.z * jnp.mean(norms(last.z)) + gammas.v * jnp.sum(jnp.square(last.kernel))
    if reading == "squares":
        return gammas.z * jnp.mean(jnp.sum(jnp.square(last.z), axis=1)) + gammas.v * jnp.sum(jnp.square(last.kernel))
    g = jax.lax.stop_gradient(cotangents.reshape(last.z.shape[0], -1))
    z_square = jnp.sum(jnp.square(last.z), axis=1)
    back_square = jnp.sum(jnp.square(g @ last.kernel.T), axis=1)  # |V^T g|^2
    g_square = jnp.sum(jnp.square(g), axis=1)
    own = g_square * (z_square + (1.0 if last.bias else 0.0))  # the last layer's part of G^2
    below = jnp.maximum(gradient_norms**2 - own, jnp.zeros_like(own))  # R^2; rounding may leave it just below zero
    a = g_square * reciprocal(gradient_norms)
    b = below * reciprocal(back_square) * reciprocal(gradient_norms)
    a, b = jax.lax.stop_gradient((a, b))
    return jnp.mean(gammas.z * a * z_square + gammas.v * b * back_square) / 2


def penalised_sgd(model: nn.Module, loss: Loss, reading: Reading, decay: float = 0.0) -> Penalised:
    """Return SGD on the mean loss plus the penalty: (params, gammas, inputs, targets) -> (mean gradient, Diagnostics)."""
    if reading not in READINGS:
        raise ValueError(f"a reading of Eq. 4.5 is one of {', '.join(READINGS)}, got {reading!r}")
    plain = per_example(model, loss, Method("w", "w"), decay)

    def direction(params: Params, gammas: Gammas, inputs: jax.Array, targets: jax.Array) -> tuple[Params, Diagnostics]:
        for name, gamma in gammas._asdict().items():
            if isinstance(gamma, int | float) and not (math.isfinite(gamma) and gamma >= 0):
                raise ValueError(f"gamma_{name} must be finite and at least 0, got {gamma}")
        gradient, diagnostics = plain(params, 0.0, inputs, targets)
        _, cotangents = values_and_cotangents(loss, diagnostics.outputs, targets)

        def added(p: Params) -> jax.Array:
            return penalty(reading, gammas, with_last_layer(model, p, inputs)[1], cotangents, diagnostics.gradient_norms)

        return jax.tree.map(jnp.add, gradient, jax.grad(added)(params)), diagnostics

    return direction
