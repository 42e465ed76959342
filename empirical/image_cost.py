"""What training a network takes: operations counted from its layers, and seconds from a second of such work measured here."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from empirical.data.source import kind
from empirical.experiment import Cost, Profile, Setup
from empirical.image_arms import BASES, Arm
from empirical.layers import layers_of
from empirical.models import MODELS

ArmsOf = Callable[[Profile], Mapping[str, Arm]]
PASSES = {"sgd": 3.0, "penalty": 4.0, "n-sam": 6.0, "m-sam": 6.0, "l-sam": 6.0, "j-sam": 6.0, "1-sam": 6.0}
"""Forward passes that a step's work amounts to: one forward and two backward, and the same again at perturbed weights."""
PROBED = 4.0
"""Likewise for what probes find out of a training point: two passes forward and two backward, without weight gradients."""
TRAIN, TEST, SIDE = 50_000, 10_000, 32
"""Images of CIFAR-10, which the plan reckons with, and their pixels a side."""
MEASURED_S = 1.0
ACTIVATIONS = 4
"""Copies of a batch's activations that are alive at once in a step of 1-SAM (values and derivatives of either pass)."""
BASE_MIB = 600.0
"""Python, JAX and its compiler, before any array."""


class Work(NamedTuple):
    """One network: operations of its whole training, bytes that it holds at once."""

    flops: float
    memory: float


@lru_cache
def forward(model: str, width: int | None, side: int, classes: int = 10) -> tuple[float, int, int]:
    """Return of one example on its way through the network: operations, entries of all layers' outputs, and the number of weights."""
    made = MODELS[model](classes=classes, **({} if width is None else {"width": width}))
    inputs = jax.ShapeDtypeStruct((1, side, side, 3), jnp.float32)
    params = jax.eval_shape(made.init, jax.random.key(0), inputs)["params"]
    layers = layers_of(made, params, inputs)  # pyright: ignore[reportArgumentType] - shapes are enough
    flops, entries = 0.0, 0
    for path, layer in layers.items():
        own: Any = params
        for key in path:
            own = own[key]
        places = math.prod(layer.output.shape[1:-1])
        flops += sum(2.0 * places * math.prod(leaf.shape) for leaf in jax.tree.leaves(own))
        entries += math.prod(layer.output.shape)
    return flops, entries, sum(math.prod(leaf.shape) for leaf in jax.tree.leaves(params))


def work(arm: Arm) -> Work:
    """Return what one network of an arm takes."""
    side, sample = SIDE // arm.sample.shrink, arm.sample
    flops, entries, weights = forward(arm.model, arm.width, side)
    train, test = sample.train or TRAIN - sample.held_out, sample.test or TEST
    looked = PROBED * min(arm.probed or train, train) + test + sample.held_out
    state = weights * (3 + (arm.momentum > 0)) * (arm.batch / arm.shard if arm.shard else 1)
    memory = 4.0 * (state + ACTIVATIONS * entries * max(arm.batch, arm.chunk)) + 3.0 * side**2 * (train + test + sample.held_out)
    return Work(arm.epochs * flops * (PASSES[arm.method] * train + looked), memory)


@lru_cache
def speed(model: str, width: int | None, side: int, batch: int) -> float:
    """Return the operations a second that this machine reached in one second of forward and backward passes."""
    made = MODELS[model](**({} if width is None else {"width": width}))
    inputs = jnp.zeros((batch, side, side, 3))
    params = made.init(jax.random.key(0), inputs)["params"]
    step = jax.jit(jax.grad(lambda p: jnp.sum(jnp.square(made.apply({"params": p}, inputs)))))  # pyright: ignore[reportArgumentType]
    jax.block_until_ready(step(params))
    count, began = 0, time.perf_counter()
    while time.perf_counter() < began + MEASURED_S:
        jax.block_until_ready(step(params))
        count += 1
    return PASSES["sgd"] * forward(model, width, side)[0] * batch * count / (time.perf_counter() - began)


def seconds(arm: Arm) -> float:
    """Return the expected seconds of one network of an arm on all of this machine."""
    return work(arm).flops / speed(arm.model, arm.width, SIDE // arm.sample.shrink, arm.batch)


def cost(arms_of: ArmsOf, seeds: int, kinds: tuple[str, ...] = ("cifar-10", "folders")) -> Callable[[Setup], Cost]:
    """Return the cost of a sweep over images, or why it cannot run; its parts are the networks, which experiments share."""

    def of(setup: Setup) -> Cost:
        if setup.profile not in BASES:
            return Cost(0.0, 0.0, missing="it takes --profile pocket (reduced) or paper, and images with --data")
        arms = arms_of(setup.profile)
        parts: dict[str, float] = {}
        for arm in arms.values():
            for seed in range(setup.seeds or seeds):
                parts |= {f"{arm.settings(seed, column)} on {arm.sample}": seconds(arm) for column in range(arm.columns)}
        missing = ""
        if setup.data is None:
            missing = "no images: give a folder with --data"
        elif (found := kind(setup.data)) not in kinds:
            missing = f"it takes {' or '.join(kinds)}, and --data holds {found}"
        memory = BASE_MIB + max(work(arm).memory for arm in arms.values()) / 2**20
        return Cost(seconds=sum(parts.values()), memory_mib=memory, missing=missing, parts=parts)

    return of
