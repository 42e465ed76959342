"""A model's equations on a batch: as `vmap` would, but with a rule of one's own where a lazy parameter meets the examples.

The equations come from a trace of ONE example, so that no other axis can be mistaken for the batch and no two examples can meet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import jax
from jax.extend.core import Jaxpr, JaxprEqn, Literal

from empirical.methods.equations import REMATERIALISED, called, evaluated, over_examples


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Lazy:
    """A parameter, or a view of it, that all examples share; `leaf` is its number among the parameters."""

    array: jax.Array
    leaf: int = field(metadata={"static": True})


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Batched:
    """A value of each example, (B, ...). Values that are neither lazy nor batched are plain arrays, the same for all examples."""

    array: jax.Array


Meet = Callable[[int, jax.Array, jax.Array], jax.Array]
"""(leaf, x (B, ...), its view w) -> the product (B, ...) of the lazy parameter with each example's x."""
Met = dict[int, tuple[jax.Array, jax.Array]]
"""The x and w of each product of a lazy parameter, in the order of the products."""


def interpret(jaxpr: Jaxpr, constants: Sequence[Any], arguments: Sequence[Any], meet: Meet) -> tuple[list[Any], Met]:
    """Return the outputs of a jaxpr, each Lazy, Batched or plain as the arguments are, and what met in its products."""
    values = dict(zip([*jaxpr.constvars, *jaxpr.invars], [*constants, *arguments], strict=True))
    met: Met = {}

    def read(variable: Any) -> Any:
        return variable.val if isinstance(variable, Literal) else values[variable]

    for equation in jaxpr.eqns:
        outputs, more = step(equation, [read(variable) for variable in equation.invars], meet)
        met |= more
        values |= dict(zip(equation.outvars, outputs, strict=True))
    return [read(variable) for variable in jaxpr.outvars], met


def step(equation: JaxprEqn, inputs: list[Any], meet: Meet) -> tuple[list[Any], Met]:
    """Return the outputs of one equation, and what met in it."""
    lazy = next((value for value in inputs if isinstance(value, Lazy)), None)
    if lazy is None:
        return shared_or_batched(equation, inputs), {}
    if (inner := called(equation)) is not None:
        return entered(equation, inner, inputs, meet)
    if len(inputs) == 1:  # a view
        return [Lazy(evaluated(equation, lazy.array)[0], lazy.leaf)], {}
    x = next(value for value in inputs if value is not lazy).array
    return [Batched(meet(lazy.leaf, x, lazy.array))], {lazy.leaf: (x, lazy.array)}


def entered(equation: JaxprEqn, inner: tuple[Jaxpr, list[Any]], inputs: list[Any], meet: Meet) -> tuple[list[Any], Met]:
    """Return the outputs of a called function; one that was to be computed again in the backward pass still is."""
    jaxpr, constants = inner

    def run(constants: list[Any], inputs: list[Any]) -> tuple[list[Any], Met]:
        return interpret(jaxpr, constants, inputs, meet)

    if equation.primitive.name in REMATERIALISED:
        run = jax.checkpoint(run, prevent_cse=equation.params["prevent_cse"], policy=equation.params["policy"])
    return run(constants, inputs)


def shared_or_batched(equation: JaxprEqn, inputs: list[Any]) -> list[Any]:
    """Return the outputs of an equation without lazy inputs."""
    axes = tuple(0 if isinstance(value, Batched) else None for value in inputs)
    arrays = [value.array if isinstance(value, Batched) else value for value in inputs]
    if 0 not in axes:
        return evaluated(equation, *arrays)
    return [Batched(output) for output in over_examples(equation, axes, *arrays)]
