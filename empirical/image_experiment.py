"""What experiments on images share: how they run, cost and are shown; each adds its question, its arms, its rule and its picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from empirical.digits_report import table
from empirical.experiment import Cost, Experiment, Results, Ruling, Setup, Target
from empirical.image_arms import BASES
from empirical.image_cost import ArmsOf, cost
from empirical.image_data import CIFAR10, Wanted
from empirical.image_sweep import DRAWN, SEEDS, sweep


def on_images(
    *,
    id: str,  # noqa: A002 - the experiment's field
    question: str,
    targets: tuple[Target, ...],
    expected: str,
    rule: str,
    arms: ArmsOf,
    judge: Callable[[Results], Mapping[Target, Ruling]],
    picture: Callable[[Results], str],
    draws: Sequence[str] = DRAWN,
    takes: Wanted = CIFAR10,
) -> Experiment:
    """Return an experiment whose profile decides on its arms; what is not run at the paper's settings on all images is marked `reduced`."""

    def run(setup: Setup) -> Results:
        return sweep(id, arms(setup.profile), setup, takes, draws)

    known = cost(arms, SEEDS, takes)

    def priced(setup: Setup) -> Cost:
        found = known(setup)
        return replace(found, missing=takes.missing(setup.data)) if setup.profile in BASES else found

    return Experiment(
        id=id,
        question=question,
        targets=targets,
        expected=expected,
        rule=rule,
        qualifier="reduced",
        seeds=SEEDS,
        cost=priced,
        run=run,
        judge=judge,
        table=table,
        picture=picture,
    )
