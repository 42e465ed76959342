"""Where evidence comes from: commit, versions, device and time, read from the machine and never typed."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from reports.evidence import Provenance, Timing

ROOT = Path(__file__).resolve().parents[1]
# Whatever can change a result; one that is not installed is left out, so that this also serves where JAX is missing.
PACKAGES = (
    "flax",
    "hypothesis",
    "jax",
    "jaxlib",
    "mpmath",
    "msgspec",
    "numpy",
    "optax",
    "pillow",
    "python-flint",
    "scikit-learn",
    "sympy",
    "z3-solver",
)


def provenance(command: str, seed: int | None, started: float) -> Provenance:
    """Return the provenance of a run of `command` with `seed` that began `started` seconds after the epoch (`time.time()`).

    Raises ValueError where `started` lies in the future or more than a year back: a reading of another clock, most likely.
    """
    wall_s = time.time() - started
    if not 0 <= wall_s < 366 * 86400:
        raise ValueError(f"started must be a past reading of time.time(), got {started}, {wall_s:.0f} s ago; read that clock at the start")
    date = datetime.fromtimestamp(started, UTC).isoformat(timespec="seconds")
    timing = Timing(date=date, wall_s=round(wall_s, 3))
    return Provenance(commit=commit(ROOT), versions=versions(), device=device(), seed=seed, command=command, timing=timing)


ELSEWHERE = ("GIT_COMMON_DIR", "GIT_DIR", "GIT_INDEX_FILE", "GIT_NAMESPACE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_WORK_TREE")


def commit(folder: Path) -> str:
    """Return the commit checked out in `folder`, with "-dirty" where a tracked file differs from it; "unknown" outside git.

    A folder inside the checkout of some other project, such as an unpacked archive, is outside git: that commit says nothing.
    """
    try:
        head, inside = _git(folder, "rev-parse", "HEAD", "--show-prefix").split(b"\n", 1)
        changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    if inside != b"\n":  # the path from the top of the checkout to `folder`
        return "unknown"
    return f"{head.decode('ascii')}-dirty" if changed else head.decode("ascii")


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that are installed, without importing any."""
    versions = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def device() -> str:
    """Return the processor in words, with the number of cores that this process may use: "cpu x86_64, 2 cores"."""
    return f"cpu {platform.machine()}, {cores()} core{'s' if cores() > 1 else ''}"


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _git(folder: Path, *arguments: str) -> bytes:
    """Return what git prints, as bytes: the names of files need not be text in the locale's encoding.

    Variables that name another repository are left out: git sets them for its hooks, and a command may be called from one.
    """
    environment = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    return subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=True, env=environment).stdout
