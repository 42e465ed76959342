"""One gradient step under two radii: while the signal rises under the smaller radius, it stays larger under the larger one.

Statement.  Two runs have reached w0 + a_1 S_c + b_1 S_n under rho_1 and w0 + a_2 S_c + b_2 S_n under rho_2 > rho_1. The second run is not
            behind: a_1 <= a_2, its signal w_1 is no smaller, and no point has the larger C - m in the first run. In the first run
            m_n <= m_c, and the step about to come does not lower the signal. After one step of size eta <= 4 n / (N + B^2 n) the signal of
            the second run is strictly larger, and the second run is not behind.
            At the start nobody is behind, so that by induction the signal is larger under rho_2 after every step, up to the first step
            after which it has fallen under rho_1.
Idea.       Let X be the lead in signal n_c a - n_n b. For X = 0 the second run has grown by at least as much: by log-concavity of sigma the
            larger C raises the smaller logit scale, n_c times of clean points, by the larger factor. The lead X changes the logit scales
            by at most their slope 1/4, so that a step takes back at most eta (N + B^2 n) X / (4 n) <= X.
Assumes.    More clean than mislabelled points, orthogonal noise of equal norm, initial weights orthogonal to the data. Step sizes up to
            1 / L, with L = (N + B^2 n) / (4 n) the largest curvature of the function that 1-SAM descends (`robust-loss`).
Source.     Beyond the paper.

The theorem is about the two numbers to which `reduction` brings training, and so is the attack. In Coq the same is proved in explicit
weights, with the induction over all steps (`theory/formal/early_stopping_steps.v`).
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

import jax

from theory.domain import Reals
from theory.early_stopping import two_radii as numbers
from theory.early_stopping.accuracy import SIGNAL
from theory.early_stopping.meant import n, positive
from theory.early_stopping.one_step import MARGINS, C
from theory.early_stopping.paths import FEWER_NOISY
from theory.early_stopping.toy import B, N, a, b, eta, n_c, n_n, rho
from theory.early_stopping.two_runs import (
    a_1,
    a_2,
    b_1,
    b_2,
    exact_runs,
    lag,
    lead,
    rho_1,
    rho_2,
    runs_space,
    share,
    signal_after_step,
)
from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, all_of, cut, decided, equal, put, replaced
from theory.kernel.terms import Rel, free, plain
from theory.meaning import means
from theory.statement import Assumption, Inequality
from theory.symbols import sigma

RUNS = ({a: a_1, b: b_1, rho: rho_1}, {a: a_2, b: b_2, rho: rho_2})
AT = tuple({plain(symbol): value for symbol, value in run.items()} for run in RUNS)


def in_both(term: Any) -> tuple[Any, Any]:
    """Return a term of a, b and rho in either run."""
    return tuple(plain(term).xreplace(values) for values in AT)


PUSH = tuple(in_both(C - margin) for margin in MARGINS)  # C - m of clean points in both runs, and of mislabelled ones
SCALE = tuple(tuple(sigma(push) for push in pushes) for pushes in PUSH)
SIGNALS = in_both(SIGNAL)
SMALL_STEP = relation("<=", eta, 4 * n / (N + B**2 * n))
LEADS = relation("<=", *(in_both(margin)[0] for margin in reversed(MARGINS)))
RISES = relation("<=", n_n * SCALE[1][0], n_c * SCALE[0][0])
LARGER = relation("<", rho_1, rho_2)
FURTHER, MORE_SIGNAL = relation("<=", a_1, a_2), relation("<=", *SIGNALS)
PUSHED = tuple(relation("<=", *pushes) for pushes in PUSH)
AHEAD_BEFORE = (FURTHER, MORE_SIGNAL, *PUSHED)
NUMBERS = (*positive(N, B, eta), FEWER_NOISY, SMALL_STEP, LEADS, RISES, LARGER, *AHEAD_BEFORE)

AFTER = tuple(
    {a: run[a] + eta / n * SCALE[0][k], b: run[b] + eta / n * SCALE[1][k]} for k, run in enumerate(RUNS)
)  # progress after the step


def after_step(term: Any) -> tuple[Any, Any]:
    """Return a term of a, b and rho in either run after the step."""
    return tuple(
        plain(term).xreplace({**at, **{plain(symbol): plain(value) for symbol, value in after.items()}})
        for at, after in zip(AT, AFTER, strict=True)
    )


STILL_AHEAD = (relation("<=", *after_step(a)), *(relation("<=", *after_step(C - margin)) for margin in MARGINS))


def told() -> dict[Any, Any]:
    """Return the numbers of the data for the letters of `two_radii`."""
    shift = in_both(C)
    return {
        numbers.p: PUSH[0][0],
        numbers.q: PUSH[1][0],
        numbers.k: n_c,
        numbers.l: n_n,
        numbers.h: eta / n,
        numbers.A: B**2,
        numbers.D: shift[1] - shift[0],
        numbers.X: SIGNALS[1] - SIGNALS[0],
        numbers.Y: a_2 - a_1,
        numbers.Z: b_2 - b_1,
        numbers.f: SIGNALS[0],
        numbers.y: a_1,
    }


def on_data() -> list[Theorem]:
    """Return the lemmas of `two_radii` on the data."""
    known = [put(lemma, told(), *positive(N)) for lemma in (numbers.signal_grows(), *numbers.stays_ahead())]
    owed = set().union(*(theorem.hypotheses for theorem in known)) - {*NUMBERS}
    # each follows from the assumptions that speak of nothing else
    shown = [decided(h, given=tuple(g for g in NUMBERS if free(g) <= free(h))) for h in sorted(owed, key=str)]
    return [cut(theorem, *shown) for theorem in known]


def in_form(known: Theorem, wanted: Rel) -> Theorem:
    """Return a theorem on two numbers of the runs after the step with both numbers in the form of another relation."""
    for side, form in zip(known.conclusion[1:], wanted[1:], strict=True):
        known = replaced(known, equal(side, form, *positive(N))) if side != form else known
    return known


@cache
def signal_theorem() -> Theorem:
    """Return that the signal of the second run is larger after the step, and that the second run is ahead."""
    wanted = (relation("<", *after_step(B * SIGNAL)), *STILL_AHEAD)
    parts = [in_form(known, then) for known, then in zip(on_data(), wanted, strict=True)]
    return all_of(*parts)


def prove_signal(_: Goal) -> Theorem:
    """The lemmas of `two_radii` on the data."""
    return signal_theorem()


@means(after_step(B * SIGNAL)[0])
def signal_of_first(at: SimpleNamespace) -> jax.Array:
    """Return w_1 under rho_1 after the step, shape ()."""
    return signal_after_step(at, (at.a_1, at.b_1), at.rho_1)


@means(after_step(B * SIGNAL)[1])
def signal_of_second(at: SimpleNamespace) -> jax.Array:
    """Return w_1 under rho_2 after the step, shape ()."""
    return signal_after_step(at, (at.a_2, at.b_2), at.rho_2)


PARTS = (
    Inequality(
        part="signal",
        smaller=signal_of_first,
        larger=signal_of_second,
        strictly=True,
        also=STILL_AHEAD,
        space=runs_space({}),
        given=(*positive(N, B, eta), FEWER_NOISY, LARGER, FURTHER, *PUSHED),
        exact=exact_runs,
        theorem=prove_signal,
    ),
)
BEHIND = runs_space({lag: Reals(-2.0, -1.0), a_1: Reals(0.1, 3.0), lead: Reals(1e-6, 1e-3), rho: Reals(1.0, 2.0)})
FALLING = runs_space({lag: Reals(1.1, 2.0), a_1: Reals(1.0, 3.0), B: Reals(1.0, 2.0), rho: Reals(0.0, 0.5)})
ASSUMES = (
    Assumption("steps up to 1 / L", runs_space({share: Reals(4.0, 40.0)}), parts=("signal",), given=(SMALL_STEP,)),
    Assumption("m_c >= m_n under rho_1", BEHIND, parts=("signal",), given=(LEADS,)),
    Assumption("the signal does not fall under rho_1", FALLING, parts=("signal",), given=(RISES,)),
    Assumption(
        "a signal no smaller under rho_2",
        runs_space({lead: Reals(-0.1, -0.01), B: Reals(1.0, 2.0)}),
        parts=("signal",),
        given=(MORE_SIGNAL,),
    ),
)
