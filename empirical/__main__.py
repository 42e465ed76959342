"""Run the experiments: `python -m empirical list`, `plan`, `run [ID ...]`; `fetch NAME --to DIR` gets images for them.

Exit status of `run`: 0 when every experiment ran, whatever it found; 1 where a network could not be trained; 2 for a wrong call, where an
experiment that was asked for by name cannot run here, or where a file or standard output cannot be used; 3 where time was over first, and
the same command goes on; 130 for Ctrl-C, when everything written so far is whole; 141 for a closed pipe. All commands share these statuses
(reports/command.py). A claim that is not reproduced is a result, not a failure.
"""

from __future__ import annotations

from reports import interrupt

interrupt.hear(__name__)  # before the other imports, which take seconds

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import jax
import tyro
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from empirical import shown
from empirical.backend import Backend, BackendError
from empirical.data.fetch import Name, fetch
from empirical.data.images import DataError
from empirical.data.source import layout
from empirical.digits_kept import QUARTERS
from empirical.experiment import Cost, Experiment, Profile, Setup, UnfinishedError, experiments, seconds_in_turn
from empirical.run_folder import RunError
from empirical.settings import Precision, SettingsError
from empirical.shown import Found
from reports import arguments, calls, ledger, lock, record, terminal
from reports.arguments import MaybeAddress, MaybeDecimal, MaybePlace, MaybeWhole, MaybeWord, Place, Whole
from reports.command import FALLEN, FINE, UNFINISHED, CallError, refuse_path, start, status_of
from reports.counted import counted
from reports.duration import duration
from reports.evidence import EvidenceError
from reports.ledger import LedgerError
from theory.provenance import cores

DATA = "CLAIMS_DATA"  # in the environment: where images are, in place of --data
MOST_SEEDS = 10_000  # the time and the memory of a sweep grow with them
MOST_EPOCHS = 10_000  # fifty times what the experiments train
MOST_MINUTES = 366 * 24 * 60  # beyond a year a reading of the clock is taken for an error
MOST_JOBS = {"local": 256, "slurm": 10_000}  # processes with their own JAX; an array of jobs
MOST_GPUS = 64  # of one machine
LONG_S = 60.0  # seconds from which on a run says beforehand how long it takes
Ids = Annotated[tyro.conf.Positional[tuple[str, ...]], tyro.conf.arg(metavar="[ID ...]")]


@dataclass(frozen=True)
class List:
    """List every experiment with its question and the claims it speaks about."""


@dataclass(frozen=True)
class Plan:
    """Say what would run, for how long and with how much memory, and what cannot run here and why."""

    ids: Ids = ()
    """Experiments; all of them where none is named."""
    profile: Profile = "auto"
    """smoke: tiny, decides nothing; auto: all that this machine can do; pocket: also reduced networks on images; paper: also
    those of the paper, which is what auto means where there are images and an accelerator."""
    seeds: MaybeWhole = None
    """Number of seeds; each experiment's own where none is given. Fewer than its rule asks for are inconclusive."""
    data: MaybePlace = None
    """Images: what `fetch` got, or a folder with train/CLASS/* and test/CLASS/*. Default: CLAIMS_DATA in the environment."""
    epochs: MaybeWhole = None
    """Train networks on images for so many epochs at most and say what was found by then, which decides nothing; without it, or with a
    larger number, they go on from there."""
    out: MaybePlace = None
    """Folder for results, pictures and evidence: reports/out, or reports/out/smoke for the profile smoke."""


@dataclass(frozen=True)
class Run(Plan):
    """Run experiments, all of them or the named ones, and write results, pictures and evidence.

    The options from --minutes on are for networks on images, each of which is a run of its own that goes on where it was.
    """

    minutes: MaybeDecimal = None
    """Stop, with checkpoints, after so many minutes, wherever in an epoch that is; the same command goes on from there. What a call does
    for the first time is not foreseen and may end later: images read, programs compiled, the first steps of a network."""
    precision: Precision = "float32"
    """bfloat16 takes the passes of a step in it, after a comparison with float32 at the start of each run; weights stay float32."""
    backend: Literal["local", "slurm"] = "local"
    """Where networks are trained: processes of this machine, or one array of Slurm jobs."""
    jobs: MaybeWhole = None
    """Networks that are trained at once. Default: one for each core of a CPU, one on an accelerator, as many as Slurm gives."""
    job_minutes: MaybeDecimal = None
    """Time limit of a Slurm job, which may be shorter than a run: it is queued again and goes on."""
    partition: MaybeWord = None
    """Of Slurm."""
    gpus: Whole = 0
    """Of each Slurm job."""
    train: bool = True
    """With --no-train nothing is trained: what was trained before is told as far as it came."""
    note: str = ""
    """What a reader must know of the networks that their folders do not say; it stands with the evidence."""


@dataclass(frozen=True)
class Fetch:
    """Fetch a data set from those who publish it, check its sums, unpack it where it must be, and say what to give to --data."""

    name: Annotated[Name, tyro.conf.Positional]
    to: Place
    """Folder that it goes to. What a cut connection left there is gone on with."""
    mirror: MaybeAddress = None
    """Another address that has the same files."""


def list_experiments(console: Console) -> int:
    """Print the list."""
    terminal.say(console, shown.listing(experiments().values(), terminal.room(console)))
    return 0


def plan(call: Plan, console: Console) -> int:
    """Print what `run` would do, and what it could not do here, with the reason."""
    chosen, setup = _chosen(call), replace(_setup(call), measure=True)
    costs = {experiment.id: experiment.cost(setup) for experiment in chosen}
    terminal.say(console, shown.plan(chosen, costs, setup, terminal.room(console)))
    return 0


def run(call: Run, console: Console) -> int:
    """Run, write, and print the rulings; return the exit status."""
    from empirical.record import refuse

    chosen, setup = _chosen(call), _placed(call, _setup(call))
    calls.output("--out", setup.out)
    refuse(chosen, ledger.read(), setup.out)
    costs = {experiment.id: experiment.cost(setup) for experiment in chosen}
    lacking = {experiment.id: costs[experiment.id].missing for experiment in chosen if costs[experiment.id].missing}
    if call.ids and lacking:
        raise CallError("; ".join(f"{name} cannot run here: {why}" for name, why in lacking.items()))
    able = [experiment for experiment in chosen if experiment.id not in lacking]
    with ExitStack() as held:
        for experiment in able:
            if not costs[experiment.id].flops:  # networks on images are shared: each of their folders has a lock of its own
                held.enter_context(lock.output(setup.out, f"run {experiment.id}"))
        return _ran(able, lacking, costs, setup, bool(call.ids), console)


def _ran(
    able: Sequence[Experiment], lacking: Mapping[str, str], costs: Mapping[str, Cost], setup: Setup, named: bool, console: Console
) -> int:
    """Run experiments one after the other, write and print; return the exit status. `named`: whether the call names them."""
    from empirical.record import keep, qualifier

    seconds = _in_turn(costs)
    _tell_long(able, costs, seconds, console)
    found: list[Found] = []
    unfinished: dict[str, UnfinishedError] = {}
    began = time.time()
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("running", total=sum(seconds.values()))
        passed = 0.0
        for experiment in able:

            def tell(what: str, share: float, before: float = passed, own: float = seconds[experiment.id]) -> None:
                progress.update(task, description=what, completed=before + share * own)

            started = time.time()
            try:
                results = experiment.run(replace(setup, progress=tell))
            except UnfinishedError as error:
                unfinished[experiment.id] = error
                results = error.results
            if results is not None:
                rulings, took = keep(experiment, results, setup, started), time.time() - started
                took = float(results["trained"]["seconds"]) if "trained" in results else took
                found.append(Found(experiment, qualifier(experiment, results), rulings, took))
            passed += seconds[experiment.id]
    terminal.say(console, shown.ending(found, lacking, unfinished, named, terminal.room(console)))
    terminal.say(console, shown.closing(found, unfinished, setup.out, time.time() - began))
    if any(error.failures for error in unfinished.values()):
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


def fetch_data(call: Fetch, console: Console) -> int:
    """Fetch one data set and print where it is."""
    calls.output("--to", call.to)
    advice = "choose another with --to DIR"
    with (
        lock.locked(call.to, f"{lock.LOCKS}/fetch-{call.name}", f"fetch {call.name} to {call.to}", advice=advice),
        Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        ) as progress,
    ):
        task = progress.add_task(f"fetching {call.name}", total=1.0)
        data = fetch(call.name, call.to, lambda what, share: progress.update(task, description=what, completed=share), call.mirror)
    console.print(f"{layout(data)}; give it with --data {data}", highlight=False, soft_wrap=True)
    return 0


def _in_turn(costs: Mapping[str, Cost]) -> dict[str, float]:
    """Return the seconds of each experiment that can run, in the order of `costs`."""
    able = {name: cost for name, cost in costs.items() if not cost.missing}
    return dict(zip(able, seconds_in_turn(able.values()), strict=True))


def _chosen(call: Plan) -> list[Experiment]:
    known = experiments()
    advice = "see `python -m empirical list`"
    calls.among(f"an experiment must be one of the {len(known)} that are listed", call.ids, known, advice)
    return [known[name] for name in (dict.fromkeys(call.ids) if call.ids else known)]


def _setup(call: Plan) -> Setup:
    own = "leave it out for each experiment's own number"
    calls.between("--seeds", call.seeds, 1, MOST_SEEDS, "time and memory grow with them", own)
    quarters = "leave it out, or give a number that lets results tell quarters of training apart"
    calls.between("--epochs", call.epochs, QUARTERS, MOST_EPOCHS, "fifty times what the experiments train", quarters)
    data = call.data or _data_in_environment()
    if data is not None:
        if calls.kind_of("--data", data) == "absent":
            raise CallError(f"--data (or {DATA} in the environment) must be there, got {data}; leave it out where there is none")
        layout(data)
    out = call.out or (record.OUT / "smoke" if call.profile == "smoke" else record.OUT)
    profile = "paper" if call.profile == "auto" and data is not None and accelerated() else call.profile
    return Setup(profile=profile, seeds=call.seeds, data=data, out=out, epochs=call.epochs)


def _data_in_environment() -> Path | None:
    """Return the path that the environment gives; an empty one is none."""
    given = os.environ.get(DATA)
    if not given:
        return None
    try:
        return arguments.place(given)
    except ValueError as error:
        raise CallError(f"{DATA} in the environment: {error}") from error


def accelerated() -> bool:
    """Whether JAX computes on something faster than a CPU."""
    return jax.default_backend() != "cpu"


def _placed(call: Run, setup: Setup) -> Setup:
    """Return the setup with what is for networks on images: where they are trained, until when, and with which precision."""
    _refuse_numbers(call)
    slurm_only = {"--job-minutes": call.job_minutes, "--partition": call.partition, "--gpus": call.gpus or None}
    given = [name for name, value in slurm_only.items() if value is not None]
    if call.backend != "slurm" and given:
        raise CallError(f"{', '.join(given)} go with --backend slurm, got {call.backend}; leave them out")
    until = None if call.minutes is None else time.time() + 60 * call.minutes
    return replace(setup, backend=_backend(call), until=until, precision=call.precision, train=call.train, note=call.note)


def _refuse_numbers(call: Run) -> None:
    for option, minutes, advice in (
        ("--minutes", call.minutes, "leave it out to go on to the end"),
        ("--job-minutes", call.job_minutes, "leave it out for an hour"),
    ):
        if minutes is not None and minutes <= 0:
            raise CallError(f"{option} must be above 0, got {minutes}; {advice}")
        calls.between(option, minutes, 0, MOST_MINUTES, "a year", advice)
    most = MOST_JOBS[call.backend]
    calls.between("--jobs", call.jobs, 1, most, f"with --backend {call.backend}", "leave it out for as many as there is room for")
    calls.between("--gpus", call.gpus, 0, MOST_GPUS, "those of one machine", "leave it out for none")


def _backend(call: Run) -> Backend | None:
    """Return where networks on images are trained; None: here, one after the other."""
    if call.backend == "slurm":
        return Backend("slurm", call.jobs, call.job_minutes, call.partition, call.gpus)
    on_cpu = not accelerated()
    jobs = call.jobs or (cores() if on_cpu and call.profile != "smoke" else 1)
    if jobs == 1:
        return None
    if not on_cpu and jobs > jax.device_count():
        raise CallError(f"--jobs must be at most the number of GPUs here, {jax.device_count()}, got {jobs}; each job takes one")
    return Backend("local", jobs, gpus=0 if on_cpu else 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""

    def work() -> int:
        console = Console()
        call = tyro.cli(List | Run | Plan | Fetch, prog="python -m empirical", description=__doc__, args=arguments)
        if isinstance(call, Run) and (call.jobs or 1) > 1:  # jobs need the GPU memory that JAX would take here when it first looks
            os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
        match call:
            case List():
                return list_experiments(console)
            case Fetch():
                return fetch_data(call, console)
            case Run():
                refuse_path()
                return run(call, console)
            case _:
                refuse_path()
                return plan(call, console)

    return status_of(work, DataError, SettingsError, RunError, BackendError, LedgerError, EvidenceError)


if __name__ == "__main__":
    start(main)
