"""A batch of one example: the update of 1-SAM is the update of naive SAM, whatever the network and the loss are.

The columns of D are the gradients of the examples at w, those of G at each example's own perturbed weights w + eps_i. Of the loss nothing
is used but that a gradient belongs to its weights. So the gradients at the weights w + eps of naive SAM are written as the columns
G e_i + ||eps_i - eps||^2 U e_i: for weights that differ there is such a U, and where they agree any U says that the gradients agree.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import sympy as sp

from theory.definitions import ascend
from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, assumed, cut, decided, equal, for_every, put, replaced, summed
from theory.kernel.tactics import rewritten, swapped
from theory.meaning import ascended, means
from theory.setting.batch import loss, m, mean_loss, n
from theory.statement import Atoms
from theory.symbols import Inner, column, matrix, positive, real, total, unit

rho, eta = positive("rho eta")
D, G, U = matrix("D", n, m), matrix("G", n, m), matrix("U", n, m)
i = unit(f"i[{m}]", m)
ALL = total(lambda k: k, m, "k")
NOTHING = sp.ZeroMatrix(n, 1)
ONE_EXAMPLE, SOME_SLOPE = relation("=", m, 1), relation("!=", D, sp.ZeroMatrix(n, m))
MEAN = total(lambda k: D * k, m, "k") / m  # the gradient of the mean loss at w
SHARED = ascended(NOTHING, MEAN, rho)  # eps


def lag(e: sp.MatrixExpr) -> sp.MatrixExpr:
    """Return eps_i - eps of the example with this unit vector."""
    return ascended(NOTHING, D * e, rho) - SHARED


def naive_column(e: sp.MatrixExpr) -> sp.MatrixExpr:
    """Return its gradient at the weights of naive SAM."""
    return G * e + Inner(lag(e), lag(e)) * U * e


# ---- programs -----------------------------------------------------------------------------------------------------------------------
def slopes(p: SimpleNamespace) -> jax.Array:
    """Return the gradients of the examples' losses at w as columns, shape (n, m)."""
    return jax.vmap(jax.grad(loss), (None, 0, 0))(p.w, p.X, p.T).T


def gradients_at(weights: jax.Array, p: SimpleNamespace) -> jax.Array:
    """Return the gradients of the examples' losses as columns, (n, m), each at its own row of the weights (m, n)."""
    return jax.grad(lambda own: jnp.sum(jax.vmap(loss)(own, p.X, p.T)))(weights).T


def own_weights(p: SimpleNamespace) -> jax.Array:
    """Return w + eps_i of every example, shape (m, n)."""
    return jax.vmap(lambda slope: ascend(p.w, slope, p.rho))(slopes(p).T)


def perturbed_gradients(p: SimpleNamespace) -> jax.Array:
    """Return the gradients at w + eps_i as columns, shape (n, m)."""
    return gradients_at(own_weights(p), p)


def naive_weights(p: SimpleNamespace) -> jax.Array:
    """Return w + eps with the one eps of naive SAM (Eq. B.10), shape (n,)."""
    return ascend(p.w, jax.grad(mean_loss)(p.w, p.X, p.T), p.rho)


@means(total(naive_column, m) / m)
def naive_gradient(p: SimpleNamespace) -> jax.Array:
    """Return the gradient of the mean loss at these weights, shape (n,)."""
    return jax.grad(mean_loss)(naive_weights(p), p.X, p.T)


def changes(p: SimpleNamespace) -> jax.Array:
    """Return U, shape (n, m): how a gradient changes from w + eps_i to w + eps, over the squared distance; 0 where that is 0."""
    shared = jnp.tile(naive_weights(p), (len(p.X), 1))
    distance = jnp.sum((own_weights(p) - shared) ** 2, axis=1)[None]
    change = gradients_at(shared, p) - perturbed_gradients(p)
    return jnp.where(distance > 0, change / jnp.where(distance > 0, distance, 1.0), 0.0)


ATOMS: Atoms = {D: slopes, G: perturbed_gradients, U: changes}


# ---- the proof ----------------------------------------------------------------------------------------------------------------------
@cache
def mean_slope() -> Theorem:
    """Return that the gradient of the mean loss is the gradient of the only example."""
    known = replaced(equal(MEAN, D * ALL / m), decided(relation("=", ALL, i), given=(ONE_EXAMPLE,)))
    return replaced(known, decided(relation("=", D * i / m, D * i), given=(ONE_EXAMPLE,)))


@cache
def some_slope() -> Theorem:
    """Return that the only example has a gradient, since D = D e e^T for the only unit vector e."""
    Q = matrix("Q", m, m)
    known = put(rewritten(D * Q, assumed(relation("=", Q, i * i.T))), {Q: sp.Identity(m)})
    known = cut(known, decided(relation("=", sp.Identity(m), i * i.T), given=(ONE_EXAMPLE,)))
    return decided(relation("!=", D * i, NOTHING), known, given=(SOME_SLOPE,))


@cache
def some_mean() -> Theorem:
    """Return that the gradient of the mean loss is not zero."""
    return replaced(some_slope(), swapped(mean_slope()))


@cache
def no_lag() -> Theorem:
    """Return ||eps_i - eps||^2 = 0: both are made in one way from one gradient, which is not zero."""
    v, z, own, some = column("v", n), column("z", n), ascended(NOTHING, D * i, rho), some_slope().conclusion
    needs = (some_mean().conclusion, some)
    same = rewritten(ascended(NOTHING, v, rho), assumed(relation("=", v, D * i)), relation("!=", v, NOTHING))
    same = cut(put(same, {v: MEAN}, needs[0]), mean_slope())
    for side, other in zip(same.conclusion[1:], (SHARED, own), strict=True):
        same = replaced(same, equal(side, other, *needs))
    known = decided(relation("=", Inner(own - z, own - z), 0), given=(relation("=", z, own), some))
    known = cut(put(known, {z: SHARED}, needs[0]), same)
    known = replaced(known, equal(known.conclusion.left, Inner(lag(i), lag(i)), *needs))
    return cut(known, some_mean(), some_slope())


def prove_batch_of_one(goal: Goal) -> Theorem:
    """Every gradient at w + eps is the gradient at w + eps_i, and so are their means."""
    q, lags = real("q"), no_lag()
    same = decided(relation("=", G * i + q * U * i, G * i), given=(relation("=", q, 0),))
    same = put(same, {q: lags.conclusion.left}, some_mean().conclusion, some_slope().conclusion)
    added = summed(cut(same, lags, some_mean(), some_slope()), i)
    other = unit(f"j[{m}]", m)  # the sum binds i
    each = for_every(put(some_slope(), {i: other}), other)
    needs = (some_mean().conclusion, each.conclusion)
    known = rewritten(goal.conclusion.right, added, *needs)
    known = swapped(replaced(known, equal(known.conclusion.right, goal.conclusion.left)), *needs)
    return cut(known, some_mean(), each)
