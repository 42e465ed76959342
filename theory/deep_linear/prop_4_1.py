"""Proposition 4.1: J-SAM and SGD with L2 penalties on the activation and on the last layer.

Statement.  The terms that J-SAM adds to SGD are -a z x^T in W and -b v in v, that is -grad of a/2 ||z||^2 and b/2 ||v||^2 with
            a = rho sigma(-t f)/J and b = a ||x||^2 held fixed. With these coefficients it is exact, not approximate.
Idea.       z x^T and v are the gradients of half the squared norms; the rest are Eqs. 4.2 and 4.4.
Assumes.    grad f is not zero. All widths and input dimensions.
As printed. "SGD with an L2 penalty" has one coefficient for all examples and steps. The coefficient that serves one example does not
            serve another at the same weights. Nor is it right up to a factor: as all weights shrink to 0, a grows without bound.
            Since a and b depend on the weights, no penalty of the printed kind has this gradient; see jsam-exact for one that has.
Source.     Section 4.2, Proposition 4.1 and the remarks after its proof.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.attack.derivation import Derivation
from theory.deep_linear.network import (
    SPACE,
    WHERE,
    J,
    W,
    d,
    derive_j_sam,
    derive_norm,
    derive_slope,
    f,
    first_layer,
    h,
    rho,
    second_layer,
    t,
    v,
    with_activation,
    without_weights,
    x,
    z,
)
from theory.definitions import j_sam, sgd
from theory.domain import Arrays, Reals, Space, Values
from theory.statement import Assumption, Atoms, Claim, Identity
from theory.symbols import Inner, Sign, column, matrix, norm, positive, sigma

# the SGD direction, the gradients of the two penalties, and the coefficients a and b
SW, PW = matrix("SW", h, d), matrix("PW", h, d)
Sv, Pv = column("Sv", h), column("Pv", h)
a, b, c = positive("a b c")
x2, t2, u = column("x2", d), Sign("t2"), column("u", h)

WITH_COEFFICIENTS = {**WHERE, a: rho * sigma(-t * f) / J, b: rho * sigma(-t * f) * norm(x) ** 2 / J}

TWO_EXAMPLES = Space(
    {**SPACE.domains, x2: Arrays(2.0), t2: Values((1.0, -1.0)), u: Arrays(2.0)},
    SPACE.sizes[:2],
    construct=lambda batch: with_activation(batch, at="x2"),
    note="W x2 = u, so that the second activation is not zero",
)
SCALED = Space({**SPACE.domains, u: Arrays(2.0), c: Reals(0.01, 2.0)}, SPACE.sizes[:2], construct=with_activation, note="W x = u, not zero")


def penalties(p: SimpleNamespace) -> tuple[jax.Array, jax.Array]:
    """Return the gradients in (W, v) of (||W x||^2 + ||v||^2)/2."""

    def penalty(w: tuple[jax.Array, jax.Array]) -> jax.Array:
        return (jnp.sum((w[0] @ p.x) ** 2) + jnp.sum(w[1] ** 2)) / 2.0

    return jax.grad(penalty)((p.W, p.v))


def read_off(p: SimpleNamespace) -> tuple[jax.Array, jax.Array]:
    """Return the coefficients (a, b) of the two penalty gradients that J-SAM adds at this example, by projection."""
    added = [moved - plain for moved, plain in zip(directions(p, j_sam), directions(p, sgd), strict=True)]
    of_W, of_v = (-jnp.sum(extra * gradient) / jnp.sum(gradient**2) for extra, gradient in zip(added, penalties(p), strict=True))
    return of_W, of_v


def directions(p: SimpleNamespace, method: Any) -> tuple[jax.Array, jax.Array]:
    """Return a method's directions of both layers."""
    return first_layer(method)(p), second_layer(method)(p)


def other(p: SimpleNamespace) -> SimpleNamespace:
    """Return the second example at the same weights."""
    return SimpleNamespace(W=p.W, v=p.v, x=p.x2, t=p.t2, rho=p.rho)


def shrunk_coefficient(p: SimpleNamespace) -> jax.Array:
    """Return the coefficient a where all weights are multiplied by c, shape ()."""
    return read_off(SimpleNamespace(W=p.c * p.W, v=p.c * p.v, x=p.x, t=p.t, rho=p.rho))[0]


ATOMS: Atoms = {SW: first_layer(sgd), Sv: second_layer(sgd), PW: lambda p: penalties(p)[0], Pv: lambda p: penalties(p)[1]}
FROM_THE_OTHER: Atoms = {**ATOMS, a: lambda p: read_off(other(p))[0], b: lambda p: read_off(other(p))[1]}


def derive_penalties(proof: Derivation) -> dict[Any, Any]:
    """Return what the four atoms are: the SGD direction, and z x^T and v as gradients of half the squared norms."""
    derive_slope(proof, "half the squared norm of z", lambda W, _: Inner(W * x, W * x) / 2, W * x * x.T, sp.ZeroMatrix(h, 1))
    derive_slope(proof, "half the squared norm of v", lambda _, v: Inner(v, v) / 2, sp.ZeroMatrix(h, d), v)
    return {SW: t * sigma(-t * f) * v * x.T, Sv: t * sigma(-t * f) * W * x, PW: W * x * x.T, Pv: v}


def prove_gradients(s: Identity, d: Derivation) -> None:
    """The printed gradient is that of half the squared norm."""
    derived = derive_penalties(d)
    d.equal("so the gradient is the formula", derived[PW if s.part == "activation-gradient" else Pv], s.formula.xreplace({z: W * x}))


def prove_reduces(s: Identity, d: Derivation) -> None:
    """SGD, minus the coefficient times the penalty gradient, is J-SAM; the coefficient is not negative, so it is a penalty."""
    direction = derive_j_sam(d)[0 if s.part == "first-layer" else 1]
    coefficients = {symbol: meaning for symbol, meaning in s.where.items() if symbol in (a, b)}
    formula = s.formula.xreplace(coefficients).xreplace(derive_penalties(d))
    d.equal("the J-SAM direction is the formula", direction, formula)
    derive_norm(d, s.expand(J))
    d.positive("the coefficient of the activation is positive", rho * sigma(-t * f) / J)


def prove_unbounded(s: Identity, d: Derivation) -> None:
    """f is quadratic and J linear in a common factor of the weights; the logit scale stays above 0, so a grows as 1/c."""
    d.equal("f of the scaled weights is c^2 f", Inner(c * v, c * W * x), c**2 * Inner(v, W * x))
    square = Inner(c * v * x.T, c * v * x.T) + Inner(c * W * x, c * W * x)
    d.equal("and their J is c J", square, c**2 * (Inner(v * x.T, v * x.T) + Inner(W * x, W * x)))
    d.equal("so the coefficient is the formula", (rho * sigma(-t * f) / J).xreplace({f: c**2 * f, J: c * J}), s.formula)
    derive_norm(d, s.expand(J))
    d.tends("its inverse tends to 0 with c, so that it has no bound", 1 / s.formula, c, 0, 0)


CLAIMS = (
    Claim(
        id="prop-4.1",
        idea="the added terms of Eqs. 4.2 and 4.4 are gradients of squared norms at frozen coefficients",
        space=SPACE,
        printed=(
            Identity(
                part="activation-gradient", formula=z * x.T, where={z: W * x}, defined_by=lambda p: penalties(p)[0], proof=prove_gradients
            ),
            Identity(part="weight-gradient", formula=v, defined_by=lambda p: penalties(p)[1], proof=prove_gradients),
            Identity(
                part="reduces-first-layer", formula=SW - a * PW, atoms=FROM_THE_OTHER, space=TWO_EXAMPLES, defined_by=first_layer(j_sam)
            ),
            Identity(
                part="reduces-second-layer", formula=Sv - b * Pv, atoms=FROM_THE_OTHER, space=TWO_EXAMPLES, defined_by=second_layer(j_sam)
            ),
        ),
        corrected=(
            Identity(
                part="first-layer",
                formula=SW - a * PW,
                where=WITH_COEFFICIENTS,
                atoms=ATOMS,
                defined_by=first_layer(j_sam),
                proof=prove_reduces,
            ),
            Identity(
                part="second-layer",
                formula=Sv - b * Pv,
                where=WITH_COEFFICIENTS,
                atoms=ATOMS,
                defined_by=second_layer(j_sam),
                proof=prove_reduces,
            ),
        ),
        beyond=(
            Identity(
                part="unbounded",
                formula=rho * sigma(-t * c**2 * f) / (c * J),
                where=WHERE,
                space=SCALED,
                defined_by=shrunk_coefficient,
                # a difference of directions of size c ||v|| ||x|| + rho ||x||, divided by a gradient of size c ||z|| ||x||
                conditioning=norm(v) / norm(W * x) + rho / (c * norm(W * x)),
                proof=prove_unbounded,
            ),
        ),
        assumes=(Assumption("grad f is not zero", without_weights(SPACE), parts=("first-layer", "second-layer")),),
    ),
)
