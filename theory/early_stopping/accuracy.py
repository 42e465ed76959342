"""The test accuracy along a training path: its closed form, its fall in b, its ceiling, and where the ceiling is met.

Statement.  The accuracy is Phi(k (n_c a - n_n b) / sqrt(n_c a^2 + n_n b^2 + T)) with k = B^2 / (s sqrt(N)), T = tau^2 / N. It strictly
            decreases in b for a > 0. For b >= a it is at most Phi(k (n_c - n_n) / sqrt(n)), met after the first step from the origin.
Idea.       The derivative of the quotient in b is -n_n (n_c a^2 + n_c a b + T) over a positive power; and at b = a the quotient is
            (n_c - n_n) a / sqrt(n a^2 + T). From the origin every point moves equally, whatever rho is: a = b.
Assumes.    a > 0, b >= 0; for the ceiling also b >= a and more clean than mislabelled points. One noise coordinate has deviation s.
Source.     Beyond the paper; Eq. B.3 for the law of the score.
"""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import sympy as sp

from theory.attack.derivation import Derivation, ProofBroken
from theory.domain import Batch, Reals, Values
from theory.early_stopping.reduction import derive_margins, expand
from theory.early_stopping.slope import slope
from theory.early_stopping.toy import (
    MINORITY,
    WHERE,
    B,
    N,
    T,
    a,
    accuracy,
    b,
    data,
    directions,
    eta,
    m_c,
    m_n,
    n,
    n_c,
    n_n,
    reached,
    s,
    tau,
    toy_space,
)
from theory.goal import Goal
from theory.kernel.rules import Theorem, relation
from theory.kernel.tactics import by_slope
from theory.statement import Assumption, Identity, Inequality, Monotone
from theory.symbols import Phi, positive, real

quotient = (n_c * a - n_n * b) / sp.sqrt(n_c * a**2 + n_n * b**2 + T)
scale = B**2 / (s * sp.sqrt(N))
ceiling = Phi(scale * (n_c - n_n) / sp.sqrt(n))
MEANING = {T: tau**2 / N}
RATIO = {n: WHERE[n]}
excess = positive("excess")
POSITIVE_PROGRESS = relation("<", 0, a)
SIGNS = (*(relation("<", 0, symbol) for symbol in (N, B, s)), *(relation("<=", 0, symbol) for symbol in (b, tau)))

SCORES = {B: Reals(0.1, 1.5), N: Reals(0.5, 5.0), s: Reals(0.5, 3.0)}
SPACE = toy_space({**SCORES, a: Reals(1e-2, 3.0), b: Reals(0.0, 3.0)})


def behind(batch: Batch) -> Batch:
    """Add b = a (1 + excess): mislabelled points have moved at least as far."""
    return {**batch, "b": batch["a"] * (1 + batch["excess"])}


AHEAD = toy_space({**SCORES, a: Reals(1e-2, 3.0), excess: Reals(0.0, 3.0)}, behind, "b = a (1 + excess)")
START = toy_space({**SCORES, tau: Values((0.0,)), eta: Reals(1e-2, 3.0)})


def reached_accuracy(at: SimpleNamespace) -> jax.Array:
    """Return the accuracy at w0 + a S_c + b S_n, shape ()."""
    return accuracy(at, reached(at))


def first_step(at: SimpleNamespace) -> jax.Array:
    """Return the accuracy after one full-batch step of 1-SAM from w0, shape ()."""
    w, x, t = data(at)
    return accuracy(at, w + at.eta * jnp.mean(directions(w, x, t, at.rho), axis=0))


def derive_score(d: Derivation) -> sp.Expr:
    """Return u with accuracy Phi(u): w_1 and the norm of the rest of w, from the sums over orthogonal vectors."""
    first, rest = B * (n_c * a - n_n * b), tau**2 + N * (n_c * a**2 + n_n * b**2)
    u = B * first / (s * sp.sqrt(rest))
    closed = expand(MEANING, scale * quotient)
    d.polynomial(
        "w_1 = a n_c B - b n_n B and |rest|^2 = tau^2 + a^2 n_c N + b^2 n_n N: squared, the score has the closed form", u**2, closed**2
    )
    d.positive("and the same sign, that of n_c a - n_n b", expand(MEANING, scale / sp.sqrt(n_c * a**2 + n_n * b**2 + T)))
    return scale * quotient


def score_of(formula: sp.Expr) -> sp.Expr:
    """Return u where the formula is Phi(u); raise ProofBroken where it is not."""
    if not isinstance(formula, Phi):
        raise ProofBroken(f"{formula} is not a value of Phi")
    return formula.args[0]


def prove_closed(statement: Identity, d: Derivation) -> None:
    """The score y <w, x> of a fresh point is normal with mean B w_1 and deviation s |rest|."""
    d.equal("the statement's score", score_of(statement.formula), derive_score(d))
    for symbol, meaning in MEANING.items():
        d.equal(f"the statement's {symbol}", statement.where[symbol], meaning)


def derive_fall(d: Derivation) -> None:
    """The derivative of the quotient in b has the sign of -(n_c a^2 + n_c a b + T)."""
    falls = -n_n * (n_c * a**2 + n_c * a * b + T) / (n_c * a**2 + n_n * b**2 + T) ** sp.Rational(3, 2)
    d.equal("the derivative of the quotient in b", sp.diff(quotient, b), falls)
    d.positive("its negative is positive for a > 0, b > 0, T >= 0, and by continuity the quotient falls from b = 0 on", -falls)
    u = sp.Symbol("u", real=True)
    d.increasing("Phi increases", Phi(u), u)


def prove_falls(goal: Goal) -> Theorem:
    """The slope is a positive multiple of the derivative of the quotient in b."""
    u, root = scale * quotient, n_c * a**2 + n_n * b**2 + T
    slope = -sp.exp(-(u**2) / 2) / sp.sqrt(2 * sp.pi) * scale * n_n * (n_c * a**2 + n_c * a * b + T) / root ** sp.Rational(3, 2)
    return by_slope(expand(MEANING, slope))(goal)


def prove_ceiling(statement: Inequality, d: Derivation) -> None:
    """By the fall in b it is enough to look at b = a."""
    derive_score(d)
    derive_fall(d)
    d.equal("at b = a the quotient is", quotient.subs(b, a), (n_c - n_n) * a / sp.sqrt((n_c + n_n) * a**2 + T))
    A, count, top, root, gain, room = real("a n r o g T")
    given = [A > 0, count > 0, room >= 0, top > 0, sp.Eq(top**2, count), root > 0, sp.Eq(root**2, count * A**2 + room), gain > 0]
    d.decided("as sqrt(n) a <= sqrt(n a^2 + T), for n_c > n_n it is at most (n_c - n_n) / sqrt(n)", given, gain * A * top <= gain * root)
    d.equal("that is the ceiling", score_of(statement.larger), scale * (n_c - n_n) / sp.sqrt(n))
    d.equal("the statement's n", statement.where[n], n_c + n_n)


def prove_start(statement: Identity, d: Derivation) -> None:
    """All margins are 0 at the origin, so a = b after the first step."""
    derive_margins(d)
    derive_score(d)
    at_equal = quotient.subs({b: a, T: 0})
    d.equal("all margins are 0, so a = b = eta sigma(C) / n whatever rho is, and T = 0", at_equal, (n_c - n_n) / sp.sqrt(n_c + n_n))
    d.equal("in the flow the slope at the start is 1 whatever C is, so b/a tends to 1 there", slope.subs({m_c: 0, m_n: 0}), sp.S.One)
    d.equal("that is the formula", score_of(statement.formula), scale * (n_c - n_n) / sp.sqrt(n))
    d.equal("the statement's n", statement.where[n], n_c + n_n)


def meet(batch: Batch) -> Batch:
    """Move the points to where the ceiling is met: b = a and tau = 0."""
    return {**batch, "b": batch["a"], "tau": 0 * batch["tau"]}


PARTS = (
    Identity(part="accuracy", formula=Phi(scale * quotient), where=MEANING, defined_by=reached_accuracy, space=SPACE, proof=prove_closed),
    Monotone(
        part="accuracy-falls",
        quantity=Phi(scale * quotient),
        where=MEANING,
        along=b,
        increasing=False,
        space=SPACE,
        given=SIGNS,
        theorem=prove_falls,
    ),
    Inequality(
        part="ceiling", smaller=reached_accuracy, larger=ceiling, where=RATIO, tight=meet, slack=1e-12, space=AHEAD, proof=prove_ceiling
    ),
    Identity(part="origin", formula=ceiling, where=RATIO, defined_by=first_step, space=START, proof=prove_start),
)
ASSUMES = (
    Assumption("a > 0", SPACE.but(a=Reals(-2.0, -0.1)), parts=("accuracy-falls",), given=(POSITIVE_PROGRESS,)),
    Assumption("b >= a", AHEAD.but(excess=Reals(-1.0, -0.1)), parts=("ceiling",)),
    Assumption("more clean than mislabelled points", toy_space(dict(AHEAD.domains), behind, AHEAD.note, MINORITY), parts=("ceiling",)),
    Assumption("tau = 0", START.but(tau=Reals(0.1, 2.0)), parts=("origin",)),
    Assumption("more clean than mislabelled points", toy_space(dict(START.domains), sizes=MINORITY), parts=("origin",)),
)
