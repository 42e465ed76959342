"""The probes after each epoch: means over clean and over mislabelled training points, over held-out and over test points.

Everything per example comes from two passes over the data without per-example weights, by the same rules as 1-SAM itself
(`methods/per_example.py`). The norm of one example's update is the norm of its gradient, with each factor taken at the weights that
the method chooses (Eqs. 2.7-2.9).
A mean over no points is NaN.
"""

from __future__ import annotations

from typing import NamedTuple

import flax.linen as nn
import jax
import jax.numpy as jnp

from empirical.methods.batches import batch_of
from empirical.methods.losses import Loss, largest_entries, sizes
from empirical.methods.model import network, one_example
from empirical.methods.passes import ByLeaf, Pass, gradient_norms, perturbed_pass, plain_pass
from empirical.methods.program import trace
from empirical.methods.rules.rule import across
from empirical.methods.switch import Method, Params, chosen, reciprocal, squared_norm
from empirical.training.points import Points, predicted, targets


class Examples(NamedTuple):
    """Measurements of each example; all have shape (B,) but the outputs.

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


def examine(
    model: nn.Module, loss: Loss, method: Method, params: Params, rho: jax.Array, inputs: jax.Array, targets: jax.Array
) -> Examples:
    """Return the values of each example, with an epsilon_i of length rho for each; the method's shard plays no part."""
    batch = batch_of(model, loss, params, inputs, targets)
    plain = plain_pass(batch)

    def unit(cotangents: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Return cotangents of largest entry 1, and that entry: the squares of well-fitted examples would vanish."""
        top = largest_entries(cotangents)
        return across(reciprocal(top), cotangents), top

    def norms(at: Pass, cotangents: jax.Array) -> tuple[jax.Array, ByLeaf]:
        """Return the gradient norms (B,) and their summaries, with the Jacobian of a pass."""
        return gradient_norms(batch, at.met, at.pull(cotangents))

    scaled, top = unit(plain.cotangents)
    norm, summaries = norms(plain, scaled)
    perturbed = perturbed_pass(batch, summaries, rho * reciprocal(norm))
    update, size = unit(chosen(method.logit_at, lambda: perturbed.cotangents, lambda: plain.cotangents))
    update_norm = chosen(method.jacobian_at, lambda: norms(perturbed, update)[0], lambda: norms(plain, update)[0])
    last, _ = batch.program.last_layer()
    return Examples(
        outputs=plain.outputs,
        losses=plain.losses,
        logit_scales=sizes(plain.cotangents),
        perturbed_logit_scales=sizes(perturbed.cotangents),
        gradient_norms=top * norm,
        update_norms=size * update_norm,
        activation_norms=sizes(plain.met[last][0]),
    )


def mean(values: jax.Array, chosen: jax.Array) -> jax.Array:
    """Return the mean of the chosen values, NaN where none is chosen."""
    return jnp.sum(jnp.where(chosen, values, jnp.zeros_like(values))) / jnp.sum(chosen, dtype=values.dtype)


class Guesses(NamedTuple):
    """Predicted labels of points, and losses against the given labels and the clean ones, all (B,)."""

    labels: jax.Array
    given_losses: jax.Array
    clean_losses: jax.Array


def guess(model: nn.Module, loss: Loss, classes: int, params: Params, data: Points, rows: jax.Array) -> Guesses:
    """Return predicted labels and losses of the chosen points."""
    dtype = jax.tree.leaves(params)[0].dtype
    outputs = network(model)(params, data.take(rows, dtype))
    given, clean = (jax.vmap(loss)(outputs, targets(loss, labels[rows], classes, dtype)) for labels in (data.given, data.clean))
    return Guesses(predicted(outputs), given, clean)


def fit(guesses: Guesses, data: Points) -> dict[str, jax.Array]:
    """Return accuracy and mean loss on all points of a split, against the given labels and against the clean ones."""
    count, dtype = data.inputs.shape[0], guesses.given_losses.dtype
    guesses = jax.tree.map(lambda values: values[:count], guesses)
    return {
        "accuracy": jnp.mean((guesses.labels == data.given).astype(dtype)),
        "loss": jnp.mean(guesses.given_losses),
        "true_accuracy": jnp.mean((guesses.labels == data.clean).astype(dtype)),
        "true_loss": jnp.mean(guesses.clean_losses),
    }


class Seen(NamedTuple):
    """Measurements of training points; `examples.outputs` holds predicted labels, and the losses are against the clean labels."""

    examples: Examples
    clean_losses: jax.Array


def see(model: nn.Module, loss: Loss, method: Method, classes: int, params: Params, rho: jax.Array, data: Points, rows: jax.Array) -> Seen:
    """Return the measurements of the chosen training points."""
    dtype = jax.tree.leaves(params)[0].dtype
    given, clean = (targets(loss, labels[rows], classes, dtype) for labels in (data.given, data.clean))
    examples = examine(model, loss, method, params, rho, data.take(rows, dtype), given)
    return Seen(examples._replace(outputs=predicted(examples.outputs)), jax.vmap(loss)(examples.outputs, clean))


def measure(model: nn.Module, method: Method, params: Params, seen: Seen, data: Points) -> dict[str, jax.Array]:
    """Return the means over clean and over mislabelled training points ("clean_...", "noisy_...", scalars), and the last layer's norms.

    accuracy, loss             against the given labels: of a noisy point, whether its wrong label has been learnt
    true_accuracy, true_loss   against the clean labels
    logit_scale, perturbed_logit_scale, scale_ratio   the mean ratio is over points whose scale is not 0 (Figure 4, top)
    gradient_norm, update_norm   the latter for methods whose shard is one example
    activation_norm, last_layer_norm   mean |z_i|, and the norm of the last layer's parameters (Figure 5)
    """
    count, dtype = data.inputs.shape[0], seen.clean_losses.dtype
    examples, clean_losses = jax.tree.map(lambda values: values[:count], seen)
    per_example = {
        "accuracy": (examples.outputs == data.given).astype(dtype),
        "loss": examples.losses,
        "true_accuracy": (examples.outputs == data.clean).astype(dtype),
        "true_loss": clean_losses,
        "logit_scale": examples.logit_scales,
        "perturbed_logit_scale": examples.perturbed_logit_scales,
        "gradient_norm": examples.gradient_norms,
    }
    if method.shard == 1:
        per_example["update_norm"] = examples.update_norms
    ratio = examples.perturbed_logit_scales * reciprocal(examples.logit_scales)
    clean, result = data.given == data.clean, {}
    for name, group in (("clean", clean), ("noisy", ~clean)):
        result |= {f"{name}_{key}": mean(values, group) for key, values in per_example.items()}
        result[f"{name}_scale_ratio"] = mean(ratio, group & (examples.logit_scales > 0))
    result["activation_norm"] = jnp.mean(examples.activation_norms)
    result["last_layer_norm"] = last_layer_norm(model, params, data.take(jnp.zeros(1, jnp.int32), dtype))
    return result


def last_layer_norm(model: nn.Module, params: Params, inputs: jax.Array) -> jax.Array:
    """Return the 2-norm of all parameters of the layer that is called last."""
    _, own = trace(one_example(model), params, inputs).last_layer()
    leaves = jax.tree.leaves(params)
    return jnp.sqrt(squared_norm([leaves[leaf] for leaf in own]))
