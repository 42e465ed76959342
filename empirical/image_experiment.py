"""What experiments on images share: how they run, cost and are shown; each adds its question, its arms, its rule and its picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from empirical.digits_report import table
from empirical.experiment import Experiment, Results, Ruling, Setup, Target
from empirical.image_cost import ArmsOf, cost
from empirical.image_sweep import DRAWN, SEEDS, sweep

CIFAR = ("cifar-10", "folders")


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
    kinds: tuple[str, ...] = CIFAR,
) -> Experiment:
    """Return an experiment whose profile decides on its arms; what is not run at the paper's settings is marked `reduced`."""

    def run(setup: Setup) -> Results:
        return sweep(id, arms(setup.profile), setup, SEEDS, draws)

    return Experiment(
        id=id,
        question=question,
        targets=targets,
        expected=expected,
        rule=rule,
        qualifier="reduced",
        seeds=SEEDS,
        cost=cost(arms, SEEDS, kinds),
        run=run,
        judge=judge,
        table=table,
        picture=picture,
    )
