"""The radius that is compared: the best on held-out points, and 1-SAM's for all methods unless each has its own."""

import numpy as np
import pytest

from empirical.report.arm_key import ArmKey
from empirical.report.reading import at, column, own_column
from empirical.report.sweep_results import ArmResults, SweepResults

RHOS = [0.01, 0.02, 0.04]


def arm(held_out, peak=(0.7, 0.8, 0.9)):
    """One arm with two seeds; test accuracy rises with the radius, so that a choice by it would take the last."""
    seeds = [held_out, held_out]
    return ArmResults(setting={"method": "1-sam", "rhos": RHOS}, values={"held_out": seeds, "peak": [list(peak)] * 2}, curves={})


def results(**held_out):
    arms = {ArmKey("2NN", method): arm(list(values)) for method, values in held_out.items()}
    return SweepResults(seeds=[1, 2], short="", arms=arms)


@pytest.mark.parametrize(
    ("held_out", "chosen"),
    [((0.5, 0.6, 0.4), 1), ((0.6, 0.6, 0.4), 0), ((0.4, 0.6, 0.6), 1), ((np.nan, 0.1, np.nan), 1), ((np.nan, np.nan, np.nan), 0)],
)
def test_the_best_on_held_out_points_is_chosen_and_of_equals_the_smallest_radius(held_out, chosen):
    assert own_column(results(SAM=held_out), ArmKey("2NN", "SAM")) == chosen


def test_all_methods_are_compared_at_the_radius_of_1_sam_or_each_at_its_own():
    swept = results(**{"1-SAM": (0.5, 0.6, 0.4), "J-SAM": (0.6, 0.5, 0.4), "SGD": (0.1, 0.2, 0.3)})
    assert [column(swept, "2NN", method, "same") for method in ("1-SAM", "J-SAM", "SGD")] == [1, 1, 0]
    assert [column(swept, "2NN", method, "own") for method in ("1-SAM", "J-SAM", "SGD")] == [1, 0, 0]
    assert at(swept, "2NN", "J-SAM", "peak").tolist() == [0.8, 0.8]
    assert at(swept, "2NN", "J-SAM", "peak", "own").tolist() == [0.7, 0.7]
