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

from theory.definitions import linear, logistic, negative, one_sam
from theory.domain import Arrays, Batch, Reals, Space, Values
from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, all_of, cut, decided, equal, put, replaced, summed
from theory.kernel.sums import distance, every_unit
from theory.kernel.tactics import exp_not_smaller, vanishes
from theory.kernel.terms import plain
from theory.meaning import ascended, means
from theory.meaning import gradient as slope_of
from theory.meaning import logistic as loss_of
from theory.meaning import one_sam as meant_one_sam
from theory.statement import Assumption, Claim, Limit
from theory.symbols import Inner, Sign, column, matrix, norm, positive, real, sigma, size, total, unit
from theory.toy.distribution import signs
from theory.toy.limits import d, rho

n = size("n")
w, x, t = column("w", d), column("x", d), Sign("t")
X, labels = matrix("X", n, d), column("labels", n)
# over all examples: the longest and the shortest input, and the largest t_i <w, x_i>
longest, shortest = positive("longest shortest")
margin = real("margin")

ONE = Space({w: Arrays(2.0, zero=True), x: Arrays(2.0), t: Values((1.0, -1.0)), rho: Reals(1e-3, 60)}, sizes=({d: 1}, {d: 3}))


def nonzero_rows(batch: Batch) -> Batch:
    """Turn `labels` into signs, give every input that is zero a one, and bound lengths and margins."""
    inputs = batch["X"].copy()
    inputs[..., 0] = np.where(np.any(inputs != 0, axis=2), inputs[..., 0], 1.0)
    return bounded({**batch, "X": inputs, "labels": signs(batch["labels"])})


def bounded(batch: Batch) -> Batch:
    """Add a length that no input exceeds, one that none falls short of, and a margin that none exceeds, each a little off its bound."""
    lengths = np.linalg.norm(batch["X"], axis=2)
    margins = np.max(batch["labels"] * np.einsum("bnd,bd->bn", batch["X"], batch["w"]), axis=1)
    longest, shortest = np.max(lengths, axis=1) * (1 + 1e-9), np.min(lengths, axis=1) * (1 - 1e-9)
    return {**batch, "longest": longest, "shortest": shortest, "margin": margins + 1e-9 * (1 + np.abs(margins))}


def zero_row(batch: Batch) -> Batch:
    """The same with the first input zero."""
    batch = nonzero_rows(batch)
    return bounded({**batch, "X": np.concatenate([0 * batch["X"][:, :1], batch["X"][:, 1:]], axis=1)})


SEVERAL = Space(
    {w: Arrays(2.0, zero=True), X: Arrays(2.0), labels: Arrays(1.0), rho: Reals(1e-3, 60)},
    sizes=({n: 2, d: 1}, {n: 3, d: 2}),
    construct=nonzero_rows,
    note="labels are signs, no input is zero; no input is longer than `longest` or shorter than `shortest`, no margin above `margin`",
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


def loss_at(v: sp.MatrixExpr) -> sp.Expr:
    """Return the loss of the example at weights."""
    return loss_of(Inner(v, x), t)


means(slope_of(loss_at, ascended(w, slope_of(loss_at, w), rho)))(gradient_of_one)
i = unit("i[n]", n)
x_i, t_i = X.T * i, Inner(i, labels)
LABEL, MARGINS = relation("=", t_i**2, 1), relation("<=", t_i * Inner(w, x_i), margin)
SHORTEST, LONGEST = relation("<=", shortest, norm(x_i)), relation("<=", norm(x_i), longest)
POSITIVE_RADIUS, POSITIVE_LENGTH = relation("<", 0, rho), relation("<", 0, shortest)


def meant_direction(x: sp.MatrixExpr, t: sp.Expr) -> sp.MatrixExpr:
    """Return the 1-SAM direction of one example."""
    return meant_one_sam(lambda at: loss_of(Inner(at, x), t), w, rho)


means(total(lambda e: meant_direction(X.T * e, Inner(e, labels)), n) / n)(update)
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


def prove_update(goal: Goal) -> Theorem:
    """1 - sigma(u) = e^-u / (1 + e^-u) is at most e^-u, and -u at most its value for the largest margin and the shortest input."""
    label = Sign("s")
    descent, direction = label * sigma(rho * norm(x) - label * Inner(w, x)) * x, meant_direction(x, label)
    step = put(equal(descent, direction, POSITIVE_RADIUS, NONZERO), {x: x_i, label: t_i}, LABEL, POSITIVE_RADIUS)
    g, most, s, l, longer, k = real("g most s l longer k")
    given = (
        *(relation("<", 0, g), relation("<=", g, most), relation("=", s**2, 1)),
        *(relation("<=", 0, l), relation("<=", l, longer), relation("<", 0, k)),
    )
    term_bound = decided(relation("<=", sp.Abs((1 / (1 + g) - 1) * s) * l, most * longer), given=given)
    share = decided(relation("<=", sp.Abs((1 / (1 + g) - 1) * s / k) * l, most * longer / k), term_bound, given=given)
    at, far = t_i * Inner(w, x_i) - rho * norm(x_i), margin - rho * shortest
    share = put(share, {g: sp.exp(at), most: sp.exp(far), s: t_i, l: norm(x_i), longer: longest, k: n})
    below = decided(relation("<=", at, far), given=(MARGINS, SHORTEST, POSITIVE_RADIUS))
    facts = [decided(h) for h in (relation("<", 0, sp.exp(at)), relation("<=", 0, norm(x_i)), relation("<", 0, n))]
    share = cut(share, cut(exp_not_smaller(at, far), below), *facts)
    wanted = goal.conclusion.parts[0]
    bounded = distance(wanted, summed(step, i), (1 / (1 + sp.exp(at)) - 1) * t_i / n, X, share, i)
    positive = (POSITIVE_LENGTH, relation("<", 0, longest))
    return all_of(bounded, vanishes(wanted.right, longest, ((margin, shortest),), plain(rho), *positive))


rate_of_one = norm(x) * sp.exp(t * Inner(w, x) - rho * norm(x))
rate_of_mean = longest * sp.exp(margin - rho * shortest)


FAR = replace(SEVERAL, domains={**SEVERAL.domains, rho: Reals(50, 100)}, note="rho is large, so that the update is near its limit")


def update_limit(value: sp.MatrixExpr, space: Space) -> Limit:
    """Return the statement that the update tends to `value`."""
    return Limit(part="update", value=value, defined_by=update, along=rho, rate=rate_of_mean, space=space)


GIVEN = (
    POSITIVE_RADIUS,
    relation("<", 0, longest),
    *(every_unit(h, i) for h in (LABEL, MARGINS, SHORTEST, LONGEST)),
)
NO_ZERO = every_unit(relation("!=", x_i, sp.ZeroMatrix(d, 1)), i)

CLAIMS = (
    Claim(
        id="eq-b.5",
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
        corrected=(replace(update_limit(X.T * labels / n, SEVERAL), given=GIVEN, theorem=prove_update),),
        assumes=(
            Assumption(
                "x is not zero",
                Space(ONE.domains, ONE.sizes, construct=lambda batch: {**batch, "x": 0 * batch["x"]}),
                parts=("limit",),
                given=(NONZERO,),
            ),
            Assumption(
                "no x_i is zero",
                Space(SEVERAL.domains, SEVERAL.sizes, construct=zero_row),
                parts=("update",),
                given=(POSITIVE_LENGTH, NO_ZERO),
            ),
        ),
    ),
)
