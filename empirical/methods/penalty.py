"""SGD with the penalty of Eq. 4.5 on the last activations z and the last weights V, in its three readings.

printed          mean_i gamma_z |z_i| + gamma_v |V|^2                      (Eq. 4.5: only the second norm is squared)
squares          mean_i gamma_z |z_i|^2 + gamma_v |V|^2
stop-gradient    mean_i [ gamma_z a_i |z_i|^2 / 2 + gamma_v b_i |V^T g_i|^2 / 2 ],  a_i, b_i and g_i held fixed

The last is Prop. 4.1 as an update rule, for any depth and number of classes. With g the logit cotangent, G the norm of the
example's whole gradient, and R the norm of its part below the last layer:  a = |g|^2 / G,  b = (R / |V^T g|)^2 / G.
In a two-layer deep linear network R = |x| |V^T g|, and gamma_z = gamma_v = rho then makes the step exactly J-SAM's; for one
output a and b |g|^2 are the coefficients sigma / J and sigma |x|^2 / J of Eqs. 4.2 and 4.4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple, get_args

import jax
import jax.numpy as jnp

from empirical.methods.interpreter import Lazy
from empirical.methods.losses import Loss
from empirical.methods.model import Model, UnsupportedModelError
from empirical.methods.passes import Batch, evaluate
from empirical.methods.per_example import passes
from empirical.methods.rules.arithmetic import Arithmetic
from empirical.methods.rules.rows import RowsProduct
from empirical.methods.switch import Diagnostics, Method, Params, check_strength, reciprocal, widened
from empirical.methods.varying import vary

Reading = Literal["printed", "squares", "stop-gradient"]
READINGS: tuple[Reading, ...] = get_args(Reading)


class Gammas(NamedTuple):
    """The strengths of Eq. 4.5: of the activations' and of the last weights' penalty. Arrays or numbers, at least 0."""

    z: Any
    v: Any


class LastLayer(NamedTuple):
    """The last layer at work: its input z (B, H), its kernel V^T (H, K), whether it has a bias, and how its product is computed."""

    z: jax.Array
    kernel: jax.Array
    bias: bool
    arithmetic: Arithmetic


Penalised = Callable[[Params, Gammas, jax.Array, jax.Array], tuple[Params, Diagnostics]]


def last_layer(batch: Batch, leaves: list[jax.Array]) -> LastLayer:
    """Return the last layer at the parameters `leaves`: the last product, which must be Dense on vectors."""
    last, beside = batch.program.last_layer()
    product: Any = batch.program.products[last]
    if product.kind != "dot_general" or (product.groups, product.positions) != (1, 1):
        name = batch.program.names[last]
        raise UnsupportedModelError(f"the last layer must be Dense on vectors, got {product.kind} of {product.output.shape} at {name}")
    values = [Lazy(value, leaf) if leaf in batch.program.products else value for leaf, value in enumerate(leaves)]
    x, w = evaluate(batch, values, batch.plainly)[1][last]
    return LastLayer(*_in_matrices(product, x, w), bias=len(beside) > 1, arithmetic=product.arithmetic)


def _in_matrices(product: RowsProduct, x: jax.Array, w: jax.Array) -> tuple[jax.Array, jax.Array]:
    return widened(product.rows(x)[:, 0, 0]), widened(product.kernel(w)[0])


def norms(z: jax.Array) -> jax.Array:
    """Return the 2-norm of each row (B,), with derivative 0 at a row of zeros."""
    square = jnp.sum(jnp.square(z), axis=1)
    return jnp.where(square > 0, jnp.sqrt(jnp.where(square > 0, square, jnp.ones_like(square))), jnp.zeros_like(square))


def penalty(reading: Reading, gammas: Gammas, last: LastLayer, cotangents: jax.Array, gradient_norms: jax.Array) -> jax.Array:
    """Return the penalty of one batch, shape (); only the stop-gradient reading uses the last two, (B, K) and (B,)."""
    if reading == "printed":
        return gammas.z * jnp.mean(norms(last.z)) + gammas.v * jnp.sum(jnp.square(last.kernel))
    if reading == "squares":
        return gammas.z * jnp.mean(jnp.sum(jnp.square(last.z), axis=1)) + gammas.v * jnp.sum(jnp.square(last.kernel))
    g = jax.lax.stop_gradient(widened(cotangents.reshape(last.z.shape[0], -1)))
    z_square = jnp.sum(jnp.square(last.z), axis=1)
    back_square = jnp.sum(jnp.square(last.arithmetic.for_norms().product("bk,kh->bh", g, last.kernel.T)), axis=1)  # |V^T g|^2
    g_square = jnp.sum(jnp.square(g), axis=1)
    own = g_square * (z_square + (1.0 if last.bias else 0.0))  # the last layer's part of G^2
    below = jnp.maximum(gradient_norms**2 - own, jnp.zeros_like(own))  # R^2; rounding may leave it just below zero
    a = g_square * reciprocal(gradient_norms)
    b = below * reciprocal(back_square) * reciprocal(gradient_norms)
    a, b = jax.lax.stop_gradient((a, b))
    return jnp.mean(gammas.z * a * z_square + gammas.v * b * back_square) / 2


def penalised_sgd(model: Model, loss: Loss, reading: Reading, decay: float = 0.0) -> Penalised:
    """Return SGD on the mean loss plus the penalty: (params, gammas, inputs, targets) -> (mean gradient, Diagnostics)."""
    if reading not in READINGS:
        raise ValueError(f"a reading of Eq. 4.5 is one of {', '.join(READINGS)}, got {reading!r}")
    sgd = Method("w", "w")

    def direction(params: Params, gammas: Gammas, inputs: Any, targets: Any) -> tuple[Params, Diagnostics]:
        for name, gamma in gammas._asdict().items():
            check_strength(f"gamma_{name}", gamma)
        of_batch = passes(model, loss, params, 0.0, inputs, targets, decay)
        batch, diagnostics = of_batch.batch, of_batch.diagnostics(sgd)

        def added(p: Params) -> jax.Array:
            last = last_layer(batch, vary(jax.tree.leaves(p), batch.axes))
            return penalty(reading, gammas, last, of_batch.shared.cotangents, diagnostics.gradient_norms)

        return jax.tree.map(jnp.add, of_batch.gradient(sgd), jax.grad(added)(of_batch.params)), diagnostics

    return direction
