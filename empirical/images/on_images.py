"""The shared part of all experiments on images: run, cost and table. An experiment adds its question, arms, rule and picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import msgspec

from empirical.data.data_spec import CIFAR10, DataSpec
from empirical.images.arm_results import setting_of
from empirical.images.arms import BASES, Arms
from empirical.images.cost import cost
from empirical.images.standing import PASSED
from empirical.images.sweep import DRAWN, SEEDS, count_of, sweep
from empirical.report.claimed_networks import mark
from empirical.report.experiment import Cost, Experiment, Setup, Target
from empirical.report.profile import Profile
from empirical.report.rules.rule import SeedRule
from empirical.report.sweep_results import SweepResults
from empirical.report.table import table


def on_images(
    *,
    id: str,  # noqa: A002 - the experiment's field
    question: str,
    targets: tuple[Target, ...],
    expected: str,
    rule: SeedRule,
    arms: Callable[[Profile], Arms],
    picture: Callable[[SweepResults], str],
    draws: Sequence[str] = DRAWN,
    data: DataSpec = CIFAR10,
    profiles: Sequence[Profile] = tuple(BASES),
    whole: bool = True,
    peaks: bool = False,
    apart: bool = False,
) -> Experiment[SweepResults]:
    """Return an experiment whose profile decides on its arms; `report/claimed_networks.py` marks its results.

    An experiment with `whole=False` covers only some of the networks in the claim, so its result is marked `partial` at best. `profiles`
    are the profiles that it can run under. With `peaks` a network that has passed its peak counts as trained; with `apart` networks that
    have not begun are left out. A run in the paper's settings stands beside a smaller run, under the name ID-paper.
    """
    own = "pocket" in profiles

    def run(setup: Setup) -> SweepResults:
        results = sweep(id, arms(setup.profile), setup, data, draws, targets=targets, peaks=peaks, apart=apart, whole=whole)
        return msgspec.structs.replace(results, run=f"{id}-paper") if own and setup.profile == "paper" else results

    return Experiment(
        id=id,
        question=question,
        targets=targets,
        expected=expected,
        rule=replace(rule, notes=f"{rule.notes} {PASSED}".strip()) if peaks else rule,
        qualifier="reduced",
        seeds=SEEDS,
        cost=_price(arms, targets, data, profiles, whole=whole),
        run=run,
        table=table,
        picture=picture,
        data=data.kind,
    )


def _price(
    arms: Callable[[Profile], Arms], targets: tuple[Target, ...], data: DataSpec, profiles: Sequence[Profile], *, whole: bool
) -> Callable[[Setup], Cost]:
    """Return what an experiment costs under a setup: its time and memory, the data that it lacks, and how its result will be marked."""
    known = cost(lambda profile: arms(profile).values(), SEEDS, data)

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

    return priced
