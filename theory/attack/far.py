"""Attack a proposition beyond the box that points are drawn from: intervals at magnitudes up to 1e300, at ties, at zero, at sizes 1 and 2.

Where a statement speaks of all reals, so does its goal; its points are drawn from the goal's own quantifiers and hypotheses, and from no
space. Balls (python-flint) with `BITS` bits refute a relation only where it certainly fails: 50 digits of a float could not tell.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import flint
import sympy as sp

from theory.goal import Goal
from theory.kernel.balls import meets, refuted, satisfied
from theory.kernel.intervals import ball, units
from theory.kernel.normal_form import explicit
from theory.kernel.terms import All, Every, Rel, Sign, Solution, free, loose, shape, spelling
from theory.statement import Exact
from theory.symbols import Unit

BITS = 2400  # tells 1e300 + 1e-300 from 1e300, with room
TRIES = 400
ENOUGH = 40  # points that satisfy all hypotheses
EXACT_BITS, EXACT_ENOUGH = 800, 12  # for points that the statement draws: their data are large, and their numbers at most 1e30


def relations(goal: Goal) -> list[Rel]:
    """Return the relations of a goal's conclusion; limits are attacked through their rates."""
    parts = goal.conclusion.parts if isinstance(goal.conclusion, All) else (goal.conclusion,)
    return [part for part in parts if isinstance(part, Rel)]


def points(given: Sequence[Rel | Every | Solution], wanted: Sequence[Rel], exact: Exact | None = None) -> Iterator[dict[Any, Any]]:
    """Yield points: a quarter of small whole numbers and zeros alone, the others far out; what `exact` draws is left as it is.

    A variable takes the value that a hypothesis gives it, not the value that the conclusion claims: at such points nothing could refute it.
    """
    every_relation = [*given, *wanted]
    variables = sorted(set().union(*map(free, every_relation)), key=str)
    rng = random.Random(zlib.crc32(str(variables).encode()))
    edges = [side for r in every_relation if isinstance(r, Rel) for side in (r.left, r.right) if not shape(side) and side.is_Rational]
    for number in range(TRIES):
        near, told = number % 4 == 0, exact(rng) if exact else {}
        sizes = told.get("sizes") or {s: sp.Integer(rng.choice((1, 1, 2, 2, 3))) for s in variables if s.is_Symbol and s.is_integer}
        if any(int(sp.sympify(side).xreplace(sizes)) < 1 for s in variables if isinstance(s, sp.MatrixSymbol) for side in s.shape):
            continue
        at: dict[Any, Any] = {"sizes": sizes, **{s: flint.arb(int(n)) for s, n in sizes.items()}, **told}
        drawn: list[Any] = [flint.arb(int(edge.p)) / int(edge.q) for edge in edges]
        for s in [v for v in variables if v not in at]:
            if isinstance(s, Unit):
                at[s] = rng.choice(units(s, at))
            elif isinstance(s, sp.MatrixSymbol):
                rows, columns = (int(sp.sympify(side).xreplace(sizes)) for side in s.shape)
                at[s] = flint.arb_mat(_matrix(rng, rows, columns, near=near))
            elif isinstance(s, Sign):
                at[s] = flint.arb(rng.choice((-1, 1)))
            else:
                tie = drawn and rng.random() < 0.15
                at[s] = rng.choice(drawn) if tie else _number(rng, near=near)
                drawn.append(at[s])
        for r in given if not told else ():
            _follow(r, at)
        yield at


def _number(rng: random.Random, *, near: bool) -> Any:
    if near or rng.random() < 0.2:
        return flint.arb(rng.choice((0, 0, 1, -1, 2, -2, 3, 150, -150))) / rng.choice((1, 1, 2))
    scale = 300 if rng.random() < 0.5 else 4
    return rng.choice((-1, 1)) * (flint.arb(10) ** flint.arb(str(round(rng.uniform(-scale, scale), 6))))


def _matrix(rng: random.Random, rows: int, columns: int, *, near: bool) -> list[list[Any]]:
    if rng.random() < 0.15:
        return [[0] * columns for _ in range(rows)]
    scale = flint.arb(rng.choice((1, 1, 7, 40))) if near else _number(rng, near=False)
    return [[rng.choice((-2, -1, 0, 1, 2, 5)) * scale for _ in range(columns)] for _ in range(rows)]


def _follow(r: Rel | Every | Solution, at: dict[Any, Any]) -> None:
    """Let a variable take the value that a hypothesis gives it."""
    if not isinstance(r, Rel) or r.op != "=" or shape(r.left):
        return
    for s, value in ((r.left, r.right), (r.right, r.left)):
        if s.is_Symbol and not s.is_integer and not isinstance(s, Sign) and s not in free(value):
            at[s] = ball(explicit(value), {**at})  # in a copy, as in `balls.points`
            return


@lru_cache(maxsize=16)
def _owing(relation: Rel) -> list[Any]:
    """Return the powers and logarithms of both sides, once each; those under a sum have no value by themselves."""
    known: set[Any] = set()
    waiting = [explicit(side) for side in (relation.left, relation.right)]
    while waiting:
        part = waiting.pop()
        if part not in known:
            known.add(part)
            waiting += part.args
    return [part for part in known if isinstance(part, sp.Pow | sp.log) and not loose(part)]


def undefined(relation: Rel, at: dict[Any, Any]) -> bool:
    """Tell whether a side surely has no value: it divides by an exact zero, or takes a root or a logarithm of a negative number.

    A relation also says that both of its sides are defined. What balls only cannot tell from zero is not told.
    """
    for part in _owing(relation):
        if isinstance(part, sp.Pow) and not shape(part) and part.exp.is_number:
            base = ball(part.base, at)
            if (part.exp.is_negative and base.is_zero()) or (not part.exp.is_integer and base < 0):
                return True
        elif isinstance(part, sp.log) and ball(part.args[0], at) <= 0:
            return True
    return False


def attack(goal: Goal, exact: Exact | None = None) -> tuple[int, int, dict[str, str]]:
    """Return how many points satisfied all hypotheses, at how many of them the conclusion surely held, and where it failed, if anywhere.

    Raises what a term raises that balls or SymPy cannot evaluate.
    """
    wanted, given = relations(goal), sorted(goal.hypotheses, key=spelling)
    seen = held = 0
    bits, enough = (EXACT_BITS, EXACT_ENOUGH) if exact else (BITS, ENOUGH)
    with flint.ctx.workprec(bits):
        for at in points(given, wanted, exact):
            if not meets(given, at):
                continue
            seen += 1
            if any(refuted(r, at) or undefined(r, at) for r in wanted):
                return seen, held, in_words(at)
            held += all(satisfied(r, at) for r in wanted)
            if seen == enough:
                break
    return seen, held, {}


def in_words(at: dict[Any, Any]) -> dict[str, str]:
    """Return a point as text."""
    return {str(s): _short(v) for s, v in sorted(at.items(), key=lambda pair: str(pair[0])) if isinstance(s, sp.Basic)}


def _short(value: Any) -> str:
    if isinstance(value, flint.arb_mat):
        return "[" + ", ".join(_short(entry) for entry in value.entries()) + "]"
    return str(value.mid().str(6, radius=False))
