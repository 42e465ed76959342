"""The shared part of all experiments on digits: run, cost and table. An experiment adds its question, arms, rule and picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from empirical.digits.cost import cost
from empirical.digits.sweep import SEEDS, Arms, sweep
from empirical.report.experiment import Experiment, Rule, Setup, Target
from empirical.report.sweep_results import SweepResults
from empirical.report.table import table as rows_of_arms


def on_digits(
    *,
    id: str,  # noqa: A002 - the experiment's field
    question: str,
    targets: tuple[Target, ...],
    expected: str,
    rule: Rule[SweepResults],
    arms: Arms,
    picture: Callable[[SweepResults], str],
    table: Callable[[SweepResults], list[dict[str, str]]] = rows_of_arms,
    draws: Sequence[str] = ("test_accuracy",),
) -> Experiment[SweepResults]:
    """Return an experiment that trains every arm on every seed; digits stand in for the paper's data. `draws` are the probes drawn."""

    def run(setup: Setup) -> SweepResults:
        return sweep(id, arms, setup, draws=draws)

    return Experiment(
        id=id,
        question=question,
        targets=targets,
        expected=expected,
        rule=rule,
        qualifier="stand-in",
        seeds=SEEDS,
        cost=cost(arms),
        run=run,
        table=table,
        picture=picture,
    )
