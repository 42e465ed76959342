"""The theorem of the reduction: the mean 1-SAM direction on the toy data, from the definitions, at w0 + a S_c + b S_n.

It is shown of one point by its unit vector, and added up over the points of its kind.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from theory.early_stopping.meant import (
    APART,
    EQUAL_NORM,
    FLAT,
    KINDS,
    NO_LEAN,
    SIGNS,
    SUM_C,
    SUM_N,
    B,
    N,
    a,
    b,
    d,
    e_1,
    n,
    n_c,
    n_n,
    positive,
    rho,
    w,
    w0,
)
from theory.early_stopping.point_sums import in_sums, plain_sum, with_fixed, with_noise
from theory.kernel.propositions import put_in, relation
from theory.kernel.rules import Theorem, assumed, at_unit, cut, decided, equal, put, replaced, summed
from theory.kernel.tactics import rewritten
from theory.meaning import logistic, one_sam
from theory.symbols import Inner, Sign, column, norm, real, sigma

_x, _z, _t, _y, _sign = column("x", d), column("z", d), Sign("t"), Sign("y"), Sign("sign")
_OWED = (relation("=", Inner(_z, e_1), 0), relation("=", Inner(_z, _z), N), *positive(N))
C = rho * sp.sqrt(B**2 + N)
MARGINS = (B**2 * (n_c * a - n_n * b) + N * a, -(B**2) * (n_c * a - n_n * b) + N * b)
SCALES = tuple(sigma(C - m) for m in MARGINS)
PLAIN_REACHED = w0 + a * plain_sum(0) + b * plain_sum(1)
# a sum of both kinds, whose terms are put in afterwards: SymPy orders terms by what stands in them
_p, _q, _u, _v = *real("p q"), column("u", d), column("v", d)
MIXED = (_p * _u + _q * _v) / n
MEAN = MIXED.xreplace({_p: SCALES[0], _q: SCALES[1], _u: SUM_C, _v: SUM_N})


@cache
def one_direction() -> Theorem:
    """Return sigma(rho ||x|| - <w, u>) u = the direction of a point, with u = t x = sign (B e_1 + z)."""
    nonzero_input, along = relation("!=", _x, sp.ZeroMatrix(d, 1)), B * e_1 + _z
    known = equal(sigma(rho * norm(_x) - _t * Inner(w, _x)) * _t * _x, one_sam(lambda v: logistic(Inner(v, _x), _t), w, rho), nonzero_input)
    long = relation("!=", _y * along, sp.ZeroMatrix(d, 1))
    known = put(known, {_x: _y * along, _t: _sign * _y}, long)
    shown = sigma(rho * norm(along) - Inner(w, _sign * along)) * (_sign * along)
    known = cut(replaced(known, equal(known.conclusion.left, shown, long)), decided(long, given=_OWED))
    return replaced(known, decided(relation("=", Inner(along, along), B**2 + N), given=_OWED))


def _at(kind: int) -> dict[Any, Any]:
    """Return a point of the kind, at w0 + a S_c + b S_n, for the letters of `one_direction`."""
    of = KINDS[kind]
    return {_y: Inner(of.labels, of.point), _sign: of.sign, _z: of.noise.T * of.point, w: PLAIN_REACHED}


@cache
def margin(kind: int) -> Theorem:
    """Return the margin <w, t x> of a point at w0 + a S_c + b S_n."""
    facts = (with_noise(kind, kind), with_noise(kind, 1 - kind), with_fixed(0, e_1), with_fixed(1, e_1))
    output = Inner(w, _sign * (B * e_1 + _z)).xreplace(_at(kind))
    return decided(relation("=", output, MARGINS[kind]), *facts, given=(*FLAT, *APART, *NO_LEAN))


@cache
def directions_of(kind: int) -> Theorem:
    """Return that the logit scale times the sum of the t x is the sum of the 1-SAM directions of one kind of points."""
    of, values = KINDS[kind], _at(kind)
    direction_of_point = put(one_direction(), values, relation("=", values[_y] ** 2, 1))
    direction_of_point = cut(
        direction_of_point,
        *(decided(put_in(h, values), given=(*FLAT, *EQUAL_NORM)) for h in _OWED[:2]),
        at_unit(assumed(SIGNS[kind]), of.point),
    )
    added = summed(replaced(direction_of_point, margin(kind)), of.point)
    return replaced(added, equal(added.conclusion.left, SCALES[kind] * plain_sum(kind), *positive(N)))


@cache
def step_theorem() -> Theorem:
    """Return (sigma(C - m_c) S_c + sigma(C - m_n) S_n)/n = the mean direction at w0 + a S_c + b S_n."""
    plain_mean = MIXED.xreplace({_p: SCALES[0], _q: SCALES[1], _u: plain_sum(0), _v: plain_sum(1)})
    return in_sums(rewritten(plain_mean, (directions_of(0), directions_of(1)), *positive(N)))


def with_direction(term: Any, place: Any, *given: Any) -> Theorem:
    """Return that a term at (sigma(C - m_c) S_c + sigma(C - m_n) S_n)/n is the term at the mean direction."""
    return rewritten(term.xreplace({place: MEAN}), step_theorem(), *given)
