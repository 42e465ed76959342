"""Rules that are nearly right: what the rule of a product might get wrong. A check of the per-example route must see each of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from empirical.methods.rules import table
from empirical.methods.rules.rule import Product, Route, across


class Skips:
    """A rule that leaves its parameters unperturbed: all of them, or those whose name begins so."""

    def __init__(self, only: str = "") -> None:
        self.only = only

    def perturbed(self, right: Product, route: Route, x: jax.Array, w: jax.Array, summary: Any, c: jax.Array) -> jax.Array:
        """Return the output at w."""
        if right.name.startswith(self.only):
            return right.plain(x, w)
        return right.perturbed(route, x, w, summary, c)

    def moved(self, right: Any, name: str, g: jax.Array, c: jax.Array) -> jax.Array:
        """Return no shift."""
        return jnp.zeros_like(g) if name.startswith(self.only) else right.moved(name, g, c)


class Doubles:
    """A rule that counts its parameters twice in the squared norm."""

    def summarise(self, right: Any, *seen: Any) -> tuple[jax.Array, Any]:
        """Return twice the share of the squared norm."""
        square, summary = right.summarise(*seen)
        return 2 * square, summary


class Forgets:
    """A rule of formed parameters whose norm leaves out the parameters of one name."""

    def __init__(self, last: str) -> None:
        self.last = last

    def summarise(self, right: Any, name: str, g: jax.Array) -> tuple[jax.Array, Any]:
        """Return the share of the squared norm, 0 for parameters of that name."""
        square, summary = right.summarise(name, g)
        return (jnp.zeros_like(square) if name.endswith(self.last) else square), summary


class TakesTheBatchNorm:
    """A rule whose squared norm is the mean over the batch."""

    def summarise(self, right: Any, *seen: Any) -> tuple[jax.Array, Any]:
        """Return the same share for all examples."""
        square, summary = right.summarise(*seen)
        return jnp.full_like(square, square.mean()), summary


class MixesExamples:
    """A rule that gives each example the epsilon of its neighbour."""

    def perturbed(self, right: Product, route: Route, x: jax.Array, w: jax.Array, summary: Any, c: jax.Array) -> jax.Array:
        """Return the output at w + c_i g_{i-1}."""
        return right.perturbed(route, x, w, jax.tree.map(lambda v: jnp.roll(v, 1, axis=0), summary), c)

    def moved(self, right: Any, name: str, g: jax.Array, c: jax.Array) -> jax.Array:
        """Return the shift c_i g_{i-1}."""
        return right.moved(name, jnp.roll(g, 1, axis=0), c)


class Moves:
    """A rule that lets the derivative run through epsilon, as if it were not held fixed: here, scaled by 1 + c."""

    def perturbed(self, right: Product, route: Route, x: jax.Array, w: jax.Array, summary: Any, c: jax.Array) -> jax.Array:
        """Return the right output with a wrong derivative."""
        y = right.perturbed(route, x, w, summary, c)
        extra = across(c, right.plain(x, w))
        return y + extra - jax.lax.stop_gradient(extra)


class Wrong:
    """A rule in which the methods of a near miss replace the methods of the right rule."""

    def __init__(self, right: Any, miss: Any) -> None:
        self.right, self.miss = right, miss

    def __getattr__(self, name: str) -> Any:
        if hasattr(self.miss, name):
            return lambda *arguments: getattr(self.miss, name)(self.right, *arguments)
        return getattr(self.right, name)


class NearMiss(NamedTuple):
    """One thing done wrong in one kind of product, or in formed parameters, on one route."""

    change: str
    kind: str
    rule: Any
    route: Route

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Have every product of this kind that is looked up meanwhile follow the wrong rule."""
        rules, formed = dict(table.RULES), table.FORMED
        if self.kind == FORMED:
            table.FORMED = Wrong(formed, self.rule)  # it hands on what the right rule has
        else:
            table.RULES[self.kind] = lambda *product: Wrong(rules[self.kind](*product), self.rule)  # pyright: ignore[reportArgumentType]
        try:
            yield
        finally:
            table.RULES.update(rules)
            table.FORMED = formed


FORMED = "formed"
KINDS = {"dot_general": "products", "conv_general_dilated": "convolutions", FORMED: "formed parameters"}
MISSES = (
    *[NearMiss(f"epsilon missing on all {name}", kind, Skips(), "gram") for kind, name in KINDS.items()],
    *[NearMiss(f"{name} counted twice in the norm", kind, Doubles(), "gram") for kind, name in KINDS.items()],
    *[NearMiss(f"{name} with the batch's share of the norm", kind, TakesTheBatchNorm(), "gram") for kind, name in KINDS.items()],
    *[NearMiss(f"{name} with the neighbour's epsilon", kind, MixesExamples(), "materialised") for kind, name in KINDS.items()],
    NearMiss("norm without biases", FORMED, Forgets("bias"), "materialised"),
    NearMiss("norm without scales", FORMED, Forgets("scale"), "gram"),
    NearMiss("products with an epsilon that is not held fixed", "dot_general", Moves(), "gram"),
)
