"""The fast directions against their definition on random networks, in float64, and what wrong ones give in the same comparison.

Each network is compiled once for the definition and once for the fast code, all methods and routes together, and then compared at
several draws of weights, inputs, targets and radius. Compiling is nearly all the work, so drawn networks take the routes in turn.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings

from empirical.losses import Loss, cross_entropy, logistic, squared
from empirical.methods import J_SAM, L_SAM, N_SAM, ONE_SAM, SGD, m_sam, network
from empirical.models import DLN, MLP2, Block
from empirical.near_misses import MISSES, NearMiss, Skips
from empirical.per_example import passes, per_example
from empirical.random_nets import RADII, Case, ConvSpec, Net, Plan, apart, case_of, images, plain, plans
from empirical.rules.rule import ROUTES, Route
from empirical.sharded import sharded
from empirical.switch import Decay, Method, Params

CORNERS = {"SGD": SGD, "L-SAM": L_SAM, "J-SAM": J_SAM, "1-SAM": ONE_SAM}
ALL_ROUTES: dict[str, Route | None] = {"cheapest": None, **{route: route for route in ROUTES}}

Draws = Sequence[tuple[int, float]]  # (seed, rho) of each draw
Tell = Callable[[str], None]


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
            found: dict[tuple[str, str], Params] = {}
            for route in self.routes:
                both = passes(self.case.model, self.loss, params, rho, inputs, targets, Decay(), ALL_ROUTES[route])
                found |= {(name, route): both.gradient(method) for name, method in CORNERS.items()}
            for name, method in self.sharded.items():
                direction = sharded(network(self.case.model), self.loss, method)
                found[name, "by shards"] = direction(params, rho, inputs, targets)[0]
            return found

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


def drawn(count: int) -> list[Subject]:
    """Return networks drawn by Hypothesis; the first ones of a larger count are those of a smaller."""
    found: list[Plan] = []

    @settings(max_examples=count, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @seed(0)
    @given(plans())
    def take(plan: Plan) -> None:
        found.append(plan)

    take()
    names = tuple(ALL_ROUTES)
    return [Subject(described(plan), case_of(plan), routes=(names[place % 3],)) for place, plan in enumerate(found)]


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


def finite(error: float) -> float:
    """Return an error, the largest float where it is not a number: what is not finite is as far off as can be."""
    return error if np.isfinite(error) else sys.float_info.max


def agreement(subject: Subject, draws: Draws) -> dict[str, Any]:
    """Return the relative errors of one network: {"network", "examples", "weights", "errors": {"method, route": one a draw}}."""
    errors: dict[str, list[float]] = {}
    for case in (subject.case.again(*draw) for draw in draws):
        expected, found = subject.defined(case), subject.fast(case)
        for (method, route), gradient in found.items():
            errors.setdefault(f"{method}, {route}", []).append(finite(apart(gradient, expected[method])))
    weights = sum(leaf.size for leaf in jax.tree.leaves(subject.case.params))
    return {"network": subject.name, "examples": subject.case.inputs.shape[0], "weights": weights, "errors": errors}


def changed(case: Case, **fields: Any) -> Case:
    """Return a case with other values and the same weights."""
    other = copy.copy(case)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def wrong_rules(case: Case) -> list[NearMiss]:
    """Return every wrong rule, and epsilon missing on each layer alone where there are several of its kind."""
    names = [name for name in case.params if name.startswith("Dense")]
    return [*MISSES, *[NearMiss(f"epsilon missing on {name} alone", nn.Dense, Skips(name), "gram") for name in names]]


def misses(subject: Subject, draws: Draws, tell: Tell, rules: int | None = None) -> list[dict[str, Any]]:
    """Return the relative errors of near misses: {"change", "of", "errors": one a draw}; only the first `rules` wrong rules where given.

    1-SAM by each wrong rule and with a wrong radius; m-SAM with shards of other examples; each method in the place of another.
    """
    cases = [subject.case.again(*draw) for draw in draws]
    expected = [subject.defined(case) for case in cases]
    found: list[dict[str, Any]] = []

    def add(change: str, of: str, gradients: list[Params]) -> None:
        errors = [finite(apart(gradient, right[of])) for gradient, right in zip(gradients, expected, strict=True)]
        found.append({"change": change, "of": of, "errors": errors})

    for one, other in combinations(subject.ways, 2):
        add(f"{one} in the place of {other}", other, [right[one] for right in expected])
    for change, factor in (("epsilon of the opposite sign", -1.0), ("a radius too large by a millionth", 1 + 1e-6)):
        add(change, "1-SAM", [subject.fast(changed(case, rho=case.rho * factor))["1-SAM", "cheapest"] for case in cases])
    rolled = [changed(case, inputs=jnp.roll(case.inputs, 1, axis=0), targets=jnp.roll(case.targets, 1, axis=0)) for case in cases]
    add("shards of other examples", "m-SAM", [subject.fast(case)["m-SAM", "by shards"] for case in rolled])
    wrong_ways = wrong_rules(subject.case)[:rules]

    def wrong(params: Params, rho: Any, inputs: jax.Array, targets: jax.Array) -> dict[str, Params]:
        gradients: dict[str, Params] = {}
        for miss in wrong_ways:
            tell(miss.change)
            with miss.in_place():  # while it is traced
                direction = per_example(subject.case.model, subject.loss, ONE_SAM, None, miss.route)
                gradients[miss.change] = direction(params, rho, inputs, targets)[0]
        return gradients

    program = subject.case.compiled(wrong)
    by_rule = [program(case) for case in cases]
    for miss in wrong_ways:
        add(miss.change, "1-SAM", [gradients[miss.change] for gradients in by_rule])
    return found


def draws_of(count: int) -> Draws:
    """Return seeds and radii, every radius in turn."""
    return [(1000 + number, RADII[number % len(RADII)]) for number in range(count)]
