"""Which of two points naive SAM favours, at any weights: a clean one or a mislabelled one.

The two shifts of Eq. B.12 differ by rho/(n ||grad L||) (2 eps_i B^2 sum_k eps_k sigma_k + N (sigma_i - sigma_j)) for points i and j with
eps_j = -eps_i and noises of one length, N = gamma^2 ||z_i||^2/(d - 1). The radius is a factor: it does not decide the sign. Where all
clean points have the logit scale sigma_c and all mislabelled ones sigma_n, the sign is that of (N + 2 B^2 n_c) sigma_c - (N + 2 B^2 n_n)
sigma_n: from the origin, where the scales are equal, clean points are favoured until their margins lead by so much.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from theory.domain import Batch
from theory.goal import Goal
from theory.kernel.rules import Theorem, decided, relation
from theory.naive_sam.eq_b_12 import eps_j, s_j, shared, z_j
from theory.naive_sam.nsam_proportional import SAME_LENGTH
from theory.naive_sam.orthogonal import ATOMS, NOTE, SPACE, eps_i, s_i, scales, shift_difference, slope, with_noise, z_i
from theory.naive_sam.shift import CLEAN_SUM, FACTOR, GIVEN, B, abstract, d, eps, gamma, i, j, meant_scale, meant_shift, n, rho, shift_of
from theory.statement import Assumption, Identity
from theory.symbols import Inner, norm, real

OTHER_SIDE = relation("=", eps_j, -eps_i)
apart = rho / (n * slope) * (2 * eps_i * B**2 * Inner(eps, scales) + gamma**2 / (d - 1) * norm(z_i) ** 2 * (s_i - s_j))


def clean_and_mislabelled(batch: Batch) -> Batch:
    """Let one of the first two examples be clean and one mislabelled, with noises of one length."""
    first = np.where(batch["eps"][:, :1] < 0, -1.0, 1.0)
    sides = np.concatenate([first, -first, batch["eps"][:, 2:]], axis=1)
    lengths = np.concatenate([batch["lengths"][:, :1], batch["lengths"][:, :1], batch["lengths"][:, 2:]], axis=1)
    return with_noise({**batch, "eps": sides, "lengths": lengths})


PAIR = replace(SPACE, construct=clean_and_mislabelled, note=f"{NOTE}; one of the first two is clean, one not; noise of one length")


def prove_order(goal: Goal) -> Theorem:
    """The signal enters both shifts with opposite signs; the noise of each enters with its logit scale."""
    c, p, q, f, g, a, r, s, k, l, h, m = real("c p q f g a r s k l h m")
    given = (
        *(relation("=", p, c * (f * a * m + k * r * l)), relation("=", q, c * (g * a * m + k * s * h))),
        *(relation("=", g, -f), relation("=", h, l)),
    )
    wanted = decided(relation("=", p - q, c * (2 * f * m * a + k * l * (r - s))), given=given)
    lengths = {l: Inner(z_i, z_i), h: Inner(z_j, z_j)}
    told = {p: meant_shift(i), q: meant_shift(j), f: eps_i, g: eps_j, a: CLEAN_SUM, c: FACTOR, k: gamma**2 / (d - 1), m: B**2, **lengths}
    return abstract(goal, wanted, {**told, r: meant_scale(i), s: meant_scale(j)}, shift_of(i), shift_of(j))


ORDER = Identity(
    part="order",
    formula=apart,
    atoms=ATOMS,
    defined_by=shift_difference,
    space=PAIR,
    conditioning=shared,
    given=(*GIVEN, OTHER_SIDE, SAME_LENGTH),
    theorem=prove_order,
)
ONE_OF_EACH = Assumption("one point is clean and one is mislabelled, with noises of one length", SPACE, parts=("order",))
