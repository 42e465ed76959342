"""The slope db/da of a training path: above 1 where clean points lead, and smaller for a larger radius.

Statement.  db/da = (1 + e^(m_c - C)) / (1 + e^(m_n - C)); where m_c > m_n it exceeds 1 and strictly decreases in rho.
Idea.       Lemma 3.1 read in C: with u = e^(m_c), v = e^(m_n) and k = e^(-C) it is the Moebius map (1 + u k)/(1 + v k) of k,
            with determinant u - v > 0.
Assumes.    m_c > m_n, that is a (N + 2 B^2 n_c) > b (N + 2 B^2 n_n).
Source.     Beyond the paper.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import sympy as sp

from theory.domain import Batch, Reals
from theory.early_stopping.exact_data import exact_data
from theory.early_stopping.meant import ATOMS, CLEAN, DATA, DIRECTION, GEOMETRY, NOISY, PAIR, SIGNS, SUM_C, SUM_N, Kind, positive
from theory.early_stopping.one_step import MEAN, SCALES, step_theorem
from theory.early_stopping.point_sums import in_sums, plain_sum, with_noise
from theory.early_stopping.reduction import MEAN_DIRECTION, expand
from theory.early_stopping.toy import WHERE, B, C, N, a, b, counts, data, directions, m_c, m_n, reached, rho, toy_space
from theory.goal import Goal, second
from theory.kernel.rules import Theorem, cut, decided, monotone, put, relation, replaced
from theory.kernel.tactics import exp_grows, swapped
from theory.meaning import means
from theory.statement import Assumption, Identity, Inequality, Monotone
from theory.symbols import Inner, real

share = real("share")
LEADS = relation("<", expand(WHERE, m_n), expand(WHERE, m_c))
POSITIVE_NOISE = relation("<", 0, N)
ASSUMED = tuple(relation("<", 0, symbol) for symbol in (N, B, rho, a, b))
slope = (1 + sp.exp(m_c - C)) / (1 + sp.exp(m_n - C))
# each rate is read off a sum in which the other one cancels, so it carries that one's rounding too
cancelled = expand(WHERE, 1 + slope + slope**2)


def clean_leads(batch: Batch) -> Batch:
    """Add b: `share` times the value at which m_c = m_n."""
    clean, noisy = counts(batch)
    margins_meet = batch["a"] * (batch["N"] + 2 * batch["B"] ** 2 * clean) / (batch["N"] + 2 * batch["B"] ** 2 * noisy)
    return {**batch, "b": batch["share"] * margins_meet}


SPACE = toy_space({a: Reals(1e-2, 1.5), share: Reals(0.01, 0.99)}, clean_leads, "b is `share` times the value at which m_c = m_n")
MEETS = SPACE.but(share=Reals(1.0, 2.0))


def of_noise(kind: Kind) -> sp.MatrixExpr:
    """Return the noise part of t x, of the point that stands for its kind."""
    y = Inner(kind.labels, kind.point)
    return kind.sign * y * (y * (kind.noise.T * kind.point))


def noise_share(kind: Kind) -> sp.Expr:
    """Return the share of that noise part in a direction of the weights."""
    return Inner(MEAN_DIRECTION, of_noise(kind))


@means((noise_share(NOISY) / noise_share(CLEAN)).xreplace({MEAN_DIRECTION: DIRECTION}))
def rates(at: SimpleNamespace) -> jax.Array:
    """Return b' / a': the share of z_n in the direction of a full-batch step, over the share of z_c, each a coordinate of w, shape ()."""
    _, x, t = data(at)
    step = jnp.mean(directions(reached(at), x, t, at.rho), axis=0)
    noise = t[:, None] * jnp.concatenate([0.0 * x[:, :1], x[:, 1:]], axis=1)
    return jnp.dot(step, noise[-1]) / jnp.dot(step, noise[0])


@cache
def share_of(kind: int) -> Theorem:
    """Return that the share of z in the mean direction is N/n times the logit scale of its kind."""
    of, n = (CLEAN, NOISY)[kind], CLEAN.count + NOISY.count
    z = of.noise.T * of.point
    p, q = real("p q")
    # <t x summed, z>: the noise of the point itself
    known = [
        in_sums(
            decided(
                relation("=", Inner(plain_sum(other_kind), z), of.sign * N if other_kind == kind else 0),
                with_noise(kind, other_kind),
                given=GEOMETRY,
            )
        )
        for other_kind in (0, 1)
    ]
    mixed = (p * SUM_C + q * SUM_N) / n
    shown = decided(relation("=", Inner(mixed, of_noise(of)), (p, q)[kind] * N / n), *known, given=SIGNS)
    return put(shown, {p: SCALES[0], q: SCALES[1]}, *positive(N))


PRINTED = expand(WHERE, slope)


@cache
def quotient() -> Theorem:
    """Return that the printed slope is the quotient of the two shares."""
    p, q, k = real("p q k")
    of_scales = (relation("=", p, k * SCALES[1]), relation("=", q, k * SCALES[0]), *positive(k, N))
    known = decided(relation("=", PRINTED, p / q), given=of_scales)
    values = {p: noise_share(NOISY).xreplace({MEAN_DIRECTION: MEAN}), q: noise_share(CLEAN).xreplace({MEAN_DIRECTION: MEAN})}
    known = put(known, {**values, k: N / (CLEAN.count + NOISY.count)}, *positive(N))
    owed = [h for h in sorted(known.hypotheses, key=str) if h != positive(N)[0]]
    known = cut(known, *(decided(h, *map(share_of, (0, 1)), given=positive(N)) for h in owed))
    return replaced(known, step_theorem())


def prove_slope(_: Goal) -> Theorem:
    """The quotient of the two shares."""
    return swapped(quotient(), *positive(N))


def prove_above_one(_: Goal) -> Theorem:
    """1 + e^(m_n - C) < 1 + e^(m_c - C)."""
    p, q = real("p q")
    above = decided(relation("<", 1, (1 + q) / (1 + p)), given=(relation("<", p, q), relation("<", 0, p)))
    trail_positive = decided(relation("<", 0, sp.exp(TRAIL)), given=positive(N))
    above = cut(put(above, {p: sp.exp(TRAIL), q: sp.exp(LEAD)}, *positive(N)), larger(), trail_positive)
    return replaced(above, quotient())


LEAD, TRAIL = (expand(WHERE, term) for term in (m_c - C, m_n - C))


@cache
def larger() -> Theorem:
    """Return e^(m_n - C) < e^(m_c - C)."""
    ahead = decided(relation("<", TRAIL, LEAD), given=(LEADS, *positive(N)))
    return cut(exp_grows(TRAIL, LEAD, *positive(N)), ahead)


@cache
def falls_with_radius() -> Theorem:
    """Return rho < rho', m_n < m_c |- the slope at rho' < the slope at rho."""
    length = sp.sqrt(B**2 + N)
    p, q, k = real("p q k")
    sign = decided(relation("<", k * (p - q) / (1 + p) ** 2, 0), given=(relation("<", p, q), relation("<", 0, p), relation("<", 0, k)))
    sign = put(sign, {p: sp.exp(TRAIL), q: sp.exp(LEAD), k: length}, POSITIVE_NOISE)
    trail_positive = decided(relation("<", 0, sp.exp(TRAIL)), given=(POSITIVE_NOISE,))
    positive_length = decided(relation("<", 0, length), given=(POSITIVE_NOISE,))
    return monotone(PRINTED, rho, second(rho), cut(sign, larger(), trail_positive, positive_length))


def prove_falls(_: Goal) -> Theorem:
    """The derivative in rho is |x| (e^(m_n - C) - e^(m_c - C)) / (1 + e^(m_n - C))^2, and m_n < m_c."""
    return falls_with_radius()


def meet(batch: Batch) -> Batch:
    """Move the points to m_c = m_n, where the slope is 1."""
    return {**batch, "b": batch["b"] / batch["share"]}


GIVEN = (*ASSUMED[:3], *DATA)
PARTS = (
    Identity(
        part="slope",
        formula=slope,
        where=WHERE,
        atoms={**ATOMS, **PAIR},
        defined_by=rates,
        conditioning=cancelled,
        space=SPACE,
        given=GIVEN,
        exact=exact_data,
        theorem=prove_slope,
    ),
    Inequality(
        part="slope-above-one",
        smaller=sp.S.One,
        larger=rates,
        atoms={**ATOMS, **PAIR},
        strictly=True,
        tight=meet,
        slack=1e-12,
        space=SPACE,
        given=GIVEN,
        exact=exact_data,
        theorem=prove_above_one,
    ),
    Monotone(
        part="slope-falls",
        quantity=slope,
        where=WHERE,
        along=rho,
        increasing=False,
        space=SPACE,
        given=ASSUMED,
        exact=exact_data,
        theorem=prove_falls,
    ),
)
ASSUMES = (Assumption("m_c > m_n", MEETS, parts=("slope-above-one", "slope-falls"), given=(LEADS,)),)
