"""The toy claims, computed without the engine: the accuracy by sampling and by quadrature, hand values, and lies in the formulas."""

from dataclasses import replace
from math import erf, exp, log, pi, sqrt
from types import SimpleNamespace

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import dblquad, quad

from tests.theory.owner import owner
from theory.proving import Unbound, prove
from theory.symbols import Phi
from theory.toy import accuracy_monotone, eq_b_3, eq_b_4, eq_b_5, eq_b_7, eq_b_8, eq_b_9, rho_limit
from theory.toy.distribution import B, accuracy, gamma
from theory.toy.labelled_mean import Delta, mean_square

SAMPLES = 200_000
# Hoeffding: a mean of SAMPLES indicators is farther than this from its expectation with probability 1e-9
BOUND = sqrt(log(2 / 1e-9) / (2 * SAMPLES))
CLASSIFIERS = [([0.3, 1.0], 2.0, 1.0), ([0.3, 1.0, -2.0], -1.5, 0.7), ([-0.2, 0.5, 0.1, 1.0, 0.0], 1.0, 3.0)]


def closed_form(w, b, g):
    return float(accuracy(jnp.array(w), jnp.array(b), jnp.array(g)))


def statement(module, form, part):
    (claim,) = module.CLAIMS
    (stated,) = [s for s in getattr(claim, form) if s.part == part]
    return stated


@pytest.mark.parametrize(("w", "b", "g"), CLASSIFIERS)
def test_the_accuracy_is_the_share_of_sampled_points_on_the_right_side(w, b, g):
    rng = np.random.default_rng(7)
    y = rng.choice([-1.0, 1.0], SAMPLES)
    noise = rng.normal(0, g / sqrt(len(w) - 1), (SAMPLES, len(w) - 1))
    x = y[:, None] * np.column_stack([np.full(SAMPLES, b), noise])
    share = np.mean(y * (x @ np.array(w)) > 0)
    assert abs(share - closed_form(w, b, g)) < BOUND


def density(z):
    return exp(-z * z / 2) / sqrt(2 * pi)


def test_the_accuracy_is_the_integral_of_the_density_in_two_dimensions():
    w, b, g = CLASSIFIERS[0]
    area, error = quad(density, -w[0] * b / (w[1] * g), np.inf)
    assert abs(area - closed_form(w, b, g)) < 1e-12 + error


def test_the_accuracy_is_the_integral_over_a_half_plane_in_three_dimensions():
    w, b, g = CLASSIFIERS[1]
    s = g / sqrt(2)  # w_1 b + s (w_2 z_2 + w_3 z_3) > 0 with w_3 < 0 bounds z_3 from above
    area, error = dblquad(lambda z3, z2: density(z2) * density(z3), -9, 9, -9, lambda z2: min(9.0, (w[0] * b / s + w[1] * z2) / -w[2]))
    assert abs(area - closed_form(w, b, g)) < 1e-9 + error


def test_one_deviation_from_the_boundary_the_accuracy_is_phi_of_one():
    assert closed_form([1.0, 1.0], 1.0, 1.0) == pytest.approx((1 + erf(1 / sqrt(2))) / 2, abs=1e-15)


def test_on_the_first_axis_the_accuracy_is_one_or_zero():
    assert closed_form([2.0, 0.0, 0.0], 1.0, 1.0) == 1.0
    assert closed_form([-2.0, 0.0, 0.0], 1.0, 1.0) == 0.0
    assert closed_form([-2.0, 0.0, 0.0], -1.0, 1.0) == 1.0


@pytest.mark.parametrize("dimension", [2, 9, 33])
def test_the_mean_square_distance_of_the_mean_does_not_depend_on_the_dimension(dimension):
    p = SimpleNamespace(
        Z=jnp.zeros((4, dimension - 1)),
        y=jnp.array([1.0, -1.0, 1.0, -1.0]),
        eps=jnp.array([1.0, 1.0, 1.0, -1.0]),
        B=jnp.array(3.0),
        gamma=jnp.array(2.0),
        Delta=jnp.array(0.25),
    )
    assert float(mean_square(p)) == pytest.approx(1.0, abs=1e-12)


def test_elimination_solves_what_numpy_solves():
    rng = np.random.default_rng(3)
    A = rng.normal(size=(4, 4))
    A, b = A @ A.T + np.eye(4), rng.normal(size=4)
    assert np.allclose(eq_b_9.solve(jnp.array(A), jnp.array(b)), np.linalg.solve(A, b), rtol=0, atol=1e-12)


def test_both_readings_of_the_printed_ridge_formula_fail():
    failed = [f.says for f in eq_b_9.check_shapes({"rows": eq_b_9.ROWS, "columns": eq_b_9.COLUMNS}) if not f.agrees]
    assert {says.split(":")[0] for says in failed} == {"rows", "columns"}


def lies():
    closed, signal, noise = (
        statement(eq_b_3, "printed", "closed-form"),
        statement(eq_b_8, "corrected", "signal"),
        statement(eq_b_8, "corrected", "noise"),
    )
    yield "b.3 without a minus sign", replace(closed, formula=1 - closed.formula)
    yield "b.3 without B", replace(closed, formula=closed.formula.xreplace({B: B**0}))
    yield "b.4 below one", replace(statement(eq_b_4, "beyond", "attained"), formula=B / B / 2)
    yield "b.5 with the other sign", replace(s := statement(eq_b_5, "printed", "limit"), value=-s.value)
    yield "b.5 with a rate that does not vanish", replace(s, rate=s.rate + 1)
    yield "b.5 as the sum", replace(s := statement(eq_b_5, "corrected", "update"), value=eq_b_5.X.T * eq_b_5.labels)
    yield "b.7 upside down", replace(s := statement(eq_b_7, "corrected", "quotient"), formula=1 / s.formula)
    yield "b.7 without the norms", replace(statement(eq_b_7, "corrected", "norm-ratio"), value=B**0)
    yield "b.8 without 1 - 2 Delta", replace(signal, formula=B)
    yield "b.8 divided by 1 - 2 Delta", replace(signal, formula=B / (1 - 2 * Delta))
    yield "b.8 without B", replace(signal, formula=1 - 2 * Delta)
    yield "b.8 without gamma", replace(noise, formula=noise.formula / gamma)
    yield (
        "b.8 with noise that vanishes in high dimensions",
        replace(s := statement(eq_b_8, "corrected", "limit-d"), formula=s.formula / (eq_b_8.d - 1)),
    )
    yield "b.8 with a rate that does not vanish", replace(s := statement(eq_b_8, "printed", "limit-n"), rate=s.rate * eq_b_8.n)
    yield "b.9 without the factor lambda", replace(s := statement(eq_b_9, "corrected", "limit"), value=s.value / eq_b_9.penalty)
    yield "b.9 with a rate too small", replace(s, rate=s.rate / 2)
    yield (
        "the limit in rho with half the argument",
        replace(s := statement(rho_limit, "corrected", "accuracy"), formula=Phi(rho_limit.u / 2)),
    )
    yield "the limit in rho below one half", replace(s := statement(rho_limit, "corrected", "below-one"), larger=B**0 / 2)
    yield "the limit in rho at most one", replace(s, strictly=False)
    yield "accuracy falls", replace(statement(accuracy_monotone, "corrected", "increases"), increasing=False)


@pytest.mark.parametrize("lie", [pytest.param(lie, id=name) for name, lie in lies()])
def test_the_proof_breaks_at_a_lie(lie):
    with pytest.raises(Unbound):
        prove(owner(lie), lie)


def test_at_the_sizes_of_the_paper_the_limit_in_rho_misses_two_of_seven_points():
    u = 2**2 * 0.2 * sqrt(500) / sqrt(999)
    missed = (1 - erf(u / sqrt(2))) / 2
    [unit, printed] = rho_limit.enclose((rho_limit.UNIT, rho_limit.AS_PRINTED))
    assert (unit.agrees, printed.agrees) == (True, True)
    assert float(unit.detail.split(" ")[0].strip("[")) == pytest.approx(missed, abs=1e-6)
