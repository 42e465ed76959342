"""The penalties of Eq. 4.5 in three readings: steps and coefficients as programs, what the programs mean, and where they are tried."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.deep_linear.network import (
    MEANT_J_SAM,
    MEANT_SGD,
    SPACE,
    J,
    SymbolicLayers,
    W,
    d,
    f,
    first_layer,
    h,
    meant_gradient,
    meant_length,
    meant_loss,
    meant_output,
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
from theory.domain import Arrays, Reals, Space, Values
from theory.meaning import gradient as slope_of
from theory.meaning import logistic as loss_of
from theory.meaning import means
from theory.statement import Atoms
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
    meant = meant_step(MEANT_PRINTED if penalties is printed_penalties else MEANT_SQUARED, gamma_z, gamma_v)[layer]
    return means(meant)(lambda p: step(p, penalties, lambda _: (p.gamma_z, p.gamma_v))[layer])


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

    return means(MEANT_HELD[layer])(definition)


# ---- what the programs mean ----
MEANT_PRINTED = (lambda at: norm(at[0] * x), lambda at: Inner(at[1], at[1]))
MEANT_SQUARED = (lambda at: Inner(at[0] * x, at[0] * x), lambda at: Inner(at[1], at[1]))
Penalties = tuple[Callable[[SymbolicLayers], sp.Expr], Callable[[SymbolicLayers], sp.Expr]]


def meant_step(penalties: Penalties, of_z: sp.Expr, of_v: sp.Expr) -> SymbolicLayers:
    """Return -grad of (loss + coefficients . penalties) in (W, v), the coefficients held fixed."""
    first, second = meant_gradient(lambda at: meant_loss(at) + of_z * penalties[0](at) + of_v * penalties[1](at))
    return -first, -second


def meant_needed(penalties: Penalties, layer: int) -> sp.Expr:
    """Return the size of J-SAM's added term over the size of the penalty's gradient."""
    return norm(MEANT_J_SAM[layer] - MEANT_SGD[layer]) / norm(meant_gradient(penalties[layer])[layer])


_scale = sp.Abs(slope_of(lambda out: loss_of(out, t), meant_output((W, v))))
OF_Z = rho * _scale / (2 * meant_length(meant_gradient(meant_output)))
MEANT_HELD = meant_step(MEANT_SQUARED, OF_Z, OF_Z * Inner(x, x))


def needed(p: SimpleNamespace, penalties: Callable[[Layers, jax.Array], Layers], layer: int) -> jax.Array:
    """Return the coefficient with which a penalty's gradient has the size of the term that J-SAM adds to SGD in its layer."""
    weights = p.W, p.v
    added = jax.tree.map(jnp.subtract, j_sam(*pieces(p), p.rho), sgd(*pieces(p), p.rho))[layer]
    return size_of(added) / size_of(jax.grad(lambda w: penalties(w, p.x)[layer])(weights)[layer])


needed_norm = means(meant_needed(MEANT_PRINTED, 0))(lambda p: needed(p, printed_penalties, 0))
needed_square = means(meant_needed(MEANT_SQUARED, 0))(lambda p: needed(p, squared_penalties, 0))
needed_last = means(meant_needed(MEANT_SQUARED, 1))(lambda p: needed(p, squared_penalties, 1))


def second_example(p: SimpleNamespace) -> SimpleNamespace:
    """Return the second example at the same weights: input k x, label t2."""
    return SimpleNamespace(W=p.W, v=p.v, x=p.k * p.x, t=p.t2, rho=p.rho)


FROM_THE_OTHER: Atoms = {
    SW: first_layer(sgd),
    Sv: second_layer(sgd),
    gamma_z: lambda p: needed(second_example(p), printed_penalties, 0),
    gamma_v: lambda p: needed(second_example(p), printed_penalties, 1),
}
