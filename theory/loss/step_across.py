"""A step of 1-SAM over separable data, across the nearest point u: it goes no further than a multiple of the way along u.

The convex objective pulls towards the multiple of u with the lead of w, except for its value there; and the step is short.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, assumed, at_unit, cut, decided, equal, put, replaced, square
from theory.kernel.sums import sum_of
from theory.kernel.tactics import exp_not_smaller
from theory.kernel.terms import plain
from theory.loss.full_batch import LABELS, d, n, w
from theory.loss.nearest_point import (
    APART,
    FITS,
    NEAREST,
    POSITIVE_STEP,
    REACH,
    across,
    eta,
)
from theory.loss.robust_objective import k, margin, meant_objective, reach, softplus, u
from theory.loss.robust_objective_proofs import argument, j, log_not_smaller, t_j, tangent, x_j
from theory.loss.step_along import LEAD, LONG, along, power_not_below_one, scale_j, step_along
from theory.symbols import Inner, column, real, sigma

_a, _b, _x = real("a b x")


@cache
def scale_below_loss() -> Theorem:
    """Return |- sigma(a) <= softplus(a): 1 - sigma(a) <= e^(-sigma(a))."""
    left, right = 1 - sigma(_a), sp.exp(-sigma(_a))
    below = put(decided(relation("<=", 1 + _x, sp.exp(_x))), {_x: -sigma(_a)})
    low, high = real("low high")
    logs = put(put(log_not_smaller(), {_a: low, _b: high}), {low: left, high: right})
    logs = cut(logs, below, decided(relation("<", 0, left)))
    logs = replaced(replaced(logs, equal(sp.log(right), -sigma(_a))), equal(sp.log(left), -softplus(_a)))
    return decided(relation("<=", sigma(_a), softplus(_a)), logs)


@cache
def short() -> Theorem:
    """Return eta n <k, k> <= 2 n F(w): 2 sigma t <x, k> - <k, k> is at most |sigma t x|^2, and eta |x|^2 <= 2."""
    p, y, r, s, q, f = real("p y r s q f")
    given = (
        relation("<=", 0, q**2 * s**2 * r - 2 * q * s * p + y),
        relation("=", s**2, 1),
        relation("<=", eta * r, 2),
        relation("<", 0, q),
        relation("<", q, 1),
        relation("<=", q, f),
        POSITIVE_STEP,
    )
    squared = decided(relation("<=", q**2 * (eta * r), 2 * f), given=given)
    single = decided(relation("<=", eta * (2 * q * s * p - y), 2 * f), squared, given=given)
    single = put(single, {p: Inner(k, x_j), y: Inner(k, k), r: Inner(x_j, x_j), s: t_j, q: scale_j, f: softplus(argument(w))})
    longer = square(scale_j * t_j * x_j - k)
    wanted = scale_j**2 * t_j**2 * Inner(x_j, x_j) - 2 * scale_j * t_j * Inner(k, x_j) + Inner(k, k)
    longer = replaced(longer, equal(longer.conclusion.right, wanted))
    facts = [at_unit(assumed(h), j) for h in (LABELS, FITS)]
    facts += [decided(relation("<", 0, scale_j)), decided(relation("<", scale_j, 1)), put(scale_below_loss(), {_a: argument(w)})]
    single = cut(single, longer, *facts)
    whole = step_along(k)
    left, right = 2 * eta * whole.conclusion.left - eta * n * Inner(k, k), 2 * n * plain(meant_objective(w))
    return replaced(sum_of(single, j, left, right), whole)


z = column("z", d)


@cache
def towards() -> Theorem:
    """Return n F(w) + n <k, w - z> <= n F(z): the tangents at w, added up."""
    single = put(tangent(), {_a: argument(w), _b: argument(z)})
    whole = step_along(w - z)
    return replaced(sum_of(single, j, n * plain(meant_objective(w)) + whole.conclusion.left, n * plain(meant_objective(z))), whole)


PLACE = LEAD / LONG * u
"""The multiple of u that is nearest to w."""


@cache
def far() -> Theorem:
    """Return n F(PLACE) <= e^(-<w, u>) sum of e^(rho |x_j|): there every margin is at least <w, u>, and softplus(a) <= e^a."""
    y, m, q, r = real("y m q r")
    size = sp.exp(_a)
    below = cut(put(log_not_smaller(), {_a: 1 + size, _b: sp.exp(size)}), put(decided(relation("<=", 1 + _x, sp.exp(_x))), {_x: size}))
    below = cut(below, decided(relation("<", 0, 1 + size)))
    below = replaced(below, equal(sp.log(sp.exp(size)), size))
    given = (relation("<=", y, m), relation("<", 0, y), relation("<=", 0, q))
    least = decided(relation("<=", r - q / y * m, r - q), decided(relation("<=", q, q / y * m), given=given), given=given)
    least = put(least, {y: LONG, m: margin(j, u), q: LEAD, r: reach(j)}, APART)
    least = cut(least, at_unit(assumed(NEAREST), j))
    single = put(below, {_a: least.conclusion.left}, APART)
    grown = cut(exp_not_smaller(least.conclusion.left, least.conclusion.right, APART), least)
    single = decided(relation("<=", single.conclusion.left, sp.exp(-LEAD) * sp.exp(reach(j))), single, grown, given=(APART,))
    return sum_of(single, j, n * plain(meant_objective(PLACE)), sp.exp(-LEAD) * REACH)


@cache
def reach_positive() -> Theorem:
    """Return 0 < the sum of e^(rho |x_j|)."""
    return sum_of(decided(relation("<", 0, sp.exp(reach(j)))), j, sp.S.Zero, REACH)


@cache
def rise_of_square() -> Theorem:
    """Return the step from the tangents, the length of the step and the rise of the lead to the rise of the square, on letters.

    c = <k, w> - L p/y, p = <k, u>, y = <u, u>, q = <k, k>, f = n F(w), r = sum of e^(rho |x_j|), e = e^L, m = n.
    """
    c, p, y, q, f, r, e, m = real("c p y q f r e m")
    signs = tuple(relation("<", 0, letter) for letter in (eta, y, r, m))
    tangents, length = relation("<=", f + m * c, r / e), relation("<=", eta * m * q, 2 * f)
    forward, ahead = relation("<=", y, m * (1 + e) * p), relation("<=", 1, e)
    rise, most = 2 * eta * c + eta**2 * (q - p**2 / y), 4 * r / y * eta * p
    less = decided(relation("<=", q - p**2 / y, q), given=signs)
    long = decided(relation("<=", eta * (eta * m * (q - p**2 / y)), eta * (eta * m * q)), less, given=signs)
    below = decided(relation("<=", m * rise, 2 * eta * r / e), long, given=(*signs, tangents, length, ahead))
    gain = decided(relation("<=", y / (2 * e), m * p), given=(*signs, forward, ahead))
    enough = decided(relation("<=", 2 * eta * r / e, m * most), gain, given=(*signs, ahead))
    together = decided(relation("<=", m * rise, m * most), below, enough, given=signs)
    return decided(relation("<=", rise, most), together, given=signs)


@cache
def crossed() -> Theorem:
    """Return that the step raises the square across u by at most 4/<u, u> sum of e^(rho |x_j|) times the rise of the lead."""
    drawn = Inner(k, w) - LEAD / LONG * Inner(k, u)
    losses = n * plain(meant_objective(w))
    tangents = decided(relation("<=", losses + n * drawn, sp.exp(-LEAD) * REACH), put(towards(), {z: PLACE}, APART), far(), given=(APART,))
    length = replaced(short(), equal(short().conclusion.left, eta * n * Inner(k, k)))
    c, p, y, q, f, r, e, m = real("c p y q f r e m")
    told = {c: drawn, p: Inner(k, u), y: LONG, q: Inner(k, k), f: losses, r: REACH, e: sp.exp(LEAD), m: n}
    most = put(rise_of_square(), told, APART)
    most = cut(most, tangents, length, along(), power_not_below_one(), reach_positive(), decided(relation("<", 0, n)))
    after = w + eta * k
    sides = across(after) - across(w), 4 * REACH / LONG * (Inner(after, u) - LEAD)
    left, right = (equal(mine, plain(its), APART) for mine, its in zip(most.conclusion[1:], sides, strict=True))
    return replaced(replaced(most, left), right)
