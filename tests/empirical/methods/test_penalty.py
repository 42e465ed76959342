"""Eq. 4.5 in three readings: two against numbers by hand, the third against J-SAM itself where Prop. 4.1 says they meet."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import linen as nn

from empirical.agreement.random_nets import TOLERANCE, Case, apart, images, plain
from empirical.methods.losses import cross_entropy, logistic
from empirical.methods.model import UnsupportedModelError
from empirical.methods.named import J_SAM, SGD
from empirical.methods.penalty import Gammas, penalised_sgd
from empirical.training.models import DLN, MLP2

GAMMAS = Gammas(0.3, 0.2)


def penalised(case, reading, gammas, loss=cross_entropy):
    return case(lambda p, _, x, t: penalised_sgd(case.model, loss, reading)(p, gammas, x, t))


@pytest.mark.parametrize(("reading", "power"), [("printed", 1), ("squares", 2)])
def test_the_plain_readings_add_the_derivative_of_their_penalty(reading, power):
    case = Case(MLP2(classes=3, width=4), images(0, 5, 6), 0.0)

    def total(p, _, x, t):
        z = nn.relu(x @ p["Dense_0"]["kernel"])
        losses = jax.vmap(cross_entropy)(z @ p["Dense_1"]["kernel"], t)
        return losses.mean() + GAMMAS.z * (jnp.linalg.norm(z, axis=1) ** power).mean() + GAMMAS.v * (p["Dense_1"]["kernel"] ** 2).sum()

    gradient, diagnostics = penalised(case, reading, GAMMAS)
    expected = case(jax.grad(total))
    assert apart(gradient, expected) <= TOLERANCE
    other_reading = penalised(case, {"printed": "squares", "squares": "printed"}[reading], GAMMAS)[0]
    assert apart(other_reading, expected) > 1e-2
    assert diagnostics.losses.shape == (5,)


@pytest.mark.parametrize(("classes", "loss"), [(1, logistic), (3, cross_entropy)])
def test_with_coefficients_held_fixed_a_two_layer_deep_linear_network_takes_the_step_of_j_sam(classes, loss):
    case = Case(DLN(classes=classes, width=3), images(1, 4, 5), 0.6)
    if classes == 1:
        case.targets = jnp.array([1.0, -1.0, -1.0, 1.0])
    expected = case(plain(case.model, J_SAM, loss))
    assert apart(penalised(case, "stop-gradient", Gammas(case.rho, case.rho), loss)[0], expected) <= TOLERANCE
    assert apart(penalised(case, "stop-gradient", Gammas(case.rho, 0.0), loss)[0], expected) > 1e-3
    assert apart(penalised(case, "stop-gradient", Gammas(0.0, case.rho), loss)[0], expected) > 1e-3


def test_without_strength_every_reading_is_sgd():
    case = Case(MLP2(classes=3, width=4), images(2, 5, 6), 0.0)
    expected = case(plain(case.model, SGD))
    for reading in ("printed", "squares", "stop-gradient"):
        assert apart(penalised(case, reading, Gammas(0.0, 0.0))[0], expected) <= TOLERANCE


def test_activations_of_norm_zero_have_a_finite_penalty():
    case = Case(MLP2(classes=3, width=4), jnp.zeros((2, 6)), 0.0)
    for reading in ("printed", "squares", "stop-gradient"):
        assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(penalised(case, reading, GAMMAS)[0]))


def test_wrong_settings_are_refused():
    case = Case(nn.Conv(3, (1, 1)), images(3, 2, 2, 2, 1), 0.0)
    with pytest.raises(UnsupportedModelError, match="last layer must be Dense on vectors, got conv_general_dilated"):
        penalised_sgd(case.model, lambda f, t: f.mean() * t.sum(), "printed")(case.params, GAMMAS, case.inputs, case.targets)
    with pytest.raises(ValueError, match=r"a reading of Eq. 4\.5 is one of printed, squares, stop-gradient"):
        penalised_sgd(case.model, cross_entropy, "cubes")
    with pytest.raises(ValueError, match="gamma_z must be finite and at least 0"):
        penalised_sgd(case.model, cross_entropy, "printed")(case.params, Gammas(-1.0, 0.0), case.inputs, case.targets)
