"""All of training: at most of the points that the attack draws, the best step lies within the steps that it takes."""

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from theory.domain import Reals
from theory.early_stopping.all_steps import STEPS, TIME, WHOLE, best_of_larger, best_of_smaller
from theory.early_stopping.clean_first import share
from theory.early_stopping.small_steps import best_until

MANY = 2000
POINTS = 400
ROUNDING = 1e-12  # of accuracies, in two programs of one run


def bests(at):
    """Return the best accuracy within the attack's steps and within MANY steps, of the larger radius."""
    longer = SimpleNamespace(**{**vars(at), "until": MANY * at.eta})
    return best_of_larger(at), best_until(longer, at.rho_2, MANY)


@pytest.mark.parametrize("sizes", WHOLE.sizes, ids=str)
def test_the_best_step_of_most_runs_lies_within_the_steps_that_are_taken(sizes):
    batch = WHOLE.batch(np.random.default_rng(0), POINTS, sizes, {})
    taken, longer = jax.jit(jax.vmap(lambda point: bests(SimpleNamespace(**point))))({name: jnp.asarray(v) for name, v in batch.items()})
    reached = np.asarray(longer) - np.asarray(taken) < ROUNDING
    assert reached.mean() > 0.83


def test_the_smallest_steps_fill_the_time():
    steps = WHOLE.domains[share]
    assert isinstance(steps, Reals)
    assert steps.low * STEPS == pytest.approx(TIME)


def test_both_sides_take_the_same_steps_under_their_own_radius():
    batch = WHOLE.batch(np.random.default_rng(1), 1, WHOLE.sizes[0], {})
    at = SimpleNamespace(**{name: jnp.asarray(v[0]) for name, v in batch.items()})
    swapped = SimpleNamespace(**{**vars(at), "rho": at.rho_2, "rho_2": at.rho})
    assert float(best_of_smaller(swapped)) == float(best_of_larger(at))
    assert float(best_of_larger(swapped)) == float(best_of_smaller(at))
    assert float(best_of_larger(at)) != float(best_of_smaller(at))
