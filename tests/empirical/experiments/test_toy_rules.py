"""Every rule is fed made-up results that must pass, must fail, and must be called inconclusive; no rule sees a run here."""

import copy

import numpy as np
import pytest

from empirical.experiments import (
    early_stopping_toy,
    eq_3_1,
    equal_ends,
    fig_3a,
    fig_3b,
    fig_6,
    fig_10,
    fig_11,
    flatness_uncorrelated,
    follows_by_induction_toy,
    large_lr_sgd,
    nsam_ceiling,
    nsam_no_gain,
)
from empirical.report.experiment import Target
from empirical.toy.naive_sweep import NAIVE
from empirical.toy.rate_sweep import RADII, RATES
from tests.empirical.experiments.made_up_results import change, results

MODULES = (
    early_stopping_toy,
    eq_3_1,
    equal_ends,
    fig_3a,
    fig_3b,
    fig_6,
    fig_10,
    fig_11,
    flatness_uncorrelated,
    follows_by_induction_toy,
    large_lr_sgd,
    nsam_ceiling,
    nsam_no_gain,
)
UP = 0.60 + 0.01 * np.arange(7)  # best accuracies that rise over the grid of seven radii
WIDE = 0.5  # a spread over seeds in which a hundredth is lost


def counts(sweep):
    for count in fig_10.COUNTS:
        change(sweep, f"inferred, n = {count},", "peak", UP if count < fig_10.MANY else UP[:4])
    return sweep


def kept_accuracies():
    arm = early_stopping_toy.KEPT
    return [early_stopping_toy.two_numbers(arm.toy, rho, arm.rates[0], arm.steps).max() for rho in arm.rhos]


def by_rate(of_descent, of_sam):
    """Best accuracies of the arms `slow` and `fast` from one for each rate."""
    grid = np.array([[d, *[s] * (len(RADII) - 1)] for d, s in zip(of_descent, of_sam, strict=True)])
    return grid[:2].ravel(), grid[2:].ravel()


def rates(sweep, of_descent, of_sam, classifier=0.7):
    slow, fast = by_rate(of_descent, of_sam)
    change(change(sweep, "inferred, slow", "peak", slow), "inferred, fast", "peak", fast)
    return change(sweep, "mean classifier", "peak", classifier)


LEVEL_RATES = [0.6] * len(RATES)
FALLING = [0.62, 0.61, 0.60, *[0.60] * 7]
RISING = [0.60, 0.61, 0.62, *[0.62] * 7]
REACHING = [0.60, 0.61, 0.62, *[0.7] * 7]


def naive(sweep, stat, rho, value):
    column = np.full(len(NAIVE), 0.6)
    column[NAIVE.index(rho)] = value
    return change(sweep, "inferred, random, n-SAM", stat, column)


def starting(sweep, random, origin):
    change(sweep, "inferred, random, 1-SAM", "peak", [0.6, 0.6, 0.6, 0.6 + random])
    return change(sweep, "inferred, origin, 1-SAM", "peak", [0.6, 0.6, 0.6, 0.6 + origin])


def related(sweep, sign, methods_only=False):
    """Accuracy and trace in the same (1), the opposite (-1) or no (0) order, in all seeds."""
    for seed in range(len(sweep.seeds)):
        rng = np.random.default_rng(seed)
        for arm in sweep.arms.values():
            shape = np.shape(arm.values["trace"][seed])
            trace, unrelated = rng.standard_normal(shape), rng.standard_normal(shape)
            accuracy = unrelated if sign == 0 else sign * trace
            if methods_only:
                accuracy[:-1] = rng.standard_normal(shape)[:-1]
            arm.values["trace"][seed], arm.values["accuracy"][seed] = trace.tolist(), accuracy.tolist()
    return sweep


CASES = [
    # module, part, how results are changed, outcome
    (eq_3_1, "printed result", lambda f: f, "supports"),
    (eq_3_1, "printed result", lambda f: change(f, "printed", "peak", 1.0), "refutes"),
    (eq_3_1, "printed result", lambda f: change(f, "printed, weights", "peak", 1.0), "supports"),  # any start will do
    (eq_3_1, "printed result", lambda f: change(f, "printed", "peak", 0.74, WIDE), "inconclusive"),
    (
        eq_3_1,
        "printed result",
        lambda f: change(change(f, "printed", "peak", 1.0), "printed, weights of norm 1, exact", "peak", 0.6),  # flips as printed decide
        "refutes",
    ),
    (eq_3_1, "corrected unit-noise", lambda f: f, "supports"),
    (eq_3_1, "corrected unit-noise", lambda f: change(f, "norm 1, exact", "peak", 0.8), "refutes"),
    (fig_3a, "printed result", lambda f: change(f, "inferred", "peak", UP), "supports"),
    (fig_3a, "printed result", lambda f: change(f, "inferred", "peak", np.where(np.arange(7) == 3, 0.6, UP)), "refutes"),
    (fig_3a, "printed result", lambda f: f, "inconclusive"),  # level: no rise, and no fall
    (fig_3a, "printed result", lambda f: change(f, "inferred", "peak", UP, WIDE), "inconclusive"),
    (fig_3a, "printed result", lambda f: change(change(f, "inferred", "peak", UP), "inferred, exact", "peak", UP[::-1]), "refutes"),
    (fig_3b, "printed result", lambda f: change(change(f, "inferred", "ratio", UP), "inferred", "fall", 0.1), "supports"),
    (fig_3b, "printed result", lambda f: change(change(f, "inferred", "ratio", UP), "inferred", "fall", -0.1), "refutes"),
    (fig_3b, "printed result", lambda f: change(change(f, "inferred", "ratio", UP[::-1]), "inferred", "fall", 0.1), "refutes"),
    (fig_3b, "printed result", lambda f: change(f, "inferred", "ratio", UP), "inconclusive"),
    (fig_3b, "corrected from-smallest-radius", lambda f: change(f, "fresh", "half", UP), "supports"),
    (fig_3b, "corrected from-smallest-radius", lambda f: change(f, "fresh seeds, chance", "half", UP[::-1]), "refutes"),
    (fig_3b, "corrected from-smallest-radius", lambda f: change(f, "inferred, chance", "half", UP), "inconclusive"),  # the seeds looked at
    (fig_6, "printed early-gain", lambda f: naive(f, "early", 100_000.0, 0.65), "supports"),
    (fig_6, "printed early-gain", lambda f: naive(f, "early", 100_000.0, 0.55), "refutes"),
    (fig_6, "printed early-gain", lambda f: f, "inconclusive"),
    (fig_6, "printed lower-accuracy", lambda f: naive(f, "late", 100_000.0, 0.55), "supports"),
    (fig_6, "printed lower-accuracy", lambda f: naive(f, "late", 100_000.0, 0.65), "refutes"),
    (fig_6, "printed smaller-trace", lambda f: change(f, "random, n-SAM", "trace", 0.5), "supports"),
    (fig_6, "printed smaller-trace", lambda f: change(f, "random, n-SAM", "trace", 2.0), "refutes"),
    (fig_6, "printed similar-from-origin", lambda f: starting(f, 0.06, 0.05), "supports"),
    (fig_6, "printed similar-from-origin", lambda f: starting(f, 0.06, 0.01), "refutes"),
    (fig_6, "printed similar-from-origin", lambda f: change(f, "1-SAM", "peak", [0.6, 0.6, 0.6, 0.66], WIDE), "inconclusive"),
    (fig_10, "printed result", counts, "supports"),
    (fig_10, "printed result", lambda f: change(counts(f), "inferred, n = 3000, chance", "peak", UP[:4][::-1]), "refutes"),
    (fig_10, "printed result", lambda f: change(counts(f), "n = 100,", "peak", 0.6), "inconclusive"),
    (fig_11, "printed result", lambda f: rates(f, RISING, RISING), "supports"),
    (fig_11, "printed result", lambda f: rates(f, FALLING, RISING), "refutes"),
    (fig_11, "printed result", lambda f: rates(f, RISING, [0.60, 0.65, 0.62, *[0.62] * 7]), "refutes"),  # a fall of 3 points between
    (fig_11, "printed result", lambda f: rates(f, LEVEL_RATES, RISING), "inconclusive"),
    (large_lr_sgd, "printed toy-rates-tried", lambda f: rates(f, RISING, [0.7] * 10), "supports"),
    (large_lr_sgd, "printed toy-rates-tried", lambda f: rates(f, REACHING, [0.7] * 10), "supports"),
    (large_lr_sgd, "printed toy-rates-tried", lambda f: rates(f, RISING, RISING), "refutes"),
    (large_lr_sgd, "printed toy-any-rate", lambda f: rates(f, RISING, [0.7] * 10), "supports"),
    (large_lr_sgd, "printed toy-any-rate", lambda f: rates(f, REACHING, [0.7] * 10), "refutes"),
    (large_lr_sgd, "printed toy-any-rate", lambda f: change(f, "inferred, ", "peak", 0.6, WIDE), "inconclusive"),
    (large_lr_sgd, "beyond toy-first-step", lambda f: rates(f, REACHING, REACHING), "supports"),
    (large_lr_sgd, "beyond toy-first-step", lambda f: rates(f, RISING, RISING), "refutes"),
    (equal_ends, "beyond simulation", lambda f: change(f, "long", "peak", [0.6, 0.6, 0.6, 0.65]), "supports"),
    (equal_ends, "beyond simulation", lambda f: f, "refutes"),  # no gain on the way
    (
        equal_ends,
        "beyond simulation",
        lambda f: change(change(f, "long", "peak", [0.6, 0.6, 0.6, 0.65]), "1-SAM, exact", "last", [0.6, 0.6, 0.61, 0.6]),
        "refutes",
    ),
    (
        equal_ends,
        "beyond simulation",
        lambda f: change(change(f, "long", "peak", [0.6, 0.6, 0.6, 0.65]), "long", "last", 0.6, WIDE),
        "inconclusive",
    ),
    (nsam_ceiling, "beyond simulation", lambda f: change(f, "n-SAM", "peak", [*[0.61] * 6, 0.6, 0.6]), "supports"),
    (nsam_ceiling, "beyond simulation", lambda f: change(f, "n-SAM", "peak", [0.59, *[0.61] * 7]), "refutes"),
    (
        nsam_ceiling,
        "beyond simulation",
        lambda f: change(change(f, "n-SAM", "peak", 0.61), "1-SAM, exact", "peak", [0.6, 0.6, 0.6, 0.601]),
        "refutes",
    ),
    (nsam_ceiling, "beyond simulation", lambda f: change(f, "n-SAM", "peak", 0.61, WIDE), "inconclusive"),
    (nsam_no_gain, "printed same-radii", lambda f: f, "supports"),
    (nsam_no_gain, "printed same-radii", lambda f: naive(f, "peak", 0.18, 0.63), "refutes"),
    (nsam_no_gain, "printed same-radii", lambda f: naive(f, "peak", 100_000.0, 0.7), "supports"),
    (nsam_no_gain, "printed any-radius", lambda f: naive(f, "peak", 100_000.0, 0.7), "refutes"),
    (nsam_no_gain, "printed any-radius", lambda f: naive(f, "peak", 100_000.0, 0.5), "supports"),
    (nsam_no_gain, "printed any-radius", lambda f: change(f, "random, n-SAM", "peak", 0.6, WIDE), "inconclusive"),
    (flatness_uncorrelated, "printed result", lambda f: related(f, 0), "supports"),
    (flatness_uncorrelated, "printed result", lambda f: related(f, 1), "refutes"),
    (flatness_uncorrelated, "printed result", lambda f: related(f, -1), "refutes"),
    (flatness_uncorrelated, "printed result", lambda f: related(f, 1, methods_only=True), "refutes"),
    (follows_by_induction_toy, "printed simulation", lambda f: starting(f, 0.06, 0.05), "supports"),
    (follows_by_induction_toy, "printed simulation", lambda f: starting(f, 0.06, 0.0), "refutes"),
    (follows_by_induction_toy, "corrected simulation", lambda f: starting(f, 0.06, 0.0), "supports"),
    (follows_by_induction_toy, "corrected simulation", lambda f: starting(f, 0.06, 0.05), "refutes"),
    (follows_by_induction_toy, "corrected simulation", lambda f: starting(f, 0.0, 0.0), "refutes"),
    (early_stopping_toy, "beyond simulation", lambda f: change(f, "kept", "peak", kept_accuracies()), "supports"),
    (early_stopping_toy, "beyond simulation", lambda f: change(f, "kept", "peak", np.add(kept_accuracies(), 1e-5)), "refutes"),
    (early_stopping_toy, "beyond simulation", lambda f: change(f, "kept", "peak", kept_accuracies()[::-1]), "refutes"),
]


def ruling(module, part, sweep):
    """The ruling on one statement, called by form and part."""
    return module.EXPERIMENT.judge(sweep)[Target(module.EXPERIMENT.id, *part.split())]


@pytest.mark.parametrize(("module", "part", "make", "outcome"), CASES)
def test_the_rule_decides_as_it_says(module, part, make, outcome):
    answer = ruling(module, part, make(results(module)))
    assert answer.outcome == outcome, answer.says


@pytest.mark.parametrize(("module", "part", "make"), [case[:3] for case in CASES if case[3] == "supports"])
def test_too_few_seeds_or_a_run_cut_short_decide_nothing(module, part, make):
    few = ruling(module, part, make(results(module, seeds=module.EXPERIMENT.seeds - 1)))
    assert few.outcome == "inconclusive"
    assert f"asks for {module.EXPERIMENT.seeds} seeds" in few.says
    short = ruling(module, part, make(results(module, short="stopped after 3 steps")))
    assert short.outcome == "inconclusive"
    assert "stopped after 3 steps" in short.says


def test_every_statement_has_cases_that_pass_and_that_fail():
    for module in MODULES:
        for target in module.EXPERIMENT.targets:
            outcomes = {case[3] for case in CASES if case[0] is module and case[1] == f"{target.form} {target.part}"}
            assert {"supports", "refutes"} <= outcomes, target


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.EXPERIMENT.id)
def test_a_rule_changes_nothing_and_rules_on_each_of_its_statements(module):
    sweep = results(module)
    before = copy.deepcopy(sweep)
    assert set(module.EXPERIMENT.judge(sweep)) == set(module.EXPERIMENT.targets)
    assert sweep == before


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.EXPERIMENT.id)
def test_table_and_picture_show_any_results(module):
    sweep = results(module, seeds=2)
    if module is flatness_uncorrelated:
        sweep = related(sweep, 0)
    rows = module.EXPERIMENT.table(sweep)
    assert rows
    assert all(isinstance(text, str) and text for row in rows for text in row.values())
    assert module.EXPERIMENT.picture(sweep).startswith("<svg")


def test_the_same_results_give_the_same_picture():
    sweep = results(fig_6, seeds=2)
    assert fig_6.EXPERIMENT.picture(sweep) == fig_6.EXPERIMENT.picture(sweep)
