"""One step of the two-number system under two values of C, in numbers alone: the lemmas behind `signal_step`.

Letters.    p and q are C - m of clean and of mislabelled points in the first run. The second run has a larger C, by D > 0. Its progress is
            ahead by Y on clean points and by Z on mislabelled ones, its signal k a - l b by X, with k = n_c, l = n_n. So its C - m are
            p + D - A X - N Y and q + D + A X - N Z, with A = B^2; h = eta / n is the step size of the two numbers.
Statement.  Let p <= q, l sigma(q) <= k sigma(p), l < k, h (N + A (k + l)) <= 4, X >= 0, Y >= 0, and let neither C - m be smaller in the
            second run. Then a step leaves X > 0, and the rest as it was.
Idea.       See `signal_step`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from theory.early_stopping.meant import positive
from theory.early_stopping.toy import B, N
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, cut, decided, equal, put, replaced
from theory.kernel.tactics import applied, exp_grows, exp_not_smaller, not_smaller, sigma_slope
from theory.kernel.terms import Rel
from theory.symbols import real, sigma

_x, _y, _u, _v = real("x1 x2 u v")
p, q, k, l, h, A, D, X, Y, Z, f, y = real("p q k l h A D X Y Z f y")
P_2, Q_2 = p + D - A * X - N * Y, q + D + A * X - N * Z  # C - m in the second run
PAIRS = ((p, P_2), (q, Q_2))
SIZES = (*positive(N, k, l, h, A, D), relation("<", l, k))
SMALL = relation("<=", h * (N + A * (k + l)), 4)
LAGS = relation("=", l * Z, k * Y - X)  # Z in terms of X and Y
AHEAD = (relation("<=", 0, X), relation("<=", 0, Y), relation("<=", p, P_2), relation("<=", q, Q_2))
FIRST_RUN = (relation("<=", p, q), relation("<=", l * sigma(q), k * sigma(p)))
GIVEN = (*SIZES, SMALL, LAGS, *AHEAD, *FIRST_RUN)


@cache
def raised() -> Theorem:
    """Return that a larger C raises k sigma(p) by more than l sigma(q), where l sigma(q) <= k sigma(p), p <= q and v <= u, 0 < u."""
    u, v = _u, _v
    e, o, g, j = real("e o g j")
    letters = (*positive(e, o, g, j, k, l), relation("<", l, k), relation("<=", o, e), relation("<", g, 1), relation("<=", g, j))
    rising = relation("<=", l / (1 + o), k / (1 + e))
    more = decided(relation("<", l * (1 / (1 + o * j) - 1 / (1 + o)), k * (1 / (1 + e * g) - 1 / (1 + e))), given=(*letters, rising))
    told = {e: sp.exp(-p), o: sp.exp(-q), g: sp.exp(-u), j: sp.exp(-v)}
    given = (*positive(k, l, u), relation("<", l, k), *FIRST_RUN, relation("<=", v, u))
    falls = [cut(exp_not_smaller(low, high), decided(relation("<=", low, high), given=given)) for low, high in ((-q, -p), (-u, -v))]
    below_one = cut(exp_grows(-u, sp.S.Zero), decided(relation("<", -u, 0), given=given))
    more = applied(more, told, *falls, below_one, given=given)
    gains = (l * (sigma(q + v) - sigma(q)), k * (sigma(p + u) - sigma(p)))
    for side, gain in zip((more.conclusion.left, more.conclusion.right), gains, strict=True):
        more = replaced(more, equal(side, gain))
    return more


@cache
def positive_push() -> Theorem:
    """Return 0 < D - N Y: were the signals equal, C - m of clean points would be larger in the second run."""
    return decided(relation("<", 0, D - N * Y), given=(*SIZES, LAGS, *AHEAD))


def slope_between(low: Any, high: Any, *given: Rel) -> Theorem:
    """Return sigma(high) <= sigma(low) + (high - low) / 4."""
    return applied(sigma_slope(), {_x: low, _y: high}, given=given)


def after_step(before: Any, of_clean: Any, of_noisy: Any, scales: tuple[Any, Any]) -> Any:
    """Return a number of a run after a step with the logit scales of clean and of mislabelled points.

    One unit of progress on clean points adds `of_clean` to that number, on mislabelled ones `of_noisy`.
    """
    return before + h * (of_clean * scales[0] + of_noisy * scales[1])


OF_SIGNAL, OF_PROGRESS, OF_CLEAN, OF_NOISY = (k, -l), (1, 0), (-(A * k + N), A * l), (A * k, -(A * l + N))
s, r, s_2, r_2 = real("s r s_2 r_2")  # logit scales of clean and of mislabelled points, of the first run and of the second
TOLD = {s: sigma(p), r: sigma(q), s_2: sigma(P_2), r_2: sigma(Q_2)}


@cache
def signal_grows() -> Theorem:
    """Return that B times the signal, f in the first run before the step, is larger in the second run after it."""
    s_0, r_0 = real("s_0 r_0")  # logit scales of the second run, were X = 0
    u, v = D - N * Y, D - N * k * Y / l  # what C - m would then exceed those of the first run by
    slopes = (relation("<=", s_0, s_2 + (p + u - P_2) / 4), relation("<=", r_2, r_0 + (Q_2 - q - v) / 4))
    given = (*SIZES, SMALL, LAGS, relation("<=", 0, X), *slopes, relation("<", l * (r_0 - r), k * (s_0 - s)))
    first, second = after_step(f, *OF_SIGNAL, (s, r)), after_step(f + X, *OF_SIGNAL, (s_2, r_2))
    grown = decided(relation("<", B * first, B * second), decided(relation("<", first, second), given=given), given=positive(B))
    behind = decided(relation("<=", v, u), given=(*SIZES, relation("<=", 0, Y)))
    more = cut(put(raised(), {_u: u, _v: v}, *positive(l)), behind, positive_push())
    grown = put(grown, {**TOLD, s_0: sigma(p + u), r_0: sigma(q + v)}, *positive(l))
    lagging = (*SIZES, LAGS, relation("<=", 0, X))
    return cut(grown, more, slope_between(P_2, p + u, *lagging), slope_between(q + v, Q_2, *lagging))


@cache
def stays_ahead() -> tuple[Theorem, ...]:
    """Return that after the step the second run is no less far on clean points, from y, and that neither of its C - m is smaller."""
    facts = [known for low, high in PAIRS for known in (not_smaller(sigma, low, high), slope_between(low, high, relation("<=", low, high)))]
    in_letters = [relation("<=", s, s_2), relation("<=", r, r_2)]
    in_letters += [relation("<=", s_2, s + (P_2 - p) / 4), relation("<=", r_2, r + (Q_2 - q) / 4)]
    ahead = []
    for (first, second), of in zip(((y, y + Y), *PAIRS), (OF_PROGRESS, OF_CLEAN, OF_NOISY), strict=True):
        claim = relation("<=", after_step(first, *of, (s, r)), after_step(second, *of, (s_2, r_2)))
        known = decided(claim, given=(*SIZES, SMALL, relation("<=", 0, Y), *in_letters))
        ahead.append(cut(put(known, TOLD), *facts))
    return tuple(ahead)
