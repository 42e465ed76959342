"""Rules that are nearly right: what a layer's rule might get wrong. A check of the per-example route must see each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import flax.linen as nn
import jax
import jax.numpy as jnp

from empirical.methods.rules import table
from empirical.methods.rules.rule import Route, Rule, across

Call = Callable[[jax.Array], jax.Array]


class Skips:
    """A rule that leaves its layers unperturbed: all of them, or the one of that name."""

    def __init__(self, only: str = "") -> None:
        self.only = only

    def perturbed(self, rule: Rule, layer: nn.Module, route: Route, call: Call, x: jax.Array, summary: Any, c: jax.Array) -> jax.Array:
        """Return the output at w."""
        if self.only in ("", layer.path[-1]):
            return call(x)
        return rule.perturbed(layer, route, call, x, summary, c)


class Doubles:
    """A rule that counts its layer twice in the squared norm."""

    def summarise(self, rule: Rule, layer: nn.Module, route: Route, x: jax.Array, d: jax.Array) -> tuple[jax.Array, Any]:
        """Return twice the share of the squared norm."""
        square, summary = rule.summarise(layer, route, x, d)
        return 2 * square, summary


class ForgetsTheBias:
    """A rule whose norm leaves the bias out; for layers that have one."""

    def summarise(self, rule: Rule, layer: nn.Module, route: Route, x: jax.Array, d: jax.Array) -> tuple[jax.Array, Any]:
        """Return the share of the squared norm without the bias."""
        square, summary = rule.summarise(layer, route, x, d)
        return square - jnp.sum(jnp.square(d.reshape(d.shape[0], -1, d.shape[-1]).sum(1)), axis=1), summary


class TakesTheBatchNorm:
    """A rule whose squared norm is the mean over the batch."""

    def summarise(self, rule: Rule, layer: nn.Module, route: Route, x: jax.Array, d: jax.Array) -> tuple[jax.Array, Any]:
        """Return the same share for all examples."""
        square, summary = rule.summarise(layer, route, x, d)
        return jnp.full_like(square, square.mean()), summary


class MixesExamples:
    """A rule that gives each example the epsilon of its neighbour."""

    def perturbed(self, rule: Rule, layer: nn.Module, route: Route, call: Call, x: jax.Array, summary: Any, c: jax.Array) -> jax.Array:
        """Return the output at w + c_i g_{i-1}."""
        return rule.perturbed(layer, route, call, x, jax.tree.map(lambda v: jnp.roll(v, 1, axis=0), summary), c)


class Moves:
    """A rule that lets the derivative run through epsilon, as if it were not held fixed: here, scaled by 1 + c."""

    def perturbed(self, rule: Rule, layer: nn.Module, route: Route, call: Call, x: jax.Array, summary: Any, c: jax.Array) -> jax.Array:
        """Return the right output with a wrong derivative."""

        def scaled(v: jax.Array) -> jax.Array:
            y = call(v)
            return y + across(c, y) - jax.lax.stop_gradient(across(c, y))

        return rule.perturbed(layer, route, scaled, x, summary, c)


class Wrong:
    """A rule in which the methods of a near miss replace the methods of the right rule."""

    def __init__(self, rule: Rule, miss: Any) -> None:
        self.rule, self.miss = rule, miss

    def __getattr__(self, name: str) -> Any:
        if hasattr(self.miss, name):
            return lambda *arguments: getattr(self.miss, name)(self.rule, *arguments)
        return getattr(self.rule, name)


class NearMiss(NamedTuple):
    """One thing done wrong in one kind of layer, on one route."""

    change: str
    kind: type[nn.Module]
    rule: Any
    route: Route

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Have every layer of this kind that is looked up meanwhile follow the wrong rule."""
        right = table.RULES[self.kind]
        table.RULES[self.kind] = Wrong(right, self.rule)  # pyright: ignore[reportArgumentType] - a rule by what it hands on
        try:
            yield
        finally:
            table.RULES[self.kind] = right


KINDS = (nn.Dense, nn.Conv, nn.LayerNorm)
MISSES = (
    *[NearMiss(f"epsilon missing on every {kind.__name__}", kind, Skips(), "gram") for kind in KINDS],
    *[NearMiss(f"{kind.__name__} counted twice in the norm", kind, Doubles(), "gram") for kind in KINDS],
    *[NearMiss(f"{kind.__name__} with the batch's share of the norm", kind, TakesTheBatchNorm(), "gram") for kind in KINDS],
    *[NearMiss(f"{kind.__name__} with the neighbour's epsilon", kind, MixesExamples(), "materialised") for kind in KINDS],
    NearMiss("Dense without its bias in the norm", nn.Dense, ForgetsTheBias(), "materialised"),
    NearMiss("Conv without its bias in the norm", nn.Conv, ForgetsTheBias(), "gram"),
    NearMiss("LayerNorm without its bias in the norm", nn.LayerNorm, ForgetsTheBias(), "gram"),
    NearMiss("Dense with an epsilon that is not held fixed", nn.Dense, Moves(), "gram"),
)
