"""Near misses as a reader can take them in: grouped by the point that killed them, with what each change gave there.

`theory` writes of each near miss the change, the changed formula, and what killed it: a point and the two values that differ there. One
point often kills most of them. So a group states its point and the true value once, and each change with the wrong value it gave. The
changed formulas stand in claims.json only: they are most of its bytes, and the change says the same in words.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from reports.methods import Miss

UNMET = "not met "
POINT = re.compile(r"\w+=")
"""How what killed a near miss begins: a bound that is not met at a point, or a point."""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """What one point killed: `by` names the point, `value` is what holds there; every one of `changes` gives another value."""

    by: str
    value: str
    changes: list[str]

    @property
    def killed(self) -> str:
        """What became of them, in words: a point kills at its place, a comparison since it disagrees."""
        if self.by.startswith(UNMET):
            return self.by
        if self.by.endswith("disagrees"):
            return f"killed, since {self.by}"
        return f"killed {'at' if POINT.match(self.by) else 'by'} {self.by}"


class NearMisses(msgspec.Struct, frozen=True, kw_only=True):
    """All near misses of one statement: groups, largest first, and the changes that were shown to be equal or that survived."""

    made: int
    rejected: int
    groups: list[Group]
    equal: list[str]
    survivors: list[str]


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    made: int
    rejected: int
    misses: list[Miss]
    equivalent: int = 0
    equal: list[str] = []
    survivors: list[str] = []


def grouped(details: dict[str, Any]) -> NearMisses | None:
    """Return the near misses that the details of a record hold, grouped; None where they have another shape."""
    try:
        misses = msgspec.convert(details, _Kept)
    except msgspec.ValidationError:
        return None
    by_killer: dict[tuple[str, str], list[str]] = {}
    for miss in misses.misses:
        by, _, values = miss.killed_by.rpartition(": ")
        value, against, _ = values.partition(" against ")
        by_killer.setdefault((by, value) if against else (miss.killed_by, ""), []).append(miss.change)
    groups = [Group(by=by, value=value, changes=changes) for (by, value), changes in by_killer.items()]
    groups.sort(key=lambda group: -len(group.changes))  # stable: in the order in which the points were found
    return NearMisses(made=misses.made, rejected=misses.rejected, groups=groups, equal=misses.equal, survivors=misses.survivors)
