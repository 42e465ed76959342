"""What is measured after each epoch, on clean and on mislabelled training points apart, on held-out and on test points.

Everything per example comes from two passes over the data without per-example weights, by the same rules as 1-SAM itself
(`per_example.py`): the norm of one example's update is that of its gradient with each factor where the method takes it (Eqs. 2.7-2.9).
The trace of the Hessian is Hutchinson's estimate, with its standard error. A mean over no points is NaN.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import flax.linen as nn
import jax
import jax.numpy as jnp

from empirical.methods.layers import Layer, Path, apply, layers_of
from empirical.methods.losses import Loss, sizes, values_and_cotangents
from empirical.methods.named import network
from empirical.methods.per_example import tapped
from empirical.methods.rules.rule import across
from empirical.methods.switch import Method, Params, chosen, reciprocal, squared_norm
from empirical.training.points import Points, chunks_of, predicted, targets


class Examples(NamedTuple):
    """What is known of each example, all (B,) but the outputs.

    losses, logit_scales, gradient_norms    at the weights w
    perturbed_logit_scales                  at w + epsilon_i, epsilon_i the example's own
    update_norms                            of the gradient whose factors are where the method takes them
    activation_norms                        of the input of the last layer, at w
    """

    outputs: jax.Array
    losses: jax.Array
    logit_scales: jax.Array
    perturbed_logit_scales: jax.Array
    gradient_norms: jax.Array
    update_norms: jax.Array
    activation_norms: jax.Array


def norms(layers: dict[Path, Layer], seen: dict[Path, jax.Array], deltas: dict[Path, jax.Array]) -> tuple[jax.Array, dict[Path, Any]]:
    """Return the norms |g_i| (B,) from each layer's input and the gradient in its output, and the layers' summaries of the g_i."""
    square, summaries = jnp.zeros((), next(iter(deltas.values())).dtype), {}
    for path, layer in layers.items():
        share, summaries[path] = layer.rule.summarise(layer.module, layer.route, seen[path], deltas[path])
        square = share + square
    return jnp.sqrt(square), summaries


def examine(
    model: nn.Module, loss: Loss, method: Method, params: Params, rho: jax.Array, inputs: jax.Array, targets: jax.Array
) -> Examples:
    """Return what is known of each example, its own epsilon_i of length rho; the method's shard plays no part.

    Raises `UnsupportedModelError` for a model with a layer that has no rule.
    """
    layers = layers_of(model, params, inputs)
    taps = {path: jnp.zeros(layer.output.shape, layer.output.dtype) for path, layer in layers.items()}
    outputs, pull, calls = jax.vjp(lambda t: tapped(model, params, t, inputs), taps, has_aux=True)
    seen = {path: call[0] for path, call in calls.items()}
    losses, cotangents = values_and_cotangents(loss, outputs, targets)

    def unit(cotangents: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return cotangents of largest entry 1, and that entry: the squares of well-fitted examples would vanish."""
        top = jnp.max(jnp.abs(cotangents.reshape(cotangents.shape[0], -1)), axis=1)
        return across(reciprocal(top), cotangents), top

    scaled, top = unit(cotangents)
    norm, summaries = norms(layers, seen, pull(scaled)[0])
    c = rho * reciprocal(norm)

    def at_perturbed(taps: dict[Path, jax.Array]) -> tuple[jax.Array, dict[Path, jax.Array]]:
        moved: dict[Path, jax.Array] = {}

        def on_call(layer: nn.Module, call: Callable[..., Any], args: tuple[Any, ...], _: dict[str, Any]) -> jax.Array:
            found = layers[layer.path]
            moved[layer.path] = args[0]
            return found.rule.perturbed(layer, found.route, call, args[0], summaries[layer.path], c) + taps[layer.path]

        return apply(model, params, inputs, on_call), moved

    moved_outputs, moved_pull, moved_seen = jax.vjp(at_perturbed, taps, has_aux=True)
    _, moved_cotangents = values_and_cotangents(loss, moved_outputs, targets)
    own, size = unit(chosen(method.logit_at, lambda: moved_cotangents, lambda: cotangents))
    update = chosen(
        method.jacobian_at, lambda: norms(layers, moved_seen, moved_pull(own)[0])[0], lambda: norms(layers, seen, pull(own)[0])[0]
    )
    last = seen[list(layers)[-1]]
    return Examples(outputs, losses, sizes(cotangents), sizes(moved_cotangents), top * norm, size * update, sizes(last))


def mean(values: jax.Array, chosen: jax.Array) -> jax.Array:
    """Return the mean of the chosen values, NaN where none is chosen."""
    return jnp.sum(jnp.where(chosen, values, jnp.zeros_like(values))) / jnp.sum(chosen, dtype=values.dtype)


class Guesses(NamedTuple):
    """Predicted labels of points, and losses against the given labels and the clean ones, all (B,)."""

    labels: jax.Array
    given_losses: jax.Array
    clean_losses: jax.Array


def guess(model: nn.Module, loss: Loss, classes: int, params: Params, data: Points, rows: jax.Array) -> Guesses:
    """Return what is known of the chosen points from their outputs alone."""
    dtype = jax.tree.leaves(params)[0].dtype
    outputs = network(model)(params, data.take(rows, dtype))
    given, clean = (jax.vmap(loss)(outputs, targets(loss, labels[rows], classes, dtype)) for labels in (data.given, data.clean))
    return Guesses(predicted(outputs), given, clean)


def fit(found: Guesses, data: Points) -> dict[str, jax.Array]:
    """Return accuracy and mean loss on all points of a split, against the given labels and against the clean ones."""
    count, dtype = data.inputs.shape[0], found.given_losses.dtype
    found = jax.tree.map(lambda values: values[:count], found)
    return {
        "accuracy": jnp.mean((found.labels == data.given).astype(dtype)),
        "loss": jnp.mean(found.given_losses),
        "true_accuracy": jnp.mean((found.labels == data.clean).astype(dtype)),
        "true_loss": jnp.mean(found.clean_losses),
    }


class Seen(NamedTuple):
    """What is known of training points: each one's example, with its predicted label for outputs, and its loss against the clean label."""

    examples: Examples
    clean_losses: jax.Array


def see(model: nn.Module, loss: Loss, method: Method, classes: int, params: Params, rho: jax.Array, data: Points, rows: jax.Array) -> Seen:
    """Return what is known of the chosen training points."""
    dtype = jax.tree.leaves(params)[0].dtype
    given, clean = (targets(loss, labels[rows], classes, dtype) for labels in (data.given, data.clean))
    found = examine(model, loss, method, params, rho, data.take(rows, dtype), given)
    return Seen(found._replace(outputs=predicted(found.outputs)), jax.vmap(loss)(found.outputs, clean))


def measure(model: nn.Module, method: Method, params: Params, found: Seen, data: Points) -> dict[str, jax.Array]:
    """Return the means over clean and over mislabelled training points ("clean_...", "noisy_...", scalars), and the last layer's norms.

    accuracy, loss             against the given labels: of a noisy point, whether its wrong label has been learnt
    true_accuracy, true_loss   against the clean labels
    logit_scale, perturbed_logit_scale, scale_ratio   the mean ratio is over points whose scale is not 0 (Figure 4, top)
    gradient_norm, update_norm   the latter for methods whose shard is one example
    activation_norm, last_layer_norm   mean |z_i|, and the norm of the last layer's parameters (Figure 5)
    """
    count, dtype = data.inputs.shape[0], found.clean_losses.dtype
    of, clean_losses = jax.tree.map(lambda values: values[:count], found)
    each = {
        "accuracy": (of.outputs == data.given).astype(dtype),
        "loss": of.losses,
        "true_accuracy": (of.outputs == data.clean).astype(dtype),
        "true_loss": clean_losses,
        "logit_scale": of.logit_scales,
        "perturbed_logit_scale": of.perturbed_logit_scales,
        "gradient_norm": of.gradient_norms,
    }
    if method.shard == 1:
        each["update_norm"] = of.update_norms
    ratio = of.perturbed_logit_scales * reciprocal(of.logit_scales)
    clean, result = data.given == data.clean, {}
    for name, group in (("clean", clean), ("noisy", ~clean)):
        result |= {f"{name}_{key}": mean(values, group) for key, values in each.items()}
        result[f"{name}_scale_ratio"] = mean(ratio, group & (of.logit_scales > 0))
    result["activation_norm"] = jnp.mean(of.activation_norms)
    result["last_layer_norm"] = last_layer_norm(model, params, data.take(jnp.zeros(1, jnp.int32), dtype))
    return result


def last_layer_norm(model: nn.Module, params: Params, inputs: jax.Array) -> jax.Array:
    """Return the 2-norm of all parameters of the layer that is called last."""
    own = params
    for key in list(layers_of(model, params, inputs))[-1]:
        own = own[key]
    return jnp.sqrt(squared_norm(own))


def hessian_trace(
    model: nn.Module, loss: Loss, classes: int, params: Params, data: Points, key: jax.Array, draws: int, chunk: int
) -> tuple[jax.Array, jax.Array]:
    """Return Hutchinson's estimate of the trace of the Hessian of the mean loss at the given labels, and its standard error.

    The mean of v^T H v over `draws` vectors v of random signs has expectation tr H; without weight decay. Raises ValueError for
    fewer than two draws, which leave no error to tell.
    """
    if draws < 2:
        raise ValueError(f"the trace needs at least 2 draws for a standard error, got {draws}")
    dtype, count = jax.tree.leaves(params)[0].dtype, data.inputs.shape[0]
    chunk = min(chunk, count)
    rows = jnp.arange(chunks_of(count, chunk) * chunk)
    share = ((rows < count).astype(dtype) / count).reshape(-1, chunk)
    rows = (rows % count).reshape(-1, chunk)
    leaves, shape = jax.tree.flatten(params)

    def part(p: Params, rows: jax.Array, share: jax.Array) -> jax.Array:
        outputs = network(model)(p, data.take(rows, dtype))
        return jnp.sum(share * jax.vmap(loss)(outputs, targets(loss, data.given[rows], classes, dtype)))

    def one_draw(key: jax.Array) -> jax.Array:
        signs = [jax.random.rademacher(k, leaf.shape, dtype) for k, leaf in zip(jax.random.split(key, len(leaves)), leaves, strict=True)]
        v = jax.tree.unflatten(shape, signs)

        def curvature(total: jax.Array, piece: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, None]:
            _, along = jax.jvp(jax.grad(partial(part, rows=piece[0], share=piece[1])), (params,), (v,))
            return total + sum(jax.tree.leaves(jax.tree.map(lambda a, b: jnp.sum(a * b), along, v))), None

        return jax.lax.scan(curvature, jnp.zeros((), dtype), (rows, share))[0]

    values = jax.lax.map(one_draw, jax.random.split(key, draws))
    return jnp.mean(values), jnp.std(values, ddof=1) / jnp.sqrt(jnp.asarray(draws, dtype))
