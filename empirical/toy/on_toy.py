"""The shared part of all experiments on toy data: run, cost and table. An experiment adds its question, arms, rule and picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from empirical.report.experiment import Experiment, Results, Rule, Setup, Target
from empirical.toy.cost import cost
from empirical.toy.panels import accuracy_table
from empirical.toy.sweep import Arm, Draws, Summarise, accuracy, sweep


def on_toy(
    *,
    id: str,  # noqa: A002 - the experiment's field
    question: str,
    targets: tuple[Target, ...],
    expected: str,
    rule: Rule,
    seeds: int,
    arms: Mapping[str, Arm],
    picture: Callable[[Results], str],
    table: Callable[[Results], list[dict[str, str]]] = accuracy_table,
    summarise: Summarise = accuracy,
    draws: Draws | None = None,
) -> Experiment:
    """Return an experiment that trains every arm on every seed, in the paper's own setting.

    `summarise` returns the values kept for each arm and seed, `draws` names the curves that are drawn.
    """

    def run(setup: Setup) -> Results:
        return sweep(id, arms, setup, seeds, summarise, draws)

    return Experiment(
        id=id,
        question=question,
        targets=targets,
        expected=expected,
        rule=rule,
        qualifier="",
        seeds=seeds,
        cost=cost(arms, seeds),
        run=run,
        table=table,
        picture=picture,
    )
