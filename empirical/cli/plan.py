"""The commands `list` and `plan`: which experiments exist, and what a run of them would take here."""

from __future__ import annotations

from dataclasses import replace

from rich.console import Console
from rich.text import Text

from empirical.cli.options import Plan
from empirical.cli.setup import chosen_by, setup_of
from empirical.experiments import experiments
from empirical.images.aside import ORDER
from empirical.report import terminal_text as shown
from reports import terminal


def list_experiments(console: Console) -> int:
    """Print the list."""
    terminal.say(console, shown.listing(experiments().values(), terminal.room(console)))
    return 0


def plan(call: Plan, console: Console) -> int:
    """Print what `run` would do, and what it could not do here, with the reason."""
    chosen, setup = chosen_by(call), replace(setup_of(call), measure=True)
    costs = {experiment.id: experiment.cost(setup) for experiment in chosen}
    if any(cost.flops for cost in costs.values()):
        terminal.say(console, [Text(ORDER), Text()])
    terminal.say(console, shown.plan(chosen, costs, setup, terminal.room(console)))
    return 0
