"""Small enough steps: the program has the best accuracy of the two numbers, up to the last step before the given time."""

from types import SimpleNamespace

import jax.numpy as jnp
import numpy as np
import pytest

from tests.theory.two_numbers import Toy, follow
from theory.domain import Reals
from theory.early_stopping.clean_first import share
from theory.early_stopping.small_steps import RUNS, STEPS, best_until, small_steps, time

ETA = 0.05


def toy(until):
    """Return explicit data of four clean and two mislabelled points."""
    return SimpleNamespace(
        h=jnp.array([0.3, -1.0, 0.5, 0.2, 0.7, -0.4, 1.0]),
        y_c=jnp.array([1.0, -1.0, 1.0, 1.0]),
        y_n=jnp.array([-1.0, 1.0]),
        B=1.0,
        N=5.0,
        tau=0.3,
        s=1.0,
        tilt=0.0,
        stretch=1.0,
        lean=0.0,
        eta=ETA,
        until=until,
    )


def accuracies(rho):
    """Return the accuracy after 1 to STEPS steps, in the two numbers, (STEPS,)."""
    numbers = Toy(signal=1.0, noise_square=5.0, noise_sd=1.0, clean=4, noisy=2, start=0.3, step=ETA)
    return follow(numbers, np.array([rho]), STEPS).accuracy[0, 1:]


@pytest.mark.parametrize("rho", [0.0, 0.7])
@pytest.mark.parametrize("steps", [1, 5, STEPS])
def test_the_program_has_the_best_accuracy_of_the_steps_up_to_the_time(rho, steps):
    expected = accuracies(rho)[:steps].max()
    assert float(best_until(toy(ETA * (steps + 0.5)), jnp.asarray(rho))) == pytest.approx(expected, rel=1e-12)


def test_a_later_time_has_a_better_step():
    early, late = (float(best_until(toy(ETA * (steps + 0.5)), jnp.asarray(0.7))) for steps in (5, STEPS))
    assert late > early + 1e-3


def test_every_run_lasts_at_least_a_step_and_ends_within_the_steps_that_are_taken():
    steps, times = RUNS.domains[share], RUNS.domains[time]
    assert isinstance(steps, Reals)
    assert isinstance(times, Reals)
    assert steps.high <= times.low
    assert times.high <= STEPS * steps.low


def test_step_and_time_are_shares_of_the_largest_step_of_the_peak():
    batch = {"y_c": np.ones((1, 2)), "y_n": np.ones((1, 1)), "N": 1.0, "B": 3.0, "rho": 1.0, "more": 0.5, "share": 0.25, "time": 2.0}
    made = small_steps(batch)
    assert (made["eta"], made["until"], made["rho_2"]) == pytest.approx((0.25 * 12 / 19, 2 * 12 / 19, 1.5))
