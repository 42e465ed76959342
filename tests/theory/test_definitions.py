"""The definitions of the paper against values worked out by hand."""

import jax.numpy as jnp
import numpy as np
import pytest

from theory import definitions

ONE, HALF = jnp.ones(()), jnp.asarray(0.5)
X = jnp.asarray([3.0, 4.0])  # norm 5


def net(w):
    return definitions.linear(w, X)


def loss(f):
    return definitions.logistic(f, ONE)


def sigma(u):
    return 1 / (1 + np.exp(-u))


W = jnp.asarray([0.2, -0.1])  # margin 0.2


# log(1 + e^-2) from a table: -log(sigma(2)) would lose its last digit, as sigma(2) is near 1
LOG = 0.1269280110429725
ULPS = 8 * np.finfo(float).eps  # exp and log1p, of up to 4 units in the last place each on any processor


@pytest.mark.parametrize(("f", "t", "value"), [(0.0, 1.0, np.log(2)), (2.0, 1.0, LOG), (2.0, -1.0, 2 + LOG), (800.0, -1.0, 800.0)])
def test_the_logistic_loss_is_the_negative_log_probability_of_the_label(f, t, value):
    assert definitions.logistic(jnp.asarray(f), jnp.asarray(t)) == pytest.approx(value, rel=ULPS)


def test_cross_entropy_is_the_negative_log_softmax_of_the_class():
    f = jnp.asarray([1.0, 3.0, -2.0])
    chosen = -np.log(np.exp(3.0) / np.sum(np.exp([1.0, 3.0, -2.0])))
    assert definitions.cross_entropy(f, jnp.asarray([0.0, 1.0, 0.0])) == pytest.approx(
        chosen, abs=3 * ULPS
    )  # a difference of numbers near 3


def test_the_two_layer_network_is_v_w_x():
    weights = (jnp.asarray([[1.0, 2.0], [3.0, 4.0], [0.0, 1.0]]), jnp.asarray([1.0, 0.0, -1.0]))
    assert definitions.deep_linear(weights, X) == 3 + 8 - 4


def test_the_norm_is_of_all_entries_together():
    assert definitions.norm((X, jnp.asarray([[12.0]]))) == 13


def test_the_perturbation_has_length_rho_and_points_up_the_loss():
    moved = definitions.perturbed(net, loss, W, HALF)
    assert np.allclose(moved - W, -0.5 * X / 5, rtol=1e-14)
    assert loss(net(moved)) > loss(net(W))


def test_the_perturbation_is_undefined_at_a_zero_gradient():
    assert np.all(np.isnan(definitions.ascend(W, jnp.zeros(2), HALF)))


@pytest.mark.parametrize(
    ("method", "scale"),
    [
        (definitions.sgd, sigma(-0.2)),
        (definitions.one_sam, sigma(-0.2 + 0.5 * 5)),
        (definitions.l_sam, sigma(-0.2 + 0.5 * 5)),
        (definitions.j_sam, sigma(-0.2)),
    ],
)
def test_in_a_linear_model_a_direction_is_a_scale_times_the_input(method, scale):
    assert np.allclose(method(net, loss, W, HALF), scale * X, rtol=1e-14)


def test_the_four_methods_differ_in_where_scale_and_jacobian_are_taken():
    # f(w) = w^2 at w = 1, label 1: the loss rises towards smaller w, so that w + eps = 1/2, f = 1/4, df/dw = 1
    def square(w):
        return w * w

    def direction(method):
        return float(method(square, loss, ONE, HALF))

    assert direction(definitions.sgd) == pytest.approx(sigma(-1) * 2)
    assert direction(definitions.one_sam) == pytest.approx(sigma(-0.25) * 1)
    assert direction(definitions.l_sam) == pytest.approx(sigma(-0.25) * 2)
    assert direction(definitions.j_sam) == pytest.approx(sigma(-1) * 1)
