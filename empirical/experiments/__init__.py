"""One file for each figure, table or question: what is asked, what the paper says, the rule, the run, the plot."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from empirical.report.experiment import Experiment


@cache
def experiments() -> dict[str, Experiment]:
    """Return {id: experiment} of all modules of this package; raise ValueError where two share an id."""
    known: dict[str, Experiment] = {}
    for info in pkgutil.iter_modules(__path__):
        experiment = getattr(importlib.import_module(f"{__name__}.{info.name}"), "EXPERIMENT", None)
        if experiment is None:
            continue
        if experiment.id in known:
            raise ValueError(f"every experiment has its own id, but {experiment.id} occurs twice; rename one")
        known[experiment.id] = experiment
    return known
