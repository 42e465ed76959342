"""The factor of 1-SAM for K classes at a fixed distribution r over the wrong classes: it falls as the wrong mass s grows.

Only M/((1 - s) e^-c + s M) depends on s, with M = sum of r_j e^(c r_j); it falls since M >= 1 > e^-c.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from theory.goal import second
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, cut, decided, equal, for_every, monotone, put, square
from theory.kernel.sums import every_unit, exponentials_positive, sum_of
from theory.kernel.tactics import exp_not_smaller
from theory.meaning import softmax
from theory.symbols import Inner, column, norm, real, size, total, unit

d, n = size("d"), size("n")  # the inputs, and the wrong classes: K = n + 1
s, rho = real("s rho")
x, u, r = column("x", d), column("u", n), column("r", n)
R = softmax(u)
j = unit("j[n]", n)
DISTRIBUTION = (every_unit(relation("<", 0, Inner(j, r)), j), relation("=", total(lambda e: Inner(e, r), n, "j"), 1))


def stretch(of: Any) -> sp.Expr:
    """Return c, by which the true logit falls and a wrong one grows for each unit of its share."""
    return rho * norm(x) / sp.sqrt(1 + Inner(of, of))


def grown(of: Any, c: Any) -> sp.Expr:
    """Return M, the sum of r_j e^(c r_j)."""
    return total(lambda e: Inner(e, of) * sp.exp(c * Inner(e, of)), n, "j")


def tilted(of: Any, c: Any) -> Any:
    """Return r' with the entries r_j e^(c r_j)/M."""
    return total(lambda e: Inner(e, of) * sp.exp(c * Inner(e, of)) * e, n, "l") / grown(of, c)


MEANT_GROWN, MEANT_TILTED = grown(R, stretch(R)), tilted(R, stretch(R))
GIVEN = (relation("<", 0, s), relation("<", s, 1), relation("!=", x, sp.ZeroMatrix(d, 1)))
POSITIVE_RADIUS = relation("<", 0, rho)


@cache
def more_than_one() -> Theorem:
    """Return e^-c < M for a distribution r and a positive c."""
    c, p, e = real("c p e")
    positive = relation("<", 0, c)
    term = decided(relation("<=", p, p * e), given=(relation("<", 0, p), relation("<=", 1, e)))
    own = Inner(j, r)
    share_positive, raised = relation("<", 0, own), exp_not_smaller(sp.S.Zero, c * own)
    raised = cut(raised, decided(relation("<=", 0, c * own), given=(positive, share_positive)))
    term = cut(put(term, {p: own, e: sp.exp(c * own)}), raised)
    added = sum_of(term, j, total(lambda e: Inner(e, r), n, "j"), grown(r, c))
    return decided(relation("<", sp.exp(-c), grown(r, c)), added, given=(positive, *DISTRIBUTION))


@cache
def falls() -> Theorem:
    """Return that A M/((1 - s) k + s M) falls in s, for A > 0 and M > k > 0."""
    A, M, k = real("A M k")
    below = (1 - s) * k + s * M
    signs = (relation("<", 0, A), relation("<", 0, k), relation("<", k, M))
    slope = decided(relation("<", -A * M * (M - k) / below**2, 0), given=(*signs, *GIVEN[:2]))
    return monotone(A * M / below, s, second(s), slope)


def prove_decreasing(_: Any) -> Theorem:
    """softmax(u) is a distribution, so that e^-c < M."""
    A, M, k, c = real("A M k c")
    sum_positive, meant_c = exponentials_positive(u), stretch(R)
    whole = sum_positive.conclusion
    spread = square(R, whole)  # without it nothing shows that roots are defined
    given = (whole, spread.conclusion)
    positive = decided(relation("<", 0, meant_c), given=(*given, POSITIVE_RADIUS, GIVEN[2]))
    larger = cut(put(more_than_one(), {r: R, c: meant_c}, *given), positive)
    each_positive = for_every(decided(relation("<", 0, Inner(j, R)), given=(whole,)), j)
    larger = cut(larger, each_positive, equal(DISTRIBUTION[1].left.xreplace({r: R}), 1, whole))
    long = decided(relation("<", 0, MEANT_GROWN), larger, given=given)
    tilt = square(MEANT_TILTED, *given, long.conclusion)
    given = (*given, long.conclusion, tilt.conclusion)
    ratio = sp.sqrt(1 + Inner(MEANT_TILTED, MEANT_TILTED)) / sp.sqrt(1 + Inner(R, R))
    known = put(falls(), {A: ratio, M: MEANT_GROWN, k: sp.exp(-meant_c)}, *given)
    facts = (decided(relation("<", 0, sp.exp(-meant_c)), given=given), decided(relation("<", 0, ratio), given=given))
    for lemmas in ((larger, *facts), (tilt,), (long,), (spread,), (sum_positive,)):
        known = cut(known, *lemmas)
    return known
