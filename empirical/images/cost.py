"""What training a network takes: operations counted from its layers, and seconds from a second of such work measured here.

Only matrix products are counted, as twice their multiplications; operations entry by entry are left out. If the forward pass of a layer
takes F operations, its weight gradient and its input gradient take F each, but the first layer needs no input gradient. A step of SGD is
these three parts. A step of 1-SAM, L-SAM or J-SAM adds a forward pass, input gradients and the operations of its rules (`Product.costs`).
Every other method takes two steps of SGD.
A test holds this to XLA's own count.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

import flax.linen as nn
import jax
import jax.numpy as jnp

from empirical.data.data_spec import CIFAR10, DataSpec
from empirical.images.arms import BASES, Arm
from empirical.images.sweep import count_of
from empirical.methods.model import one_example
from empirical.methods.program import trace
from empirical.report.experiment import Cost, Profile, Setup
from empirical.training.models import MODELS, STAGES, Block, ResNet18

ArmsOf = Callable[[Profile], Collection[Arm]]
ONE_BY_ONE = ("1-sam", "l-sam", "j-sam")
"""Methods with an epsilon for each example."""
SECOND_PASS = 1.9
"""How many times as long as one of SGD an operation of their second pass takes on an accelerator. On an NVIDIA H200 an epoch of the paper's
ResNet18, probes aside, took SGD 1.75 s for 1.67e14 operations and 1-SAM 4.65 s for 3.11e14."""


MEASURED_S = 0.5
UNMEASURED = 1e11
"""Operations a second where only proportions matter."""
SMALL, SIDE = 32, 32
"""Examples, and pixels a side, that convolutions are measured with on a CPU, or fewer."""
ACTIVATIONS = 4
"""Copies of a batch's activations that are alive at once in a step of 1-SAM (values and derivatives of either pass)."""
BASE_MIB = 600.0
"""Python, JAX and its compiler, before any array."""


class Counts(NamedTuple):
    """One example on its way through a network: operations forward, of input gradients, and of the rules' own; then numbers of entries.

    entries   of the outputs of all layers, those without a matrix product included
    weights   of all layers
    formed    weights whose gradient 1-SAM forms for every example
    """

    forward: float
    inward: float
    rules: float
    entries: int
    weights: int
    formed: int

    def step(self, method: str) -> float:
        """Return the operations of one example in a step of a method."""
        sgd = 2 * self.forward + self.inward
        if method in ONE_BY_ONE:
            return sgd + self.forward + self.inward + self.rules
        return sgd if method == "sgd" else 2 * sgd

    @property
    def probe(self) -> float:
        """Operations of the probes for one training point: two passes forward and backward, without weight gradients."""
        return 2 * (self.forward + self.inward) + self.rules


class Work(NamedTuple):
    """One network: operations of its whole training, bytes that it holds at once."""

    flops: float
    memory: float


def counted(made: nn.Module, shape: tuple[int, ...]) -> Counts:
    """Return the counts of a model for one input of a shape (H, W, C)."""
    inputs = jax.ShapeDtypeStruct((1, *shape), jnp.float32)
    params = jax.eval_shape(made.init, jax.random.key(0), inputs)["params"]
    program = trace(one_example(made), params, inputs)
    products = list(program.products.items())
    sizes = [math.prod(shape.shape) for shape in program.shapes]
    forward = [2.0 * product.forward() for _, product in products]
    rules = sum(2.0 * product.costs()[program.routes[leaf]] for leaf, product in products)
    lazy = {leaf for leaf, _ in products if program.routes[leaf] == "gram"}
    layers: dict[tuple[str, ...], int] = {}
    for leaf, entries in program.fates.entries.items():
        layer = program.paths[leaf][:-1]  # a weight and the bias beside it have one output
        layers[layer] = max(entries, layers.get(layer, 0))
    formed = sum(size for leaf, size in enumerate(sizes) if leaf not in lazy)
    return Counts(sum(forward), sum(forward[1:]), rules, sum(layers.values()), sum(sizes), formed)


def made_of(model: str, width: int | None, classes: int = 10) -> nn.Module:
    """Return a model of `MODELS`."""
    return MODELS[model](classes=classes, **({} if width is None else {"width": width}))


@lru_cache
def counts_of(model: str, width: int | None, side: int, classes: int) -> Counts:
    """Return the counts of a model for images of so many pixels a side."""
    return counted(made_of(model, width, classes), (side, side, 3))


def side_of(arm: Arm, data: DataSpec) -> int:
    """Return the pixels a side of the images that a network sees."""
    return (arm.sample.size or data.side) // arm.sample.shrink


def work(arm: Arm, data: DataSpec = CIFAR10) -> Work:
    """Return the operations and the memory that one network of an arm takes."""
    side, sample = side_of(arm, data), arm.sample
    counts = counts_of(arm.model, arm.width, side, data.classes)
    train, test = sample.train or data.train - sample.held_out, sample.test or data.test
    looked = counts.probe * min(arm.probed or train, train) + counts.forward * (test + sample.held_out)
    state = counts.weights * (3 + (arm.momentum > 0)) * (arm.batch / arm.shard if arm.shard else 1)
    own = 2 * counts.formed * arm.batch if arm.method in ONE_BY_ONE else 0
    activations = ACTIVATIONS * counts.entries * max(arm.batch, arm.chunk)
    images = 3.0 * side**2 * (train + test + sample.held_out)
    return Work(arm.epochs * (counts.step(arm.method) * train + looked), 4.0 * (state + own + activations) + images)


def slowness(arm: Arm, data: DataSpec = CIFAR10) -> float:
    """Return how many times as long as an operation of SGD one of an arm's training takes here, on average."""
    if arm.method not in ONE_BY_ONE or jax.default_backend() == "cpu":
        return 1.0
    whole, first = (work(taken, data).flops for taken in (arm, replace(arm, method="sgd")))
    return (first + SECOND_PASS * (whole - first)) / whole


def speed(model: str, width: int | None, side: int, batch: int) -> float:
    """Return the operations a second that this machine reached in half a second of steps of SGD, after compilation.

    A residual network is measured by one block of each stage, and on a CPU with few and small images, since the whole takes a minute to
    compile. Left out: that larger batches may be slower there, the second pass of SAM (`slowness`), probes, the drawing of batches, and
    compilation, up to minutes for each process.
    """
    made = made_of(model, width)
    if isinstance(made, ResNet18):
        width = made.width  # measured once, whether the default is named or not
        if jax.default_backend() == "cpu":
            side, batch = min(side, SIDE), min(batch, SMALL)
    return _measured(model, width, side, batch)


@lru_cache
def _measured(model: str, width: int | None, side: int, batch: int) -> float:
    made = made_of(model, width)
    if isinstance(made, ResNet18):
        stages = [(made.width * 2**stage, max(1, side // 2**stage)) for stage in range(STAGES)]
        parts = [(Block(channels, 1, made.norm_axes), (pixels, pixels, channels)) for channels, pixels in stages]
    else:
        parts = [(made, (side, side, 3))]
    flops, seconds = 0.0, 0.0
    for part, shape in parts:
        inner = part is not made  # a block has layers below it, which need the gradient in its input
        counts = counted(part, shape)
        flops += batch * (3 * counts.forward if inner else counts.step("sgd"))
        seconds += _seconds(part, jnp.zeros((batch, *shape), jnp.float32), inner, MEASURED_S / len(parts))
    return flops / seconds


def _seconds(made: nn.Module, inputs: jax.Array, inner: bool, least: float) -> float:
    """Return the seconds of one step of SGD, on average over at least so many seconds; `inner` takes the gradient in the inputs too."""
    shapes = jax.eval_shape(made.init, jax.random.key(0), inputs)["params"]
    params = jax.tree.map(lambda leaf: jnp.full(leaf.shape, 0.01, leaf.dtype), shapes)  # any numbers take as long

    def square(p: Any, x: jax.Array) -> jax.Array:
        return jnp.sum(jnp.square(made.apply({"params": p}, x)))  # pyright: ignore[reportArgumentType] - no collection is mutable

    program = jax.jit(jax.grad(square, argnums=(0, 1) if inner else 0))
    jax.block_until_ready(program(params, inputs))
    count, began = 0, time.perf_counter()
    while count == 0 or time.perf_counter() < began + least:
        jax.block_until_ready(program(params, inputs))
        count += 1
    return (time.perf_counter() - began) / count


def cost(arms_of: ArmsOf, seeds: int, data: DataSpec = CIFAR10) -> Callable[[Setup], Cost]:
    """Return the cost of a sweep over images, or why it cannot run; its parts are the networks, which experiments share.

    The seconds hold for this whole machine where the setup has them measured; elsewhere only their proportions mean something.
    """

    def of(setup: Setup) -> Cost:
        if setup.profile not in BASES:
            return Cost(0.0, 0.0, missing="it takes --profile pocket (reduced) or paper, and images with --data")
        parts: dict[str, float] = {}
        flops: dict[str, float] = {}
        arms = arms_of(setup.profile)
        for arm in arms:
            whole, rate = work(arm, data).flops, UNMEASURED
            operations = whole * min(setup.epochs or arm.epochs, arm.epochs) / arm.epochs
            slow = slowness(arm, data)
            if setup.measure:
                rate = speed(arm.model, arm.width, side_of(arm, data), arm.batch)
            for seed in range(count_of(setup, seeds)):
                names = [f"{arm.settings(seed, column)} on {arm.sample} of {data.kind}" for column in range(arm.columns)]
                flops |= dict.fromkeys(names, operations)
                parts |= dict.fromkeys(names, operations * slow / rate)
        memory = BASE_MIB + max(work(arm, data).memory for arm in arms) / 2**20
        return Cost(seconds=sum(parts.values()), memory_mib=memory, parts=parts, flops=flops)

    return of
