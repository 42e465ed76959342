"""Concrete arguments of any array type are checked; a bad example does not spoil the other examples."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from empirical.methods.losses import cross_entropy, logistic, squared
from empirical.methods.named import N_SAM, ONE_SAM, direction, m_sam
from empirical.methods.penalty import Gammas, penalised_sgd

PARAMS = {"first": jnp.asarray(np.random.default_rng(0).normal(size=(4, 5))), "last": jnp.ones((5, 3)).at[0].set(2.0)}
INPUTS, TARGETS = jnp.asarray(np.random.default_rng(1).normal(size=(4, 4))), jnp.eye(3)[jnp.array([0, 1, 2, 0])]


def model(p, x):
    return jnp.tanh(x @ p["first"]) @ p["last"]


def call(method=ONE_SAM, loss=cross_entropy, params=PARAMS, rho=0.1, inputs=INPUTS, targets=TARGETS):
    return direction(model, loss, method)(params, rho, inputs, targets)


WRONG = [-0.1, np.float32(-0.1), np.array(-1), jnp.float32(-0.1), jnp.float32("nan"), np.float64("inf"), float("nan")]
NO_NUMBER = [True, np.bool_(True), jnp.array(True), "0.1", None, 0.1j, jnp.ones(2), np.ones((1, 1))]


@pytest.mark.parametrize("method", [ONE_SAM, N_SAM], ids=["1-SAM", "n-SAM"])
@pytest.mark.parametrize("rho", [*WRONG, *NO_NUMBER], ids=repr)
def test_a_wrong_radius_is_refused_in_every_type(rho, method):
    wrong = any(rho is value for value in WRONG)
    with pytest.raises(ValueError, match="rho must be finite and at least 0" if wrong else "rho must be one real number"):
        call(method, rho=rho)


def test_a_wrong_radius_that_is_traced_is_refused_for_its_type():
    with pytest.raises(ValueError, match="rho must be one real number, got bool of shape"):
        jax.jit(lambda rho: call(rho=rho)[0])(True)


def test_a_wrong_strength_of_a_penalty_is_refused_in_every_type():
    for gamma in (np.float32(-1), jnp.float32("nan"), True):
        with pytest.raises(ValueError, match="gamma_v must be"):
            penalised_sgd(model, cross_entropy, "printed")(PARAMS, Gammas(0.1, gamma), INPUTS, TARGETS)


@pytest.mark.parametrize("method", [ONE_SAM, N_SAM, m_sam(2)], ids=["1-SAM", "n-SAM", "m-SAM"])
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"targets": jnp.array([0, 1, 2, 0])}, r"whole numbers become one-hot by jax.nn.one_hot\(labels, K\)"),
        ({"targets": TARGETS[:, :1]}, r"targets of the outputs' shape, got outputs \(3,\) and targets \(1,\)"),
        ({"targets": TARGETS, "loss": logistic}, "one output of shape \\(\\) and a target of -1 or 1"),
        ({"targets": TARGETS[:, 0], "loss": squared}, "give both the same shape"),
        ({"targets": TARGETS[:3]}, "same number of examples"),
        ({"inputs": INPUTS[:0], "targets": TARGETS[:0]}, "at least one"),
        ({"inputs": jnp.float32(1.0)}, "a first axis of examples"),
        ({"params": PARAMS | {"first": jnp.ones((4, 5), int)}}, "parameters must be real numbers in floating point, got int64 at first"),
    ],
    ids=["labels", "one class", "logistic", "squared", "other batch", "none", "no axis", "whole-number weights"],
)
def test_values_that_do_not_fit_are_refused_with_what_to_do(given, message, method):
    with pytest.raises(ValueError, match=message):
        call(method, **given)


def test_one_example_that_is_not_a_number_spoils_no_other():
    spoilt = INPUTS.at[1, 2].set(jnp.nan)
    _, whole = jax.jit(lambda x: call(inputs=x))(INPUTS)
    _, seen = jax.jit(lambda x: call(inputs=x))(spoilt)
    unspoilt = np.array([0, 2, 3])
    for name, values in seen._asdict().items():
        assert np.isnan(values[1]).all(), name
        assert np.array_equal(values[unspoilt], getattr(whole, name)[unspoilt]), name
