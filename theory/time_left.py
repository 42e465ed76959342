"""How long verifying takes, told before it begins and while it goes on: from what earlier runs left on disk and from the first claims."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from reports import evidence
from reports.evidence import Dossier, EvidenceError

POINT_S = 2e-5
"""Seconds of one core for one point of one property beyond those that were measured: 1.2e-5 for lemma-3.1 on two cores, more elsewhere."""
CLAIM_S = 4.0
"""Seconds of one core for a claim of which no evidence is on disk: the mean of all, most of it compilation and proof."""
EXAMPLES = re.compile(r"--examples (\d{1,15})\b")


def expected(ids: Sequence[str], examples: int, properties: Mapping[str, int], folders: Iterable[Path]) -> dict[str, float]:
    """Return the seconds of one core that each claim will take, by evidence in `folders` (the first that has some counts).

    `properties` is the number of properties that are attacked; each sees `examples` points.
    """
    known = {name: next(filter(None, (_earlier(folder, name) for folder in folders)), None) for name in ids}
    expected: dict[str, float] = {}
    for name, dossier in known.items():
        before = EXAMPLES.search(dossier.provenance.command) if dossier else None
        seconds = dossier.provenance.timing.wall_s if dossier and before else CLAIM_S
        more = examples - (int(before[1]) if before else 0)
        expected[name] = max(0.1, seconds + max(0, more) * properties[name] * POINT_S)
    return expected


def _earlier(folder: Path, claim: str) -> Dossier | None:
    """Return evidence of an earlier run, None where there is none that can be used."""
    path = evidence.path_of(folder, "theory", claim)
    try:
        dossier = evidence.read(path) if path.is_file() else None
    except (OSError, EvidenceError):
        return None  # an estimate may do without it; whoever needs the file reports its fault
    return dossier if dossier and dossier.evidence else None


def in_parallel(seconds: Iterable[float], jobs: int) -> float:
    """Return how long tasks take together on so many processes, the largest first: the mean load, or the longest task."""
    durations = list(seconds)
    return max([sum(durations) / min(jobs, max(1, len(durations))), *durations], default=0.0)


class Left:
    """The time that is left of tasks with expected seconds, corrected by how long those that are done really took."""

    def __init__(self, seconds: Mapping[str, float], jobs: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.tasks = len(seconds)
        self._open = dict(seconds)
        self._jobs = jobs
        self._clock = clock
        self._expected_s = self._took_s = 0.0
        self._told = clock()
        self._left_s = in_parallel(self._open.values(), jobs)

    def __contains__(self, name: object) -> bool:
        return name in self._open

    def done(self, name: str, took_s: float) -> None:
        """Note that a task is done, and how long it took."""
        self._expected_s += self._open.pop(name)
        self._took_s += took_s
        self._told = self._clock()
        pace = self._took_s / self._expected_s
        self._left_s = pace * in_parallel(self._open.values(), self._jobs)

    def seconds(self) -> float:
        """Return the seconds that are left now, at least 0."""
        return max(0.0, self._left_s - (self._clock() - self._told))
