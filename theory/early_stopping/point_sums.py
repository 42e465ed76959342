"""The sums S_c and S_n of t x over clean and over mislabelled points: their inner products, from the assumptions on the data."""

from __future__ import annotations

from functools import cache
from typing import Any

from theory.early_stopping.meant import (
    APART,
    CLEAN,
    EQUAL_NORM,
    FLAT,
    KINDS,
    NOISY,
    ORTHOGONAL,
    SUM_C,
    SUM_N,
    B,
    N,
    d,
    e_1,
    w0,
)
from theory.kernel.propositions import relation
from theory.kernel.rules import Theorem, assumed, at_unit, cut, decided, equal, put, replaced
from theory.kernel.sums import sum_of
from theory.kernel.tactics import swapped
from theory.symbols import Inner, Sign, column, real, total

SUMS = (SUM_C, SUM_N)
_y, _x = Sign("y"), column("x", d)


def plain_sum(kind: int) -> Any:
    """Return the sum of the t x without the labels y, of which y^2 = 1."""
    of = KINDS[kind]
    return total(lambda e: of.sign * (B * e_1 + of.noise.T * e), of.count, "k")


@cache
def without_labels(kind: int) -> Theorem:
    """Return that the sum of the t x is that plain sum."""
    of = KINDS[kind]
    y = Inner(of.labels, of.point)
    unlabelled = equal(of.sign * _y * (_y * _x), of.sign * _x)
    unlabelled = put(unlabelled, {_y: y, _x: B * e_1 + of.noise.T * of.point}, relation("=", y**2, 1))
    return sum_of(unlabelled, of.point, SUMS[kind], plain_sum(kind))


def noise_sum(kind: int) -> Any:
    """Return the sum of the z."""
    return total(lambda e: KINDS[kind].noise.T * e, KINDS[kind].count, "k")


@cache
def with_noise(kind: int, other_kind: int) -> Theorem:
    """Return <z, sum of the z of a kind> for a point: N where both kinds are the same, else 0."""
    of, summed_kind = KINDS[kind], KINDS[other_kind]
    z = of.noise.T * of.point
    if kind != other_kind:
        apart = at_unit(at_unit(assumed(ORTHOGONAL[2]), NOISY.point), CLEAN.point)
        return sum_of(apart, summed_kind.point, Inner(z, noise_sum(other_kind)), 0)
    p, q, g = real("p q g")
    known = decided(relation("=", p, g * N), given=(relation("=", p, g * q), relation("=", q, N)))
    known = put(known, {p: Inner(of.noise.T * of.another_point, z), q: Inner(z, z), g: Inner(of.another_point, of.point)})
    orthogonal = at_unit(at_unit(assumed(ORTHOGONAL[kind]), of.point), of.another_point)
    known = cut(known, orthogonal, at_unit(assumed(EQUAL_NORM[kind]), of.point))
    return sum_of(known, of.another_point, Inner(z, noise_sum(kind)), N)


@cache
def with_fixed(kind: int, v: Any) -> Theorem:
    """Return that the sum of the z is orthogonal to e_1, and to the initial weights."""
    of = KINDS[kind]
    orthogonal = at_unit(assumed((FLAT if v == e_1 else APART)[kind]), of.point)
    return sum_of(orthogonal, of.point, Inner(noise_sum(kind), v), 0)


@cache
def between(kind: int, other_kind: int) -> Theorem:
    """Return <sum of the z, sum of the z>: N times their number for one kind, 0 for two."""
    of = KINDS[kind]
    return sum_of(
        with_noise(kind, other_kind), of.point, Inner(noise_sum(kind), noise_sum(other_kind)), N * of.count if kind == other_kind else 0
    )


@cache
def facts() -> tuple[Theorem, ...]:
    """Return all inner products of the sums of the z with one another, with e_1 and with the initial weights."""
    return (
        *(with_fixed(kind, v) for kind in (0, 1) for v in (e_1, w0)),
        *(between(kind, other_kind) for kind in (0, 1) for other_kind in (0, 1)),
    )


def in_sums(theorem: Theorem) -> Theorem:
    """Return a theorem on the plain sums for the sums of the t x."""
    for kind in (0, 1):
        theorem = replaced(theorem, swapped(without_labels(kind)))
    return theorem
