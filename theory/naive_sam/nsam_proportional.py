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
import jax.numpy as jnp
import mpmath
import numpy as np
import sympy as sp

from theory.attack.exact import exact_number
from theory.domain import Batch
from theory.goal import Goal
from theory.kernel.rules import Theorem, assumed, cut, decided, equal, put, relation, replaced
from theory.kernel.sums import sum_of
from theory.kernel.tactics import rewritten
from theory.meaning import means
from theory.naive_sam.eq_b_12 import SAME_SIDE, s_j, shared, z_j
from theory.naive_sam.one_step import CLASSES, FLIPS, START, later, losses, up_weights
from theory.naive_sam.orthogonal import (
    ATOMS,
    NOTE,
    SPACE,
    TWINS,
    eps_i,
    logit_scales,
    s_i,
    shift_difference,
    shift_i,
    shifts,
    slope,
    with_noise,
    z_i,
)
from theory.naive_sam.shift import (
    CLEAN_SUM,
    FACTOR,
    GIVEN,
    SCALE,
    SOME_NOISE,
    B,
    abstract,
    d,
    eps,
    gamma,
    i,
    j,
    label,
    meant_scale,
    meant_shift,
    n,
    noise,
    output,
    rho,
    shift_of,
    squared_slope,
    v,
    w_1,
)
from theory.statement import Agreement, Assumption, Claim, Finding, Identity
from theory.symbols import Inner, Unit, norm, real, sigma, total

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


SAME_LENGTH = relation("=", Inner(z_j, z_j), Inner(z_i, z_i))
ORIGIN_WEIGHTS = (relation("=", w_1, 0), relation("=", v, sp.ZeroMatrix(d - 1, 1)))
SHARE = total(lambda e: (1 - Inner(e, eps)) / 2, n) / n


def prove_affine(goal: Goal) -> Theorem:
    """The offset is the same for both, the factor of the logit scale too."""
    c, p, q, f, g, a, r, s, k, l, h, m = real("c p q f g a r s k l h m")
    given = (
        *(relation("=", p, c * (f * a * m + k * r * l)), relation("=", q, c * (g * a * m + k * s * h))),
        *(relation("=", g, f), relation("=", h, l)),
    )
    wanted = decided(relation("=", p - q, c * k * l * (r - s)), given=given)
    lengths = {l: Inner(z_i, z_i), h: Inner(z_j, z_j)}
    signs = {f: eps_i, g: eps_i.xreplace({i: j}), r: meant_scale(i), s: meant_scale(j)}
    told = {p: meant_shift(i), q: meant_shift(j), a: CLEAN_SUM, c: FACTOR, k: gamma**2 / (d - 1), m: B**2, **signs, **lengths}
    return abstract(goal, wanted, told, shift_of(i), shift_of(j))


def scale_at_origin(e: Unit) -> Theorem:
    """Return sigma_e = 1/2 at the origin."""
    u = real("u")
    half = replaced(rewritten(sigma(u), assumed(relation("=", u, 0))), equal(sigma(sp.S.Zero), sp.S.Half))
    silent = rewritten(Inner(noise(e), v), assumed(ORIGIN_WEIGHTS[1]))
    silent = replaced(silent, equal(silent.conclusion.right, 0))
    margin = -label(e) * output(e, (w_1, v), SCALE)
    half = put(half, {u: margin}, SOME_NOISE)
    return cut(half, decided(relation("=", margin, 0), silent, given=(SOME_NOISE, ORIGIN_WEIGHTS[0])))


def prove_offset(goal: Goal) -> Theorem:
    """At w = 0 all logit scales are 1/2, and the corruptions add up to n (1-2 Delta)."""
    c, p, f, a, s, k, l, m, b, r, z = real("c p f a s k l m b r z")
    each_half = decided(relation("=", b * s, b / 2), given=(relation("=", s, sp.S.Half),))
    each_half = cut(put(each_half, {b: Inner(eps, j), s: meant_scale(j)}, SOME_NOISE), scale_at_origin(j))
    signal = sum_of(each_half, j, CLEAN_SUM, n * (1 - 2 * SHARE) / 2)
    given = (
        *(relation("=", p, r / (z * c) * (f * a * m + k * s * l)), relation("=", a, c * (1 - 2 * b) / 2), relation("=", s, sp.S.Half)),
        *(relation("<", 0, z), relation("<", 0, c)),
    )
    wanted = decided(relation("=", p, r / z * (f * (1 - 2 * b) * m / 2 + k * l / (2 * c))), given=given)
    told = {p: meant_shift(i), r: rho, z: sp.sqrt(squared_slope()), c: n, f: eps_i, a: CLEAN_SUM, s: meant_scale(i)}
    told |= {k: gamma**2 / (d - 1), l: Inner(z_i, z_i), m: B**2, b: SHARE}
    return abstract(goal, wanted, told, shift_of(i), signal, scale_at_origin(i))


affine = rho * gamma**2 * norm(z_i) ** 2 / (n * slope * (d - 1)) * (s_i - s_j)
START_ATOMS = {**ATOMS, Delta: means(SHARE)(lambda p: jnp.mean((1.0 - p.eps) / 2.0))}
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
                atoms=ATOMS,
                defined_by=shift_difference,
                space=TWINS,
                conditioning=shared,
                given=(*GIVEN, SAME_SIDE, SAME_LENGTH),
                theorem=prove_affine,
            ),
            Identity(
                part="offset",
                formula=offset,
                atoms=START_ATOMS,
                defined_by=shift_i,
                space=ORIGIN,
                given=(*GIVEN, *ORIGIN_WEIGHTS),
                theorem=prove_offset,
            ),
        ),
        assumes=(
            Assumption("noise of equal length, both clean or both mislabelled", SPACE, parts=("affine",)),
            Assumption("the weights are at the origin", replace(ORIGIN, construct=share_only), parts=("offset",)),
        ),
    ),
)
