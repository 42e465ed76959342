import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empirical.report.statistics import all_of, exceeds, interval, within

OUTCOMES = ("supports", "refutes", "inconclusive")
numbers = st.floats(-1e3, 1e3).map(lambda x: round(x, 6))


def test_the_interval_is_students():
    estimate = interval([1.0, 2.0, 3.0, 4.0])
    half = 3.182446305284263 * math.sqrt(5 / 3) / 2  # t quantile 0.975 with 3 degrees of freedom, from a printed table
    assert (estimate.mean, estimate.n) == (2.5, 4)
    assert estimate.low == pytest.approx(2.5 - half, rel=1e-9)
    assert estimate.high == pytest.approx(2.5 + half, rel=1e-9)


def test_the_interval_covers_the_truth_as_often_as_it_says():
    draws = np.random.default_rng(0).normal(3.0, 2.0, (4000, 6))
    intervals = [interval(row.tolist()) for row in draws]
    share = np.mean([estimate.low < 3.0 < estimate.high for estimate in intervals])
    assert abs(share - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 4000)  # four standard errors


def test_one_seed_has_no_bounds_and_decides_nothing():
    assert interval([1.0]).high == math.inf
    assert exceeds([1.0], 0.0, 1) == "inconclusive"
    assert within([0.0], 0.1, 1) == "inconclusive"


@pytest.mark.parametrize("values", [[], [1.0, math.nan], [math.inf, 1.0], [[1.0], [2.0]]])
def test_an_interval_needs_a_list_of_finite_values(values):
    with pytest.raises(ValueError, match="at least one finite value"):
        interval(values)


@pytest.mark.parametrize("rule", [exceeds, within])
def test_a_seed_whose_value_is_missing_counts_for_none(rule):
    whole, missing = [0.011, 0.012, 0.013], [0.0119, 0.012, math.nan]
    assert rule(whole, 0.009 if rule is exceeds else 0.02, 3) == "supports"
    assert rule(missing, 0.009 if rule is exceeds else 0.02, 3) == "inconclusive"
    assert rule(missing, 0.005 if rule is exceeds else 0.03, 2) == "supports"
    assert rule([math.nan], 0.0, 0) == "inconclusive"


@given(st.lists(numbers, min_size=2, max_size=30), numbers, st.integers(1, 40))
def test_exceeding_and_staying_below_never_both_hold(values, threshold, seeds):
    above, below = exceeds(values, threshold, seeds), exceeds([-v for v in values], -threshold, seeds)
    assert (above, below) in {("supports", "refutes"), ("refutes", "supports"), ("inconclusive", "inconclusive")}
    if len(values) < seeds:
        assert above == "inconclusive"


@pytest.mark.parametrize(
    ("centre", "outcome"), [(0.0, "supports"), (0.5, "refutes"), (-0.5, "refutes"), (0.1, "inconclusive"), (-0.1, "inconclusive")]
)
def test_equivalence_is_decided_by_the_whole_interval(centre, outcome):
    values = [centre - 0.05, centre + 0.05] * 10
    assert within(values, 0.1, 20) == outcome
    assert within(values, 0.1, 21) == "inconclusive"


def test_a_difference_on_the_threshold_is_not_decided():
    assert exceeds([0.5] * 30, 0.5, 20) == "inconclusive"


@given(st.lists(st.sampled_from(OUTCOMES), min_size=1))
def test_all_must_support_and_one_refutes(outcomes):
    combined = all_of(outcomes)
    assert (combined == "refutes") == ("refutes" in outcomes)
    assert (combined == "supports") == (set(outcomes) == {"supports"})


def test_a_rule_without_anything_to_decide_is_refused():
    with pytest.raises(ValueError, match="got none"):
        all_of([])
