"""Times of one training step of each method, in random order, with the same SGD step, by `jax.grad` alone, twice as the control.

The clock covers one compiled step (gradient and update by plain SGD) until its result is ready, after a warm-up. Every round times each
program once, so that ratios to SGD can be taken within a round: what slows the machine down for a while then slows both.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from empirical.bench.bench_results import RouteTimes, StepTimes, WorkloadTimes
from empirical.bench.route_times import measured
from empirical.bench.workloads import CLASSES, Workload
from empirical.methods.bfloat16 import in_bfloat16
from empirical.methods.chunks import in_chunks
from empirical.methods.losses import cross_entropy
from empirical.methods.model import network, one_example
from empirical.methods.named import J_SAM, L_SAM, N_SAM, ONE_SAM, SGD, direction
from empirical.methods.program import trace
from empirical.methods.sharded import one_shard, sharded
from empirical.methods.switch import Direction
from empirical.report.statistics import LEVEL

RATE, RHO = 0.01, 0.01
BASE, CONTROL, FAST, PLAIN = "SGD", "SGD, again", "1-SAM", "1-SAM by vmap"
ALIKE = "SGD with 1-SAM's products"
BY_PARTS, ONE_BY_ONE = "1-SAM by vmap in microbatches", "1-SAM example by example"
SLOW = (PLAIN, BY_PARTS, ONE_BY_ONE)
LOOPS = (BY_PARTS, ONE_BY_ONE)
"""Steps in a loop, of which XLA counts the operations of one round."""
SELDOM = 5  # slow steps take up to 100 times as long, and need not be known as closely: they run in every fifth round


@dataclass
class Timed:
    """One compiled step: its seconds (one entry a round), compilation (seconds), memory (bytes) and arithmetic, as XLA counts them."""

    run: Callable[[], Any]
    compile_s: float
    memory: int
    flops: float
    seconds: list[float] = field(default_factory=list)


class Ratio(NamedTuple):
    """The median of ratios and its 95% interval by order statistics; where the rounds are too few for one, the extremes."""

    median: float
    low: float
    high: float


def directions(work: Workload) -> dict[str, Direction]:
    """Return the timed directions: SGD twice, the methods, and 1-SAM as its definition reads, with a copy of the weights for each example.

    SGD is the gradient of the mean loss, as anyone takes it with JAX; `ALIKE` computes its products as 1-SAM does. The definition of 1-SAM
    is timed on the whole batch by vmap, in microbatches by vmap, and in a loop over examples.
    """
    fast = {ALIKE: SGD, "n-SAM": N_SAM, FAST: ONE_SAM, "J-SAM": J_SAM, "L-SAM": L_SAM}
    low = work.precision == "bfloat16"
    model, whole = (in_bfloat16(one_example(work.model)), in_bfloat16(network(work.model))) if low else (work.model, network(work.model))
    by_name = {name: direction(model, cross_entropy, method) for name, method in fast.items()}
    sgd, plain = one_shard(whole, cross_entropy, SGD), sharded(whole, cross_entropy, ONE_SAM)
    slow = {PLAIN: plain, BY_PARTS: in_chunks(plain, ONE_SAM, work.at_once), ONE_BY_ONE: in_chunks(plain, ONE_SAM, 1)}
    return {BASE: sgd, CONTROL: sgd} | by_name | slow


def compiled(direction: Direction, params: Any, inputs: jax.Array, targets: jax.Array) -> Timed:
    """Compile one training step with that direction, run it once, and return it ready to be timed."""

    def step(p: Any, x: jax.Array, t: jax.Array) -> tuple[Any, jax.Array]:
        gradient, diagnostics = direction(p, RHO, x, t)
        return jax.tree.map(lambda a, g: a - RATE * g, p, gradient), diagnostics.losses.mean()

    start = time.perf_counter()
    program = jax.jit(step).lower(params, inputs, targets).compile()
    compile_s = time.perf_counter() - start
    memory = program.memory_analysis()
    jax.block_until_ready(program(params, inputs, targets))
    flops = (program.cost_analysis() or {}).get("flops", 0.0)
    return Timed(lambda: program(params, inputs, targets), compile_s, memory.temp_size_in_bytes if memory else 0, flops)


def measure(work: Workload, rounds: int, seed: int, tell: Callable[[str, float], None]) -> WorkloadTimes:
    """Return the times of all programs on one workload; `tell` is called with the current program and the share of work that is done."""
    keys = jax.random.split(jax.random.key(seed), 3)
    inputs = work.inputs(keys[0], work.batch)
    targets = jax.nn.one_hot(jax.random.randint(keys[1], (work.batch,), 0, CLASSES), CLASSES, dtype=jnp.float32)
    params = jax.jit(work.model.init)(keys[2], inputs)["params"]
    chosen = directions(work)
    programs: dict[str, Timed] = {}
    for name, timed in chosen.items():
        tell(f"compiling {name}", len(programs) / len(chosen) / 2)
        programs[name] = compiled(timed, params, inputs, targets)
    order = random.Random(seed)
    for number in range(rounds):
        tell("timing", 0.5 + number / rounds / 2)
        due = [name for name in programs if name not in SLOW or number % SELDOM == 0]
        for name in order.sample(due, len(due)):
            programs[name].seconds.append(seconds_of_a_step(programs[name].run, 1 if name in SLOW else work.repeats))
    steps = {
        name: StepTimes(
            seconds=timed.seconds, ratios=ratios(programs, name), flops=timed.flops, memory=timed.memory, compile_s=timed.compile_s
        )
        for name, timed in programs.items()
    }
    routes: list[RouteTimes] = []
    if work.device == "gpu":
        tell("timing routes", 1.0)
        low = work.precision == "bfloat16"
        model = in_bfloat16(one_example(work.model)) if low else one_example(work.model)
        routes = measured(trace(model, params, jax.eval_shape(lambda: inputs)), work.batch, seed)
    return WorkloadTimes(batch=work.batch, rounds=rounds, bound=work.bound, steps=steps, routes=routes)


def seconds_of_a_step(run: Callable[[], Any], repeats: int) -> float:
    """Return the seconds of one of so many steps that are started one after the other, until the last is ready."""
    start, result = time.perf_counter(), None
    for _ in range(repeats):
        result = run()
    jax.block_until_ready(result)
    return (time.perf_counter() - start) / repeats


def ratios(programs: dict[str, Timed], name: str) -> list[float]:
    """Return the time of a program divided by the time of SGD in the same round."""
    base = programs[BASE].seconds[:: SELDOM if name in SLOW else 1]
    return [seconds / reference for seconds, reference in zip(programs[name].seconds, base, strict=True)]


def counted_operations(work: WorkloadTimes, step: str) -> float | None:
    """Return the operations of a step as XLA counts them, in those of a step of SGD; None where it does not count them, or not all."""
    of_step, of_sgd = work.steps[step].flops, work.steps[BASE].flops
    return None if step in LOOPS or of_step <= 0 or of_sgd <= 0 else of_step / of_sgd


def ratio(values: Sequence[float]) -> Ratio:
    """Return the median of independent values with its 95% interval: the innermost pair of ordered values that covers it so often."""
    ordered, n = np.sort(np.asarray(values, float)), len(values)
    from scipy import stats  # it takes half a second to load, and most commands do without it

    below = int(stats.binom.ppf((1 - LEVEL) / 2, n, 0.5)) - 1  # the largest rank, from 0, that leaves at most 2.5% on its side
    below = max(below, 0)
    return Ratio(float(np.median(ordered)), float(ordered[below]), float(ordered[n - 1 - below]))
