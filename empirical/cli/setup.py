"""From options to a setup: which experiments, where and how; a wrong call is refused with what to do."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import jax

from empirical.cli.options import Plan, Run
from empirical.data.source import layout
from empirical.experiments import experiments
from empirical.jobs.place import Backend
from empirical.report.experiment import Experiment, Setup
from empirical.report.summary import QUARTERS
from reports import arguments, calls, record
from reports.command import CallError
from reports.provenance import cores

DATA = "CLAIMS_DATA"  # in the environment: where images are, in place of --data


MOST_SEEDS = 10_000  # the time and the memory of a sweep grow with them


MOST_EPOCHS = 10_000  # fifty times what the experiments train


MOST_MINUTES = 366 * 24 * 60  # beyond a year a reading of the clock is taken for an error


MOST_JOBS = {"local": 256, "slurm": 10_000}  # processes with their own JAX; an array of jobs


MOST_GPUS = 64  # of one machine


CARRIED_MIB, MOST_MIB = 64, 2**20  # a state of the paper's ResNet18 takes 43


def chosen_by(call: Plan) -> list[Experiment]:
    """Return the experiments that a call names, all of them where it names none; raise CallError for a name that there is not."""
    known = experiments()
    advice = "see `python -m empirical list`"
    calls.among(f"an experiment must be one of the {len(known)} that are listed", call.ids, known, advice)
    return [known[name] for name in (dict.fromkeys(call.ids) if call.ids else known)]


def setup_of(call: Plan) -> Setup:
    """Return how to run: numbers within their bounds, data that are there, and where results go; raise CallError for a wrong call."""
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


def placed(call: Run, setup: Setup) -> Setup:
    """Return the setup with the options for networks on images: where they are trained, until when, and with which precision."""
    _refuse_numbers(call)
    slurm_only = {"--job-minutes": call.job_minutes, "--partition": call.partition, "--gpus": call.gpus or None}
    given = [name for name, value in slurm_only.items() if value is not None]
    if call.backend != "slurm" and given:
        raise CallError(f"{', '.join(given)} go with --backend slurm, got {call.backend}; leave them out")
    until = None if call.minutes is None else time.time() + 60 * call.minutes
    return replace(setup, backend=_backend(call), until=until, precision=call.precision, train=call.train, note=call.note)


def _refuse_numbers(call: Run) -> None:
    if call.carry is None and call.carry_mib is not None:
        raise CallError(f"--carry-mib goes with --carry DIR, got {call.carry_mib} alone; leave it out")
    calls.between("--carry-mib", call.carry_mib, 1, MOST_MIB, "a TiB", f"leave it out for {CARRIED_MIB}")
    for option, minutes, advice in (
        ("--minutes", call.minutes, "leave it out to go on to the end"),
        ("--job-minutes", call.job_minutes, "leave it out for an hour"),
    ):
        if minutes is not None and minutes <= 0:
            raise CallError(f"{option} must be above 0, got {minutes}; {advice}")
        calls.between(option, minutes, 0, MOST_MINUTES, "a year", advice)
    most = MOST_JOBS[call.backend]
    calls.between("--jobs", call.jobs, 1, most, f"with --backend {call.backend}", "leave it out for as many as there is room for")
    calls.between("--gpus", call.gpus, 0, MOST_GPUS, "the GPUs of one machine", "leave it out for none")


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
