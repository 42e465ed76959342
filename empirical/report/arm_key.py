"""The key of an arm in the results of a sweep: a setting and the method that trains in it. The files have it as text.

The text, "setting, method" or on toy data "setting, method, flips", is written and read here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class ArmKey(NamedTuple):
    """One arm of a sweep.

    setting  `ResNet18`, `2NN, rate 0.1`, or on toy data `inferred, n = 100`
    method   `1-SAM`; "" on toy data where all arms of a setting have the same method
    flips    on toy data, `chance` or `exact` where an experiment has both; "" elsewhere
    """

    setting: str
    method: str = ""
    flips: str = ""

    @property
    def written(self) -> str:
        """The key as files and tables have it."""
        return ", ".join(part for part in self if part)


def key_of(written: str, setting: Mapping[str, Any]) -> ArmKey:
    """Return the key that a file has under a name, for an arm whose settings the file gives too.

    The settings tell which parts of the name are method and flips. Raises ValueError for networks without a method.
    """
    *before, last = written.split(", ")
    if "flips" not in setting:  # networks, whose names end with the method
        if not before:
            raise ValueError(f"an arm must be named `setting, method`, got {written!r}; name its method")
        return ArmKey(", ".join(before), last)
    flips = last if before and last == setting["flips"] else ""
    parts = before if flips else [*before, last]
    method = parts.pop() if len(parts) > 1 and parts[-1].casefold() == setting["method"] else ""
    return ArmKey(", ".join(parts), method, flips)
