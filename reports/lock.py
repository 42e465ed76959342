"""One process at a time: a lock on a folder, which the system lets go when the process ends in any way."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reports.command import CallError

LOCKS = ".locks"


class LockError(CallError):
    """A folder that cannot be had for this process alone; the message says why and what to do."""


@contextmanager
def locked(folder: Path, name: str, purpose: str, *, wait: bool = False, advice: str = "choose another with --out DIR") -> Iterator[None]:
    """Hold the lock `name` of a folder inside this block.

    `purpose` says in the message what one process at a time may do. With `wait` another process is waited for; else LockError is raised,
    as where the folder cannot be written or its file system has no locks. The file of the lock stays: to remove it would let two in.
    """
    path = folder / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Not blocking, or a named pipe in its place would wait for a reader.
        lock = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK | os.O_CLOEXEC, 0o644), "ab")
    except OSError as error:
        raise LockError(f"the folder {folder} must be writable, but {error.strerror}; {advice}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            raise LockError(f"one process at a time may {purpose}, and another one does; wait for it or {advice}") from error
        except OSError as error:  # some network file systems
            raise LockError(f"{folder} must be on a file system with locks, but {error.strerror}; {advice}") from error
        yield


@contextmanager
def output(out: Path, command: str, *, wait: bool = False) -> Iterator[None]:
    """Hold a folder of results for one command: others write other files and may work beside it."""
    with locked(out, f"{LOCKS}/{command.replace(' ', '-')}", f"`{command}` into {out}", wait=wait):
        yield
