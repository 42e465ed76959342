"""Section 3.1, second paragraph after Eq. 3.1: does the accuracy fall because mislabelled points begin to contribute more than clean ones?

Statement.  Let clean points contribute p = n_c sigma_c to the update and mislabelled ones q = n_n sigma_n. The accuracy stands still where
            p/q = (n_c a (a + b) + T) / (n_n b (a + b) + T), which exceeds 1 wherever the accuracy exceeds one half. Where p = q such an
            accuracy is already falling.
Idea.       The accuracy is Phi(k S/sqrt(V)) with S = n_c a - n_n b and V = n_c a^2 + n_n b^2 + T. S grows as long as p > q, but V, the
            noise that is learnt from all points, grows too, and the quotient stops first.
Assumes.    The toy data of `early-stopping`; a, b > 0; any rates p, q > 0, the rates of 1-SAM with any radius among them.
As printed. The test accuracy drops as a result of mislabelled points outweighing clean ones. So it would not fall before: it does, as
            a second step of gradient descent shows, which the printed form is tried on.
Source.     The last two sentences of that paragraph.

All norms are equal here, so that sums of gradient norms and sums of first entries tell the same of who contributes more.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import sympy as sp

from theory.domain import Batch, Reals
from theory.early_stopping.accuracy import (
    AT_WEIGHTS,
    MEANING,
    NOISE,
    ON_DATA,
    SCORES,
    at_reached,
    first,
    meant_score,
    signal_and_noise,
    square_of_rest,
)
from theory.early_stopping.exact_data import exact_data
from theory.early_stopping.meant import ATOMS, KINDS, NO_LEAN, REACHED, SUM_C, SUM_N, e_1, w
from theory.early_stopping.meant import positive as positive_all
from theory.early_stopping.one_step import MARGINS, PLAIN_REACHED
from theory.early_stopping.point_sums import facts, in_sums, plain_sum
from theory.early_stopping.reduction import expand
from theory.early_stopping.toy import (
    MAJORITY,
    B,
    N,
    T,
    a,
    accuracy,
    b,
    data,
    directions,
    eta,
    n_c,
    n_n,
    reached,
    s,
    sums,
    tau,
    toy_space,
)
from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, all_of, cut, decided, equal, put, replaced
from theory.kernel.tactics import swapped
from theory.meaning import gradient, means
from theory.statement import Assumption, Claim, Identity, Inequality
from theory.symbols import Inner, column, real

share = real("share")
V = n_c * a**2 + n_n * b**2 + T
standstill = (n_c * a * (a + b) + T) / (n_n * b * (a + b) + T)
# differentiation subtracts the growth of the noise from the growth of the signal
LOST = expand(MEANING, standstill * (1 + (V + n_c * a**2) / (n_n * b * (a + b) + T)))


def shared(batch: Batch) -> Batch:
    """Set b to a share of n_c a / n_n: below 1 the accuracy exceeds one half."""
    clean, noisy = batch["y_c"].shape[1], batch["y_n"].shape[1]
    return {**batch, "b": batch["share"] * clean * batch["a"] / noisy}


def even(batch: Batch) -> Batch:
    """Move the points to an accuracy of one half, n_c a = n_n b, where both sides meet."""
    return {**batch, "b": batch["y_c"].shape[1] * batch["a"] / batch["y_n"].shape[1]}


ANY = toy_space({**SCORES, a: Reals(1e-2, 3.0), b: Reals(1e-2, 3.0)})
AHEAD = toy_space({**SCORES, a: Reals(1e-2, 3.0), share: Reals(1e-2, 0.99)}, shared, "b = share n_c a / n_n")
TRAINED = toy_space({**SCORES, eta: Reals(1e-2, 3.0)}, sizes=MAJORITY)


def score(at: SimpleNamespace, w: jax.Array) -> jax.Array:
    """Return the u of which the accuracy is Phi(u), shape (); its slopes hold no rounded constant, as the slopes of erfc do."""
    return at.B * w[0] / (at.s * jnp.sqrt(jnp.sum(w[1:] ** 2)))


def rate(at: SimpleNamespace, of: Callable[..., jax.Array], p: jax.Array, q: jax.Array) -> jax.Array:
    """Return how fast a function of the weights changes where clean points contribute p and mislabelled ones q to the update, shape ()."""
    clean, noisy = sums(at)
    update = p / at.y_c.shape[0] * clean + q / at.y_n.shape[0] * noisy
    return jax.jvp(lambda w: of(at, w), (reached(at),), (update,))[1]


def rate_under_clean_lead(at: SimpleNamespace) -> jax.Array:
    """Return the rate of the accuracy after a first step of gradient descent, shape (); 0 where clean points do not contribute more."""
    start, x, t = data(at)
    no_radius, clean = jnp.zeros(()), at.y_c.shape[0]
    w = start + at.eta * jnp.mean(directions(start, x, t, no_radius), axis=0)
    moves = directions(w, x, t, no_radius)
    contributed = jnp.sqrt(jnp.sum(moves**2, axis=1))
    accuracy_rate = jax.jvp(lambda w: accuracy(at, w), (w,), (jnp.mean(moves, axis=0),))[1]
    return jnp.where(jnp.sum(contributed[:clean]) > jnp.sum(contributed[clean:]), accuracy_rate, 0.0)


_u = column("u", w.shape[0])


def _rate(at: sp.MatrixExpr, update: sp.MatrixExpr) -> sp.Expr:
    return Inner(gradient(meant_score, at), update)


@cache
def rate_along() -> Theorem:
    """Return the rate of the score along any update u, where Y is the squared norm of the rest of w: the formula, then the rate."""
    first_of, square = AT_WEIGHTS[first], AT_WEIGHTS[square_of_rest]
    moved = Inner(e_1, _u) * square - first_of * (Inner(w, _u) - first_of * Inner(e_1, _u))
    return equal(B / s * moved / square ** sp.Rational(3, 2), _rate(w, _u), *positive_all(s, square))


FACTOR = B**2 * N / (s * (N * NOISE) ** sp.Rational(3, 2))
T_REACHED = tau**2 / N
PARTS_OF_RATE = (n_n * b * (a + b) + T_REACHED, -(n_c * a * (a + b) + T_REACHED))


@cache
def rate_of(kind: int) -> Theorem:
    """Return K (n_n b (a + b) + T) or -K (n_c a (a + b) + T) = the rate of the score where one kind alone contributes 1 to the update."""
    of, given = KINDS[kind], positive_all(N, a, s)
    update, square = plain_sum(kind) / of.count, at_reached(square_of_rest)
    along, noise = signal_and_noise()
    own = decided(relation("=", Inner(e_1, update), of.sign * B), *facts())
    output = decided(relation("=", Inner(PLAIN_REACHED, update), MARGINS[kind]), *facts(), given=NO_LEAN)
    known = put(rate_along(), {w: PLAIN_REACHED, _u: update}, *positive_all(square, s))
    known = cut(known, decided(positive_all(square)[0], noise, given=given))
    for equation in (own, output, noise, along):
        known = replaced(known, equation)
    return in_sums(replaced(known, equal(known.conclusion.left, FACTOR * PARTS_OF_RATE[kind], *given)))


def _share(kind: int) -> sp.Expr:
    """Return the rate of the score where one kind alone contributes 1 to the update, symbolically."""
    return _rate(w, _u).xreplace({w: REACHED, _u: (SUM_C, SUM_N)[kind] / KINDS[kind].count})


@means(-_share(1) / _share(0))
def ratio(at: SimpleNamespace) -> jax.Array:
    """Return the p/q at which the score, and so the accuracy, stands still: its rate is linear in (p, q), shape ()."""
    full, zero = jnp.ones(()), jnp.zeros(())
    return -rate(at, score, zero, full) / rate(at, score, full, zero)


@cache
def turning_point() -> tuple[Theorem, Theorem]:
    """Return that the printed ratio is minus the quotient of the two rates, and that the rate of the clean points is positive."""
    k, f, g, of_noisy, of_clean = real("k f g noisy clean")
    told = (relation("=", k * f, of_noisy), relation("=", k * g, of_clean), *positive_all(k, g))
    ratio_of, rises = decided(relation("=", -f / g, -of_noisy / of_clean), given=told), decided(relation("<", 0, of_clean), given=told)
    square = relation("<", 0, AT_WEIGHTS[square_of_rest].xreplace({w: REACHED}))
    given = (*positive_all(N, B, a, b, s), square)
    values = {k: FACTOR, f: PARTS_OF_RATE[1], g: PARTS_OF_RATE[0], of_noisy: _share(1), of_clean: _share(0)}
    long = in_sums(decided(positive_all(at_reached(square_of_rest))[0], *signal_and_noise(), given=given[:-1]))
    theorems = []
    for known in (put(ratio_of, values, *given), put(rises, values, *given)):
        signs = [h for h in sorted(known.hypotheses - set(given), key=str) if h.op == "<"]
        theorems.append(cut(cut(known, *(decided(h, given=given[:-1]) for h in signs), rate_of(0), rate_of(1)), long))
    return theorems[0], theorems[1]


def prove_standstill(goal: Goal) -> Theorem:
    """The rate p/n_c <grad, S_c> + q/n_n <grad, S_n> is linear in p and q; it vanishes at the ratio, and grows with p."""
    at_ratio, rises = turning_point()
    given = positive_all(N, B, a, b, s)
    stands = swapped(at_ratio, *given)
    return all_of(replaced(stands, equal(stands.conclusion.right, goal.conclusion.parts[0].right, *given)), rises)


def prove_lead(_: Goal) -> Theorem:
    """The ratio exceeds 1 by a positive multiple of n_c a - n_n b."""
    at_ratio, _rises = turning_point()
    return replaced(decided(relation("<", 1, at_ratio.conclusion.left), given=(*positive_all(N, a, b), CLEAN_SIDE)), at_ratio)


GIVEN = (*ON_DATA, *positive_all(a, b))
CLEAN_SIDE = relation("<", n_n * b, n_c * a)  # the accuracy exceeds one half
PEAK = Identity(
    part="peak",
    formula=standstill,
    where=MEANING,
    atoms=ATOMS,
    defined_by=ratio,
    space=ANY,
    conditioning=LOST,
    given=GIVEN,
    also=(relation("<", 0, _share(0)),),
    exact=exact_data,
    theorem=prove_standstill,
)
LEAD = Inequality(
    part="clean-lead",
    smaller=sp.S.One,
    larger=ratio,
    atoms=ATOMS,
    strictly=True,
    tight=even,
    slack=1e-12,
    given=GIVEN,
    exact=exact_data,
    theorem=prove_lead,
)
CLAIMS = (
    Claim(
        id="noise-outweighs",
        space=AHEAD,
        printed=(Inequality(part="no-earlier", smaller=sp.S.Zero, larger=rate_under_clean_lead, space=TRAINED),),
        corrected=(PEAK, LEAD),
        assumes=(
            Assumption("the accuracy exceeds one half", AHEAD.but(share=Reals(1.01, 3.0)), parts=("clean-lead",), given=(CLEAN_SIDE,)),
        ),
    ),
)
