"""What a model is: a Flax Linen module, or a function (params, example) -> outputs of one example, both without an axis of examples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flax.linen as nn
import jax
from flax import errors

from empirical.methods.switch import Params

OneExample = Callable[[Params, Any], Any]
"""(params, example) -> outputs; any pytrees of arrays, and no axis of examples in any of them."""
Model = nn.Module | OneExample
Network = Callable[[Params, Any], Any]
"""(params, inputs (B, ...)) -> outputs (B, ...)."""

UNMET = (errors.ScopeCollectionNotFound, errors.ModifyScopeVariableError, errors.InvalidRngError)
"""What Flax raises where a module needs more than parameters and one array."""


class UnsupportedModelError(ValueError):
    """A model for which the methods have no meaning, or which must be passed in another form; the message says which and why."""


def one_example(model: Model) -> OneExample:
    """Return a model as a function of one example; a Linen module sees it as a batch of one.

    Raises UnsupportedModelError for an object that is neither a Linen module nor a function.
    """
    if isinstance(model, nn.Module):

        def of_batch_of_one(params: Params, example: Any) -> Any:
            batch = jax.tree.map(lambda leaf: leaf[None], example)
            return jax.tree.map(lambda leaf: leaf[0], applied(model, params, batch))

        return of_batch_of_one
    if any(kind.__module__.startswith("flax.nnx") for kind in type.mro(type(model))):
        raise UnsupportedModelError(
            f"a model must be a Linen module or a function (params, example), got the NNX module {type(model).__name__}; "
            "split it: graph, params = nnx.split(net), and pass lambda params, x: nnx.merge(graph, params)(x)"
        )
    if not callable(model):
        raise UnsupportedModelError(f"a model must be a Linen module or a function (params, example), got {type(model).__name__}")
    return model


def network(model: Model) -> Network:
    """Return a model as a function of a batch; a Linen module is applied to the whole batch at once."""
    if isinstance(model, nn.Module):
        return lambda params, inputs: applied(model, params, inputs)
    return jax.vmap(one_example(model), (None, 0))


def applied(model: nn.Module, params: Params, inputs: Any) -> Any:
    """Return the outputs of a Linen module on a batch.

    Raises UnsupportedModelError where the module needs random numbers or another collection than its parameters.
    """
    try:
        return model.apply({"params": params}, inputs)
    except UNMET as error:
        raise UnsupportedModelError(
            f"{type(model).__name__} needs more than parameters: {str(error).splitlines()[0]} "
            "A BatchNorm in training has no meaning here: its statistics over a batch of one example are that example's own. "
            "Use LayerNorm, or pass a function (params, example) that gives the module its other collections and random keys"
        ) from error
