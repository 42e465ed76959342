"""Two groups that see the data alike: training by the definitions against two numbers, and lies that no proof may reach."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import flint
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp

from theory.kernel.propositions import relation
from theory.linear import two_groups
from theory.linear.group_examples import TEMPLATES, WITNESS, alike, check
from theory.linear.group_points import CHI, ONE_BESIDE, SPACE
from theory.linear.sam_hurts import BITS, best
from theory.linear.sam_hurts import WITNESS as HURT
from theory.linear.two_groups import SCORE, STEP_BY_GROUPS, T, g, k, l, m_c, m_n, q, rho
from theory.loss.robust_objective import mean_step
from theory.proving import Unbound, prove
from theory.symbols import Phi, sigma

(CLAIM,) = two_groups.CLAIMS
PARTS: dict[str, Any] = {statement.part: statement for statement in CLAIM.beyond}
BOUND = ("reduction", "slope-falls", "ray")


def trained(rows: list[list[int]], radius: float, steps: int) -> np.ndarray:
    """Return the weights along full-batch steps of 1-SAM of size 1/2 on a template with B = 1, from a unit vector across the data."""
    points = np.concatenate([np.ones((3, 1)), np.array(rows, dtype=float), np.zeros((3, 1))], axis=1)
    p = SimpleNamespace(X=jnp.asarray(points), t=jnp.array([1.0, 1.0, -1.0]), rho=jnp.asarray(radius))

    def step(at: jax.Array, _: Any) -> tuple[jax.Array, jax.Array]:
        at = at + 0.5 * mean_step(SimpleNamespace(**vars(p), w=at))
        return at, at

    _, weights = jax.lax.scan(step, jnp.eye(6)[5], None, length=steps)
    return np.asarray(weights)


def scores(weights: np.ndarray) -> np.ndarray:
    return weights[:, 0] / np.linalg.norm(weights[:, 1:], axis=1)


@pytest.mark.parametrize("rows", TEMPLATES)
def test_the_weights_stay_in_the_plane_of_the_two_sums(rows: list[list[int]]):
    signed = np.concatenate([np.ones((3, 1)), np.array(rows, dtype=float), np.zeros((3, 1))], axis=1) * np.array([[1.0], [1.0], [-1.0]])
    plane = np.stack([CHI @ signed, (1 - CHI) @ signed], axis=1)
    moved = trained(rows, 0.7, 50) - np.eye(6)[5]
    inside, *_ = np.linalg.lstsq(plane, moved.T, rcond=None)
    np.testing.assert_allclose(plane @ inside, moved.T, atol=1e-12)


@pytest.mark.parametrize("rows", TEMPLATES)
def test_the_best_accuracy_rises_with_the_radius(rows: list[list[int]]):
    tops = [scores(trained(rows, radius, 120)).max() for radius in (1e-9, 0.25, 0.5, 1.0, 2.0, 5.0)]
    assert np.all(np.diff(tops) > 0)


def test_the_intervals_hold_what_the_definitions_give():
    assert all(finding.agrees for finding in check(WITNESS))
    with flint.ctx.workprec(BITS):
        for radius in WITNESS["radii"][1:]:
            assert float(best(WITNESS, radius).mid()) == pytest.approx(scores(trained(TEMPLATES[0], float(radius), 60)).max(), abs=1e-9)


def test_the_data_in_which_1_sam_hurts_are_not_alike():
    assert not alike(HURT)
    assert alike({**HURT, "inputs": [HURT["inputs"][1]] * 3})


def test_drawn_points_have_one_length_exactly_and_some_noises_are_correlated():
    drawn = SPACE.batch(np.random.default_rng(0), 400, SPACE.sizes[0], {})
    np.testing.assert_array_equal(np.sum(drawn["X"] ** 2, axis=2), np.repeat(drawn["l"][:, None] ** 2, 3, axis=1))
    noises = drawn["X"][:, :, 1:]
    products = np.einsum("bnd,bmd->bnm", noises, noises)
    assert np.mean(np.abs(products[:, 0, 2]) > 0) > 0.5
    unlike = ONE_BESIDE.batch(np.random.default_rng(0), 100, SPACE.sizes[0], {})["X"]
    assert np.all(np.einsum("bd,bd->b", unlike[:, 0], unlike[:, 2]) ** 2 != np.einsum("bd,bd->b", unlike[:, 1], unlike[:, 2]) ** 2)


def test_the_proofs_hold_before_they_are_turned_into_lies():
    for part in BOUND:
        prove(CLAIM, PARTS[part])


@pytest.mark.parametrize(
    ("part", "lie"),
    [
        ("reduction", {"formula": 2 * STEP_BY_GROUPS}),
        ("reduction", {"formula": STEP_BY_GROUPS.xreplace({sigma(rho * l - m_c): sigma(-m_c)})}),
        ("reduction", {"formula": STEP_BY_GROUPS.xreplace({sigma(rho * l - m_n): sigma(rho * l - m_c)})}),
        ("reduction", {"given": PARTS["reduction"].given[:-1]}),
        ("slope-falls", {"increasing": True}),
        ("ray", {"increasing": False}),
        ("ray", {"quantity": Phi(-SCORE)}),
        ("ray", {"quantity": Phi(k * g / sp.sqrt(k**2 * q + T) - k)}),
    ],
)
def test_no_proof_of_a_changed_statement(part: str, lie: dict[str, Any]):
    with pytest.raises(Unbound):
        prove(CLAIM, replace(PARTS[part], **lie))


@pytest.mark.parametrize(
    ("part", "says", "instead"),
    [
        ("reduction", "the points of each group see the data alike", two_groups.ALIKE[:1]),
        ("reduction", "the points of each group see the data alike", two_groups.ALIKE[1:]),
        ("reduction", "all inputs have one length", ()),
        ("reduction", "w0 is orthogonal to the data", ()),
        ("slope-falls", "u_c > u_n", ()),
        ("ray", "g > 0", ()),
        ("ray", "T > 0", (relation("<=", 0, T),)),
    ],
)
def test_no_proof_from_a_weaker_assumption(part: str, says: str, instead: tuple[Any, ...]):
    weaker = replace(CLAIM, assumes=tuple(replace(a, given=instead) if a.says == says else a for a in CLAIM.assumes))
    with pytest.raises(Unbound):
        prove(weaker, PARTS[part])
