"""Passes of a model over a batch, forward and backward, in which every product of a lazy parameter may be replaced.

A zero added to each product's output makes the backward pass return d, the gradient in that output, instead of a gradient in the weight
for each example. Formed parameters have a copy for each example, and the backward pass returns the gradient in each copy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from empirical.methods.interpreter import Batched, Lazy, Meet, Met, interpret
from empirical.methods.losses import Loss, values_and_cotangents
from empirical.methods.program import Program
from empirical.methods.rules import table
from empirical.methods.rules.rule import across
from empirical.methods.switch import root, wide, widened
from empirical.methods.varying import Axes, vary

ByLeaf = dict[int, Any]  # by the number of a parameter


class Slopes(NamedTuple):
    """What a backward pass returns.

    leaves    the gradient in each parameter, summed over examples
    outputs   the gradient in the output of each product of a lazy parameter, (B, ...)
    copies    the gradient in each example's copy of a formed parameter, (B, ...)
    """

    leaves: list[jax.Array]
    outputs: ByLeaf
    copies: ByLeaf


class Pass(NamedTuple):
    """One pass over a batch, forward and backward. Under `jax.jit`, what the caller does not use is not computed.

    outputs, losses, cotangents    (B, ...), (B,), (B, ...); outputs and cotangents are pytrees as the model's outputs are
    met                            the x and w of each product of a lazy parameter
    pull                           cotangents (B, ...) -> slopes
    """

    outputs: Any
    losses: jax.Array
    cotangents: Any
    met: Met
    pull: Callable[[Any], Slopes]


@dataclass(frozen=True)
class Batch:
    """A batch on its way through a program: parameters and inputs as lists of arrays, targets as the loss takes them."""

    program: Program
    loss: Loss
    leaves: list[jax.Array]
    inputs: list[jax.Array]
    targets: Any
    size: int
    axes: Axes  # over which all values vary

    def zeros(self, shape: tuple[int, ...], dtype: Any) -> jax.Array:
        """Return zeros for each example."""
        return vary(jnp.zeros((self.size, *shape), dtype), self.axes)

    def plainly(self, leaf: int, x: jax.Array, w: jax.Array) -> jax.Array:
        """Return the product of a lazy parameter with each example, at w."""
        return self.program.products[leaf].plain(x, w)


def run(batch: Batch, meet: Meet, shifts: ByLeaf | None = None) -> Pass:
    """Return a pass in which each lazy parameter meets the examples by `meet` and each formed one has a shifted copy for each example."""
    program, leaves = batch.program, batch.program.shapes
    added = {leaf: batch.zeros(product.output.shape, product.output.dtype) for leaf, product in program.products.items()}
    if shifts is None:
        shifts = {leaf: batch.zeros(leaves[leaf].shape, leaves[leaf].dtype) for leaf in program.fates.formed}

    def forward(values: list[jax.Array], added: ByLeaf, copies: ByLeaf) -> tuple[Any, Met]:
        parameters = [
            Lazy(value, leaf) if leaf in added else Batched(value[None] + copies[leaf]) if leaf in copies else value
            for leaf, value in enumerate(values)
        ]

        def tapped(leaf: int, x: jax.Array, w: jax.Array) -> jax.Array:
            return meet(leaf, x, w) + added[leaf]

        return evaluate(batch, parameters, tapped)

    outputs, pull, met = jax.vjp(forward, batch.leaves, added, shifts, has_aux=True)
    losses, cotangents = values_and_cotangents(batch.loss, outputs, batch.targets)
    return Pass(outputs, losses, cotangents, met, lambda cotangents: Slopes(*pull(cotangents)))


def evaluate(batch: Batch, parameters: list[Any], meet: Meet) -> tuple[Any, Met]:
    """Return the outputs of the batch for parameters each of which is lazy, batched or plain, and what met."""
    program = batch.program
    examples = [Batched(value) for value in batch.inputs]
    outputs, met = interpret(program.closed.jaxpr, program.closed.consts, [*parameters, *examples], meet)
    whole = [value.array if isinstance(value, Batched) else jnp.broadcast_to(value, (batch.size, *value.shape)) for value in outputs]
    return jax.tree.unflatten(program.outputs, whole), met


def shared_pass(batch: Batch) -> Pass:
    """Return the pass at w of plain SGD: all examples share every parameter, and its slopes are the gradient in the parameters alone.

    Products are computed as in the other methods, so that on a processor strided convolutions go by phases here, too.
    """

    def forward(values: list[jax.Array]) -> Any:
        parameters = [Lazy(value, leaf) if leaf in batch.program.products else value for leaf, value in enumerate(values)]
        return evaluate(batch, parameters, batch.plainly)[0]

    outputs, pull = jax.vjp(forward, batch.leaves)
    losses, cotangents = values_and_cotangents(batch.loss, outputs, batch.targets)
    return Pass(outputs, losses, cotangents, {}, lambda cotangents: Slopes(pull(cotangents)[0], {}, {}))


def plain_pass(batch: Batch) -> Pass:
    """Return the pass at w."""
    return run(batch, batch.plainly)


def perturbed_pass(batch: Batch, summaries: ByLeaf, c: jax.Array) -> Pass:
    """Return the pass at w + c_i g_i for each example i, with c (B,); the derivative in the parameters holds epsilon fixed."""
    program = batch.program

    def meet(leaf: int, x: jax.Array, w: jax.Array) -> jax.Array:
        return program.products[leaf].perturbed(program.routes[leaf], x, w, summaries[leaf], c)

    moved = {leaf: table.FORMED.moved(program.names[leaf], summaries[leaf], c) for leaf in program.fates.formed}
    return run(batch, meet, {leaf: shift.astype(program.shapes[leaf].dtype) for leaf, shift in moved.items()})


def gradient_norms(batch: Batch, met: Met, slopes: Slopes) -> tuple[jax.Array, ByLeaf]:
    """Return |g_i| (B,) from what met in each product and the slopes, and the summaries of the g_i."""
    program = batch.program
    square: jax.Array = batch.zeros((), wide(*program.shapes))
    summaries: ByLeaf = {}
    for leaf, product in program.products.items():
        share, summaries[leaf] = product.summarise(program.routes[leaf], met[leaf][0], slopes.outputs[leaf])
        square = square + share.astype(square.dtype)
    for leaf in program.fates.formed:
        share, summaries[leaf] = table.FORMED.summarise(program.names[leaf], slopes.copies[leaf])
        square = square + share.astype(square.dtype)
    return root(square), summaries


def scaled(slopes: Slopes, factors: jax.Array) -> Slopes:
    """Return slopes with the values of each example multiplied by its factor (B,); the sums over examples are left as they are."""

    def times(values: ByLeaf) -> ByLeaf:
        return {leaf: across(factors, widened(value)).astype(value.dtype) for leaf, value in values.items()}

    return Slopes(slopes.leaves, times(slopes.outputs), times(slopes.copies))
