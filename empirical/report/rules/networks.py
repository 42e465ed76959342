"""Terms and cases that the rules on networks share: a method's values at the strength that is compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from empirical.report.reading import Choice, at
from empirical.report.results import networks
from empirical.report.rules.rule import Cases
from empirical.report.rules.term import Read, Term
from empirical.report.sweep_results import SweepResults

DLN_AND_2NN = Cases("for the DLN and the 2NN", networks)
EACH_NETWORK = Cases("in each network", networks)
RESNET18 = Cases("for ResNet18", networks)
THE_NETWORK = Cases("", networks)
"""Results of one network."""
AT_SAMS_RADIUS = "at the radius that is best for 1-SAM on held-out points with noisy labels"
PAPERS_RADIUS = "(under `paper`: 0.01, as in the paper)"
AT_SAMS_RADIUS_ON_IMAGES = f"{AT_SAMS_RADIUS} {PAPERS_RADIUS}"


def value(method: str, stat: str = "peak", choice: Choice = "same", model: str | None = None) -> Read:
    """Return how a statistic of a method is read in each network, or always in the given one."""
    return lambda results, case: at(results, model or case, method, stat, choice)


def less(first: Read, second: Read) -> Read:
    """Return how a difference is read."""
    return lambda results, case: first(results, case) - second(results, case)


def best(method: str, choice: Choice = "same", model: str | None = None) -> Term:
    """Return a method's best test accuracy, under the method's name."""
    return Term(_named(method), value(method, "peak", choice, model))


def gain(method: str, choice: Choice = "same", model: str | None = None) -> Term:
    """Return what a method gains over SGD in best test accuracy."""
    name = f"the gain of {_named(method)} over SGD"
    return Term(name, less(value(method, "peak", choice, model), value("SGD", "peak", "same", model)))


def _named(method: str) -> str:
    """Return a method as it stands in a sentence: a penalty is no proper name."""
    return f"the {method}" if method.startswith("penalty") else method


def series(reads: Sequence[Read]) -> Read:
    """Return how several values are read side by side, (seeds, len(reads))."""
    return lambda results, case: np.stack([read(results, case) for read in reads], axis=1)


def network_by_network(sentence: Callable[[SweepResults, str], str]) -> Callable[[SweepResults], str]:
    """Return what says a sentence for each network."""
    return lambda results: " ".join(sentence(results, model) for model in networks(results))
