"""1-SAM in a linear model against the convex function that it descends: by search over steps, and by training to the end."""

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from theory.definitions import ascend, linear, logistic
from theory.loss.robust_objective import mean_step, objective, objective_at, objective_slope

X = np.array([[1.0, 2.0], [2.0, -1.0], [-1.0, 1.0], [1.0, 1.0]])
T = np.array([1.0, 1.0, 1.0, -1.0])  # no weights separate these


def point(rho, w=(0.3, -0.7), t=T):
    return SimpleNamespace(X=jnp.asarray(X), t=jnp.asarray(t), w=jnp.asarray(w), rho=jnp.asarray(rho))


def trained(rho, steps=4000):
    """Return the weights after full-batch steps of 1-SAM."""
    return jax.lax.fori_loop(0, steps, lambda _, w: w + 0.5 * mean_step(point(rho, w)), jnp.zeros(2))


def test_the_objective_is_the_mean_of_the_largest_losses_on_the_circle():
    p = point(0.8)
    angles = np.linspace(0, 2 * np.pi, 20_000)
    moved = np.asarray(p.w) + 0.8 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    largest = np.logaddexp(0, -(moved @ X.T) * T).max(axis=0).mean()
    assert abs(float(objective(p)) - largest) < 1e-6  # 20,000 angles miss the largest by a square of their distance


def naive_step(p):
    """Return the direction of naive SAM: one perturbation for all examples."""

    def loss(w):
        return jnp.mean(jax.vmap(lambda x, t: logistic(linear(w, x), t))(p.X, p.t))

    return -jax.grad(loss)(ascend(p.w, jax.grad(loss)(p.w), p.rho))


@pytest.mark.parametrize("rho", [0.1, 1.0, 3.0])
def test_naive_sam_does_not_descend_this_function(rho):
    p = point(rho)
    assert float(jnp.max(jnp.abs(mean_step(p) + objective_slope(p)))) < 1e-12
    assert float(jnp.max(jnp.abs(naive_step(p) + objective_slope(p)))) > 1e-3


@pytest.mark.parametrize("rho", [0.2, 2.0])
def test_training_comes_to_rest_where_the_objective_is_smallest(rho):
    w = trained(rho)
    assert float(jnp.max(jnp.abs(mean_step(point(rho, w))))) < 1e-6
    nearby = np.asarray(w) + np.random.default_rng(0).normal(size=(200, 2))
    assert all(objective_at(point(rho, w), jnp.asarray(u)) >= objective(point(rho, w)) - 1e-12 for u in nearby)


def hinges(w):
    """Return the mean of max(0, |x_i| - margin_i) at weights."""
    return np.mean(np.maximum(0.0, np.linalg.norm(X, axis=1) - T * (X @ w)))


def test_far_out_the_fixed_point_is_nearly_a_minimiser_of_hinges():
    rho = 20.0
    v = trained(rho, steps=20_000) / rho
    grid = np.stack(np.meshgrid(np.linspace(-2, 2, 41), np.linspace(-2, 2, 41)), axis=-1).reshape(-1, 2)
    assert hinges(np.asarray(v)) <= min(hinges(u) for u in grid) + np.log(2) / rho
