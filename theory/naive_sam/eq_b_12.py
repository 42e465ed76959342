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

from theory.attack.derivation import Derivation
from theory.definitions import norm as length
from theory.domain import Batch
from theory.naive_sam.orthogonal import (
    ATOMS,
    SPACE,
    B,
    d,
    derive_shift,
    eps,
    eps_i,
    examples,
    gamma,
    logit_scales,
    mean_gradient,
    n,
    of,
    rho,
    s_i,
    scales,
    shifts,
    slope,
    t_i,
    w,
    with_noise,
    x_i,
    z_i,
)
from theory.statement import Assumption, Claim, Identity
from theory.symbols import Inner, Sign, column, norm, real, sigma

C_i, C_j = real("C_i C_j")
x_j, z_j, t_j, eps_j = column("x_j", d), column("z_j", d - 1), Sign("t_j"), Sign("eps_j")
s_j = sigma(-t_j * Inner(w, x_j))

factor = rho / (n * slope)
common = {C_i: eps_i * Inner(eps, scales)}
printed = factor * (C_i * B**2 + gamma**2 * norm(z_i) * s_i / (d - 1))
corrected = factor * (C_i * B**2 + gamma**2 * norm(z_i) ** 2 * s_i / (d - 1))
apart = factor * gamma**2 / (d - 1) * (norm(z_i) ** 2 * s_i - norm(z_j) ** 2 * s_j)
apart_printed = factor * gamma**2 / (d - 1) * (norm(z_i) * s_i - norm(z_j) * s_j)
# what the shifts of two examples have in common, and what is subtracted to solve for C: bounds, since logit scales are below 1
shared = factor * (n * B**2 + gamma**2 * (norm(z_i) ** 2 + norm(z_j) ** 2) / (d - 1))


def solved(p: SimpleNamespace) -> jax.Array:
    """Return the C_i for which the corrected equation holds, for every i, shape (n,); B must not be 0."""
    noise = p.gamma**2 * jnp.sum(p.Z * p.Z, axis=1) * logit_scales(p) / p.Z.shape[1]
    return (shifts(p) * p.y.size * length(mean_gradient(p)) / p.rho - noise) / p.B**2


SECOND = {
    x_j: of(1, lambda p: examples(p)[0]),
    z_j: of(1, lambda p: p.Z),
    t_j: of(1, lambda p: examples(p)[1]),
    eps_j: of(1, lambda p: p.eps),
}
to_second = {x_i: x_j, z_i: z_j, t_i: t_j, eps_i: eps_j}


def prove_gradient(s: Identity, proof: Derivation) -> None:
    """The shift in any dimension."""
    proof.equal("the shift is the formula", derive_shift(proof), s.expand(s.formula))


def prove_difference(s: Identity, proof: Derivation) -> None:
    """Two examples of one side share C."""
    shift = derive_shift(proof)
    other = shift.xreplace(to_second).xreplace({eps_j: eps_i})
    proof.equal("the shifts of i and j, for eps_i = eps_j, differ by the formula", shift - other, s.formula)


def prove_constant(s: Identity, proof: Derivation) -> None:
    """Solve the corrected equation for C_i; eps_j^2 = 1."""
    C = (derive_shift(proof) / factor - gamma**2 * norm(z_i) ** 2 * s_i / (d - 1)) / B**2
    proof.equal("solved for C_i", C, eps_i * Inner(eps, scales))
    proof.equal("and, with the same for j, the formula", C, s.formula.xreplace({C_j: C.xreplace(to_second)}))


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
            Identity(part="gradient", formula=printed, where=common, atoms=ATOMS, defined_by=of(0, shifts)),
            Identity(
                part="difference",
                formula=apart_printed,
                atoms={**ATOMS, **SECOND},
                defined_by=lambda p: shifts(p)[0] - shifts(p)[1],
                space=SIDE,
                conditioning=shared,
            ),
            Identity(
                part="constant",
                formula=C_j,
                atoms={**ATOMS, **SECOND, C_j: of(1, solved)},
                defined_by=of(0, solved),
                conditioning=shared / factor / B**2,
            ),
        ),
        corrected=(
            Identity(part="gradient", formula=corrected, where=common, atoms=ATOMS, defined_by=of(0, shifts), proof=prove_gradient),
            Identity(
                part="difference",
                formula=apart,
                atoms={**ATOMS, **SECOND},
                defined_by=lambda p: shifts(p)[0] - shifts(p)[1],
                space=SIDE,
                conditioning=shared,
                proof=prove_difference,
            ),
            Identity(
                part="constant",
                formula=eps_i * eps_j * C_j,
                atoms={**ATOMS, **SECOND, C_j: of(1, solved)},
                defined_by=of(0, solved),
                conditioning=shared / factor / B**2,
                proof=prove_constant,
            ),
        ),
        assumes=(
            Assumption(
                "the noises are orthogonal", replace(SPACE, construct=correlated, note="z_2 has z_1 added to it"), parts=("gradient",)
            ),
        ),
    ),
)
