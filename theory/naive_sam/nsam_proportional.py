"""After Eq. B.12: does naive SAM perturb each point in proportion to its logit scale?

Statement.  From w = 0 the shift of example i is rho/||grad L|| (eps_i (1-2 Delta) B^2/2 + gamma^2 ||z_i||^2/(2 n (d-1))): it has an
            offset. At any w, for two examples that are both clean or both mislabelled and have noise of one length, the shifts differ
            by a positive multiple of the difference of their logit scales. So the shift is affine in the logit scale, not proportional.
Idea.       Eq. B.12 as corrected, with the signal part as the offset.
Assumes.    Orthogonal noise. For the affine law one length and one side; for the offset weights at the origin.
As printed. Proportional, for balanced classes with equally many mislabelled points in each, at each iteration from w = 0. It fails at
            the start already, where all logit scales are 1/2: with noise of two lengths, or with clean and mislabelled points.
            Before Eq. B.11 the text says proportional to the loss, which fails likewise.
            That preferential up-weighting is not guaranteed is true: a witness after one step.
Source.     Appendix B.2, after Eq. B.12.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import jax
import mpmath
import numpy as np
import sympy as sp

from theory.attack.derivation import Derivation
from theory.attack.exact import exact_number
from theory.domain import Batch
from theory.naive_sam.eq_b_12 import SECOND, shared, t_j, x_j
from theory.naive_sam.one_step import CLASSES, FLIPS, START, later, losses, up_weights
from theory.naive_sam.orthogonal import (
    ATOMS,
    NOTE,
    SPACE,
    TWINS,
    B,
    d,
    derive_shift,
    eps,
    eps_i,
    gamma,
    logit_scales,
    n,
    of,
    rho,
    s_i,
    scales,
    shifts,
    slope,
    t_i,
    with_noise,
    x_i,
    z_i,
)
from theory.statement import Agreement, Assumption, Claim, Finding, Identity
from theory.symbols import Inner, norm, positive, real, sigma

Delta = real("Delta")  # share of mislabelled examples
shift_j, scale_i, loss_i = real("shift_j scale_i loss_i")


def share_only(batch: Batch) -> Batch:
    """Name the share of mislabelled examples, at any weights."""
    batch = with_noise(batch)
    return {**batch, "Delta": np.mean(batch["eps"] < 0, axis=1)}


def at_origin(batch: Batch) -> Batch:
    """Start at w = 0 and name the share of mislabelled examples."""
    return share_only({**batch, "w": 0 * batch["w"]})


ORIGIN = replace(SPACE, construct=at_origin, note=f"{NOTE}; w = 0; Delta is the share of mislabelled examples")


def shift_times_other_scale(p: SimpleNamespace) -> jax.Array:
    """Return shift_i sigma_j after one step, for the first and the last example."""
    return later(shifts, 0)(p) * later(logit_scales, -1)(p)


def shift_times_other_loss(p: SimpleNamespace) -> jax.Array:
    """Return shift_i loss_j after one step, for the first and the last example."""
    return later(shifts, 0)(p) * later(losses, -1)(p)


Witness = Mapping[str, Any]


def check_witness(data: Witness) -> Sequence[Finding]:
    """Compare losses and weights of two examples in 50 digits: the one of lower loss must have the smaller weight."""
    low, high = data["lower loss"], data["higher loss"]
    point = {name: np.asarray(value, dtype=float) for name, value in data.items() if name not in ("lower loss", "higher loss")}
    loss = [exact_number(later(losses, i), **point) for i in (low, high)]
    weight = [exact_number(later(up_weights, i), **point) for i in (low, high)]
    return [
        Finding(f"the loss of example {low} is below that of {high}", loss[0] < loss[1], " against ".join(mpmath.nstr(v, 8) for v in loss)),
        Finding("and so is its weight", weight[0] < weight[1], " against ".join(mpmath.nstr(v, 8) for v in weight)),
    ]


# three examples a class, the third mislabelled; noise much longer than the signal, so that mislabelled points are soon fitted, too
WITNESS: Witness = {
    "B": 1.0,
    "gamma": 1.0,
    "rho": 1.0,
    "eta": 6.0,
    "w": [0.0] * 9,
    "y": CLASSES[6],
    "eps": FLIPS[6],
    "Z": 8.0 * np.eye(8)[:6],
    "lower loss": 0,
    "higher loss": 2,
}


def prove_affine(s: Identity, proof: Derivation) -> None:
    """The offset is the same for both, the factor of the logit scale too."""
    shift = derive_shift(proof)
    other = shift.xreplace({x_i: x_j, t_i: t_j})
    proof.equal("with eps_j = eps_i and ||z_j|| = ||z_i|| the shifts differ by the formula", shift - other, s.formula)
    R, S, N, k = positive("R S N k")
    proof.positive("a positive multiple, for ||z_i|| = R, ||grad L|| = S, n = N, d - 1 = k", rho * gamma**2 * R**2 / (N * S * k))


def prove_offset(s: Identity, proof: Derivation) -> None:
    """At w = 0 all logit scales are 1/2, and the corruptions add up to n (1-2 Delta)."""
    shift = derive_shift(proof)
    proof.equal("at w = 0 every logit scale is 1/2", sigma(sp.S.Zero), sp.S.Half)
    proof.equal("n examples less twice the n Delta mislabelled ones", n - 2 * (n * Delta), n * (1 - 2 * Delta))
    start = shift.xreplace({Inner(eps, scales): n * (1 - 2 * Delta) / 2, s_i: sp.S.Half})
    proof.equal("so the shift is the formula", start, s.formula)


affine = rho * gamma**2 * norm(z_i) ** 2 / (n * slope * (d - 1)) * (s_i - s_i.xreplace({x_i: x_j, t_i: t_j}))
offset = rho / slope * (eps_i * (1 - 2 * Delta) * B**2 / 2 + gamma**2 * norm(z_i) ** 2 / (2 * n * (d - 1)))

CLAIMS = (
    Claim(
        id="nsam-proportional",
        space=SPACE,
        printed=(
            Identity(
                part="proportional",
                formula=shift_j * scale_i,
                atoms={shift_j: later(shifts, -1), scale_i: later(logit_scales, 0)},
                defined_by=shift_times_other_scale,
                space=START,
            ),
            Identity(
                part="proportional-to-loss",
                formula=shift_j * loss_i,
                atoms={shift_j: later(shifts, -1), loss_i: later(losses, 0)},
                defined_by=shift_times_other_loss,
                space=START,
            ),
            Agreement(
                part="no-guarantee",
                data=WITNESS,
                check=check_witness,
                variants={
                    "the two examples swapped": {**WITNESS, "lower loss": 2, "higher loss": 0},
                    "two clean examples": {**WITNESS, "higher loss": 1},
                    "before the first step": {**WITNESS, "eta": 0.0},
                    "after a short step": {**WITNESS, "eta": 0.01},
                    "two mislabelled examples": {**WITNESS, "lower loss": 2, "higher loss": 5},
                    "a step uphill": {**WITNESS, "eta": -6.0},
                    "no mislabelled examples": {**WITNESS, "eps": [1.0] * 6},
                    "fine noise, a short step": {**WITNESS, "Z": 0.5 * np.eye(8)[:6], "eta": 1.0},
                    "no perturbation": {**WITNESS, "rho": 0.0},
                },
            ),
        ),
        corrected=(
            Identity(
                part="affine",
                formula=affine,
                atoms={**ATOMS, **SECOND},
                defined_by=lambda p: shifts(p)[0] - shifts(p)[1],
                space=TWINS,
                conditioning=shared,
                proof=prove_affine,
            ),
            Identity(part="offset", formula=offset, atoms=ATOMS, defined_by=of(0, shifts), space=ORIGIN, proof=prove_offset),
        ),
        assumes=(
            Assumption("noise of equal length, both clean or both mislabelled", SPACE, parts=("affine",)),
            Assumption("the weights are at the origin", replace(ORIGIN, construct=share_only), parts=("offset",)),
        ),
    ),
)
