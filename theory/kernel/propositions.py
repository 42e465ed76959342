"""What a proposition is: its fixed form, what its terms owe, and what it becomes where terms stand for its variables.

Nothing here makes a theorem. Rules ask it whether a proposition is well formed, and what must hold for its terms to be defined.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sympy as sp

from theory.kernel.deciders import holds
from theory.kernel.terms import BINDERS, NAMED, All, Every, Gradient, Refused, Rel, Slope, Solution, bound, free, loose, plain, shape
from theory.symbols import Sign, Unit


def written(proposition: Any) -> str:
    """Return a proposition as text that tells every two apart; unlike a tree of SymPy nobody can change it afterwards."""
    if isinstance(proposition, tuple):
        return f"{type(proposition).__name__}({', '.join(map(written, proposition))})"
    return proposition if isinstance(proposition, str) else _written_term(sp.sympify(proposition))


def _written_term(term: Any) -> str:
    """Return a term as text, with its arguments in the order in which it holds them: SymPy's `srepr` sorts them, which takes long."""
    return f"{type(term).__name__}({', '.join(map(_written_term, term.args))})" if term.args else sp.srepr(term)


def one_meaning(*propositions: Any) -> None:
    """Refuse two symbols of one name."""
    names: dict[str, Any] = {}
    for symbol in set().union(*map(free, propositions)):
        if names.setdefault(symbol.name, symbol) != symbol:
            raise Refused(f"two different symbols are called {symbol.name}; rename one")


def relation(op: str, left: Any, right: Any) -> Rel:
    """Return a relation between two terms, in the fixed form; matrices of one shape have = and != alone."""
    return _relation(op, left, right, set())


def _relation(op: str, left: Any, right: Any, indices: set[Any]) -> Rel:
    a, b = plain(left), plain(right)
    if op not in ("<", "<=", "=", "!=") or shape(a) != shape(b) or (shape(a) and op in ("<", "<=")) or (loose(a) | loose(b)) - indices:
        raise Refused(f"{left} {op} {right} is no relation between two numbers, or two matrices of one shape")
    one_meaning(made := Rel(op, a, b))
    return made


def every(index: Any, part: Any) -> Every:
    """Return the proposition that a relation, or another such proposition, holds for every unit vector that a bound index stands for."""
    return _every(plain(index), part, set())


def _every(index: Any, part: Any, indices: set[Any]) -> Every:
    if type(index) is not Unit or not bound(index) or index.name in {i.name for i in indices}:
        raise Refused(f"{index} must be a bound unit vector, of a name that is not bound around it")
    within = indices | {index}
    if type(part) is Every:
        return Every(index, _every(plain(part.index), part.part, within))
    if type(part) is not Rel:
        raise Refused(f"{part} is no relation")
    made = _relation(part.op, part.left, part.right, within)
    if any(binder.args[1].name in {i.name for i in within} for side in made[1:] for binder in side.atoms(*BINDERS)):
        raise Refused(f"{index} is bound twice; rename one")
    return Every(index, made)


def solution(slope: Any, s: Any, y: Any, at: Any, value: Any, along: Any = ()) -> Solution:
    """Return the proposition that the solution of dy/ds = slope from y(0) = 0 is `value` at `at`, and that `along` holds along it."""
    slope, s, y, at, value = map(plain, (slope, s, y, at, value))
    if any(type(v) is not sp.Symbol or v.is_integer or not bound(v) for v in (s, y)) or s == y:
        raise Refused(f"{s} and {y} must be two bound real variables")
    if any(map(shape, (slope, at, value))) or loose(slope) - {s, y} or loose(at) | loose(value):
        raise Refused(f"{slope} must be a number at each point, and {at} and {value} numbers")
    if along and type(along) is not Rel:
        raise Refused(f"{along} is no relation")
    made = Solution(slope, s, y, at, value, _relation(along.op, along.left, along.right, {s, y}) if along else ())
    if any(binder.args[1].name in (s.name, y.name) for term in (slope, *made.along[1:]) for binder in term.atoms(*BINDERS)):
        raise Refused(f"{s} or {y} is bound twice; rename one")
    one_meaning(made)
    return made


def fixed(*relations: Any) -> None:
    """Refuse anything but a relation, such a relation for every unit vector, or a solution, in the fixed form."""
    for r in relations:
        if (type(r) is Every and every(r.index, r.part) == r) or (type(r) is Solution and solution(*r) == r):
            continue
        if type(r) is not Rel or relation(r.op, r.left, r.right) != r:
            raise Refused(f"{r} is no relation in the fixed form")


def owed(term: Any, smooth: bool = False) -> Iterator[Rel]:
    """Yield what must hold for the term to be defined and continuous, for `smooth` differentiable to any order; innermost first."""
    if isinstance(term, Gradient | Slope):
        expression, variable, point = term.args
        yield from owed(point, smooth)
        for need in owed(expression, smooth=True):  # the point is put in afterwards: SymPy makes 0 of |0|, and nothing would be owed
            yield Rel(need.op, need.left.xreplace({variable: point}), need.right.xreplace({variable: point}))
        return
    if not isinstance(term, sp.MatrixSymbol):
        for part in term.args:
            yield from owed(part, smooth)
    if isinstance(term, sp.Pow):
        if not term.exp.is_Integer:
            root = isinstance(term.exp, sp.Rational) and term.exp > 0 and not smooth
            yield Rel("<=" if root else "<", sp.S.Zero, term.base)
        elif term.exp < 0:
            yield Rel("!=", term.base, sp.S.Zero)
    elif isinstance(term, sp.log):
        yield Rel("<", sp.S.Zero, term.args[0])
    elif isinstance(term, sp.Abs) and smooth:
        yield Rel("!=", term.args[0], sp.S.Zero)


def defined(hypotheses: Iterable[Rel], *terms: Any, smooth: bool = False) -> None:
    """Refuse terms of which the hypotheses do not say that they are defined, for `smooth` differentiable to any order."""
    known = list(hypotheses)
    for need in dict.fromkeys(o for term in terms for o in owed(term, smooth)):
        if not holds(known, need):
            raise Refused(f"nothing shows {need.left} {need.op} {need.right}, without which a term is undefined or not smooth")
        known.append(need)


def put_in(proposition: Any, values: Any) -> Any:
    """Return a proposition with terms in place of variables."""
    if isinstance(proposition, Rel):
        return relation(proposition.op, proposition.left.xreplace(values), proposition.right.xreplace(values))
    if isinstance(proposition, Every):
        return every(proposition.index.xreplace(values), _inside(proposition.part, values))
    if isinstance(proposition, Solution):
        slope, s, y, at, value, along = proposition
        slope, at, value = (term.xreplace(values) for term in (slope, at, value))
        return solution(slope, s, y, at, value, _inside(along, values) if along else ())
    if isinstance(proposition, All):
        return All(tuple(put_in(part, values) for part in proposition.parts))
    raise Refused("nothing is put into a limit or under `there is`")


def _inside(part: Any, values: Any) -> Any:
    if isinstance(part, Every):
        return Every(part.index.xreplace(values), _inside(part.part, values))
    return Rel(part.op, part.left.xreplace(values), part.right.xreplace(values))


def instance(claim: Every, e: Any) -> Any:
    """Return what the proposition says of one unit vector; it must be of the size, and bound by nothing in it."""
    inner = claim.part
    while isinstance(inner, Every):
        inner = inner.part
    names = {binder.args[1].name for side in inner[1:] for binder in side.atoms(*BINDERS)}
    if type(e) is not Unit or shape(e) != shape(claim.index) or e.name in names:
        raise Refused(f"{e} is no unit vector for {claim.index}")
    return _inside(claim.part, {claim.index: e})


def fits(variable: Any, value: Any) -> bool:
    """Tell whether the value is of the variable's sort."""
    if isinstance(variable, Unit):
        return isinstance(value, Unit) and shape(variable) == shape(value)
    if isinstance(variable, sp.MatrixSymbol):
        return shape(variable) == shape(value)
    if isinstance(variable, Sign):
        return isinstance(value, Sign) or value in (1, -1)
    if variable.is_integer:
        if value.is_Add:
            return all(fits(variable, part) for part in value.args)
        return bool(value.is_integer and value.is_positive and (value.is_Symbol or value.is_Integer))
    return not shape(value)


def told(values: Any, hypotheses: Any) -> dict[Any, Any]:
    """Return terms for variables, in the fixed form; refuse a term that is not of the variable's sort or not defined."""
    terms = {plain(s): plain(v) for s, v in values.items()}
    for s, v in terms.items():
        if (
            type(s) not in NAMED
            or bound(s)
            or loose(v)
            or not (fits(s, v) or (type(s) is Sign and not shape(v) and holds(hypotheses, Rel("=", v**2, sp.S.One))))
        ):
            raise Refused(f"{v} cannot stand for {s}: it must be of its sort")
    defined(hypotheses, *terms.values())
    return terms
