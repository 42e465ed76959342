"""Beyond Proposition 4.1: does J-SAM shrink the weights of a two-layer linear network that start nearer to the origin than its radius?

Within ρ of the origin the flow of full-batch J-SAM shrinks the weights, whatever the data (`dead-zone`). Steps of a small rate on digits
stand for the flow. Radii are in units of the initial length; no prediction is made for radii below it, and one that learns stands beside.

Run.     `python -m empirical run dead-zone-digits`
Time.    20 s on two CPU cores.
Paper.   Says nothing of it.
"""

from __future__ import annotations

import numpy as np

from empirical.digits.from_radius import lengths
from empirical.report.arm_key import ArmKey
from empirical.report.experiment import Cost, Experiment, Setup, Target
from empirical.report.figures import svg
from empirical.report.results import band, mean, rounded, values
from empirical.report.rules.combined import AllOf
from empirical.report.rules.conditions import Above, Below
from empirical.report.rules.rule import ONCE, Part, SeedRule
from empirical.report.rules.term import Read, Term, number
from empirical.report.sweep_results import ArmResults, SweepResults
from empirical.toy.panels import curve_panel

KEY = ArmKey("DLN, initial length 1", "J-SAM")
FIRST, SEEDS = 200, 8  # the rule was written after a trial on seed 100
INSIDE = (1.25, 2.0)
RHOS = (0.05, 0.25, *INSIDE)
WIDTH, EXAMPLES, SHARE, RATE, STEPS = 50, 256, 0.3, 0.01, 3000
FALLING, SHRUNK = 0.99, 0.75
SECONDS = 4.0  # of one core for one seed
PART = Target("dead-zone-digits", "beyond", "simulation")


def of(stat: str, columns: slice) -> Read:
    """Return what reads a statistic at some radii."""
    return lambda results, _: values(results, KEY, stat)[:, columns]


WITHIN = slice(-len(INSIDE), None)
RADII = "at ρ = " + " and ".join(f"{rho:g}" for rho in INSIDE)
FALLS = Above(Term(f"{RADII} the share of steps in which the length of the weights falls", of("falls", WITHIN)), number(FALLING))
ENDS = Below(Term(f"{RADII} the length after {STEPS} steps", of("last", WITHIN)), number(SHRUNK))
LEARNS = Above(Term(f"at ρ = {RHOS[0]:g} the length after {STEPS} steps", of("last", slice(0, 1))), number(1.0))


def told(results: SweepResults) -> str:
    """Return the lengths in the end with the smallest and the largest radius, and how often they fell."""
    last, falls = (values(results, KEY, stat) for stat in ("last", "falls"))
    ends = " and to ".join(f"{mean(last[:, column])} with ρ = {RHOS[column]:g}" for column in (0, -1))
    return f"From length 1 the weights come to {ends}; they fall in {mean(falls[:, -1])} of the steps with ρ = {RHOS[-1]:g}."


RULE = SeedRule(seeds=SEEDS, cases=ONCE, parts={PART: Part(AllOf((FALLS, ENDS, LEARNS)), told)})


def run(setup: Setup) -> SweepResults:
    """Train every radius for all seeds."""
    count, short, steps = SEEDS if setup.seeds is None else setup.seeds, "", STEPS
    if setup.profile == "smoke":
        count, short, steps = setup.seeds or 2, "profile smoke: 10 steps", 10
    seeds = list(range(FIRST, FIRST + count))
    curves: list[np.ndarray] = []
    for index, seed in enumerate(seeds):
        setup.progress(f"dead-zone-digits: {KEY.written}", index / count)
        curves.append(lengths(seed, RHOS, WIDTH, EXAMPLES, SHARE, RATE, steps))
    measured = np.array(curves)  # (seeds, steps + 1, radii)
    kept = {"last": measured[:, -1], "falls": (np.diff(measured, axis=1) < 0).mean(1)}
    every = max(1, steps // 200)
    drawn = {"length": band(measured[:, ::every], np.arange(0, steps + 1)[::every])}
    setting = {
        "width": WIDTH,
        "train": EXAMPLES,
        "share": SHARE,
        "rates": [RATE],
        "steps": steps,
        "rhos": list(RHOS),
        "method": "j-sam",
        "dtype": "float64",
    }
    arms = {KEY: ArmResults(setting=setting, values={stat: rounded(value) for stat, value in kept.items()}, curves=drawn)}
    return SweepResults(seeds=seeds, short=short, arms=arms)


def table(results: SweepResults) -> list[dict[str, str]]:
    """Return a row for each radius."""
    last, falls = (values(results, KEY, stat) for stat in ("last", "falls"))
    return [
        {"ρ": f"{rho:g}", "length in the end": str(mean(last[:, column])), "steps in which it falls": str(mean(falls[:, column]))}
        for column, rho in enumerate(RHOS)
    ]


def picture(results: SweepResults) -> str:
    """Draw the length of the weights along training."""
    return svg([curve_panel(results, KEY, "length", "DLN on digits, full-batch J-SAM", "length of the weights")])


EXPERIMENT = Experiment(
    id="dead-zone-digits",
    question="Does full-batch J-SAM shrink the weights of a two-layer linear network that start within its radius of the origin?",
    targets=tuple(RULE.parts),
    expected="a length that falls at every step",
    rule=RULE,
    qualifier="",
    seeds=SEEDS,
    cost=lambda setup: Cost(seconds=1.0 if setup.profile == "smoke" else SECONDS * (setup.seeds or SEEDS), memory_mib=700.0),
    run=run,
    table=table,
    picture=picture,
)
EXPERIMENTS = (EXPERIMENT,)
