"""Jobs in the queue of a Slurm cluster, as arrays.

Slurm is asked by `squeue` alone: `sacct`, which submitit would ask, needs a database that many clusters do not have. For some minutes
`squeue --states=all` also knows how a job ended.
"""

from __future__ import annotations

import io
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import submitit
from submitit.core.utils import FailedJobError, FailedSubmissionError

from empirical.jobs.attempt import Attempt
from empirical.jobs.place import ENDING, OVER, QUEUED, RUNNING, UNBOUNDED, Backend, BackendError, Job, python, warning_s
from reports.interrupt import BlockInterrupt

COMMANDS = ("sbatch", "srun", "squeue", "scancel", "scontrol")
HOUR_MIN, PATIENCE_S = 60.0, 60.0


class Slurm:
    """One array for each submission, under a new name: so the whole array can be cancelled, also after an error while it was queued."""

    poll_s = 5.0  # the controller is shared with everyone else on the cluster

    def __init__(self, backend: Backend) -> None:
        missing = [name for name in COMMANDS if shutil.which(name) is None]
        if missing:
            raise BackendError(f"the backend slurm needs Slurm's commands, but {', '.join(missing)} cannot be found; use the backend local")
        self._backend = backend
        self._names: list[str] = []

    def room(self) -> int:
        """Return a number without meaning as a bound: the queue takes all at once."""
        return sys.maxsize

    def submit(self, attempts: Sequence[Attempt], folder: Path) -> list[Job]:
        """Queue an array of one job for each attempt."""
        backend, name = self._backend, f"claims-{folder.name}"
        minutes = math.ceil(backend.minutes or HOUR_MIN)
        wanted: dict[str, Any] = {
            "job_name": name,
            "time": minutes,
            "signal_delay_s": warning_s(60 * minutes),
            "mem": f"{math.ceil(1024 * backend.memory_gib)}M",
            "cpus_per_task": backend.cpus,
            "srun_args": [f"--cpus-per-task={backend.cpus}"],  # since Slurm 22.05 a step does not take it from its job
            "stderr_to_stdout": True,
        }
        wanted |= {"array_parallelism": backend.jobs} if backend.jobs else {}
        wanted |= {"partition": backend.partition} if backend.partition else {}
        wanted |= {"gpus_per_node": backend.gpus} if backend.gpus else {}
        executor = submitit.SlurmExecutor(folder, max_num_timeout=UNBOUNDED, python=python())
        executor.update_parameters(**wanted)
        self._names.append(name)
        try:
            with BlockInterrupt(), redirect_stderr(io.StringIO()):  # submitit would print what the error below says
                return executor.submit_array(attempts)
        except (FailedJobError, FailedSubmissionError) as error:
            message = " ".join(str(error).split())
            raise BackendError(f"Slurm must take the jobs, but says: {message}; ask for less, or for another partition") from error

    def states(self) -> Mapping[str, str] | None:
        """Return the states that `squeue` gives for all jobs of the user, these jobs among them."""
        answer = _call(["squeue", "--noheader", "--array", "--states=all", f"--user={os.getuid()}", "--format=%i|%T|%r"])
        if answer is None:
            return None
        rows = [line.strip().split("|", 2) for line in answer.splitlines()]
        return {row[0]: _worded(row[1], row[2]) for row in rows if len(row) == 3}

    def cancel(self, *, queued: bool = False) -> None:
        """Have Slurm end these jobs, or with `queued` take the jobs that do not run from the queue."""
        for name in self._names:
            _call(["scancel", "--quiet", f"--name={name}", f"--user={os.getuid()}", *(["--state=PENDING"] if queued else [])])


def _worded(state: str, reason: str) -> str:
    if state in OVER:
        return state
    return {"RUNNING": RUNNING, "COMPLETING": ENDING}.get(state, f"{QUEUED} ({reason})")


def _call(command: Sequence[str]) -> str | None:
    """Return what one of Slurm's commands says, or None where it fails or does not answer."""
    try:
        with BlockInterrupt():
            called = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", errors="replace", timeout=PATIENCE_S)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return called.stdout if called.returncode == 0 else None
