"""Let Ctrl-C end a command at once, from the first line of our own code on.

Python's own way, an exception in whatever runs just then, is lost in a callback of the garbage collector (JAX and Hypothesis have some),
and an extension module that is being imported turns it into another error. So the handler ends the process itself. It first calls what
was registered here: files that are only half written are removed, and child processes are ended.

Each command imports this module before any other, so it must stay quick to import.
"""

from __future__ import annotations

import os

INTERRUPTED = 130
SAID = "interrupted; every file that was written is whole\n"
try:
    import signal
except KeyboardInterrupt:  # it takes milliseconds, in which nothing answers Ctrl-C yet
    os.write(2, SAID.encode())
    os._exit(INTERRUPTED)

TYPE_CHECKING = False  # as `typing` has it, whose import would double those milliseconds
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from typing import Any, NoReturn

SHOW_CURSOR = "\x1b[?25h"  # a progress bar hides it
_last_acts: list[Callable[[], object]] = []


def exit_on_interrupt(name: str) -> None:
    """Answer Ctrl-C with `stop` from now on, if `name` is "__main__": a module that is only imported leaves signals as they are."""
    if name == "__main__":
        signal.signal(signal.SIGINT, _answer)


def _answer(*_: Any) -> None:
    if BlockInterrupt.blocks:
        BlockInterrupt.came = True
    else:
        stop()


def stop() -> NoReturn:
    """Say that the command was interrupted, call what was registered and end the process; safe at any moment."""
    ignore()
    try:  # noqa: SIM105 - contextlib takes longer to import than the rest of this module
        os.write(2, ((SHOW_CURSOR if os.isatty(2) else "") + SAID).encode())
    except OSError:  # standard error is closed or full, and nobody can be told
        pass
    for act in reversed(_last_acts):
        act()
    os._exit(INTERRUPTED)


def ignore() -> None:
    """Ignore Ctrl-C from now on: the command is at its end, and its exit status is known."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def at_stop(act: Callable[[], object]) -> None:
    """Have Ctrl-C call `act`, which must not raise, before the process ends; what was registered last is called first."""
    _last_acts.append(act)


class Ending:
    """Inside this block Ctrl-C also calls `act`, which must not raise."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act = act

    def __enter__(self) -> None:
        at_stop(self._act)

    def __exit__(self, *_: object) -> None:
        _last_acts.remove(self._act)


class BlockInterrupt:
    """The terminal's Ctrl-C never reaches processes that are started inside this block: their parent receives it and ends them in order.

    The parent answers it after the block, in which it takes down what it has started. Blocking the signal does not see to that alone: it
    goes to any other thread, and Python then calls the handler in the main thread, wherever this is.
    """

    blocks = 0  # how many this process is in
    came = False  # Ctrl-C, within one

    def __enter__(self) -> None:
        BlockInterrupt.blocks += 1
        self._before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

    def __exit__(self, *_: object) -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, self._before)
        BlockInterrupt.blocks -= 1
        if BlockInterrupt.came and not BlockInterrupt.blocks:
            BlockInterrupt.came = False  # what `stop` calls may enter such a block, too
            stop()


def kill(process: subprocess.Popen[Any]) -> None:
    """End a child process, unless its end was noticed already, and wait until it is gone; safe to call at Ctrl-C."""
    if process.returncode is not None:
        return
    try:
        os.kill(process.pid, signal.SIGKILL)
        os.waitpid(process.pid, 0)  # not process.wait(), whose lock the interrupted code may hold
    except (ProcessLookupError, ChildProcessError):
        return
