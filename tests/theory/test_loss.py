"""The claims of theory/loss beside the engine: hand values, extreme points, and lies that a proof or a search must catch."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp

from theory.attack.comparison import comparison_of
from theory.attack.search import attack, draw
from theory.domain import Arrays, Reals, Space
from theory.loss import balanced_limits, full_batch, loss_bounds, multiclass_logit_norm, multiclass_upweighting, weight_decay_equivalent
from theory.loss.softmax_model import factor
from theory.proving import Unbound, prove
from theory.statement import Inequality, Monotone
from theory.symbols import column, positive, sigma, size


def statement(module: Any, form: str, part: str) -> Any:
    (claim,) = module.CLAIMS
    (stated,) = [s for name, statements in claim.forms() for s in statements if (name, s.part) == (form, part)]
    return stated


def test_the_norm_of_the_logit_scale_at_a_point_worked_out_by_hand():
    even = SimpleNamespace(f=jnp.zeros(3), e=jnp.array([1.0, 0.0, 0.0]))  # softmax (1/3, 1/3, 1/3): entries -2/3, 1/3, 1/3
    assert float(multiclass_logit_norm.norm(even)) == pytest.approx(np.sqrt(6) / 3, abs=1e-15)


def test_pairs_are_drawn_in_the_order_of_their_losses():
    drawn = multiclass_logit_norm.PAIRS.batch(np.random.default_rng(0), 2000, multiclass_logit_norm.PAIRS.sizes[1], {})
    gap = multiclass_logit_norm.losses(drawn["h"], drawn["k"]) - multiclass_logit_norm.losses(drawn["f"], drawn["e"])
    assert gap.min() > 0


@pytest.mark.parametrize("classes", [2, 3, 10, 100])
@pytest.mark.parametrize(("part", "sign"), [("lower", 1.0), ("upper", -1.0)])
def test_the_extreme_logits_break_both_printed_bounds_for_every_number_of_classes(classes: int, part: str, sign: float):
    batch = {"f": np.ones((1, classes)), "e": np.eye(classes)[:1], "slack": np.zeros(1)}
    at = {name: value[0] for name, value in loss_bounds.met(sign)(batch).items()}
    ruling = comparison_of(statement(loss_bounds, "printed", part)).rule(at, {loss_bounds.K: classes})
    assert not ruling.holds, ruling


def test_the_small_radius_bound_is_beaten_at_radius_five():
    pair = SimpleNamespace(f=jnp.array([-5.0, 5.0, 0.0]) / jnp.sqrt(2.0), e=jnp.array([1.0, 0.0, 0.0]), slack=0.0)
    assert float(loss_bounds.loss(pair)) > 7.1 > 6.82 > float(np.log1p(2 * np.exp(5 * np.sqrt(1.5))))


@pytest.mark.parametrize("constant", [sp.Rational(14, 10), sp.sqrt(sp.Rational(3, 2))])
def test_no_proof_of_an_upper_bound_with_a_smaller_constant(constant: sp.Expr):
    claimed = statement(loss_bounds, "corrected", "upper")
    with pytest.raises(Unbound):
        prove(loss_bounds.CLAIMS[0], replace(claimed, larger=loss_bounds.bound(loss_bounds.C * constant)))


def test_for_two_classes_the_factor_equals_lemma_3_1_at_the_root_of_two():
    weights, x = jnp.array([[0.5], [-1.5]]), jnp.array([3.0])  # margin 6, C = rho ||x|| = 0.6
    computed = float(factor(weights, jnp.array([1.0, 0.0]), x, jnp.array(0.2)))
    shifted = -6 + np.sqrt(2) * 0.6
    assert computed == pytest.approx((1 + np.exp(6)) / (1 + np.exp(-shifted)), rel=1e-12)


def test_the_search_finds_a_pair_of_which_the_lower_loss_is_weighted_less():
    K, rho = size("K"), positive("rho")
    f, h = column("f", K), column("h", K)

    def by_loss(batch: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        first = np.eye(batch["f"].shape[1])[np.zeros(len(batch["f"]), int)]
        swap = (multiclass_logit_norm.losses(batch["f"], first) > multiclass_logit_norm.losses(batch["h"], first))[:, None]
        low, high = np.where(swap, batch["h"], batch["f"]), np.where(swap, batch["f"], batch["h"])
        tie = multiclass_logit_norm.losses(high, first) - multiclass_logit_norm.losses(low, first) < 1e-6
        return {**batch, "f": low, "h": np.where(tie[:, None], low - first, high)}

    def weight(logits: str) -> Any:
        return lambda p: factor(getattr(p, logits)[:, None], jnp.eye(getattr(p, logits).shape[0])[0], jnp.ones(1), p.rho)

    lemma = Inequality(
        part="lemma-3.1-for-K-classes", smaller=weight("h"), larger=weight("f"), strictly=True, conditioning=sp.Integer(10**6)
    )
    domains = {f: Arrays(4.0, zero=True), h: Arrays(4.0, zero=True), rho: Reals(0.1, 4.0)}
    two = attack(comparison_of(lemma), Space(domains, ({K: 2},), construct=by_loss), 2000, 0)
    three = attack(comparison_of(lemma), Space(domains, ({K: 3},), construct=by_loss), 4000, 0)
    assert two.counterexample is None
    assert three.counterexample is not None


def test_the_witness_has_the_lower_loss_and_the_smaller_factor():
    findings = multiclass_upweighting.compare(multiclass_upweighting.POINTS)
    assert [finding.agrees for finding in findings] == [True, True]
    assert findings[1].detail.startswith("1.1055296")


def test_a_factor_that_increases_with_the_wrong_mass_is_not_proved():
    claimed = statement(multiclass_upweighting, "beyond", "fixed-distribution")
    for lie in ({"quantity": 1 / claimed.quantity}, {"increasing": True}, {"strictly": False}):
        with pytest.raises(Unbound):
            prove(multiclass_upweighting.CLAIMS[0], replace(claimed, **lie))


MARGIN, SHIFT = multiclass_upweighting.z, sp.sqrt(2) * multiclass_upweighting.WHERE[multiclass_upweighting.C]
TWO_CLASSES = {
    "a shift of the other sign": {"formula": sigma(-MARGIN - SHIFT) / sigma(-MARGIN)},
    "the constant of a single logit": {"formula": sigma(-MARGIN + SHIFT / sp.sqrt(2)) / sigma(-MARGIN)},
    "the margin of the other class": {"formula": sigma(MARGIN + SHIFT) / sigma(MARGIN)},
    "an input that may be zero": {"given": ()},
}


@pytest.mark.parametrize("lie", TWO_CLASSES)
def test_no_proof_of_another_factor_for_two_classes(lie: str):
    claimed = statement(multiclass_upweighting, "beyond", "two-classes")
    prove(multiclass_upweighting.CLAIMS[0], claimed)
    with pytest.raises(Unbound):
        prove(multiclass_upweighting.CLAIMS[0], replace(claimed, **TWO_CLASSES[lie]))


@pytest.mark.parametrize(
    ("part", "lie"),
    [
        ("upper-small", {"larger": loss_bounds.bound(loss_bounds.C)}),
        ("upper-small", {"larger": loss_bounds.bound(loss_bounds.C * sp.Rational(11, 10))}),
        ("upper-small", {"given": ()}),
        ("upper-constant", {"value": sp.sqrt(2) + sp.Rational(1, 10)}),
        ("upper-constant", {"rate": sp.log(loss_bounds.K) / (2 * loss_bounds.C)}),
        ("upper-constant", {"given": ()}),
    ],
)
def test_no_proof_of_a_false_bound_beyond_the_paper(part: str, lie: dict[str, Any]):
    with pytest.raises(Unbound):
        prove(loss_bounds.CLAIMS[0], replace(statement(loss_bounds, "beyond", part), **lie))


def test_the_ridge_solution_of_one_example_by_hand():
    p = SimpleNamespace(X=jnp.array([[3.0, 4.0]]), t=jnp.array([-1.0]), w=jnp.zeros(2), lam=jnp.array(2.0))
    np.testing.assert_allclose(full_batch.scaled_ridge(p), np.array([-3.0, -4.0]) * 2 / 27, rtol=1e-14)  # t x / (||x||^2 + lambda)


def test_elimination_agrees_with_the_library():
    rng = np.random.default_rng(1)
    root, right = rng.standard_normal((4, 4)), rng.standard_normal(4)
    matrix = root @ root.T + np.eye(4)
    np.testing.assert_allclose(full_batch.solve(jnp.asarray(matrix), jnp.asarray(right)), np.linalg.solve(matrix, right), rtol=1e-12)


@pytest.mark.parametrize(("part", "lie"), [("sam-limit", 2), ("small-weights", 2), ("ridge-limit", -1)])
def test_a_limit_that_is_off_by_a_factor_is_not_proved(part: str, lie: int):
    (claimed,) = [s for s in balanced_limits.LIMITS if s.part == part]
    with pytest.raises(Unbound):
        prove(weight_decay_equivalent.CLAIMS[0], replace(claimed, value=lie * claimed.value))


def test_a_rate_that_does_not_fall_is_not_proved():
    (claimed,) = [s for s in balanced_limits.LIMITS if s.part == "small-weights"]
    with pytest.raises(Unbound):
        prove(weight_decay_equivalent.CLAIMS[0], replace(claimed, rate=claimed.rate * balanced_limits.tau))


def test_weight_decay_orders_badly_misclassified_examples_against_1_sam():
    z, b = weight_decay_equivalent.z, weight_decay_equivalent.b
    order = Monotone(part="reversed", quantity=weight_decay_equivalent.shrunk, along=z, increasing=False)
    states = [
        attack(comparison_of(order), Space({z: where, b: Reals(0.4, 0.6)}), 1000, 0) for where in (Reals(-9.0, -3.0), Reals(-0.5, 0.0))
    ]
    assert [state.counterexample is None for state in states] == [True, False]  # halving the weights: the order turns at z = -1.76


def test_near_misses_meet_points_of_every_size():
    claimed = statement(loss_bounds, "beyond", "lower-differences")
    for seed in range(12):
        kept = [sizes[loss_bounds.K] for _, sizes in attack(comparison_of(claimed), claimed.space, 10_000, seed).bank]
        assert {kept.count(classes) for classes in (2, 5)} == {3}, f"{seed=}: {kept}"


def test_monotonicity_is_tried_only_on_values_that_digits_tell_apart():
    claimed = statement(weight_decay_equivalent, "corrected", "upweighting")
    narrow = {"z": (0.0, 1e-210), "b": (0.0, 1.0)}  # windows that Hypothesis does try
    for seed in range(20):
        drawn = draw(claimed.space, comparison_of(claimed), seed, {}, narrow)
        assert np.min(drawn["z__next"] - drawn["z"]) > 1e-12


def test_a_shrunk_counterexample_is_one_that_digits_can_tell_apart():
    claimed = statement(weight_decay_equivalent, "printed", "upweighting")
    for seed in range(6):
        counterexample = attack(comparison_of(claimed), claimed.space, 1000, seed).counterexample
        assert counterexample is not None
        assert counterexample[2].left != counterexample[2].right, counterexample
