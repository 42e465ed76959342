"""Tasks carried to their end by jobs, of this machine or of a Slurm cluster, which may be cut short, killed, or fail on their own.

The driver looks on disk for finished work, so a call with the same tasks goes on where the last call stopped, on this
machine or another.
A job may end in four ways, and its end does not touch the other jobs:

it comes to its end        the task is done, or has stopped at its own deadline
its time limit comes       it is queued again by itself, as often as it comes further (jobs/attempt.py)
it dies without a word     kill -9, out of memory, a lost node: submitted again, `retries` times in a row without coming further
the task raises            a failure, with its message and log; not tried again, for it would fail again
"""

from __future__ import annotations

import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from empirical.jobs.attempt import Attempt, Reason, Task, progress
from empirical.jobs.local import Local
from empirical.jobs.place import OVER, QUEUED, RUNNING, Backend, BackendError, Job, Place
from empirical.jobs.slurm import Slurm

__all__ = ["Backend", "BackendError", "Failure", "Task", "complete", "is_done", "reached_by"]

TICK_S = 0.1
WAITING, UNKNOWN = "waiting", "unknown: the queue does not answer"


@dataclass(frozen=True)
class Failure:
    """A task that was given up: the reason, the log of its last job where it had a job, and whether it was refused (`Reason`)."""

    task: str
    why: str
    log: Path | None = None
    refused: bool = False

    def __str__(self) -> str:
        return f"{self.task}: {self.why}" + ("" if self.log is None else f" (log: {self.log})")


@dataclass
class _Course:
    """How a task stands. `gone` counts the looks in a row at which its job was neither alive nor had left a result."""

    task: Task
    reached: float
    state: str = WAITING
    job: Job | None = None
    deaths: int = 0
    gone: int = 0
    why: str = ""
    refused: bool = False

    @property
    def settled(self) -> bool:
        return self.state in {"done", "failed", "stopped"}


def complete(
    tasks: Sequence[Task],
    backend: Backend,
    logs: Path,
    tell: Callable[[Mapping[str, str]], None],
    until: float | None = None,
) -> list[Failure]:
    """Run tasks until each is done, has failed, or `until` has passed, and return the failures.

    `tell` is called with every task's state in words whenever a state changes, or a running task has come further. From `until` on (a
    reading of `time.time()`) no job is started, and running jobs are waited for: a task that should stop then knows so by itself. A task
    that returns before it is done counts as stopped; after that no job is started either, since the time left is too short to be used.
    Jobs keep their logs in a new folder under `logs`, which must be seen by every machine that takes part.
    Ctrl-C, SIGTERM and any error in here end all jobs first. If the driver is killed outright, its local jobs end within a second or
    two; jobs of Slurm go on, and the next call finds their work.
    Raises BackendError where the backend cannot be used, two tasks have one name, or `logs` cannot be written.
    """
    names = [task.name for task in tasks]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BackendError(f"the names of tasks must differ, got {', '.join(twice)} more than once")
    courses = [_Course(task, 0, "done") if is_done(task) else _Course(task, reached_by(task)) for task in tasks]
    place = Local(backend) if backend.kind == "local" else Slurm(backend)
    with _noting_signals() as signals:
        try:
            _drive(courses, backend, place, logs, tell, until, signals)
        finally:
            if not all(course.settled for course in courses):
                place.cancel()
    failed = [(course, course.job) for course in courses if course.state == "failed" and course.job]
    return [Failure(course.task.name, course.why, job.paths.stdout, course.refused) for course, job in failed]


def _drive(
    courses: Sequence[_Course],
    backend: Backend,
    place: Place,
    logs: Path,
    tell: Callable[[Mapping[str, str]], None],
    until: float | None,
    signals: Sequence[int],
) -> None:
    told: tuple[object, ...] = ()
    while not signals:
        _look([course for course in courses if course.job and not course.settled and course.state != WAITING], place, backend, until)
        late = until is not None and (time.time() >= until or any(course.state == "stopped" for course in courses))
        waiting = [course for course in courses if course.state == WAITING]
        if late:
            _stop(waiting, courses, place)
        elif room := place.room():
            _submit(waiting[:room], place, logs)
        states = {course.task.name: course.state for course in courses}
        now = (states, [reached_by(course.task) for course in courses if course.state == RUNNING])
        if now != told:
            tell(dict(states))
            told = now
        if all(course.settled for course in courses):
            return
        waited = time.monotonic() + place.poll_s
        while time.monotonic() < waited and not signals:
            time.sleep(TICK_S)


def _submit(courses: Sequence[_Course], place: Place, logs: Path) -> None:
    """Submit a job for each course. Where that fails, courses whose earlier job died have failed; if a course had no job yet, raise."""
    if not courses:
        return
    try:
        logs.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=time.strftime("%Y%m%d-%H%M%S-"), dir=logs)).absolute()
        jobs = place.submit([Attempt(course.task) for course in courses], folder)
    except OSError as error:
        raise BackendError(f"{logs} must be a folder that can be written, but {error.strerror}; make room or choose another") from error
    except BackendError as error:
        if any(course.job is None for course in courses):
            raise
        for course in courses:
            course.state, course.why = "failed", f"its job died and could not be queued again: {error}"
        return
    for course, job in zip(courses, jobs, strict=True):
        course.job, course.gone, course.state = job, 0, "submitted"


def _stop(waiting: Sequence[_Course], courses: Sequence[_Course], place: Place) -> None:
    """Let nothing begin from now on; a job that is taken from the queue shows so when it is looked at."""
    for course in waiting:
        course.state = "stopped"
    if any(course.state.startswith(QUEUED) for course in courses):
        place.cancel(queued=True)


def _look(courses: Sequence[_Course], place: Place, backend: Backend, until: float | None) -> None:
    """Update the state of each course. The place is asked first: a job that is gone by then has left its result by now, if any."""
    states = place.states() if courses else {}
    for course in courses:
        assert course.job is not None
        state = UNKNOWN if states is None else states.get(course.job.job_id, "")
        if state != RUNNING and course.job.paths.result_pickle.exists():
            _ended(course, _why(course.job), until)
        elif state and state not in OVER:
            course.state, course.gone = state, 0
        elif course.gone:
            _died(course, state, backend.retries, until)
        else:
            course.gone = 1  # the file system of a cluster may show a result late


def is_done(task: Task) -> bool:
    """Whether a task is done. A damaged task is not: whoever works on it will say so, and the other tasks go on."""
    try:
        return task.done()
    except ValueError:
        return False


def reached_by(task: Task) -> float:
    """Return how far a task is; a damaged task stands at its start."""
    try:
        return progress(task)
    except ValueError:
        return 0


def _why(job: Job) -> Reason | None:
    """Return why a job that left a result did not work, or None."""
    error = job.exception()  # of submitit's: the task could not even be loaded
    return job.result() if error is None else Reason(str(error).rpartition("-" * 22)[0].rstrip().splitlines()[-1], refused=False)


def _ended(course: _Course, why: Reason | None, until: float | None) -> None:
    if is_done(course.task):  # also where another machine did it, and held the folder
        course.state = "done"
    elif why is not None:
        course.state, course.why, course.refused = "failed", why.says, why.refused
    elif until is not None:
        course.state = "stopped"
    else:
        course.state, course.why = "failed", "it ended without an error, but is not done"


def _died(course: _Course, state: str, retries: int, until: float | None) -> None:
    """Have a job that left no result tried again, unless that was in vain too often or it was taken from the queue."""
    reached = reached_by(course.task)
    course.deaths = 1 if reached > course.reached else course.deaths + 1
    course.reached = reached
    if is_done(course.task):
        course.state = "done"
    elif until is not None and time.time() >= until:
        course.state = "stopped"
    elif state == "CANCELLED":
        course.state, course.why = "failed", "its job was cancelled by somebody; run again to go on"
    elif course.deaths > retries:
        course.state = "failed"
        word = f", the last one with {state}" if state else ""
        course.why = (
            f"{course.deaths} jobs in a row ended without a word{word}, no further than {reached:g}: "
            "killed, out of memory, or with a time limit in which nothing was kept"
        )
    else:
        course.state = WAITING


@contextmanager
def _noting_signals() -> Iterator[list[int]]:
    """Note Ctrl-C and SIGTERM inside this block, and answer them in the usual way after it."""
    noted: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda number, _: noted.append(number)) for number in numbers]
    try:
        yield noted
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
        for number in noted[:1]:
            signal.raise_signal(number)
