"""Training in the span of the data against training the weights themselves, each gradient by JAX from the loss."""

from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm

from empirical.data.toy import Toy, draw
from empirical.toy import sweep
from empirical.toy.training import train
from theory.compile_options import quick_compile

RHO, RATE = np.array([0.0, 0.1, 2.0]), np.array([0.3, 0.3, 1.0])
STEPS, EVERY = 6, 2


def loss(w, x, t):
    return jnp.logaddexp(0.0, -t * (x @ w))


gradients = jax.vmap(jax.grad(loss), (None, 0, 0))
at_each = jax.vmap(jax.grad(loss), (0, 0, 0))


def mean_loss(w, x, t):
    return jnp.mean(jax.vmap(loss, (None, 0, 0))(w, x, t))


def updates(method, w, x, t, rho):
    """Per-example gradients at perturbed weights, by the definition of the perturbation."""
    if method == "1-sam":
        own = gradients(w, x, t)
        return at_each(w[None] + rho * own / jnp.linalg.norm(own, axis=1, keepdims=True), x, t)
    whole = jax.grad(mean_loss)(w, x, t)
    return gradients(w + rho * whole / jnp.linalg.norm(whole), x, t)


@partial(jax.jit, static_argnums=0, compiler_options=quick_compile())
def examined(method, w, x, t, rho):
    """Updates, gradients and losses of each example at weights, and the trace of the mean loss's second derivative."""
    losses = jax.vmap(loss, (None, 0, 0))(w, x, t)
    return updates(method, w, x, t, rho), gradients(w, x, t), losses, jnp.trace(jax.hessian(mean_loss)(w, x, t))


def plainly(toy, sample, rho, rate, method):
    """Everything that Curves holds, step by step, from the weights."""
    w, kept = jnp.asarray(sample.w0), {}
    x, t, clean = jnp.asarray(sample.x), jnp.asarray(sample.t), sample.t == sample.y
    for step in range(STEPS):
        moved, now, losses, trace = examined(method, w, x, t, rho)
        scores = sample.test_y * (sample.test_x @ np.asarray(w))
        noise_scale = np.linalg.norm(w[1:]) * toy.deviation
        row = {
            "accuracy": norm.cdf(toy.B * w[0] / noise_scale),
            "sampled": np.mean(scores > 0),
            "trace": trace,
        }
        for group, mask in (("clean", clean), ("noisy", ~clean)):
            row[f"{group}_norm"] = np.linalg.norm(moved, axis=1)[mask].mean()
            row[f"{group}_plain"] = np.linalg.norm(now, axis=1)[mask].mean()
            row[f"{group}_loss"] = losses[mask].mean()
        for name, value in row.items():
            if name == "accuracy" or step % EVERY == 0:
                kept.setdefault(name, []).append(float(value))
        w = w - rate * moved.mean(0)
    return kept


@pytest.mark.parametrize("method", ["1-sam", "n-sam"])
@pytest.mark.parametrize("toy", [Toy(d=12, n=7), Toy(d=6, n=20, noise="printed", flips="chance"), Toy(d=9, n=8, gamma=0.5)])
def test_every_curve_equals_the_curve_of_weights_trained_plainly(toy, method):
    sample = draw(toy, 3, test=40)
    curves = train(toy, sample, RHO, RATE, STEPS, method, EVERY)
    for column, (rho, rate) in enumerate(zip(RHO, RATE, strict=True)):
        for name, expected in plainly(toy, sample, rho, rate, method).items():
            np.testing.assert_allclose(getattr(curves, name)[:, column], expected, rtol=1e-10, atol=1e-13, err_msg=name)


def test_the_two_methods_differ_so_that_the_comparison_can_fail():
    toy = Toy(d=12, n=7)
    one_sam, naive = (train(toy, draw(toy, 3), [2.0], [1.0], STEPS, method, EVERY).accuracy for method in ("1-sam", "n-sam"))
    assert np.abs(one_sam - naive).max() > 1e-3


def test_from_the_origin_the_first_accuracy_is_one_half():
    toy = Toy(d=12, n=7, init=0.0)
    assert train(toy, draw(toy, 0), [0.1], [0.1], 2, every=2).accuracy[0] == 0.5


@pytest.mark.parametrize("n", [300, 2000])
def test_float32_moves_a_best_accuracy_by_less_than_a_hundred_thousandth(n):
    toy = Toy(n=n)
    sample = draw(toy, 1, test=2)
    double, single = (train(toy, sample, [0.0, 0.18], [0.01], 100, dtype=dtype) for dtype in ("float64", "float32"))
    assert single.accuracy.dtype == np.float32
    assert np.abs(double.accuracy.max(0) - single.accuracy.max(0)).max() < 1e-5


def test_training_leaves_the_number_type_of_jax_alone():
    toy = Toy(d=12, n=7)
    with jax.enable_x64(False):
        assert train(toy, draw(toy, 0), [0.1], [0.1], 2, every=2).accuracy.dtype == np.float64
        assert jnp.ones(1).dtype == jnp.float32


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"rho": [-0.1]}, r"rho must be at least 0 and finite, got \[-0\.1\]"),
        ({"rho": [float("nan")]}, r"rho must be at least 0 and finite, got \[nan\]"),
        ({"rho": [float("inf")]}, "rho must be at least 0"),
        ({"rate": [0.0]}, "rates must be positive"),
        ({"rate": [float("nan")]}, "rates must be positive"),
        ({"steps": 3}, "multiple of every"),
        ({"steps": 0}, "multiple of every"),
    ],
)
def test_wrong_numbers_are_refused(changed, message):
    toy = Toy(d=12, n=7)
    call = {"rho": [0.1], "rate": [0.1], "steps": 4, "every": 2, **changed}
    with pytest.raises(ValueError, match=message):
        train(toy, draw(toy, 0), **call)


def test_arms_with_fresh_seeds_see_data_that_no_other_arm_sees(monkeypatch):
    seen = []
    monkeypatch.setattr(sweep, "draw", lambda toy, seed: seen.append(seed) or draw(toy, seed))
    plain = sweep.Arm(Toy(d=12, n=6), rhos=(0.1,), steps=2, every=1)
    for arm in (plain, replace(plain, fresh=True)):
        sweep.curves.__wrapped__(arm, 3)
    assert seen == [3, 3 + sweep.FRESH]
