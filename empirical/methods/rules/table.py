"""Which rule belongs to which product of JAX."""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
from jax.extend.core import JaxprEqn

from empirical.methods.equations import shaped
from empirical.methods.rules.dot import DotProduct
from empirical.methods.rules.formed import Formed
from empirical.methods.rules.gather import Gather
from empirical.methods.rules.image_conv import ImageConvolution
from empirical.methods.rules.rule import Product

MakeRule = Callable[[JaxprEqn, int, str], Product]
RULES: dict[str, MakeRule] = {"dot_general": DotProduct, "conv_general_dilated": ImageConvolution, "gather": Gather}
FORMED = Formed()


def product(equation: JaxprEqn, place: int, name: str) -> Product | None:
    """Return the rule of a product in which the parameter `name` is input number `place`, or None where there is none."""
    kind = equation.primitive.name
    if kind not in RULES or not suits(equation, place):
        return None
    return RULES[kind](equation, place, name)


def suits(equation: JaxprEqn, place: int) -> bool:
    """Whether the rule of an equation's primitive covers it with the parameter as that input."""
    left, right = (shaped(variable) for variable in equation.invars)
    kind, params = equation.primitive.name, equation.params
    if min(left.size, right.size, shaped(equation.outvars[0]).size) == 0:
        return False
    if kind == "gather":
        return place == 0 and jnp.issubdtype(left.dtype, jnp.floating) and _picks_rows(equation)
    if left.dtype != right.dtype or not jnp.issubdtype(left.dtype, jnp.floating):
        return False
    return kind == "dot_general" or (place == 1 and params["batch_group_count"] == 1)


def _picks_rows(equation: JaxprEqn) -> bool:
    numbers, sizes = equation.params["dimension_numbers"], equation.params["slice_sizes"]
    shape = shaped(equation.invars[0]).shape
    axes = tuple(numbers.start_index_map)
    whole = all(size == full for axis, (size, full) in enumerate(zip(sizes, shape, strict=True)) if axis not in axes)
    return len(axes) == 1 and tuple(numbers.collapsed_slice_dims) == axes and not numbers.operand_batching_dims and whole
