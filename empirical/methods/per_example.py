"""Exact per-example SAM on an unmodified model, without a copy of its large weights for each example.

Pass 1 runs the model at w. For each product in which examples meet a lazy parameter (`leaves.py`), its rule finds its share of |g_i|^2
from the input x and from d, the gradient in the output; formed parameters have g_i itself. The sum gives c_i = rho / |g_i|. Pass 2 runs
the model with each product at w + c_i g_i, again by its rule, and an ordinary backward pass sums the weight gradients over examples as
it always does.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from empirical.methods.batches import batch_of
from empirical.methods.losses import Loss, largest_entries, sizes
from empirical.methods.model import Model
from empirical.methods.passes import Batch, Pass, gradient_norms, perturbed_pass, plain_pass, scaled, shared_pass
from empirical.methods.rules.rule import Route
from empirical.methods.switch import Diagnostics, Direction, Method, Params, check_decay, check_rho, chosen, decayed, reciprocal
from empirical.methods.varying import vary


class Passes(NamedTuple):
    """All passes over one batch, from which every setting of the switch takes its factors. Under `jax.jit` unused ones cost nothing."""

    params: Params
    decay: float
    batch: Batch
    shared: Pass  # at w, for SGD
    plain: Pass  # at w, with the gradient of each example
    perturbed: Pass  # at w + eps
    norms: jax.Array  # (B,): of the gradient of each example

    def gradient(self, method: Method) -> Params:
        """Return the mean gradient of a method, weight decay included."""
        if _is_sgd(method):
            sums = self.shared.pull(self._mean(self.shared.cotangents)).leaves
        else:
            plain, perturbed = self.plain, self.perturbed
            cotangents = self._mean(chosen(method.logit_at, lambda: perturbed.cotangents, lambda: plain.cotangents))
            sums = chosen(method.jacobian_at, lambda: perturbed.pull(cotangents).leaves, lambda: plain.pull(cotangents).leaves)
        leaves, tree = jax.tree.flatten(self.params)
        (gradient,) = jax.vjp(lambda values: vary(values, self.batch.axes), leaves)[1](sums)  # summed over devices where they share them
        return decayed(jax.tree.unflatten(tree, gradient), self.decay, self.params)

    def diagnostics(self, method: Method) -> Diagnostics:
        """Return the values that are known besides the gradient."""
        at = self.shared if _is_sgd(method) else self.plain
        return Diagnostics(at.outputs, at.losses, self.norms, sizes(at.cotangents), sizes(self.perturbed.cotangents))

    def _mean(self, cotangents: Any) -> Any:
        return jax.tree.map(lambda values: values / self.batch.size, cotangents)


def _is_sgd(method: Method) -> bool:
    return isinstance(method.logit_at, str) and method.logit_at == method.jacobian_at == "w"


def passes(
    model: Model, loss: Loss, params: Params, rho: Any, inputs: Any, targets: Any, decay: float = 0.0, force: Route | None = None
) -> Passes:
    """Return all passes; see `per_example` for `force` and for the errors."""
    check_rho(rho)
    check_decay(decay)
    params = jax.tree.map(jnp.asarray, params)
    batch = batch_of(model, loss, params, inputs, targets, force)
    plain = plain_pass(batch)
    # The direction of g_i does not depend on the size of its cotangent. Division by that size, `top`, keeps the squares of a well-fitted
    # example, 1e-50 in float32, from vanishing; g_i is the scaled gradient from here on. The probes divide before they go backward
    # (`training/probes.py`); the same order here would change the last bits of every network that was trained.
    top = largest_entries(plain.cotangents)
    norms, summaries = gradient_norms(batch, plain.met, scaled(plain.pull(plain.cotangents), reciprocal(top)))
    radius = vary(jnp.asarray(rho).astype(norms.dtype), batch.axes)
    perturbed = perturbed_pass(batch, summaries, radius * reciprocal(norms))
    return Passes(params, decay, batch, shared_pass(batch), plain, perturbed, top.astype(norms.dtype) * norms)


def per_example(model: Model, loss: Loss, method: Method, decay: float = 0.0, force: Route | None = None) -> Direction:
    """Return the direction of a method whose shards hold one example: SGD, 1-SAM, L-SAM or J-SAM, exact up to rounding.

    `force` takes one route for every product that has it, in place of the cheapest. Calling the direction raises
    UnsupportedModelError for a model for which it has no meaning, and ValueError for values that do not fit together.
    """
    if method.shard != 1:
        raise ValueError(f"this route needs shards of one example, got {method.shard}; use empirical.methods.sharded")

    def direction(params: Params, rho: Any, inputs: Any, targets: Any) -> tuple[Params, Diagnostics]:
        of_batch = passes(model, loss, params, rho, inputs, targets, decay, force)
        return of_batch.gradient(method), of_batch.diagnostics(method)

    return direction
