"""Section 4.4: between which bounds the loss of one example lies when the 2-norm of its logits is at most C.

Statement.  log(1 + (K-1) e^(-C r)) <= loss <= log(1 + (K-1) e^(C sqrt 2)) with r = sqrt(K/(K-1)). The lower end is attained
            for every K and C, the upper one for K = 2; for C <= 1 the upper end holds with r in place of sqrt 2 and is attained.
Idea.       The loss is log(1 + sum e^(f_k - f_t)) over the wrong classes. The mean of f_k - f_t is at least -C r, and each is at
            most C sqrt 2: two coordinates of a vector of length C differ by no more. For small logits e^x lies below a parabola.
Assumes.    ||f||_2 <= C, written as C = ||f||_2 + slack, so that the ball and its surface are drawn exactly.
As printed. With the exponents -C and C: false at both ends for every K >= 2. These bound the differences f_k - f_t, for
            which they are right (`lower-differences`, `upper-differences`), not the logits.
Source.     Section 4.4, third sentence.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from theory.domain import Reals
from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem
from theory.kernel.sums import every_unit
from theory.kernel.terms import plain
from theory.loss.class_by_class import SEVERAL, any_two, differences, from_the_mean
from theory.loss.class_by_class import k as a_class
from theory.loss.logit_ball import DIFFERENCES, LARGE, OUTSIDE, PAIR, SMALL, SPACE, C, largest_difference, met, radius
from theory.loss.pair import PAIR_GIVEN, loss_over_radius, prove_constant
from theory.loss.small_radius import IN_BALL, SMALL_RADIUS, prove_small
from theory.loss.wrong_classes import K, e, f, loss
from theory.statement import Assumption, Claim, Inequality, Limit
from theory.symbols import Inner

root = sp.sqrt(K / (K - 1))


def bound(exponent: sp.Expr) -> sp.Expr:
    """Return log(1 + (K - 1) e^exponent): the loss where every f_k - f_t equals the exponent."""
    return sp.log(1 + (K - 1) * sp.exp(exponent))


def prove_lower(goal: Goal) -> Theorem:
    """The tangent of e^x at the mean of the wrong logits, then Cauchy-Schwarz for the difference of f_t and that mean."""
    return from_the_mean(goal, plain(C), IN_BALL)


def prove_upper(goal: Goal) -> Theorem:
    """Two logits differ by at most sqrt(2) C."""
    return any_two(goal, plain(C), IN_BALL)


IN_BOX = relation("<=", sp.Abs(Inner(a_class, f) - Inner(e, f)), C)


def prove_differences(side: str, sign: int) -> Callable[[Goal], Theorem]:
    """Return the proof that each e^(f_k - f_t) lies between e^-C and e^C, and so their sum over the wrong classes."""
    return lambda goal: differences(goal, side, sign * plain(C), IN_BOX)


BALL, BOX = {C: radius}, {C: largest_difference}

CLAIMS = (
    Claim(
        id="loss-bounds",
        space=SPACE,
        printed=(
            Inequality(part="lower", smaller=bound(-C), larger=loss, atoms=BALL, conditioning=C),
            Inequality(part="upper", smaller=loss, larger=bound(C), atoms=BALL, conditioning=C),
        ),
        corrected=(
            Inequality(
                part="lower",
                smaller=bound(-C * root),
                larger=loss,
                atoms=BALL,
                tight=met(1.0),
                conditioning=C,
                given=(SEVERAL,),
                theorem=prove_lower,
            ),
            Inequality(
                part="upper",
                smaller=loss,
                larger=bound(C * sp.sqrt(2)),
                atoms=BALL,
                tight=met(-1.0, applies=lambda classes: classes == 2),
                conditioning=C,
                theorem=prove_upper,
            ),
        ),
        beyond=(
            Inequality(
                part="upper-small",
                smaller=loss,
                larger=bound(C * root),
                atoms=BALL,
                space=SMALL,
                tight=met(-1.0),
                conditioning=C,
                given=(SEVERAL,),
                theorem=prove_small,
            ),
            Limit(
                part="upper-constant",
                value=sp.sqrt(2),
                defined_by=loss_over_radius,
                along=C,
                rate=sp.log(K) / C,
                space=PAIR,
                given=PAIR_GIVEN,
                theorem=prove_constant,
            ),
            Inequality(
                part="lower-differences",
                smaller=bound(-C),
                larger=loss,
                atoms=BOX,
                space=DIFFERENCES,
                tight=met(1.0),
                conditioning=C,
                theorem=prove_differences("smaller", -1),
            ),
            Inequality(
                part="upper-differences",
                smaller=loss,
                larger=bound(C),
                atoms=BOX,
                space=DIFFERENCES,
                tight=met(-1.0),
                conditioning=C,
                theorem=prove_differences("larger", 1),
            ),
        ),
        assumes=(
            Assumption("||f|| <= C", SPACE.but(slack=Reals(-2.0, -0.01)), parts=("lower", "upper"), given=(IN_BALL,)),
            Assumption("||f|| <= C", OUTSIDE, parts=("upper-small",), given=(IN_BALL,)),
            Assumption(
                "|f_k - f_t| <= C for all k",
                DIFFERENCES.but(slack=Reals(-2.0, -0.01)),
                parts=("lower-differences", "upper-differences"),
                given=(every_unit(IN_BOX, a_class),),
            ),
            Assumption("C <= 1", LARGE, parts=("upper-small",), given=(SMALL_RADIUS,)),
        ),
    ),
)
