"""One file for each figure, table or question: its rule, its run and its picture.

The header of a file asks the question and says how to run it, how long the published run took and what the paper says.

Run.     `pocket` is the paper's experiment made small; `--profile paper` in its place takes the paper's settings. The command
         `python -m empirical plan` with the same ids and options says how long that takes here.
Time.    Read from `reports/published/experiments/`. Experiments share networks, and a run trains only those that no run before it trained.
         Training times of networks on images are sums over networks; two CPU cores train two at once.
Paper.   The values or the order that the paper leads one to expect.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from empirical.report.experiment import Experiment


@cache
def experiments() -> dict[str, Experiment]:
    """Return {id: experiment} of the `EXPERIMENTS` of all modules of this package; raise ValueError where two share an id."""
    modules = (importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    stated: list[Experiment] = [experiment for module in modules for experiment in module.EXPERIMENTS]
    stated.sort(key=lambda experiment: experiment.id)
    known = {experiment.id: experiment for experiment in stated}
    twice = {experiment.id for experiment in stated if known[experiment.id] is not experiment}
    if twice:
        raise ValueError(f"every experiment has its own id, but {min(twice)} occurs twice; rename one")
    return known
