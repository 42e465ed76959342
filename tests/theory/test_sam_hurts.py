"""The witness in which 1-SAM hurts, and the witness of two peaks with one minimum, trained again in floating point by the definitions."""

import flint
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from theory.definitions import linear, logistic, one_sam
from theory.linear import sam_hurts, unique_minimum


def peak(inputs, labels, start, eta, steps, rho):
    """Return the largest w_1/|(w_2, ...)| along full-batch steps of 1-SAM, and the last weights."""
    X, T = jnp.asarray(inputs, dtype=float), jnp.asarray(labels, dtype=float)

    def step(w, _):
        directions = jax.vmap(lambda x, t: one_sam(lambda v: linear(v, x), lambda f: logistic(f, t), w, jnp.asarray(rho)))(X, T)
        w = w + eta * jnp.mean(directions, axis=0)
        return w, w

    start = jnp.asarray(start, dtype=float)
    last, path = jax.lax.scan(step, start, None, length=steps)
    path = np.concatenate([np.asarray(start)[None], np.asarray(path)])
    return float(np.max(path[:, 0] / np.linalg.norm(path[:, 1:], axis=1))), last


def of(data, rho, **changes):
    told = {**data, **changes}
    inputs = [[a + b * np.sqrt(2.0) for a, b in row] for row in told["inputs"]]
    return peak(inputs, told["labels"], told["start"], float(told["eta"]), told["steps"], float(rho))[0]


def test_the_intervals_hold_what_the_definitions_give():
    for rho in sam_hurts.WITNESS["radii"]:
        with flint.ctx.workprec(sam_hurts.BITS):
            score = sam_hurts.best(sam_hurts.WITNESS, rho)
            assert score.rad() < 1e-30
        assert abs(float(score.mid()) - of(sam_hurts.WITNESS, rho)) < 1e-9


@pytest.mark.parametrize("eta", [0.1, 0.5])
def test_shorter_steps_keep_the_order(eta):
    scores = [of(sam_hurts.WITNESS, rho, eta=eta, steps=600) for rho in sam_hurts.WITNESS["radii"]]
    assert scores == sorted(scores, reverse=True)


def test_two_starts_end_at_one_place_with_two_peaks():
    data = unique_minimum.WITNESS
    runs = [peak(data["inputs"], data["labels"], start, 1.0, data["steps"], 0.0) for start in data["starts"]]
    assert jnp.max(jnp.abs(runs[0][1] - runs[1][1])) < 1e-12
    assert runs[1][0] > 5 * runs[0][0]
