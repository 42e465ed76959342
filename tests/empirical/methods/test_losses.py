"""The losses are the paper's, and their cotangents its logit scales."""

import jax.numpy as jnp
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from empirical.methods.losses import LOSSES, cross_entropy, logistic, sizes, squared, values_and_cotangents
from theory import definitions

logits = st.lists(st.floats(-30, 30), min_size=3, max_size=3)


@given(st.floats(-30, 30), st.sampled_from([-1.0, 1.0]))
def test_logistic_is_the_definition_and_its_scale_is_sigma_of_minus_the_margin(f, t):
    loss, cotangent = values_and_cotangents(logistic, jnp.array([f]), jnp.array([t]))
    assert np.isclose(loss[0], definitions.logistic(jnp.array(f), jnp.array(t)), rtol=1e-14)
    assert np.isclose(sizes(cotangent)[0], 1 / (1 + np.exp(t * f)), rtol=1e-13)


@given(logits, st.integers(0, 2))
def test_cross_entropy_is_the_definition_and_its_cotangent_is_softmax_minus_target(f, label):
    f, e = jnp.array(f), jnp.eye(3)[label]
    loss, cotangent = values_and_cotangents(cross_entropy, f[None], e[None])
    # The definition subtracts numbers up to 30, one ulp of which is 4e-15; so may the loss.
    assert np.isclose(loss[0], definitions.cross_entropy(f, e), rtol=0, atol=1e-14)
    p = np.exp(f - f.max()) / np.exp(f - f.max()).sum()
    assert np.allclose(cotangent[0], p - e, rtol=0, atol=1e-15)


def test_the_residual_is_the_cotangent_of_the_squared_loss():
    f, y = jnp.array([[1.0, 2.0], [0.0, 4.0]]), jnp.array([[1.0, 2.0], [3.0, 0.0]])
    loss, cotangent = values_and_cotangents(squared, f, y)
    assert np.array_equal(loss, [0.0, 12.5])
    assert np.array_equal(cotangent, f - y)
    assert np.array_equal(sizes(cotangent), [0.0, 5.0])
    assert LOSSES["squared"] is squared
