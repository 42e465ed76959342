"""The fast directions against their definition on random networks, in float64, and what wrong ones give in the same comparison.

Each network is compiled once for the definition and once for the fast code, all methods and routes together, and then compared at
several draws of weights, inputs, targets and radius. Compiling is nearly all the work, so drawn networks take the routes in turn.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from empirical.agreement.agreement_results import MissErrors, NetworkErrors
from empirical.agreement.near_misses import MISSES, NearMiss, Skips
from empirical.agreement.random_nets import RADII, Case, apart
from empirical.agreement.subjects import Subject
from empirical.methods.named import ONE_SAM
from empirical.methods.per_example import per_example
from empirical.methods.switch import Params

Draws = Sequence[tuple[int, float]]  # (seed, rho) of each draw
Tell = Callable[[str], None]


def finite(error: float) -> float:
    """Return an error, or the largest float in place of NaN or infinity: a result that is not finite counts as the largest error."""
    return error if np.isfinite(error) else sys.float_info.max


def agreement(subject: Subject, draws: Draws) -> NetworkErrors:
    """Return the relative errors of one network."""
    errors: dict[str, list[float]] = {}
    for case in (subject.case.again(*draw) for draw in draws):
        expected, computed = subject.defined(case), subject.fast(case)
        for (method, route), gradient in computed.items():
            errors.setdefault(f"{method}, {route}", []).append(finite(apart(gradient, expected[method])))
    weights = sum(leaf.size for leaf in jax.tree.leaves(subject.case.params))
    return NetworkErrors(subject.name, subject.case.inputs.shape[0], weights, errors)


def changed(case: Case, **fields: Any) -> Case:
    """Return a case with other values and the same weights."""
    varied = copy.copy(case)
    for name, value in fields.items():
        setattr(varied, name, value)
    return varied


def wrong_rules(case: Case) -> list[NearMiss]:
    """Return every wrong rule, and epsilon missing on the kernel of each Dense layer alone."""
    names = [name for name in case.params if name.startswith("Dense")]
    return [*MISSES, *[NearMiss(f"epsilon missing on {name}'s kernel alone", "dot_general", Skips(f"{name}/"), "gram") for name in names]]


def misses(subject: Subject, draws: Draws, tell: Tell, rules: int | None = None) -> list[MissErrors]:
    """Return the relative errors of near misses; only the first `rules` wrong rules where given.

    1-SAM by each wrong rule and with a wrong radius; m-SAM with shards of other examples; each method in the place of another.
    """
    cases = [subject.case.again(*draw) for draw in draws]
    expected = [subject.defined(case) for case in cases]
    results: list[MissErrors] = []

    def add(change: str, of: str, gradients: list[Params]) -> None:
        errors = [finite(apart(gradient, right[of])) for gradient, right in zip(gradients, expected, strict=True)]
        results.append(MissErrors(change, of, errors))

    for substitute, replaced in combinations(subject.ways, 2):
        add(f"{substitute} in the place of {replaced}", replaced, [right[substitute] for right in expected])
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
                direction = per_example(subject.case.model, subject.loss, ONE_SAM, force=miss.route)
                gradients[miss.change] = direction(params, rho, inputs, targets)[0]
        return gradients

    program = subject.case.compiled(wrong)
    by_rule = [program(case) for case in cases]
    for miss in wrong_ways:
        add(miss.change, "1-SAM", [gradients[miss.change] for gradients in by_rule])
    return results


def draws_of(count: int) -> Draws:
    """Return seeds and radii, every radius in turn."""
    return [(1000 + number, RADII[number % len(RADII)]) for number in range(count)]
