"""What each route costs on this device, layer by layer: the first pass's summary and the second pass's product with its derivatives."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from empirical.bench.bench_results import RouteTimes
from empirical.methods.program import Program
from empirical.methods.rules.rule import Product, Route

REPEATS, SHUFFLES = 10, 5
LARGEST = 2**31  # entries that a route may hold; more, 8 GiB of float32, are not tried


def shapes(program: Program, leaf: int) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Return the shapes of a lazy parameter, of its input and of its output, without an axis of examples."""
    product: Any = program.products[leaf]
    return product.weight, product.input, tuple(product.output.shape)


def measured(program: Program, batch: int, seed: int) -> list[RouteTimes]:
    """Return the seconds of every route of every product of unlike shapes, in random order; each the median of several times."""
    first: dict[Any, int] = {}
    count: dict[Any, int] = {}
    for leaf, product in program.products.items():
        if hasattr(product, "weight") and hasattr(product, "input"):
            key = (product.kind, *shapes(program, leaf), getattr(product, "geometry", None))
            first.setdefault(key, leaf)
            count[key] = count.get(key, 0) + 1
    rows: list[RouteTimes] = []
    for key, leaf in first.items():
        product = program.products[leaf]
        routes: list[Route] = [route for route in product.costs() if batch * product.memory(route) < LARGEST]
        seconds = timed(product, routes, batch, seed)
        weight, inputs, outputs = shapes(program, leaf)
        rows.append(
            RouteTimes(
                layer=program.names[leaf],
                layers=count[key],
                weight=list(weight),
                inputs=list(inputs),
                outputs=list(outputs),
                taken=program.routes[leaf],
                seconds=seconds,
            )
        )
    return rows


def timed(product: Product, routes: Sequence[Route], batch: int, seed: int) -> dict[str, float]:
    """Return the median seconds of each route of a product."""
    of_product: Any = product
    keys = jax.random.split(jax.random.key(seed), 5)
    dtype = product.output.dtype
    w = jax.random.normal(keys[0], of_product.weight, dtype) / math.sqrt(math.prod(of_product.weight[:-1]))
    x, moved = (jax.random.normal(key, (batch, *of_product.input), dtype) for key in keys[1:3])
    d, later = (jax.random.normal(key, (batch, *product.output.shape), dtype) for key in keys[3:])
    c = jnp.full((batch,), 1e-3, jnp.float32)

    def compiled(route: Route) -> Any:
        def passes(x: jax.Array, moved: jax.Array, w: jax.Array, d: jax.Array, later: jax.Array, c: jax.Array) -> Any:
            square, summary = product.summarise(route, x, d)
            y, pull = jax.vjp(lambda w, x: product.perturbed(route, x, w, summary, c), w, moved)
            return square, y, pull(later)

        program = jax.jit(passes).lower(x, moved, w, d, later, c).compile()
        jax.block_until_ready(program(x, moved, w, d, later, c))
        return program

    programs = {route: compiled(route) for route in routes}
    order, seconds = np.random.default_rng(seed), {route: list[float]() for route in routes}
    for _ in range(SHUFFLES):
        for place in order.permutation(len(routes)):
            start, result = time.perf_counter(), None
            for _ in range(REPEATS):
                result = programs[routes[place]](x, moved, w, d, later, c)
            jax.block_until_ready(result)
            seconds[routes[place]].append((time.perf_counter() - start) / REPEATS)
    return {route: float(np.median(values)) for route, values in seconds.items()}
