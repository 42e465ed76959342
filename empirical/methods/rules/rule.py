"""What a rule knows about one kind of layer, so that 1-SAM needs no per-example weights.

Notation of one layer and one example: input x, output y (linear in the layer's weights), and d, the gradient of the
example's loss in y. The gradient in the weights, g, is a function of (x, d) alone. The first pass *summarises*: it
returns |g|^2 and what the second pass needs to know of g. The second pass returns the output at the weights w + c g, on the
input x' that the layers below now give, in such a way that its derivative in w is the one at w + c g held fixed.

A *route* says how. "gram": g is never formed; inner products of inputs stand for it. "materialised": g is formed for every
example, for this layer only. Which is cheaper depends on the layer's shape, and `cost` tells.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Protocol

import flax.linen as nn
import jax

Route = Literal["gram", "materialised"]
ROUTES: tuple[Route, ...] = ("gram", "materialised")
Shape = tuple[int, ...]


class Rule(Protocol):
    """The rule of one kind of layer. All arrays have the examples on their first axis, B of them."""

    def parameters(self, layer: Any) -> tuple[str, ...]:
        """Return the names of the layer's parameters, all of which the rule takes into account."""
        ...

    def refusal(self, layer: Any, x: Shape) -> str | None:
        """Return why a layer with this setting or input shape is not handled, or None where it is."""
        ...

    def cost(self, layer: Any, x: Shape, y: Shape) -> dict[Route, float]:
        """Return, for each route the rule has, the multiplications for one example that SGD without weight gradient does not need."""
        ...

    def summarise(self, layer: nn.Module, route: Route, x: jax.Array, d: jax.Array) -> tuple[jax.Array, Any]:
        """Return the squared norms |g|^2, shape (B,), and the summary that `perturbed` takes."""
        ...

    def perturbed(
        self, layer: nn.Module, route: Route, call: Callable[[jax.Array], jax.Array], x: jax.Array, summary: Any, c: jax.Array
    ) -> jax.Array:
        """Return the output at w + c g, c (B,), on the input x.

        `call` is the layer itself, at w, to be called at most once; `layer` is bound to its weights.
        """
        ...


def across(c: jax.Array, values: jax.Array) -> jax.Array:
    """Return c (B,) times values (B, ...), example by example."""
    return c.reshape(-1, *(1,) * (values.ndim - 1)) * values
