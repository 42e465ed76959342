from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from theory.deep_linear import eq_4_5, j_scaling, network, output_bounded, penalties, prop_4_1
from theory.proving import Unbound, prove
from theory.statement import Identity

PROVED = [
    pytest.param(claim, statement, id=f"{claim.id}-{form}-{statement.part}")
    for module in (prop_4_1, j_scaling, eq_4_5)
    for claim in module.CLAIMS
    for form, statements in claim.forms()
    for statement in statements
    if isinstance(statement, Identity) and statement.theorem
]


def ones(**replaced: object) -> SimpleNamespace:
    """Return the point W = v = x = t = rho = 1 with one neuron and one input: f = 1, z = 1, J = sqrt 2."""
    point = {"W": np.ones((1, 1)), "v": np.ones(1), "x": np.ones(1), "t": 1.0, "rho": 1.0, "u": np.ones(1), **replaced}
    return SimpleNamespace(**{name: jnp.asarray(value) for name, value in point.items()})


SCALE = 1 / (1 + np.e)  # sigma(-1)


@pytest.mark.parametrize(("claim", "statement"), PROVED)
def test_a_proof_refuses_its_formula_with_the_sign_flipped(claim, statement):
    prove(claim, statement)
    with pytest.raises(Unbound):
        prove(claim, replace(statement, formula=-statement.formula))


def test_the_bound_on_the_needed_coefficient_is_proved_for_rho_alone():
    (bounded,) = [s for s in eq_4_5.CLAIMS[0].beyond if s.part == "needed-norm-bounded"]
    with pytest.raises(Unbound, match="proves another statement"):
        prove(eq_4_5.CLAIMS[0], replace(bounded, larger=network.rho / 2))


def test_the_coefficients_of_both_penalties_agree_with_hand_values():
    of_W, of_v = prop_4_1.read_off(ones())
    assert float(of_W) == pytest.approx(SCALE / np.sqrt(2), rel=1e-14)
    assert float(of_v) == pytest.approx(SCALE / np.sqrt(2), rel=1e-14)


def test_the_coefficient_of_the_activation_penalty_grows_without_bound_as_the_weights_shrink():
    grown = [float(prop_4_1.shrunk_coefficient(ones(c=c))) for c in (1.0, 1e-2, 1e-4)]
    # f of the scaled weights is c^2, their J is c sqrt 2
    np.testing.assert_allclose(grown, [SCALE / np.sqrt(2), 0.5e2 / np.sqrt(2), 0.5e4 / np.sqrt(2)], rtol=1e-4)


def test_a_wrong_label_is_penalised_more_than_the_right_one_at_the_same_weights():
    right, wrong = (float(prop_4_1.read_off(ones(t=t))[0]) for t in (1.0, -1.0))
    assert wrong / right == pytest.approx(np.e, rel=1e-12)


@pytest.mark.parametrize(("layer", "share"), [(0, 4 / 5), (1, 1 / 5)])
def test_one_layer_alone_has_the_degree_of_the_other_layers_share_in_the_squared_norm(layer, share):
    p = ones(v=np.full(1, 2.0))  # z^2 = 1 and x^2 v^2 = 4
    change = j_scaling.alone(p, layer)
    net, loss, w = network.pieces(p)
    added = j_scaling.held_logit(p, w)[layer] + jax.grad(lambda weights: loss(net(weights)))(w)[layer]
    np.testing.assert_allclose(change / added, share, rtol=1e-12)


def test_the_needed_coefficients_agree_with_hand_values():
    p = ones()
    assert float(penalties.needed(p, penalties.printed_penalties, 0)) == pytest.approx(SCALE / np.sqrt(2), rel=1e-14)
    assert float(penalties.needed(p, penalties.squared_penalties, 1)) == pytest.approx(SCALE / np.sqrt(8), rel=1e-14)


def test_without_the_stop_gradient_the_step_is_another_one():
    fixed, free = (penalties.with_stop_gradient(0)(ones(held=held)) for held in (1.0, 0.0))
    np.testing.assert_allclose(fixed, SCALE * (1 - 1 / np.sqrt(2)), rtol=1e-14)
    assert abs(float(free[0, 0] - fixed[0, 0])) > 0.1


def test_the_construction_gives_the_drawn_activation():
    rng = np.random.default_rng(0)
    batch = {"W": rng.normal(size=(5, 2, 3)), "x": rng.normal(size=(5, 3)), "u": rng.normal(size=(5, 2))}
    built = network.with_activation(batch)
    np.testing.assert_allclose(np.einsum("nhd,nd->nh", built["W"], built["x"]), batch["u"], rtol=1e-12)


def test_a_bound_on_the_output_of_half_the_size_is_not_proved():
    lie = replace(output_bounded.BOUNDED, larger=output_bounded.half / 2)
    with pytest.raises(Unbound):
        prove(output_bounded.CLAIMS[0], lie)


def test_equal_layers_reach_the_bound_on_the_output():
    batch = output_bounded.equal_layers({"W": np.array([[[2.0]], [[2.0]]]), "x": np.array([[3.0], [3.0]])})
    np.testing.assert_array_equal(batch["v"], [[6.0], [-6.0]])
    sizes = [float(output_bounded.size_of_output(ones(W=[[2.0]], x=[3.0], v=v))) for v in batch["v"]]
    assert sizes == [36.0, 36.0]
