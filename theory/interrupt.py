"""Let Ctrl-C be heard: an exception raised inside a callback of the garbage collector, of which JAX and Hypothesis have some, is lost."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

AGAIN = 1.0  # seconds after which an interruption that had no effect is repeated


@contextmanager
def heard() -> Iterator[None]:
    """Repeat the KeyboardInterrupt of Ctrl-C until it has left this block."""

    def interrupt(*_: Any) -> NoReturn:
        signal.setitimer(signal.ITIMER_REAL, AGAIN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGALRM)}
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
