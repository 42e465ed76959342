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

import jax.numpy as jnp
import sympy as sp

from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, all_of, decided, equal, replaced, summed
from theory.kernel.tactics import fades, rewritten
from theory.meaning import means
from theory.statement import Assumption, Claim, Identity, Limit
from theory.symbols import Inner, norm, real, unit
from theory.toy.distribution import POSITIVE_NOISE, B, accuracy, d, gamma
from theory.toy.labelled_mean import (
    ANY,
    FEW,
    MINORITY,
    NOISY,
    SHARE,
    SIGNS,
    SOME_NOISE,
    Delta,
    Z,
    all_ones,
    bayes_accuracy,
    eps,
    flipped,
    i,
    labelled_mean,
    labelled_sum,
    labels_leave_noise,
    mean_square,
    meant_first,
    meant_mean_square,
    meant_spread,
    meant_sum,
    minority,
    n,
    rest_of_flips,
    uncancelled,
    y,
)

noise = gamma / (n * sp.sqrt(d - 1)) * Z.T


def prove_signal(goal: Goal) -> Theorem:
    """t_i y_i = eps_i, and Delta is the share of the eps_i that are -1."""
    total_of_flips = labels_cancel()
    known = rewritten(goal.conclusion.left, total_of_flips)
    return replaced(known, equal(known.conclusion.right, goal.conclusion.right))


def labels_cancel() -> Theorem:
    """Return that the first entries of the t_i x_i add up to the sum of the eps_i B."""
    flip, label = Inner(i, eps), Inner(i, y)
    return summed(decided(relation("=", meant_first(flip, label), flip * B), given=(relation("=", label**2, 1),)), i)


def prove_noise(goal: Goal) -> Theorem:
    """The sum over i of eps_i z_i is Z^T eps."""
    return replaced(equal(1 / n * rest_of_flips(), goal.conclusion.right, SOME_NOISE), labels_leave_noise())


def squares() -> Theorem:
    """Return that the squares of the t_i y_i add up to n."""
    flip, label = Inner(i, eps), Inner(i, y)
    signs = (relation("=", flip**2, 1), relation("=", label**2, 1))
    squared = decided(relation("=", (flip * label**2) ** 2, 1), given=signs)
    added = summed(squared, i)
    return replaced(added, equal(added.conclusion.right, n))


def prove_mean_square(goal: Goal) -> Theorem:
    """The first entry has no error, and each of the d - 1 others the variance gamma^2/(d-1)/n^2 times the sum of the squares of eps_i."""
    return mean_square_is(goal.conclusion.left, goal.conclusion.right)


def mean_square_is(left: sp.Expr, right: sp.Expr) -> Theorem:
    """Return that the mean square is gamma^2/n."""
    known = rewritten(left, labels_cancel(), SOME_NOISE)
    power = squares()
    plainly = equal(known.conclusion.right, gamma**2 / n**2 * power.conclusion.left, SOME_NOISE)
    known = replaced(replaced(known, plainly), power)
    return replaced(known, equal(known.conclusion.right, right, SOME_NOISE))


def prove_many_examples(goal: Goal) -> Theorem:
    """gamma^2/n tends to 0."""
    bounded, _ = goal.conclusion.parts
    exact = mean_square_is(bounded.left.args[0], bounded.right)
    return all_of(decided(bounded, exact, given=(SOME_NOISE,)), fades(gamma**2 / real("n"), gamma**2, real("n")))


def prove_coordinate(goal: Goal) -> Theorem:
    """One entry of Z^T eps has the variance ||eps||^2 = n."""
    bounded, _ = goal.conclusion.parts
    power = squares()
    plainly = equal(bounded.left, gamma**2 / (n**2 * (d - 1)) * power.conclusion.left, SOME_NOISE)
    known = replaced(plainly, power)
    return all_of(
        decided(bounded, known, given=(SOME_NOISE,)),
        fades(gamma**2 / (n * (real("d") - 1)), gamma**2 / n, real("d"), shift=1),
    )


def prove_bayes(goal: Goal) -> Theorem:
    """The signal keeps the sign of B."""
    return decided(goal.conclusion, given=(FEW_FLIPS, SOME_SIGNAL))


FEW_FLIPS, SOME_SIGNAL = relation("<", Delta, sp.S.Half), relation("!=", B, 0)
first_noise = unit("first noise", d - 1)


u = n * (d - 1) * (1 - 2 * Delta) * B**2 / (gamma**2 * norm(Z.T * eps))


means(meant_mean_square())(mean_square)
mean_first = means(meant_sum()[0] / n)(lambda p: labelled_mean(p, p.Z)[:1][0])
mean_rest = means(1 / n * meant_sum()[1])(lambda p: labelled_mean(p, p.Z)[1:])
ALL = (*SIGNS, SOME_NOISE, POSITIVE_NOISE)
first_entry = 1 - 2 * Delta

CLAIMS = (
    Claim(
        id="eq-b.8",
        space=ANY,
        printed=(
            Identity(part="signal", formula=first_entry * B, defined_by=lambda p: labelled_sum(p, p.Z)[:1][0]),
            Identity(part="noise", formula=noise * all_ones, defined_by=lambda p: labelled_sum(p, p.Z)[1:]),
            Limit(
                part="limit-n",
                value=sp.S.Zero,
                defined_by=mean_square,
                along=n,
                rate=gamma**2 / n,
                atoms=SHARE,
                given=ALL,
                theorem=prove_many_examples,
            ),
            Limit(part="limit-d", value=sp.S.Zero, defined_by=mean_square, along=d, rate=gamma**2 / sp.sqrt(d - 1), space=FEW),
            Identity(part="bayes", formula=sp.S.One, defined_by=bayes_accuracy, space=MINORITY, theorem=prove_bayes),
        ),
        corrected=(
            Identity(part="signal", formula=first_entry * B, atoms=SHARE, defined_by=mean_first, given=SIGNS, theorem=prove_signal),
            Identity(part="noise", formula=noise * eps, defined_by=mean_rest, given=ALL, theorem=prove_noise),
            Identity(part="limit-d", formula=gamma**2 / n, atoms=SHARE, defined_by=mean_square, given=ALL, theorem=prove_mean_square),
            Limit(
                part="coordinate",
                value=sp.S.Zero,
                defined_by=means(meant_spread(first_noise))(lambda p: mean_square(p, slice(1, 2))),
                along=d,
                rate=gamma**2 / (n * (d - 1)),
                atoms={first_noise: lambda p: jnp.eye(p.Z.shape[1])[0]},
                given=ALL,
                theorem=prove_coordinate,
            ),
            Limit(
                part="accuracy",
                value=sp.S.One,
                defined_by=lambda p: accuracy(labelled_mean(p, p.Z), p.B, p.gamma),
                along=d,
                rate=sp.exp(-(u**2) / 2) / 2,
                space=NOISY,
            ),
        ),
        assumes=(
            Assumption(
                "Delta < 1/2",
                replace(MINORITY, construct=lambda b: flipped(minority(b), -minority(b)["eps"])),
                parts=("bayes",),
                given=(FEW_FLIPS,),
            ),
            Assumption(
                "B is not 0",
                replace(MINORITY, construct=lambda b: {**minority(b), "B": 0 * b["B"]}),
                parts=("bayes",),
                given=(SOME_SIGNAL,),
            ),
            Assumption(
                "Delta <= 1/2",
                replace(NOISY, construct=lambda b: uncancelled(flipped(minority(b), -minority(b)["eps"]))),
                parts=("accuracy",),
            ),
        ),
    ),
)
