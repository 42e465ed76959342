"""Let Ctrl-C end a command at once.

Python's own way, an exception in whatever runs just then, is lost in a callback of the garbage collector (JAX and Hypothesis have some),
and an extension module that is being imported turns it into another error. Since every file is written whole or not at all, nothing has to
be tidied up.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

INTERRUPTED = 130
SHOW_CURSOR = "\x1b[?25h"  # a progress bar hides it


def stop(*_: Any) -> NoReturn:
    """Say that the command was interrupted, end its workers and the process; safe at any moment."""
    os.write(2, ((SHOW_CURSOR if sys.stderr.isatty() else "") + "interrupted; every file that was written is whole\n").encode())
    for worker in multiprocessing.active_children():
        worker.terminate()
    os._exit(INTERRUPTED)


@contextmanager
def heard() -> Iterator[None]:
    """Answer Ctrl-C with `stop` inside this block."""
    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
