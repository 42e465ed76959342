"""Claims verified by several processes at once.

Each worker is a new Python with one connection to this process. No worker is forked from here, where JAX holds threads, and processes share
nothing: multiprocessing's pools need semaphores, a process that tracks these and one that forks, all of which can outlive a command that is
killed. A worker keeps nothing, so it can be killed at any moment, and it ends by itself when this process does.
"""

from __future__ import annotations

import multiprocessing
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing import connection
from pathlib import Path
from typing import Any

from reports.interrupt import BlockInterrupt, at_stop, kill
from theory.worker import Task

ROOT = Path(__file__).resolve().parents[1]
_idle: list[_Worker] = []
_alive: list[_Worker] = []


class LostError(Exception):
    """A worker that ended before it had verified its claim; the message says how."""


class _Worker:
    """A process, the connection to it, and the task that it works on, with the time at which that began."""

    def __init__(self) -> None:
        self.connection, theirs = multiprocessing.Pipe()
        self.task: Task | None = None
        self.started = 0.0
        command = [sys.executable, "-m", "theory.worker", str(theirs.fileno())]
        with theirs, BlockInterrupt():
            self.process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
            _alive.append(self)

    def begin(self, task: Task) -> None:
        self.task, self.started = task, time.time()
        with suppress(OSError):  # it has ended, which is noticed where its answer is waited for
            self.connection.send(task)

    def answer(self) -> Any:
        """Return what the worker found, or LostError if it ended instead."""
        try:
            return self.connection.recv()
        except (EOFError, OSError):
            return LostError(_how(self.process.wait()))

    def end(self) -> None:
        kill(self.process)
        self.process.wait()
        self.connection.close()
        _alive.remove(self)


def ready(count: int) -> None:
    """Start workers now, so that their libraries load while this process goes on."""
    while len(_idle) < count:
        _idle.append(_Worker())


def spread(tasks: Sequence[Task], jobs: int) -> Iterator[tuple[Task, float, Any]]:
    """Yield each task, the time at which it began, and its result once it is there: a LostError where its worker ended.

    Tasks begin in their order; `jobs` of them are worked on at once.
    """
    waiting, busy = deque(tasks), dict[Any, _Worker]()
    try:
        while waiting or busy:
            while waiting and len(busy) < jobs:
                worker = _idle.pop() if _idle else _Worker()
                worker.begin(waiting.popleft())
                busy[worker.connection] = worker
            for channel in connection.wait(list(busy)):
                worker = busy.pop(channel)
                result, task = worker.answer(), worker.task
                assert task is not None
                if isinstance(result, LostError):
                    worker.end()
                else:
                    _idle.append(worker)
                yield task, worker.started, result
    finally:
        dismiss()


def dismiss() -> None:
    """End all workers."""
    _idle.clear()
    while _alive:
        _alive[-1].end()


def _how(status: int) -> str:
    if status >= 0:
        return f"its process ended with exit status {status}"
    return f"its process was ended by {signal.Signals(-status).name}" + (", as when memory runs out" if -status == signal.SIGKILL else "")


def _kill_all() -> None:
    for worker in _alive:
        kill(worker.process)


at_stop(_kill_all)
