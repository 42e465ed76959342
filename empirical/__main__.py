"""Run the experiments: `python -m empirical list`, `plan`, `run [ID ...]`; `fetch NAME --to DIR` gets images for them.

Exit status of `run`: 0 when every experiment ran, whatever it found; 1 where a network could not be trained; 2 for a wrong call, where an
experiment that was asked for by name cannot run here, or where a file or standard output cannot be used; 3 where time was over first, and
the same command goes on; 130 for Ctrl-C, when everything written so far is whole; 141 for a closed pipe. All commands share these statuses
(reports/command.py). A claim that is not reproduced is a result, not a failure.
"""

from __future__ import annotations

from reports import collector, interrupt, needed

interrupt.exit_on_interrupt(__name__)  # before the other imports, which take seconds
collector.rest(__name__)
needed.refuse_missing(__name__, "empirical", "tyro", "jax", "flax")

import os
from collections.abc import Sequence

import tyro
from rich.console import Console

from empirical.cli.fetch import fetch_data
from empirical.cli.options import Fetch, List, Plan, Run
from empirical.cli.plan import list_experiments, plan
from empirical.cli.run import run
from empirical.data.images import DataError
from empirical.jobs.place import BackendError
from empirical.training.run_folder import RunError
from empirical.training.settings import SettingsError
from reports.command import refuse_path, start, status_of
from reports.evidence import EvidenceError
from reports.ledger import LedgerError
from theory.jax_flags import refuse_platforms


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""

    def work() -> int:
        console = Console()
        call = tyro.cli(List | Run | Plan | Fetch, prog="python -m empirical", description=__doc__, args=arguments)
        if isinstance(call, Run) and (call.jobs or 1) > 1:  # jobs need the GPU memory that JAX would take here when it first looks
            os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
        match call:
            case List():
                return list_experiments(console)
            case Fetch():
                return fetch_data(call, console)
            case Run():
                refuse_path()
                refuse_platforms()
                return run(call, console)
            case _:
                refuse_path()
                refuse_platforms()
                return plan(call, console)

    return status_of(work, DataError, SettingsError, RunError, BackendError, LedgerError, EvidenceError)


if __name__ == "__main__":
    start(main)
