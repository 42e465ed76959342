"""The sharp bound of the loss: values by hand, a search that does not know the proof, and lies that no proof may reach."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp

from theory.kernel.propositions import relation
from theory.kernel.tactics import no_size_between
from theory.loss import sharp_bound
from theory.loss.hyperbolic import h
from theory.loss.instability import NORM, logits
from theory.loss.logit_ball import C
from theory.loss.loss_bounds import bound
from theory.loss.sharp_logits import BALL, LARGE, MOVED
from theory.loss.wrong_classes import K
from theory.proving import Unbound, prove
from theory.symbols import size

(CLAIM,) = sharp_bound.CLAIMS
PARTS: dict[str, Any] = {statement.part: statement for statement in CLAIM.beyond}
ROOT = sp.sqrt(K / (K - 1))


def largest_loss(classes: int, radius: float) -> float:
    """Return the largest loss that gradient ascent finds on the sphere, from 40 random starts."""
    logits = np.random.default_rng(classes).standard_normal((40, classes))
    for _ in range(4000):
        logits *= radius / np.linalg.norm(logits, axis=1, keepdims=True)
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        logits = logits + 0.3 * radius * (shares / shares.sum(axis=1, keepdims=True) - np.eye(classes)[0])
    logits *= radius / np.linalg.norm(logits, axis=1, keepdims=True)
    return float(np.max(np.log(np.exp(logits).sum(axis=1)) - logits[:, 0]))


def symmetric_loss(classes: int, radius: float) -> float:
    return float(np.log1p((classes - 1) * np.exp(radius * np.sqrt(classes / (classes - 1)))))


@pytest.mark.parametrize("classes", [2, 3, 4, 7, 30])
def test_ascent_finds_no_larger_loss_than_the_symmetric_one_at_the_root_of_six(classes: int):
    gap = largest_loss(classes, np.sqrt(6)) - symmetric_loss(classes, np.sqrt(6))
    assert -1e-6 < gap < 1e-12


def test_ascent_finds_a_larger_loss_for_three_classes_a_little_beyond():
    assert largest_loss(3, 2.6) - symmetric_loss(3, 2.6) == pytest.approx(0.00177, abs=1e-5)


def test_for_ten_classes_the_symmetric_loss_at_radius_five_is_far_below_the_bound_with_the_root_of_two():
    assert symmetric_loss(10, 5.0) == pytest.approx(7.468, abs=5e-4)
    assert np.log1p(9 * np.exp(5 * np.sqrt(2))) == pytest.approx(9.268, abs=5e-4)


def test_moved_logits_of_three_classes_by_hand():
    p = SimpleNamespace(h=jnp.array(1.0), e=jnp.eye(3)[0], up=jnp.eye(3)[1], down=jnp.eye(3)[2])
    np.testing.assert_allclose(logits(p), [-8 / 3, 4 / 3 + np.sqrt(3), 4 / 3 - np.sqrt(3)], rtol=1e-14)  # level 4, moved by sqrt 3
    assert float(jnp.linalg.norm(logits(p))) == pytest.approx(float(NORM.subs({K: 3, h: 1})), rel=1e-14)
    assert float(NORM.subs({K: 3, h: 1})) == pytest.approx(5 * np.sqrt(2 / 3), rel=1e-14)


def test_points_of_the_ball_reach_its_surface_and_the_direction_in_which_the_bound_fails_first():
    drawn = BALL.batch(np.random.default_rng(0), 4000, {K: 3}, {})
    size, sorted_logits = np.linalg.norm(drawn["f"], axis=1), np.sort(drawn["f"], axis=1)
    assert size.max() <= np.sqrt(6) < size.max() + 1e-9
    assert np.all(size + drawn["slack"] <= np.sqrt(6))
    moved = (drawn["pose"] == 3) & (size > 2.449) & (sorted_logits[:, 2] - sorted_logits[:, 1] > 0.1)
    assert moved.sum() > 10


def test_points_without_an_assumption_lie_beyond_it():
    drawn = LARGE.batch(np.random.default_rng(0), 1000, {K: 3}, {})
    assert np.linalg.norm(drawn["f"], axis=1).min() > np.sqrt(6)
    three = MOVED.batch(np.random.default_rng(0), 100, {K: 5}, {})
    assert not np.any(three["e"] * three["up"] + three["e"] * three["down"] + three["up"] * three["down"])


def without(says: str, *instead: Any) -> Any:
    """Return the claim with other relations in place of one assumption."""
    return replace(CLAIM, assumes=tuple(replace(a, given=instead) if a.says == says else a for a in CLAIM.assumes))


def test_the_proofs_hold_before_they_are_turned_into_lies():
    for statement in PARTS.values():
        prove(CLAIM, statement)


@pytest.mark.parametrize(
    ("part", "lie"),
    [
        ("upper", {"larger": bound(C * ROOT * sp.Rational(99, 100))}),
        ("upper", {"larger": bound(C)}),
        ("upper", {"given": ()}),
        ("upper", {"strictly": True}),
        ("attained", {"formula": bound(C * sp.sqrt(2))}),
        ("attained", {"formula": bound(-C * ROOT)}),
        ("attained", {"also": (relation("=", PARTS["attained"].also[0].left, C),)}),
        ("fails-beyond", {"smaller": bound(sharp_bound.L * sp.sqrt(2))}),
        ("fails-beyond", {"given": PARTS["fails-beyond"].given[1:]}),
        ("fails-beyond", {"given": PARTS["fails-beyond"].given[:-1]}),
        ("fails-beyond", {"also": (relation("=", PARTS["fails-beyond"].also[0].left, sp.sqrt(K * (K - 1))),)}),
        ("loose", {"larger": bound(C * sp.Rational(7, 5))}),
        ("loose", {"larger": bound(C * ROOT)}),
    ],
)
def test_no_proof_of_a_changed_statement(part: str, lie: dict[str, Any]):
    with pytest.raises(Unbound):
        prove(CLAIM, replace(PARTS[part], **lie))


@pytest.mark.parametrize(
    ("part", "says", "instead"),
    [
        ("upper", "C <= sqrt(6)", (relation("<=", C, sp.Rational(5, 2)),)),
        ("upper", "C <= sqrt(6)", ()),
        ("upper", "||f|| <= C", ()),
        ("fails-beyond", "h > 0, that is C > sqrt(K(K-1))", (relation("<=", 0, h),)),
        ("loose", "K >= 3", (relation("<", 1, K),)),
        ("loose", "C > 0", (relation("<=", 0, C),)),
    ],
)
def test_no_proof_from_a_weaker_assumption(part: str, says: str, instead: tuple[Any, ...]):
    with pytest.raises(Unbound):
        prove(without(says, *instead), PARTS[part])


def test_no_size_lies_between_two_whole_numbers():
    n = size("n")
    between = no_size_between(3, n).conclusion.right
    assert [between.subs(between.free_symbols.pop(), value) for value in (1, 2, 3, 4, 5)] == [6, 2, 0, 0, 2]
    assert not no_size_between(3, n).hypotheses
