"""What the methods cost beside SGD on this machine: `python -m empirical.bench`, as evidence for `one-sam-cost`.

On a GPU it times ResNet18 as the paper trains it, in float32 (and in bfloat16 where that is named), and every route of its layers; on a
processor (with a GPU beside it: JAX_PLATFORMS=cpu) the paper's networks, ResNet18 in a smaller batch, and three of other kinds.

Timings are ratios within one run. Where the very same SGD step, timed a second time, differs from the first, the machine was too busy and
nothing is decided. Exit status: 0 whatever was found; the others as in reports/command.py (2 for a wrong call or a file or standard output
that cannot be used, 130 for Ctrl-C, with nothing written, 141 for a closed pipe).
"""

from __future__ import annotations

from reports import collector, interrupt, needed

interrupt.exit_on_interrupt(__name__)  # before the other imports, which take seconds
collector.rest(__name__)
needed.refuse_missing(__name__, "empirical", "tyro", "jax", "flax")

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import jax
import tyro
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from empirical.bench.bench_results import BenchResults, WorkloadTimes
from empirical.bench.rule import FEWEST, PART, StepRule, target
from empirical.bench.shown import picture, printed, routes, table
from empirical.bench.step_times import measure
from empirical.bench.workloads import WORKLOADS, of_device
from empirical.report.experiment import Cost, Experiment, Setup
from empirical.report.terminal_text import Finished, closing
from reports import calls, ledger, lock, record, terminal
from reports.arguments import MaybeWhole, Place, Whole
from reports.command import CallError, refuse_path, start, status_of
from reports.evidence import EvidenceError
from reports.ledger import LedgerError
from theory.jax_flags import refuse_platforms

MOST_ROUNDS = 10_000
LONG_S = 60.0  # seconds from which on a run says beforehand how long it takes


@dataclass(frozen=True)
class Bench:
    """Time one step of each method, in random order, with the same SGD step twice as the control."""

    model: Annotated[tuple[str, ...] | None, tyro.conf.arg(metavar="|".join(WORKLOADS) + " ...", help_behavior_hint="")] = None
    """Models; by default all of this device in float32. Batches: 2nn 128, resnet18 16; resnet18-gpu and resnet18-gpu-bfloat16 128."""
    rounds: MaybeWhole = None
    """How often each step is timed (the slowest ones in every fifth round); by default 15 to 200, as the model takes long."""
    seed: Whole = 0
    """Seed of weights, images and order."""
    out: Place = record.OUT
    """Folder for results, picture and evidence."""


def chosen(call: Bench) -> tuple[str, ...]:
    """Return the workloads of a call."""
    return of_device(jax.default_backend()) if call.model is None else call.model


def timed(call: Bench, setup: Setup) -> BenchResults:
    """Return the measurements of every workload."""
    workloads: dict[str, WorkloadTimes] = {}
    names = chosen(call)
    for place, name in enumerate(names):
        work, share = WORKLOADS[name], 1 / len(names)

        def tell(activity: str, done: float, name: str = name, before: float = place * share, share: float = share) -> None:
            setup.progress(f"{name}: {activity}", before + share * done)

        workloads[name] = measure(work, call.rounds or work.rounds, call.seed, tell)
    return BenchResults(seeds=[call.seed], short="", device=jax.devices()[0].device_kind, workloads=workloads)


def parts(call: Bench) -> list[str]:
    """Return the statements on which a call rules: its workloads, and where these are all, the comparison with plain vmap."""
    names = chosen(call)
    return [*names, *([PART] if set(names) >= set(of_device("cpu")) else [])]


def experiment(call: Bench) -> Experiment:
    """Return the benchmark as an experiment, so that its results are kept and judged like any other's."""
    if all(WORKLOADS[name].device == "gpu" for name in chosen(call)):
        return experiment_on("one-sam-cost-gpu", call, "gpu")
    return experiment_on("one-sam-cost", call, "cpu")


def experiment_on(name: str, call: Bench, device: str) -> Experiment:
    """Return the benchmark of one kind of device under the name of its results."""
    return Experiment(
        id=name,
        question="What does a step of each method cost beside a step of SGD?",
        targets=tuple(map(target, parts(call))),
        expected="1-SAM at 5 to 70 times the cost of SGD with weights for each example",
        rule=StepRule(device=device),
        qualifier="",
        seeds=1,
        cost=lambda _: Cost(seconds=expected_s(call), memory_mib=4000.0),
        run=lambda setup: timed(call, setup),
        table=table,
        picture=picture,
        results=BenchResults,
        command=f"python -m empirical.bench --model {' '.join(chosen(call))}{'' if call.rounds is None else f' --rounds {call.rounds}'}",
    )


def check(call: Bench) -> None:
    """Raise CallError for a wrong call."""
    models, names = ", ".join(WORKLOADS), chosen(call)
    calls.among(f"models that can be timed are {models}", names, WORKLOADS, "leave --model out for this device's")
    if not names or len(set(names)) < len(names):
        raise CallError(f"--model must name one or more of {models}, each once, got {' '.join(names) or 'none'}; leave it out for all")
    device = jax.default_backend()
    if elsewhere := [name for name in names if WORKLOADS[name].device != device]:
        kind = WORKLOADS[elsewhere[0]].device
        advice = "set JAX_PLATFORMS=cpu" if kind == "cpu" else "install JAX for your GPU (README.md), or leave it out"
        raise CallError(f"--model {elsewhere[0]} is timed on a {kind.upper()}, but JAX computes on a {device.upper()} here; {advice}")
    why, advice = "days on ResNet18", f"leave it out, or give {FEWEST} or more to decide anything"
    calls.between("--rounds", call.rounds, 1, MOST_ROUNDS, why, advice)
    calls.between("--seed", call.seed, 0, 2**32 - 1, "a seed has 32 bits", "leave it out for 0")
    calls.output("--out", call.out)


def expected_s(call: Bench) -> float:
    """Return the seconds that a call takes on two cores."""
    return sum(work.compile_s + work.round_s * (call.rounds or work.rounds) for work in map(WORKLOADS.__getitem__, chosen(call)))


def bench(call: Bench, console: Console) -> int:
    """Time, write, and print; return the exit status."""
    from empirical.report.record import refuse

    check(call)
    benchmark = experiment(call)
    refuse([benchmark], ledger.read(), call.out)
    with lock.output(call.out, f"run {benchmark.id}"):
        return _timed_and_kept(call, benchmark, console)


def _timed_and_kept(call: Bench, benchmark: Experiment, console: Console) -> int:
    from empirical.report.record import keep

    started, seconds = time.time(), expected_s(call)
    if seconds > LONG_S:
        console.print(f"about {max(1, round(seconds / 60))} min", highlight=False)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task("starting", total=1.0)
        setup = Setup(out=call.out, progress=lambda activity, share: progress.update(task, description=activity, completed=share))
        results = benchmark.run(setup)
    rulings = keep(benchmark, results, setup, started)
    rows = table(results)
    terminal.say(console, printed(rows, routes(results), rulings, terminal.room(console)))
    terminal.say(console, closing([Finished(benchmark, "", rulings, time.time() - started)], (), call.out, time.time() - started))
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return its exit status."""

    def work() -> int:
        call = tyro.cli(Bench, prog="python -m empirical.bench", description=__doc__, args=arguments)
        refuse_path()
        refuse_platforms()
        return bench(call, Console())

    return status_of(work, LedgerError, EvidenceError)


if __name__ == "__main__":
    start(main)
