"""Jobs as processes of this machine, a few at once.

Each has a controller of submitit's beside it, which knows the time limit. Neither hears the terminal's Ctrl-C; the driver ends them.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import submitit

from empirical.jobs.attempt import Attempt
from empirical.jobs.place import RUNNING, UNBOUNDED, Backend, BackendError, Job, python, warning_s
from reports.interrupt import BlockInterrupt

YEAR_MIN, GRACE_S = 525_600.0, 5.0


class Local:
    """Up to `jobs` processes at once; no GPU is given to two of them."""

    poll_s = 0.1

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._slots: list[Job | None] = [None] * (backend.jobs or 1)
        for slot in range(len(self._slots)):
            self._devices(slot)

    def room(self) -> int:
        """Return the number of free slots."""
        return sum(_free(job) for job in self._slots)

    def submit(self, attempts: Sequence[Attempt], folder: Path) -> list[Job]:
        """Start a process for each attempt, in a free slot."""
        started = []
        limit_s = 60 * (self._backend.minutes or YEAR_MIN)
        for index, attempt in enumerate(attempts):
            slot = next(place for place, job in enumerate(self._slots) if _free(job))
            # a folder for each job, because job ids are process ids, which the system uses again
            executor = submitit.LocalExecutor(folder / str(index), max_num_timeout=UNBOUNDED, python=python())
            executor.update_parameters(timeout_min=limit_s / 60, signal_delay_s=warning_s(limit_s), stderr_to_stdout=True)
            with BlockInterrupt():
                job = executor.submit(replace(attempt, driver=os.getpid(), devices=self._devices(slot)))
            self._slots[slot] = job
            started.append(job)
        return started

    def states(self) -> Mapping[str, str]:
        """Return the running jobs by id; a job that has ended is left out."""
        return {job.job_id: RUNNING for job in self._alive()}

    def cancel(self, *, queued: bool = False) -> None:
        """End every process and return when the last one is gone; none of them is ever queued."""
        limit = time.monotonic() + GRACE_S
        while alive := [] if queued else self._alive():
            for job in alive:  # a controller hands SIGTERM on to its task, but loses it while it starts, so it is sent again
                os.kill(int(job.job_id), signal.SIGTERM if time.monotonic() < limit else signal.SIGKILL)
            time.sleep(self.poll_s)

    def _alive(self) -> list[Job]:
        return [job for job in self._slots if job is not None and not _free(job)]

    def _devices(self, slot: int) -> str:
        """Return the GPUs of a slot, among those that this process may use; none of them is in two slots."""
        number, given = self._backend.gpus, os.environ.get("CUDA_VISIBLE_DEVICES")
        mine = range(slot * number, (slot + 1) * number)
        if given is None:
            return ",".join(str(index) for index in mine)
        names = [name for name in given.split(",") if name]
        if mine.stop > len(names):
            raise BackendError(f"{len(self._slots)} jobs at once with {number} GPUs each must be visible, got {len(names)}; run fewer")
        return ",".join(names[index] for index in mine)


def _free(job: Job | None) -> bool:
    return job is None or job.done()
