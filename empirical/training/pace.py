"""How much of an epoch a run does before it looks at the clock: some seconds of it, and no more than fits in the time it has."""

from __future__ import annotations

import time

PIECE_S = 5.0
"""Seconds of a piece: a run that is told to stop does so within about as many."""


class Pace:
    """The size of the next piece, from the duration of the last one. Steps and chunks of the probes are timed separately.

    Until `until`, a time as of `time.time()`, or for ever. The first two pieces of a part are one unit each, and are not foreseen: the
    first takes in the compilation of a program, so that it says nothing of the next.
    """

    def __init__(self, until: float | None) -> None:
        self._until = until
        self._compiled: set[int] = set()
        self._unit_s: dict[int, float] = {}

    def over(self, part: int) -> bool:
        """Whether time is over, or would be after another unit of this part."""
        now = time.time()
        return self._until is not None and (now >= self._until or now + self._unit_s.get(part, 0.0) > self._until)

    def units(self, part: int, left: int) -> int:
        """Return how many of the units left to do next, at least one."""
        if part not in self._unit_s:
            return 1
        room = PIECE_S if self._until is None else min(PIECE_S, self._until - time.time())
        return max(1, min(left, int(room / max(self._unit_s[part], PIECE_S / left))))

    def took(self, part: int, units: int, seconds: float) -> None:
        """Note what a piece took."""
        if part in self._compiled:
            self._unit_s[part] = seconds / units
        self._compiled.add(part)
