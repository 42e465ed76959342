"""Clean points have the larger margin at all times after the start.

Statement.  m_c > m_n after every gradient step of size eta <= 4 n / (N + 2 B^2 n_n), and so at all times of the gradient flow.
Idea.       D = m_c - m_n starts at 0. A step adds eta/n (k_c sigma(C - m_c) - k_n sigma(C - m_n)), with k_c > k_n; sigma has slope
            at most 1/4, so a step can take back no more than D itself, and adds a positive amount.
Assumes.    More clean than mislabelled points, small steps, orthogonal noise of equal norm, initial weights orthogonal to the data.
            Without any one of them some mislabelled point may lead.
Source.     Beyond the paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.attack.derivation import Derivation
from theory.domain import Batch, Domain, Reals, Space
from theory.early_stopping.reduction import derive_margins, expand
from theory.early_stopping.toy import (
    MAJORITY,
    MINORITY,
    WHERE,
    C,
    a,
    b,
    counts,
    data,
    directions,
    lean,
    m_c,
    m_n,
    n_c,
    n_n,
    stretch,
    tilt,
    toy_space,
)
from theory.statement import Assumption, Inequality
from theory.symbols import real, sigma

STEPS = 3  # gradient steps followed from the initial weights
share = real("share")


def small_steps(batch: Batch) -> Batch:
    """Add the step size: `share` times the largest one that the theorem allows."""
    clean, noisy = counts(batch)
    return {**batch, "eta": batch["share"] * 4 * (clean + noisy) / (batch["N"] + 2 * batch["B"] ** 2 * noisy)}


NOTE = "eta is `share` times 4 n / (N + 2 B^2 n_n)"


def lead_space(variables: Mapping[Any, Domain], sizes: Any = MAJORITY) -> Space:
    """Return the space of training runs with steps up to the largest one allowed, if `variables` does not say otherwise."""
    return toy_space({share: Reals(1e-2, 1.0), **variables}, small_steps, NOTE, sizes)


SPACE = lead_space({})


def smallest_lead(at: SimpleNamespace) -> jax.Array:
    """Return the smallest lead of a clean margin over a mislabelled one after each of STEPS full-batch steps of 1-SAM, shape ()."""
    w, x, t = data(at)
    clean = at.y_c.shape[0]
    leads = []
    for _ in range(STEPS):
        w = w + at.eta * jnp.mean(directions(w, x, t, at.rho), axis=0)
        margins = t * (x @ w)
        leads.append(jnp.min(margins[:clean]) - jnp.max(margins[clean:]))
    return jnp.min(jnp.stack(leads))


def prove_lead(s: Inequality, d: Derivation) -> None:
    """Steps by induction over them; the flow by its sign at D = 0."""
    derive_margins(d)
    full = {key: value for key, value in WHERE.items() if key != C}
    lead, k_c, k_n = expand(full, m_c - m_n), real("k_c"), real("k_n")
    B2, N = real("B2 N")
    slopes = sp.diff(lead, a), -sp.diff(lead, b)
    d.equal("D is linear in a and b, and 0 at the start", lead, slopes[0] * a - slopes[1] * b)
    d.polynomial(
        "its coefficients k_c and k_n differ by 2 B^2 (n_c - n_n)",
        slopes[0] - slopes[1],
        2 * sp.Symbol("B", positive=True) ** 2 * (n_c - n_n),
    )
    nc, nn = real("n_c n_n")
    d.decided("so k_c > k_n where clean points are the majority", [B2 > 0, N > 0, nc > nn, nn > 0], N + 2 * B2 * nc > N + 2 * B2 * nn)
    u, e, g, D, r = real("u e g D r")
    d.equal("the slope of sigma is at most 1/4", sp.Rational(1, 4) - sp.diff(sigma(u), u), (sigma(u) - sp.Rational(1, 2)) ** 2)
    d.cited("so sigma(C - m_n) <= sigma(C - m_c) + D/4", "mean value theorem")
    # r and g stand for sigma(C - m_c) and sigma(C - m_n), e for eta / n
    given = [D >= 0, r > 0, g <= r + D / 4, k_c > k_n, k_n > 0, e > 0, e * k_n <= 4]
    zero = sp.sympify(s.smaller)
    relation = sp.Gt if s.strictly else sp.Ge
    d.decided("a step leaves D positive, from D >= 0", given, relation(D + e * (k_c * r - k_n * g), zero))
    d.decided("the flow: where D = 0 both rates are equal, and D grows", [r > 0, k_c > k_n, k_n > 0], k_c * r - k_n * r > zero)
    d.cited("D cannot return to 0 in the flow, where it would have to fall", "intermediate value theorem")


PARTS = (Inequality(part="clean-first", smaller=sp.S.Zero, larger=smallest_lead, strictly=True, proof=prove_lead, space=SPACE),)
ASSUMES = (
    Assumption("more clean than mislabelled points", lead_space({}, sizes=MINORITY), parts=("clean-first",)),
    Assumption("small steps", lead_space({share: Reals(4.0, 40.0)}), parts=("clean-first",)),
    Assumption("orthogonal noise", lead_space({tilt: Reals(0.2, 1.0)}), parts=("clean-first",)),
    Assumption("noise of equal norm", lead_space({stretch: Reals(1.5, 3.0)}), parts=("clean-first",)),
    Assumption("initial weights orthogonal to e_1", lead_space({lean: Reals(-1.0, -0.2)}), parts=("clean-first",)),
)
