"""What experiments on images share: how they run, cost and are shown; each adds its question, its arms, its rule and its picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from empirical.digits_report import table
from empirical.experiment import Cost, Experiment, Profile, Results, Ruling, Setup, Target
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
    profiles: Sequence[Profile] = tuple(BASES),
    whole: bool = True,
) -> Experiment:
    """Return an experiment whose profile decides on its arms; what is not run at the paper's settings on all images is marked `reduced`.

    So is one that is not `whole`: whose networks are not all that its statement speaks of. `profiles` are those that it can run under.
    """

    def run(setup: Setup) -> Results:
        found = sweep(id, arms(setup.profile), setup, takes, draws)
        return found if whole else {**found, "qualifier": "reduced"}

    known = cost(arms, SEEDS, takes)

    def priced(setup: Setup) -> Cost:
        if setup.profile in BASES and setup.profile not in profiles:
            return Cost(0.0, 0.0, missing=f"it takes --profile {' or '.join(profiles)}")
        found = known(setup)
        if setup.profile not in BASES:
            return found
        printed = setup.profile == "paper" and whole and setup.epochs is None
        return replace(found, missing=takes.missing(setup.data), qualifier="" if printed else "reduced")

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
