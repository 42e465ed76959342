"""What the methods cost beside SGD on this machine: `python -m empirical.bench`, as evidence for `one-sam-cost`.

Timings are ratios within one run. Where the very same SGD step, timed a second time, differs from the first, the machine was too busy and
nothing is decided. Exit status: 0 whatever was found; the others as in reports/command.py (2 for a wrong call or a file or standard output
that cannot be used, 130 for Ctrl-C, with nothing written, 141 for a closed pipe).
"""

from __future__ import annotations

from reports import interrupt

interrupt.exit_on_interrupt(__name__)  # before the other imports, which take seconds

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import jax
import tyro
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from empirical.bench.step_times import BASE, CONTROL, PLAIN, WORKLOADS, measure, ratio, ratios
from empirical.report.experiment import Cost, Experiment, Results, Ruling, Setup, Target
from empirical.report.figures import PALETTE, Line, Panel, svg
from empirical.report.statistics import Outcome
from empirical.report.terminal_text import Found, closing
from reports import calls, ledger, lock, record, terminal
from reports.arguments import MaybeWhole, Place, Whole
from reports.command import CallError, refuse_path, start, status_of
from reports.counted import counted
from reports.evidence import EvidenceError
from reports.ledger import LedgerError
from reports.page.words import OUTCOMES

STEADY = 0.05  # how far the median ratio of the control may lie from 1
FEWEST = 6  # rounds for which an interval of 95% exists
MOST_ROUNDS = 10_000
ROUND_S = {"2nn": 0.3, "resnet18": 14.0}  # seconds of a round, and of compilation, on two cores
NAMES = {"2nn": "the 2NN", "resnet18": "ResNet18 of width 64"}  # as sentences name them
COMPILE_S = {"2nn": 5.0, "resnet18": 107.0}
LONG_S = 60.0  # seconds from which on a run says beforehand how long it takes


@dataclass(frozen=True)
class Bench:
    """Time one step of each method, in random order, with the same SGD step twice as the control."""

    model: Annotated[tuple[str, ...], tyro.conf.arg(metavar="2nn|resnet18 ...")] = tuple(WORKLOADS)
    """Which models to time: 2nn (width 500, batch 128) and resnet18 (width 64, batch 16)."""
    rounds: MaybeWhole = None
    """How often each program is timed (the plain version in every fifth round); by default 200 and 15."""
    seed: Whole = 0
    """Seed of weights, images and order."""
    out: Place = record.OUT
    """Folder for results, picture and evidence."""


def timed(call: Bench, setup: Setup) -> Results:
    """Return the measurements of every workload as JSON values."""
    workloads: dict[str, Any] = {}
    for place, name in enumerate(call.model):
        work, share = WORKLOADS[name], 1 / len(call.model)
        rounds = call.rounds or work.rounds

        def tell(activity: str, done: float, name: str = name, before: float = place * share, share: float = share) -> None:
            setup.progress(f"{name}: {activity}", before + share * done)

        timings = measure(work, rounds, call.seed, tell)
        workloads[name] = {
            "batch": work.batch,
            "rounds": rounds,
            "bound": work.bound,
            "steps": {
                step: {
                    "seconds": one.seconds,
                    "ratios": ratios(timings, step),
                    "flops": one.flops,
                    "memory": one.memory,
                    "compile_s": one.compile_s,
                }
                for step, one in timings.items()
            },
        }
    return {"seeds": [call.seed], "short": "", "device": jax.devices()[0].device_kind, "workloads": workloads}


@dataclass(frozen=True)
class StepRule:
    """A step of 1-SAM costs at most so many steps of SGD. A rule of the benchmark alone: it is decided by rounds, and not by seeds."""

    fewest: int = FEWEST
    steady: float = STEADY

    @property
    def sentence(self) -> str:
        """The rule in words."""
        bounds = "; ".join(f"{work.bound:g} on {NAMES[name]}, batch {work.batch}" for name, work in WORKLOADS.items())
        return (
            "In one run, every round times each step once in random order. The 95% interval of the median ratio of 1-SAM to SGD "
            f"within a round lies at or below the bound ({bounds}); refuted if it lies above. Inconclusive with fewer than {self.fewest} "
            "rounds, or where the same SGD step timed again has a median ratio "
            f"more than {self.steady:g} from 1."
        )

    def judge(self, results: Results) -> dict[Target, Ruling]:
        """Rule on each workload that was timed: the whole interval on one side of the bound, on a machine that was steady."""
        rulings: dict[Target, Ruling] = {}
        for name, work in results["workloads"].items():
            sam, control = (ratio(work["steps"][step]["ratios"]) for step in ("1-SAM", CONTROL))
            plain = ratio(work["steps"][PLAIN]["ratios"])
            outcome: Outcome = "inconclusive"
            if work["rounds"] >= self.fewest and abs(control.median - 1) <= self.steady:
                outcome = "supports" if sam.high <= work["bound"] else "refutes" if sam.low > work["bound"] else "inconclusive"
            says = (
                f"A step of 1-SAM takes {sam.median:.2f} [{sam.low:.2f}, {sam.high:.2f}] times one of SGD "
                f"(at most {work['bound']:g} is claimed), by plain vmap {plain.median:.1f} times; the same SGD step again "
                f"{control.median:.2f} [{control.low:.2f}, {control.high:.2f}]. {counted(work['rounds'], 'round')}, batch {work['batch']}."
            )
            rulings[Target("one-sam-cost", "beyond", name)] = Ruling(outcome, says)
        return rulings


def table(results: Results) -> list[dict[str, str]]:
    """Return a row for each step of each workload."""
    rows: list[dict[str, str]] = []
    for name, work in results["workloads"].items():
        for step, timing in work["steps"].items():
            interval, middle = ratio(timing["ratios"]), sorted(timing["seconds"])[len(timing["seconds"]) // 2]
            row = {"model": name, "step": step, "median ms": f"{1e3 * middle:.1f}"}
            row["times SGD"] = "1" if step == BASE else f"{interval.median:.2f} [{interval.low:.2f}, {interval.high:.2f}]"
            row |= {"GFLOP": f"{timing['flops'] / 1e9:.2f}", "memory MiB": f"{timing['memory'] / 2**20:.0f}"}
            rows.append(row | {"compile s": f"{timing['compile_s']:.1f}"})
    return rows


def picture(results: Results) -> str:
    """Draw the ratios of each step in ascending order, so that the spread over rounds is seen."""
    panels: list[Panel] = []
    for name, work in results["workloads"].items():
        lines: list[Line] = []
        for colour, (step, timing) in zip(PALETTE, [item for item in work["steps"].items() if item[0] != BASE], strict=False):
            drawn = sorted(timing["ratios"])
            places = [(rank + 0.5) / len(drawn) for rank in range(len(drawn))]
            lines.append(Line(places, drawn, step, colour))
        levels = [(work["bound"], "claimed for 1-SAM")]
        panels.append(Panel(f"{name}, batch {work['batch']}", "share of rounds", "times SGD", lines, levels, log_y=True))
    return svg(panels)


def experiment(call: Bench) -> Experiment:
    """Return the benchmark as an experiment, so that its results are kept and judged like any other's."""
    return Experiment(
        id="one-sam-cost",
        question="What does a step of each method cost beside a step of SGD?",
        targets=tuple(Target("one-sam-cost", "beyond", name) for name in call.model),
        expected="1-SAM at 5 to 70 times the cost of SGD with weights for each example",
        rule=StepRule(),
        qualifier="",
        seeds=1,
        cost=lambda _: Cost(seconds=540.0, memory_mib=3000.0),
        run=lambda setup: timed(call, setup),
        table=table,
        picture=picture,
        command=f"python -m empirical.bench --model {' '.join(call.model)}{'' if call.rounds is None else f' --rounds {call.rounds}'}",
    )


def shown(rows: Sequence[Mapping[str, str]], rulings: Mapping[Target, Ruling], width: int | None) -> list[terminal.Line | Text]:
    """Return the table of steps and a sentence on each workload."""
    leaves = {"compile s": 4, "memory MiB": 3, "GFLOP": 2, "median ms": 1}
    columns = [terminal.Column(name, right=name not in ("model", "step"), leaves=leaves.get(name, 0)) for name in rows[0]]
    lines: list[terminal.Line | Text] = [
        line for row in terminal.table(columns, [list(row.values()) for row in rows], width) for line in row
    ]
    for target, ruling in rulings.items():
        lines += [Text(), terminal.Line(Text(f"{target.part}: {OUTCOMES[ruling.outcome]}. {ruling.says}"), 0, 2)]
    return lines


def check(call: Bench) -> None:
    """Raise CallError for a wrong call."""
    models = ", ".join(WORKLOADS)
    calls.among(f"models that can be timed are {models}", call.model, WORKLOADS, "leave --model out for all")
    if not call.model or len(set(call.model)) < len(call.model):
        raise CallError(f"--model must name one or more of {models}, each once, got {' '.join(call.model) or 'none'}; leave it out for all")
    why, advice = "hours on the 2NN, two days on ResNet18", f"leave it out, or give {FEWEST} or more to decide anything"
    calls.between("--rounds", call.rounds, 1, MOST_ROUNDS, why, advice)
    calls.between("--seed", call.seed, 0, 2**32 - 1, "a seed has 32 bits", "leave it out for 0")
    calls.output("--out", call.out)


def expected_s(call: Bench) -> float:
    """Return the seconds that a call takes on two cores."""
    return sum(COMPILE_S[name] + ROUND_S[name] * (call.rounds or WORKLOADS[name].rounds) for name in call.model)


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
    terminal.say(console, shown(rows, rulings, terminal.room(console)))
    terminal.say(console, closing([Found(benchmark, "", rulings, time.time() - started)], (), call.out, time.time() - started))
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return its exit status."""

    def work() -> int:
        call = tyro.cli(Bench, prog="python -m empirical.bench", description=__doc__, args=arguments)
        refuse_path()
        return bench(call, Console())

    return status_of(work, LedgerError, EvidenceError)


if __name__ == "__main__":
    start(main)
