"""Backends: the settings that a user gives, and the interface of a place where jobs run.

A place takes attempts and says of each of its jobs whether it is still alive. The driver does not ask the place whether a job did its
work, but looks for the result on disk.
"""

from __future__ import annotations

import math
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import submitit

from empirical.jobs.attempt import Attempt, Reason

ROOT = Path(__file__).resolve().parents[2]
UNBOUNDED = 1_000_000_000  # submitit's own count of time limits: an attempt that comes no further stops by itself
# What becomes of a job, beside words of the place's own: over without a result, at work, or at its very end.
OVER = {"BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED", "REVOKED", "TIMEOUT"}
RUNNING, ENDING, QUEUED = "running", "ending", "in the queue"


class BackendError(ValueError):
    """A backend that cannot be used so, or here; the message says what must hold, what came and what to do."""


@dataclass(frozen=True)
class Backend:
    """Where tasks run and what each job may take.

    kind         "local": processes of this machine; "slurm": one array of jobs
    jobs         how many at once; None: one locally, as many as Slurm gives. Jobs that Slurm gets to retry come on top
    minutes      time limit of a job, after which it is queued again and goes on; None: none locally, an hour in Slurm, where short jobs
                 wait less. Slurm rounds it up to whole minutes
    partition    of Slurm alone
    gpus, cpus   of each job. Locally cpus are not enforced, and a job without gpus sees none
    memory_gib   of each job, enforced by Slurm alone
    retries      how many times in a row a job that died is tried again without having come further
    """

    kind: Literal["local", "slurm"] = "local"
    jobs: int | None = None
    minutes: float | None = None
    partition: str | None = None
    gpus: int = 0
    cpus: int = 1
    memory_gib: float = 4.0
    retries: int = 2

    def __post_init__(self) -> None:
        if self.kind not in ("local", "slurm"):
            raise BackendError(f"the backend must be local or slurm, got {self.kind!r}")
        for name, value, least in (
            ("the number of jobs at once", self.jobs, 1),
            ("the number of processors of a job", self.cpus, 1),
            ("the number of GPUs of a job", self.gpus, 0),
            ("the number of retries", self.retries, 0),
        ):
            if value is not None and value < least:
                raise BackendError(f"{name} must be at least {least}, got {value}")
        for name, number in (("the time limit of a job in minutes", self.minutes), ("the memory of a job in GiB", self.memory_gib)):
            if number is not None and not (math.isfinite(number) and number > 0):
                raise BackendError(f"{name} must be finite and above 0, got {number}")
        if self.partition is not None and self.kind != "slurm":
            raise BackendError(f"a partition belongs to the backend slurm, got {self.partition!r} for {self.kind}; leave it out")


Job = submitit.Job[Reason | None]


class Place(Protocol):
    """Where jobs run."""

    poll_s: float

    def room(self) -> int:
        """Return how many more attempts may be submitted now."""
        ...

    def submit(self, attempts: Sequence[Attempt], folder: Path) -> list[Job]:
        """Start or queue attempts, with logs in `folder`, which is new; raise BackendError where they are not taken."""
        ...

    def states(self) -> Mapping[str, str] | None:
        """Return the state of each job by its id; an ended job is left out or in `OVER`. None where the states are unknown now."""
        ...

    def cancel(self, *, queued: bool = False) -> None:
        """End every job of this place, or with `queued` only the jobs that do not run yet."""
        ...


def warning_s(limit_s: float) -> int:
    """Return how long before the time limit a job is warned: long enough for a piece of an epoch to end, short beside the limit."""
    return max(1, min(120, round(limit_s / 5)))


def python() -> str:
    """Return the shell command of this Python, which finds the project's packages wherever a job begins."""
    paths = os.pathsep.join(path for path in (str(ROOT), os.environ.get("PYTHONPATH")) if path)
    return f"env {shlex.quote(f'PYTHONPATH={paths}')} {shlex.quote(sys.executable)}"
