"""Values as they are kept, and curves over seeds: means with the interval of Student's t at each point."""

import numpy as np
import pytest

from empirical.report.results import band, rounded
from empirical.report.statistics import interval

CURVES = np.array([[0.1, 0.5], [0.3, 0.4], [0.8, np.nan]])[:, :, None]  # (seeds, points, columns)


def test_a_band_is_the_interval_of_the_seeds_that_have_a_value():
    drawn = band(CURVES, np.array([1, 2]))
    for point, seeds in enumerate(([0.1, 0.3, 0.8], [0.5, 0.4])):
        estimate = interval(seeds)
        curve = [drawn.mean[point][0], drawn.low[point][0], drawn.high[point][0]]
        assert curve == pytest.approx([estimate.mean, estimate.low, estimate.high], abs=1e-8)


def test_the_band_of_one_seed_has_no_width():
    drawn = band(CURVES[:1], np.array([1, 2]))
    assert drawn.low == drawn.mean == drawn.high == [[0.1], [0.5]]


def test_a_point_without_a_value_has_none():
    drawn = band(CURVES[2:], np.array([1, 2]))
    assert (drawn.mean[1], drawn.low[1], drawn.high[1]) == ([None], [None], [None])


def test_values_are_kept_with_eight_decimals_and_what_is_no_number_as_none():
    assert rounded(np.array([0.123456789012, 2e-9, np.nan, -np.inf])) == [0.12345679, 0.0, None, None]
