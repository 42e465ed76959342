"""A worker: a separate Python that verifies one claim after another for `theory/workers.py`, until that process ends."""

from __future__ import annotations

import gc
import os
import sys
import threading
from multiprocessing.connection import Connection
from queue import SimpleQueue

COLLECT = (100_000, 50, 100)
"""How many objects start a round of the cycle collector, by generation. Terms live long: looking at them often takes 5% of a run."""
Task = tuple[str, int, int]
"""Arguments of `theory.verify_claim.verify_one`."""


def main() -> None:
    """Take tasks from the connection whose number is the argument, and send back their results."""
    parent, tasks = Connection(int(sys.argv[1])), SimpleQueue[Task]()
    threading.Thread(target=_listen, args=(parent, tasks), daemon=True).start()
    gc.set_threshold(*COLLECT)  # before anything is loaded
    import theory.verify  # noqa: F401 - before the first task comes: all that takes time to load
    from theory.jax_flags import set_flags
    from theory.registry import claims
    from theory.verify_claim import verify_one

    set_flags()  # before the modules of claims are loaded, which may compute
    claims()
    gc.freeze()  # what is loaded lives as long as the process: no round of the collector need look at it
    while True:
        parent.send(verify_one(*tasks.get()))


def _listen(parent: Connection, tasks: SimpleQueue[Task]) -> None:
    """Pass on tasks, and end this process when the parent has ended, in whatever way: its end of the connection is then closed."""
    try:
        while True:
            tasks.put(parent.recv())
    except (EOFError, OSError):
        os._exit(1)


if __name__ == "__main__":
    main()
