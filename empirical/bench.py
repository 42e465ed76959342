"""What the methods cost beside SGD, on this machine: `python -m empirical.bench --model 2nn resnet18`.

Every round times each program once, in random order, and the very same SGD program is timed a second time as the control:
what it differs from the first by is noise. The clock covers one compiled step (gradient and update by plain SGD) until its result is
ready, after a warm-up. Times are medians with quartiles; memory is what XLA says it needs beside inputs and outputs.
"""

from __future__ import annotations

import json
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import flax.linen as nn
import jax
import jax.numpy as jnp
import tyro
from rich.console import Console
from rich.progress import track
from rich.table import Table

from empirical.losses import cross_entropy
from empirical.methods import J_SAM, L_SAM, N_SAM, ONE_SAM, SGD, direction, network
from empirical.models import MLP2, ResNet18
from empirical.sharded import sharded
from empirical.switch import Direction

RATE = 0.01
CONTROL = "sgd, again"
PLAIN = "1-sam, vmap"
SELDOM = 5  # the plain version takes up to 100 times as long, and need not be known as closely: it runs in every fifth round


@dataclass(frozen=True)
class Workload:
    """A model, the batch it is timed on, and the most that 1-SAM may cost, in multiples of SGD."""

    model: nn.Module
    batch: int
    bound: float


WORKLOADS = {"2nn": Workload(MLP2(), 128, 1.2), "resnet18": Workload(ResNet18(), 16, 2.3)}


@dataclass(frozen=True)
class Bench:
    """Time one step of each method, in random order, with the same SGD step twice as the control."""

    model: Annotated[tuple[str, ...], tyro.conf.arg(metavar="2nn|resnet18 ...")] = ("2nn", "resnet18")
    """Which models to time: 2nn (width 500, batch 128) and resnet18 (width 64, batch 16)."""
    rounds: int = 15
    """How often each program is timed (the plain version in every fifth round), at least 6."""
    rho: float = 0.01
    """Radius of the perturbation."""
    seed: int = 0
    """Seed of weights, images and order."""
    out: Path | None = None
    """Where to write the results as JSON."""


@dataclass
class Timed:
    """One compiled step: how long it takes (seconds, one entry a round), its memory (bytes) and arithmetic, as XLA counts them."""

    run: Callable[[], Any]
    compile_s: float
    memory: int
    flops: float
    seconds: list[float] = field(default_factory=list)

    def quartiles(self) -> tuple[float, float, float]:
        """Return the first, second and third quartile of the times, in seconds."""
        low, middle, high = statistics.quantiles(self.seconds, n=4, method="inclusive")
        return low, middle, high


def directions(model: nn.Module) -> dict[str, Direction]:
    """Return what is timed: SGD twice, the methods, and 1-SAM as one writes it with vmap."""
    fast = {"sgd": SGD, CONTROL: SGD, "n-sam": N_SAM, "1-sam": ONE_SAM, "j-sam": J_SAM, "l-sam": L_SAM}
    found = {name: direction(model, cross_entropy, method) for name, method in fast.items()}
    return found | {PLAIN: sharded(network(model), cross_entropy, ONE_SAM)}


def compiled(one: Direction, rho: float, params: Any, inputs: jax.Array, targets: jax.Array) -> Timed:
    """Compile one training step with that direction, run it once, and return it ready to be timed."""

    def step(p: Any, x: jax.Array, t: jax.Array) -> tuple[Any, jax.Array]:
        gradient, found = one(p, rho, x, t)
        return jax.tree.map(lambda a, g: a - RATE * g, p, gradient), found.losses.mean()

    start = time.perf_counter()
    program = jax.jit(step).lower(params, inputs, targets).compile()
    compile_s = time.perf_counter() - start
    memory = program.memory_analysis()
    jax.block_until_ready(program(params, inputs, targets))
    flops = (program.cost_analysis() or {}).get("flops", 0.0)
    return Timed(lambda: program(params, inputs, targets), compile_s, memory.temp_size_in_bytes if memory else 0, flops)


def measure(work: Workload, config: Bench, console: Console) -> dict[str, Timed]:
    """Return the times of all programs on one workload."""
    keys = jax.random.split(jax.random.key(config.seed), 3)
    inputs = jax.random.normal(keys[0], (work.batch, 32, 32, 3), jnp.float32)
    targets = jax.nn.one_hot(jax.random.randint(keys[1], (work.batch,), 0, 10), 10, dtype=jnp.float32)
    params = jax.jit(work.model.init)(keys[2], inputs)["params"]
    programs: dict[str, Timed] = {}
    for name, one in track(directions(work.model).items(), "compiling", console=console):
        programs[name] = compiled(one, config.rho, params, inputs, targets)
    order = random.Random(config.seed)
    for number in track(range(config.rounds), "timing", console=console):
        due = [name for name in programs if name != PLAIN or number % SELDOM == 0]
        for name in order.sample(due, len(due)):
            start = time.perf_counter()
            jax.block_until_ready(programs[name].run())
            programs[name].seconds.append(time.perf_counter() - start)
    return programs


def summary(programs: dict[str, Timed], bound: float) -> dict[str, Any]:
    """Return the results of one workload as JSON values; ratios are of medians, to the first SGD."""
    base = programs["sgd"].quartiles()[1]
    rows = {}
    for name, timed in programs.items():
        low, middle, high = timed.quartiles()
        rows[name] = {
            "median_s": middle,
            "quartiles_s": [low, high],
            "ratio": middle / base,
            "flops": timed.flops,
            "memory_bytes": timed.memory,
            "compile_s": timed.compile_s,
            "seconds": timed.seconds,
        }
    return {"rows": rows, "bound": bound, "within": rows["1-sam"]["ratio"] <= bound}


def shown(name: str, work: Workload, found: dict[str, Any]) -> Table:
    """Return one workload's results as a table."""
    title = f"{name}, batch {work.batch}: 1-SAM at most {work.bound} times SGD: {'yes' if found['within'] else 'no'}"
    table = Table(title=title)
    for heading in ("step", "median ms", "quartiles ms", "times SGD", "GFLOP", "memory MiB", "compile s"):
        table.add_column(heading, justify="left" if heading == "step" else "right")
    for step, row in found["rows"].items():
        low, high = row["quartiles_s"]
        cells = (f"{1e3 * row['median_s']:.1f}", f"{1e3 * low:.1f}-{1e3 * high:.1f}", f"{row['ratio']:.2f}", f"{row['flops'] / 1e9:.2f}")
        table.add_row(step, *cells, f"{row['memory_bytes'] / 2**20:.0f}", f"{row['compile_s']:.1f}")
    return table


def main(config: Bench, console: Console | None = None) -> dict[str, Any]:
    """Run the benchmark, show its tables, write its JSON where asked, and return it. Raises ValueError for an unknown model."""
    console = console or Console()
    if unknown := [name for name in config.model if name not in WORKLOADS]:
        raise ValueError(f"models that can be timed are {', '.join(WORKLOADS)}, got {', '.join(unknown)}")
    if config.rounds <= SELDOM:
        raise ValueError(f"quartiles need at least {SELDOM + 1} rounds, got {config.rounds}")
    result: dict[str, Any] = {"jax": jax.__version__, "device": jax.devices()[0].device_kind, "rounds": config.rounds, "workloads": {}}
    for name in config.model:
        work = WORKLOADS[name]
        found = summary(measure(work, config, console), work.bound)
        result["workloads"][name] = found
        console.print(shown(name, work, found))
    if config.out is not None:
        config.out.parent.mkdir(parents=True, exist_ok=True)
        config.out.write_text(json.dumps(result, indent=2) + "\n")
    return result


if __name__ == "__main__":
    main(tyro.cli(Bench, description=__doc__))
