"""Exact per-example SAM on an unmodified Flax model, without a copy of the weights for each example.

Pass 1 runs the network at w. A zero added to each layer's output makes the backward pass return d, the gradient in that
output, instead of weight gradients. From its input x and d each layer's rule finds its share of |g_i|^2; the sum over layers
gives c_i = rho / |g_i|. Pass 2 runs the network with each layer at w + c_i g_i, again by its rule, and an ordinary backward
pass sums the weight gradients over examples as it always does. Layers, rules and refusals: `layers.py`, `rules/`.

Weight decay inside the perturbation needs no more: a layer's output is linear in its weights, so <g_i, w> is <d_i, y_i>
summed over layers, and the output at w + c_i g_i + b_i w is the one at w + c_i g_i plus b_i y_i.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flax.linen as nn
import jax
import jax.numpy as jnp

from empirical.layers import Layer, Path, apply, layers_of
from empirical.losses import Loss, sizes, values_and_cotangents
from empirical.rules.rule import Route, across
from empirical.switch import Decay, Diagnostics, Direction, Method, Params, check_rho, reciprocal, squared_norm


def tapped(model: nn.Module, params: Params, taps: dict[Path, jax.Array], inputs: jax.Array) -> tuple[jax.Array, dict[Path, Any]]:
    """Return the outputs with `taps` added to the layers' outputs, and each layer's input and output (without tap)."""
    seen: dict[Path, tuple[jax.Array, jax.Array]] = {}

    def on_call(layer: nn.Module, call: Callable[..., Any], args: tuple[Any, ...], _: dict[str, Any]) -> jax.Array:
        y = call(*args)
        seen[layer.path] = (args[0], y)
        return y + taps[layer.path]

    return apply(model, params, inputs, on_call), seen


def moved(
    model: nn.Module,
    layers: dict[Path, Layer],
    summaries: dict[Path, Any],
    c: jax.Array,
    b: jax.Array | None,
    params: Params,
    inputs: jax.Array,
) -> jax.Array:
    """Return the outputs at w + c_i g_i + b_i w for each example i, with c and b (B,); the derivative in `params` holds epsilon fixed."""

    def on_call(layer: nn.Module, call: Callable[..., Any], args: tuple[Any, ...], _: dict[str, Any]) -> jax.Array:
        found = layers[layer.path]
        y = found.rule.perturbed(layer, found.route, call, args[0], summaries[layer.path], c)
        if b is None:
            return y
        fixed = jax.lax.stop_gradient(layer.variables["params"])
        return y + across(b, found.module.apply({"params": fixed}, args[0]))

    return apply(model, params, inputs, on_call)


def per_example(model: nn.Module, loss: Loss, method: Method, decay: Decay | None = None, force: Route | None = None) -> Direction:
    """Return the direction of a method whose shards hold one example: SGD, 1-SAM, L-SAM or J-SAM, exact up to rounding.

    `force` takes one route for every layer that has it, in place of the cheapest. Calling the direction raises
    `UnsupportedModelError` for a model to which it would not apply exactly.
    """
    if method.shard != 1:
        raise ValueError(f"this route needs shards of one example, got {method.shard}; use empirical.sharded")
    decay = decay or Decay()

    def direction(params: Params, rho: Any, inputs: jax.Array, targets: jax.Array) -> tuple[Params, Diagnostics]:
        check_rho(rho)
        batch = inputs.shape[0]
        layers = layers_of(model, params, inputs, force)
        taps = {path: jnp.zeros(layer.output.shape, layer.output.dtype) for path, layer in layers.items()}
        outputs, pull, seen = jax.vjp(lambda p, t: tapped(model, p, t, inputs), params, taps, has_aux=True)
        losses, cotangents = values_and_cotangents(loss, outputs, targets)

        # The direction of g_i does not depend on the size of its cotangent. Dividing by that size first keeps the
        # squares of a well-fitted example, 1e-50 in float32, from vanishing.
        top = jnp.max(jnp.abs(cotangents.reshape(batch, -1)), axis=1)
        deltas = {path: across(reciprocal(top), d) for path, d in pull(cotangents)[1].items()}
        squares, summaries = {}, {}
        for path, layer in layers.items():
            squares[path], summaries[path] = layer.rule.summarise(layer.module, layer.route, seen[path][0], deltas[path])
        square = sum(squares.values(), jnp.zeros_like(top))
        norm = jnp.sqrt(square)  # |g_i| / top_i

        if decay.within:
            along = sum((jnp.sum((d * seen[path][1]).reshape(batch, -1), axis=1) for path, d in deltas.items()), jnp.zeros_like(top))
            whole = top**2 * square + 2 * decay.rate * top * along + decay.rate**2 * squared_norm(params)
            factor = rho * reciprocal(jnp.sqrt(jnp.maximum(whole, jnp.zeros_like(whole))))
            c, b = factor * top, factor * decay.rate
        else:
            c, b = rho * reciprocal(norm), None

        moved_outputs, moved_pull = jax.vjp(lambda p: moved(model, layers, summaries, c, b, p, inputs), params)
        _, moved_cotangents = values_and_cotangents(loss, moved_outputs, targets)
        chosen = (moved_cotangents if method.logit_at == "w+eps" else cotangents) / batch
        gradient = moved_pull(chosen)[0] if method.jacobian_at == "w+eps" else pull(chosen)[0]
        if decay.rate > 0:
            gradient = jax.tree.map(lambda g, p: g + decay.rate * p, gradient, params)
        if b is not None and method.jacobian_at == "w+eps":
            # The penalty's gradient at w + epsilon_i: what is missing is rate times the mean epsilon, one more backward pass.
            mean = pull(across(c * reciprocal(top) / batch, cotangents))[0]
            gradient = jax.tree.map(lambda g, m, p: g + decay.rate * (m + b.mean() * p), gradient, mean, params)
        return gradient, Diagnostics(outputs, losses, top * norm, sizes(cotangents), sizes(moved_cotangents))

    return direction
