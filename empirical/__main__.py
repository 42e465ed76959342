"""Run the experiments: `python -m empirical list`, `plan`, `run [ID ...]`; `fetch NAME --to DIR` gets images for them.

Exit status of `run`: 0 when every experiment ran, whatever it found; 1 where a network could not be trained; 2 for a wrong call, or where
an experiment that was asked for by name cannot run here; 3 where time was over first, and the same command goes on; 130 for Ctrl-C, when
everything written so far is whole. A claim that is not reproduced is a result, not a failure.
"""

from __future__ import annotations

import difflib
import math
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import jax
import tyro
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from empirical.backend import Backend, BackendError
from empirical.data.fetch import Name, fetch
from empirical.data.images import DataError
from empirical.data.source import layout
from empirical.digits_kept import QUARTERS
from empirical.experiment import Cost, Experiment, Profile, Ruling, Setup, Target, UnfinishedError, experiments, seconds_in_turn
from empirical.run_folder import RunError
from empirical.settings import Precision, SettingsError
from reports import ledger, record
from reports.evidence import EvidenceError
from reports.ledger import LedgerError
from theory.interrupt import heard
from theory.provenance import cores

WRONG = 2
DATA = "CLAIMS_DATA"  # in the environment: where images are, in place of --data
COLOURS = {"supports": "green", "refutes": "red", "inconclusive": "yellow"}
FAILED, UNFINISHED = 1, 3
Found = tuple[Experiment, str, Mapping[Target, Ruling], float]
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
    seeds: int | None = None
    """Number of seeds; each experiment's own where none is given. Fewer than its rule asks for are inconclusive."""
    data: Path | None = None
    """Images: what `fetch` got, or a folder with train/CLASS/* and test/CLASS/*. Default: CLAIMS_DATA in the environment."""
    epochs: int | None = None
    """Train networks on images for so many epochs at most and say what was found by then, which decides nothing; without it, or with a
    larger number, they go on from there."""
    out: Path | None = None
    """Folder for results, pictures and evidence: reports/out, or reports/out/smoke for the profile smoke."""


@dataclass(frozen=True)
class Run(Plan):
    """Run experiments, all of them or the named ones, and write results, pictures and evidence.

    The options from --minutes on are for networks on images, each of which is a run of its own that goes on where it was.
    """

    minutes: float | None = None
    """Stop, with checkpoints, after so many minutes, wherever in an epoch that is; the same command goes on from there. What a call does
    for the first time is not foreseen and may end later: images read, programs compiled, the first steps of a network."""
    precision: Precision = "float32"
    """bfloat16 takes the passes of a step in it, after a comparison with float32 at the start of each run; weights stay float32."""
    backend: Literal["local", "slurm"] = "local"
    """Where networks are trained: processes of this machine, or one array of Slurm jobs."""
    jobs: int | None = None
    """Networks that are trained at once. Default: one for each core of a CPU, one on an accelerator, as many as Slurm gives."""
    job_minutes: float | None = None
    """Time limit of a Slurm job, which may be shorter than a run: it is queued again and goes on."""
    partition: str | None = None
    """Of Slurm."""
    gpus: int = 0
    """Of each Slurm job."""
    train: bool = True
    """With --no-train nothing is trained: what was trained before is told as far as it came."""
    note: str = ""
    """What a reader must know of the networks that their folders do not say; it stands with the evidence."""


@dataclass(frozen=True)
class Fetch:
    """Fetch a data set from those who publish it, check its sums, unpack it where it must be, and say what to give to --data."""

    name: Annotated[Name, tyro.conf.Positional]
    to: Path
    """Folder that it goes to. What a cut connection left there is gone on with."""
    mirror: str | None = None
    """Another address that has the same files."""


class CallError(ValueError):
    """A wrong call; the message says what must hold, what came and what to do."""


def list_experiments(console: Console) -> int:
    """Print the list."""
    table = _table("experiment", "claims", "seeds", "question")
    for experiment in experiments().values():
        claims = ", ".join(dict.fromkeys(target.claim for target in experiment.targets))
        table.add_row(experiment.id, claims, str(experiment.seeds), Text(experiment.question))
    console.print(table)
    return 0


def plan(call: Plan, console: Console) -> int:
    """Print what `run` would do, and, dimmed, what it could not do here, with the reason below the table."""
    chosen, setup = _chosen(call), replace(_setup(call), measure=True)
    table = _table("experiment", "seeds", "networks", "flops", "about", "memory", "")
    reasons: dict[str, list[str]] = {}
    totals: list[str] = []
    costs = {experiment.id: experiment.cost(setup) for experiment in chosen}
    seconds: dict[str, float] = {}
    for able in (True, False):
        group = {name: cost for name, cost in costs.items() if able is not bool(cost.missing)}
        seconds |= zip(group, seconds_in_turn(group.values()), strict=True)
        flops = {name: value for cost in group.values() for name, value in cost.flops.items()}
        networks = f", {len(flops)} networks on images ({_flops(sum(flops.values()))} flops)" if flops else ""
        if able or flops:
            totals.append(f"{'here' if able else 'not here'}: about {_time(sum(seconds[name] for name in group))}{networks}")
    for experiment in chosen:
        cost = costs[experiment.id]
        known = bool(cost.flops) or not cost.missing
        mark = experiment.qualifier if cost.qualifier is None else cost.qualifier
        table.add_row(
            experiment.id,
            str(setup.seeds or experiment.seeds),
            str(len(cost.flops) or ""),
            _flops(sum(cost.flops.values())) if cost.flops else "",
            _time(seconds[experiment.id]) if known else "",
            _memory(cost.memory_mib) if known else "",
            "not here" if cost.missing else mark,
            style="dim" if cost.missing else None,
        )
        if cost.missing:
            reasons.setdefault(cost.missing, []).append(experiment.id)
    console.print(table)
    for why, names in reasons.items():
        console.print(Text(f"\ncannot run here: {why}\n", style="yellow").append(", ".join(names), style="dim"))
    console.print("\nnetworks, flops: all that an experiment needs; about: less what one above has", highlight=False)
    for line in totals:
        console.print(line, highlight=False)
    return 0


def run(call: Run, console: Console) -> int:
    """Run, write, and print the rulings; return the exit status."""
    from empirical.record import keep, qualifier, refuse

    chosen, setup = _chosen(call), _placed(call, _setup(call))
    refuse(chosen, ledger.read(), setup.out)
    costs = {experiment.id: experiment.cost(setup) for experiment in chosen}
    lacking = {experiment.id: costs[experiment.id].missing for experiment in chosen if costs[experiment.id].missing}
    if call.ids and lacking:
        raise CallError("; ".join(f"{name} cannot run here: {why}" for name, why in lacking.items()))
    able = [experiment for experiment in chosen if experiment.id not in lacking]
    seconds = _in_turn(costs)
    found: list[Found] = []
    unfinished: dict[str, UnfinishedError] = {}
    began = time.time()
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
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
                found.append((experiment, qualifier(experiment, results), rulings, took))
            passed += seconds[experiment.id]
    _show(found, lacking, unfinished, console)
    console.print(f"\n{len(found)} experiments, {time.time() - began:.0f} s; results in {setup.out}", highlight=False, soft_wrap=True)
    if any(error.failures for error in unfinished.values()):
        return FAILED
    return UNFINISHED if unfinished else 0


def fetch_data(call: Fetch, console: Console) -> int:
    """Fetch one data set and print where it is."""
    with Progress(TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), console=console, transient=True) as progress:
        task = progress.add_task(f"fetching {call.name}", total=1.0)
        data = fetch(call.name, call.to, lambda what, share: progress.update(task, description=what, completed=share), call.mirror)
    console.print(f"{layout(data)}; give it with --data {data}", highlight=False, soft_wrap=True)
    return 0


def _in_turn(costs: Mapping[str, Cost]) -> dict[str, float]:
    """Return the seconds of each experiment that can run, in the order of `costs`."""
    able = {name: cost for name, cost in costs.items() if not cost.missing}
    return dict(zip(able, seconds_in_turn(able.values()), strict=True))


def _show(found: Sequence[Found], lacking: Mapping[str, str], unfinished: Mapping[str, UnfinishedError], console: Console) -> None:
    table = _table("experiment", "statement", "outcome", "s")
    lines: list[Text] = []
    for experiment, marked, rulings, seconds in found:
        for place, (target, ruling) in enumerate(rulings.items()):
            outcome = Text(f"{ruling.outcome} {marked}".strip(), style=COLOURS[ruling.outcome])
            statement = f"{target.form} {target.part}" if target.claim == experiment.id else " ".join(target)
            first = (experiment.id, f"{seconds:.1f}") if place == 0 else ("", "")
            table.add_row(first[0], statement, outcome, first[1])
            lines.append(Text(f"{experiment.id}, {statement}: ", style="bold").append(ruling.says, style="not bold"))
            if ruling.needs:
                lines[-1].append(f" Its rule still needs {ruling.needs}.", style="yellow not bold")
    for why in dict.fromkeys(lacking.values()):
        names = ", ".join(name for name in lacking if lacking[name] == why)
        lines.append(Text(f"not run, since {why}: ", style="yellow").append(names, style="not bold"))
    for name, error in unfinished.items():
        state = "failed" if error.failures else "not finished"
        table.add_row(name, f"{error}; run it again to go on", Text(state, style="red" if error.failures else "yellow"), "")
        lines.extend(Text(f"{name}: ", style="bold").append(failure, style="not bold") for failure in error.failures)
    console.print(table)
    console.print()
    for line in lines:
        console.print(line)


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _time(seconds: float) -> str:
    if seconds < 5400:
        return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 96 * 3600 else f"{seconds / 86400:.0f} d"


def _flops(count: float) -> str:
    return f"{count:.1e}".replace("e+", "e")


def _memory(mib: float) -> str:
    return f"{mib:.0f} MiB" if mib < 1000 else f"{mib / 1024:.1f} GiB"


def _chosen(call: Plan) -> list[Experiment]:
    known = experiments()
    for name in call.ids:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
            advice = f"perhaps you meant {' or '.join(near)}" if near else "see `python -m empirical list`"
            raise CallError(f"an experiment must be one of the {len(known)} that are listed, got {name!r}; {advice}")
    return [known[name] for name in (dict.fromkeys(call.ids) if call.ids else known)]


def _setup(call: Plan) -> Setup:
    if call.seeds is not None and call.seeds < 1:
        raise CallError(f"--seeds must be at least 1, got {call.seeds}; leave it out for each experiment's own number")
    if call.epochs is not None and call.epochs < QUARTERS:
        raise CallError(f"--epochs must be at least {QUARTERS}, since results tell quarters of training apart, got {call.epochs}")
    data = call.data or (Path(os.environ[DATA]) if os.environ.get(DATA) else None)
    if data is not None:
        if not data.exists():
            raise CallError(f"--data (or {DATA} in the environment) must be there, got {data}; leave it out where there is none")
        layout(data)
    out = call.out or (record.OUT / "smoke" if call.profile == "smoke" else record.OUT)
    profile = "paper" if call.profile == "auto" and data is not None and accelerated() else call.profile
    return Setup(profile=profile, seeds=call.seeds, data=data, out=out, epochs=call.epochs)


def accelerated() -> bool:
    """Whether JAX computes on something faster than a CPU."""
    return jax.default_backend() != "cpu"


def _placed(call: Run, setup: Setup) -> Setup:
    """Return the setup with what is for networks on images: where they are trained, until when, and with which precision."""
    if call.minutes is not None and not (math.isfinite(call.minutes) and call.minutes > 0):
        raise CallError(f"--minutes must be above 0, got {call.minutes}; leave it out to go on to the end")
    if call.jobs is not None and call.jobs < 1:
        raise CallError(f"--jobs must be at least 1, got {call.jobs}")
    slurm_only = {"--job-minutes": call.job_minutes, "--partition": call.partition, "--gpus": call.gpus or None}
    given = [name for name, value in slurm_only.items() if value is not None]
    if call.backend != "slurm" and given:
        raise CallError(f"{', '.join(given)} go with --backend slurm, got {call.backend}; leave them out")
    until = None if call.minutes is None else time.time() + 60 * call.minutes
    return replace(setup, backend=_backend(call), until=until, precision=call.precision, train=call.train, note=call.note)


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
    console = Console()
    try:
        with heard():
            call = tyro.cli(List | Run | Plan | Fetch, prog="python -m empirical", description=__doc__, args=arguments)
            if isinstance(call, Run) and (call.jobs or 1) > 1:  # jobs need the GPU memory that JAX would take here when it first looks
                os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
            match call:
                case List():
                    return list_experiments(console)
                case Fetch():
                    return fetch_data(call, console)
                case Run():
                    return run(call, console)
                case _:
                    return plan(call, console)
    except (CallError, DataError, SettingsError, RunError, BackendError, LedgerError, EvidenceError) as error:
        sys.stderr.write(f"{error}\n")
        return WRONG


if __name__ == "__main__":
    sys.exit(main())
