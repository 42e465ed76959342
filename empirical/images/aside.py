"""Which networks make room for others in a lease: in words for the plan and README, and for evidence on networks that were set aside."""

from __future__ import annotations

from collections.abc import Sequence

from empirical.images.standing import FALLEN, FITTED, LAST, NAMED, Stands
from reports.counted import counted

RULE = (
    f"its best is long past when it fits {FITTED:.0%} of the wrong labels, and its test accuracy over the last {LAST} epochs lies "
    f"{100 * FALLEN:.0f} points below its best one"
)
"""`standing.passed` in words."""
ORDER = (
    "Networks on images are trained seed by seed, then method by method; grids of strengths come last, and the penalty after them. With "
    f"--minutes a network whose best is long past is set aside, and goes on after all others of its experiment: {RULE}."
)


def told(standing: Sequence[Stands]) -> str:
    """Return a sentence on the networks that were set aside, "" where there are none; `enough` says whether the best is long past."""
    aside = [network for network in standing if network.enough and network.reached < network.wanted]
    if not aside:
        return ""
    named = [f"{network.name} of seed {network.seed} ({network.reached} of {network.wanted} epochs)" for network in aside]
    names = ", ".join(named) if len(named) <= NAMED else counted(len(named), "network")
    return f"Set aside, since the best is long past, and to be continued after all others: {names}."
