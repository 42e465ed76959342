"""1-SAM on separable data: whole runs against the bound that adds up its steps, and lies that no proof may reach."""

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
from theory.kernel.sums import every_unit
from theory.linear.sam_hurts import BITS, number, path
from theory.loss import equal_ends
from theory.loss.full_batch import X, i, n
from theory.loss.nearest_point import AFTER, REACH, eta, margin
from theory.loss.order_of_limits import DATA, check
from theory.loss.robust_objective import mean_step, u, v, w
from theory.loss.separable_points import NEGATIVE_SHARE, PARTIAL_SHARES, SPACE, TILTED, TURNED
from theory.proving import Unbound, prove
from theory.statement import Inequality
from theory.symbols import Inner, norm

(CLAIM,) = equal_ends.CLAIMS
PARTS: dict[str, Any] = {statement.part: statement for statement in CLAIM.beyond if isinstance(statement, Inequality)}
LEAD, LONG, LEAD_AFTER = Inner(w, u), Inner(u, u), Inner(AFTER, u)

POINTS = np.array([[1.0, 2.0], [1.0, -1.0], [3.0, 0.5]])  # the first two hold u = (1, 0) between them, with the shares 1/3 and 2/3
LABELS = np.array([1.0, -1.0, 1.0])
NEAREST = np.array([1.0, 0.0])


def run(rho: float, steps: int) -> np.ndarray:
    """Return the weights along full-batch steps of 1-SAM from 0, shape (steps + 1, 2)."""
    inputs = jnp.asarray(LABELS[:, None] * POINTS)

    def step(at: jax.Array, _: Any) -> tuple[jax.Array, jax.Array]:
        p = SimpleNamespace(X=inputs, t=jnp.asarray(LABELS), w=at, rho=jnp.asarray(rho))
        at = at + 0.2 * mean_step(p)
        return at, at

    _, weights = jax.lax.scan(step, jnp.zeros(2), None, length=steps)
    return np.concatenate([np.zeros((1, 2)), np.asarray(weights)])


@pytest.mark.parametrize("rho", [1e-6, 0.5, 3.0])
def test_a_run_keeps_the_bound_that_adds_up_its_steps(rho: float):
    weights = run(rho, 3000)
    lead, beside = weights @ NEAREST, weights[:, 1] ** 2
    steps = np.arange(len(weights))
    assert np.all(lead >= np.log1p(steps * 0.2 / 6) - 1e-12)
    assert np.all(beside <= 4 * np.exp(rho * np.linalg.norm(POINTS, axis=1)).sum() * lead + 1e-12)
    angles = np.abs(weights[1:, 1]) / lead[1:]
    assert angles[-1] < angles[0] / 3
    assert angles[-1] < 0.1


def test_the_lead_grows_hardly_faster_than_the_bound():
    """One example that is u: the lead solves the recursion with equality, up to the radius."""
    lead, bound = 0.0, 0.0
    p = SimpleNamespace(X=jnp.array([[1.0, 0.0]]), t=jnp.ones(1), rho=jnp.asarray(1e-9))
    for _ in range(50):
        lead += 0.2 * float(mean_step(SimpleNamespace(**vars(p), w=jnp.array([lead, 0.0])))[0])
        bound += 0.2 / (1 + np.exp(bound))
    assert lead == pytest.approx(bound, rel=1e-8)


@pytest.mark.parametrize("size", range(2))
def test_u_is_the_nearest_of_all_weighted_means(size: int):
    rng = np.random.default_rng(size)
    drawn = SPACE.batch(rng, 300, SPACE.sizes[size], {})
    points = drawn["t"][:, :, None] * drawn["X"]
    np.testing.assert_array_equal(np.einsum("bn,bnd->bd", drawn["beta"], points), drawn["u"])
    lengths = np.linalg.norm(drawn["u"], axis=1)
    for shares in rng.dirichlet(np.ones(points.shape[1]), 200):
        assert np.all(np.linalg.norm(shares @ points, axis=1) >= lengths - 1e-12)
    assert np.all(np.einsum("bd,bd->b", drawn["w"], drawn["u"]) >= 0)


@pytest.mark.parametrize("space", [NEGATIVE_SHARE, PARTIAL_SHARES, TILTED, TURNED])
def test_without_one_condition_u_is_not_the_nearest_weighted_mean(space: Any):
    drawn = space.batch(np.random.default_rng(0), 200, space.sizes[0], {})
    points = drawn["t"][:, :, None] * drawn["X"]
    equation = np.all(np.einsum("bn,bnd->bd", drawn["beta"], points) == drawn["u"], axis=1)
    far = np.all(np.einsum("bnd,bd->bn", points, drawn["u"]) >= np.sum(drawn["u"] ** 2, axis=1)[:, None], axis=1)
    shares = np.all(drawn["beta"] >= 0, axis=1)
    whole = drawn["beta"].sum(axis=1) == 1
    kept = np.stack([equation, far, shares, whole]).all(axis=1)
    assert kept.sum() == 3, kept


def test_the_example_of_the_two_limits_by_the_definitions():
    assert all(finding.agrees for finding in check(DATA))
    inputs = jnp.asarray(np.array(DATA["inputs"], dtype=float))
    at = jnp.zeros(2)
    for _ in range(30):
        at = at + mean_step(SimpleNamespace(X=inputs, t=jnp.ones(3), w=at, rho=jnp.asarray(5.0)))
    with flint.ctx.workprec(BITS):
        exact = [[number(entry) for entry in row] for row in DATA["inputs"]]
        *_, last = path(exact, DATA["labels"], [0, 0], DATA["eta"], 30, DATA["radii"][2])
        np.testing.assert_allclose(np.asarray(at), [float(entry.mid()) for entry in last], rtol=1e-12)


def test_the_proofs_hold_before_they_are_turned_into_lies():
    for statement in PARTS.values():
        prove(CLAIM, statement)


@pytest.mark.parametrize(
    ("part", "lie"),
    [
        ("hard-margin", {"larger": norm(u) * norm(v) / 2}),
        ("hard-margin", {"larger": Inner(u, u) * norm(v)}),
        ("hard-margin", {"strictly": True}),
        ("progress", {"smaller": LEAD + 2 * eta * LONG / (n * (1 + sp.exp(LEAD)))}),
        ("progress", {"smaller": LEAD + eta * LONG / (1 + sp.exp(LEAD))}),
        ("progress", {"smaller": LEAD + eta * LONG / (n * (1 + sp.exp(-LEAD)))}),
        ("progress", {"given": PARTS["progress"].given[:2]}),
        ("growth", {"smaller": sp.exp(LEAD) + eta * LONG / n}),
        ("growth", {"smaller": sp.exp(2 * LEAD) + eta * LONG / (2 * n)}),
        ("across", {"larger": REACH / LONG * (LEAD_AFTER - LEAD)}),
        ("across", {"larger": 4 * n / LONG * (LEAD_AFTER - LEAD)}),
        ("across", {"larger": sp.S.Zero}),
        ("across", {"given": PARTS["across"].given[:-1]}),
    ],
)
def test_no_proof_of_a_changed_statement(part: str, lie: dict[str, Any]):
    with pytest.raises(Unbound):
        prove(CLAIM, replace(PARTS[part], **lie))


@pytest.mark.parametrize(
    ("part", "says", "instead"),
    [
        ("hard-margin", "no margin under v is below g", ()),
        ("hard-margin", "no share is negative", ()),
        ("hard-margin", "the shares add up to 1", ()),
        ("progress", "no share is negative", ()),
        ("progress", "u is the mean of the t_i x_i with the shares", ()),
        ("progress", "t_i <u, x_i> >= <u, u> for every i", (every_unit(relation("<=", LONG / 2, margin(i, u)), i),)),
        ("growth", "L >= 0", (relation("<=", -1, LEAD),)),
        ("across", "the shares add up to 1", ()),
        ("across", "L >= 0", (relation("<=", -1, LEAD),)),
        ("across", "eta |x_i|^2 <= 2", (every_unit(relation("<=", eta * Inner(X.T * i, X.T * i), 3), i),)),
    ],
)
def test_no_proof_from_a_weaker_assumption(part: str, says: str, instead: tuple[Any, ...]):
    weaker = replace(CLAIM, assumes=tuple(replace(a, given=instead) if a.says == says else a for a in CLAIM.assumes))
    with pytest.raises(Unbound):
        prove(weaker, PARTS[part])
