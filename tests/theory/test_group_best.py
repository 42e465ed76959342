"""Two groups on rays: the flow of the attack against the differential equation in time, and lies that no proof may reach."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp
from scipy.integrate import solve_ivp
from scipy.special import expit

from theory.goal import hypotheses_of
from theory.kernel.propositions import solution
from theory.kernel.sentence import clause
from theory.kernel.terms import Rel, Solution
from theory.linear import two_groups
from theory.linear.group_paths import a_1, a_2
from theory.linear.group_training import accuracy_on_ray, distance, shares_on_ray
from theory.linear.ray_points import AGAINST, RAYS
from theory.loss.robust_objective import mean_step
from theory.proving import Unbound, prove
from theory.verify import verify

(CLAIM,) = two_groups.CLAIMS
STATEMENTS: dict[str, Any] = {statement.part: statement for statement in CLAIM.beyond}
BEST = STATEMENTS["best"]


def points(space: Any = RAYS, count: int = 40) -> list[SimpleNamespace]:
    drawn = space.batch(np.random.default_rng(0), count, space.sizes[0], {})
    return [SimpleNamespace(**{name: jnp.asarray(values[row]) for name, values in drawn.items()}) for row in range(count)]


def met_in_time(at: SimpleNamespace, radius: float) -> float:
    """Return the clean progress at which b = r a along the flow in time, by another solver of the two rates."""
    cc, cn, nc, nn, length, r = (float(getattr(at, name)) for name in ("cc", "cn", "nc", "nn", "l", "r"))

    def rates(_: float, y: np.ndarray) -> np.ndarray:
        return expit(radius * length - np.array([cc * y[0] + cn * y[1], nc * y[0] + nn * y[1]]))

    def beyond(time: float, y: np.ndarray) -> float:
        return y[1] - r * y[0] if time > 1e-4 else -1.0

    beyond.terminal = True  # type: ignore[attr-defined]
    return float(solve_ivp(rates, (0.0, 1e5), np.zeros(2), method="DOP853", rtol=1e-12, atol=1e-14, events=beyond).y[0, -1])


def test_the_attack_meets_the_ray_where_the_flow_in_time_does():
    for at in points(count=12):
        for radius in (at.rho, at.rho_2):
            assert float(distance(at, radius)) == pytest.approx(met_in_time(at, float(radius)), rel=1e-6)


def test_on_the_ray_the_points_of_a_group_agree_and_the_weights_move_in_the_plane():
    for at in points(count=6):
        shares = np.asarray(shares_on_ray(at, at.rho))
        np.testing.assert_allclose(shares, shares[0] * np.array([1.0, 1.0, float(at.r)]), rtol=1e-6)
        weights = at.w0 + jnp.asarray(shares) @ (at.t[:, None] * at.X)
        step = np.asarray(mean_step(SimpleNamespace(X=at.X, t=at.t, rho=at.rho, w=weights)))
        signed = np.asarray(at.t[:, None] * at.X)
        plane = np.stack([signed[0] + signed[1], signed[2]], axis=1)
        inside, *_ = np.linalg.lstsq(plane, step, rcond=None)
        np.testing.assert_allclose(plane @ inside, step, atol=1e-9)


def test_a_larger_radius_is_further_out_and_more_accurate_for_each_sign_of_what_clean_points_see_of_the_others():
    drawn = points()
    assert {bool(at.cn > 0) for at in drawn} == {True, False}
    for at in drawn:
        assert float(distance(at, at.rho)) < float(distance(at, at.rho_2))
        assert float(accuracy_on_ray(at, at.rho)) < float(accuracy_on_ray(at, at.rho_2))


def test_where_margins_start_alike_the_radius_changes_nothing():
    """cc + cn = nc + nn: a = b at all times, so that b/a - 1 never moves."""
    cc, cn, nc, nn = 3.0, 0.5, 1.0, 2.5

    def lag(radius: float) -> float:
        def rates(_: float, y: np.ndarray) -> np.ndarray:
            return expit(radius - np.array([cc * y[0] + cn * y[1], nc * y[0] + nn * y[1]]))

        end = solve_ivp(rates, (0.0, 50.0), np.zeros(2), rtol=1e-10, atol=1e-12).y[:, -1]
        return float(end[1] / end[0] - 1.0)

    assert max(abs(lag(radius)) for radius in (0.0, 1.0, 5.0)) < 1e-9


def flows() -> list[Solution]:
    return [h for h in BEST.given if isinstance(h, Solution)]


def with_flow(number: int, **changes: Any) -> Any:
    """The statement with one of its flows changed."""
    old = flows()[number]
    return replace(BEST, given=tuple(solution(**{**old._asdict(), **changes}) if h is old else h for h in BEST.given))


def test_the_proof_holds_before_it_is_turned_into_lies():
    prove(CLAIM, BEST)


@pytest.mark.parametrize(
    "lie",
    [
        lambda: replace(BEST, smaller=BEST.larger, larger=BEST.smaller),
        lambda: replace(BEST, larger=BEST.smaller),
        lambda: replace(BEST, smaller=sp.S.Half),
        lambda: with_flow(0, slope=2 * flows()[0].slope),
        lambda: with_flow(0, slope=flows()[1].slope),
        lambda: with_flow(1, slope=flows()[0].slope),
        lambda: with_flow(0, along=()),
        lambda: with_flow(0, along=Rel("<=", flows()[0].along.right, flows()[0].along.left)),
        lambda: with_flow(0, at=2 * flows()[0].at),
        lambda: with_flow(1, at=2 * flows()[1].at),
        lambda: with_flow(0, value=flows()[0].value + 1),
        lambda: with_flow(1, value=2 * a_2),
        lambda: with_flow(0, value=2 * a_1),
    ],
)
def test_no_proof_of_a_changed_statement(lie: Any):
    with pytest.raises(Unbound):
        prove(CLAIM, lie())


@pytest.mark.parametrize("h", dict.fromkeys(hypotheses_of(CLAIM, BEST)), ids=clause)
def test_no_assumption_can_be_dropped(h: Any):
    kept = replace(CLAIM, assumes=tuple(replace(a, given=tuple(g for g in a.given if g != h)) for a in CLAIM.assumes))
    fewer = replace(BEST, given=tuple(g for g in BEST.given if g != h))
    with pytest.raises(Unbound):
        prove(kept, fewer)


def test_against_the_signal_the_larger_radius_is_less_accurate():
    for at in points(AGAINST, 10):
        assert float(accuracy_on_ray(at, at.rho)) > float(accuracy_on_ray(at, at.rho_2))


def test_a_program_that_leaves_the_flow_is_told():
    elsewhere = replace(BEST, atoms={**BEST.atoms, a_2: lambda at: 2.0 * distance(at, at.rho_2)})
    items = verify(replace(CLAIM, beyond=(elsewhere,), assumes=()), 600, 0)
    assert any("the solution" in item.says and item.outcome != "supports" for item in items)
