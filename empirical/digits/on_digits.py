"""The shared part of all experiments on digits: run, cost and table. An experiment adds its question, arms, rule and picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from empirical.digits.cost import cost
from empirical.digits.sweep import SEEDS, Arm, sweep
from empirical.report.experiment import Experiment, Results, Rule, Setup, Target
from empirical.report.table import table as rows_of_arms


def on_digits(
    *,
    id: str,  # noqa: A002 - the experiment's field
    question: str,
    targets: tuple[Target, ...],
    expected: str,
    rule: Rule,
    arms: Mapping[str, Arm],
    picture: Callable[[Results], str],
    table: Callable[[Results], list[dict[str, str]]] = rows_of_arms,
    draws: Sequence[str] = ("test_accuracy",),
) -> Experiment:
    """Return an experiment that trains every arm on every seed; digits stand in for the paper's data. `draws` are the probes drawn."""

    def run(setup: Setup) -> Results:
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
