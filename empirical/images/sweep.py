"""Sweeps over networks on images: arms trained for all seeds, and the values that rules compare.

Seeds differ in split, noise, initial weights and order, and are the same for all arms, so that every comparison is paired. A sweep that is
under way has results too: they hold every network that has had four epochs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from empirical.data.data_spec import DataSpec
from empirical.data.images import DataError
from empirical.data.source import told_data
from empirical.images.arm_results import GAPS, Probes, gather
from empirical.images.arms import Arm, Arms
from empirical.images.aside import told as told_aside
from empirical.images.runs import FIRST, Network, by_need, metrics, network, origin, train
from empirical.images.standing import Stands, needs, passed
from empirical.jobs.driver import Failure, is_done, reached_by
from empirical.report.arm_key import ArmKey
from empirical.report.claimed_networks import mark
from empirical.report.experiment import Setup, Target
from empirical.report.summary import QUARTERS
from empirical.report.sweep_results import SweepResults
from empirical.report.unfinished import UnfinishedError
from empirical.training.run_folder import RunError

SEEDS = 3
DRAWN = ("test_accuracy", "clean_accuracy", "noisy_accuracy")


def tasks(name: str, chosen: Arms, setup: Setup) -> dict[ArmKey, list[list[Network]]]:
    """Return {arm: [seed][column]} of the networks of a sweep; raise DataError where there are no images."""
    if setup.data is None:
        raise DataError(f"{name} needs images, got none; give their folder with --data")
    data, out = setup.data.absolute(), setup.out.absolute()
    setup.progress(f"{name}: reading images", 0.0)
    command = f"python -m empirical run {name} --profile {setup.profile} --data DIR"
    options = {"command": command, "until": setup.until, "stop": setup.epochs, "compiles_fast": setup.profile == "smoke"}

    def task_of(arm: Arm, seed: int, column: int) -> Network:
        return network(arm, seed, column, data, out, setup.precision, **options)

    seeds = range(FIRST, FIRST + count_of(setup))
    return {key: [[task_of(arm, seed, column) for column in range(arm.columns)] for seed in seeds] for key, arm in chosen.items()}


def count_of(setup: Setup, seeds: int = SEEDS) -> int:
    """Return how many seeds are run."""
    return setup.seeds or (2 if setup.profile == "smoke" else seeds)


def in_order(made: Mapping[ArmKey, Sequence[Sequence[Network]]]) -> list[Network]:
    """Return every network once, in the order in which they are trained.

    Seed by seed, then method by method, so that a lease that ends early leaves rows that can be compared; arms of several strengths come
    last within a seed, and the penalty after them.
    """
    seeds = max(len(rows) for rows in made.values())
    arms = sorted(made.values(), key=lambda rows: (len(rows[0]) > 1, rows[0][0].settings.method == "penalty"))  # stable
    return list({task.name: task for seed in range(seeds) for rows in arms for task in rows[seed]}.values())


def sweep(
    name: str,
    chosen: Arms,
    setup: Setup,
    data: DataSpec,
    draws: Sequence[str] = DRAWN,
    *,
    targets: Sequence[Target],
    peaks: bool = False,
    apart: bool = False,
    whole: bool = True,
) -> SweepResults:
    """Train arms for all seeds and return results (`sweep_results.py`), where they were trained, on what, and what marks them.

    With `peaks` a network that has passed its peak counts as trained (`standing.PASSED`). With `apart` the rule looks at each network
    alone, so networks that have not begun are left out. `whole` says whether the arms cover all networks of the statements. Raises
    UnfinishedError, with the results so far, where networks failed or time was over before all were trained; and where nothing is to be
    trained and no results exist.
    """
    made = tasks(name, chosen, setup)
    every = in_order(made)
    failures: list[Failure] = []

    def tell(share: float) -> None:
        setup.progress(name, share)
        setup.carry(name, lambda: by_need(every))

    setup.carry(name, lambda: by_need(every))
    if setup.train:
        failures = train(every, setup.backend, setup.out, tell, yielding=setup.until is not None)
    left = [task for task in every if not is_done(task)]
    refused = {failure.task: str(failure) for failure in failures if failure.refused}
    probes = {task.name: _probes(task, refused if setup.train else None) for task in every}
    results = None
    if any(probes.values()):
        results = _results(chosen, made, probes, setup, data, draws, targets, peaks=peaks, apart=apart, whole=whole)
    if results is None or ((left or refused) and setup.train):
        reached = sum(min(reached_by(task), task.epochs) for task in every)
        counts = (len(every) - len(left), len(every)), (reached, sum(task.epochs for task in every))
        failed = [str(failure) for failure in failures if not failure.refused]
        raise UnfinishedError(*counts, failed, results, list(refused.values()))
    return results


def _probes(task: Network, refused: dict[str, str] | None) -> Probes | None:
    """Return the probes of a network up to the epoch that is wanted, None where it has had fewer than four epochs.

    The reason why a damaged folder cannot be read is added to `refused`; where `refused` is None, it is raised.
    """
    try:
        probes = metrics(task)
    except RunError as error:
        if refused is None:
            raise
        refused.setdefault(task.name, f"{task.name}: {error}")
        return None
    return probes if probes and len(probes["test_accuracy"]) >= QUARTERS else None


def _results(
    chosen: Arms,
    made: Mapping[ArmKey, Sequence[Sequence[Network]]],
    probes: Mapping[str, Probes | None],
    setup: Setup,
    data: DataSpec,
    draws: Sequence[str],
    targets: Sequence[Target],
    *,
    peaks: bool,
    apart: bool,
    whole: bool,
) -> SweepResults:
    """Return the results of the networks that have had at least four epochs."""
    there = {task.name: task for rows in made.values() for row in rows for task in row if probes[task.name]}
    first = next(iter(there.values()))
    seeds = sorted({task.settings.seed for task in there.values()})
    begun = {key.setting for key, rows in made.items() if any(probes[task.name] for row in rows for task in row)}
    shown = {key: arm for key, arm in chosen.items() if not apart or key.setting in begun}
    classes = first.images.classes
    arms = {
        key: gather(arm, setup.precision, [[probes[task.name] for task in made[key][seed - FIRST]] for seed in seeds], classes, draws)
        for key, arm in shown.items()
    }
    standing = _standing(chosen, made, probes, peaks=peaks)
    lacks = needs(standing, range(FIRST, FIRST + SEEDS)) if setup.profile != "smoke" else ""
    note = " ".join(part for part in (setup.note, told_aside(_standing(chosen, made, probes, peaks=True))) if part)
    settings, all_there = [arm.setting for arm in arms.values()], data.whole(first.pixels)
    marked = mark(targets, data.kind, settings, whole_data=all_there, complete=whole and not lacks and setup.profile != "smoke")
    return SweepResults(
        seeds=seeds,
        short="profile smoke" if setup.profile == "smoke" else "",
        needs=lacks,
        profile=setup.profile,
        classes=classes,
        qualifier=marked,
        whole_data=all_there,
        trained=origin(there.values()),
        gaps=list(GAPS),
        data=[told_data(first.data), *sorted({task.images.fingerprint for task in there.values()})],
        arms=arms,
        note=note,
    )


def _standing(
    chosen: Arms, made: Mapping[ArmKey, Sequence[Sequence[Network]]], probes: Mapping[str, Probes | None], *, peaks: bool
) -> list[Stands]:
    """Return how far each network is, under the name that tables show."""
    alone = len({key.setting for key in chosen}) == 1
    standing: list[Stands] = []
    for key, arm in chosen.items():
        for row in made[key]:
            for column, task in enumerate(row):
                name = key.method if alone else key.written.replace(", ", " with ")
                strength = f" (γ {arm.gammas[column][0]:g}, {arm.gammas[column][1]:g})" if arm.gammas else f" (ρ = {arm.rhos[column]:g})"
                own = probes[task.name]
                reached = len(own["test_accuracy"]) if own else 0
                enough = reached >= task.settings.epochs or (peaks and own is not None and passed(own))
                named = name + (strength if arm.columns > 1 else "")
                standing.append(Stands(named, task.settings.seed, reached, task.settings.epochs, enough))
    return standing
