"""The rules of the experiments on digits are fed made-up results that must pass, fail, and decide nothing; one of them runs for show."""

import copy
import time

import numpy as np
import pytest

from empirical import digits_sweep, record
from empirical.digits_sweep import CURVES, QUARTERS, RHOS, reduce
from empirical.experiment import Setup
from empirical.experiments import fig_1_digits, fig_4_accuracy_digits, fig_4_scale_digits, small_shards_digits
from tests.empirical.toy_results import change

MODULES = (fig_1_digits, fig_4_accuracy_digits, fig_4_scale_digits, small_shards_digits)
EPOCHS = 8
WIDE = 0.5  # a spread over seeds in which a hundredth is lost


def level(arm, seeds):
    """Probes that do not move: every accuracy 0.6, but noisy points at 0.05; ratios 1."""
    shape = (EPOCHS, seeds, len(arm.rhos))
    found = {name: np.full(shape, 0.6) for name in ("test_accuracy", "clean_accuracy", "holdout_accuracy")}
    return found | {"noisy_accuracy": np.full(shape, 0.05)} | {f"{group}_scale_ratio": np.ones(shape) for group in ("clean", "noisy")}


def results(module, seeds=None, short=""):
    """Level results of all arms of an experiment."""
    count = module.EXPERIMENT.seeds if seeds is None else seeds
    arms = {}
    for name, arm in module.ARMS.items():
        drawn = np.full((2, len(arm.rhos)), 0.6).tolist()
        arms[name] = {
            "setting": {"method": arm.method, "rhos": list(arm.rhos)},
            "values": {stat: value.tolist() for stat, value in reduce(level(arm, count)).items()},
            "curves": {curve: {"steps": [1.0, 2.0], "mean": drawn, "low": drawn, "high": drawn} for curve in CURVES},
        }
    return {"seeds": list(range(count)), "short": short, "arms": arms}


def early(found, peak, before_noise, spread=0.0):
    change(found, "1-SAM", "peak", 0.6 + peak, spread)
    return change(found, "1-SAM", "before_noise", 0.6 + before_noise, spread)


def hybrids(found, sam, by_jacobian, by_scale, spread=0.0):
    for method, gain in (("1-SAM", sam), ("J-SAM", by_jacobian), ("L-SAM", by_scale)):
        change(found, method, "peak", 0.6 + gain, spread)
    return found


def gaps(found, each, spread=0.0, model=""):
    return change(found, f"{model}, 1-SAM", "scale_gap", each, spread)


def by_size(found, *gains, spread=0.0):
    for method, gain in zip(small_shards_digits.SIZES, gains, strict=True):
        change(found, method, "peak", 0.6 + gain, spread)
    return found


def at_radii(found, arms, peak, held_out):
    return change(change(found, arms, "peak", peak), arms, "held_out", held_out)


LAST_BEST = [0.5, 0.5, 0.5, 0.5, 0.6]
FIRST_BEST = LAST_BEST[::-1]

CASES = [
    # module, how results are changed, outcome
    (fig_1_digits, lambda f: early(f, 0.02, 0.02), "supports"),
    (fig_1_digits, lambda f: early(f, -0.02, 0.02), "refutes"),
    (fig_1_digits, lambda f: early(f, 0.02, -0.02), "refutes"),
    (fig_1_digits, lambda f: change(early(f, 0.02, 0.02), "DLN, 1-SAM", "peak", 0.58), "refutes"),  # both networks count
    (fig_1_digits, lambda f: early(f, 0.02, 0.0), "inconclusive"),
    (fig_1_digits, lambda f: early(f, 0.02, 0.02, WIDE), "inconclusive"),
    # the radius is the best one on held-out points, not that of the best test accuracy
    (fig_1_digits, lambda f: at_radii(early(f, 0, 0.02), "1-SAM", [0.58, 0.7, 0.7, 0.7, 0.7], FIRST_BEST), "refutes"),
    (fig_1_digits, lambda f: at_radii(early(f, 0, 0.02), "1-SAM", [0.58, 0.58, 0.58, 0.58, 0.7], LAST_BEST), "supports"),
    (fig_4_accuracy_digits, lambda f: hybrids(f, 0.1, 0.09, 0.01), "supports"),
    (fig_4_accuracy_digits, lambda f: hybrids(f, 0.1, 0.04, 0.01), "refutes"),
    (fig_4_accuracy_digits, lambda f: hybrids(f, 0.1, 0.09, 0.06), "refutes"),
    (fig_4_accuracy_digits, lambda f: hybrids(f, -0.1, 0.09, 0.01), "inconclusive"),  # no gain that could be kept
    (fig_4_accuracy_digits, lambda f: hybrids(f, 0.1, 0.09, 0.01, WIDE), "inconclusive"),
    (fig_4_scale_digits, lambda f: gaps(f, 0.1), "supports"),
    (fig_4_scale_digits, lambda f: gaps(f, -0.1), "refutes"),
    (fig_4_scale_digits, lambda f: gaps(f, [0.4, 0.1, 0.1, -0.1]), "refutes"),  # on average above 0
    (fig_4_scale_digits, lambda f: gaps(gaps(f, 0.1), -0.1, model="2NN"), "refutes"),
    (fig_4_scale_digits, lambda f: gaps(f, 0.1, WIDE), "inconclusive"),
    (small_shards_digits, lambda f: by_size(f, 0.001, 0.02, 0.04, 0.06), "supports"),
    (small_shards_digits, lambda f: by_size(f, 0.02, 0.03, 0.04, 0.06), "refutes"),  # naive SAM gains something
    (small_shards_digits, lambda f: by_size(f, 0.001, 0.04, 0.02, 0.06), "refutes"),
    (small_shards_digits, lambda f: by_size(f, 0.001, 0.02, 0.02, 0.06), "inconclusive"),
    (small_shards_digits, lambda f: by_size(f, 0.001, 0.02, 0.04, 0.06, spread=WIDE), "inconclusive"),
    # at its own radius naive SAM gains as much as any
    (
        small_shards_digits,
        lambda f: at_radii(by_size(f, 0.001, 0.02, 0.04, 0.06), "n-SAM", [0.6, 0.6, 0.6, 0.6, 0.7], LAST_BEST),
        "refutes",
    ),
]


def ruling(module, found):
    """The ruling on the one statement of an experiment."""
    (ruled,) = module.EXPERIMENT.judge(found).values()
    return ruled


@pytest.mark.parametrize(("module", "make", "outcome"), CASES)
def test_the_rule_decides_as_it_says(module, make, outcome):
    found = ruling(module, make(results(module)))
    assert found.outcome == outcome, found.says


@pytest.mark.parametrize(("module", "make"), [case[:2] for case in CASES if case[2] == "supports"])
def test_too_few_seeds_or_a_run_cut_short_decide_nothing(module, make):
    few = ruling(module, make(results(module, seeds=module.EXPERIMENT.seeds - 1)))
    assert few.outcome == "inconclusive"
    assert f"asks for {module.EXPERIMENT.seeds} seeds" in few.says
    short = ruling(module, make(results(module, short="stopped after 3 epochs")))
    assert short.outcome == "inconclusive"
    assert "stopped after 3 epochs" in short.says


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.EXPERIMENT.id)
def test_a_rule_passes_fails_and_changes_nothing(module):
    assert {case[2] for case in CASES if case[0] is module} == {"supports", "refutes", "inconclusive"}
    assert module.EXPERIMENT.qualifier == "stand-in"
    found = results(module)
    before = copy.deepcopy(found)
    assert set(module.EXPERIMENT.judge(found)) == set(module.EXPERIMENT.targets)
    assert found == before


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.EXPERIMENT.id)
def test_table_and_picture_show_any_results(module):
    found = results(module, seeds=2)
    rows = module.EXPERIMENT.table(found)
    assert len(rows) == sum(len(arm.rhos) for arm in module.ARMS.values())
    assert all(isinstance(text, str) and text for row in rows for text in row.values())
    assert module.EXPERIMENT.picture(found).startswith("<svg")


def test_what_is_kept_of_curves_that_move():
    found = level(fig_1_digits.ARMS["2NN, SGD"], 1)
    found["test_accuracy"][:, 0, 0] = [0.1, 0.5, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]
    found["noisy_accuracy"][:, 0, 0] = [0.2, 0.1, 0.05, 0.11, 0.2, 0.3, 0.4, 0.5]
    found["clean_accuracy"][:, 0, 0] = np.arange(8) / 10
    found["clean_scale_ratio"][:, 0, 0] = [2, 4, 1, 1, 1, 1, 0, 1]
    kept = {name: value[0, 0] for name, value in reduce(found).items()}
    assert (kept["peak"], kept["peak_epoch"], kept["last"], kept["before_noise"]) == (0.8, 3, 0.3, 0.2)
    assert kept["scale_gap"].tolist() == [2, 0, 0, -0.5]
    assert len(kept["scale_gap"]) == QUARTERS
    found["noisy_accuracy"][:] = 0.5
    assert reduce(found)["before_noise"].item() == 0.1


def test_a_smoke_run_trains_every_arm_and_decides_nothing(tmp_path):
    told = []
    setup = Setup(profile="smoke", out=tmp_path, progress=lambda what, share: told.append((what, share)))
    found = fig_4_scale_digits.EXPERIMENT.run(setup)
    assert [share for _, share in told] == [0.5, 1.0]
    assert list(found["arms"]) == ["DLN, 1-SAM", "2NN, 1-SAM"]
    for arm in found["arms"].values():
        assert np.shape(arm["values"]["peak"]) == (2, len(RHOS))
        assert np.shape(arm["values"]["scale_gap"]) == (2, len(RHOS), QUARTERS)
        assert np.ptp(arm["values"]["scale_gap"]) > 0
    (ruled,) = record.keep(fig_4_scale_digits.EXPERIMENT, found, setup, time.time()).values()
    assert ruled.outcome == "inconclusive"
    assert "profile smoke" in ruled.says
    before = digits_sweep.curves.cache_info().hits
    again = fig_4_scale_digits.EXPERIMENT.run(setup)
    assert digits_sweep.curves.cache_info().hits == before + 2
    assert again == found


def test_the_cost_of_a_plan_grows_with_the_seeds():
    for module in MODULES:
        few, many, smoke = (module.EXPERIMENT.cost(setup) for setup in (Setup(seeds=2), Setup(), Setup(profile="smoke")))
        assert 0 < smoke.seconds < few.seconds < many.seconds
        assert many.memory_mib > 0
        assert not many.missing
