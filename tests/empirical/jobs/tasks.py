"""Tasks for the tests of the backends: they count, one line a step, in a file that is also their checkpoint. Jobs import this module."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Counting:
    """Writes 0, 1, ... to a file, with `pause` seconds after each number; each call leaves its process and its time in another."""

    name: str
    folder: Path
    steps: int = 3
    pause: float = 0.0

    def __call__(self):
        self.folder.mkdir(exist_ok=True)
        with self.calls.open("a") as file:
            file.write(f"{os.getpid()}\n")
        for step in range(self.progress(), self.steps):
            with self.counted.open("a") as file:
                file.write(f"{step}\n")
            time.sleep(self.pause)
            self.after(step)

    def after(self, step):
        """What else happens at a step."""

    def done(self):
        return self.progress() == self.steps

    def progress(self):
        return len(self.counted.read_text().splitlines()) if self.counted.exists() else 0

    @property
    def counted(self):
        return self.folder / self.name

    @property
    def calls(self):
        return self.folder / f"{self.name}.calls"

    def processes(self):
        return [int(line) for line in self.calls.read_text().split()] if self.calls.exists() else []


@dataclass(frozen=True)
class Dying(Counting):
    """Is killed at the given steps, as often as it comes to one."""

    at: tuple[int, ...] = ()

    def after(self, step):
        if step in self.at:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Fated(Counting):
    """Is killed at its start, always."""

    def __call__(self):
        with self.calls.open("a") as file:
            file.write(f"{os.getpid()}\n")
        os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Failing(Counting):
    """Raises an error at the first step, with `raises` as its name."""

    raises: str = "ValueError"

    def after(self, step):
        raise {"ValueError": ValueError, "RuntimeError": RuntimeError}[self.raises]("rho must be positive\nand is not")


@dataclass(frozen=True)
class Unloadable(Counting):
    """Cannot be taken out of its pickle."""

    def __reduce__(self):
        return int, ("no number",)


@dataclass(frozen=True)
class Idle(Counting):
    """Comes to no step, however long it takes."""

    def __call__(self):
        self.folder.mkdir(exist_ok=True)
        with self.calls.open("a") as file:
            file.write(f"{os.getpid()}\n")
        time.sleep(self.pause)


@dataclass(frozen=True)
class Overtaken(Counting):
    """Finds its folder in use, by a process that then ends the work."""

    def __call__(self):
        self.counted.write_text("".join(f"{step}\n" for step in range(self.steps)))
        raise ValueError("one process at a time may use this folder")


@dataclass(frozen=True)
class Seeing(Counting):
    """Writes down which GPUs it may use."""

    def after(self, step):
        (self.folder / f"{self.name}.devices").write_text(os.environ["CUDA_VISIBLE_DEVICES"])


@dataclass(frozen=True)
class Damaged(Counting):
    """Cannot tell how far it is."""

    def progress(self):
        raise ValueError("the checkpoint is damaged")
