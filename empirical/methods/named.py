"""The paper's methods by name, each as a function that returns a mean gradient for any optax optimiser, and diagnostics."""

from __future__ import annotations

import flax.linen as nn
import jax

from empirical.methods.losses import Loss
from empirical.methods.per_example import per_example
from empirical.methods.sharded import Network, sharded
from empirical.methods.switch import Direction, Method, Params

SGD = Method("w", "w")
ONE_SAM = Method("w+eps", "w+eps")  # Eqs. 2.6 and 2.7
L_SAM = Method("w+eps", "w")  # Eq. 2.8
J_SAM = Method("w", "w+eps")  # Eq. 2.9
N_SAM = Method("w+eps", "w+eps", None)  # one epsilon for the whole batch

METHODS = {"sgd": SGD, "1-sam": ONE_SAM, "l-sam": L_SAM, "j-sam": J_SAM, "n-sam": N_SAM}


def m_sam(shard: int) -> Method:
    """Return SAM with one epsilon for each shard of `shard` examples (Section 2.2)."""
    return Method("w+eps", "w+eps", shard)


def network(model: nn.Module) -> Network:
    """Return a model as a function of its parameters and a batch."""

    def outputs(params: Params, inputs: jax.Array) -> jax.Array:
        return model.apply({"params": params}, inputs)  # pyright: ignore[reportReturnType] - no collection is mutable

    return outputs


def direction(model: nn.Module, loss: Loss, method: Method, decay: float = 0.0) -> Direction:
    """Return the direction of a method on a model: (params, rho, inputs, targets) -> (mean gradient, Diagnostics).

    Shards of one example go without per-example weights (`per_example.py`), larger ones through `sharded.py`.
    `decay` is the rate of weight decay, which is added to the gradient outside the perturbation. With a learning rate eta the update of
    Eq. 2.6 is w - eta * gradient. Wrap the whole training step in `jax.jit`: diagnostics that the step does not use then cost nothing, and
    SGD costs what it always does.
    """
    if method.shard == 1:
        return per_example(model, loss, method, decay)
    return sharded(network(model), loss, method, decay)
