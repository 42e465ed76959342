"""From which initial weights the first step of naive SAM is no longer above the ceiling: a length, exactly.

Initial weights of length tau that are orthogonal to the data leave the step as it is, and add tau^2 to the square of the noise in the
weights. So the accuracy falls with tau, and meets the ceiling at one length.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from theory.domain import Batch, Reals
from theory.early_stopping.toy import counts, eta, n_c, n_n, rho, toy_space
from theory.goal import Goal
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, cut, decided, put
from theory.kernel.terms import Rel
from theory.naive_sam.toy_step import (
    CEILING,
    CLEAN,
    FURTHER,
    MAJORITY,
    MISLABELLED,
    MORE,
    PERTURBED,
    POSITIVE,
    SCALE,
    SCORES,
    SIZE,
    accuracies,
    after_one_step_away,
    clean_move_further,
    less_by_squares,
)
from theory.statement import Assumption, Inequality
from theory.symbols import Phi, real

MARGIN = (n_c + n_n) * MORE**2 / (n_c - n_n) ** 2 - SIZE
NEAR, AWAY = relation("<", FURTHER, MARGIN), relation("<", MARGIN, FURTHER)
STEP = relation("<", 0, eta)
share = real("share")


def scale_of(u: np.ndarray) -> np.ndarray:
    """Return sigma(u)."""
    return 1 / (1 + np.exp(-u))


def at_share(batch: Batch) -> Batch:
    """Give the initial weights `share` times the length at which the accuracy meets the ceiling."""
    clean, mislabelled = counts(batch)
    lead, count = batch["B"] ** 2 * (clean - mislabelled), clean + mislabelled
    long = np.sqrt(lead * (clean - mislabelled) + count * batch["N"])
    far, near = (scale_of(batch["rho"] * (batch["N"] + side * lead) / long) for side in (1, -1))
    margin = count * (clean * far - mislabelled * near) ** 2 / (clean - mislabelled) ** 2 - clean * far**2 - mislabelled * near**2
    return {**batch, "tau": batch["share"] * batch["eta"] * np.sqrt(batch["N"] * margin) / count}


DOMAINS = {**SCORES, rho: Reals(1e-2, 5.0)}
SHORT = toy_space({**DOMAINS, share: Reals(0.0, 0.99)}, at_share, note="tau is `share` of the length at the ceiling")
LONG = SHORT.but(share=Reals(1.01, 10.0))


@cache
def without_quotient(far: bool) -> Theorem:
    """Return the order of c^2 (z + t) and m from that of t and m/c^2 - z, for 0 < c."""
    c, z, m, t = real("c z m t")
    order = (m / c**2 - z, t) if far else (t, m / c**2 - z)
    claim = (m, c**2 * (z + t)) if far else (c**2 * (z + t), m)
    return decided(relation("<", *claim), given=(relation("<", *order), relation("<", 0, c)))


def compared(far: bool) -> Theorem:
    """Return the order of the scores of step and ceiling from the order of FURTHER and MARGIN, by their squares."""
    given = (PERTURBED, MAJORITY, STEP, *POSITIVE)
    c, z, m, t = real("c z m t")
    count, lead = n_c + n_n, n_c - n_n
    squares = put(without_quotient(far), {c: lead, z: SIZE, m: count * MORE**2, t: FURTHER}, *given)
    squares = cut(squares, decided(relation("<", 0, lead), given=given))
    low, high = (lead, count), (MORE, SIZE + FURTHER)
    (x, below_x), (y, below_y) = (high, low) if far else (low, high)
    scores = put(less_by_squares(), dict(zip(real("x y p q"), (x, y, below_x, below_y), strict=True)), *given)
    return cut(scores, squares, *positive_parts(given))


def positive_parts(given: tuple[Rel, ...]) -> list[Theorem]:
    """Return that both scores have positive parts."""
    a, b, p, q, t = real("a b p q t")
    letters = (relation("<", 0, p), relation("<", p, q), relation("<=", 1, b), relation("<", b, a), relation("<=", 0, t))
    told = {a: n_c, b: n_n, p: MISLABELLED, q: CLEAN, t: FURTHER}
    facts = [clean_move_further(), decided(relation("<", 0, MISLABELLED), given=given), decided(relation("<=", 1, n_n))]
    facts.append(decided(relation("<=", 0, FURTHER), given=given))
    parts = [relation("<", 0, part) for part in (a - b, a + b, a * q - b * p, a * q**2 + b * p**2 + t)]
    return [cut(put(decided(part, given=letters), told, *given), *facts) for part in parts]


def prove_near(goal: Goal) -> Theorem:
    """Below the length the score of the ceiling is the smaller one."""
    return accuracies(compared(far=False), goal, PERTURBED, MAJORITY, STEP, *POSITIVE)


def prove_away(goal: Goal) -> Theorem:
    """Above the length it is the larger one."""
    return accuracies(compared(far=True), goal, PERTURBED, MAJORITY, STEP, *POSITIVE)


STARTS = (
    Inequality(
        part="short-start",
        smaller=Phi(SCALE * CEILING),
        larger=after_one_step_away,
        strictly=True,
        space=SHORT,
        given=(*POSITIVE, PERTURBED, MAJORITY, STEP),
        theorem=prove_near,
    ),
    Inequality(
        part="long-start",
        smaller=after_one_step_away,
        larger=Phi(SCALE * CEILING),
        strictly=True,
        space=LONG,
        given=(*POSITIVE, PERTURBED, MAJORITY, STEP),
        theorem=prove_away,
    ),
)
NEEDED = (
    Assumption("tau is below the length", LONG, parts=("short-start",), given=(NEAR,)),
    Assumption("tau is above the length", SHORT, parts=("long-start",), given=(AWAY,)),
)
