"""Eqs. B.6-B.7: the ratio of two points' 1-SAM gradients as rho tends to infinity.

Statement.  The ratio of the logit scales tends to 1, that of the gradient norms to ||x_i||/||x_j||.
Idea.       With p = e^(m_i - rho ||x_i||), q = e^(m_j - rho ||x_j||), m = t <w, x>: the ratio of the scales is (1 + q)/(1 + p).
Assumes.    Neither input is zero.
As printed. B.6 drops the norms of the inputs, so its left side tends to 1 only for equal norms; and B.7 has the quotient upside
            down, (1 + p)/(1 + q), which does not change the limit of the scales.
Source.     Appendix B.1, Eqs. B.6-B.7.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import jax
import sympy as sp

from theory.attack.derivation import Derivation
from theory.definitions import linear, logistic, one_sam, perturbed
from theory.definitions import norm as length
from theory.domain import Arrays, Reals, Space, Values
from theory.statement import Assumption, Claim, Identity, Limit
from theory.symbols import Inner, Sign, column, norm, positive, real, sigma
from theory.toy.limits import d, derive_perturbed, rho

w, x_i, x_j = column("w", d), column("x_i", d), column("x_j", d)
t_i, t_j = Sign("t_i"), Sign("t_j")
sign = Values((1.0, -1.0))
SPACE = Space(
    {w: Arrays(2.0, zero=True), x_i: Arrays(2.0), x_j: Arrays(2.0), t_i: sign, t_j: sign, rho: Reals(1e-3, 60)}, sizes=({d: 1}, {d: 3})
)
FAR = replace(SPACE, domains={**SPACE.domains, rho: Reals(50, 100)}, note="rho is large, so that a ratio is near its limit")

p = sp.exp(t_i * Inner(w, x_i) - rho * norm(x_i))
q = sp.exp(t_j * Inner(w, x_j) - rho * norm(x_j))


def gradient_norm(w: jax.Array, x: jax.Array, t: jax.Array, rho: jax.Array) -> jax.Array:
    """Return the norm of one example's 1-SAM gradient."""
    return length(one_sam(lambda v: linear(v, x), lambda out: logistic(out, t), w, rho))


def logit_scale(w: jax.Array, x: jax.Array, t: jax.Array, rho: jax.Array) -> jax.Array:
    """Return |dl/df| at the output of the perturbed weights: the logit scale of 1-SAM."""
    moved = perturbed(lambda v: linear(v, x), lambda out: logistic(out, t), w, rho)
    return abs(jax.grad(lambda out: logistic(out, t))(linear(moved, x)))


def norm_ratio(at: SimpleNamespace) -> jax.Array:
    """Return the left side of Eq. B.6 at a finite rho."""
    return gradient_norm(at.w, at.x_i, at.t_i, at.rho) / gradient_norm(at.w, at.x_j, at.t_j, at.rho)


def scale_ratio(at: SimpleNamespace) -> jax.Array:
    """Return the ratio of the two logit scales."""
    return logit_scale(at.w, at.x_i, at.t_i, at.rho) / logit_scale(at.w, at.x_j, at.t_j, at.rho)


def derive_quotient(proof: Derivation) -> sp.Expr:
    """Derive the ratio of the logit scales in exponentials and return it."""
    u_i = derive_perturbed(proof, w, x_i, t_i)
    u_j = derive_perturbed(proof, w, x_j, t_j)
    proof.equal("the ratio of the scales is (1 + q)/(1 + p)", sigma(u_i) / sigma(u_j), (1 + q) / (1 + p))
    return (1 + q) / (1 + p)


def prove_quotient(s: Identity, proof: Derivation) -> None:
    """sigma(u) = 1/(1 + e^-u), twice."""
    proof.equal("which is the formula", derive_quotient(proof), s.formula)


def prove_ratio_of_norms(s: Identity, proof: Derivation) -> None:
    """Each gradient is -t sigma(u) x, so its norm is sigma(u) ||x||."""
    u_i = derive_perturbed(proof, w, x_i, t_i)
    u_j = derive_perturbed(proof, w, x_j, t_j)
    for u, x, t in ((u_i, x_i, t_i), (u_j, x_j, t_j)):
        proof.equal("the squared norm of the gradient", Inner(-t * sigma(u) * x, -t * sigma(u) * x), (sigma(u) * norm(x)) ** 2)
    proof.equal("the ratio of the two norms is the formula", sigma(u_i) * norm(x_i) / (sigma(u_j) * norm(x_j)), s.formula)


def derive_rate(proof: Derivation) -> None:
    """(1 + q)/(1 + p) is within p + q of 1, and p + q tends to 0."""
    P, Q = real("p q")
    gap = (Q - P) / (1 + P)
    proof.polynomial("the distance of the ratio from 1", (1 + Q) / (1 + P) - 1, gap)
    proof.decided("is at most p + q", [P > 0, Q > 0], sp.And(gap <= P + Q, -gap <= P + Q))
    R, S, f, g = *positive("R S"), *real("f g")
    proof.tends("and p + q tends to 0, with norms R, S and margins f, g", sp.exp(f - rho * R) + sp.exp(g - rho * S), rho, sp.oo, 0)


def prove_scale_limit(s: Limit, proof: Derivation) -> None:
    """The ratio is within p + q of 1."""
    derive_quotient(proof)
    derive_rate(proof)
    proof.equal("the value is 1", s.value, sp.S.One)
    proof.equal("and the rate p + q", s.rate, p + q)


def prove_norm_limit(s: Limit, proof: Derivation) -> None:
    """The ratio of the norms is that of the scales times ||x_i||/||x_j||."""
    derive_quotient(proof)
    derive_rate(proof)
    proof.equal("the ratio of the norms has this limit", norm(x_i) / norm(x_j), s.value)
    proof.equal("and this rate", norm(x_i) / norm(x_j) * (p + q), s.rate)


ratio = norm(x_i) / norm(x_j)
sigmas = sigma(-t_i * Inner(w, x_i) + rho * norm(x_i)) / sigma(-t_j * Inner(w, x_j) + rho * norm(x_j))

CLAIMS = (
    Claim(
        id="eq-b.7",
        idea="both logit scales tend to 1; the norms of the inputs stay",
        space=SPACE,
        printed=(
            Identity(part="norms", formula=sigmas, defined_by=norm_ratio),
            Limit(part="norm-ratio", value=sp.S.One, defined_by=norm_ratio, along=rho, rate=ratio * (p + q), space=FAR),
            Limit(part="scale-ratio", value=sp.S.One, defined_by=scale_ratio, along=rho, rate=p + q, proof=prove_scale_limit),
            Identity(part="quotient", formula=(1 + p) / (1 + q), defined_by=scale_ratio),
        ),
        corrected=(
            Identity(part="norms", formula=ratio * sigmas, defined_by=norm_ratio, proof=prove_ratio_of_norms),
            Limit(part="norm-ratio", value=ratio, defined_by=norm_ratio, along=rho, rate=ratio * (p + q), proof=prove_norm_limit),
            Identity(part="quotient", formula=(1 + q) / (1 + p), defined_by=scale_ratio, proof=prove_quotient),
        ),
        assumes=(
            Assumption(
                "x_i and x_j are not zero",
                replace(SPACE, construct=lambda batch: {**batch, "x_j": 0 * batch["x_j"]}),
                parts=("norms", "norm-ratio", "scale-ratio", "quotient"),
            ),
        ),
    ),
)
