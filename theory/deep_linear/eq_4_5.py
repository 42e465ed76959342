"""Eq. 4.5: the regularised objective in three readings, each written as an update rule, and which of them is J-SAM.

Statement.  Per example, gamma_z ||z|| + gamma_v ||v||^2 adds -gamma_z z x^T/||z|| to the step of W and -2 gamma_v v to that of v.
            With both norms squared and the coefficients rho sigma(-t f)/(2 J) and rho sigma(-t f) ||x||^2/(2 J) under a
            stop-gradient, the step is that of J-SAM, exactly.
Idea.       All readings add multiples of z x^T and of v; they differ in the coefficients.
Assumes.    z is not zero where its norm is not squared; the coefficients are held fixed in the last reading. All sizes.
As printed. The objective sums over i without a subscript; read as ||z_i||. With constants it is not J-SAM: those that serve one example
            do not serve another. It is nearer for z than a square would be: the coefficient that J-SAM takes for ||z|| stays below rho,
            that for ||z||^2 has no bound. For v the print has the square, whose coefficient has none either.
Source.     Section 4.3, Eq. 4.5; a review asks for an update rule and mentions a stop-gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
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
    pieces,
    rho,
    second_layer,
    t,
    v,
    with_activation,
    x,
    z,
)
from theory.definitions import j_sam, sgd
from theory.definitions import norm as size_of
from theory.domain import Arrays, Batch, Reals, Space, Values
from theory.statement import Assumption, Atoms, Claim, Identity, Inequality
from theory.symbols import Inner, Sign, column, matrix, norm, positive, real, sigma

gamma_z, gamma_v = positive("gamma_z gamma_v")
held, u, k, t2 = real("held"), column("u", h), positive("k"), Sign("t2")
SW, Sv = matrix("SW", h, d), column("Sv", h)

logit_scale = sigma(-t * f)
update_W = t * logit_scale * v * x.T
update_v = t * logit_scale * z
split_W = update_W - rho * logit_scale / J * z * x.T
split_v = update_v - rho * logit_scale * norm(x) ** 2 / J * v

SIZES = SPACE.sizes[:2]
ACTIVE = Space({**SPACE.domains, u: Arrays(2.0)}, SIZES, construct=with_activation, note="W x = u, not zero")
WITH_GAMMAS = Space(
    {**ACTIVE.domains, gamma_z: Reals(0.001, 2.0), gamma_v: Reals(0.001, 2.0)}, SIZES, construct=with_activation, note=ACTIVE.note
)
HELD = Space({**SPACE.domains, held: Values((1.0,))}, SIZES)


TWO_EXAMPLES = Space(
    {**ACTIVE.domains, k: Reals(0.25, 4.0), t2: Values((1.0, -1.0))},
    SIZES,
    construct=with_activation,
    note="W x = u, not zero; the other input is k x",
)

Layers = tuple[jax.Array, jax.Array]


def printed_penalties(w: Layers, x: jax.Array) -> Layers:
    """Return (||W x||, ||v||^2), as Eq. 4.5 prints them."""
    return size_of(w[0] @ x), jnp.sum(w[1] ** 2)


def squared_penalties(w: Layers, x: jax.Array) -> Layers:
    """Return (||W x||^2, ||v||^2)."""
    return jnp.sum((w[0] @ x) ** 2), jnp.sum(w[1] ** 2)


def step(p: SimpleNamespace, penalties: Callable[[Layers, jax.Array], Layers], coefficients: Callable[[Layers], Any]) -> Layers:
    """Return -grad of (loss + coefficients . penalties) in (W, v)."""
    net, loss, weights = pieces(p)

    def objective(w: Layers) -> jax.Array:
        of_z, of_v = coefficients(w)
        z_term, v_term = penalties(w, p.x)
        return loss(net(w)) + of_z * z_term + of_v * v_term

    return jax.tree.map(jnp.negative, jax.grad(objective)(weights))


def with_constants(penalties: Callable[[Layers, jax.Array], Layers], layer: int) -> Callable[[SimpleNamespace], jax.Array]:
    """Return the definition of one layer's step with the constants gamma_z and gamma_v."""
    return lambda p: step(p, penalties, lambda _: (p.gamma_z, p.gamma_v))[layer]


def with_stop_gradient(layer: int) -> Callable[[SimpleNamespace], jax.Array]:
    """Return the definition of one layer's step with squares and J-SAM's coefficients under a stop-gradient, as far as `held` is 1."""

    def definition(p: SimpleNamespace) -> jax.Array:
        net, loss, _ = pieces(p)

        def coefficients(w: Layers) -> tuple[jax.Array, jax.Array]:
            scale = jnp.abs(jax.grad(loss)(net(w)))
            of_z = p.rho * scale / (2.0 * size_of(jax.grad(net)(w)))
            free = of_z, of_z * jnp.sum(p.x**2)
            return jax.tree.map(lambda a: p.held * jax.lax.stop_gradient(a) + (1.0 - p.held) * a, free)

        return step(p, squared_penalties, coefficients)[layer]

    return definition


def needed(p: SimpleNamespace, penalties: Callable[[Layers, jax.Array], Layers], which: int) -> jax.Array:
    """Return the coefficient with which a penalty's gradient has the size of the term that J-SAM adds to SGD in its layer."""
    weights = p.W, p.v
    added = jax.tree.map(jnp.subtract, j_sam(*pieces(p), p.rho), sgd(*pieces(p), p.rho))[which]
    return size_of(added) / size_of(jax.grad(lambda w: penalties(w, p.x)[which])(weights)[which])


def other(p: SimpleNamespace) -> SimpleNamespace:
    """Return the second example at the same weights: input k x, label t2."""
    return SimpleNamespace(W=p.W, v=p.v, x=p.k * p.x, t=p.t2, rho=p.rho)


FROM_THE_OTHER: Atoms = {
    SW: first_layer(sgd),
    Sv: second_layer(sgd),
    gamma_z: lambda p: needed(other(p), printed_penalties, 0),
    gamma_v: lambda p: needed(other(p), printed_penalties, 1),
}


def derive_step(proof: Derivation, z_penalty: sp.Expr, in_W: Any) -> tuple[Any, Any]:
    """Return the steps of W and v under the loss, gamma_z times a penalty on z whose gradient is in_W, and gamma_v ||v||^2."""
    derive_slope(proof, "f", lambda W, v: Inner(v, W * x), v * x.T, W * x)
    y = real("y")
    proof.equal("the loss falls along f at the rate t sigma(-t f)", sp.diff(-sp.log(sigma(t * y)), y), -t * sigma(-t * y))
    derive_slope(proof, f"{z_penalty}", lambda at, _: z_penalty.xreplace({W: at}), in_W, sp.ZeroMatrix(h, 1))
    derive_slope(proof, "||v||^2", lambda _, at: Inner(at, at), sp.ZeroMatrix(*W.shape), 2 * v)
    return t * logit_scale * v * x.T - gamma_z * in_W, t * logit_scale * W * x - 2 * gamma_v * v


def prove_update(s: Identity, d: Derivation) -> None:
    """Differentiate loss and penalties along arbitrary directions."""
    squares = s.part.startswith("squares")
    penalty, gradient = (Inner(W * x, W * x), 2 * W * x * x.T) if squares else (norm(W * x), W * x * x.T / norm(W * x))
    steps = derive_step(d, penalty, gradient)
    d.equal("the step is the formula", steps[0 if s.part.endswith("first-layer") else 1], s.formula.xreplace({z: W * x}))


def prove_stop_gradient(s: Identity, d: Derivation) -> None:
    """The step with squares and constants, with J-SAM's coefficients put in afterwards, and the J-SAM direction: the same formula."""
    layer = 0 if s.part == "stop-gradient-first-layer" else 1
    steps = derive_step(d, Inner(W * x, W * x), 2 * W * x * x.T)
    coefficient = rho * logit_scale / (2 * J)
    held_fixed = steps[layer].xreplace({gamma_z: coefficient, gamma_v: coefficient * norm(x) ** 2})
    d.equal("the step with the coefficients put in is the formula", held_fixed, s.formula.xreplace({z: W * x}))
    d.equal("and the J-SAM direction is the formula", derive_j_sam(d)[layer], s.formula.xreplace({z: W * x}))
    derive_norm(d, s.expand(J))


def derive_needed(proof: Derivation, which: int, gradient: Any, coefficient: sp.Expr) -> None:
    """J-SAM's added term is minus the coefficient times the gradient of the penalty; the coefficient is not negative."""
    direction = derive_j_sam(proof)[which]
    plain = (t * logit_scale * v * x.T, t * logit_scale * W * x)[which]
    proof.equal(
        "J-SAM is SGD minus the coefficient times the penalty's gradient", direction, plain - coefficient.xreplace({z: W * x}) * gradient
    )
    proof.holds("the coefficient is not negative", lambda: bool(coefficient.is_nonnegative), f"{coefficient} >= 0")


NEEDED = {
    "needed-norm": (0, norm(W * x), W * x * x.T / norm(W * x)),
    "needed-square": (0, Inner(W * x, W * x), 2 * W * x * x.T),
    "needed-last-layer": (1, Inner(v, v), 2 * v),
}


def prove_needed(s: Identity, d: Derivation) -> None:
    """Differentiate the penalty and compare it with the added term."""
    which, penalty, gradient = NEEDED[s.part]
    zeros = sp.ZeroMatrix(*W.shape), sp.ZeroMatrix(h, 1)
    slopes = (gradient, zeros[1]) if which == 0 else (zeros[0], gradient)
    derive_slope(d, f"{penalty}", lambda at_W, at_v: penalty.xreplace({W: at_W, v: at_v}), *slopes)
    derive_needed(d, which, gradient, s.formula)
    derive_norm(d, s.expand(J))


def prove_bounded(s: Inequality, d: Derivation) -> None:
    """||z||^2 is less than J^2 and the logit scale less than 1."""
    derive_slope(d, "||z||", lambda at, _: norm(at * x), W * x * x.T / norm(W * x), sp.ZeroMatrix(h, 1))
    derive_needed(d, 0, W * x * x.T / norm(W * x), rho * logit_scale * norm(z) / J)
    derive_norm(d, s.expand(J))
    d.equal("sigma(u) + sigma(-u) = 1 with both positive, so sigma(-t f) < 1", sigma(-t * f) + sigma(t * f), sp.S.One)
    scale, size_z, rest, root, radius = real("scale size_z rest root radius")
    given = [scale > 0, scale < 1, size_z > 0, rest > 0, root > 0, sp.Eq(root**2, size_z**2 + rest**2), radius > 0]
    d.decided("the coefficient stays below rho", given, radius * scale * size_z < radius * root)
    d.equal("which is the larger side", rho, s.larger)


def nearly_met(batch: Batch) -> Batch:
    """Return points where the bound is met up to rounding: a large activation, a small last layer, and a confident mistake."""
    W, v, x = 1e6 * np.ones_like(batch["W"]), -1e-3 * batch["t"][:, None] * np.ones_like(batch["v"]), np.ones_like(batch["x"])
    return {**batch, "W": W, "v": v, "x": x}


def constants(part: str, formula: Any, layer: int, penalties: Callable[[Layers, jax.Array], Layers], space: Space) -> Identity:
    """Return the statement of an update rule with constants."""
    return Identity(part=part, formula=formula, where=WHERE, space=space, defined_by=with_constants(penalties, layer), proof=prove_update)


# the term read off is a difference of directions: the conditioning is their size over that of the penalty's gradient
size_W = norm(v) * norm(x) + rho * norm(x)
CLAIMS = (
    Claim(
        id="eq-4.5",
        idea="all readings add multiples of z x^T and v; only frozen coefficients that depend on the example are J-SAM's",
        space=ACTIVE,
        printed=(
            constants("update-first-layer", update_W - gamma_z * z * x.T / norm(z), 0, printed_penalties, WITH_GAMMAS),
            constants("update-second-layer", update_v - 2 * gamma_v * v, 1, printed_penalties, WITH_GAMMAS),
            Identity(
                part="mirrors-first-layer",
                formula=SW - gamma_z * z * x.T / norm(z),
                where={z: W * x},
                atoms=FROM_THE_OTHER,
                space=TWO_EXAMPLES,
                defined_by=first_layer(j_sam),
            ),
            Identity(
                part="mirrors-second-layer",
                formula=Sv - 2 * gamma_v * v,
                atoms=FROM_THE_OTHER,
                space=TWO_EXAMPLES,
                defined_by=second_layer(j_sam),
            ),
        ),
        corrected=(
            Identity(
                part="stop-gradient-first-layer",
                formula=split_W,
                where=WHERE,
                space=HELD,
                defined_by=with_stop_gradient(0),
                proof=prove_stop_gradient,
            ),
            Identity(
                part="stop-gradient-second-layer",
                formula=split_v,
                where=WHERE,
                space=HELD,
                defined_by=with_stop_gradient(1),
                proof=prove_stop_gradient,
            ),
        ),
        beyond=(
            constants("squares-first-layer", update_W - 2 * gamma_z * z * x.T, 0, squared_penalties, WITH_GAMMAS),
            Identity(
                part="needed-norm",
                formula=rho * logit_scale * norm(z) / J,
                where=WHERE,
                defined_by=lambda p: needed(p, printed_penalties, 0),
                conditioning=size_W / norm(x),
                proof=prove_needed,
            ),
            Inequality(
                part="needed-norm-bounded",
                smaller=lambda p: needed(p, printed_penalties, 0),
                larger=rho,
                strictly=True,
                where=WHERE,
                tight=nearly_met,
                conditioning=size_W / norm(x),
                proof=prove_bounded,
            ),
            Identity(
                part="needed-square",
                formula=rho * logit_scale / (2 * J),
                where=WHERE,
                defined_by=lambda p: needed(p, squared_penalties, 0),
                conditioning=size_W / (norm(x) * norm(W * x)),
                proof=prove_needed,
            ),
            Identity(
                part="needed-last-layer",
                formula=rho * logit_scale * norm(x) ** 2 / (2 * J),
                where=WHERE,
                defined_by=lambda p: needed(p, squared_penalties, 1),
                conditioning=(norm(W * x) + rho * norm(x)) / norm(v),
                proof=prove_needed,
            ),
        ),
        assumes=(
            Assumption(
                "the coefficients are held fixed",
                HELD.but(held=Values((0.0,))),
                parts=("stop-gradient-first-layer", "stop-gradient-second-layer"),
            ),
        ),
    ),
)
