"""A second look at what SymPy or z3 accepted: intervals (python-flint) at random points that satisfy the hypotheses.

It can only refuse. Points lie near 0, far out, at ties and at the edges that hypotheses name; matrices have 1 to 3 rows and columns.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator
from functools import reduce
from operator import add, mul
from typing import Any

import flint
import sympy as sp

from theory.kernel.normal_form import explicit
from theory.kernel.terms import Every, Refused, Rel, Sign, free, shape, spelling
from theory.symbols import Inner, MatrixTotal, Phi, Total, Unit, sigma

BITS, POINTS, TRIES = 256, 16, 400


def ball(term: Any, at: dict[Any, Any]) -> Any:
    """Return an interval (a matrix of them) that holds the term's value; not finite where it is undefined.

    `at` holds the value of every variable, the sizes, and, once asked, the values of all parts: relations of one proof share most of them.
    """
    if term in at:
        return at[term]
    known = at.setdefault("known", {})
    if term not in known:
        known[term] = _worked_out(term, at)
    return known[term]


def _worked_out(term: Any, at: dict[Any, Any]) -> Any:
    if isinstance(term, sp.Rational):
        return flint.arb(flint.fmpq(int(term.p), int(term.q)))
    if isinstance(term, sp.Identity | sp.ZeroMatrix):
        rows, columns = (int(sp.sympify(side).xreplace(at["sizes"])) for side in term.shape)
        diagonal = int(isinstance(term, sp.Identity))
        return flint.arb_mat([[diagonal * (i == j) for j in range(columns)] for i in range(rows)])
    if isinstance(term, Total | MatrixTotal):
        return reduce(add, [ball(term.args[0], at_unit) for at_unit in instances(term.args[1], at)])
    if term in (sp.pi, sp.E):
        return flint.arb.pi() if term == sp.pi else flint.arb(1).exp()
    parts = [ball(part, at) for part in term.args]
    if isinstance(term, sp.Add | sp.MatAdd):
        return reduce(add, parts)
    if isinstance(term, sp.Mul | sp.MatMul):
        return reduce(mul, [p for p in parts if isinstance(p, flint.arb)] + [p for p in parts if not isinstance(p, flint.arb)])
    if isinstance(term, sp.Transpose):
        return parts[0].transpose()
    if isinstance(term, Inner):
        return reduce(add, map(mul, parts[0].entries(), parts[1].entries()), flint.arb(0))
    if isinstance(term, sp.Pow):
        return parts[0].sqrt() if term.exp == sp.S.Half else parts[0] ** (int(term.exp) if term.exp.is_Integer else parts[1])
    if isinstance(term, Phi):
        return (1 + (parts[0] / flint.arb(2).sqrt()).erf()) / 2
    if isinstance(term, sigma):
        return 1 / (1 + (-parts[0]).exp())
    return getattr(parts[0], {sp.exp: "exp", sp.log: "log", sp.Abs: "__abs__", sp.erf: "erf"}[term.func])()


def units(index: Any, at: dict[Any, Any]) -> list[Any]:
    """Return all unit vectors that an index stands for."""
    n = int(sp.sympify(index.shape[0]).xreplace(at["sizes"]))
    return [flint.arb_mat([[int(i == k)] for i in range(n)]) for k in range(n)]


def instances(index: Any, at: dict[Any, Any]) -> list[dict[Any, Any]]:
    """Return the point once for every unit vector that an index stands for, without the values that were worked out at other ones."""
    return [{**at, "known": {}, index: e} for e in units(index, at)]


def points(relations: Any) -> Iterator[dict[Any, Any]]:
    """Yield random points, sizes first; a hypothesis that says what a variable equals is followed."""
    variables = sorted(set().union(*[free(r) for r in relations]), key=str)
    rng = random.Random(zlib.crc32(str(variables).encode()))
    whole = [s for s in variables if s.is_Symbol and s.is_integer]
    not_whole = [s for s in variables if s not in whole]
    sides = {sp.sympify(side) for s in variables if isinstance(s, sp.MatrixSymbol) for side in s.shape}
    edges = [side for r in map(_inner, relations) for side in (r.left, r.right) if not shape(side) and side.is_Rational]
    offsets = [flint.fmpq(0), *(flint.fmpq(int(edge.p), int(edge.q)) for edge in edges)]
    followed = [told for r in relations if (told := _told(r))]

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


def _inner(relation: Any) -> Rel:
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


def look(relation: Rel, hypotheses: Any) -> None:
    """Refuse the relation where balls refute it at a point that satisfies the hypotheses."""
    seen = 0
    given = sorted(hypotheses, key=spelling)
    shortest_first = sorted(given, key=lambda h: len(spelling(h)))  # most points fail one of them, and a short one is soon worked out
    with flint.ctx.workprec(BITS):
        for at in points([*given, relation]):
            if all(satisfied(h, at) for h in shortest_first):
                seen += 1
                if refuted(relation, at):
                    shown = ", ".join(f"{s} = {v}" for s, v in at.items() if isinstance(s, sp.Basic))
                    raise Refused(f"balls refute {relation.left} {relation.op} {relation.right} at {shown}")
            if seen == POINTS:
                return
