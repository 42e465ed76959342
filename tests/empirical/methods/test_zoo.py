"""Models of four kinds, exact against vmap over weights of each example, and told from near misses in every parameter."""

import jax
import numpy as np
import pytest

from tests.empirical.methods.oracle import EXACT, Trial
from tests.empirical.methods.zoo import ZOO

SEEN = 1e4 * EXACT


@pytest.mark.parametrize("name", ZOO)
def test_a_model_is_exact_and_an_epsilon_that_forgets_a_parameter_is_not(name):
    trial = Trial(*ZOO[name]())
    assert trial.error() <= EXACT
    assert trial.error(rho=trial.rho * (1 + 1e-6)) > EXACT
    for place, (path, gradient) in enumerate(jax.tree_util.tree_leaves_with_path(trial.computed[0])):
        errors = [trial.error(moved=trial.without(place)), trial.error(counted=trial.without(place))]
        # A parameter may have no gradient: an unused one, and the bias of attention's keys, which softmax takes out.
        assert (min(errors) > SEEN) == (np.linalg.norm(gradient) > SEEN), (path, errors)


def test_there_are_models_of_every_kind():
    kinds = [name.split(":")[0] for name in ZOO]
    assert len(kinds) >= 25
    assert all(kinds.count(kind) >= 2 for kind in ("Linen", "NNX", "Stax", "function"))
