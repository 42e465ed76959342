"""Eq. B.8: the mean of the labelled examples, and what becomes of it as n or d grows.

Statement.  (1/n) X^T t = ((1-2 Delta) B, gamma/(n sqrt(d-1)) sum_i eps_i z_i). Its mean square distance from (1-2 Delta) B e_1 is
            gamma^2/n, whatever d. As d grows its accuracy tends to 1 all the same.
Idea.       t_i y_i = eps_i; a noise vector has the squared length gamma^2 in the mean for every d. But a fixed direction meets only
            gamma^2/(d-1) of it, so that the accuracy depends on d while the distance does not.
Assumes.    A share Delta of the labels is flipped exactly. For the limit to be optimal Delta < 1/2 and B != 0.
As printed. u = X^T t lacks 1/n, the sum lacks eps_i (which changes the vector, not its law), and d alone does not make it converge.
Source.     Appendix B.1, Eq. B.8 and the sentences around it.
"""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from theory.attack.derivation import Derivation
from theory.statement import Assumption, Claim, Identity, Limit
from theory.symbols import Inner, Phi, Sign, column, norm, positive, real
from theory.toy.distribution import B, accuracy, d, derive_argument, gamma, scalars, signs
from theory.toy.labelled_mean import (
    ANY,
    FEW,
    MINORITY,
    NOISY,
    Delta,
    Z,
    bayes_accuracy,
    eps,
    flipped,
    labelled_mean,
    labelled_sum,
    mean_square,
    minority,
    n,
    one,
    uncancelled,
)

noise = gamma / (n * sp.sqrt(d - 1)) * Z.T


def derive_examples(proof: Derivation) -> None:
    """t_i x_i = (eps_i B, gamma/sqrt(d-1) eps_i z_i), and the flips add up to n (1-2 Delta)."""
    label, flip, z = Sign("y_i"), Sign("eps_i"), column("z_i", d - 1)
    proof.equal("the first entry of t_i x_i is eps_i B", (flip * label) * (label * B), flip * B)
    scale = gamma / sp.sqrt(d - 1)
    proof.equal("and the others are the noise with the sign eps_i", (flip * label) * (label * scale) * z, scale * flip * z)
    wrong = column("wrong", n)
    total = Inner(one - 2 * wrong, one)
    proof.equal("with eps = 1 - 2 (indicator of the flipped labels)", total, Inner(one, one) - 2 * Inner(wrong, one))


def prove_signal(s: Identity, proof: Derivation) -> None:
    """sum_i eps_i = n - 2 n Delta."""
    derive_examples(proof)
    proof.equal("n ones less twice the n Delta flipped ones, times B/n, are the formula", (n - 2 * (n * Delta)) * B / n, s.formula)


def prove_noise(s: Identity, proof: Derivation) -> None:
    """The sum over i of eps_i z_i is Z^T eps."""
    derive_examples(proof)
    k = column("k", d - 1)
    proof.equal("along any k, sum_i eps_i <z_i, k> = <eps, Z k> is the component of Z^T eps", Inner(eps, Z * k), Inner(Z.T * eps, k))
    proof.equal("times gamma/sqrt(d-1), divided by n, it is the formula", gamma / sp.sqrt(d - 1) / n * Z.T * eps, s.formula)


def derive_mean_square(proof: Derivation) -> sp.Expr:
    """Derive E ||gamma/(n sqrt(d-1)) Z^T eps||^2 from E Z Z^T = (d-1) I; return it."""
    derive_examples(proof)
    proof.equal("the first entry has no error", (n - 2 * (n * Delta)) * B / n - (1 - 2 * Delta) * B, sp.S.Zero)
    scale = (gamma / n) ** 2 / (d - 1)
    proof.equal("the rest is quadratic in the noise", Inner(noise * eps, noise * eps), scale * Inner(eps, Z * Z.T * eps))
    proof.equal("whose mean follows from E Z Z^T = (d-1) I", Inner(eps, (d - 1) * sp.Identity(n) * eps), (d - 1) * Inner(eps, eps))
    proof.equal("and from ||eps||^2 = n", scale * (d - 1) * n, gamma**2 / n)
    return gamma**2 / n


def prove_mean_square(s: Identity, proof: Derivation) -> None:
    """No d is left."""
    proof.equal("the mean square is the formula", derive_mean_square(proof), s.formula)


def prove_many_examples(s: Limit, proof: Derivation) -> None:
    """gamma^2/n tends to 0."""
    proof.equal("the mean square is the value and the rate together", derive_mean_square(proof), s.value + s.rate)
    proof.tends("and the rate tends to 0", s.rate, s.along, sp.oo, 0)


def prove_coordinate(s: Limit, proof: Derivation) -> None:
    """One entry of Z^T eps has variance ||eps||^2 = n."""
    derive_examples(proof)
    z = column("z", n)
    proof.equal("one entry of Z^T eps, squared", Inner(eps, z) ** 2, Inner(eps, z * z.T * eps))
    proof.equal("has the mean ||eps||^2, since E z z^T = I", Inner(eps, sp.Identity(n) * eps), Inner(eps, eps))
    proof.equal("so with ||eps||^2 = n its variance is the value and the rate together", (gamma / n) ** 2 / (d - 1) * n, s.value + s.rate)
    proof.tends("and the rate tends to 0", s.rate, s.along, sp.oo, 0)


def prove_bayes(s: Identity, proof: Derivation) -> None:
    """The signal keeps the sign of B."""
    share, b, k = real("share b k")
    score = k * ((1 - 2 * share) * b * (k * b))
    proof.decided("the score of the limit is positive for every label k", [share < sp.S.Half, sp.Ne(b, 0), sp.Eq(k**2, 1)], score > 0)
    proof.equal("so the limit has accuracy 1, the formula", sp.S.One, s.formula)


u = n * (d - 1) * (1 - 2 * Delta) * B**2 / (gamma**2 * norm(Z.T * eps))


def prove_accuracy(s: Limit, proof: Derivation) -> None:
    """Phi(-u) <= exp(-u^2/2)/2 for u >= 0, at the u of Eq. B.3."""
    derive_examples(proof)
    argument = derive_argument(proof, (1 - 2 * Delta) * B, noise * eps, B)
    proof.equal("the argument of the mean classifier, squared", scalars(argument) ** 2, scalars(u) ** 2)
    v = real("v")
    gap = sp.exp(-(v**2) / 2) / 2 - Phi(-v)
    proof.equal("the gap between bound and tail is 0 at 0", gap.subs(v, 0), sp.S.Zero)
    proof.tends("and tends to 0", gap, v, sp.oo, 0)
    growth = sp.exp(-(v**2) / 2) * (sp.sqrt(2 / sp.pi) - v) / 2
    proof.equal("it grows while v < sqrt(2/pi), then falls, so it is never negative", sp.diff(gap, v), growth)
    proof.equal("the accuracy is the value less that tail", 1 - Phi(-v), s.value - Phi(-v))
    proof.equal("and the rate is the bound", s.rate, sp.exp(-(u**2) / 2) / 2)
    q, m, b = positive("q m b")
    typical = n * s.along * m * b**2 / (gamma**2 * sp.sqrt(q * n * s.along))
    says = "it tends to 0 for ||Z^T eps||^2 = q n d, whose mean is n (d-1), with 1 - 2 Delta = m and |B| = b"
    proof.tends(says, sp.exp(-(typical**2) / 2) / 2, s.along, sp.oo, 0)


first_entry = 1 - 2 * Delta

CLAIMS = (
    Claim(
        id="eq-b.8",
        idea="the labels leave eps_i; the noise of the mean has a length that n reduces and d does not",
        space=ANY,
        printed=(
            Identity(part="signal", formula=first_entry * B, defined_by=lambda p: labelled_sum(p, p.Z)[:1][0]),
            Identity(part="noise", formula=noise * one, defined_by=lambda p: labelled_sum(p, p.Z)[1:]),
            Limit(part="limit-n", value=sp.S.Zero, defined_by=mean_square, along=n, rate=gamma**2 / n, proof=prove_many_examples),
            Limit(part="limit-d", value=sp.S.Zero, defined_by=mean_square, along=d, rate=gamma**2 / sp.sqrt(d - 1), space=FEW),
            Identity(part="bayes", formula=sp.S.One, defined_by=bayes_accuracy, space=MINORITY, proof=prove_bayes),
        ),
        corrected=(
            Identity(part="signal", formula=first_entry * B, defined_by=lambda p: labelled_mean(p, p.Z)[:1][0], proof=prove_signal),
            Identity(part="noise", formula=noise * eps, defined_by=lambda p: labelled_mean(p, p.Z)[1:], proof=prove_noise),
            Identity(part="limit-d", formula=gamma**2 / n, defined_by=mean_square, proof=prove_mean_square),
            Limit(
                part="coordinate",
                value=sp.S.Zero,
                defined_by=lambda p: mean_square(p, slice(1, 2)),
                along=d,
                rate=gamma**2 / (n * (d - 1)),
                proof=prove_coordinate,
            ),
            Limit(
                part="accuracy",
                value=sp.S.One,
                defined_by=lambda p: accuracy(labelled_mean(p, p.Z), p.B, p.gamma),
                along=d,
                rate=sp.exp(-(u**2) / 2) / 2,
                space=NOISY,
                proof=prove_accuracy,
            ),
        ),
        assumes=(
            Assumption("Delta < 1/2", replace(MINORITY, construct=lambda b: flipped(minority(b), signs(b["eps"]))), parts=("bayes",)),
            Assumption("B is not 0", replace(MINORITY, construct=lambda b: {**minority(b), "B": 0 * b["B"]}), parts=("bayes",)),
            Assumption(
                "Delta <= 1/2",
                replace(NOISY, construct=lambda b: uncancelled(flipped(minority(b), -minority(b)["eps"]))),
                parts=("accuracy",),
            ),
        ),
    ),
)
