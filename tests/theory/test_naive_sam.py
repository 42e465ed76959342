"""The claims on naive SAM, computed without the engine: values by hand, the witness, and lies in the formulas."""

from dataclasses import replace
from types import SimpleNamespace

import jax.numpy as jnp
import numpy as np
import pytest

from tests.theory.owner import owner
from theory.naive_sam import eq_b_11, eq_b_12, nsam_proportional, orthogonal
from theory.naive_sam.orthogonal import SPACE, B, shifts
from theory.proving import Unbound, prove
from theory.symbols import norm


def statement(module, form, part):
    (claim,) = module.CLAIMS
    (stated,) = [s for s in getattr(claim, form) if s.part == part]
    return stated


def start(eps, lengths, b=1.0):
    """Examples of one class at w = 0 with noise along the axes, gamma^2 = d - 1 so that the noise enters as it is."""
    n = len(eps)
    return SimpleNamespace(
        w=jnp.zeros(n + 1),
        B=jnp.array(b),
        gamma=jnp.sqrt(jnp.array(float(n))),
        rho=jnp.array(1.0),
        y=jnp.ones(n),
        eps=jnp.array(eps),
        Z=jnp.array(np.diag(lengths)),
    )


def test_the_shift_of_a_clean_and_a_mislabelled_example_by_hand():
    # t x is (1, 1, 0) and (-1, 0, -1): grad L = -(0, 1, -1)/4, so that the signal cancels and both shifts are 1/sqrt 2
    assert np.allclose(shifts(start([1.0, -1.0], [1.0, 1.0])), [2**-0.5, 2**-0.5], atol=1e-15)


def test_at_the_origin_mislabelled_examples_are_shifted_less():
    # t x sums to (1, 1, 1, -1): the shifts are <that, t x>/2, which is 2/2 for clean and (-1 + 1)/2 for mislabelled ones
    assert np.allclose(shifts(start([1.0, 1.0, -1.0], [1.0, 1.0, 1.0])), [1.0, 1.0, 0.0], atol=1e-15)


def test_the_scalar_c_has_opposite_signs_for_clean_and_mislabelled_examples():
    assert np.allclose(eq_b_12.solved(start([1.0, 1.0, -1.0], [1.0, 2.0, 0.5])), [0.5, 0.5, -0.5], atol=1e-12)


@pytest.mark.parametrize("size", range(2))
def test_the_noise_is_exactly_orthogonal_and_never_zero(size):
    batch = SPACE.batch(np.random.default_rng(size), 500, SPACE.sizes[size], {})
    # a product of two entries is one of +-p: their sum is exact, where a fused multiplication would round
    gram = np.sum(batch["Z"][:, :, None] * batch["Z"][:, None], axis=3)
    squares = np.einsum("nii->ni", gram)
    assert np.all(squares > 0)
    assert np.count_nonzero(gram) == np.count_nonzero(squares)
    assert set(batch["dense"]) == {0.0, 1.0}


def test_the_witness_is_one_and_its_losses_are_in_order():
    findings = nsam_proportional.check_witness(nsam_proportional.WITNESS)
    assert [f.agrees for f in findings] == [True, True]


def lies():
    gradient, constant = statement(eq_b_12, "corrected", "gradient"), statement(eq_b_12, "corrected", "constant")
    offset, affine = statement(nsam_proportional, "corrected", "offset"), statement(nsam_proportional, "corrected", "affine")
    yield (
        "b.11 without the perturbation",
        replace(s := statement(eq_b_11, "printed", "gradient"), formula=s.formula.xreplace({eq_b_11.rho: eq_b_11.rho * 0})),
    )
    yield "b.12 as printed", replace(gradient, formula=eq_b_12.printed)
    yield "b.12 without B", replace(gradient, formula=gradient.formula.xreplace({B: B**0}))
    yield "b.12 with one constant", replace(constant, formula=eq_b_12.C_j)
    yield "difference as printed", replace(statement(eq_b_12, "corrected", "difference"), formula=eq_b_12.apart_printed)
    yield "offset without 1 - 2 Delta", replace(offset, formula=offset.formula.xreplace({nsam_proportional.Delta: B * 0}))
    yield "offset without B", replace(offset, formula=offset.formula.xreplace({B: B**0}))
    yield "affine with the norm", replace(affine, formula=affine.formula / norm(orthogonal.z_i))


@pytest.mark.parametrize("lie", [pytest.param(lie, id=name) for name, lie in lies()])
def test_the_proof_breaks_at_a_lie(lie):
    with pytest.raises(Unbound):
        prove(owner(lie), lie)
