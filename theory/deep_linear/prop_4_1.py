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

from theory.deep_linear.network import (
    MEANT_J_SAM,
    MEANT_SGD,
    NONZERO_ACTIVATION,
    NONZERO_INPUT,
    NONZERO_SLOPE,
    POSITIVE_RADIUS,
    SPACE,
    SQUARED_SLOPE,
    WHERE,
    J,
    SymbolicLayers,
    W,
    d,
    f,
    first_layer,
    h,
    meant_gradient,
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
from theory.goal import Goal, limit
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, all_of, cut, decided, equal, put, tends
from theory.kernel.tactics import by_definition, exp_not_smaller
from theory.kernel.terms import Rel, plain
from theory.meaning import means
from theory.statement import Assumption, Atoms, Claim, Identity
from theory.symbols import Inner, Sign, column, matrix, norm, positive, real, sigma

# the SGD direction, the gradients of the two penalties, and the coefficients a and b
SW, PW = matrix("SW", h, d), matrix("PW", h, d)
Sv, Pv = column("Sv", h), column("Pv", h)
a, b, c = positive("a b c")
x2, t2, u = column("x2", d), Sign("t2"), column("u", h)

POSITIVE_SCALE = relation("<", 0, c)
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


def second_example(p: SimpleNamespace) -> SimpleNamespace:
    """Return the second example at the same weights."""
    return SimpleNamespace(W=p.W, v=p.v, x=p.x2, t=p.t2, rho=p.rho)


def shrunk_coefficient(p: SimpleNamespace) -> jax.Array:
    """Return the coefficient a where all weights are multiplied by c, shape ()."""
    return read_off(SimpleNamespace(W=p.c * p.W, v=p.c * p.v, x=p.x, t=p.t, rho=p.rho))[0]


def meant_penalty(at: SymbolicLayers) -> sp.Expr:
    """Return (||W x||^2 + ||v||^2)/2 at weights (W, v)."""
    return (Inner(at[0] * x, at[0] * x) + Inner(at[1], at[1])) / 2


def meant_coefficient() -> sp.Expr:
    """Return the coefficient a, by projection, where all weights are multiplied by c."""
    scaled = {W: c * W, v: c * v}
    added = (MEANT_J_SAM[0] - MEANT_SGD[0]).xreplace(scaled)
    penalty = MEANT_PENALTIES[0].xreplace(scaled)
    return -Inner(added, penalty) / Inner(penalty, penalty)


MEANT_PENALTIES = meant_gradient(meant_penalty)
first_penalty = means(MEANT_PENALTIES[0])(lambda p: penalties(p)[0])
last_penalty = means(MEANT_PENALTIES[1])(lambda p: penalties(p)[1])
means(meant_coefficient())(shrunk_coefficient)
ATOMS: Atoms = {SW: first_layer(sgd), Sv: second_layer(sgd), PW: first_penalty, Pv: last_penalty}
FROM_THE_OTHER: Atoms = {**ATOMS, a: lambda p: read_off(second_example(p))[0], b: lambda p: read_off(second_example(p))[1]}


LENGTH, OUTPUT = sp.sqrt(SQUARED_SLOPE), Inner(v, W * x)
INVERSE = c * LENGTH * (1 + sp.exp(t * c**2 * OUTPUT)) / rho  # 1 over the coefficient: that it tends to 0 says that this one has no bound


def prove_unbounded(goal: Goal) -> Theorem:
    """For |c| < 1 the inverse is at most |c| J (1 + e^|f|) / rho, which is as small as |c| is."""
    equation, _ = goal.conclusion.parts
    coefficient = equal(equation.left, equation.right, *sorted((h for h in goal.hypotheses if isinstance(h, Rel) and h.op != "="), key=str))
    s, epsilon, size, E, k, most = real("s epsilon size E k most")
    given = (
        *(relation("<", 0, letter) for letter in (size, k, epsilon, E)),
        relation("<=", E, most),
        relation("<", sp.Abs(s), epsilon * k / (size * (1 + most))),
    )
    near = decided(relation("<", sp.Abs(s) * size * (1 + E) / k, epsilon), given=given)
    near = decided(relation("<", sp.Abs(s * size * (1 + E) / k), epsilon), near, given=given)
    z, power, top = plain(c), t * plain(c) ** 2 * OUTPUT, sp.Abs(OUTPUT)
    told = {s: z, size: LENGTH, E: sp.exp(power), k: plain(rho), most: sp.exp(top)}
    near = put(near, told, NONZERO_SLOPE)
    short = relation("<", sp.Abs(z - 0), 1)
    below = decided(relation("<=", power, top), given=(short,))
    larger = cut(exp_not_smaller(power, top), below)
    facts = [decided(relation("<", 0, LENGTH), given=(NONZERO_SLOPE,)), decided(relation("<", 0, sp.exp(power))), larger]
    close = tends(INVERSE, z, sp.S.Zero, sp.S.Zero, epsilon, cut(near, *facts))
    return all_of(coefficient, close)


CLAIMS = (
    Claim(
        id="prop-4.1",
        space=SPACE,
        printed=(
            Identity(part="activation-gradient", formula=z * x.T, where={z: W * x}, defined_by=first_penalty, theorem=by_definition),
            Identity(part="weight-gradient", formula=v, defined_by=last_penalty, theorem=by_definition),
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
                given=(POSITIVE_RADIUS,),
                theorem=by_definition,
            ),
            Identity(
                part="second-layer",
                formula=Sv - b * Pv,
                where=WITH_COEFFICIENTS,
                atoms=ATOMS,
                defined_by=second_layer(j_sam),
                given=(POSITIVE_RADIUS,),
                theorem=by_definition,
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
                given=(POSITIVE_RADIUS, POSITIVE_SCALE, NONZERO_ACTIVATION, NONZERO_INPUT, NONZERO_SLOPE),
                also=(limit(INVERSE, c, sp.S.Zero, sp.S.Zero),),
                theorem=prove_unbounded,
            ),
        ),
        assumes=(Assumption("grad f is not zero", without_weights(SPACE), parts=("first-layer", "second-layer"), given=(NONZERO_SLOPE,)),),
    ),
)
