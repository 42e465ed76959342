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
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import sympy as sp

from theory.attack.derivation import Derivation
from theory.domain import Reals
from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem
from theory.kernel.sums import each
from theory.kernel.terms import plain
from theory.loss.class_by_class import SEVERAL, any_two, differences, from_the_mean
from theory.loss.class_by_class import k as a_class
from theory.loss.logit_ball import DIFFERENCES, LARGE, PAIR, SMALL, SPACE, C, largest_difference, met, radius
from theory.loss.wrong_classes import K, a, b, e, f, loss, loss_of_logits, n, others, wrong
from theory.statement import Assumption, Claim, Inequality, Limit
from theory.symbols import Inner, norm, positive, real

root = sp.sqrt(K / (K - 1))
y = real("y")
S, Q, G, R, M, N, A, B, T, E, k, x = real("S Q G R M N A B T E k x")  # for z3 and python-flint


def bound(exponent: sp.Expr) -> sp.Expr:
    """Return log(1 + (K - 1) e^exponent): the loss where every f_k - f_t equals the exponent."""
    return sp.log(1 + (K - 1) * sp.exp(exponent))


def loss_over_radius(p: SimpleNamespace) -> jax.Array:
    """Return loss / C for logits of norm C: -C/sqrt 2 at the target, C/sqrt 2 at the class after it, 0 elsewhere."""
    logits = (jnp.roll(p.e, 1) - p.e) * p.C / jnp.sqrt(2.0)
    return loss(SimpleNamespace(f=logits, e=p.e)) / p.C


def derive_loss(d: Derivation) -> None:
    """The loss in terms of the differences f_k - f_t."""
    d.equal("e^loss is 1 + the sum of e^(f_k - f_t)", sp.exp(loss_of_logits), 1 + sp.exp(b - a) + others * sp.exp(-a))


def arrive(d: Derivation, formula: sp.Expr, exponent: sp.Expr) -> None:
    """From n e^exponent against the sum of e^(f_k - f_t) to the formula against the loss."""
    d.increasing("log(1 + n e^y) increases in y", sp.log(1 + n * sp.exp(y)), y)
    d.equal(f"at y = {exponent} it is the formula", sp.log(1 + n * sp.exp(y)).subs(y, exponent), wrong(formula))


def take_root(d: Derivation, says: str, constant: sp.Expr, square: sp.Expr) -> None:
    """From D^2 <= square C^2 to D <= constant C."""
    d.decided(says, [G**2 <= (R * S) ** 2, R >= 0, S >= 0], G <= R * S)
    d.equal("where the square of R is that factor", constant**2, square)
    d.positive("and R is positive", constant)


IN_BALL = relation("<=", norm(f), C)


def prove_lower(goal: Goal) -> Theorem:
    """The tangent of e^x at the mean of the wrong logits, then Cauchy-Schwarz for the difference of f_t and that mean."""
    return from_the_mean(goal, plain(C), IN_BALL)


def prove_upper(goal: Goal) -> Theorem:
    """Two logits differ by at most sqrt(2) C."""
    return any_two(goal, plain(C), IN_BALL)


def prove_small(statement: Inequality, d: Derivation) -> None:
    """For x <= 1 and 0 < g <= 1, e^x <= e^g (1 + (x^2 - g^2)/(2 g)); g is the root mean square of the wrong logits."""
    g = real("g")
    parabola = sp.exp(g - x) * (1 + (x**2 - g**2) / (2 * g))
    derive_loss(d)
    d.equal(
        "the slope of h(x) = e^(g - x) (1 + (x^2 - g^2)/(2 g))",
        sp.diff(parabola, x),
        sp.exp(g - x) * (x - g) * (2 - x - g) / (2 * g),
    )
    d.decided("h falls up to x = g", [x <= g, g > 0, g <= 1], (x - g) * (2 - x - g) <= 0)
    d.decided("and rises up to x = 1", [x >= g, x <= 1, g > 0, g <= 1], (x - g) * (2 - x - g) >= 0)
    d.equal("where h(g) = 1, so that e^x is at most e^g (1 + (x^2 - g^2)/(2 g))", parabola.subs(x, g), sp.S.One)
    d.decided("no wrong logit exceeds 1", [x**2 + Q <= S**2, Q >= 0, S >= 0, S <= 1], x <= 1)
    d.decided("nor does g", [N * G**2 <= S**2, N >= 1, S >= 0, S <= 1], G <= 1)
    says = "added up over the n wrong logits, whose squares add up to n g^2, it gives n e^g (as it does for g = 0, where they are all 0)"
    d.polynomial(says, N + (N * G**2 - N * G**2) / (2 * G), N)
    d.polynomial("with f_t = -A and n = M^2: (A + g)^2", (1 + 1 / M**2) * (A**2 + M**2 * G**2) - (A + G) ** 2, (A / M - M * G) ** 2)
    take_root(d, "which is at most (1 + 1/n) ||f||^2, hence g - f_t is at most R C", wrong(root), 1 + 1 / n)
    arrive(d, statement.larger, C * wrong(root))


IN_BOX = relation("<=", sp.Abs(Inner(a_class, f) - Inner(e, f)), C)


def prove_differences(side: str, sign: int) -> Callable[[Goal], Theorem]:
    """Return the proof that each e^(f_k - f_t) lies between e^-C and e^C, and so their sum over the wrong classes."""
    return lambda goal: differences(goal, side, sign * plain(C), IN_BOX)


def prove_constant(statement: Limit, d: Derivation) -> None:
    """The loss of the pair exceeds C sqrt 2, and by no more than log K."""
    pair = loss_of_logits.xreplace({a: -C / sp.sqrt(2), b: C / sp.sqrt(2), others: n - 1})
    last_factor = 1 + sp.exp(-sp.sqrt(2) * C) + (n - 1) * sp.exp(-C / sp.sqrt(2))
    d.equal("e^loss", sp.exp(pair), sp.exp(statement.value * C) * last_factor)
    d.decided("its last factor is at least 1", [A > 0, B > 0, N >= 1], 1 + A + (N - 1) * B >= 1)
    d.decided("and at most K = n + 1", [A <= 1, B <= 1, N >= 1], 1 + A + (N - 1) * B <= N + 1)
    d.equal("so the loss over C exceeds the value by at most the rate", statement.rate * C, sp.log(K))
    d.tends("which tends to 0", statement.rate, C, sp.oo, 0)
    smaller = positive("a")
    d.tends("a bound with the constant a grows at the rate a", sp.log(1 + n * sp.exp(smaller * C)) / C, C, sp.oo, smaller)


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
                proof=prove_small,
            ),
            Limit(
                part="upper-constant",
                value=sp.sqrt(2),
                defined_by=loss_over_radius,
                along=C,
                rate=sp.log(K) / C,
                space=PAIR,
                proof=prove_constant,
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
            Assumption(
                "|f_k - f_t| <= C for all k",
                DIFFERENCES.but(slack=Reals(-2.0, -0.01)),
                parts=("lower-differences", "upper-differences"),
                given=(each(IN_BOX, a_class),),
            ),
            Assumption("C <= 1", LARGE, parts=("upper-small",)),
        ),
    ),
)
