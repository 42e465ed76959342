"""Exact per-example SAM on an unmodified Flax model, without a copy of the weights for each example.

Pass 1 runs the network at w. A zero added to each layer's output makes the backward pass return d, the gradient in that
output, instead of weight gradients. From its input x and d each layer's rule finds its share of |g_i|^2; the sum over layers
gives c_i = rho / |g_i|. Pass 2 runs the network with each layer at w + c_i g_i, again by its rule, and an ordinary backward
pass sums the weight gradients over examples as it always does. Layers, rules and refusals: `layers.py`, `rules/`.
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
from empirical.methods.switch import Diagnostics, Direction, Method, Params, check_decay, check_rho, chosen, decayed, reciprocal


class Pass(NamedTuple):
    """One pass over a batch, forward and backward. Under `jax.jit`, what the caller does not use is not computed.

    outputs, losses, cotangents    (B, ...), (B,), (B, ...)
    layer_inputs                   the input of each layer
    pull                           cotangents (B, ...) -> the weight gradient, summed over examples, and the gradient in each layer's output
    """

    outputs: jax.Array
    losses: jax.Array
    cotangents: jax.Array
    layer_inputs: dict[Path, jax.Array]
    pull: Callable[[jax.Array], tuple[Params, dict[Path, jax.Array]]]


LayerOutput = Callable[[nn.Module, Callable[..., jax.Array], jax.Array], jax.Array]
"""(layer, its call, its input) -> its output."""


def run_pass(
    model: nn.Module, loss: Loss, layers: dict[Path, Layer], output: LayerOutput, params: Params, inputs: jax.Array, targets: jax.Array
) -> Pass:
    """Return a pass in which each layer gives `output`."""
    zeros = {path: jnp.zeros(layer.output.shape, layer.output.dtype) for path, layer in layers.items()}

    def forward(params: Params, added: dict[Path, jax.Array]) -> tuple[jax.Array, dict[Path, jax.Array]]:
        layer_inputs: dict[Path, jax.Array] = {}

        def on_call(layer: nn.Module, call: Callable[..., Any], args: tuple[Any, ...], _: dict[str, Any]) -> jax.Array:
            layer_inputs[layer.path] = args[0]
            return output(layer, call, args[0]) + added[layer.path]

        return apply(model, params, inputs, on_call), layer_inputs

    outputs, pull, layer_inputs = jax.vjp(forward, params, zeros, has_aux=True)
    losses, cotangents = values_and_cotangents(loss, outputs, targets)
    return Pass(outputs, losses, cotangents, layer_inputs, pull)


def plain_pass(model: nn.Module, loss: Loss, layers: dict[Path, Layer], params: Params, inputs: jax.Array, targets: jax.Array) -> Pass:
    """Return the pass at w."""
    return run_pass(model, loss, layers, lambda _, call, x: call(x), params, inputs, targets)


def perturbed_pass(
    model: nn.Module,
    loss: Loss,
    layers: dict[Path, Layer],
    summaries: dict[Path, Any],
    c: jax.Array,
    params: Params,
    inputs: jax.Array,
    targets: jax.Array,
) -> Pass:
    """Return the pass at w + c_i g_i for each example i, with c (B,); the derivative in `params` holds epsilon fixed."""

    def output(module: nn.Module, call: Callable[..., jax.Array], x: jax.Array) -> jax.Array:
        layer = layers[module.path]
        return layer.rule.perturbed(module, layer.route, call, x, summaries[module.path], c)

    return run_pass(model, loss, layers, output, params, inputs, targets)


def gradient_norms(
    layers: dict[Path, Layer], layer_inputs: dict[Path, jax.Array], deltas: dict[Path, jax.Array]
) -> tuple[jax.Array, dict[Path, Any]]:
    """Return |g_i| (B,) from each layer's input and the gradient in its output, and the layers' summaries of the g_i."""
    square, summaries = jnp.zeros((), next(iter(deltas.values())).dtype), {}
    for path, layer in layers.items():
        share, summaries[path] = layer.rule.summarise(layer.module, layer.route, layer_inputs[path], deltas[path])
        square = square + share
    return jnp.sqrt(square), summaries


def largest_entries(cotangents: jax.Array) -> jax.Array:
    """Return the largest absolute entry of each example's cotangent, (B,)."""
    return jnp.max(jnp.abs(cotangents.reshape(cotangents.shape[0], -1)), axis=1)


class Passes(NamedTuple):
    """Both passes over one batch, from which every setting of the switch takes its factors."""

    params: Params
    decay: float
    plain: Pass  # at w
    perturbed: Pass  # at w + eps
    norms: jax.Array  # (B,): of the gradient of each example

    def gradient(self, method: Method) -> Params:
        """Return the mean gradient of a method, weight decay included."""
        plain, perturbed = self.plain, self.perturbed
        cotangents = chosen(method.logit_at, lambda: perturbed.cotangents, lambda: plain.cotangents) / plain.losses.shape[0]
        gradient = chosen(method.jacobian_at, lambda: perturbed.pull(cotangents)[0], lambda: plain.pull(cotangents)[0])
        return decayed(gradient, self.decay, self.params)

    def diagnostics(self) -> Diagnostics:
        """Return the values that are known besides the gradient."""
        scales, perturbed_scales = sizes(self.plain.cotangents), sizes(self.perturbed.cotangents)
        return Diagnostics(self.plain.outputs, self.plain.losses, self.norms, scales, perturbed_scales)


def passes(
    model: nn.Module,
    loss: Loss,
    params: Params,
    rho: Any,
    inputs: jax.Array,
    targets: jax.Array,
    decay: float = 0.0,
    force: Route | None = None,
) -> Passes:
    """Return both passes; see `per_example` for `force` and for the errors."""
    check_rho(rho)
    check_decay(decay)
    layers = layers_of(model, params, inputs, force)
    plain = plain_pass(model, loss, layers, params, inputs, targets)
    # The direction of g_i does not depend on the size of its cotangent. Division by that size, `top`, keeps the squares of a well-fitted
    # example, 1e-50 in float32, from vanishing; g_i is the scaled gradient from here on. The probes divide before they go backward
    # (`training/probes.py`); the same order here would change the last bits of every network that was trained.
    top = largest_entries(plain.cotangents)
    deltas = {path: across(reciprocal(top), delta) for path, delta in plain.pull(plain.cotangents)[1].items()}
    norms, summaries = gradient_norms(layers, plain.layer_inputs, deltas)
    perturbed = perturbed_pass(model, loss, layers, summaries, rho * reciprocal(norms), params, inputs, targets)
    return Passes(params, decay, plain, perturbed, top * norms)


def per_example(model: nn.Module, loss: Loss, method: Method, decay: float = 0.0, force: Route | None = None) -> Direction:
    """Return the direction of a method whose shards hold one example: SGD, 1-SAM, L-SAM or J-SAM, exact up to rounding.

    `force` takes one route for every layer that has it, in place of the cheapest. Calling the direction raises
    `UnsupportedModelError` for a model to which it would not apply exactly.
    """
    if method.shard != 1:
        raise ValueError(f"this route needs shards of one example, got {method.shard}; use empirical.methods.sharded")

    def direction(params: Params, rho: Any, inputs: jax.Array, targets: jax.Array) -> tuple[Params, Diagnostics]:
        both = passes(model, loss, params, rho, inputs, targets, decay, force)
        return both.gradient(method), both.diagnostics()

    return direction
