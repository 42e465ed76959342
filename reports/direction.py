"""Which way a run points, by which number, and how strong a run it is: what an open statement has to show while nothing decides it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from reports.evidence import Evidence, Outcome, Qualifier

Direction = Literal["for", "against", "undecided"]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
STRENGTH: tuple[Qualifier, ...] = ("", "partial", "reduced", "stand-in")
"""Qualifiers, strongest run first."""
OF_OUTCOME: dict[Outcome, Direction] = {"supports": "for", "refutes": "against"}
ENDS: dict[Outcome, str] = {"supports": "met its rule", "refutes": "missed its rule", "not-run": "was not run"}
POINTS: dict[Direction, str] = {"for": "points for it", "against": "points against it", "undecided": "is undecided"}


class Effect(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The number that a ruling turns on.

    name     what was compared
    mean     over `seeds` seeds; `low` and `high` end its 95% interval, None with one seed
    above    the statement needs a number above this one
    paper    the paper's value; None where it gives none
    """

    name: str
    mean: float
    low: float | None
    high: float | None
    seeds: int
    above: float = 0.0
    paper: float | None = None

    @property
    def points(self) -> Direction:
        """Which way the mean points by itself."""
        return "for" if self.mean > self.above else "against"

    @property
    def short(self) -> str:
        """The mean, its interval, the number of seeds and the paper's value, as text."""
        between = "" if self.low is None or self.high is None else f" [{self.low:z.3f}, {self.high:z.3f}]"
        paper = "" if self.paper is None else f"; paper {self.paper:z.3f}"
        return f"{self.mean:z.3f}{between}, n = {self.seeds}{paper}".replace("-", "\N{MINUS SIGN}")

    @property
    def told(self) -> str:
        """What the compared quantity is: its name, then `short`."""
        return f"{self.name} is {self.short}"


def effect_of(item: Evidence) -> Effect | None:
    """Return the number that a record turns on, None where it names none."""
    try:
        return msgspec.convert(item.details.get("effect"), Effect | None)
    except msgspec.ValidationError:
        return None


def direction_of(item: Evidence) -> Direction:
    """Return which way a record points: as its outcome says, and where that is inconclusive, as it says itself."""
    direction = item.details.get("direction")
    return OF_OUTCOME.get(item.outcome) or (direction if direction in DIRECTIONS and item.outcome == "inconclusive" else "undecided")


def run_of(item: Evidence) -> str:
    """Return the run that a record is of, "" where it is of none: an experiment may have one in the paper's settings and a smaller one."""
    return str(item.details.get("run") or item.details.get("experiment", ""))


def strength(item: Evidence) -> tuple[int, int]:
    """Return a key that sorts the strongest record first: by what it lacks beside the paper's experiment, then by its seeds."""
    seeds = item.details.get("seeds")
    return STRENGTH.index(item.qualifier), -seeds if isinstance(seeds, int) and not isinstance(seeds, bool) else 0


def strongest_first(records: Sequence[Evidence]) -> list[Evidence]:
    """Return records in the order of their strength; the order in which they came changes nothing."""
    return sorted(records, key=lambda item: (strength(item), run_of(item), item.method, item.outcome, item.says))


def together(records: Sequence[Evidence]) -> Direction | Literal[""]:
    """Return which way the strongest of the records point, undecided where equally strong ones differ; "" where there are none."""
    if not records:
        return ""
    first = min(strength(item) for item in records)
    return common({direction_of(item) for item in records if strength(item) == first})


def common(directions: set[Direction]) -> Direction:
    """Return the direction that all share, undecided where they differ."""
    return next(iter(directions)) if len(directions) == 1 else "undecided"


def told(item: Evidence) -> str:
    """Return in words what a run is, how it ended or which way it points, and by which number."""
    name = run_of(item)
    kind = {"": "a run in full", "stand-in": "a stand-in"}.get(item.qualifier, f"a {item.qualifier} run")
    ends = ENDS.get(item.outcome) or POINTS[direction_of(item)]
    effect = effect_of(item)
    number = f": {effect.told}" if effect else ""
    return f"{kind}{f' ({name})' if name else ''} {ends}{number}"
