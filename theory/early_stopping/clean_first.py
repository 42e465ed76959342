"""Clean points keep the larger margin: a gradient step of limited size from weights at which they have it, or at which all margins are 0.

Statement.  From w0 + a S_c + b S_n with m_c >= m_n, a step of size eta <= 4 n / (N + 2 B^2 n_n) leads to m_c > m_n. At the start
            m_c = m_n = 0, so that m_c > m_n after every step of training.
Idea.       A step adds eta/n (k_c sigma(C - m_c) - k_n sigma(C - m_n)) to D = m_c - m_n, with k_c > k_n; sigma has slope at most 1/4, so
            that a step can take back no more than D itself, and adds a positive amount.
Assumes.    More clean than mislabelled points, small steps, orthogonal noise of equal norm, initial weights orthogonal to the data.
Source.     Beyond the paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.domain import Batch, Domain, Reals, Space
from theory.early_stopping.exact_data import exact_data
from theory.early_stopping.meant import ATOMS, CLEAN, DATA, DIRECTION, NOISY, PAIR, REACHED, SIGNS, B, N, positive, w
from theory.early_stopping.one_step import MARGINS, MEAN, PLAIN_REACHED, SCALES, C, margin, step_theorem
from theory.early_stopping.point_sums import in_sums
from theory.early_stopping.reduction import MEAN_DIRECTION, MOVED, needed
from theory.early_stopping.toy import MAJORITY, MINORITY, a, b, counts, data, directions, eta, n_c, n_n, reached, toy_space
from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, cut, decided, equal, put, replaced
from theory.kernel.tactics import sigma_slope
from theory.kernel.terms import plain
from theory.meaning import means
from theory.statement import Assumption, Inequality
from theory.symbols import Inner, real

share, lag = real("share lag")
n = n_c + n_n
SMALL_STEP = relation("<=", eta, 4 * n / (N + 2 * B**2 * n_n))
FEWER_NOISY = relation("<", n_n, n_c)
NOT_BEHIND = relation("<=", MARGINS[1], MARGINS[0])


def small_steps(batch: Batch) -> Batch:
    """Add b: `lag` times the value at which m_c = m_n; and the step size: `share` times the largest one that the theorem allows."""
    clean, noisy = counts(batch)
    slopes = [batch["N"] + 2 * batch["B"] ** 2 * count for count in (clean, noisy)]
    allowed = 4 * (clean + noisy) / slopes[1] * (1 - 1e-12)  # below the largest one by more than it is rounded
    return {**batch, "b": batch["lag"] * batch["a"] * slopes[0] / slopes[1], "eta": batch["share"] * allowed}


NOTE = "eta is `share` times 4 n / (N + 2 B^2 n_n), b is `lag` times the value at which m_c = m_n"


def lead_space(variables: Mapping[Any, Domain], sizes: Any = MAJORITY) -> Space:
    """Return the space of steps up to the largest one allowed, if `variables` does not say otherwise."""
    own: dict[Any, Domain] = {share: Reals(1e-2, 1.0), lag: Reals(0.0, 0.999), a: Reals(0.0, 3.0)}
    return toy_space({**own, **variables}, small_steps, NOTE, sizes)


SPACE = lead_space({})


def lead(at: Any) -> sp.Expr:
    """Return the margin of a clean point less the margin of a mislabelled one, at weights."""
    return Inner(at, CLEAN.signed(CLEAN.point)) - Inner(at, NOISY.signed(NOISY.point))


@means(lead(w).xreplace({w: MOVED}).xreplace({MEAN_DIRECTION: DIRECTION}))
def lead_after_step(at: SimpleNamespace) -> jax.Array:
    """Return the smallest lead of a clean margin over a mislabelled one after a full-batch step from the weights reached, shape ()."""
    _, x, t = data(at)
    w = reached(at)
    moved = w + at.eta * jnp.mean(directions(w, x, t, at.rho), axis=0)
    margins, clean = t * (x @ moved), at.y_c.shape[0]
    return jnp.min(margins[:clean]) - jnp.max(margins[clean:])


def lead_at(p: Any, q: Any) -> Theorem:
    """Return that m_c - m_n is the lead at w0 + p S_c + q S_n."""
    outputs = [margin(kind).conclusion.left.xreplace({plain(PLAIN_REACHED): w}) for kind in (0, 1)]
    known = put(decided(relation("=", outputs[0] - outputs[1], lead(w)), given=SIGNS), {w: PLAIN_REACHED})
    return put(in_sums(replaced(replaced(known, margin(0)), margin(1))), {a: p, b: q}, *positive(N))


def growth(given: tuple[Any, ...]) -> Theorem:
    """Return 0 < D + e (k_c sigma(C - m_c) - k_n sigma(C - m_n)), in numbers, with the numbers put in."""
    D, p, q, k, l, e = real("D p q k l e")
    step = (relation("<=", 0, D), relation("<=", q, p + D / 4), relation("<", l, k), relation("<=", e * l, 4), *positive(p, l, e))
    grown = decided(relation("<", 0, D + e * (k * p - l * q)), given=step)
    slopes = [N + 2 * B**2 * count for count in (n_c, n_n)]
    told = {D: MARGINS[0] - MARGINS[1], p: SCALES[0], q: SCALES[1], k: slopes[0], l: slopes[1], e: eta / n}
    grown = put(grown, told, *given)
    u, v = (C - m for m in MARGINS)
    slope = cut(put(sigma_slope(), {real("x1"): u, real("x2"): v}, *given), decided(relation("<=", u, v), given=given))
    slope_positive = decided(relation("<", 0, SCALES[0]), given=given)
    return cut(grown, *(decided(h, slope, slope_positive, given=given) for h in sorted(grown.hypotheses - set(given), key=str)))


def prove_lead(_: Goal) -> Theorem:
    """The step moves a by eta/n sigma(C - m_c) and b by eta/n sigma(C - m_n), which leaves the lead positive."""
    given = (*positive(N, B, eta), NOT_BEHIND, FEWER_NOISY, SMALL_STEP)
    p, q = (symbol + eta / n * scale for symbol, scale in zip((a, b), SCALES, strict=True))
    lead_then = lead_at(p, q)
    reached_then = plain(REACHED).xreplace({plain(a): plain(p), plain(b): plain(q)})
    lead_then = replaced(lead_then, equal(reached_then, MOVED.xreplace({MEAN_DIRECTION: MEAN}), *positive(N)))
    known = growth(given)
    known = replaced(known, equal(known.conclusion.right, lead_then.conclusion.left, *given))
    return replaced(replaced(known, lead_then), step_theorem())


PARTS = (
    Inequality(
        part="clean-first",
        smaller=sp.S.Zero,
        larger=lead_after_step,
        strictly=True,
        atoms={**ATOMS, **PAIR},
        space=SPACE,
        given=(*positive(eta), *DATA),
        exact=exact_data,
        theorem=prove_lead,
    ),
)
ASSUMES = (
    Assumption("more clean than mislabelled points", lead_space({}, sizes=MINORITY), parts=("clean-first",), given=(FEWER_NOISY,)),
    Assumption("small steps", lead_space({share: Reals(4.0, 40.0)}), parts=("clean-first",), given=(SMALL_STEP,)),
    Assumption(
        "m_c >= m_n before the step", lead_space({lag: Reals(1.01, 3.0), a: Reals(0.1, 3.0)}), parts=("clean-first",), given=(NOT_BEHIND,)
    ),
    *needed(lead_space, "clean-first", (-1.0, -0.2)),
)
