"""Eq. B.5 and after B.7: the 1-SAM update in a linear model as rho tends to infinity.

Statement.  The gradient of one example at its perturbed weights tends to -t x; the update of n examples to X^T t / n.
Idea.       The logit scale sigma(rho ||x|| - t <w, x>) tends to 1, with an error below exp(t <w, x> - rho ||x||).
Assumes.    x not zero (else eps is undefined). Any dimension, any number of examples, either label.
As printed. The update is called the empirical mean, and given as X^T t, which is n times the mean of Eq. 2.6.
Source.     Appendix B.1, Eq. B.5 and the sentence after Eq. B.7.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from theory.attack.derivation import Derivation
from theory.definitions import linear, logistic, negative, one_sam
from theory.domain import Arrays, Batch, Reals, Space, Values
from theory.goal import Goal
from theory.kernel.rules import Theorem, all_of, cut, decided, equal, put, relation, replaced
from theory.kernel.tactics import vanishes
from theory.kernel.terms import plain
from theory.meaning import ascended, means
from theory.meaning import gradient as slope_of
from theory.meaning import logistic as loss_of
from theory.statement import Assumption, Claim, Limit
from theory.symbols import Inner, Sign, column, matrix, norm, positive, real, sigma, size
from theory.toy.distribution import signs
from theory.toy.limits import d, derive_error, derive_perturbed, rho

n = size("n")
w, x, t = column("w", d), column("x", d), Sign("t")
X, labels = matrix("X", n, d), column("labels", n)
# over all examples: the longest and the shortest input, and the largest t_i <w, x_i>
longest, shortest = positive("longest shortest")
margin = real("margin")

ONE = Space({w: Arrays(2.0, zero=True), x: Arrays(2.0), t: Values((1.0, -1.0)), rho: Reals(1e-3, 60)}, sizes=({d: 1}, {d: 3}))


def nonzero_rows(batch: Batch) -> Batch:
    """Turn `labels` into signs, and give every input that is zero a one."""
    inputs = batch["X"].copy()
    inputs[..., 0] = np.where(np.any(inputs != 0, axis=2), inputs[..., 0], 1.0)
    return {**batch, "X": inputs, "labels": signs(batch["labels"])}


def zero_row(batch: Batch) -> Batch:
    """The same with the first input zero."""
    batch = nonzero_rows(batch)
    return {**batch, "X": np.concatenate([0 * batch["X"][:, :1], batch["X"][:, 1:]], axis=1)}


SEVERAL = Space(
    {w: Arrays(2.0, zero=True), X: Arrays(2.0), labels: Arrays(1.0), rho: Reals(1e-3, 60)},
    sizes=({n: 2, d: 1}, {n: 3, d: 2}),
    construct=nonzero_rows,
    note="labels are signs, no input is zero",
)


def descent(w: jax.Array, x: jax.Array, t: jax.Array, rho: jax.Array) -> jax.Array:
    """Return the 1-SAM descent direction of one example, shape (d,)."""
    return one_sam(lambda p: linear(p, x), lambda out: logistic(out, t), w, rho)


def gradient_of_one(p: SimpleNamespace) -> jax.Array:
    """Return the gradient at the perturbed weights, shape (d,)."""
    return negative(descent(p.w, p.x, p.t, p.rho))


def update(p: SimpleNamespace) -> jax.Array:
    """Return the step of Eq. 2.6 with learning rate 1, shape (d,): the mean over the rows of X."""
    steps = jax.vmap(descent, in_axes=(None, 0, 0, None))(p.w, p.X, p.labels, p.rho)
    return jnp.sum(steps, axis=0) / p.labels.size


def norms(p: SimpleNamespace) -> jax.Array:
    """Return the norm of every input, shape (n,)."""
    return jnp.sqrt(jnp.sum(p.X * p.X, axis=1))


ATOMS = {
    longest: lambda p: jnp.max(norms(p)),
    shortest: lambda p: jnp.min(norms(p)),
    margin: lambda p: jnp.max(p.labels * (p.X @ p.w)),
}


def loss_at(v: sp.MatrixExpr) -> sp.Expr:
    """Return the loss of the example at weights."""
    return loss_of(Inner(v, x), t)


means(slope_of(loss_at, ascended(w, slope_of(loss_at, w), rho)))(gradient_of_one)
NONZERO = relation("!=", x, sp.ZeroMatrix(d, 1))


def prove_limit(goal: Goal) -> Theorem:
    """The distance is sigma(-u) times ||x||, at most e^-u ||x||, with u = rho ||x|| - t <w, x>."""
    distance, _ = goal.conclusion.parts
    minus_u = t * Inner(w, x) - rho * norm(x)
    E, k = real("E k")
    less = decided(relation("<=", k / (1 + 1 / E), k * E), given=(relation("<", 0, E), relation("<", 0, k)))
    less = put(less, {E: sp.exp(minus_u), k: norm(x)})
    less = cut(less, *(decided(h, given=(NONZERO,)) for h in sorted(less.hypotheses, key=str)))
    bounded = replaced(less, equal(less.conclusion.left, distance.left, NONZERO))
    return all_of(bounded, vanishes(distance.right, norm(x), ((t * Inner(w, x), norm(x)),), plain(rho), NONZERO))


def prove_update(s: Limit, proof: Derivation) -> None:
    """Every example errs by at most the same bound, so their mean does."""
    u = derive_perturbed(proof, w, x, t)
    proof.equal("the direction of one example differs from t x by", t * sigma(u) * x - t * x, -t * sigma(-u) * x)
    derive_error(proof, x)
    f, length, q, least, most, top, v = real("f length q least most top v")
    proof.decided(
        "-u is at most that of the largest margin and the shortest x_i",
        [f <= top, length >= least, q >= 0],
        f - q * length <= top - q * least,
    )
    proof.increasing("e^v increases", sp.exp(v), v)
    proof.decided("and q ||x_i|| at most that of the longest x_i", [q >= 0, length >= 0, length <= most], q * length <= q * most)
    total, bound, k, error = real("total bound k error")
    induction = [total <= k * bound, error <= bound]
    proof.decided("by induction n errors add up to at most n bounds, and their mean to one", induction, total + error <= (k + 1) * bound)
    along = column("k", d)
    mean = Inner(labels, X * along) / n
    proof.equal("the limit is the mean of t_i x_i: along any k, (1/n) sum_i t_i <x_i, k>", Inner(s.value, along), mean)
    proof.equal("the rate is the bound", s.rate, longest * sp.exp(margin - rho * shortest))
    proof.tends("which tends to 0", s.rate, s.along, sp.oo, 0)


rate_of_one = norm(x) * sp.exp(t * Inner(w, x) - rho * norm(x))
rate_of_mean = longest * sp.exp(margin - rho * shortest)


FAR = replace(SEVERAL, domains={**SEVERAL.domains, rho: Reals(50, 100)}, note="rho is large, so that the update is near its limit")


def update_limit(value: sp.MatrixExpr, space: Space) -> Limit:
    """Return the statement that the update tends to `value`."""
    return Limit(part="update", value=value, defined_by=update, along=rho, rate=rate_of_mean, atoms=ATOMS, space=space)


CLAIMS = (
    Claim(
        id="eq-b.5",
        idea="the logit scale tends to 1 exponentially fast in rho ||x||",
        space=ONE,
        printed=(
            Limit(
                part="limit",
                value=-t * x,
                defined_by=gradient_of_one,
                along=rho,
                rate=rate_of_one,
                given=(relation("<", 0, rho),),
                theorem=prove_limit,
            ),
            update_limit(X.T * labels, FAR),
        ),
        corrected=(replace(update_limit(X.T * labels / n, SEVERAL), proof=prove_update),),
        assumes=(
            Assumption(
                "x is not zero",
                Space(ONE.domains, ONE.sizes, construct=lambda batch: {**batch, "x": 0 * batch["x"]}),
                parts=("limit",),
                given=(NONZERO,),
            ),
            Assumption("no x_i is zero", Space(SEVERAL.domains, SEVERAL.sizes, construct=zero_row), parts=("update",)),
        ),
    ),
)
