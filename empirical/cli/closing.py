"""What would close the open claims: a run of each experiment in the paper's settings, with its networks, operations and memory.

`python -m empirical.cli.closing` writes them to reports/page/closing.json in a few seconds, and the page tells hours from them. A test
holds the file to the counts of this module. `plan` counts the operations; operations a second come from epochs that a machine trained.

Exit status: 0 when the file is written; the others as in reports/command.py.
"""

from __future__ import annotations

from reports import collector, interrupt

interrupt.exit_on_interrupt(__name__)  # before the other imports, which take seconds
collector.rest(__name__)

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import tyro

from empirical.data.data_spec import CIFAR10
from empirical.experiments import experiments
from empirical.images.arms import arms
from empirical.images.cost import work
from empirical.report.claimed_networks import A2, SPOKEN, WIDTHS
from empirical.report.experiment import Setup
from empirical.report.record import short
from reports import calls
from reports.arguments import Place
from reports.command import FINE, refuse_path, start, status_of
from reports.evidence import EvidenceError, write_whole
from reports.page.closing import PATH, Closing, Machine, Networks, Run

EPOCHS_S = {"one NVIDIA H200, float32": 5.1}
"""Seconds of one epoch of 1-SAM as Table 1 has it (ResNet18 of width 64, 50,000 images, probes included), by machine."""
MEASURED = {"two cores of an AMD EPYC": 2.5e10}
"""Operations a second of the same network, as `plan` measured them: 2.56e10 and 2.52e10 on a quiet machine, JAX 0.10."""


def closing() -> Closing:
    """Return the runs in the paper's settings, by experiment."""
    runs: list[Run] = []
    for name, experiment in experiments().items():
        cost = experiment.cost(Setup(profile="paper"))
        if cost.flops and cost.qualifier == "":
            runs.append(
                Run(
                    experiment=name,
                    statements=[f"{target.claim}:{target.form}:{target.part}" for target in experiment.targets],
                    command=f"python -m empirical run {name} --profile paper --data DIR",
                    networks=len(cost.flops),
                    seeds=experiment.seeds,
                    flops=float(f"{sum(cost.flops.values()):.3g}"),
                    memory_gib=round(cost.memory_mib / 1024, 1),
                )
            )
    return Closing(machines=machines(), runs=runs, networks=networks())


def networks() -> dict[str, Networks]:
    """Return by statement the paper's models, data and settings, named as in runs; settings that the statement varies are left out."""
    spoken: dict[str, Networks] = {}
    for target, meant in SPOKEN.items():
        width = {"width": WIDTHS[meant.models[0]]} if len({WIDTHS[model] for model in meant.models}) == 1 else {}
        settings = {**A2, **width, **meant.settings}
        told = {name: short(value) for name, value in settings.items() if name not in meant.varied}
        spoken[f"{target.claim}:{target.form}:{target.part}"] = Networks(models=list(meant.models), data=meant.data, settings=told)
    return spoken


def machines() -> list[Machine]:
    """Return the operations a second of the machines in `EPOCHS_S` and `MEASURED`."""
    (arm,) = arms("paper", ["ResNet18"], ["1-SAM"]).values()
    epoch = work(arm, CIFAR10).flops / arm.epochs
    trained = {name: float(f"{epoch / seconds:.3g}") for name, seconds in EPOCHS_S.items()}
    return [Machine(name=name, flops_s=rate) for name, rate in (trained | MEASURED).items()]


@dataclass(frozen=True)
class Call:
    """Write closing.json: the runs that would close the open claims."""

    out: Place = PATH.parent
    """The folder of the file."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file and return the exit status."""

    def work() -> int:
        call = tyro.cli(Call, prog="python -m empirical.cli.closing", description=__doc__, args=arguments)
        refuse_path()
        calls.output("--out", call.out)
        path = call.out / PATH.name
        write_whole(path, msgspec.json.format(msgspec.json.encode(closing()), indent=2) + b"\n")
        sys.stdout.write(f"{path}\n")
        return FINE

    return status_of(work, EvidenceError)


if __name__ == "__main__":
    start(main)
