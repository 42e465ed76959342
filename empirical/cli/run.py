"""The command `run`: experiments one after the other, their results kept, their rulings printed."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from empirical.cli.options import Run
from empirical.cli.setup import CARRIED_MIB, chosen_by, placed, setup_of
from empirical.images.runs import RUNS
from empirical.report import terminal_text as shown
from empirical.report.experiment import Cost, Experiment, Setup, seconds_in_turn
from empirical.report.terminal_text import Finished
from empirical.report.unfinished import UnfinishedError
from empirical.training import carried
from empirical.training.carry import Carrier
from reports import calls, ledger, lock, terminal
from reports.command import FALLEN, FINE, UNFINISHED, WRONG, CallError, say
from reports.counted import counted
from reports.duration import duration
from reports.terminal import Line

LONG_S = 60.0  # seconds from which on a run says beforehand how long it takes


def run(call: Run, console: Console) -> int:
    """Run, write, and print the rulings; return the exit status."""
    from empirical.report.record import refuse

    chosen, setup = chosen_by(call), placed(call, setup_of(call))
    calls.output("--out", setup.out)
    if call.carry is not None:
        calls.output("--carry", call.carry)
    refuse(chosen, ledger.read(), setup.out)
    costs = {experiment.id: experiment.cost(setup) for experiment in chosen}
    lacking = {experiment.id: costs[experiment.id].missing for experiment in chosen if costs[experiment.id].missing}
    if call.ids and lacking:
        raise CallError("; ".join(f"{name} cannot run here: {why}" for name, why in lacking.items()))
    able = [experiment for experiment in chosen if experiment.id not in lacking]
    with ExitStack() as held:
        for experiment in able:
            if not costs[experiment.id].flops:  # networks on images are shared, and each of their folders has its lock
                held.enter_context(lock.output(setup.out, f"run {experiment.id}"))
        if call.carry is None:
            return _ran(able, lacking, costs, setup, bool(call.ids), console)
        carrier = held.enter_context(carrying(call.carry, call.carry_mib or CARRIED_MIB, setup.out))
        status = _ran(able, lacking, costs, replace(setup, carry=carrier), bool(call.ids), console)
        if setup.train:
            terminal.say(console, [Line(Text(sentence), 0, 2) for sentence in carrier.copy()])
        return status


@contextmanager
def carrying(place: Path, limit: int, out: Path) -> Iterator[Carrier]:
    """Hold the folder of --carry for this process, with what it carries taken up into run folders under `out`."""
    with lock.locked(place, carried.LOCK, f"carry networks in {place}", advice="choose another with --carry DIR"):
        yield Carrier(place, out / RUNS, limit)


def _ran(
    able: Sequence[Experiment], lacking: Mapping[str, str], costs: Mapping[str, Cost], setup: Setup, named: bool, console: Console
) -> int:
    """Run experiments one after the other, write and print; return the exit status. `named`: whether the call names them."""
    from empirical.report.record import keep, qualifier

    seconds = _in_turn(costs)
    _tell_long(able, costs, seconds, console)
    finished: list[Finished] = []
    unfinished: dict[str, UnfinishedError] = {}
    began = time.time()
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("running", total=sum(seconds.values()))
        passed = 0.0
        for experiment in able:

            def tell(activity: str, share: float, before: float = passed, own: float = seconds[experiment.id]) -> None:
                progress.update(task, description=activity, completed=before + share * own)

            started = time.time()
            try:
                results = experiment.run(replace(setup, progress=tell))
            except UnfinishedError as error:
                unfinished[experiment.id] = error
                results = error.results
            if results is not None:
                rulings, took = keep(experiment, results, setup, started), time.time() - started
                trained = results.trained
                took = float(trained.seconds) if trained else took
                finished.append(Finished(experiment, qualifier(experiment, results), rulings, took))
            passed += seconds[experiment.id]
    terminal.say(console, shown.ending(finished, lacking, unfinished, named, terminal.room(console)))
    terminal.say(console, shown.closing(finished, unfinished, setup.out, time.time() - began, setup.train))
    return _status(unfinished.values())


def _status(unfinished: Collection[UnfinishedError]) -> int:
    """Return the exit status of a run, and say once on standard error which networks were refused: several experiments may share one."""
    for refused in dict.fromkeys(line for error in unfinished for line in error.refused):
        say(refused)
    if any(error.refused for error in unfinished):
        return WRONG
    if any(error.failures for error in unfinished):
        return FALLEN
    return UNFINISHED if unfinished else FINE


def _tell_long(able: Sequence[Experiment], costs: Mapping[str, Cost], seconds: Mapping[str, float], console: Console) -> None:
    """Say how long a long run takes. Networks on images are left out: measuring them takes long itself, and `plan` does it."""
    images = [experiment.id for experiment in able if costs[experiment.id].flops]
    total = sum(seconds[experiment.id] for experiment in able if experiment.id not in images)
    if total > LONG_S:
        count = counted(len(able) - len(images), "experiment")
        console.print(f"about {duration(total)} for {count}", highlight=False, soft_wrap=True)
    if images:
        advice = "`python -m empirical plan` with the same names and options measures how long they take"
        console.print(f"networks on images beside them: {advice}" if total else f"networks on images: {advice}", soft_wrap=True)


def _in_turn(costs: Mapping[str, Cost]) -> dict[str, float]:
    """Return the seconds of each experiment that can run, in the order of `costs`."""
    able = {name: cost for name, cost in costs.items() if not cost.missing}
    return dict(zip(able, seconds_in_turn(able.values()), strict=True))
