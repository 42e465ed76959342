"""The name of an arm of networks: which networks in which setting, and the method that trains them.

Results keep it as text, "setting, method", in memory and on disk. It is written and taken apart here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class ArmKey(NamedTuple):
    """A setting, such as `ResNet18` or `2NN, rate 0.1`, and a method, which has no comma."""

    setting: str
    method: str

    @property
    def written(self) -> str:
        """The key as results hold it."""
        return f"{self.setting}, {self.method}"


def key_of(written: str) -> ArmKey:
    """Return the key that results hold under a name; raise ValueError for one without a method."""
    setting, comma, method = written.rpartition(", ")
    if not comma:
        raise ValueError(f"an arm must be named `setting, method`, got {written!r}; name its method")
    return ArmKey(setting, method)


def keys_of(arms: Iterable[str]) -> list[ArmKey]:
    """Return the keys of all arms, in order."""
    return [key_of(written) for written in arms]


def in_setting(network: str, changed: str) -> str:
    """Return the setting of a network in which something is changed."""
    return f"{network}, {changed}"


def changed_in(setting: str) -> tuple[str, str]:
    """Return the network of a setting, and what is changed; "" where nothing is."""
    network, _, changed = setting.partition(", ")
    return network, changed
