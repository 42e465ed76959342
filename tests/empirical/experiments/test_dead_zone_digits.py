"""The dead zone on digits: the rule decides as it says, and lengths are norms of the weights."""

import jax
import numpy as np
import pytest

from empirical.digits.from_radius import lengths
from empirical.experiments import dead_zone_digits as module
from empirical.report.sweep_results import ArmResults, SweepResults


def results(last, falls, spread=0.0, seeds=8):
    """Made-up results: the lengths in the end and the shares of falling steps, one for each radius."""
    random = np.random.default_rng(0)
    values = {
        name: (np.array([row] * seeds) + spread * random.standard_normal((seeds, len(row)))).tolist()
        for name, row in {"last": last, "falls": falls}.items()
    }
    setting = {"rhos": list(module.RHOS), "rates": [0.01]}
    return SweepResults(seeds=list(range(seeds)), short="", arms={module.KEY: ArmResults(setting=setting, values=values, curves={})})


@pytest.mark.parametrize(
    ("last", "falls", "spread", "outcome"),
    [
        ([2.0, 0.5, 0.4, 0.4], [0.1, 1.0, 1.0, 1.0], 0.0, "supports"),
        ([2.0, 0.5, 0.4, 0.4], [0.1, 0.1, 1.0, 1.0], 0.0, "supports"),  # nothing is predicted below the initial length
        ([2.0, 0.5, 0.4, 0.4], [0.1, 1.0, 0.9, 1.0], 0.0, "refutes"),
        ([2.0, 0.5, 0.4, 0.8], [0.1, 1.0, 1.0, 1.0], 0.0, "refutes"),
        ([0.9, 0.5, 0.4, 0.4], [0.1, 1.0, 1.0, 1.0], 0.0, "refutes"),
        ([2.0, 0.5, 0.4, 0.4], [0.1, 1.0, 1.0, 1.0], 3.0, "inconclusive"),
    ],
)
def test_the_rule_decides_as_it_says(last, falls, spread, outcome):
    made_up = results(last, falls, spread)
    assert module.RULE.judge(made_up)[module.PART].outcome == outcome


def test_fewer_seeds_decide_nothing():
    made_up = results([2.0, 0.5, 0.4, 0.4], [0.1, 1.0, 1.0, 1.0], seeds=7)
    assert module.RULE.judge(made_up)[module.PART].outcome == "inconclusive"


def test_within_its_radius_j_sam_shrinks_the_weights_and_more_than_gradient_descent():
    measured = lengths(3, (0.0, 2.0), width=4, examples=8, share=0.25, rate=1e-3, steps=2)
    assert measured.shape == (3, 2)
    assert (measured[0] == 1).all()
    assert (np.diff(measured[:, 1]) < 0).all()
    assert measured[1, 1] < measured[1, 0]  # gradient descent has no such pull


def test_a_radius_has_the_same_lengths_alone_and_beside_others():
    together = lengths(3, (0.5, 2.0), width=4, examples=8, share=0.25, rate=0.05, steps=4)
    alone = lengths(3, (2.0,), width=4, examples=8, share=0.25, rate=0.05, steps=4)
    assert np.allclose(together[:, 1:], alone, rtol=1e-12)


@pytest.mark.parametrize("x64", [False, True])
def test_lengths_are_float64_whatever_the_caller_has_switched_on(x64):
    with jax.enable_x64(x64):
        measured = lengths(3, (2.0,), width=4, examples=8, share=0.25, rate=0.05, steps=4)
    assert np.abs(measured - measured.astype(np.float32)).max() > 0
