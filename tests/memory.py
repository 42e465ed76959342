"""Memory of the tests: as many workers as the machine's memory holds, and no compiled programs of files that are done."""

import gc
import os
from pathlib import Path

import jax

from reports.provenance import cores

GIB = 2**30
WORKER = 3 * GIB
"""Room for one worker: its libraries, the programs of one file and of those before, and the commands that tests start."""
ENOUGH = 2 * GIB
"""A worker that holds more at the end of a file lets go of its programs. Kept to the end, they take 5 GiB."""
LIMIT = Path("/sys/fs/cgroup/memory.max")
HELD = Path("/proc/self/statm")


def memory() -> int:
    """Return the machine's memory in bytes, or what a container leaves of it."""
    physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limit = LIMIT.read_text().strip() if LIMIT.is_file() else "max"
    return physical if limit == "max" else min(physical, int(limit))


def workers(memory: int, cores: int) -> int:
    """Return how many workers run at once, at least one."""
    return max(1, min(cores, memory // WORKER))


def held() -> int:
    """Return the bytes that this process holds; 0 where the system does not tell."""
    return int(HELD.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if HELD.is_file() else 0


def forget_programs() -> None:
    """Let go of every program that JAX compiled; a program that is called again is compiled again."""
    jax.clear_caches()
    gc.collect()


def workers_here() -> int:
    """Return how many workers run at once on this machine."""
    return workers(memory(), cores())
