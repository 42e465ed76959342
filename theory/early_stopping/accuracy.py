"""The test accuracy along a training path: its closed form, its fall in b, its ceiling, and where the ceiling is met.

Statement.  The accuracy is Phi(k (n_c a - n_n b) / sqrt(n_c a^2 + n_n b^2 + T)) with k = B^2 / (s sqrt(N)), T = tau^2 / N. It strictly
            decreases in b for a > 0. For b >= a it is at most Phi(k (n_c - n_n) / sqrt(n)), met after the first step from the origin.
Idea.       The derivative of the quotient in b is -n_n (n_c a^2 + n_c a b + T) over a positive power; and at b = a the quotient is
            (n_c - n_n) a / sqrt(n a^2 + T). From the origin every point moves equally, whatever rho is: a = b.
Assumes.    a > 0, b >= 0; for the ceiling also b >= a and more clean than mislabelled points. One noise coordinate has deviation s.
Source.     Beyond the paper; Eq. B.3 for the law of the score.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import sympy as sp

from theory.domain import Batch, Reals, Values
from theory.early_stopping.exact_data import exact_data
from theory.early_stopping.meant import ATOMS, DIRECTION, GEOMETRY, NO_LEAN, REACHED, SIGNS, START_NORM, e_1, positive, w
from theory.early_stopping.one_step import PLAIN_REACHED, SCALES, step_theorem
from theory.early_stopping.point_sums import facts, in_sums
from theory.early_stopping.reduction import MEAN_DIRECTION, expand
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
    n,
    n_c,
    n_n,
    reached,
    rho,
    s,
    tau,
    toy_space,
    w0,
)
from theory.goal import Goal
from theory.kernel.rules import Theorem, assumed, cut, decided, equal, put, relation, replaced
from theory.kernel.tactics import by_slope, not_smaller, rewritten, swapped
from theory.kernel.terms import plain
from theory.meaning import means
from theory.statement import Assumption, Identity, Inequality, Monotone
from theory.symbols import Inner, Phi, real

quotient = (n_c * a - n_n * b) / sp.sqrt(n_c * a**2 + n_n * b**2 + T)
scale = B**2 / (s * sp.sqrt(N))
ceiling = Phi(scale * (n_c - n_n) / sp.sqrt(n))
MEANING = {T: tau**2 / N}
RATIO = {n: WHERE[n]}
excess = real("excess")
BEHIND, MAJORITY_CLEAN, AT_ORIGIN = relation("<=", a, b), relation("<", n_n, n_c), relation("=", tau, 0)
POSITIVE_PROGRESS = relation("<", 0, a)
FALL_GIVEN = (*(relation("<", 0, symbol) for symbol in (N, B, s)), *(relation("<=", 0, symbol) for symbol in (b, tau)))

SCORES = {B: Reals(0.1, 1.5), N: Reals(0.5, 5.0), s: Reals(0.5, 3.0)}
SPACE = toy_space({**SCORES, a: Reals(1e-2, 3.0), b: Reals(0.0, 3.0)})


def behind(batch: Batch) -> Batch:
    """Add b = a (1 + excess): mislabelled points have moved at least as far."""
    return {**batch, "b": batch["a"] * (1 + batch["excess"])}


AHEAD = toy_space({**SCORES, a: Reals(1e-2, 3.0), excess: Reals(0.0, 3.0)}, behind, "b = a (1 + excess)")
START = toy_space({**SCORES, tau: Values((0.0,)), eta: Reals(1e-2, 3.0)})


first, square_of_rest = real("first square")
SCORE = B * first / (s * sp.sqrt(square_of_rest))  # the mean of the score of a fresh point over its deviation
_without_signal = w - Inner(e_1, w) * e_1
AT_WEIGHTS = {first: Inner(e_1, w), square_of_rest: Inner(_without_signal, _without_signal)}


def meant_score(at: sp.MatrixExpr) -> sp.Expr:
    """Return the u with accuracy Phi(u) at weights, symbolically."""
    return SCORE.xreplace(AT_WEIGHTS).xreplace({w: at})


def meant(at: sp.MatrixExpr) -> sp.Expr:
    """Return the accuracy at weights, symbolically."""
    return Phi(meant_score(at))


@means(meant(REACHED))
def reached_accuracy(at: SimpleNamespace) -> jax.Array:
    """Return the accuracy at w0 + a S_c + b S_n, shape ()."""
    return accuracy(at, reached(at))


MOVED = w0 + eta * MEAN_DIRECTION
ORIGIN = {a: sp.S.Zero, b: sp.S.Zero}
AT_START = DIRECTION.xreplace({REACHED: w0})  # the mean direction at the initial weights


@means(meant(MOVED).xreplace({MEAN_DIRECTION: AT_START}))
def first_step(at: SimpleNamespace) -> jax.Array:
    """Return the accuracy after one full-batch step of 1-SAM from w0, shape ()."""
    w, x, t = data(at)
    return accuracy(at, w + at.eta * jnp.mean(directions(w, x, t, at.rho), axis=0))


SIGNAL, NOISE = n_c * a - n_n * b, n_c * a**2 + n_n * b**2 + tau**2 / N


def at_reached(term: sp.Expr) -> sp.Expr:
    """Return a term of the weights at w0 + a S_c + b S_n, in plain sums."""
    return AT_WEIGHTS[term].xreplace({w: PLAIN_REACHED})


@cache
def signal_and_noise() -> tuple[Theorem, Theorem]:
    """Return w_1 = B (n_c a - n_n b) and the squared norm of the rest of w, N (n_c a^2 + n_n b^2 + tau^2/N), at the weights reached."""
    whole, known = tau**2 + N * (n_c * a**2 + n_n * b**2), facts()
    noise_size = decided(relation("=", at_reached(square_of_rest), whole), *known, given=(*NO_LEAN, *START_NORM))
    along = decided(relation("=", at_reached(first), B * SIGNAL), *known, given=NO_LEAN)
    return along, replaced(noise_size, equal(whole, N * NOISE, *positive(N)))


@cache
def closed() -> Theorem:
    """Return that the printed accuracy is the accuracy at w0 + a S_c + b S_n."""
    m, q = real("m q")
    told = (relation("=", first, B * m), relation("=", square_of_rest, N * q))
    at = rewritten(Phi(SCORE), tuple(map(assumed, told)), *positive(square_of_rest, s))
    simplified = equal(at.conclusion.right, Phi(scale * m / sp.sqrt(q)), *positive(N, s, q))
    at = swapped(replaced(at, simplified), *positive(square_of_rest, s))
    given, known = positive(N, a, s), signal_and_noise()
    at = put(at, {first: at_reached(first), square_of_rest: at_reached(square_of_rest), m: SIGNAL, q: NOISE}, *given)
    signs = [h for h in sorted(at.hypotheses, key=str) if h not in given and h.op == "<"]
    return in_sums(cut(cut(at, *(decided(h, *known, given=given) for h in signs)), *known))


def prove_closed(_: Goal) -> Theorem:
    """The score y <w, x> of a fresh point is normal with mean B w_1 and deviation s |rest|."""
    return swapped(closed(), *positive(N, a, s))


def prove_falls(goal: Goal) -> Theorem:
    """The slope is a positive multiple of the derivative of the quotient in b."""
    u, root = scale * quotient, n_c * a**2 + n_n * b**2 + T
    slope = -sp.exp(-(u**2) / 2) / sp.sqrt(2 * sp.pi) * scale * n_n * (n_c * a**2 + n_c * a * b + T) / root ** sp.Rational(3, 2)
    return by_slope(expand(MEANING, slope))(goal)


def prove_ceiling(goal: Goal) -> Theorem:
    """With b >= a > 0 the quotient is at most (n_c - n_n) a / sqrt(n a^2), since the signal falls and the noise grows in b."""
    m, r, g, k, p, c = real("m r g k p c")  # signal, root of the squared noise, sqrt n, n_c - n_n, a, scale
    given = (relation("<=", m, k * p), relation("<=", g**2 * p**2, r**2), *positive(r, g, p, k, c))
    longer = decided(relation("<=", g * p, r), given=given)
    signal = decided(relation("<=", m * g, k * r), decided(relation("<=", k * (g * p), k * r), longer, given=given), given=given)
    below = decided(relation("<=", m / r, k / g), signal, given=given)
    below = decided(relation("<=", c * (m / r), c * (k / g)), below, given=given)
    noise = n_c * a**2 + n_n * b**2 + tau**2 / N
    assumed_here = (*positive(N, B, s, a), BEHIND, MAJORITY_CLEAN)
    told = {m: n_c * a - n_n * b, r: sp.sqrt(noise), g: sp.sqrt(n_c + n_n), k: n_c - n_n, p: a, c: scale}
    below = put(below, told, *assumed_here)
    below = cut(below, *(decided(h, given=assumed_here) for h in sorted(below.hypotheses - set(assumed_here), key=str)))
    known = not_smaller(Phi, below.conclusion.left, below.conclusion.right, *assumed_here)
    known = replaced(cut(known, below), closed())
    return replaced(known, equal(known.conclusion.right, goal.conclusion.right, *assumed_here))


def prove_start(goal: Goal) -> Theorem:
    """All margins are 0 at the origin, so that both kinds move by g = eta sigma(C)/n; at a = b = g the accuracy is the ceiling."""
    g = real("g")
    given = positive(N, B, s, eta)
    at_start = replaced(put(step_theorem(), ORIGIN), equal(plain(REACHED).xreplace(ORIGIN), w0))
    known = put(closed(), {a: g, b: g, tau: sp.S.Zero})
    known = replaced(known, equal(known.conclusion.left, goal.conclusion.right, *positive(N, B, s, g)))
    moved = plain(REACHED).xreplace({plain(a): g, plain(b): g})
    growth = eta * SCALES[0].xreplace(ORIGIN) / (n_c + n_n)
    known = put(known, {g: growth}, *given)
    known = replaced(known, equal(moved.xreplace({g: plain(growth)}), MOVED.xreplace({MEAN_DIRECTION: at_start.conclusion.left}), *given))
    known = swapped(replaced(known, at_start), *given)
    origin = decided(relation("=", Inner(w0, w0), 0), given=(*START_NORM, AT_ORIGIN))
    return cut(known, origin, decided(relation("<", 0, growth), given=given))


def meet(batch: Batch) -> Batch:
    """Move the points to where the ceiling is met: b = a and tau = 0."""
    return {**batch, "b": batch["a"], "tau": 0 * batch["tau"]}


ON_DATA = (*positive(N, B, s), *SIGNS, *GEOMETRY, *START_NORM)
PARTS = (
    Identity(
        part="accuracy",
        formula=Phi(scale * quotient),
        where=MEANING,
        atoms=ATOMS,
        defined_by=reached_accuracy,
        space=SPACE,
        given=(*ON_DATA, POSITIVE_PROGRESS),
        exact=exact_data,
        theorem=prove_closed,
    ),
    Monotone(
        part="accuracy-falls",
        quantity=Phi(scale * quotient),
        where=MEANING,
        along=b,
        increasing=False,
        space=SPACE,
        given=FALL_GIVEN,
        exact=exact_data,
        theorem=prove_falls,
    ),
    Inequality(
        part="ceiling",
        smaller=reached_accuracy,
        larger=ceiling,
        where=RATIO,
        atoms=ATOMS,
        tight=meet,
        slack=1e-12,
        space=AHEAD,
        given=(*ON_DATA, POSITIVE_PROGRESS),
        exact=exact_data,
        theorem=prove_ceiling,
    ),
    Identity(
        part="origin",
        formula=ceiling,
        where=RATIO,
        atoms=ATOMS,
        defined_by=first_step,
        space=START,
        given=(*ON_DATA, *positive(rho, eta)),
        exact=exact_data,
        theorem=prove_start,
    ),
)
ASSUMES = (
    Assumption("a > 0", SPACE.but(a=Reals(-2.0, -0.1)), parts=("accuracy-falls",), given=(POSITIVE_PROGRESS,)),
    Assumption("b >= a", AHEAD.but(excess=Reals(-1.0, -0.1)), parts=("ceiling",), given=(BEHIND,)),
    Assumption(
        "more clean than mislabelled points",
        toy_space(dict(AHEAD.domains), behind, AHEAD.note, MINORITY),
        parts=("ceiling",),
        given=(MAJORITY_CLEAN,),
    ),
    Assumption("tau = 0", START.but(tau=Reals(0.1, 2.0)), parts=("origin",), given=(AT_ORIGIN,)),
    Assumption("more clean than mislabelled points", toy_space(dict(START.domains), sizes=MINORITY), parts=("origin",)),
)
