"""The solution of dy/ds = F(s, y) with y(0) = 0, in boxes of intervals that surely hold it. Balls look at hypotheses on solutions with it.

A step from s to s + h first looks for an interval Y with y + [0, h] F([s, s + h], Y) in Y, which then holds the solution on the step
(Picard); the third Taylor polynomial, with its remainder over that box, gives the value at s + h.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import flint
import sympy as sp

from theory.kernel.intervals import ball
from theory.kernel.normal_form import explicit, normal, spelled
from theory.kernel.terms import Solution, free

STEPS, BITS, WIDENED = 16, 128, 8
NEARER = 20  # times that the ends of solutions are divided by 64
Box = tuple[Any, Any]


@cache
def _derivatives(slope: Any, s: Any, y: Any) -> tuple[Any, Any, Any]:
    """Return dy/ds, its derivative along the solution, and the next one, as terms in s and y."""
    first = normal(explicit(slope))
    second = sp.diff(first, s) + first * sp.diff(first, y)
    third = sp.diff(second, s) + first * sp.diff(second, y)
    return spelled(first), spelled(second), spelled(third)


def enclosure(h: Solution, at: dict[Any, Any]) -> tuple[list[Box], Any] | None:
    """Return boxes that hold the solution from 0 to its end, and its value there; None where balls cannot follow it."""
    end = ball(explicit(h.at), at)
    if not (end.is_finite() and end >= 0):
        return None
    terms = _derivatives(h.slope, h.s, h.y)
    with flint.ctx.workprec(BITS):
        step, y, boxes = end / STEPS, flint.arb(0), []
        for k in range(STEPS):
            span = (step * k).union(step * (k + 1))
            box = _box(terms[0], h, at, span, y, step)
            if box is None:
                return None
            boxes.append((span, box))
            rates = [_value(term, h, at, step * k, y) for term in terms[:2]]
            y = y + step * rates[0] + step**2 / 2 * rates[1] + step**3 / 6 * _value(terms[2], h, at, span, box)
            if not y.is_finite():
                return None
    return boxes, y


def _box(slope: Any, h: Solution, at: dict[Any, Any], span: Any, y: Any, step: Any) -> Any:
    """Return an interval that holds the solution on a whole step, None where none of several guesses is wide enough."""
    within = flint.arb(0).union(step)
    guess = y + within * _value(slope, h, at, span, y)
    for _ in range(WIDENED):
        if not guess.is_finite():
            return None
        reached = y + within * _value(slope, h, at, span, guess)
        if reached.is_finite() and guess.contains(reached):
            return reached
        guess = flint.arb(reached.mid(), 2 * reached.rad())
    return None


def _value(term: Any, h: Solution, at: dict[Any, Any], s: Any, y: Any) -> Any:
    return ball(term, point_of(h, at, s, y))


def point_of(h: Solution, at: dict[Any, Any], s: Any, y: Any) -> dict[Any, Any]:
    """Return the point with values for the two bound variables of a solution."""
    return {**at, "known": {}, h.s: s, h.y: y}


def chosen(solutions: list[Solution]) -> set[Any]:
    """Return the variables to which `follow` gives another value: ends, values there, and upper bounds along a solution."""
    return {s for h in solutions for s in (h.at, h.value, _most(h)) if s is not None and s.is_Symbol}


def _most(h: Solution) -> Any:
    """Return the variable that bounds a term along the solution from above, if the hypothesis names one."""
    bound = h.along.right if h.along and h.along.op == "<=" else None
    return bound if bound is not None and bound.is_Symbol and bound not in free(h._replace(along=())) | free(h.along.left) else None


def follow(solutions: list[Solution], at: dict[Any, Any]) -> bool:
    """Move ends of solutions nearer until balls can follow all of them, put in their values; tell whether the relations along them hold.

    All ends move by one factor: whatever their order is, they keep it.
    """
    values, ends = [h.value for h in solutions], {h.at for h in solutions if h.at.is_Symbol}
    told = set().union(*(free(h._replace(value=sp.S.Zero, along=())) for h in solutions))
    if not all(v.is_Symbol for v in values) or len({*values}) < len(values) or told & {*values, *map(_most, solutions)}:
        return False
    at |= {end: abs(at[end]) for end in ends}
    paths = [enclosure(h, at) for h in solutions]
    for _ in range(NEARER):
        if None not in paths or not ends:
            break
        at |= {end: at[end] / 64 for end in ends} | {"known": {}}
        paths = [enclosure(h, at) for h in solutions]
    if None in paths:
        return False
    at |= {h.value: path[1] for h, path in zip(solutions, paths, strict=True) if path} | {"known": {}}
    return _hold_along([(h, path[0]) for h, path in zip(solutions, paths, strict=True) if path and h.along], at)


def _hold_along(paths: list[tuple[Solution, list[Box]]], at: dict[Any, Any]) -> bool:
    """Tell whether the relations along solutions surely hold; a variable that is a bound becomes the least bound that balls can tell."""
    least: dict[Any, Any] = {}
    for h, boxes in paths:
        sides = [[ball(explicit(side), point_of(h, at, *box)) for side in h.along[1:]] for box in boxes]
        most = _most(h)
        if not all(left.is_finite() for left, _ in sides):
            return False
        if most is not None:
            least[most] = max([*([least[most]] if most in least else []), *(left.upper() for left, _ in sides)])
        elif h.along.op not in ("<", "<=") or not all(left < right if h.along.op == "<" else left <= right for left, right in sides):
            return False
    at |= least | {"known": {}}
    return True
