"""Eq. B.12: naive SAM's shift of the logit under orthogonal noise, and the scalar C.

Statement.  Naive SAM adds rho/(n ||grad L||) (C_i B^2 + gamma^2 ||z_i||^2 sigma_i/(d-1)) to -t_i <w, x_i>, with
            C_i = eps_i sum_j eps_j sigma_j: one magnitude, and opposite signs for clean and mislabelled examples.
Idea.       grad L = -(1/n) sum_j t_j sigma_j x_j; its inner product with t_i x_i keeps the signal of all j and the noise of i alone.
Assumes.    The noises are orthogonal, and grad L is not zero (true wherever they are nonzero).
As printed. The norm of z_i must be squared, and C is not constant across the examples. Attacked in two ways: with the C_i above; and,
            for two examples that are both clean or both mislabelled, through the difference of their shifts, from which C drops out.
Source.     Appendix B.2, Eq. B.12.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import sympy as sp

from theory.definitions import norm as length
from theory.domain import Batch
from theory.goal import Goal
from theory.kernel.rules import Theorem, assumed, at_unit, cut, decided, put, relation
from theory.meaning import means
from theory.naive_sam.orthogonal import (
    ATOMS,
    SPACE,
    eps_i,
    logit_scales,
    mean_gradient,
    s_i,
    scales,
    shift_difference,
    shift_i,
    shifts,
    slope,
    to_second,
    with_noise,
    z_i,
)
from theory.naive_sam.shift import (
    CLEAN_SUM,
    FACTOR,
    GIVEN,
    NONZERO_SLOPE,
    POSITIVE,
    SIGNS,
    SOME_NOISE,
    B,
    abstract,
    d,
    eps,
    gamma,
    i,
    in_scales,
    j,
    meant_scale,
    meant_shift,
    n,
    noise,
    rho,
    shift_of,
    squared_slope,
)
from theory.statement import Assumption, Claim, Identity
from theory.symbols import Inner, Unit, norm, real

C_i, C_j = real("C_i C_j")
z_j, eps_j, s_j = (quantity.xreplace(to_second) for quantity in (z_i, eps_i, s_i))

factor = rho / (n * slope)
common = {C_i: eps_i * Inner(eps, scales)}
printed = factor * (C_i * B**2 + gamma**2 * norm(z_i) * s_i / (d - 1))
corrected = factor * (C_i * B**2 + gamma**2 * norm(z_i) ** 2 * s_i / (d - 1))
apart = factor * gamma**2 / (d - 1) * (norm(z_i) ** 2 * s_i - norm(z_j) ** 2 * s_j)
apart_printed = factor * gamma**2 / (d - 1) * (norm(z_i) * s_i - norm(z_j) * s_j)
# the factor that the shifts of two examples share, and the terms that are subtracted to solve for C: bounds, since logit scales are below 1
shared = factor * (n * B**2 + gamma**2 * (norm(z_i) ** 2 + norm(z_j) ** 2) / (d - 1))


def solved(p: SimpleNamespace) -> jax.Array:
    """Return the C_i for which the corrected equation holds, for every i, shape (n,); B must not be 0."""
    noise = p.gamma**2 * jnp.sum(p.Z * p.Z, axis=1) * logit_scales(p) / p.Z.shape[1]
    return (shifts(p) * p.y.size * length(mean_gradient(p)) / p.rho - noise) / p.B**2


def meant_solved(e: Unit) -> sp.Expr:
    """Return the same for example e, symbolically."""
    own = gamma**2 / (d - 1) * Inner(noise(e), noise(e)) * meant_scale(e)
    return (meant_shift(e) * n * sp.sqrt(squared_slope()) / rho - own) / B**2


@means(meant_solved(i))
def solved_i(p: SimpleNamespace) -> jax.Array:
    """Return C_i, shape ()."""
    return jnp.dot(p.i, solved(p))


@means(meant_solved(j))
def solved_j(p: SimpleNamespace) -> jax.Array:
    """Return C_j, shape ()."""
    return jnp.dot(p.j, solved(p))


SAME_SIDE, SOME_SIGNAL = relation("=", eps_j, eps_i), relation("!=", B, 0)


def prove_gradient(_: Goal) -> Theorem:
    """The theorem on the shift, in terms of the column of logit scales."""
    return in_scales(shift_of(i))


def prove_difference(goal: Goal) -> Theorem:
    """Two examples of one side share C."""
    c, p, q, f, g, a, r, s, k, m = real("c p q f g a r s k m")
    given = (relation("=", p, c * (f * a * m + k * r)), relation("=", q, c * (g * a * m + k * s)), relation("=", g, f))
    wanted = decided(relation("=", p - q, c * k * (r - s)), given=given)
    shares = {r: meant_scale(i) * Inner(noise(i), noise(i)), s: meant_scale(j) * Inner(noise(j), noise(j))}
    told = {p: meant_shift(i), q: meant_shift(j), f: eps_i, g: eps_j, a: CLEAN_SUM, c: FACTOR, k: gamma**2 / (d - 1), m: B**2, **shares}
    return abstract(goal, wanted, told, shift_of(i), shift_of(j))


def solved_for(e: Unit) -> Theorem:
    """Return C_e = eps_e times the sum of eps_j sigma_j."""
    p, c, f, a, b, k = real("p c f a b k")
    given = (relation("=", p, c * (f * a * b**2 + k)), relation("!=", b, 0), relation("!=", c, 0))
    constant = decided(relation("=", (p / c - k) / b**2, f * a), given=given)
    own = gamma**2 / (d - 1) * Inner(noise(e), noise(e)) * meant_scale(e)
    needs = (SOME_NOISE, NONZERO_SLOPE, SOME_SIGNAL, *POSITIVE)
    constant = put(constant, {p: meant_shift(e), c: FACTOR, f: Inner(eps, e), a: CLEAN_SUM, b: B, k: own}, *needs)
    return cut(constant, shift_of(e), decided(relation("!=", FACTOR, 0), given=needs))


def prove_constant(goal: Goal) -> Theorem:
    """Solve the corrected equation for C_i and for C_j; eps_j^2 = 1."""
    p, q, f, g, a = real("p q f g a")
    ends = (relation("=", p, f * a), relation("=", q, g * a), relation("=", g**2, 1))
    wanted = decided(relation("=", p, f * g * q), given=ends)
    told = {p: meant_solved(i), q: meant_solved(j), f: eps_i, g: eps_j, a: CLEAN_SUM}
    return abstract(goal, wanted, told, solved_for(i), solved_for(j), at_unit(assumed(SIGNS[0]), j))


def one_side(batch: Batch) -> Batch:
    """Let the first two examples both be clean or both be mislabelled."""
    batch = with_noise(batch)
    flips = batch["eps"].copy()
    flips[:, 1] = flips[:, 0]
    return {**batch, "eps": flips}


def correlated(batch: Batch) -> Batch:
    """Add the first noise to the second."""
    batch = with_noise(batch)
    Z = batch["Z"].copy()
    Z[:, 1] += Z[:, 0]
    return {**batch, "Z": Z}


SIDE = replace(SPACE, construct=one_side, note=f"{SPACE.note}; the first two examples are both clean or both mislabelled")

CLAIMS = (
    Claim(
        id="eq-b.12",
        space=SPACE,
        printed=(
            Identity(part="gradient", formula=printed, where=common, atoms=ATOMS, defined_by=shift_i),
            Identity(
                part="difference",
                formula=apart_printed,
                atoms=ATOMS,
                defined_by=shift_difference,
                space=SIDE,
                conditioning=shared,
            ),
            Identity(
                part="constant",
                formula=C_j,
                atoms={**ATOMS, C_j: solved_j},
                defined_by=solved_i,
                conditioning=shared / factor / B**2,
            ),
        ),
        corrected=(
            Identity(
                part="gradient", formula=corrected, where=common, atoms=ATOMS, defined_by=shift_i, given=GIVEN, theorem=prove_gradient
            ),
            Identity(
                part="difference",
                formula=apart,
                atoms=ATOMS,
                defined_by=shift_difference,
                space=SIDE,
                conditioning=shared,
                given=(*GIVEN, SAME_SIDE),
                theorem=prove_difference,
            ),
            Identity(
                part="constant",
                formula=eps_i * eps_j * C_j,
                atoms={**ATOMS, C_j: solved_j},
                defined_by=solved_i,
                conditioning=shared / factor / B**2,
                given=(*GIVEN, SOME_SIGNAL),
                theorem=prove_constant,
            ),
        ),
        assumes=(
            Assumption(
                "the noises are orthogonal", replace(SPACE, construct=correlated, note="z_2 has z_1 added to it"), parts=("gradient",)
            ),
        ),
    ),
)
