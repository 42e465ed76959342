"""What experiments on images share: how they run, cost and are shown; each adds its question, its arms, its rule and its picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from empirical.data.data_spec import CIFAR10, DataSpec
from empirical.images.arms import BASES
from empirical.images.cost import ArmsOf, cost
from empirical.images.standing import PASSED
from empirical.images.sweep import DRAWN, SEEDS, count_of, setting_of, sweep
from empirical.report.claimed_networks import mark
from empirical.report.experiment import Cost, Experiment, Profile, Results, Ruling, Setup, Target
from empirical.report.table import table


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
    data: DataSpec = CIFAR10,
    profiles: Sequence[Profile] = tuple(BASES),
    whole: bool = True,
    peaks: bool = False,
    apart: bool = False,
) -> Experiment:
    """Return an experiment whose profile decides on its arms; `report/claimed_networks.py` marks its results.

    One that is not `whole`, whose networks are not all that its statement speaks of, is at least `partial`. `profiles` are those that it
    can run under. A rule on `peaks` takes a network whose peak is passed for one that is trained; one that looks at each network `apart`
    leaves out those of which there is nothing. What runs in the paper's settings stands beside a smaller run, under a name of its own.
    """
    own = "pocket" in profiles

    def run(setup: Setup) -> Results:
        results = sweep(id, arms(setup.profile), setup, data, draws, targets=targets, peaks=peaks, apart=apart, whole=whole)
        return {**results, "run": f"{id}-paper"} if own and setup.profile == "paper" else results

    known = cost(arms, SEEDS, data)

    def priced(setup: Setup) -> Cost:
        if setup.profile in BASES and setup.profile not in profiles:
            return Cost(0.0, 0.0, missing=f"it takes --profile {' or '.join(profiles)}")
        estimate = known(setup)
        if setup.profile not in BASES:
            return estimate
        settings = [setting_of(arm, setup.precision) for arm in arms(setup.profile).values()]
        complete = whole and setup.epochs is None and count_of(setup) >= SEEDS
        marked = mark(targets, data.kind, settings, whole_data=True, complete=complete)
        return replace(estimate, missing=data.missing(setup.data), qualifier=marked)

    return Experiment(
        id=id,
        question=question,
        targets=targets,
        expected=expected,
        rule=f"{rule} {PASSED}" if peaks else rule,
        qualifier="reduced",
        seeds=SEEDS,
        cost=priced,
        run=run,
        judge=judge,
        table=table,
        picture=picture,
        data=data.kind,
    )
