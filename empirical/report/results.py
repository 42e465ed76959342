"""How values become the results of a sweep, how rules and tables read them, and what a ruling on them is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from empirical.report.arm_key import ArmKey
from empirical.report.experiment import Experiment, R, Ruling, Target
from empirical.report.statistics import LEVEL, Interval, Outcome, finite, interval
from empirical.report.sweep_results import Curve, RunFacts, SweepResults
from reports.direction import OF_OUTCOME, Direction, Effect


def rounded(array: np.ndarray) -> Any:
    """Return a list of numbers with eight decimals: they stay short as JSON, and no rule looks closer; NaN and infinity become None."""
    decimals = np.round(np.asarray(array, float), 8)
    values = decimals.astype(object)
    values[~np.isfinite(decimals)] = None
    return values.tolist()


def band(curves: np.ndarray, steps: np.ndarray) -> Curve:
    """Return mean and 95% interval over seeds of curves (seeds, points, columns), measured at `steps` (points,); NaN is left out.

    Where there is one seed the interval has no width.
    """
    there = np.isfinite(curves)
    n = there.sum(0)
    mean = _divided(np.where(there, curves, 0.0).sum(0), n)
    spread = np.sqrt(_divided(np.where(there, np.square(curves - mean), 0.0).sum(0), n - 1))
    from scipy import stats  # it takes half a second to load, and most commands do without it

    half = np.where(n > 1, stats.t.ppf((1 + LEVEL) / 2, np.maximum(n - 1, 1)) * spread / np.sqrt(np.maximum(n, 1)), 0.0)
    return Curve(rounded(steps), rounded(mean), rounded(mean - half), rounded(mean + half))


def _divided(total: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Return a quotient, NaN where nothing was counted."""
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def values(results: SweepResults, key: ArmKey, stat: str) -> np.ndarray:
    """Return a statistic of each seed, (seeds, columns); NaN where there is no value."""
    return np.array(results.arms[key].values[stat], float)


def networks(results: SweepResults) -> list[str]:
    """Return the settings of all arms, in order: each is a network, or a network in which something is changed."""
    return list(dict.fromkeys(key.setting for key in results.arms))


def places(results: SweepResults, name: str) -> dict[str, float]:
    """Return {setting: the value that a setting of this name has there}, in order: what a figure has on its horizontal axis."""
    return {key.setting: arm.setting[name] for key, arm in results.arms.items()}


def rising(results: SweepResults, key: ArmKey, stat: str = "peak") -> np.ndarray:
    """Return paired differences between neighbouring columns, (seeds, columns - 1)."""
    return np.diff(values(results, key, stat), axis=1)


def mean(column: np.ndarray) -> Interval:
    """Return mean and interval of one value a seed, of those seeds that have one."""
    there = finite(column.tolist())
    return interval(there) if there else Interval(float("nan"), -np.inf, np.inf, 0)


def average(column: np.ndarray, digits: int = 3) -> str:
    """Return the mean of one value a seed as text, of those seeds that have one; a dash where none has."""
    estimate = mean(column)
    return f"{estimate.mean:.{digits}f}" if estimate.n else "–"


def share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return a quotient of values seed by seed, NaN where the whole is 0."""
    return np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole != 0)


def effect(name: str, column: np.ndarray, above: float = 0.0, paper: float | None = None) -> Effect | None:
    """Return the number that a ruling turns on from one value a seed, None where no seed has one; see `reports.direction.Effect`."""
    estimate = mean(column)
    if not estimate.n:
        return None
    low, high = (round(estimate.low, 8), round(estimate.high, 8)) if estimate.n > 1 else (None, None)
    return Effect(name=name, mean=round(estimate.mean, 8), low=low, high=high, seeds=estimate.n, above=above, paper=paper)


def ruled(results: RunFacts, seeds: int, outcome: Outcome, says: str, turns_on: Effect | None = None) -> Ruling:
    """Return the ruling, inconclusive where the run was cut short, is under way, or had fewer seeds than the rule asks for."""
    ran = len(results.seeds)
    if results.short:
        return Ruling("inconclusive", f"The run was cut short ({results.short}). {says}", effect=turns_on)
    if results.needs:
        return Ruling("inconclusive", says, effect=turns_on, needs=results.needs)
    if ran < seeds:
        return Ruling("inconclusive", f"The rule asks for {seeds} seeds, and {ran} ran. {says}", effect=turns_on)
    return Ruling(outcome, says, effect=turns_on)


def directions(experiment: Experiment[R], results: R, rulings: Mapping[Target, Ruling]) -> dict[Target, Direction]:
    """Return which way each ruling points: as its outcome says, and where that is inconclusive, as the means over seeds do by themselves.

    `for`: the rule would be met if every interval were as narrow as its mean. `against`: it would be missed so, and the number that the
    ruling turns on lies on the wrong side too. `undecided`: that number and the rule as a whole differ, or the means decide nothing.
    """
    pointing: dict[Target, Direction] = {target: OF_OUTCOME.get(ruling.outcome, "undecided") for target, ruling in rulings.items()}
    if "undecided" not in pointing.values() or not isinstance(results, SweepResults):
        return pointing
    alone = experiment.judge(_on_average(results, experiment.seeds))
    for target, ruling in rulings.items():
        if pointing[target] == "undecided":
            meant: Direction = OF_OUTCOME.get(alone[target].outcome, "undecided")
            pointing[target] = meant if ruling.effect is None or ruling.effect.points == meant else "undecided"
    return pointing


def _on_average(results: SweepResults, seeds: int) -> SweepResults:
    """Return results in which each of `seeds` seeds has the mean over the seeds that were run."""
    arms = {
        key: msgspec.structs.replace(arm, values={stat: [_averaged(np.array(value, float))] * seeds for stat, value in arm.values.items()})
        for key, arm in results.arms.items()
    }
    return msgspec.structs.replace(results, seeds=list(range(seeds)), short="", needs="", arms=arms)


def _averaged(per_seed: np.ndarray) -> Any:
    """Return the mean over the first axis of the finite values, as a list; NaN where no value is finite."""
    there = np.isfinite(per_seed)
    return _divided(np.where(there, per_seed, 0.0).sum(0), there.sum(0)).tolist()
