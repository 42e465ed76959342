"""End of Section 3.2: does 1-SAM converge to the Bayes optimal classifier as its radius grows?

Statement.  The limit, X^T t (Eq. B.5, from the origin), has the accuracy Phi(u) with u = n (d-1)(1-2 Delta) B^2 / (gamma^2 ||Z^T eps||),
            below 1 for every finite n and d. At the paper's sizes it is .71 with the noise that the figures need.
Idea.       The mean of finitely many examples keeps some noise, and a classifier with noise in it makes errors.
Assumes.    The noise of the mean is not zero.
As printed. Section 3.2 names the limit in rho alone. Appendix B.1 adds that n or d grows: then Eq. B.8 applies.
Source.     The end of Section 3.2; Appendix B.1, the third sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import SimpleNamespace

import jax
import numpy as np
import sympy as sp
from flint import arb, ctx

from theory.domain import Batch, Reals, Space
from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, decided, equal, replaced, summed
from theory.meaning import means
from theory.statement import Agreement, Assumption, Claim, Finding, Identity, Inequality
from theory.symbols import Inner, Phi, norm, total
from theory.toy.distribution import POSITIVE_NOISE, B, accuracy, d, gamma, meant_accuracy
from theory.toy.labelled_mean import (
    DOMAINS,
    NOISY,
    NOTE,
    SHARE,
    SIGNS,
    SOME_NOISE,
    Delta,
    Z,
    any_share,
    eps,
    i,
    labelled_sum,
    labels_leave_noise,
    meant_first,
    meant_sum,
    n,
    rest_of_flips,
    uncancelled,
    y,
)

u = n * (d - 1) * (1 - 2 * Delta) * B**2 / (gamma**2 * norm(Z.T * eps))
NOISY_SUM = relation("!=", Z.T * eps, sp.ZeroMatrix(d - 1, 1))
TIGHT = 40.0  # deviations from the boundary: the tail is below 1e-340


def with_noise(batch: Batch) -> Batch:
    """Any share of flipped labels; the noise of the mean is not zero."""
    return uncancelled(any_share(batch))


def without_noise(batch: Batch) -> Batch:
    """Let the noise of the mean vanish."""
    made = NOISY.construct(batch)
    return {**made, "Z": 0 * made["Z"]}


def nearly_perfect(batch: Batch) -> Batch:
    """Scale the noise so that the boundary is TIGHT deviations away."""
    summed = np.linalg.norm(np.einsum("bnk,bn->bk", batch["Z"], batch["eps"]), axis=1)
    count, width = batch["eps"].shape[1], batch["Z"].shape[2]
    wanted = count * width * (1 - 2 * batch["Delta"]) * batch["B"] ** 2 / (batch["gamma"] ** 2 * TIGHT)
    return {**batch, "Z": batch["Z"] * (wanted / summed)[:, None, None]}


# noise enough for the tail to be seen in 50 digits
LOUD = replace(NOISY, domains={**NOISY.domains, gamma: Reals(2, 4), B: Reals(-1.5, 1.5)})
ANY = Space(DOMAINS, NOISY.sizes, construct=with_noise, note=f"{NOTE}; the noise of the mean is not zero")


@means(meant_accuracy(*meant_sum()))
def of_limit(p: SimpleNamespace) -> jax.Array:
    """Return the accuracy of X^T t, shape ()."""
    return accuracy(labelled_sum(p, p.Z), p.B, p.gamma)


def with_labels(theorem: Theorem) -> Theorem:
    """Write t_i x_i for what the labels leave of it, in a theorem about the sums of eps_i B and of eps_i z_i."""
    square = relation("=", Inner(i, y) ** 2, 1)
    first = decided(relation("=", Inner(i, eps) * B, meant_first(Inner(i, eps), Inner(i, y))), given=(square,))
    return replaced(replaced(theorem, summed(first, i)), labels_leave_noise())


def without_labels() -> sp.Expr:
    """Return the accuracy with eps_i in place of t_i y_i."""
    return meant_accuracy(total(lambda e: Inner(e, eps) * B, n), rest_of_flips())


GIVEN = (POSITIVE_NOISE, SOME_NOISE, NOISY_SUM)


def prove_accuracy(goal: Goal) -> Theorem:
    """Eq. B.3 at the sum of the labelled examples."""
    return with_labels(equal(without_labels(), goal.conclusion.right, *GIVEN))


def prove_below(_: Goal) -> Theorem:
    """Phi stays below 1."""
    return with_labels(decided(relation("<", without_labels(), 1), given=GIVEN))


@dataclass(frozen=True)
class Sizes:
    """A setting of the toy data, the `variance` of one noise coordinate, and two bounds for the share of test points that are missed."""

    says: str
    n: int
    d: int
    B: Fraction
    Delta: Fraction
    variance: Fraction
    more_than: str
    less_than: str


def enclose(settings: Sequence[Sizes]) -> list[Finding]:
    """Enclose the share that X^T t misses where ||Z^T eps||^2 = n (d-1), and compare it with its bounds."""
    findings: list[Finding] = []
    with ctx.workdps(30):
        for setting in settings:
            # u with gamma^2 = variance (d - 1)
            rational = (1 - 2 * setting.Delta) * setting.B**2 / setting.variance
            point = arb(rational.numerator) / rational.denominator * (arb(setting.n) / (setting.d - 1)).sqrt()
            missed = (point / arb(2).sqrt()).erfc() / 2
            inside = bool(missed > arb(setting.more_than)) and bool(missed < arb(setting.less_than))
            says = f"{setting.says}, n = {setting.n}, d = {setting.d}, B = {setting.B}, Delta = {setting.Delta}"
            findings.append(
                Finding(f"{says}: between {setting.more_than} and {setting.less_than} of the points are missed", inside, missed.str(6))
            )
    return findings


UNIT = Sizes("unit noise", 500, 1000, Fraction(2), Fraction(2, 5), Fraction(1), "0.285", "0.286")
AS_PRINTED = replace(UNIT, says="the variance as printed", variance=Fraction(1, 999), more_than="0", less_than="1e-69000")
CHANGED = {
    "400 examples": {"n": 400},
    "2000 dimensions": {"d": 2000},
    "B = 1": {"B": Fraction(1)},
    "Delta = 3/10": {"Delta": Fraction(3, 10)},
    "twice the variance": {"variance": Fraction(2)},
    "a bound too high": {"more_than": "0.2858"},
    "a bound too low": {"less_than": "0.2857"},
}

CLAIMS = (
    Claim(
        id="rho-limit",
        space=ANY,
        printed=(Identity(part="bayes", formula=sp.S.One, defined_by=of_limit, space=NOISY),),
        corrected=(
            Identity(part="accuracy", formula=Phi(u), atoms=SHARE, defined_by=of_limit, given=(*SIGNS, *GIVEN), theorem=prove_accuracy),
            Inequality(
                part="below-one",
                smaller=of_limit,
                larger=sp.S.One,
                strictly=True,
                space=LOUD,
                tight=nearly_perfect,
                slack=1e-12,
                given=(*SIGNS, POSITIVE_NOISE, SOME_NOISE),
                theorem=prove_below,
            ),
            Agreement(
                part="paper-sizes",
                data=(UNIT, AS_PRINTED),
                check=enclose,
                variants={name: (replace(UNIT, **change), AS_PRINTED) for name, change in CHANGED.items()}
                | {"the printed variance a little larger": (UNIT, replace(AS_PRINTED, variance=Fraction(1, 990)))},
            ),
        ),
        assumes=(
            Assumption(
                "the noise of the mean is not zero", replace(LOUD, construct=without_noise), parts=("below-one",), given=(NOISY_SUM,)
            ),
        ),
    ),
)
