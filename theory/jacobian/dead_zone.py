"""Within rho of the origin J-SAM shrinks the weights, whatever the data: a basin of collapse of known size.

Statement.  For one example of a two-layer linear network with K outputs and its logit scale g, any nonzero column, held fixed: with
            h = <g, f> and N = ||grad h||, the J-SAM direction Delta has <w, Delta> = -2 h - rho N <= N (|w| - rho), w both layers.
            For two classes that is 2 t sigma f - rho sigma J <= sigma J (|w| - rho). So the J-SAM flow on all examples shrinks |w| as
            long as |w| < rho. The radius is sharp: for some weights <w, Delta> = sigma J (|w| - rho) exactly.
Idea.       Euler: h is of degree 2 in the weights and N of degree 1, so <w, grad h> = 2 h and <w, grad N> = N. By Cauchy-Schwarz
            |h| <= N^2/(2 |g| |x|) and N <= |g| |x| |w|.
Assumes.    grad h is not zero for the example (else eps is undefined). All widths, dimensions, numbers of classes and of examples.
            It is said of the flow: a step of gradient descent that is too long leaves the zone.
Source.     Beyond Proposition 4.1 and Eq. 4.5: a penalty with constant coefficients has no such zone.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from theory.deep_linear.network import (
    NONZERO_INPUT,
    NONZERO_SLOPE,
    POSITIVE_RADIUS,
    SPACE,
    WHERE,
    J,
    W,
    d,
    f,
    gradient_norm,
    h,
    pieces,
    rho,
    t,
    v,
    without_weights,
    x,
)
from theory.definitions import j_sam
from theory.definitions import norm as size_of
from theory.domain import Arrays, Batch, Reals, Space, Values
from theory.goal import Goal
from theory.jacobian.dead_zone_bounds import (
    LENGTH,
    MEANT_GROWTH,
    OUTPUT,
    SQUARE,
    along_norm,
    along_output,
    growth,
    growth_bounded,
    inner,
    output_size,
    prove_half_square,
    prove_length,
    prove_radius,
)
from theory.jacobian.dead_zone_classes import K_CLASSES, SOME_SLOPE, still
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, assumed, at_unit, cut, decided, equal, put, replaced, summed
from theory.kernel.sums import every_unit
from theory.kernel.tactics import by_definition
from theory.kernel.terms import plain
from theory.meaning import means
from theory.statement import Assumption, Claim, Identity, Inequality
from theory.symbols import Inner, column, matrix, norm, positive, real, sigma, size, total, unit

s, u = positive("s"), column("u", h)
n = size("n")
X, labels, j, share = matrix("X", n, d), column("labels", n), unit("j[n]", n), real("share")


# ---- all examples ----
def example(term: Any, e: Any) -> Any:
    """Return a term of one example for the example of a set that has this unit vector."""
    return term.xreplace({x: X.T * e, t: Inner(e, labels)})


@means(total(lambda e: example(MEANT_GROWTH, e), n, "j") / n)
def mean_growth(p: SimpleNamespace) -> jax.Array:
    """Return <w, Delta> with Delta the mean of the examples' J-SAM directions, shape ()."""
    directions = jax.vmap(lambda x, label: j_sam(*pieces(SimpleNamespace(W=p.W, v=p.v, x=x, t=label)), p.rho))
    return inner(p, jax.tree.map(lambda parts: jnp.sum(parts, axis=0) / p.labels.size, directions(p.X, p.labels)))


@means(sp.S.Zero)
def nothing(p: SimpleNamespace) -> jax.Array:
    """Return 0, shape ()."""
    return 0.0 * p.rho


def prove_shrinks(goal: Goal) -> Theorem:
    """Each example adds a negative number: J is positive, and |w| - rho negative."""
    c, b, l, r, m = real("c b l r m")
    given = (relation("<=", m, c * (b * (l - r))), relation("<", 0, c), relation("<", 0, b), relation("<", l, r))
    negative = decided(relation("<", m, 0), decided(relation("<", c * (b * (l - r)), 0), given=given[1:]), given=given[:1])
    told = {m: MEANT_GROWTH, c: sigma(-t * OUTPUT), b: sp.sqrt(SQUARE), l: LENGTH, r: rho}
    negative = put(negative, told, NONZERO_SLOPE)
    shown = [decided(relation("<", 0, told[c])), decided(relation("<", 0, told[b]), given=(NONZERO_SLOPE,))]
    negative = cut(negative, growth_bounded(), *shown)
    label = relation("=", Inner(j, labels) ** 2, 1)
    single = put(negative, {x: X.T * j, t: Inner(j, labels)}, label)
    single = cut(single, *(at_unit(assumed(h), j) for h in (LABELS, SLOPES)))
    added = summed(single, j)
    added = replaced(added, equal(added.conclusion.right, 0))
    divided = decided(relation("<", m / plain(n), 0), given=(relation("<", m, 0),))
    divided = put(divided, {m: added.conclusion.left}, LABELS, SLOPES)
    divided = cut(divided, added)
    return replaced(divided, equal(divided.conclusion.left, goal.conclusion.left, LABELS, SLOPES))


def labelled(batch: Batch) -> Batch:
    """Turn the entries of labels into labels by their signs, and scale the weights to the length share * rho."""
    long = np.sqrt(np.sum(batch["W"] ** 2, axis=(1, 2)) + np.sum(batch["v"] ** 2, axis=1))
    factor = batch["share"] * batch["rho"] * (1 - 1e-12) / long
    empty = ~np.any(batch["X"] != 0, axis=2, keepdims=True)
    return {
        **batch,
        "X": np.where(empty, 1.0, batch["X"]),
        "labels": np.where(batch["labels"] < 0, -1.0, 1.0),
        "W": factor[:, None, None] * batch["W"],
        "v": factor[:, None] * batch["v"],
    }


i = unit("i[n]", n)
LABELS = every_unit(relation("=", Inner(i, labels) ** 2, 1), i)
SLOPES = every_unit(relation("<", 0, example(SQUARE, i)), i)
SET = Space(
    {W: Arrays(2.0), v: Arrays(2.0), X: Arrays(2.0), labels: Arrays(1.0), rho: Reals(1e-3, 2.0), share: Reals(0.01, 1.0)},
    sizes=({h: 1, d: 1, n: 1}, {h: 2, d: 3, n: 3}),
    construct=labelled,
    note="|w| = share * rho; labels are signs; no input is zero",
)


def grown(batch: Batch) -> Batch:
    """Align all examples and both layers, at a length beyond rho."""
    u = np.where(np.any(batch["v"] != 0, axis=1, keepdims=True), batch["v"], 1.0)
    x = np.where(np.any(batch["X"][:, 0] != 0, axis=1, keepdims=True), batch["X"][:, 0], 1.0)
    short = np.linalg.norm(x, axis=1) * np.linalg.norm(u, axis=1)
    factor = (batch["share"] * batch["rho"] / (np.sqrt(2) * short))[:, None]
    return {
        **batch,
        "X": np.repeat(x[:, None], batch["X"].shape[1], axis=1),
        "labels": np.ones_like(batch["labels"]),
        "W": factor[:, :, None] * u[:, :, None] * x[:, None, :],
        "v": factor * np.linalg.norm(x, axis=1, keepdims=True) * u,
    }


GROWING = Space(SET.but(share=Reals(1.5, 4.0)).domains, SET.sizes, grown, note="|w| = share * rho; all inputs and both layers aligned")


def aligned(batch: Batch) -> Batch:
    """Put both layers along one direction of hidden units, with 1.5 rho <= |w| <= 2.5 rho: there every bound is met."""
    length_x, length_u = np.linalg.norm(batch["x"], axis=1), np.linalg.norm(batch["v"], axis=1)
    factor = batch["rho"] * (1.5 + length_u % 1) / (np.sqrt(2) * length_x * length_u)
    u = factor[:, None] * batch["v"]
    return {**batch, "W": u[:, :, None] * batch["x"][:, None, :], "v": (batch["t"] * length_x)[:, None] * u}


def lined_up(p: SimpleNamespace) -> SimpleNamespace:
    """Return the point with W = s u x^T and v = t s |x| u."""
    return SimpleNamespace(**vars(p), W=p.s * jnp.outer(p.u, p.x), v=p.t * p.s * size_of(p.x) * p.u)


@means(MEANT_GROWTH.xreplace({W: s * u * x.T, v: t * s * norm(x) * u}))
def growth_lined_up(p: SimpleNamespace) -> jax.Array:
    """Return <w, Delta> at those weights, shape ()."""
    return growth(lined_up(p))


k = s * norm(u)
LINED_UP = Space({s: Reals(0.05, 2.0), u: Arrays(1.0), x: Arrays(1.5), t: Values((1.0, -1.0)), rho: Reals(1e-3, 2.0)}, SPACE.sizes[:2])
SIZES = (norm(W) + norm(v)) * (norm(x) * norm(v) + norm(W * x) + rho * norm(x) * (1 + norm(x)))

CLAIMS = (
    Claim(
        id="dead-zone",
        space=SPACE,
        beyond=(
            Identity(part="euler-output", formula=2 * f, where=WHERE, defined_by=along_output, theorem=by_definition),
            Identity(part="euler-norm", formula=J, where=WHERE, defined_by=along_norm, theorem=by_definition),
            Inequality(
                part="output",
                smaller=output_size,
                larger=J**2 / (2 * norm(x)),
                where=WHERE,
                tight=aligned,
                slack=1e-12,
                given=(NONZERO_INPUT,),
                theorem=prove_half_square,
            ),
            Inequality(
                part="jacobian",
                smaller=gradient_norm,
                larger=norm(x) * sp.sqrt(norm(W) ** 2 + norm(v) ** 2),
                tight=aligned,
                slack=1e-12,
                theorem=prove_length,
            ),
            Inequality(
                part="one-example",
                smaller=growth,
                larger=sigma(-t * f) * J * (sp.sqrt(norm(W) ** 2 + norm(v) ** 2) - rho),
                where=WHERE,
                tight=aligned,
                slack=1e-9,
                conditioning=SIZES,
                given=(POSITIVE_RADIUS,),
                theorem=prove_radius,
            ),
            K_CLASSES,
            Inequality(
                part="shrinks",
                smaller=mean_growth,
                larger=nothing,
                strictly=True,
                space=SET,
                given=(POSITIVE_RADIUS, LABELS, SLOPES),
                theorem=prove_shrinks,
            ),
            Identity(
                part="sharp",
                formula=sigma(-(k**2) * norm(x) ** 3) * sp.sqrt(2) * k * norm(x) ** 2 * (sp.sqrt(2) * k * norm(x) - rho),
                defined_by=growth_lined_up,
                space=LINED_UP,
                conditioning=k**2 * norm(x) ** 3 + rho * k * norm(x) ** 2,
                given=(POSITIVE_RADIUS, relation("<", 0, s), NONZERO_INPUT, relation("!=", u, sp.ZeroMatrix(h, 1))),
                theorem=by_definition,
            ),
        ),
        assumes=(
            Assumption("grad f is not zero", without_weights(SPACE), parts=("euler-norm", "one-example"), given=(NONZERO_SLOPE,)),
            Assumption("grad h is not zero", still, parts=(K_CLASSES.part,), given=(SOME_SLOPE,)),
            Assumption("|w| < rho", GROWING, parts=("shrinks",), given=(relation("<", LENGTH, rho),)),
        ),
    ),
)
