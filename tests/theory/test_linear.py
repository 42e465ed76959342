"""The linear model: values by hand, exactly equal norms, and lies that the proofs must not accept."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp

from theory.linear import clean_upweighted, eq_3_2, eq_3_6, equal_norm_upweighting, lemma_3_1, model
from theory.proving import Unbound, prove
from theory.registry import claims
from theory.symbols import norm, sigma


def statement(claim, part) -> Any:
    return next(s for _, parts in claims()[claim][0].forms() for s in parts if s.part == part)


def test_the_perturbation_of_a_3_4_vector():
    point = SimpleNamespace(w=jnp.array([1.0, 1.0]), x=jnp.array([3.0, 4.0]), t=jnp.asarray(-1.0), rho=jnp.asarray(10.0))
    np.testing.assert_allclose(eq_3_2.perturbation(point), [6.0, 8.0], rtol=1e-15)


def test_the_weight_at_margin_zero_is_twice_a_sigmoid():
    point = SimpleNamespace(w=jnp.zeros(2), x=jnp.array([3.0, 4.0]), t=jnp.asarray(1.0), rho=jnp.asarray(0.2))
    assert float(model.weight(point)) == pytest.approx(2 / (1 + np.exp(-1.0)), rel=1e-14)


@pytest.mark.parametrize(
    ("claim", "part", "lie"),
    [
        ("eq-3.2", "perturbation", model.rho * model.t / norm(model.x) * model.x),
        ("eq-3.2", "shift", model.t * sigma(-model.t * model.output - model.rho * norm(model.x)) * model.x),
        ("eq-3.6", "weight", 1 / eq_3_6.ratio),
    ],
)
def test_a_proof_of_a_false_formula_breaks(claim, part, lie):
    true = statement(claim, part)
    with pytest.raises(Unbound):
        prove(claims()[claim][0], replace(true, formula=lie))


@pytest.mark.parametrize(
    ("part", "field", "lie"), [("above-one", "smaller", sp.Integer(2)), ("below-exp", "larger", sp.exp(2 * lemma_3_1.C))]
)
def test_a_bound_of_lemma_3_1_that_is_not_the_best_is_not_proved(part, field, lie):
    true = statement("lemma-3.1", part)
    with pytest.raises(Unbound):
        prove(claims()["lemma-3.1"][0], replace(true, **{field: lie}))


@pytest.mark.parametrize("sizes", equal_norm_upweighting.SPACE.sizes)
def test_points_of_equal_norm_are_so_in_exact_arithmetic_and_ordered_by_loss(sizes):
    batch = equal_norm_upweighting.SPACE.batch(np.random.default_rng(0), 300, sizes, {})
    for x, y, w, t, u in zip(*(batch[name] for name in ("x_i", "x_j", "w", "t_i", "t_j")), strict=True):
        assert sum(sp.Rational(float(v)) ** 2 for v in x) == sum(sp.Rational(float(v)) ** 2 for v in y)
        assert t * (w @ x) > u * (w @ y)
    assert not np.all(np.abs(batch["x_i"]) == np.abs(batch["x_j"])) or batch["x_i"].shape[1] == 1, "some pairs are turned, not mirrored"


def test_a_clean_point_of_the_higher_loss_has_the_smaller_weight():
    point = {"x_i": [1.0, 0.0], "x_j": [0.0, 1.0], "t_i": 1.0, "t_j": -1.0, "w": [-1.0, -1.0], "rho": 0.5}
    at = SimpleNamespace(**{name: jnp.asarray(value) for name, value in point.items()})  # margins -1 of i, the clean one, and 1 of j
    assert float(clean_upweighted.weight_of_i(at)) < float(clean_upweighted.weight_of_j(at))
