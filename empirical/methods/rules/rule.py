"""A rule's knowledge of the product in which examples meet one parameter, so that no example needs a copy of the weights.

Notation of one product and one example: input x, output y (linear in the parameter w), and d, the gradient of the example's loss in y.
The gradient in w, g, is a function of (x, d) alone. The first pass *summarises*: it returns |g|^2 and what the second pass needs to know
of g. The second pass returns the output at w + c g, on the input x' that the model now has there, in such a way that its derivative in w
is the one at w + c g held fixed.

A *route* says how. "gram": g is never formed; inner products of inputs stand for it. "materialised": g is formed for every example,
for this product only. "kernel": likewise, but by kernels of a GPU (`example_conv.py`). Which is cheapest depends on the shapes, and
`costs` tells.
"""

from __future__ import annotations

from typing import Any, Literal, Protocol

import jax

Route = Literal["gram", "kernel", "materialised"]
ROUTES: tuple[Route, ...] = ("gram", "kernel", "materialised")


class Product(Protocol):
    """One product of a parameter with each example. All arrays but w have the examples on their first axis, B of them."""

    kind: str
    name: str  # of the parameter
    output: jax.ShapeDtypeStruct  # of one example

    def costs(self) -> dict[Route, float]:
        """Return, for each route, the multiplications for one example that SGD without the gradient in w does not need."""
        ...

    def forward(self) -> float:
        """Return the multiplications of the product itself for one example."""
        ...

    def memory(self, route: Route) -> float:
        """Return the entries that a route holds for one example."""
        ...

    def plain(self, x: jax.Array, w: jax.Array) -> jax.Array:
        """Return the output at w; its derivative in w is summed over examples in one product."""
        ...

    def summarise(self, route: Route, x: jax.Array, d: jax.Array) -> tuple[jax.Array, Any]:
        """Return the squared norms |g|^2, shape (B,), in at least 32 bits, and the summary that `perturbed` takes."""
        ...

    def perturbed(self, route: Route, x: jax.Array, w: jax.Array, summary: Any, c: jax.Array) -> jax.Array:
        """Return the output at w + c g, c (B,), on the input x."""
        ...


def across(c: jax.Array, values: jax.Array) -> jax.Array:
    """Return c (B,) times values (B, ...), example by example."""
    return c.reshape(-1, *(1,) * (values.ndim - 1)) * values
