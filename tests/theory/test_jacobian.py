from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from theory.attack.comparison import comparison_of
from theory.attack.search import attack
from theory.definitions import norm
from theory.jacobian import effects_add, four_methods, jsam_exact, jsam_first_order, jsam_multiclass, models
from theory.proving import Unbound, prove
from theory.statement import Identity

MODULES = (jsam_exact, jsam_multiclass, jsam_first_order, effects_add)
BEYOND = [pytest.param(m.CLAIMS[0], s, id=f"{m.CLAIMS[0].id}-{s.part}") for m in MODULES for s in m.CLAIMS[0].beyond]
BOUNDS = [(m.CLAIMS[0].space, s) for m in (jsam_first_order, effects_add) for s in m.CLAIMS[0].beyond if s.part == "remainder"]


def point(**values: object) -> SimpleNamespace:
    return SimpleNamespace(**{name: jnp.asarray(value, dtype=float) for name, value in values.items()})


@pytest.mark.parametrize(("claim", "statement"), BEYOND)
def test_a_proof_refuses_its_formula_with_the_sign_flipped(claim, statement):
    prove(claim, statement)
    field = "formula" if isinstance(statement, Identity) else "larger"
    with pytest.raises(Unbound):
        prove(claim, replace(statement, **{field: -getattr(statement, field)}))


@pytest.mark.parametrize(("space", "bound"), BOUNDS, ids=["jsam-first-order", "effects-add"])
def test_an_attack_breaks_a_bound_that_is_fifty_times_too_small(space, bound):
    assert attack(comparison_of(replace(bound, larger=bound.larger / 50)), space, 2000, 0, shrink=False).counterexample is not None


def test_the_loss_has_a_slope_wherever_a_network_of_k_classes_is_drawn():
    # W x = 0, and V^T g = 0 as the mean row of V equals the row of the first class: the loss would be level in both layers
    V, W, x, e = [[0, 0], [0, 1.5], [0, -1.5]], [[0, 0], [-1.5, 0]], [0, -1.5], [1, 0, 0]
    drawn = {name: np.stack([value, value]).astype(float) for name, value in (("V", V), ("W", W), ("x", x), ("e", e))}
    drawn["x"][1] = [1, 1]  # here W x is not 0
    built = jsam_multiclass.with_slope(drawn)
    assert built["V"].tolist() == [[[1, 0], [0, 1.5], [0, -1.5]], V]
    for row, level in enumerate((True, False)):
        slopes = [norm(jsam_multiclass.loss_gradient(point(**{k: v[row] for k, v in batch.items()}))) for batch in (drawn, built)]
        assert (float(slopes[0]) < 1e-15) == level
        assert float(slopes[1]) > 0.1


def test_a_cubic_meets_the_bound_on_the_remainder():
    # f = w^3/6 at w = 1: grad f = 1/2, eps = -rho, and (w + eps)^2/2 is 1/2 - rho + rho^2/2
    p = point(w=[1.0], x=[0.0], c=1.0, t=1.0, rho=0.5)
    scale = 1 / (1 + np.exp(1 / 6))
    assert float(jsam_first_order.remainder(p)) == pytest.approx(scale * 0.125, rel=1e-12)
    assert float(models.third_derivative_bound(p.x, p.c)) == 1.0


def test_both_remainders_fall_fourfold_when_the_radius_is_halved():
    far, near = (point(w=[0.3, -0.8], x=[1.0, 0.5], c=0.7, t=-1.0, rho=rho) for rho in (2e-3, 1e-3))
    assert float(jsam_first_order.remainder(far) / jsam_first_order.remainder(near)) == pytest.approx(4, rel=0.01)
    left = four_methods.left_over(four_methods.two)
    assert float(norm(left(far)) / norm(left(near))) == pytest.approx(4, rel=0.01)


def test_the_bounds_of_the_attacked_model_hold_within_the_radius():
    slope, bend, third = (jax.jit(f(models.smooth)) for f in (jax.grad, jax.hessian, lambda f: jax.jacfwd(jax.hessian(f))))
    rng = np.random.default_rng(0)
    for _ in range(50):
        w, x, c, rho = rng.normal(size=3), rng.normal(size=3), rng.uniform(0, 2), 0.5
        u, k, step = (v / np.linalg.norm(v) for v in rng.normal(size=(3, 3)))
        at = w + rho * step
        assert np.linalg.norm(slope(at, x, c)) <= float(models.gradient_bound(w, x, c, rho))
        assert np.linalg.norm(bend(at, x, c), 2) <= float(models.hessian_bound(w, x, c, rho))
        assert abs(np.einsum("ijk,i,j,k->", third(at, x, c), u, u, k)) <= float(models.third_derivative_bound(x, c))


def test_two_classes_of_the_multiclass_network_are_the_two_class_network():
    # f = (s, 0) under softmax is the logistic model with output s; the logit scale there is (-sigma(-s), sigma(-s))
    p = point(W=[[1.0]], V=[[1.0], [0.0]], x=[1.0], e=[1.0, 0.0], rho=1.0)
    scale = 1 / (1 + np.e)
    np.testing.assert_allclose(jsam_multiclass.logit_scale(p), [-scale, scale], rtol=1e-14)
    # V^T g = -scale, N^2 = scale^2 + 2 scale^2: the added term in W is -2 scale^2/N = -2 scale/sqrt 3
    np.testing.assert_allclose(jsam_multiclass.j_sam_direction(p)[0], [[scale - 2 * scale / np.sqrt(3)]], rtol=1e-14)
