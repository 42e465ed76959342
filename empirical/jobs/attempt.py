"""The work of a job: one attempt at a task. It stops when it is of no use to go on.

A scheduler's time limit comes with a warning (SIGUSR2, which submitit listens to). The task has its checkpoints on disk already, so
the hook only has the same task queued again, unless it is no further than at the limit before.
Python handles a signal only between two bytecode steps: a compiled call, some seconds of an epoch, is finished first. Where such a call
outlasts the time between warning and limit (a compilation may), the job is killed instead, and the driver submits it again.
"""

from __future__ import annotations

import os
import signal
import threading
import time
import traceback
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol, runtime_checkable

from submitit.helpers import DelayedSubmission

WATCH_S = 0.5


class Task(Protocol):
    """A piece of work that can be pickled, killed at any moment, and called again.

    `name` is unique among the tasks of a call, and fit to be the name of a file.
    """

    @property
    def name(self) -> str:
        """What the task is called."""
        ...

    def __call__(self) -> None:
        """Do the remaining work; raise ValueError with a clear message where no attempt can work."""
        ...

    def done(self) -> bool:
        """Whether nothing is left: looked up on disk, since any process may ask."""
        ...


@runtime_checkable
class Gradual(Protocol):
    """A task that may outlast a time limit: it also says how far it is."""

    def progress(self) -> float:
        """Return how much would not be done again if the task were killed now: epochs in the checkpoint, looked up on disk."""
        ...


class Reason(NamedTuple):
    """Why a task did not work; `refused` where no other attempt can work before somebody mends the call or a file."""

    says: str
    refused: bool


class StuckError(RuntimeError):
    """A task that came no further between two time limits."""


def progress(task: Task) -> float:
    """Return how far a task is; a task that is not `Gradual` is either done or at its start."""
    return task.progress() if isinstance(task, Gradual) else float(task.done())


@dataclass(frozen=True)
class Attempt:
    """One job's call of a task.

    driver    the process without which a local job is of no use; None where a scheduler looks after it
    devices   CUDA_VISIBLE_DEVICES of the job; None leaves it to the scheduler
    before    how far the task was at the last time limit of this job; None where there was none yet
    """

    task: Task
    driver: int | None = None
    devices: str | None = None
    before: float | None = None

    def __call__(self) -> Reason | None:
        """Return why the task does not work, or None where it came to its end."""
        if self.driver is not None:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)  # submitit ignores it, but it is how a local job is cancelled
            threading.Thread(target=_end_with, args=(self.driver, os.getppid()), daemon=True).start()
        if self.devices is not None:
            os.environ["CUDA_VISIBLE_DEVICES"] = self.devices  # JAX looks when it first computes
        try:
            self.task()
        except Exception as error:  # noqa: BLE001 - any error of a task is a failure of that task, which the driver reports
            traceback.print_exc()
            expected = isinstance(error, (ValueError, StuckError)) and str(error)
            return Reason(str(error) if expected else f"{type(error).__name__}: {error}", isinstance(error, ValueError))
        return None

    def checkpoint(self, *_: Any) -> DelayedSubmission:
        """Return the attempt to queue again at a time limit; raise StuckError where the task came no further since the last limit."""
        now = progress(self.task)
        if now == self.before:
            raise StuckError(
                f"{self.task.name} must come further from one time limit to the next, but was at {now:g} at both; "
                "give each job more time, or read in its log which thing it waits for"
            )
        return DelayedSubmission(replace(self, before=now))


def _end_with(driver: int, parent: int) -> None:
    """End this process when the driver or submitit's controller has gone, however they went."""
    while os.getppid() == parent and _alive(driver):
        time.sleep(WATCH_S)
    os._exit(1)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError:  # no such process, or by now somebody else's
        return False
    return True
