"""Where J-SAM ends in a two-layer linear network: at the origin from inside the dead zone, nowhere from outside it."""

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from theory.deep_linear.network import pieces
from theory.definitions import deep_linear, j_sam, norm, one_sam, sgd

RNG = np.random.default_rng(0)
X = jnp.asarray(RNG.normal(size=(6, 3)))
T = jnp.asarray([1.0, 1.0, -1.0, 1.0, -1.0, -1.0])
W, V = jnp.asarray(RNG.normal(size=(4, 3))), jnp.asarray(RNG.normal(size=4))


def at(w, x, t, rho):
    return pieces(SimpleNamespace(W=w[0], v=w[1], x=x, t=t)), rho


def scaled(size):
    """Return the weights scaled to one norm over both layers."""
    factor = size / norm((W, V))
    return factor * W, factor * V


def flow(w, method, rho, x, t, time, steps=2000):
    """Return the weights after Euler steps along the mean direction of the examples."""

    def step(_, w):
        directions = jax.vmap(lambda x, t: method(*at(w, x, t, rho)[0], rho))(x, t)
        return jax.tree.map(lambda a, b: a + time / steps * jnp.mean(b, axis=0), w, directions)

    return jax.lax.fori_loop(0, steps, step, w)


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_weights_inside_the_zone_shrink_under_j_sam_and_grow_under_sgd(share):
    rho = jnp.asarray(1.0)
    start = scaled(share)
    assert norm(flow(start, j_sam, rho, X, T, 1.0)) < 0.9 * share
    assert norm(flow(start, sgd, rho, X, T, 20.0)) > share


def test_from_outside_the_zone_one_example_pulls_the_output_up_without_end():
    x, t, rho = X[:1], T[:1], jnp.asarray(1.0)
    u = jnp.asarray([1.0, 0.0, 0.0, 0.0])
    long = norm(x[0])
    start = (1.1 / jnp.sqrt(2.0) * jnp.outer(u, x[0]) / long, 1.1 / jnp.sqrt(2.0) * t[0] * u)  # p = 1.1 u, q = 0
    margins = [float(t[0] * deep_linear(flow(start, j_sam, rho, x, t, time), x[0])) for time in (0.0, 5.0, 20.0, 80.0)]
    assert margins == sorted(margins)
    assert margins[-1] > 4.0  # log of the time, and more


def test_one_sam_and_j_sam_of_one_example_move_along_one_line_and_of_several_do_not():
    w, rho = scaled(2.0), jnp.asarray(0.5)

    def directions(x, t):
        return [jnp.concatenate([part.ravel() for part in method(*at(w, x, t, rho)[0], rho)]) for method in (one_sam, j_sam)]

    def cosine(a, b):
        return float(jnp.dot(a, b) / jnp.sqrt(jnp.dot(a, a) * jnp.dot(b, b)))

    pairs = [directions(x, t) for x, t in zip(X, T, strict=True)]
    assert all(cosine(*pair) > 1 - 1e-12 for pair in pairs)
    assert cosine(*(sum(side) for side in zip(*pairs, strict=True))) < 1 - 1e-4
