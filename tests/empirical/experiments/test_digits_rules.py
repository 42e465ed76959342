"""The rules of the experiments on digits are fed made-up results that must pass, fail, and decide nothing; one of them runs for show."""

import copy
import time

import numpy as np
import pytest

from empirical.digits import runs as digits_runs
from empirical.digits.sweep import FAR, PENALTIES, RHOS
from empirical.experiments import (
    asked_early_stopping_digits,
    asked_spread_digits,
    asked_squared_loss_digits,
    asked_update_rule_digits,
    clean_loss_higher_digits,
    fig_1_digits,
    fig_2_digits,
    fig_4_accuracy_digits,
    fig_4_scale_digits,
    fig_5_digits,
    fig_7_digits,
    fig_12_digits,
    fig_13_digits,
    fig_14_digits,
    large_lr_sgd_digits,
    lsam_own_rho_digits,
    small_shards_digits,
    table_1_digits,
)
from empirical.report import record
from empirical.report import summary as digits_kept
from empirical.report.experiment import Setup, seconds_in_turn
from empirical.report.results import rounded
from empirical.report.summary import GAPS, PROBES, QUARTERS, RATIOS, summarise
from tests.empirical.experiments.made_up_results import change

MODULES = (
    asked_early_stopping_digits,
    asked_spread_digits,
    asked_squared_loss_digits,
    asked_update_rule_digits,
    clean_loss_higher_digits,
    fig_1_digits,
    fig_2_digits,
    fig_4_accuracy_digits,
    fig_4_scale_digits,
    fig_5_digits,
    fig_7_digits,
    fig_12_digits,
    fig_13_digits,
    fig_14_digits,
    large_lr_sgd_digits,
    lsam_own_rho_digits,
    small_shards_digits,
    table_1_digits,
)
EPOCHS = 8
WIDE = 0.5  # a spread over seeds in which a hundredth is lost


def level(arm, seeds):
    """Probes that do not move: every accuracy 0.6, but noisy points at 0.05; all else 1."""
    found = {name: np.full((EPOCHS, seeds, arm.columns), 0.6 if name.endswith("accuracy") else 1.0) for name in arm.kept}
    found["noisy_accuracy"][:] = 0.05
    return found


def results(module, seeds=None, short=""):
    """Level results of all arms of an experiment."""
    count = module.EXPERIMENT.seeds if seeds is None else seeds
    arms = {}
    for name, arm in module.ARMS.items():
        drawn = np.full((2, arm.columns), 0.6).tolist()
        strengths = {"rhos": list(arm.rhos)}
        if arm.gammas:
            strengths = {"gamma_z": [z for z, _ in arm.gammas], "gamma_v": [v for _, v in arm.gammas]}
        arms[name] = {
            "setting": {"method": arm.method, "train": arm.train, "width": arm.width, "rate": arm.rate, **strengths},
            "values": {stat: rounded(value) for stat, value in summarise(level(arm, count)).items()},
            "curves": {curve: {"steps": [1.0, 2.0], "mean": drawn, "low": drawn, "high": drawn} for curve in PROBES},
        }
    return {"seeds": list(range(count)), "short": short, "arms": arms}


def early(found, peak, before_noise, spread=0.0):
    change(found, "1-SAM", "peak", 0.6 + peak, spread)
    return change(found, "1-SAM", "before_noise", 0.6 + before_noise, spread)


def hybrids(found, sam, by_jacobian, by_scale, spread=0.0):
    for method, gain in (("1-SAM", sam), ("J-SAM", by_jacobian), ("L-SAM", by_scale)):
        change(found, method, "peak", 0.6 + gain, spread)
    return found


def hybrids_but_j(found, sam, by_scale, spread=0.0):
    return change(change(found, "1-SAM", "peak", 0.6 + sam, spread), "L-SAM", "peak", 0.6 + by_scale, spread)


def gaps(found, each, spread=0.0, model=""):
    return change(found, f"{model}, 1-SAM", "scale_gap", each, spread)


def by_size(found, *gains, spread=0.0):
    for method, gain in zip(small_shards_digits.SIZES, gains, strict=True):
        change(found, method, "peak", 0.6 + gain, spread)
    return found


def at_radii(found, arms, peak, held_out):
    return change(change(found, arms, "peak", peak), arms, "held_out", held_out)


def gap_and_tracking(found, gap, tracking, spread=0.0):
    return change(change(found, "1-SAM", "gap", 0.55 + gap, spread), ", ", "tracking", tracking)


def small_norms(found, norm, spread=0.0):
    return change(change(found, "1-SAM", "activation_norm_last", norm, spread), "1-SAM", "last_layer_norm_last", norm, spread)


def clean_loss(found, descent, sam, spread=0.0):
    return change(change(found, "SGD", "clean_loss_at", descent), "1-SAM", "clean_loss_at", sam, spread)


def ratios(found, high, low=0.5, spread=0.0, stats=tuple(RATIOS)):
    for stat in stats:
        change(change(found, ", ", f"{stat}_at", low, spread), "J-SAM", f"{stat}_at", high)
        change(found, "1-SAM", f"{stat}_at", high)
    return found


def rows_of_table(found, sam=0.1, by_jacobian=0.1, penalty=0.05, by_scale=0.01, spread=0.0):
    return change(hybrids(found, sam, by_jacobian, by_scale, spread), "penalty as printed", "peak", 0.6 + penalty, spread)


def rising(found, settings, descent, sam):
    """Best accuracies of SGD and 1-SAM in each setting."""
    for name, d, s in zip(settings, descent, sam, strict=True):
        change(change(found, f"{name}, SGD", "peak", d), f"{name}, 1-SAM", "peak", s)
    return found


def by_rate(found, descent, sam, once=0.0, twice=0.05):
    rising(found, fig_14_digits.RATES, descent, sam)
    change(found, f"{fig_14_digits.SLOW}, 1-SAM", "peak", descent[0] + once)
    rising(found, [fig_14_digits.LONG], [descent[0]], [descent[0] + twice])
    return found


def stops(found, **gains):
    """Best accuracies 0.6; what 1-SAM has more at each kind of stop, and what both lose until the end."""
    change(found, ", ", "last", 0.6 - gains.get("fall", 0.05), gains.get("spread", 0.0))
    for stat in ("stopped", "last"):
        base = 0.6 - (gains.get("fall", 0.05) if stat == "last" else 0.0)
        change(found, "1-SAM", stat, base + gains.get(stat, 0.02), gains.get("spread", 0.0))
    return found


def readings(found, by_jacobian, update, constants, spread=0.0):
    change(change(found, "J-SAM", "peak", 0.6 + by_jacobian), "update rule", "peak", 0.6 + update, spread)
    for name in ("as printed", "of squares"):
        change(found, name, "peak", 0.6 + constants, spread)
    return found


LAST_BEST = [0.5, 0.5, 0.5, 0.5, 0.6]
FIRST_BEST = LAST_BEST[::-1]

CASES = [
    # module, how results are changed, outcome (of the first statement, or of the named part)
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
        lambda f: at_radii(by_size(f, 0.001, 0.02, 0.04, 0.06), "n-SAM", [*[0.6] * 6, 0.7], [*[0.5] * 6, 0.6]),
        "refutes",
    ),
    (fig_2_digits, lambda f: gap_and_tracking(f, 0.1, 0.95), "supports"),
    (fig_2_digits, lambda f: gap_and_tracking(f, -0.1, 0.95), "refutes"),
    (fig_2_digits, lambda f: gap_and_tracking(f, 0.1, 0.8), "refutes"),
    (fig_2_digits, lambda f: change(gap_and_tracking(f, 0.1, 0.95), "DLN, SGD", "tracking", 0.5), "refutes"),
    (fig_2_digits, lambda f: gap_and_tracking(f, 0.1, 0.95, WIDE), "inconclusive"),
    (fig_5_digits, lambda f: small_norms(f, 0.8), "supports"),
    (fig_5_digits, lambda f: change(small_norms(f, 0.8), "2NN, 1-SAM", "last_layer_norm_last", 0.95), "refutes"),
    (fig_5_digits, lambda f: small_norms(f, 1.0, WIDE), "inconclusive"),
    (clean_loss_higher_digits, lambda f: clean_loss(f, 1.0, 2.0), "supports"),
    (clean_loss_higher_digits, lambda f: clean_loss(f, 1.0, 0.5), "refutes"),
    (clean_loss_higher_digits, lambda f: clean_loss(f, 1.0, 1.2), "refutes"),  # higher, but not much
    (clean_loss_higher_digits, lambda f: clean_loss(f, 1.0, [0.5, *[4.0] * (len(GAPS) - 1)]), "refutes"),  # every gap counts
    (clean_loss_higher_digits, lambda f: clean_loss(f, 1.0, [np.nan, *[2.0] * (len(GAPS) - 1)]), "supports"),  # that both reach
    (clean_loss_higher_digits, lambda f: clean_loss(f, 1.0, [*[np.nan] * (len(GAPS) - 1), 2.0]), "inconclusive"),
    (clean_loss_higher_digits, lambda f: f, "inconclusive"),  # no gap is reached after the first epoch
    (clean_loss_higher_digits, lambda f: clean_loss(f, 1.0, 1.55, 0.3), "inconclusive"),
    (fig_7_digits, lambda f: ratios(f, 0.6), "supports"),
    (fig_7_digits, lambda f: ratios(f, 0.4), "refutes"),
    (fig_7_digits, lambda f: change(ratios(f, 0.6), "DLN, J-SAM", "update_ratio_at", 0.4), "refutes"),
    (fig_7_digits, lambda f: ratios(f, 0.6, spread=WIDE), "inconclusive"),
    (fig_7_digits, lambda f: f, "inconclusive"),
    (fig_7_digits, lambda f: ratios(f, 0.6), "supports", "logit-scale"),
    (fig_7_digits, lambda f: ratios(f, 0.4), "refutes", "logit-scale"),
    (fig_7_digits, lambda f: ratios(ratios(f, 0.6), 0.4, stats=("loss_ratio", "update_ratio")), "supports", "logit-scale"),
    (fig_7_digits, lambda f: ratios(f, 0.6, spread=WIDE), "inconclusive", "logit-scale"),
    (table_1_digits, rows_of_table, "supports"),
    (table_1_digits, lambda f: rows_of_table(f, by_jacobian=0.07), "refutes"),  # not near 1-SAM
    (table_1_digits, lambda f: rows_of_table(f, penalty=0.12), "refutes"),
    (table_1_digits, lambda f: rows_of_table(f, by_scale=0.06), "refutes"),
    (table_1_digits, lambda f: rows_of_table(f, by_scale=-0.01), "refutes"),
    (table_1_digits, lambda f: rows_of_table(f, spread=WIDE), "inconclusive"),
    (table_1_digits, rows_of_table, "supports", "gap-17-to-9 result"),
    (table_1_digits, lambda f: rows_of_table(f, penalty=0.09), "refutes", "gap-17-to-9 result"),
    (table_1_digits, lambda f: rows_of_table(f, penalty=0.02), "refutes", "gap-17-to-9 result"),
    (table_1_digits, lambda f: rows_of_table(f, sam=-0.01), "inconclusive", "gap-17-to-9 result"),  # no lead to close
    (table_1_digits, lambda f: rows_of_table(f, spread=WIDE), "inconclusive", "gap-17-to-9 result"),
    (lsam_own_rho_digits, lambda f: hybrids_but_j(f, 0.1, 0.02), "supports"),
    (lsam_own_rho_digits, lambda f: hybrids_but_j(f, 0.1, 0.08), "refutes"),
    # near SGD at SAM's radius, but not at its own
    (
        lsam_own_rho_digits,
        lambda f: at_radii(hybrids_but_j(f, 0.1, 0.0), "L-SAM", [*[0.6] * 6, 0.69], [*[0.5] * 6, 0.6]),
        "refutes",
    ),
    (lsam_own_rho_digits, lambda f: hybrids_but_j(f, 0.0, 0.0), "inconclusive"),
    (lsam_own_rho_digits, lambda f: hybrids_but_j(f, 0.1, 0.02, WIDE), "inconclusive"),
    (fig_12_digits, lambda f: rising(f, fig_12_digits.SIZES, [0.6, 0.7, 0.8], [0.61, 0.72, 0.83]), "supports"),
    (fig_12_digits, lambda f: rising(f, fig_12_digits.SIZES, [0.6, 0.7, 0.8], [0.61, 0.75, 0.83]), "refutes"),
    (fig_12_digits, lambda f: rising(f, fig_12_digits.SIZES, [0.6, 0.7, 0.8], [0.61, 0.71, 0.83]), "inconclusive"),
    (fig_13_digits, lambda f: rising(f, fig_13_digits.WIDTHS, [0.6, 0.7, 0.8], [0.7, 0.8, 0.9]), "supports"),
    (fig_13_digits, lambda f: rising(f, fig_13_digits.WIDTHS, [0.6, 0.7, 0.8], [0.9, 0.8, 0.7]), "refutes"),
    (fig_13_digits, lambda f: rising(f, fig_13_digits.WIDTHS, [0.6, 0.9, 0.8], [0.7, 0.8, 0.9]), "refutes"),  # a loss between
    (fig_13_digits, lambda f: rising(f, fig_13_digits.WIDTHS, [0.6, 0.6, 0.6], [0.7, 0.8, 0.9]), "inconclusive"),
    (fig_14_digits, lambda f: by_rate(f, [0.6, 0.7, 0.8], [0.6, 0.8, 0.9]), "supports"),
    (fig_14_digits, lambda f: by_rate(f, [0.6, 0.7, 0.69], [0.6, 0.8, 0.9]), "refutes"),
    (fig_14_digits, lambda f: by_rate(f, [0.6, 0.7, 0.8], [0.6, 0.8, 0.7]), "refutes"),
    (fig_14_digits, lambda f: by_rate(f, [0.6, 0.7, 0.8], [0.6, 0.8, 0.9], once=0.08, twice=0.1), "refutes"),  # a lead at once
    (fig_14_digits, lambda f: by_rate(f, [0.6, 0.7, 0.8], [0.6, 0.8, 0.9], once=0.02, twice=0.01), "refutes"),
    (fig_14_digits, lambda f: by_rate(f, [0.6, 0.7, 0.8], [0.6, 0.8, 0.9], twice=0.0), "inconclusive"),
    (large_lr_sgd_digits, lambda f: change(f, "1-SAM", "peak", 0.7), "supports"),
    (large_lr_sgd_digits, lambda f: change(change(f, "1-SAM", "peak", 0.7), "DLN, rate 2, SGD", "peak", 0.75), "refutes"),
    (large_lr_sgd_digits, lambda f: change(f, "1-SAM", "peak", 0.7, WIDE), "inconclusive"),
    (asked_early_stopping_digits, stops, "supports"),
    (asked_early_stopping_digits, lambda f: change(stops(f), "SGD", "last", 0.595), "refutes"),
    (asked_early_stopping_digits, lambda f: stops(f, spread=WIDE), "inconclusive"),
    (asked_early_stopping_digits, stops, "supports", "gain-when-stopped"),
    (asked_early_stopping_digits, lambda f: stops(f, stopped=-0.02), "refutes", "gain-when-stopped"),
    (asked_early_stopping_digits, lambda f: stops(f, spread=WIDE), "inconclusive", "gain-when-stopped"),
    (asked_early_stopping_digits, stops, "supports", "gain-at-end"),
    (asked_early_stopping_digits, lambda f: stops(f, last=-0.02), "refutes", "gain-at-end"),
    (asked_early_stopping_digits, lambda f: stops(f, spread=WIDE), "inconclusive", "gain-at-end"),
    (asked_squared_loss_digits, lambda f: hybrids(f, 0.1, 0.09, 0.01), "supports"),
    (asked_squared_loss_digits, lambda f: hybrids(f, -0.1, 0.09, 0.01), "refutes"),
    (asked_squared_loss_digits, lambda f: hybrids(f, 0.1, 0.09, 0.01, WIDE), "inconclusive"),
    (asked_squared_loss_digits, lambda f: hybrids(f, 0.1, 0.09, 0.01), "supports", "split"),
    (asked_squared_loss_digits, lambda f: hybrids(f, 0.1, 0.04, 0.01), "refutes", "split"),
    (asked_squared_loss_digits, lambda f: hybrids(f, 0.1, 0.09, 0.06), "refutes", "split"),
    (asked_squared_loss_digits, lambda f: hybrids(f, -0.1, 0.09, 0.01), "inconclusive", "split"),
    (asked_squared_loss_digits, lambda f: change(f, "1-SAM", "scale_gap", 0.1), "supports", "residual-scale"),
    (asked_squared_loss_digits, lambda f: change(f, "1-SAM", "scale_gap", [0.1, 0.1, -0.1, 0.1]), "refutes", "residual-scale"),
    (asked_squared_loss_digits, lambda f: change(f, "1-SAM", "scale_gap", 0.1, WIDE), "inconclusive", "residual-scale"),
    (asked_update_rule_digits, lambda f: readings(f, 0.1, 0.1, 0.05), "supports"),
    (asked_update_rule_digits, lambda f: readings(f, 0.1, 0.02, 0.01), "refutes"),
    (asked_update_rule_digits, lambda f: readings(f, -0.1, 0.02, 0.01), "inconclusive"),  # nothing to keep
    (asked_update_rule_digits, lambda f: readings(f, 0.1, 0.1, 0.05), "supports", "constants-lose"),
    (asked_update_rule_digits, lambda f: change(readings(f, 0.1, 0.1, 0.05), "of squares", "peak", 0.75), "refutes", "constants-lose"),
    (asked_update_rule_digits, lambda f: readings(f, 0.1, 0.1, 0.05, WIDE), "inconclusive", "constants-lose"),
    (asked_spread_digits, lambda f: change(change(f, "SGD", "peak", 0.6, 0.01), "1-SAM", "peak", 0.7), "supports"),
    (asked_spread_digits, lambda f: change(change(f, "SGD", "peak", 0.6, 0.05), "1-SAM", "peak", 0.58), "refutes"),
    (asked_spread_digits, lambda f: change(f, "1-SAM", "peak", 0.7, WIDE), "inconclusive"),
]
CASES = [(*case, "") if len(case) == 3 else case for case in CASES]


def ruling(module, found, part):
    """The ruling on the first statement of an experiment, or on that whose claim and part end with `part`."""
    ruled = module.EXPERIMENT.judge(found)
    return next(one for target, one in ruled.items() if f"{target.claim} {target.part}".endswith(part))


@pytest.mark.parametrize(("module", "make", "outcome", "part"), CASES)
def test_the_rule_decides_as_it_says(module, make, outcome, part):
    found = ruling(module, make(results(module)), part)
    assert found.outcome == outcome, found.says


@pytest.mark.parametrize(("module", "make", "part"), [(case[0], case[1], case[3]) for case in CASES if case[2] == "supports"])
def test_too_few_seeds_or_a_run_cut_short_decide_nothing(module, make, part):
    few = ruling(module, make(results(module, seeds=module.EXPERIMENT.seeds - 1)), part)
    assert few.outcome == "inconclusive"
    assert f"asks for {module.EXPERIMENT.seeds} seeds" in few.says
    short = ruling(module, make(results(module, short="stopped after 3 epochs")), part)
    assert short.outcome == "inconclusive"
    assert "stopped after 3 epochs" in short.says


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.EXPERIMENT.id)
def test_a_rule_passes_fails_and_changes_nothing(module):
    for place, target in enumerate(module.EXPERIMENT.targets):
        own = [
            case for case in CASES if case[0] is module and (case[3] or place == 0) and f"{target.claim} {target.part}".endswith(case[3])
        ]
        outcomes = {case[2] for case in own if bool(case[3]) == (place > 0)}
        assert outcomes == {"supports", "refutes", "inconclusive"}, target
    assert module.EXPERIMENT.qualifier == "stand-in"
    found = results(module)
    before = copy.deepcopy(found)
    assert list(module.EXPERIMENT.judge(found)) == list(module.EXPERIMENT.targets)
    assert found == before


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.EXPERIMENT.id)
def test_table_and_picture_show_results_of_one_seed(module):
    """Which have no interval; the smoke runs below have two seeds."""
    found = results(module, seeds=1)
    rows = module.EXPERIMENT.table(found)
    assert rows
    assert all(isinstance(text, str) and text for row in rows for text in row.values())
    assert module.EXPERIMENT.picture(found).startswith("<svg")


def test_the_table_of_a_sweep_has_a_row_for_each_strength():
    rows = table_1_digits.EXPERIMENT.table(results(table_1_digits))
    assert len(rows) == sum(arm.columns for arm in table_1_digits.ARMS.values())
    strengths = {row["rho or gammas"] for row in rows if "penalty" in row["network and method"]}
    assert strengths == {f"{z:g}, {v:g}" for arm in PENALTIES.values() for z, v in arm.gammas}


def moving():
    """Probes of one network that change along training."""
    found = level(fig_1_digits.ARMS["2NN, SGD"], 1)
    found["test_accuracy"][:, 0, 0] = [0.1, 0.5, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]
    found["holdout_accuracy"][:, 0, 0] = [0.1, 0.4, 0.5, 0.6, 0.6, 0.3, 0.2, 0.1]
    found["noisy_accuracy"][:, 0, 0] = [0.2, 0.1, 0.05, 0.11, 0.2, 0.3, 0.4, 0.5]
    found["clean_accuracy"][:, 0, 0] = np.arange(8) / 10
    found["clean_scale_ratio"][:, 0, 0] = [2, 4, 1, 1, 1, 1, 0, 1]
    found["activation_norm"][:, 0, 0] = np.arange(8)
    return found


def test_what_is_kept_of_curves_that_move():
    found = moving()
    kept = {name: value[0, 0] for name, value in summarise(found).items()}
    assert (kept["peak"], kept["peak_epoch"], kept["last"], kept["before_noise"]) == (0.8, 3, 0.3, 0.2)
    assert (kept["held_out"], kept["stopped"], kept["stopped_epoch"], kept["activation_norm_last"]) == (0.6, 0.7, 4, 7)
    assert np.isclose(kept["gap"], 0.2)
    assert kept["scale_gap"].tolist() == [2, 0, 0, -0.5]
    assert len(kept["scale_gap"]) == QUARTERS
    gap = np.arange(8) / 10 - found["noisy_accuracy"][:, 0, 0]
    stop = int(gap.argmax()) + 1
    assert np.isclose(kept["tracking"], np.corrcoef(gap[: max(stop, 5)], found["test_accuracy"][: max(stop, 5), 0, 0])[0, 1])
    found["noisy_accuracy"][:] = 0.5
    assert summarise(found)["before_noise"].item() == 0.1


def test_quantities_at_equal_gaps_are_read_off_a_straight_line_on_the_way_up(monkeypatch):
    monkeypatch.setattr(digits_kept, "GAPS", (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8))
    found = moving()
    found["noisy_accuracy"][:] = 0.0
    found["clean_accuracy"][:, 0, 0] = [0.25, 0.35, 0.55, 0.5, 0.75, 0.2, 0.9, 0.1]
    found["clean_loss"][:, 0, 0] = [8, 7, 5, 4, 3, 2, 1, 0]
    found["noisy_loss"][:] = 2.0
    kept = summarise(found)
    assert np.isnan(kept["clean_loss_at"][0, 0, 0])  # 0.2 was reached within the first epoch
    np.testing.assert_allclose(kept["clean_loss_at"][0, 0, 1:], [7.5, 6.5, 5.5, 3.6, 3.2, 1 + 1 / 7], rtol=1e-12)
    np.testing.assert_allclose(kept["loss_ratio_at"][0, 0, 1:], kept["clean_loss_at"][0, 0, 1:] / 2, rtol=1e-12)
    found["clean_accuracy"][6, 0, 0] = 0.7
    assert np.isnan(summarise(found)["clean_loss_at"][0, 0, -1])  # never reached
    assert None in rounded(summarise(found)["clean_loss_at"])[0][0]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.EXPERIMENT.id)
def test_a_smoke_run_trains_every_arm_and_decides_nothing(module, out):
    told = []
    setup = Setup(profile="smoke", out=out, progress=lambda what, share: told.append((what, share)))
    found = module.EXPERIMENT.run(setup)
    assert told[-1][1] == 1.0
    assert list(found["arms"]) == list(module.ARMS)
    for name, arm in module.ARMS.items():
        assert np.shape(found["arms"][name]["values"]["peak"]) == (2, arm.columns)
        assert set(found["arms"][name]["setting"]) >= {"model", "method", "width", "epochs", "train", "share", "batch"}
    for ruled in record.keep(module.EXPERIMENT, found, setup, time.time()).values():
        assert ruled.outcome == "inconclusive"
        assert "profile smoke" in ruled.says


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """One folder for all smoke runs: what one experiment has trained, the next one reads."""
    return tmp_path_factory.mktemp("smoke")


def test_a_second_run_trains_nothing_and_gives_the_same_results(tmp_path, monkeypatch):
    setup = Setup(profile="smoke", out=tmp_path)
    experiment = fig_4_scale_digits.EXPERIMENT
    first = experiment.run(setup)
    assert np.ptp(first["arms"]["2NN, 1-SAM"]["values"]["scale_gap"]) > 0
    monkeypatch.setattr(digits_runs, "train", lambda *_: pytest.fail("this part is on disk"))
    again = experiment.run(setup)
    assert again == first
    assert experiment.picture(again) == experiment.picture(first)


def test_the_cost_of_a_plan_grows_with_the_seeds_and_counts_what_is_shared_once():
    for module in MODULES:
        few, many, smoke = (module.EXPERIMENT.cost(setup) for setup in (Setup(seeds=2), Setup(), Setup(profile="smoke")))
        assert 0 < few.seconds < many.seconds
        assert smoke.seconds > 0
        assert many.memory_mib > 0
        assert not many.missing
    costs = [module.EXPERIMENT.cost(Setup()) for module in MODULES]
    assert sum(seconds_in_turn(costs)) < 0.5 * sum(cost.seconds for cost in costs)
    assert seconds_in_turn([fig_1_digits.EXPERIMENT.cost(Setup()), fig_5_digits.EXPERIMENT.cost(Setup())])[1] < 1e-9


def test_methods_share_a_grid_of_radii_and_two_go_on():
    assert FAR[: len(RHOS)] == RHOS
