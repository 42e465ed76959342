"""The networks on which fast directions are compared with their definition: some fixed, some drawn, with the loss and routes of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import flax.linen as nn
import jax
import jax.numpy as jnp
from hypothesis import HealthCheck, Phase, given, seed, settings

import theory.same_draws  # noqa: F401 - for what it does to Hypothesis
from empirical.agreement.random_nets import Case, ConvSpec, Net, Plan, case_of, images, plain, plans
from empirical.methods.losses import Loss, cross_entropy, logistic, squared
from empirical.methods.model import network
from empirical.methods.named import J_SAM, L_SAM, N_SAM, ONE_SAM, SGD, m_sam
from empirical.methods.per_example import passes
from empirical.methods.rules.rule import Route
from empirical.methods.sharded import sharded
from empirical.methods.switch import Method, Params
from empirical.training.models import DLN, MLP2, Block

CORNERS = {"SGD": SGD, "L-SAM": L_SAM, "J-SAM": J_SAM, "1-SAM": ONE_SAM}
# The route "kernel" needs 16 channels or more, which none of these networks has; its tests have wider ones.
ALL_ROUTES: dict[str, Route | None] = {"cheapest": None, "gram": "gram", "materialised": "materialised"}


@dataclass(frozen=True)
class Subject:
    """A network in text, a first case of it, the loss, the routes to take through it, and whether to compare m-SAM and n-SAM too.

    Those two are computed alike for every network, so that those with much to compile leave them out.
    """

    name: str
    case: Case
    loss: Loss = cross_entropy
    routes: tuple[str, ...] = tuple(ALL_ROUTES)
    shards: bool = True

    @cached_property
    def ways(self) -> dict[str, Method]:
        """All methods by name; the shard of m-SAM is the largest that is smaller than the batch."""
        return CORNERS | self.sharded

    @property
    def sharded(self) -> dict[str, Method]:
        """Those whose shards may be larger than one example."""
        return {"m-SAM": m_sam(shard_of(self.case.inputs.shape[0])), "n-SAM": N_SAM} if self.shards else {}

    @cached_property
    def defined(self) -> Callable[[Case], Any]:
        """{method: mean gradient by the definition} of a case."""
        return self.case.compiled(lambda *at: {name: plain(self.case.model, way, self.loss)(*at) for name, way in self.ways.items()})

    @cached_property
    def fast(self) -> Callable[[Case], Any]:
        """{(method, route): mean gradient by the fast code} of a case."""

        def program(params: Params, rho: Any, inputs: jax.Array, targets: jax.Array) -> dict[tuple[str, str], Params]:
            gradients: dict[tuple[str, str], Params] = {}
            for route in self.routes:
                passes_of_route = passes(self.case.model, self.loss, params, rho, inputs, targets, force=ALL_ROUTES[route])
                gradients |= {(name, route): passes_of_route.gradient(method) for name, method in CORNERS.items()}
            for name, method in self.sharded.items():
                direction = sharded(network(self.case.model), self.loss, method)
                gradients[name, "by shards"] = direction(params, rho, inputs, targets)[0]
            return gradients

        return self.case.compiled(program)


class Residual(nn.Module):
    """One residual block of ResNet18, with stride and shortcut, and its head."""

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        """Return the logits (B, 3)."""
        return nn.Dense(3)(Block(3, 2, (-3, -2, -1))(x).mean((1, 2)))


class Words(nn.Module):
    """A table looked up with repeats, then Dense."""

    @nn.compact
    def __call__(self, x: jax.Array) -> jax.Array:
        """Return the logits (B, 3)."""
        return nn.Dense(3)(jnp.tanh(nn.Embed(4, 2)(x)).sum(1))


def signed(loss: Loss) -> Loss:
    """Return a loss of a scalar output for one-hot targets: the first class is -1, any other 1."""
    return lambda output, target: loss(output, 1 - 2 * target[0])


def fixed() -> list[Subject]:
    """Return networks of every kind of layer in use, the paper's own at small width, and every loss."""
    words = jnp.array([[0, 1, 0], [2, 3, -1], [1, 1, 1]])
    deep = Case(DLN(classes=1, width=4), images(5, 4, 5), 0.05)
    return [
        every_kind(),
        Subject("block of ResNet18", Case(Residual(), images(3, 2, 4, 4, 2), 0.05), routes=("cheapest",), shards=False),
        Subject("2NN, width 16", Case(MLP2(classes=3, width=16), images(4, 6, 5), 0.05), shards=False),
        Subject("DLN, width 4, logistic loss", deep, signed(logistic), ("gram",), shards=False),
        Subject("DLN, width 4, squared loss", deep, signed(squared), ("materialised",), shards=False),
        Subject("embedding", Case(Words(), words, 0.05), routes=("cheapest",), shards=False),
    ]


def every_kind(routes: tuple[str, ...] = tuple(ALL_ROUTES)) -> Subject:
    """Return a network of Conv, LayerNorm, Dense on pixels and Dense, in which each layer's epsilon counts."""
    convolution = ConvSpec(3, (2, 3), (1, 1), "SAME", bias=True, norm=True)
    return Subject("every kind of layer", Case(Net((convolution,), pixelwise=True), images(1, 4, 3, 4, 2), 0.05), routes=routes)


HEALTH: Any = tuple(HealthCheck)  # a whole network is drawn each time


def drawn(count: int) -> list[Subject]:
    """Return networks drawn by Hypothesis; a larger count begins with the networks of a smaller one."""
    drawn_plans: list[Plan] = []

    @settings(max_examples=count, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=HEALTH)
    @seed(0)
    @given(plans())
    def take(plan: Plan) -> None:
        drawn_plans.append(plan)

    take()
    names = tuple(ALL_ROUTES)
    return [Subject(described(plan), case_of(plan), routes=(names[place % 3],)) for place, plan in enumerate(drawn_plans)]


def described(plan: Plan) -> str:
    """Return a plan in one line: input, layers, batch."""
    model, (batch, *side), _, _ = plan
    convs = [
        f"Conv {spec.kernel[0]}x{spec.kernel[1]} stride {spec.strides[0]}x{spec.strides[1]} padding {spec.padding} to {spec.features}"
        f"{'' if spec.bias else ' without bias'}{', LayerNorm' if spec.norm else ''}"
        for spec in model.convs
    ]
    pixels = ["Dense on pixels"] if model.pixelwise else []
    dense = f"Dense {' '.join(map(str, (*model.widths, model.classes)))}{'' if model.bias else ' without bias'}"
    return f"{'x'.join(map(str, side))}: {'; '.join([*convs, *pixels, dense])}; batch {batch}"


def shard_of(batch: int) -> int:
    """Return the largest divisor of a batch that is smaller than it; 1 for a batch of one."""
    return max((size for size in range(1, batch) if batch % size == 0), default=1)
