"""The names in tables and settings mean the methods of the paper; what is no method is refused before any step runs."""

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from empirical.digits.sweep import METHODS as ON_DIGITS
from empirical.images.arms import METHODS as ON_IMAGES
from empirical.methods import cross_entropy, direction, m_sam
from empirical.methods.named import METHODS
from theory import definitions

RHO = 0.3
PARAMS = {"first": jnp.array(np.random.default_rng(0).normal(size=(4, 5))), "last": jnp.array(np.random.default_rng(1).normal(size=(5, 3)))}
INPUTS, TARGETS = jnp.array(np.random.default_rng(2).normal(size=(4, 4))), jnp.eye(3)[jnp.array([0, 1, 2, 0])]
DEFINED = {"SGD": definitions.sgd, "1-SAM": definitions.one_sam, "L-SAM": definitions.l_sam, "J-SAM": definitions.j_sam}
SHARED = {"n-SAM": 4, "shards of 2": 2}


def model(params, example):
    return jnp.tanh(example @ params["first"]) @ params["last"]


def gradient(method, params=PARAMS):
    """Return the mean gradient of a method on the batch."""
    return direction(model, cross_entropy, method)(params, RHO, INPUTS, TARGETS)[0]


def mean(of_shards):
    return jax.tree.map(lambda *parts: -sum(parts) / len(parts), *of_shards)


def assert_same(one, other):
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-14), one, other)


@pytest.mark.parametrize("name", DEFINED)
def test_a_name_in_a_table_is_the_method_that_the_paper_defines(name):
    """The theory writes the directions of one example down by themselves (Eqs. 2.6 to 2.9); a batch has their mean."""
    of_each = [
        DEFINED[name](lambda p, x=x: model(p, x), lambda f, t=t: cross_entropy(f, t), PARAMS, RHO)
        for x, t in zip(INPUTS, TARGETS, strict=True)
    ]
    for method in (ON_DIGITS[name].method, ON_IMAGES[name]["method"]):
        assert_same(gradient(METHODS[method]), mean(of_each))


@pytest.mark.parametrize("name", SHARED)
def test_a_shard_shares_the_perturbation_of_its_mean_loss(name):
    def of_shard(rows):
        def mean_loss(outputs):
            return jnp.mean(jax.vmap(cross_entropy)(outputs, TARGETS[rows]))

        return definitions.one_sam(lambda p: jax.vmap(lambda x: model(p, x))(INPUTS[rows]), mean_loss, PARAMS, RHO)

    size = SHARED[name]
    method = METHODS[ON_IMAGES[name]["method"]] if name == "n-SAM" else m_sam(size)
    assert_same(gradient(method), mean([of_shard(slice(first, first + size)) for first in range(0, 4, size)]))


def affine(params, example):
    return example @ params


@pytest.mark.parametrize(("method", "came"), [("1-SAM", "'1-SAM'"), (m_sam, "<function m_sam at 0x"), (None, "None")])
def test_what_is_no_method_is_refused_with_the_methods_that_there_are(method, came):
    methods = "a method must be one of SGD, ONE_SAM, L_SAM, J_SAM, N_SAM or m_sam(SHARD), got "
    with pytest.raises(TypeError, match=re.escape(f"{methods}{came}")):
        direction(affine, cross_entropy, method)
