"""The shared part of all experiments on toy data: run, cost and table. An experiment adds its question, arms, rule and picture."""

from __future__ import annotations

from collections.abc import Callable

from empirical.report.experiment import Experiment, Rule, Setup, Target
from empirical.report.sweep_results import SweepResults
from empirical.toy.cost import cost
from empirical.toy.panels import accuracy_table
from empirical.toy.sweep import Arms, Draws, Summarise, accuracy, sweep


def on_toy(
    *,
    id: str,  # noqa: A002 - the experiment's field
    question: str,
    targets: tuple[Target, ...],
    expected: str,
    rule: Rule[SweepResults],
    seeds: int,
    arms: Arms,
    picture: Callable[[SweepResults], str],
    table: Callable[[SweepResults], list[dict[str, str]]] = accuracy_table,
    summarise: Summarise = accuracy,
    draws: Draws | None = None,
) -> Experiment[SweepResults]:
    """Return an experiment that trains every arm on every seed, in the paper's own setting.

    `summarise` returns the values kept for each arm and seed, `draws` names the curves that are drawn.
    """

    def run(setup: Setup) -> SweepResults:
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
