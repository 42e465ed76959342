"""The workloads of the benchmark: on processors the paper's two, and three of other kinds; on a GPU ResNet18 as the paper trains it.

Images and tables are random: the time of a step does not depend on them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import flax.linen as nn
import jax
import jax.numpy as jnp

from empirical.methods.bfloat16 import Precision
from empirical.training.models import MLP2, ResNet18

CLASSES = 10
CATEGORIES, COLUMNS, NUMBERS = 1000, 20, 16
Inputs = Callable[[jax.Array, int], Any]
"""(key, B) -> a batch of B inputs."""


def images(key: jax.Array, batch: int) -> jax.Array:
    """Return random images, (B, 32, 32, 3)."""
    return jax.random.normal(key, (batch, 32, 32, 3), jnp.float32)


def rows(key: jax.Array, batch: int) -> dict[str, jax.Array]:
    """Return random rows of a table: `numbers` (B, NUMBERS), and `categories` (B, COLUMNS), each below CATEGORIES."""
    numbers, categories = jax.random.split(key)
    return {
        "numbers": jax.random.normal(numbers, (batch, NUMBERS), jnp.float32),
        "categories": jax.random.randint(categories, (batch, COLUMNS), 0, CATEGORIES, jnp.int32),
    }


class ViT(nn.Module):
    """A vision transformer on 64 patches of 4 x 4 pixels, with learned positions."""

    width: int = 96
    depth: int = 4
    heads: int = 4

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        """Return the logits (B, CLASSES) of images (B, 32, 32, 3)."""
        x = nn.Conv(self.width, (4, 4), strides=(4, 4))(x)
        x = x.reshape(x.shape[0], -1, self.width)
        x = x + self.param("position", nn.initializers.normal(0.02), (1, *x.shape[1:]))
        for _ in range(self.depth):
            x = x + nn.MultiHeadDotProductAttention(self.heads)(nn.LayerNorm()(x))
            x = x + nn.Dense(self.width)(nn.gelu(nn.Dense(2 * self.width)(nn.LayerNorm()(x))))
        return nn.Dense(CLASSES)(nn.LayerNorm()(x).mean(1))


class Table(nn.Module):
    """An MLP on rows of a table: one embedding for all columns of categories, beside the numbers; 2.6 million parameters."""

    embedding: int = 64
    widths: tuple[int, ...] = (768, 384)

    @nn.compact
    def __call__(self, row: dict[str, jax.Array]) -> jax.Array:
        """Return the logits (B, CLASSES) of rows of a table."""
        columns = row["categories"] + CATEGORIES * jnp.arange(COLUMNS, dtype=jnp.int32)[None]
        embedded = nn.Embed(CATEGORIES * COLUMNS, self.embedding)(columns)
        x = jnp.concatenate([embedded.reshape(embedded.shape[0], -1), row["numbers"]], axis=1)
        for width in self.widths:
            x = nn.relu(nn.Dense(width)(x))
        return nn.Dense(CLASSES)(x)


class Strided(nn.Module):
    """A convolutional network without pooling: strided convolutions of 5 x 5 pixels."""

    widths: tuple[int, ...] = (32, 64, 128)

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        """Return the logits (B, CLASSES) of images (B, 32, 32, 3)."""
        for width in self.widths:
            x = nn.relu(nn.Conv(width, (5, 5), strides=(2, 2))(x))
        return nn.Dense(CLASSES)(x.mean((1, 2)))


@dataclass(frozen=True)
class Workload:
    """A model and the batch on which it is timed.

    says       the model, in a sentence
    rounds     how many rounds are timed where the call does not say
    bound      the most that 1-SAM may cost, in steps of SGD
    round_s    seconds of a round on two cores
    compile_s  seconds of all compilations there
    at_once    how many examples plain vmap takes at once in microbatches
    device     where it is timed
    precision  of the passes
    repeats    how many steps are timed together, where a step is so short that its start counts
    """

    says: str
    model: nn.Module
    batch: int
    rounds: int
    bound: float
    round_s: float
    compile_s: float
    inputs: Inputs = images
    at_once: int = 8
    device: Literal["cpu", "gpu"] = "cpu"
    precision: Precision = "float32"
    repeats: int = 1


WORKLOADS = {
    "2nn": Workload("the 2NN of width 500", MLP2(), 128, 200, 1.1, round_s=0.6, compile_s=7.0, repeats=10),
    "resnet18": Workload("ResNet18 of width 64", ResNet18(), 16, 15, 1.6, round_s=35.0, compile_s=175.0),
    "vit": Workload("a vision transformer of width 96 on 64 patches", ViT(), 32, 40, 2.0, round_s=2.0, compile_s=140.0),
    "table": Workload("an MLP with embeddings, of 2.6 million weights", Table(), 128, 100, 1.5, round_s=1.5, compile_s=20.0, inputs=rows),
    "strided": Workload("a network of strided 5x5 convolutions", Strided(), 32, 100, 1.8, round_s=1.0, compile_s=25.0),
    "resnet18-gpu": Workload(
        "ResNet18 of width 64 in float32 on a GPU", ResNet18(), 128, 30, 2.0, round_s=2.0, compile_s=150.0, device="gpu", repeats=10
    ),
    "resnet18-gpu-bfloat16": Workload(
        "ResNet18 of width 64 in bfloat16 on a GPU",
        ResNet18(),
        128,
        30,
        2.2,
        round_s=2.0,
        compile_s=150.0,
        device="gpu",
        precision="bfloat16",
        repeats=10,
    ),
}


def of_device(device: str) -> tuple[str, ...]:
    """Return the names of the workloads that are timed on such a device where none is named: those in float32.

    The compiler of JAX 0.11.2 does not end on 1-SAM in bfloat16 on a GPU, and what was timed before it would be lost.
    """
    return tuple(name for name, work in WORKLOADS.items() if (work.device, work.precision) == (device, "float32"))
