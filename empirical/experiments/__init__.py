"""One file for each figure, table or question: what is asked, what the paper says, the rule, the run, the plot."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from empirical.report.experiment import Experiment


@cache
def experiments() -> dict[str, Experiment]:
    """Return {id: experiment} of the `EXPERIMENTS` of all modules of this package; raise ValueError where two share an id."""
    modules = (importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    stated: list[Experiment] = sorted((one for module in modules for one in module.EXPERIMENTS), key=lambda one: one.id)
    known = {experiment.id: experiment for experiment in stated}
    twice = {one.id for one in stated if known[one.id] is not one}
    if twice:
        raise ValueError(f"every experiment has its own id, but {min(twice)} occurs twice; rename one")
    return known
