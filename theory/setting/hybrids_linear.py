"""Sections 2.3 and 3: in a linear model the Jacobian is the input, so J-SAM is SGD and L-SAM is 1-SAM.

Statement.  For f = <w, x>: grad f = x at every w; the J-SAM direction is that of SGD, the L-SAM direction that of 1-SAM.
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

from theory.attack import chains
from theory.attack.derivation import Derivation
from theory.definitions import j_sam, l_sam, linear, logistic, one_sam, sgd
from theory.domain import Arrays, Batch, Reals, Space, Values
from theory.statement import Assumption, Claim, Definition, Identity
from theory.symbols import Inner, Sign, column, positive, sigma, size

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


def by(method: Callable[..., Any]) -> Definition:
    """Return the definition of a method's direction, shape (n,)."""
    return lambda p: method(lambda q: model(q, p), lambda out: logistic(out, p.t), p.w, p.rho)


def jacobian(p: SimpleNamespace) -> jax.Array:
    """Return grad f, shape (n,)."""
    return jax.grad(model)(p.w, p)


def derive_jacobian(d: Derivation) -> None:
    """Differentiate <w, x> along an arbitrary direction k."""
    s, k = sp.Symbol("s", real=True), column("k", n)
    d.equal("along any k, f changes by <x, k>, whatever w is", sp.diff(chains.scalar(Inner(w + s * k, x)), s), Inner(x, k))


def prove_jacobian(s: Identity, d: Derivation) -> None:
    """The gradient is what gives that change."""
    derive_jacobian(d)
    k = column("k", n)
    d.equal("which is <formula, k>", Inner(x, k), Inner(s.formula, k))


def prove_same(logit_at: sp.Expr) -> Callable[[Identity, Derivation], None]:
    """Return the proof that both methods take the logit scale at `logit_at`, and the Jacobian where it is x."""

    def prove(s: Identity, d: Derivation) -> None:
        derive_jacobian(d)
        u = sp.Symbol("u", real=True)
        d.equal("the loss falls along the output at the rate t sigma(-t u)", sp.diff(sp.log(sigma(t * u)), u), t * sigma(-t * u))
        both = t * sigma(-t * logit_at) * x
        d.equal("with the Jacobian x at w and at w + eps, both directions are this one", both, s.formula.xreplace({target: both}))

    return prove


shifted = Inner(w - rho * t * x / sp.sqrt(Inner(x, x)), x)  # the output at w + eps: the loss gradient is -t times a positive multiple of x

CLAIMS = (
    Claim(
        id="hybrids-linear",
        idea="a constant Jacobian does not notice where it is taken",
        space=SPACE,
        printed=(
            Identity(part="jacobian", formula=x, defined_by=jacobian, proof=prove_jacobian),
            Identity(part="j-sam-is-sgd", formula=target, atoms={target: by(sgd)}, defined_by=by(j_sam), proof=prove_same(Inner(w, x))),
            Identity(part="l-sam-is-1-sam", formula=target, atoms={target: by(one_sam)}, defined_by=by(l_sam), proof=prove_same(shifted)),
        ),
        assumes=(
            Assumption("the model is linear", SPACE.but(bend=Reals(0.5, 2.0))),
            Assumption(
                "x is not zero", Space(SPACE.domains, SPACE.sizes, no_input, note="x = 0"), parts=("j-sam-is-sgd", "l-sam-is-1-sam")
            ),
        ),
    ),
)
