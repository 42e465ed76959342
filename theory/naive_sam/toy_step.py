"""One full-batch step of naive SAM on the toy data with orthogonal noise, from weights orthogonal to the data: its score and its accuracy.

At such weights all margins are 0. The perturbation adds rho (N + B^2 (n_c - n_n))/S to the logit of a clean point and
rho (N - B^2 (n_c - n_n))/S to the margin of a mislabelled one, S = |sum_j t_j x_j|.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import sympy as sp

from theory.definitions import ascend, linear, logistic
from theory.domain import Reals, Values
from theory.early_stopping.toy import B, N, accuracy, data, eta, n_c, n_n, rho, s, tau
from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, cut, decided, equal, put, replaced
from theory.kernel.tactics import grows, sigma_grows
from theory.kernel.terms import Rel
from theory.meaning import means
from theory.symbols import Phi, real, sigma

LEAD = B**2 * (n_c - n_n)
LENGTH = sp.sqrt(B**2 * (n_c - n_n) ** 2 + (n_c + n_n) * N)  # of sum_j t_j x_j
CLEAN, MISLABELLED = sigma(rho * (N + LEAD) / LENGTH), sigma(rho * (N - LEAD) / LENGTH)
SCALE = B**2 / (s * sp.sqrt(N))
CEILING = (n_c - n_n) / sp.sqrt(n_c + n_n)

FURTHER = (tau * (n_c + n_n) / eta) ** 2 / N  # what initial weights of length tau add to the square of the noise
MORE, SIZE = n_c * CLEAN - n_n * MISLABELLED, n_c * CLEAN**2 + n_n * MISLABELLED**2

POSITIVE = tuple(relation("<", 0, symbol) for symbol in (B, N, s))
PERTURBED, MAJORITY = relation("<", 0, rho), relation("<", n_n, n_c)
SCORES = {B: Reals(0.1, 1.5), N: Reals(0.5, 5.0), s: Reals(0.5, 3.0), tau: Values((0.0,)), eta: Reals(1e-2, 3.0)}


def stepped(at: SimpleNamespace) -> jax.Array:
    """Return the test accuracy after one full-batch step of naive SAM (Eq. B.10) of size eta, shape ()."""
    start, x, t = data(at)

    def mean_loss(w: jax.Array) -> jax.Array:
        return jnp.sum(jax.vmap(lambda xi, ti: logistic(linear(w, xi), ti))(x, t)) / t.size

    moved = ascend(start, jax.grad(mean_loss)(start), at.rho)
    return accuracy(at, start - at.eta * jax.grad(mean_loss)(moved))


@means(Phi(SCALE * MORE / sp.sqrt(SIZE)))
def after_one_step(at: SimpleNamespace) -> jax.Array:
    """Return the test accuracy after one step from w0 = 0, shape ()."""
    return stepped(at)


@means(Phi(SCALE * MORE / sp.sqrt(SIZE + FURTHER)))
def after_one_step_away(at: SimpleNamespace) -> jax.Array:
    """Return the test accuracy after one step from weights of length tau that are orthogonal to e_1 and to all noises, shape ()."""
    return stepped(at)


@cache
def clean_move_further() -> Theorem:
    """Return that the step moves clean points further than mislabelled ones: sigma grows."""
    given = (PERTURBED, MAJORITY, *POSITIVE)
    low, high = rho * (N - LEAD) / LENGTH, rho * (N + LEAD) / LENGTH
    long = decided(relation("<", 0, LENGTH**2), given=given)
    long = decided(relation("<", 0, LENGTH), long, given=given)
    k, l, r, m = real("k l r m")
    apart = decided(relation("<", r * (m - l) / k, r * (m + l) / k), given=tuple(relation("<", 0, u) for u in (k, l, r)))
    apart = put(apart, {k: LENGTH, l: LEAD, r: rho, m: N}, *given)
    apart = cut(apart, long, decided(relation("<", 0, LEAD), given=given))
    return cut(sigma_grows(low, high, *given), apart)


@cache
def less_by_squares() -> Theorem:
    """Return 0 < x, y, p, q and x^2 q < y^2 p |- x/sqrt(p) < y/sqrt(q)."""
    x, y, p, q, r, m = real("x y p q r m")
    roots = tuple(relation("<", 0, letter) for letter in (m, r, x, y))
    times = decided(relation("<", x * m, y * r), given=(relation("<", x**2 * m**2, y**2 * r**2), *roots))
    divided = decided(relation("<", x / r, y / m), times, given=roots)
    given = (relation("<", 0, p), relation("<", 0, q))
    divided = put(divided, {m: sp.sqrt(q), r: sp.sqrt(p)}, *given)
    squares = relation("<", x**2 * q, y**2 * p)
    known = decided(relation("<", x**2 * sp.sqrt(q) ** 2, y**2 * sp.sqrt(p) ** 2), given=(squares, *given))
    return cut(divided, known, *(decided(relation("<", 0, sp.sqrt(part)), given=given) for part in (p, q)))


def accuracies(scores: Theorem, goal: Goal, *given: Rel) -> Theorem:
    """Return the goal from x < y: SCALE x < SCALE y, and Phi grows."""
    k, x, y = real("k x y")
    wider = decided(relation("<", k * x, k * y), given=(relation("<", x, y), relation("<", 0, k)))
    wider = put(wider, {k: SCALE, x: scores.conclusion.left, y: scores.conclusion.right}, *given)
    wider = cut(wider, scores, decided(relation("<", 0, SCALE), given=given))
    known = cut(grows(Phi, wider.conclusion.left, wider.conclusion.right, *given), wider)
    left, right = (equal(mine, its, *given) for mine, its in zip(known.conclusion[1:], goal.conclusion[1:], strict=True))
    return replaced(replaced(known, left), right)
