"""Eqs. 2.7 to 2.9: the directions of 1-SAM, L-SAM and J-SAM, and what their signs mean.

Statement.  Each direction is t sigma(-t f) grad f with the logit scale and the Jacobian taken at w or at w + eps. All
            three are descent directions: 1-SAM is -grad l at w + eps as printed; L-SAM is a positive multiple of -grad l at
            w; J-SAM is a positive multiple of -grad l at w + eps. At rho = 0 each is the direction of SGD.
Idea.       Eq. 2.3 at any weights: -grad l = t sigma(-t f) grad f, and sigma > 0.
Assumes.    The gradient at w is not zero (else eps is undefined); eps is held fixed while l(w + eps) is differentiated.
As printed. Eq. 2.7 writes the minus sign before its gradient, Eqs. 2.8 and 2.9 have none before Delta. So Delta takes the
            place of -grad l, and the step is w + eta Delta. The left side of Eq. 2.7 has the indices that its right side lacks.
Source.     Section 2.3, Eqs. 2.7-2.9.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.definitions import gradient, j_sam, l_sam, logistic, negative, one_sam, perturbed, sgd
from theory.domain import Arrays, Batch, Reals, Space, Values
from theory.goal import Goal
from theory.kernel.rules import Theorem, all_of, decided, equal, relation
from theory.kernel.tactics import by_definition
from theory.meaning import gradient as slope_of
from theory.meaning import logistic as loss_of
from theory.meaning import means
from theory.setting.batch import n, network, w
from theory.statement import Assumption, Atoms, Claim, Definition, Identity
from theory.symbols import Sign, column, norm, positive, sigma

t, rho, through = Sign("t"), positive("rho"), sp.Symbol("through", real=True)
f, fe = sp.symbols("f fe", real=True)  # the output at w, and at w + eps
S = positive("S")  # size of the terms that cancel in the output at w + eps, whose rounding is the rounding of the exponent in sigma
x, df, dfe, g = column("x", n), column("df", n), column("dfe", n), column("g", n)  # the Jacobian at w and at w + eps; a gradient

SPACE = Space(
    {w: Arrays(2.0), x: Arrays(2.0, zero=True), t: Values((1.0, -1.0)), rho: Reals(1e-3, 2.0), through: Values((0.0,))},
    sizes=({n: 1}, {n: 4}),
    note="through = 0: eps is held fixed",
)


def at_rest(batch: Batch) -> Batch:
    """Put weights and input to zero, where the gradient of the model is zero."""
    return {**batch, "w": 0 * batch["w"], "x": 0 * batch["x"]}


ASSUMES = (Assumption("the gradient is not zero", Space(SPACE.domains, SPACE.sizes, at_rest, note="weights and input zero")),)
FIXED = Assumption("eps is held fixed", SPACE.but(through=Values((1.0,))), parts=("direction",))


def pieces(p: SimpleNamespace) -> tuple[Any, Any, Any]:
    """Return (network, loss, weights) at the drawn point, for the methods of theory.definitions."""
    return (lambda q: network(q, p.x)), (lambda out: logistic(out, p.t)), p.w


def moved(p: SimpleNamespace) -> jax.Array:
    """Return w + eps, shape (n,)."""
    return perturbed(*pieces(p), p.rho)


def meant(logit_at: sp.Symbol, jacobian_at: sp.MatrixSymbol) -> Any:
    """Return minus the slope of the loss at an output, times a Jacobian: the chain rule for the network, whatever it is."""
    return -slope_of(lambda out: loss_of(out, t), logit_at) * jacobian_at


MEANT = {sgd: meant(f, df), one_sam: meant(fe, dfe), l_sam: meant(fe, df), j_sam: meant(f, dfe)}


def by(method: Callable[..., Any]) -> Definition:
    """Return the definition of a method's direction, shape (n,)."""
    return means(MEANT[method])(lambda p: method(*pieces(p), p.rho))


def at_zero(method: Callable[..., Any]) -> Definition:
    """Return the definition of a method's direction with rho = 0."""
    return means(MEANT[sgd])(lambda p: method(*pieces(p), 0.0 * p.rho))


@means(MEANT[one_sam])
def one_sam_or_total(p: SimpleNamespace) -> jax.Array:
    """Return the 1-SAM direction; where `through` is 1, minus the gradient of l(w + eps(w)), eps differentiated too."""
    net, loss, weights = pieces(p)
    total = jax.grad(lambda q: loss(net(perturbed(net, loss, q, p.rho))))(weights)
    return (1.0 - p.through) * one_sam(net, loss, weights, p.rho) - p.through * total


ATOMS: Atoms = {
    f: lambda p: network(p.w, p.x),
    df: lambda p: jax.grad(network)(p.w, p.x),
    fe: lambda p: network(moved(p), p.x),
    dfe: lambda p: jax.grad(network)(moved(p), p.x),
    S: lambda p: 4.0 * len(p.w) + jnp.dot(moved(p), moved(p)),
}
SGD = {g: by(sgd)}
AT_MOVED = {g: means(MEANT[one_sam])(lambda p: negative(gradient(*pieces(p)[:2], moved(p))))}


def direction(logit_at: sp.Symbol, jacobian_at: sp.MatrixSymbol, defined_by: Definition) -> Identity:
    """Return the equation itself: t sigma(-t f) grad f with the two places given."""
    scale = sigma(-t * logit_at)
    terms = S * scale * (1 + norm(jacobian_at))
    return Identity(
        part="direction", formula=t * scale * jacobian_at, atoms=ATOMS, defined_by=defined_by, conditioning=terms, theorem=by_definition
    )


def sgd_at_zero(method: Callable[..., Any]) -> tuple[Identity, ...]:
    """Return the statement that the method is SGD at rho = 0."""
    return (Identity(part="sgd-at-zero", formula=t * sigma(-t * f) * df, atoms=ATOMS, defined_by=at_zero(method), theorem=by_definition),)


def prove_sign(goal: Goal) -> Theorem:
    """The directions are equal, and a quotient of sigmoids is positive."""
    equation, sign = goal.conclusion.parts
    return all_of(equal(equation.left, equation.right), decided(sign))


CLAIMS = (
    Claim(
        id="eq-2.7",
        space=SPACE,
        printed=(direction(fe, dfe, one_sam_or_total),),
        beyond=sgd_at_zero(one_sam),
        assumes=(*ASSUMES, FIXED),
    ),
    Claim(
        id="eq-2.8",
        space=SPACE,
        printed=(
            direction(fe, df, by(l_sam)),
            Identity(
                part="sign",
                formula=sigma(-t * fe) / sigma(-t * f) * g,
                also=(relation("<", 0, sigma(-t * fe) / sigma(-t * f)),),
                atoms={**ATOMS, **SGD},
                defined_by=by(l_sam),
                theorem=prove_sign,
            ),
        ),
        beyond=sgd_at_zero(l_sam),
        assumes=ASSUMES,
    ),
    Claim(
        id="eq-2.9",
        space=SPACE,
        printed=(
            direction(f, dfe, by(j_sam)),
            Identity(
                part="sign",
                formula=sigma(-t * f) / sigma(-t * fe) * g,
                also=(relation("<", 0, sigma(-t * f) / sigma(-t * fe)),),
                atoms={**ATOMS, **AT_MOVED},
                defined_by=by(j_sam),
                theorem=prove_sign,
            ),
        ),
        beyond=sgd_at_zero(j_sam),
        assumes=ASSUMES,
    ),
)
