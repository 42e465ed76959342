"""Sections 2.3 and 3: in a linear model the Jacobian is the input, so J-SAM is SGD and L-SAM is 1-SAM.

Statement.  For f = <w, x>: grad f = x at every w; the J-SAM direction is SGD's direction, the L-SAM direction is 1-SAM's direction.
Idea.       J-SAM moves only where the Jacobian is taken, and L-SAM leaves only that in place: a constant does not notice.
Assumes.    The model is linear, and x is not zero (else eps is undefined). Any input dimension.
Source.     Section 2.3 and the opening of Section 3.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.definitions import j_sam, l_sam, linear, logistic, one_sam, sgd
from theory.domain import Arrays, Batch, Reals, Space, Values
from theory.kernel.rules import relation
from theory.kernel.tactics import by_definition
from theory.meaning import ascended, means
from theory.meaning import gradient as slope_of
from theory.meaning import logistic as loss_of
from theory.statement import Assumption, Claim, Definition, Identity
from theory.symbols import Inner, Sign, column, positive, size

n = size("n")
w, x, target = column("w", n), column("x", n), column("target", n)
t, rho, bend = Sign("t"), positive("rho"), sp.Symbol("bend", real=True)

SPACE = Space(
    {w: Arrays(3.0, zero=True), x: Arrays(3.0), t: Values((1.0, -1.0)), rho: Reals(1e-3, 2.0), bend: Values((0.0,))},
    sizes=({n: 1}, {n: 4}),
    note="bend = 0: the model is linear",
)


def no_input(batch: Batch) -> Batch:
    """Put the input to zero, so that the gradient is zero."""
    return {**batch, "x": 0 * batch["x"]}


def model(weights: jax.Array, p: SimpleNamespace) -> jax.Array:
    """Return <w, x> + bend <w, w>: linear in the weights exactly where bend = 0."""
    return linear(weights, p.x) + p.bend * jnp.dot(weights, weights)


def meant(at: Any) -> sp.Expr:
    """Return what the model computes at weights, where bend = 0."""
    return Inner(at, x)


def meant_direction(logit_at: Any, jacobian_at: Any) -> Any:
    """Return minus the slope of the loss at the output of `logit_at`, times the Jacobian at `jacobian_at`."""
    return -slope_of(lambda out: loss_of(out, t), meant(logit_at)) * slope_of(meant, jacobian_at)


def meant_loss(at: Any) -> sp.Expr:
    """Return the loss at weights."""
    return loss_of(meant(at), t)


MOVED = ascended(w, slope_of(meant_loss, w), rho)
MEANT = {
    sgd: -slope_of(meant_loss, w),
    one_sam: -slope_of(meant_loss, MOVED),
    l_sam: meant_direction(MOVED, w),
    j_sam: meant_direction(w, MOVED),
}


def by(method: Callable[..., Any]) -> Definition:
    """Return the definition of a method's direction, shape (n,)."""
    return means(MEANT[method])(lambda p: method(lambda q: model(q, p), lambda out: logistic(out, p.t), p.w, p.rho))


@means(slope_of(meant, w))
def jacobian(p: SimpleNamespace) -> jax.Array:
    """Return grad f, shape (n,)."""
    return jax.grad(model)(p.w, p)


GIVEN = (relation("<", 0, rho),)
NONZERO = relation("!=", x, sp.ZeroMatrix(n, 1))

CLAIMS = (
    Claim(
        id="hybrids-linear",
        space=SPACE,
        printed=(
            Identity(part="jacobian", formula=x, defined_by=jacobian, theorem=by_definition),
            Identity(
                part="j-sam-is-sgd", formula=target, atoms={target: by(sgd)}, defined_by=by(j_sam), given=GIVEN, theorem=by_definition
            ),
            Identity(
                part="l-sam-is-1-sam", formula=target, atoms={target: by(one_sam)}, defined_by=by(l_sam), given=GIVEN, theorem=by_definition
            ),
        ),
        assumes=(
            Assumption("the model is linear", SPACE.but(bend=Reals(0.5, 2.0))),
            Assumption(
                "x is not zero",
                Space(SPACE.domains, SPACE.sizes, no_input, note="x = 0"),
                parts=("j-sam-is-sgd", "l-sam-is-1-sam"),
                given=(NONZERO,),
            ),
        ),
    ),
)
