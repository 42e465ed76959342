"""A model traced for one example, with the fate of each of its parameters and the route of each lazy one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax.extend.core import ClosedJaxpr  # pyright: ignore[reportPrivateImportUsage] - public, but JAX 0.12 marks it badly

from empirical.methods.leaves import Fates, fates
from empirical.methods.model import OneExample
from empirical.methods.rules.rule import ROUTES, Product, Route
from empirical.methods.switch import Params
from empirical.methods.varying import Axes


@dataclass(frozen=True)
class Program:
    """The equations of one example; the parameters come first among their inputs, then the example."""

    closed: ClosedJaxpr
    outputs: Any  # the structure of the outputs
    names: tuple[str, ...]  # of the parameters
    paths: tuple[tuple[str, ...], ...]
    shapes: tuple[jax.ShapeDtypeStruct, ...]
    fates: Fates
    routes: dict[int, Route]  # of the lazy parameters

    @property
    def products(self) -> dict[int, Product]:
        """The products of the lazy parameters, in the order in which the model meets them."""
        return self.fates.products

    def last_layer(self) -> tuple[int, list[int]]:
        """Return the parameter of the last product, and all parameters that stand beside it in the pytree, itself among them."""
        if not self.products:
            raise ValueError("the model must have a product of a parameter with the example, in which it would have its last layer")
        last = list(self.products)[-1]
        return last, [leaf for leaf, path in enumerate(self.paths) if path[:-1] == self.paths[last][:-1]]


def trace(model: OneExample, params: Params, inputs: Any, axes: Axes = frozenset(), force: Route | None = None) -> Program:
    """Return the program of a model for parameters and inputs (B, ...), which may be given as shapes; nothing is computed.

    `force` takes one route for every product that has it, in place of the cheapest.
    """
    if force is not None and force not in ROUTES:
        raise ValueError(f"a route is one of {', '.join(ROUTES)}, or None for the cheapest, got {force!r}")
    with_paths, tree = jax.tree_util.tree_flatten_with_path(params)
    paths = tuple(tuple(jax.tree_util.keystr((key,), simple=True) for key in path) for path, _ in with_paths)
    shapes = tuple(jax.ShapeDtypeStruct(leaf.shape, leaf.dtype) for _, leaf in with_paths)
    # A description cannot tell over which mesh axes an array varies; the array itself can.
    leaves = [leaf for _, leaf in with_paths] if axes else list(shapes)
    example = jax.tree.map(lambda leaf: leaf[0] if axes else jax.ShapeDtypeStruct(leaf.shape[1:], leaf.dtype), inputs)

    def flat(leaves: list[Any], example: Any) -> Any:
        return jax.tree.map(jnp.asarray, model(jax.tree.unflatten(tree, leaves), example))

    closed, outputs = jax.make_jaxpr(flat, return_shape=True)(leaves, example)
    names = tuple("/".join(path) or "the only parameter" for path in paths)
    fate = fates(closed.jaxpr, names, len(jax.tree.leaves(example)))
    routes: dict[int, Route] = {leaf: cheapest(product, force) for leaf, product in fate.products.items()}
    return Program(closed, jax.tree.structure(outputs), names, paths, shapes, fate, routes)


def cheapest(product: Product, force: Route | None) -> Route:
    """Return the cheapest route of a product, or `force` where the product has it."""
    costs = product.costs()
    return force if force is not None and force in costs else min(costs, key=costs.__getitem__)
