"""What becomes of each parameter of a model in 1-SAM, L-SAM and J-SAM, in text: lazy by which rule and route, or formed and why."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp

from empirical.methods.batches import check_params
from empirical.methods.model import Model, one_example
from empirical.methods.program import Program, trace
from empirical.methods.switch import Params, wide


def explain(model: Model, params: Params, example: Any, batch: int = 1) -> str:
    """Return a line for each parameter: its name and shape, its fate, and the bytes that a step holds for it beside SGD's.

    `example` is one input without an axis of examples, or its description; `batch` is the number of examples that bytes are counted for.
    Lazy parameters are never copied: "gram" holds inner products between positions, "materialised" the gradient of each example and
    unrolled inputs, "kernel", which needs a GPU, the gradient alone.
    Formed ones have a copy and a gradient for each example. Nothing is computed.
    """
    check_params(jax.tree.map(_described, params))
    inputs = jax.tree.map(lambda leaf: jax.ShapeDtypeStruct((1, *_described(leaf).shape), _described(leaf).dtype), example)
    program = trace(one_example(model), jax.tree.map(_described, params), inputs)
    held = [held_by(program, leaf) for leaf in range(len(program.names))]
    rows = [
        (name, str(shape.shape), fate(program, leaf), in_bytes(batch * held[leaf]))
        for leaf, (name, shape) in enumerate(zip(program.names, program.shapes, strict=True))
    ]
    rows.append(("together", "", f"{len(program.products)} lazy, {len(program.fates.formed)} formed", in_bytes(batch * sum(held))))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def fate(program: Program, leaf: int) -> str:
    """Return the fate of a parameter in words."""
    if leaf in program.products:
        return f"lazy: {program.products[leaf].kind}, {program.routes[leaf]}"
    if leaf in program.fates.formed:
        return f"formed: it {program.fates.formed[leaf]}"
    return "not used"


def held_by(program: Program, leaf: int) -> float:
    """Return the bytes that a step of 1-SAM holds for a parameter and one example, beside those of SGD."""
    shape = program.shapes[leaf]
    if leaf in program.products:
        product = program.products[leaf]
        return product.memory(program.routes[leaf]) * jnp.dtype(wide(product.output)).itemsize
    if leaf in program.fates.formed:
        return math.prod(shape.shape) * (shape.dtype.itemsize + jnp.dtype(wide(shape)).itemsize)
    return 0.0


def in_bytes(count: float) -> str:
    """Return a number of bytes with its unit."""
    for unit in ("B", "KiB", "MiB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} GiB"


def _described(leaf: Any) -> Any:
    """Return the shape and type of an array, of its description or of a number."""
    return leaf if isinstance(leaf, jax.ShapeDtypeStruct) else jax.ShapeDtypeStruct(jnp.shape(leaf), jnp.result_type(leaf))
