"""Section 2: values by hand, the points at which bounds are met, and proofs that must not survive a lie."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp

from theory.attack.comparison import Comparison, comparison_of
from theory.attack.search import point_of
from theory.meaning import meaning
from theory.proving import Unbound, prove
from theory.setting import batch_of_one, eq_2_4, eq_2_5, eq_2_6, eq_2_7_to_2_9, hybrids_linear, logit_scale_monotone, shape_w
from theory.statement import Identity

MODULES = (eq_2_4, eq_2_6, eq_2_7_to_2_9, hybrids_linear, logit_scale_monotone)
IDENTITIES = [
    pytest.param(claim, statement, id=f"{claim.id} {statement.part}")
    for module in MODULES
    for claim in module.CLAIMS
    for _, statements in claim.forms()
    for statement in statements
    if isinstance(statement, Identity)
]


@pytest.mark.parametrize(("claim", "statement"), IDENTITIES)
@pytest.mark.parametrize("factor", [-1, 2])
def test_a_proof_refuses_a_multiple_of_its_formula(claim, statement, factor):
    prove(claim, statement)
    with pytest.raises(Unbound):
        prove(claim, replace(statement, formula=factor * statement.formula))


def test_the_proof_of_the_maximiser_refuses_a_descent():
    statement: Any = eq_2_5.CLAIMS[0].printed[0]
    downhill = replace(statement, where={eq_2_5.eps: -eq_2_5.WHERE[eq_2_5.eps]})
    with pytest.raises(Unbound):
        prove(eq_2_5.CLAIMS[0], downhill)


def test_the_printed_shapes_fit_only_where_both_widths_are_equal():
    square = {name: tuple(sp.sympify(side).subs(shape_w.d, shape_w.h) for side in shape) for name, shape in shape_w.PRINTED.items()}
    assert all(f.agrees for f in shape_w.fit(square))
    assert not all(f.agrees for f in shape_w.fit(shape_w.PRINTED))


def test_at_output_zero_the_wrong_class_has_one_half_and_the_loss_log_two():
    p = SimpleNamespace(f=jnp.asarray(0.0), t=jnp.asarray(-1.0), l=jnp.log(2.0))
    assert float(logit_scale_monotone.wrong_class(p)) == 0.5
    assert float(logit_scale_monotone.output(p)) == pytest.approx(0.0, abs=1e-15)


def test_equal_logits_share_the_probability():
    p = SimpleNamespace(y=jnp.zeros(4), e=jnp.eye(4)[1], u=jnp.eye(4)[1])
    assert float(eq_2_4.partial_at(eq_2_4.e)(p)) == 0.75
    assert float(eq_2_4.partial_at(eq_2_4.u)(SimpleNamespace(**{**vars(p), "u": jnp.eye(4)[2]}))) == -0.25


def points(space, sizes, n=200):
    return space.batch(np.random.default_rng(7), n, sizes, {})


def test_the_shortfall_is_met_on_the_sphere_and_not_inside():
    statement: Any = eq_2_5.CLAIMS[0].beyond[1]
    sizes = eq_2_5.SIZES[1]
    on = eq_2_5.sphere(points(eq_2_5.SPACE, sizes))
    inside = eq_2_5.in_ball({**on, "r": np.full_like(on["r"], 0.5)})
    comparison = comparison_of(statement)
    # rulings have 12 digits, sides below 100; half way inside, the gap is 3/8 rho ||g||
    for batch, met in ((on, True), (inside, False)):
        for row in range(5):
            point = {name: values[row] for name, values in batch.items()}
            ruling = comparison.rule(point, sizes)
            gap = float(ruling.right) - float(ruling.left)
            assert (abs(gap) < 1e-9) is met, (row, gap)


def test_two_examples_with_separate_perturbations_differ_from_a_shared_one():
    p = SimpleNamespace(
        w=jnp.ones(2), X=jnp.array([[1.0, 0.0], [0.0, 2.0]]), T=jnp.array([1.0, -1.0]), rho=jnp.asarray(0.5), eta=jnp.asarray(1.0)
    )
    naive = p.w - p.eta * batch_of_one.naive_gradient(p)
    assert float(jnp.max(jnp.abs(eq_2_6.one_sam_update(p) - naive))) > 1e-3
    alone = SimpleNamespace(**{**vars(p), "X": p.X[:1], "T": p.T[:1]})
    np.testing.assert_allclose(eq_2_6.one_sam_update(alone), alone.w - batch_of_one.naive_gradient(alone), rtol=1e-14)


@pytest.mark.parametrize("t", [1.0, -1.0])
def test_a_small_step_along_l_sam_as_printed_lowers_the_loss(t):
    p = SimpleNamespace(w=jnp.array([0.5, -1.0]), x=jnp.array([1.0, 2.0]), t=jnp.asarray(t), rho=jnp.asarray(0.5), through=jnp.asarray(0.0))
    net, loss, w = eq_2_7_to_2_9.pieces(p)
    step = 1e-3 * eq_2_7_to_2_9.by(eq_2_7_to_2_9.l_sam)(p)
    assert float(loss(net(w + step))) < float(loss(net(w))) < float(loss(net(w - step)))


def test_a_bent_model_tells_the_hybrids_apart():
    p = SimpleNamespace(w=jnp.array([0.5]), x=jnp.array([1.0]), t=jnp.asarray(1.0), rho=jnp.asarray(0.5), bend=jnp.asarray(0.0))
    by, methods = hybrids_linear.by, (hybrids_linear.j_sam, hybrids_linear.sgd)
    straight = [float(by(method)(p)[0]) for method in methods]
    bent = [float(by(method)(SimpleNamespace(**{**vars(p), "bend": jnp.asarray(1.0)}))[0]) for method in methods]
    assert straight[0] == straight[1]
    assert abs(bent[0] - bent[1]) > 0.1


BATCH_OF_ONE: Any = eq_2_6.CLAIMS[0].beyond[-1]
w, N, eta = eq_2_6.w, eq_2_6.N, eq_2_6.eta


@pytest.mark.parametrize(
    "lie",
    [
        pytest.param({"formula": w + eta * N}, id="an ascent"),
        pytest.param({"formula": w - eta * N / 2}, id="half a step"),
        pytest.param({"given": BATCH_OF_ONE.given[:-1]}, id="a gradient that may be zero"),
    ],
)
def test_the_proof_for_a_batch_of_one_refuses_a_lie(lie):
    with pytest.raises(Unbound):
        prove(eq_2_6.CLAIMS[0], replace(BATCH_OF_ONE, **lie))


def test_the_proof_for_a_batch_of_one_needs_one_example():
    with pytest.raises(Unbound):
        prove(replace(eq_2_6.CLAIMS[0], assumes=()), BATCH_OF_ONE)


@pytest.mark.parametrize("m", [1, 2, 3])
def test_the_gradient_of_naive_sam_is_as_it_is_said_to_be_for_a_batch_of_any_size(m):
    meant = Comparison(batch_of_one.naive_gradient, meaning(batch_of_one.naive_gradient), "=", batch_of_one.ATOMS)
    sizes = {batch_of_one.n: 3, batch_of_one.m: m}
    batch = eq_2_6.SPACE.batch(np.random.default_rng(0), 20, sizes, {})
    assert bool(np.any(np.asarray(jax.vmap(lambda at: batch_of_one.changes(SimpleNamespace(**at)))(batch)) != 0)) == (m > 1)
    assert all(meant.rule(point_of(batch, row), sizes).holds for row in range(20))
