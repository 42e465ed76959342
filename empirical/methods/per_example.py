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
from typing import Any, NamedTuple

import flax.linen as nn
import jax
import jax.numpy as jnp

from empirical.methods.layers import Layer, Path, apply, layers_of
from empirical.methods.losses import Loss, sizes, values_and_cotangents
from empirical.methods.rules.rule import Route, across
from empirical.methods.switch import Decay, Diagnostics, Direction, Method, Params, check_rho, chosen, reciprocal, squared_norm


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
        own: Any = found.module.apply({"params": fixed}, args[0])
        return y + across(b, own)

    return apply(model, params, inputs, on_call)


class Passes(NamedTuple):
    """Both passes over one batch: all that any setting of the switch is made of."""

    params: Params
    decay: Decay
    outputs: jax.Array  # (B, ...) at w
    losses: jax.Array  # (B,)
    cotangents: jax.Array  # (B, ...) at w
    moved_cotangents: jax.Array  # (B, ...) at w + eps
    pull: Callable[[jax.Array], Params]  # cotangents (B, ...) -> weight gradient, summed over examples, by the Jacobian at w
    moved_pull: Callable[[jax.Array], Params]  # the same by the Jacobian at w + eps
    gradient_norms: jax.Array  # (B,)
    along_gradient: jax.Array  # (B,): eps_i is this times the gradient of example i ...
    along_weights: jax.Array | None  # (B,): ... plus this times w, with decay inside

    def gradient(self, method: Method) -> Params:
        """Return the mean gradient of a method, weight decay included."""
        batch = self.losses.shape[0]
        cotangents = chosen(method.logit_at, lambda: self.moved_cotangents, lambda: self.cotangents) / batch
        found = chosen(method.jacobian_at, lambda: self.moved_pull(cotangents), lambda: self.pull(cotangents))
        if self.decay.rate > 0:
            found = jax.tree.map(lambda g, p: g + self.decay.rate * p, found, self.params)
        if self.along_weights is None:
            return found
        along_weights = self.along_weights

        def whole() -> Params:
            # The penalty's gradient is taken at w + eps_i: rate times the mean epsilon is missing, one more backward pass.
            mean = self.pull(across(self.along_gradient / batch, self.cotangents))
            share = along_weights.mean()
            return jax.tree.map(lambda g, m, p: g + self.decay.rate * (m + share * p), found, mean, self.params)

        return chosen(method.jacobian_at, whole, lambda: found)

    def diagnostics(self) -> Diagnostics:
        """Return what is known besides the gradient."""
        return Diagnostics(self.outputs, self.losses, self.gradient_norms, sizes(self.cotangents), sizes(self.moved_cotangents))


def passes(
    model: nn.Module, loss: Loss, params: Params, rho: Any, inputs: jax.Array, targets: jax.Array, decay: Decay, force: Route | None = None
) -> Passes:
    """Return both passes; see `per_example` for `force` and what is raised."""
    check_rho(rho)
    batch = inputs.shape[0]
    layers = layers_of(model, params, inputs, force)
    taps = {path: jnp.zeros(layer.output.shape, layer.output.dtype) for path, layer in layers.items()}
    outputs, pull, seen = jax.vjp(lambda p, t: tapped(model, p, t, inputs), params, taps, has_aux=True)
    losses, cotangents = values_and_cotangents(loss, outputs, targets)

    # The direction of g_i does not depend on the size of its cotangent. Dividing by that size, `top`, first keeps the
    # squares of a well-fitted example, 1e-50 in float32, from vanishing. From here on, g_i is the scaled one.
    top = jnp.max(jnp.abs(cotangents.reshape(batch, -1)), axis=1)
    deltas = {path: across(reciprocal(top), d) for path, d in pull(cotangents)[1].items()}
    square, summaries = jnp.zeros_like(top), {}
    for path, layer in layers.items():
        share, summaries[path] = layer.rule.summarise(layer.module, layer.route, seen[path][0], deltas[path])
        square = square + share
    if decay.within:
        along = sum((jnp.sum((d * seen[path][1]).reshape(batch, -1), axis=1) for path, d in deltas.items()), jnp.zeros_like(top))
        whole = top**2 * square + 2 * decay.rate * top * along + decay.rate**2 * squared_norm(params)
        factor = rho * reciprocal(jnp.sqrt(jnp.maximum(whole, jnp.zeros_like(whole))))
        c, b = factor * top, factor * decay.rate
    else:
        c, b = rho * reciprocal(jnp.sqrt(square)), None

    moved_outputs, moved_pull = jax.vjp(lambda p: moved(model, layers, summaries, c, b, p, inputs), params)
    _, moved_cotangents = values_and_cotangents(loss, moved_outputs, targets)
    return Passes(
        params,
        decay,
        outputs,
        losses,
        cotangents,
        moved_cotangents,
        pull=lambda values: pull(values)[0],
        moved_pull=lambda values: moved_pull(values)[0],
        gradient_norms=top * jnp.sqrt(square),
        along_gradient=c * reciprocal(top),
        along_weights=b,
    )


def per_example(model: nn.Module, loss: Loss, method: Method, decay: Decay | None = None, force: Route | None = None) -> Direction:
    """Return the direction of a method whose shards hold one example: SGD, 1-SAM, L-SAM or J-SAM, exact up to rounding.

    `force` takes one route for every layer that has it, in place of the cheapest. Calling the direction raises
    `UnsupportedModelError` for a model to which it would not apply exactly.
    """
    if method.shard != 1:
        raise ValueError(f"this route needs shards of one example, got {method.shard}; use empirical.methods.sharded")

    def direction(params: Params, rho: Any, inputs: jax.Array, targets: jax.Array) -> tuple[Params, Diagnostics]:
        both = passes(model, loss, params, rho, inputs, targets, decay or Decay(), force)
        return both.gradient(method), both.diagnostics()

    return direction
