"""One equation of a jaxpr: evaluate it, see whether it only rearranges one array, see into the function that it calls."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn  # pyright: ignore[reportPrivateImportUsage] - public, but JAX 0.12 marks it badly

REARRANGING = {"reshape", "transpose", "squeeze", "rev", "copy", "copy_p"}
ENTERED = {
    "jit": "jaxpr",
    "pjit": "jaxpr",
    "closed_call": "call_jaxpr",
    "remat2": "jaxpr",
    "checkpoint": "jaxpr",
}
"""Calls that are entered, and under which name they keep their function.

A function with a custom derivative is never entered: the derivative would be lost.
"""
REMATERIALISED = ("remat2", "checkpoint")
MIXING = {
    "psum",
    "psum2",
    "psum_invariant",
    "pmax",
    "pmin",
    "ppermute",
    "all_gather",
    "all_gather_invariant",
    "all_to_all",
    "reduce_scatter",
}
"""Collectives, which mix the examples of several devices."""


def shaped(variable: Any) -> Any:
    """Return the shape and type of a variable."""
    return variable.aval


def evaluated(equation: JaxprEqn, *values: Any) -> list[Any]:
    """Return the outputs of an equation for given inputs."""
    given: Any = equation.primitive.get_bind_params(equation.params)  # a pair in some versions of JAX, keywords in others
    functions, params = given if isinstance(given, tuple) else ((), given)
    outputs = equation.primitive.bind(*functions, *values, **params)
    return list(outputs) if equation.primitive.multiple_results else [outputs]


def is_view(equation: JaxprEqn) -> bool:
    """Whether an equation of one input only rearranges its entries, or changes their precision: a map that keeps inner products.

    A cast to a shorter type rounds. Then the perturbation, which is added after it, keeps digits that the cast would have taken.
    """
    if len(equation.invars) != 1:
        return False
    before, after = shaped(equation.invars[0]), shaped(equation.outvars[0])
    name = equation.primitive.name
    if name == "convert_element_type":
        return jnp.issubdtype(before.dtype, jnp.floating) and jnp.issubdtype(after.dtype, jnp.floating)
    return name in REARRANGING or (name == "broadcast_in_dim" and math.prod(before.shape) == math.prod(after.shape))


def called(equation: JaxprEqn) -> tuple[Jaxpr, list[Any]] | None:
    """Return the function that an equation calls, with its constants, where the call may be replaced by it."""
    inner = equation.params.get(ENTERED.get(equation.primitive.name, ""))
    if inner is None:
        return None
    return (inner.jaxpr, list(inner.consts)) if isinstance(inner, ClosedJaxpr) else (inner, [])


def over_examples(equation: JaxprEqn, axes: tuple[int | None, ...], *values: Any) -> list[Any]:
    """Return the outputs of an equation example by example, (B, ...); an axis of None marks an input that all examples share."""
    return jax.vmap(lambda *example: evaluated(equation, *example), axes)(*values)
