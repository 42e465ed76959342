"""A second look at what SymPy or z3 accepted: intervals (python-flint) at random points that satisfy the hypotheses.

It can only refuse. Points lie near 0, far out, at ties and at the edges that hypotheses name; matrices have 1 to 3 rows and columns.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator
from typing import Any

import flint
import sympy as sp

from theory.kernel.enclosures import chosen, follow
from theory.kernel.intervals import ball, instances, units
from theory.kernel.normal_form import explicit
from theory.kernel.terms import Every, Refused, Rel, Sign, Solution, free, shape, spelling
from theory.symbols import Unit

BITS, POINTS, TRIES = 256, 16, 250


def points(hypotheses: Any, claims: Any) -> Iterator[dict[Any, Any]]:
    """Yield random points, sizes first; a hypothesis that bounds a variable, or says what it equals, is followed.

    A claim is never followed: at such points nothing could refute it.
    """
    relations = [*hypotheses, *claims]
    variables = sorted(set().union(*[free(r) for r in relations]), key=str)
    rng = random.Random(zlib.crc32(str(variables).encode()))
    whole = [s for s in variables if s.is_Symbol and s.is_integer]
    not_whole = [s for s in variables if s not in whole]
    sides = {sp.sympify(side) for s in variables if isinstance(s, sp.MatrixSymbol) for side in s.shape}
    inner = [_inner(r) for r in relations if not isinstance(r, Solution)]
    edges = [side for r in inner for side in (r.left, r.right) if not shape(side) and side.is_Rational]
    offsets = [flint.fmpq(0), *(flint.fmpq(int(edge.p), int(edge.q)) for edge in edges)]
    followed, bounds = [told for r in hypotheses if (told := _told(r))], [b for h in hypotheses for b in _bounds(h)]

    def scalar() -> Any:
        large, small = rng.choice((1, 1, 10, 10**3, 10**5)), rng.choice((1, 10, 10**2, 10**6))
        off = rng.choice(offsets) if rng.random() < 0.3 else offsets[0]
        return off + flint.fmpq(rng.choice((-1, 1)) * large * rng.randint(0, 99), 33 * small)

    for _ in range(TRIES):
        sizes = {s: sp.Integer(rng.choice((1, 2, 2, 3))) for s in whole}
        if any(int(side.xreplace(sizes)) < 1 for side in sides):
            continue
        at: dict[Any, Any] = {"sizes": sizes, **{s: flint.arb(int(n)) for s, n in sizes.items()}}
        drawn: list[Any] = []
        for s in not_whole:
            if isinstance(s, Unit):
                at[s] = rng.choice(units(s, at))
            elif isinstance(s, sp.MatrixSymbol):
                rows, columns = (int(sp.sympify(side).xreplace(sizes)) for side in s.shape)
                at[s] = flint.arb_mat([[rng.choice((-2, -1, 0, 1, 2, 5)) for _ in range(columns)] for _ in range(rows)])
                at[s] = at[s] * flint.arb(flint.fmpq(1, rng.choice((1, 1, 4, 100))))
            elif isinstance(s, Sign):
                at[s] = flint.arb(rng.choice((-1, 1)))
            else:
                drawn.append(rng.choice(drawn) if drawn and rng.random() < 0.1 else scalar())
                at[s] = flint.arb(drawn[-1])
        for s, above, term in bounds:
            edge = ball(term, {**at})
            if not (at[s] > edge if above else at[s] < edge):
                at[s] = edge + abs(scalar()) if above else edge - abs(scalar())
        for s, value in followed:
            at[s] = ball(value, {**at})  # in a copy: values that are kept would outlive the value of a variable
        yield at


def _told(relation: Any) -> tuple[Any, Any] | None:
    """Return a variable and the value that the relation gives it, if it is such an equation."""
    if isinstance(relation, Rel) and relation.op == "=" and not shape(relation.left):
        for s, value in ((relation.left, relation.right), (relation.right, relation.left)):
            if s.is_Symbol and not s.is_integer and not isinstance(s, Sign) and s not in free(value):
                return s, value
    return None


def _bounds(h: Any) -> list[tuple[Any, bool, Any]]:
    """Return a variable, whether it is above, and the term that bounds it, for each side of an inequality that is a variable."""
    if not isinstance(h, Rel) or h.op not in ("<", "<="):
        return []
    pairs = [(h.right, True, h.left), (h.left, False, h.right)]
    return [(s, above, explicit(term)) for s, above, term in pairs if s.is_Symbol and not s.is_integer and s not in free(term)]


def _inner(relation: Rel | Every) -> Rel:
    return _inner(relation.part) if isinstance(relation, Every) else relation


def refuted(relation: Any, at: dict[Any, Any]) -> bool:
    """Tell whether the relation certainly fails at the point."""
    if isinstance(relation, Every):
        return any(refuted(relation.part, at_unit) for at_unit in instances(relation.index, at))
    left, right = ball(explicit(relation.left), at), ball(explicit(relation.right), at)
    if shape(relation.left):
        return relation.op == "=" and any(not (a - b).contains(0) for a, b in zip(left.entries(), right.entries(), strict=True))
    gap = left - right
    if not gap.is_finite():
        return False
    return {"<": gap >= 0, "<=": gap > 0, "=": not gap.contains(0), "!=": gap == 0}[relation.op]


def satisfied(relation: Any, at: dict[Any, Any]) -> bool:
    """Tell whether the relation holds at the point, as far as balls tell; an equation where they cannot tell it apart."""
    if isinstance(relation, Every):
        return all(satisfied(relation.part, at_unit) for at_unit in instances(relation.index, at))
    left, right = ball(explicit(relation.left), at), ball(explicit(relation.right), at)
    if shape(relation.left):
        apart = any(not (a - b).contains(0) for a, b in zip(left.entries(), right.entries(), strict=True))
        return apart == (relation.op == "!=")
    gap = left - right
    fits = {"<": gap < 0, "<=": gap <= 0 or gap.contains(0), "=": gap.contains(0), "!=": not gap.contains(0)}
    return bool(gap.is_finite() and fits[relation.op])


def meets(hypotheses: Any, at: dict[Any, Any]) -> bool:
    """Tell whether the point satisfies the hypotheses, once each solution has an end to which balls can follow it, and its value there."""
    solutions = [h for h in hypotheses if isinstance(h, Solution)]
    relations = [h for h in hypotheses if not isinstance(h, Solution)]
    if not solutions:
        return all(satisfied(h, at) for h in relations)
    moved = chosen(solutions)
    moving = [h for h in relations if free(h) & moved]
    at_once = all(satisfied(h, at) for h in relations if h not in moving)
    return at_once and follow(solutions, at) and all(satisfied(h, at) for h in moving)


def look(relation: Rel, hypotheses: Any) -> None:
    """Refuse the relation where balls refute it at a point that satisfies the hypotheses."""
    seen = 0
    given = sorted(hypotheses, key=spelling)
    shortest_first = sorted(given, key=lambda h: len(spelling(h)))  # most points fail one of them, and a short one is soon worked out
    with flint.ctx.workprec(BITS):
        for at in points(given, [relation]):
            if meets(shortest_first, at):
                seen += 1
                if refuted(relation, at):
                    shown = ", ".join(f"{s} = {v}" for s, v in at.items() if isinstance(s, sp.Basic))
                    raise Refused(f"balls refute {relation.left} {relation.op} {relation.right} at {shown}")
            if seen == POINTS:
                return
