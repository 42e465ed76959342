"""The slope db/da of a training path: above 1 where clean points lead, and smaller for a larger radius.

Statement.  db/da = (1 + e^(m_c - C)) / (1 + e^(m_n - C)); where m_c > m_n it exceeds 1 and strictly decreases in rho.
Idea.       Lemma 3.1 read in C: with u = e^(m_c), v = e^(m_n) and k = e^(-C) it is the Moebius map (1 + u k)/(1 + v k) of k,
            with determinant u - v > 0.
Assumes.    m_c > m_n, that is a (N + 2 B^2 n_c) > b (N + 2 B^2 n_n).
Source.     Beyond the paper.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import sympy as sp

from theory.attack.derivation import Derivation
from theory.domain import Batch, Reals
from theory.early_stopping.reduction import derive_margins, expand
from theory.early_stopping.toy import WHERE, B, C, N, a, b, counts, data, directions, m_c, m_n, reached, rho, toy_space
from theory.goal import Goal
from theory.kernel.rules import Theorem, cut, decided, put, relation
from theory.kernel.tactics import by_slope, exp_grows
from theory.statement import Assumption, Identity, Inequality, Monotone
from theory.symbols import positive, real, sigma

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


def rates(at: SimpleNamespace) -> jax.Array:
    """Return b' / a': the share of z_n in the direction of a full-batch step, over the share of z_c, each a coordinate of w, shape ()."""
    _, x, t = data(at)
    step = jnp.mean(directions(reached(at), x, t, at.rho), axis=0)
    noise = t[:, None] * jnp.concatenate([0.0 * x[:, :1], x[:, 1:]], axis=1)
    return jnp.dot(step, noise[-1]) / jnp.dot(step, noise[0])


def derive_slope(d: Derivation) -> None:
    """b' / a' in terms of margins, from the reduction."""
    derive_margins(d)
    d.equal("the quotient of the two rates of the reduction", sigma(C - m_n) / sigma(C - m_c), slope)


def derive_moebius(d: Derivation, quotient: sp.Expr) -> tuple[sp.Expr, ...]:
    """Write the quotient in u = e^(m_c), v = e^(m_n), k = e^(-C); return those three as real symbols for z3."""
    u, v, k = positive("u v k")
    d.equal("as a Moebius map of k = e^-C", quotient.subs({m_c: sp.log(u), m_n: sp.log(v), C: -sp.log(k)}), (1 + u * k) / (1 + v * k))
    d.increasing("e^m increases, so u > v where m_c > m_n", sp.exp(m_c), m_c)
    return real("u v k")


def prove_slope(s: Identity, d: Derivation) -> None:
    """The quotient of the rates."""
    derive_slope(d)
    d.equal("that is the formula", slope, s.formula)
    for symbol in (C, m_c, m_n):
        d.equal(f"the statement's {symbol}", expand(s.where, symbol), expand(WHERE, symbol))


def prove_above_one(s: Inequality, d: Derivation) -> None:
    """1 + u k > 1 + v k."""
    derive_slope(d)
    u, v, k = derive_moebius(d, slope)
    relation = sp.Lt if s.strictly else sp.Le
    d.decided("the numerator exceeds the denominator", [u > v, v > 0, k > 0], relation(s.smaller * (1 + v * k), 1 + u * k))


def derive_falls(d: Derivation) -> None:
    """The map increases in k, and k falls as rho grows."""
    derive_slope(d)
    u, v, k = derive_moebius(d, slope)
    j = real("j")
    d.polynomial(
        "the difference at k and j factors",
        (1 + u * k) / (1 + v * k) - (1 + u * j) / (1 + v * j),
        (k - j) * (u - v) / ((1 + v * k) * (1 + v * j)),
    )
    d.decided("its factors are positive", [u > v, v > 0, j > 0, k > j], (k - j) * (u - v) * (1 + v * k) * (1 + v * j) > 0)
    d.increasing("C increases with rho, so k = e^-C decreases", expand(WHERE, C), rho)


def prove_falls(goal: Goal) -> Theorem:
    """The derivative in rho is |x| (e^(m_n - C) - e^(m_c - C)) / (1 + e^(m_n - C))^2, and m_n < m_c."""
    lead, trail, length = (expand(WHERE, term) for term in (m_c - C, m_n - C, sp.sqrt(B**2 + N)))
    ahead = decided(relation("<", trail, lead), given=(LEADS, POSITIVE_NOISE))
    larger = cut(exp_grows(trail, lead, POSITIVE_NOISE), ahead)
    p, q, k = real("p q k")
    sign = decided(relation("<", k * (p - q) / (1 + p) ** 2, 0), given=(relation("<", p, q), relation("<", 0, p), relation("<", 0, k)))
    sign = put(sign, {p: sp.exp(trail), q: sp.exp(lead), k: length}, POSITIVE_NOISE)
    some = decided(relation("<", 0, sp.exp(trail)), given=(POSITIVE_NOISE,))
    return by_slope(sign.conclusion.left, cut(sign, larger, some, decided(relation("<", 0, length), given=(POSITIVE_NOISE,))))(goal)


def meet(batch: Batch) -> Batch:
    """Move the points to m_c = m_n, where the slope is 1."""
    return {**batch, "b": batch["b"] / batch["share"]}


PARTS = (
    Identity(part="slope", formula=slope, where=WHERE, defined_by=rates, conditioning=cancelled, space=SPACE, proof=prove_slope),
    Inequality(
        part="slope-above-one", smaller=sp.S.One, larger=rates, strictly=True, tight=meet, slack=1e-12, space=SPACE, proof=prove_above_one
    ),
    Monotone(part="slope-falls", quantity=slope, where=WHERE, along=rho, increasing=False, space=SPACE, given=ASSUMED, theorem=prove_falls),
)
ASSUMES = (Assumption("m_c > m_n", MEETS, parts=("slope-above-one", "slope-falls"), given=(LEADS,)),)
