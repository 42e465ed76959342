"""A convolution with strides as a sum of convolutions without: on a processor, XLA's gradient in the input of the strided one is slow.

Input pixels and places of the kernel fall into phases, one for each remainder by the strides. An output pixel sees pixels of a phase at
the places of that phase alone, and moves by one of them where it moves by a stride. So each phase is a convolution of its own with stride
1, and so are its derivatives; no zero is ever multiplied.
"""

from __future__ import annotations

import itertools
from typing import Any

import jax
from jax import lax
from jax.extend.core import JaxprEqn

from empirical.methods.equations import shaped
from empirical.methods.rules.geometry import cut, padded


def strided(equation: JaxprEqn) -> bool:
    """Whether a convolution has strides, and no dilation that would part the phases."""
    params = equation.params
    return max(params["window_strides"], default=1) > 1 == max(*params["lhs_dilation"], *params["rhs_dilation"])


def in_phases(equation: JaxprEqn, x: jax.Array, w: jax.Array) -> jax.Array:
    """Return the convolution of one example."""
    params, axes = equation.params, equation.params["dimension_numbers"]
    pads = {axis: (low, high, 0) for axis, (low, high) in zip(axes.lhs_spec[2:], params["padding"], strict=True)}
    whole = padded(x, tuple(pads.get(axis, (0, 0, 0)) for axis in range(x.ndim)))
    output = shaped(equation.outvars[0]).shape
    phases = [range(min(stride, w.shape[axis])) for stride, axis in zip(params["window_strides"], axes.rhs_spec[2:], strict=True)]
    total: Any = 0
    for phase in itertools.product(*phases):
        pixels, places = whole, w
        for number, (first, stride) in enumerate(zip(phase, params["window_strides"], strict=True)):
            space, place = axes.lhs_spec[2 + number], axes.rhs_spec[2 + number]
            places = cut(places, place, slice(first, w.shape[place], stride))
            last = first + stride * (output[axes.out_spec[2 + number]] + places.shape[place] - 2)
            pixels = cut(pixels, space, slice(first, last + 1, stride))
        total = total + lax.conv_general_dilated(
            pixels,
            places,
            (1,) * len(phase),
            "VALID",
            dimension_numbers=axes,
            feature_group_count=params["feature_group_count"],
            precision=params["precision"],
            preferred_element_type=params["preferred_element_type"],
        )
    return total
