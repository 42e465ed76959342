"""The state of a sweep under way: in words, its networks, those past their peak, and the networks that its rule still needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

FITTED, FALLEN, LAST = 0.95, 0.05, 10
"""Of wrong labels; of test accuracy; epochs."""
PASSED = (
    f"A network whose peak is passed counts as trained to its end: it fits {FITTED:.0%} of the wrong labels, and its test accuracy over "
    f"the last {LAST} epochs lies {100 * FALLEN:.0f} points below its best one "
    "(written when seed 1 was known as far as epoch 100, and no other)."
)
NAMED = 6
"""Networks that are named; more are counted."""


class Stands(NamedTuple):
    """One network: its name in words, its seed, how many epochs it has had, how many it is to have, and whether its rule needs no more."""

    name: str
    seed: int
    reached: int
    wanted: int
    enough: bool


def passed(probes: Mapping[str, np.ndarray]) -> bool:
    """Whether the best test accuracy of one network, probes (epochs,), can be taken for its best of all epochs."""
    test, noisy = (probes[name] for name in ("test_accuracy", "noisy_accuracy"))
    return len(test) >= LAST and noisy[-1] >= FITTED and test[-LAST:].mean() <= test.max() - FALLEN


def needs(networks: Sequence[Stands], seeds: Sequence[int]) -> str:
    """Return which networks and seeds the rule still needs, as a part of a sentence; "" where it needs nothing."""
    begun = {network.seed for network in networks if network.reached}
    absent = sorted({*seeds, *(network.seed for network in networks)} - begun)
    own = [network for network in networks if network.seed in begun and not network.enough]
    started, new = ([network for network in own if bool(network.reached) is known] for known in (True, False))
    parts = [f"seed{'s' if len(absent) > 1 else ''} {_listed([str(seed) for seed in absent])}"] if absent else []
    if started:
        wanted = " or ".join(str(count) for count in sorted({network.wanted for network in started}))
        parts.append(f"all {wanted} epochs of {_named(started)}")
    if new:
        parts.append(f"the whole of {_named(new)}")
    return "; ".join([*parts[:-1], *(f"{'and ' if len(parts) > 1 else ''}{part}" for part in parts[-1:])])


def _named(networks: Sequence[Stands]) -> str:
    """Return networks by name, each with the epochs that it has had, or their number where there are many."""
    reached: dict[str, list[int]] = {}
    for network in networks:
        reached.setdefault(network.name, []).append(network.reached)
    if len(reached) > NAMED:
        counts = sorted({network.reached for network in networks})
        return f"{len(networks)} networks{_done(counts)}"
    return _listed([f"{name}{_done(sorted(set(counts)))}" for name, counts in reached.items()])


def _done(counts: Sequence[int]) -> str:
    if not any(counts):
        return ""
    return f" ({counts[0]} done)" if len(counts) == 1 else f" ({counts[0]} to {counts[-1]} done)"


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)
