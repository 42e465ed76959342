"""Eq. 2.4: the cross-entropy gradient of one example is the vector e_t - softmax(f) times the Jacobian, for K classes.

Statement.  -grad l = <e_t - softmax(f), grad f>, that is D^T (e_t - softmax(f)) with D the K by n Jacobian of f.
Idea.       The gradient of log sum_k exp f_k - f_t in the logits, term by term under the sum; then the chain rule.
Assumes.    f differentiable at w. Attacked on a tanh network with K outputs that share their weights.
Source.     Section 2.1, Eq. 2.4.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from theory.definitions import cross_entropy, gradient, negative
from theory.domain import Arrays, Batch, OneHot, Space
from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, assumed, cut, equal, replaced
from theory.kernel.sums import exponentials_positive
from theory.kernel.terms import Rel
from theory.meaning import cross_entropy as loss_of
from theory.meaning import exponentials, means, softmax
from theory.meaning import gradient as slope_of
from theory.statement import BoundProof, Claim, Definition, Identity
from theory.symbols import Inner, Unit, column, matrix, norm, size, unit

K, n = size("K"), size("n")
w, X, e, u = column("w", n), matrix("X", K, n), unit("e", K), unit("u", K)
D, p = matrix("D", K, n), column("p", K)
y, Z = column("y", K), sp.Symbol("Z", positive=True)
ANOTHER_CLASS = relation("=", Inner(u, e), 0)
S = sp.Symbol("S", nonnegative=True)  # sum of the magnitudes of the logits

SPACE = Space({w: Arrays(2.0, zero=True), X: Arrays(2.0), e: OneHot()}, sizes=({K: 2, n: 1}, {K: 3, n: 2}))


def another_class(batch: Batch) -> Batch:
    """Let u be the unit vector of the class after the label, which is always another one."""
    return {**batch, "u": np.roll(batch["e"], 1, axis=1)}


AT_LABEL = Space({y: Arrays(8.0, zero=True), e: OneHot()}, ({K: 2}, {K: 4}), lambda batch: {**batch, "u": batch["e"]})
ELSEWHERE = Space({y: Arrays(8.0, zero=True), e: OneHot()}, ({K: 2}, {K: 4}), another_class)


def network(weights: jax.Array, X: jax.Array) -> jax.Array:
    """Return K logits from weights (n,) and features (K, n): nonlinear in the weights, which all outputs share."""
    return 3.0 * jnp.sum(jnp.tanh(weights[None, :] * X), axis=1) + 0.75 * jnp.sum(weights * weights) * X[:, 0] + jnp.sin(X @ weights)


@means(-D.T * slope_of(lambda at: loss_of(at, e), y))  # the chain rule for the network, whatever it is
def descent(q: SimpleNamespace) -> jax.Array:
    """Return -grad of the loss in the weights, shape (n,)."""
    return negative(gradient(lambda weights: network(weights, q.X), lambda out: cross_entropy(out, q.e), q.w))


def partial_at(picked: Unit) -> Definition:
    """Return the definition of the entry of -dl/df that a unit vector picks."""

    def one_partial(q: SimpleNamespace) -> jax.Array:
        return -jnp.dot(getattr(q, picked.name), jax.grad(cross_entropy)(q.y, q.e))

    return means(-Inner(picked, slope_of(lambda at: loss_of(at, e), y)))(one_partial)


ATOMS = {
    y: lambda q: network(q.w, q.X),
    p: means(softmax(y))(lambda q: jax.nn.softmax(network(q.w, q.X))),
    D: lambda q: jax.jacobian(network)(q.w, q.X),
    S: lambda q: jnp.sum(jnp.abs(network(q.w, q.X))),
}


def prove_factorisation(goal: Goal) -> Theorem:
    """The gradient of log sum_k e^(f_k) - <e, f> in the logits is softmax(f) - e."""
    sum_positive = exponentials_positive(y)
    return cut(equal(goal.conclusion.left, goal.conclusion.right, sum_positive.conclusion), sum_positive)


def prove_elsewhere(goal: Goal) -> Theorem:
    """The entry belongs to another class than the label: <u, e> = 0."""
    sum_positive = exponentials_positive(y)
    apart = goal.conclusion.right + Inner(u, e)
    entry_of_u = cut(equal(goal.conclusion.left, apart, sum_positive.conclusion), sum_positive)
    with_zero = replaced(entry_of_u, assumed(ANOTHER_CLASS))
    return replaced(with_zero, cut(equal(with_zero.conclusion.right, goal.conclusion.right, sum_positive.conclusion), sum_positive))


def entry(part: str, formula: sp.Expr, space: Space, defined_by: Definition, theorem: BoundProof, *given: Rel) -> Identity:
    """Return the statement about one entry of the logit scale."""
    return Identity(
        part=part,
        formula=formula,
        atoms={Z: means(exponentials(y))(lambda q: jnp.sum(jnp.exp(q.y)))},
        defined_by=defined_by,
        space=space,
        conditioning=sp.S.One,
        given=given,
        theorem=theorem,
    )


CLAIMS = (
    Claim(
        id="eq-2.4",
        space=SPACE,
        printed=(
            Identity(
                part="factorisation",
                formula=D.T * (e - p),
                atoms=ATOMS,
                defined_by=descent,
                # 1 - p_t cancels, and the relative error of p is the error of the logits in its exponent
                conditioning=(1 + S) * norm(D),
                theorem=prove_factorisation,
            ),
            entry("label-entry", 1 - sp.exp(Inner(e, y)) / Z, AT_LABEL, partial_at(e), prove_factorisation),
            entry("other-entries", -sp.exp(Inner(u, y)) / Z, ELSEWHERE, partial_at(u), prove_elsewhere, ANOTHER_CLASS),
        ),
    ),
)
