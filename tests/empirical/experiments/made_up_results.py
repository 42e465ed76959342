"""Made-up results for the rules of the toy experiments: every arm at one level, except for the values that a test sets by hand."""

import numpy as np

from empirical.experiments import eq_3_1, fig_3b, fig_6, flatness_uncorrelated
from empirical.report.sweep_results import ArmResults, Curve, SweepResults
from empirical.toy.sweep import accuracy
from empirical.toy.training import Curves

KEEP = {
    "eq-3.1": eq_3_1.keep,
    "fig-3b": fig_3b.keep,
    "fig-6": fig_6.keep,
    "nsam-no-gain": fig_6.keep,
    "follows-by-induction-toy": fig_6.keep,
    "flatness-uncorrelated": flatness_uncorrelated.keep,
}
CURVES = ("accuracy", "ratio", "plain", "trace", "losses")


def level(columns, steps, every):
    """Curves that do not move: test accuracy 0.6, all else 1."""
    coarse = np.ones((steps // every, columns))
    measured = {name: coarse for name in Curves.__dataclass_fields__ if name not in {"accuracy", "every"}}
    return Curves(accuracy=np.full((steps, columns), 0.6), **measured, every=every)


def results(module, seeds=None, short=""):
    """Level results of an experiment's module for all its arms; `change` sets values in them."""
    experiment = module.EXPERIMENT
    count = experiment.seeds if seeds is None else seeds
    arms = {}
    for key, arm in module.ARMS.items():
        kept = KEEP.get(experiment.id, accuracy)(level(arm.columns, arm.steps, arm.every))
        drawn = np.full((2, arm.columns), 0.6).tolist()
        arms[key] = ArmResults(
            setting={**vars(arm.toy), "rhos": list(arm.rhos), "rates": list(arm.rates), "steps": arm.steps, "method": arm.method},
            values={stat: [np.array(value, float).tolist()] * count for stat, value in kept.items()},
            curves=dict.fromkeys(CURVES, Curve([0.0, 1.0], drawn, drawn, drawn)),
        )
    return SweepResults(seeds=list(range(count)), short=short, arms=arms)


def change(sweep, arms, stat, value, spread=0.0):
    """Set a statistic to `value`, one for each column or one for all, in every arm whose name holds `arms`; seeds differ by `spread`."""
    hit = [arm.values for key, arm in sweep.arms.items() if arms in key.written]
    assert hit, arms
    for values in hit:
        old = np.array(values[stat], float)
        noise = spread * np.random.default_rng(0).standard_normal(old.shape)
        values[stat] = (np.broadcast_to(np.asarray(value, float), old.shape) + noise).tolist()
    return sweep
