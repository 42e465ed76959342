"""Data in which clean points see the data unlike: longer and finer training than the intervals follow, by the definitions."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import flint
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from theory.linear.group_examples import alike
from theory.linear.group_necessity import CONDITION, FALLS, RISES, breaks_one_part
from theory.linear.sam_hurts import BITS, best
from theory.loss.robust_objective import mean_step

RADII = (1e-9, 0.25, 0.5, 1.0, 2.0, 5.0)


def top(data: Mapping[str, Any], radius: float, step: float, steps: int) -> float:
    """The best w_1/|other weights| along full-batch steps of 1-SAM by its definition."""
    points = SimpleNamespace(
        X=jnp.array([[float(a) for a, _ in row] for row in data["inputs"]]),
        t=jnp.array(data["labels"], dtype=float),
        rho=jnp.asarray(radius),
    )

    def advanced(w: jax.Array, _: Any) -> tuple[jax.Array, jax.Array]:
        w = w + step * mean_step(SimpleNamespace(**vars(points), w=w))
        return w, w[0] / jnp.sqrt(jnp.sum(w[1:] ** 2))

    _, scores = jax.lax.scan(advanced, jnp.array(data["start"], dtype=float), None, length=steps)
    return float(jnp.max(scores))


@pytest.mark.parametrize(("data", "sign"), [(RISES, 1.0), (FALLS, -1.0)], ids=["rises", "falls"])
@pytest.mark.parametrize(("step", "steps"), [(0.5, 400), (0.1, 2000)])
def test_longer_and_finer_training_keeps_the_order(data: Mapping[str, Any], sign: float, step: float, steps: int):
    tops = [top(data, radius, step, steps) for radius in RADII]
    assert np.all(sign * np.diff(tops) > 0), tops


@pytest.mark.parametrize("data", [RISES, FALLS], ids=["rises", "falls"])
def test_the_intervals_hold_what_the_definitions_give(data: Mapping[str, Any]):
    with flint.ctx.workprec(BITS):
        for radius in data["radii"][1:]:
            assert float(best(data, radius).mid()) == pytest.approx(top(data, float(radius), 0.5, 60), abs=1e-9)


def test_only_the_clean_points_break_their_part():
    assert breaks_one_part(RISES)
    assert breaks_one_part(FALLS)
    assert not alike(RISES)
    assert not alike(FALLS)


@pytest.mark.parametrize("change", CONDITION.variants)
def test_every_changed_data_set_is_rejected(change: str):
    assert not all(finding.agrees for finding in CONDITION.check(CONDITION.variants[change]))
