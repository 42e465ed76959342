"""What a caller gives, checked and made ready: parameters, and inputs and targets that hold the same number of examples."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from empirical.methods.losses import Loss
from empirical.methods.model import Model, one_example
from empirical.methods.passes import Batch
from empirical.methods.program import trace
from empirical.methods.rules.rule import Route
from empirical.methods.switch import Params
from empirical.methods.varying import axes_of, vary


def batch_of(model: Model, loss: Loss, params: Params, inputs: Any, targets: Any, force: Route | None = None) -> Batch:
    """Return a batch with the program of its model. Raises ValueError for arrays that do not fit together."""
    check_params(params)
    inputs, targets = jax.tree.map(jnp.asarray, (inputs, targets))
    size = examples_in(inputs, targets)
    axes = axes_of((params, inputs, targets))
    params, inputs = vary(params, axes), vary(inputs, axes)
    program = trace(one_example(model), params, inputs, axes, force)
    return Batch(program, loss, jax.tree.leaves(params), jax.tree.leaves(inputs), targets, size, axes)


def check_params(params: Params) -> None:
    """Raise ValueError for a parameter that is not an array of real numbers."""
    for path, leaf in jax.tree_util.tree_leaves_with_path(params):
        if not jnp.issubdtype(leaf.dtype, jnp.floating):
            name = jax.tree_util.keystr(path, simple=True, separator="/")
            raise ValueError(
                f"parameters must be real numbers in floating point, got {leaf.dtype} at {name}; give it to the model elsewhere"
            )


def examples_in(inputs: Any, targets: Any) -> int:
    """Return the number of examples B in arrays (B, ...). Raises ValueError where they hold different numbers, or none."""
    shapes = [leaf.shape for leaf in jax.tree.leaves((inputs, targets))]
    if not jax.tree.leaves(inputs) or not all(shapes):
        raise ValueError(f"inputs and targets must have a first axis of examples, got shapes {shapes}")
    sizes = {shape[0] for shape in shapes}
    if len(sizes) > 1 or 0 in sizes:
        raise ValueError(f"inputs and targets must hold the same number of examples, at least one, got shapes {shapes}")
    return sizes.pop()
