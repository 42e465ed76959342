"""Layer normalisation: y = scale * u + bias with u the standardised input, so g is a pair of vectors and is always formed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from empirical.methods.rules.rule import Route, Shape, across


def axes(value: Any, count: int) -> set[int]:
    """Return axes as numbers from 0, given one number or several, counted from either end."""
    return {axis % count for axis in ((value,) if isinstance(value, int) else value)}


class LayerNormRule:
    """The rule of `flax.linen.LayerNorm` over any axes but the examples', with scale and bias on the last axis."""

    def parameters(self, layer: Any) -> tuple[str, ...]:
        """Return the names of the parameters that the layer has, among scale and bias."""
        return ("scale",) * layer.use_scale + ("bias",) * layer.use_bias

    def refusal(self, layer: Any, x: Shape) -> str | None:
        """Statistics over examples or devices are refused, and features on other axes than the last."""
        if 0 in axes(layer.reduction_axes, len(x)) or layer.axis_name is not None:
            return "its statistics mix examples"
        if axes(layer.feature_axes, len(x)) != {len(x) - 1}:
            return f"its features must be the last axis, got {layer.feature_axes}"
        return None

    def cost(self, layer: Any, x: Shape, y: Shape) -> dict[Route, float]:
        """One route: a few multiplications for each entry."""
        return {"materialised": 2.0 * math.prod(y[1:])}

    def standardised(self, layer: Any, x: jax.Array) -> jax.Array:
        """Return u, from the layer itself without scale and bias: its own epsilon and its own formula of the variance."""
        return layer.clone(parent=None, use_scale=False, use_bias=False).apply({}, x)

    def summarise(self, layer: Any, route: Route, x: jax.Array, d: jax.Array) -> tuple[jax.Array, Any]:
        """Return |g|^2 and g itself: the gradients of scale and bias, each (B, C) or None."""
        between = tuple(range(1, d.ndim - 1))
        scale = jnp.sum(self.standardised(layer, x) * d, axis=between) if layer.use_scale else None
        bias = jnp.sum(d, axis=between) if layer.use_bias else None
        square = sum((jnp.sum(jnp.square(g), axis=1) for g in (scale, bias) if g is not None), jnp.zeros_like(d, shape=d.shape[:1]))
        return square, (scale, bias)

    def perturbed(
        self, layer: Any, route: Route, call: Callable[[jax.Array], jax.Array], x: jax.Array, summary: Any, c: jax.Array
    ) -> jax.Array:
        """Return (scale + c g_scale) u + bias + c g_bias."""
        scale, bias = (None if g is None else across(c, g).reshape(g.shape[0], *(1,) * (x.ndim - 2), -1) for g in summary)
        y = call(x)
        if scale is not None:
            y = y + scale * self.standardised(layer, x)
        return y if bias is None else y + bias
