"""Run a statement's proof. A theorem of the kernel counts only if it is the statement's goal, and that speaks of the attacked programs.

What a bound proof rests on is attacked, too: each program's symbolic meaning is compared with the program at every point kept, and
no point drawn may break a hypothesis.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from theory.attack.comparison import Comparison
from theory.attack.evaluate import supported
from theory.attack.search import Attack, describe, point_of
from theory.attack.sides import Side
from theory.attack.solutions import misses
from theory.goal import Goal, goal_of, hypotheses_of, met
from theory.kernel.normal_form import explicit
from theory.kernel.propositions import instance, put_in
from theory.kernel.rules import is_theorem
from theory.kernel.sentence import clause, formula, sentence
from theory.kernel.terms import Every, Refused, Rel, Solution, plain, shape
from theory.meaning import meaning
from theory.statement import Assumption, Claim
from theory.symbols import Unit, norm

# what a proof raises that does not prove its statement: a rule refuses, or the goal lacks the parts that the proof takes from it
BROKEN = (Refused, TypeError, ValueError, AttributeError, LookupError)
ROUNDING = 64.0  # how many times its bound a rounding error may be: atoms are rounded, too
BY_FAR = 1e6  # a gap so many times its rounding error leaves nothing for 50 digits to decide
RULED = 4  # worst points of a batch at which 50 digits decide whether a program and its meaning differ


class Unbound(Exception):
    """A proof that does not prove its statement; the message names the proved and the wanted proposition."""


def prove(claim: Claim, statement: Any) -> tuple[Goal, Any]:
    """Return the goal and the theorem that is exactly it; raise Unbound where the proof ends elsewhere or nowhere."""
    try:
        goal = goal_of(claim, statement)
        fixed = goal.fixed
        theorem = statement.theorem(goal)
    except BROKEN as broken:
        raise Unbound(f"the proof breaks: {broken}") from broken
    if not met(theorem, fixed):
        proved = sentence(theorem.hypotheses, theorem.conclusion) if is_theorem(theorem) else "no theorem."
        raise Unbound(f"the proof proves another statement. Proved: {proved} Wanted: {sentence(goal.hypotheses, goal.conclusion)}")
    if any(rule == "citation" and conclusion == theorem.conclusion for rule, _, conclusion in theorem.steps):
        raise Unbound(f"the proof cites the statement that it should prove: {'; '.join(theorem.cites)}")
    return goal, theorem


def telling(theorem: Any) -> list[tuple[str, Any, Any]]:
    """Return the steps of a theorem without those that say x = x, which tell no more than that a term is defined."""
    return [step for step in theorem.steps if not _empty(step[2])]


def _empty(proposition: Any) -> bool:
    return isinstance(proposition, Rel) and proposition.op == "=" and formula(proposition.left) == formula(proposition.right)


def details_of(goal: Goal, theorem: Any) -> dict[str, Any]:
    """Return what evidence records of a bound proof; the detail of a step is the hypotheses from which it follows."""
    used = sorted(map(clause, theorem.hypotheses))
    steps = telling(theorem)
    return {
        "bound": True,
        "sentence": sentence(goal.hypotheses, goal.conclusion),
        "hypotheses used": used,
        "hypotheses unused": sorted(set(map(clause, goal.hypotheses)) - set(used)),
        "cited": list(theorem.cites),
        "steps": [
            {"says": clause(conclusion), "by": rule, "detail": ", ".join(sorted(clause(h) for h in given if not _empty(h)))}
            for rule, given, conclusion in steps
        ],
    }


def programs(statement: Any) -> list[Any]:
    """Return the programs of a statement that have a symbolic meaning, sides first."""
    sides = [getattr(statement, name, None) for name in ("defined_by", "smaller", "larger", "quantity")]
    every = [*(side for side in sides if side is not None and not isinstance(side, sp.Basic)), *statement.atoms.values()]
    return [program for program in dict.fromkeys(every) if meaning(program) is not None]


def differs(statement: Any, state: Attack) -> str:
    """Return, in words, where a program computes something else than it is said to mean; empty where 50 digits find nothing."""
    for program in programs(statement):
        meant = explicit(plain(meaning(program)))
        if not supported(meant):
            return f"the meaning of {program.__name__} cannot be evaluated: {meant}"
        comparison = Comparison(program, meant, "=", statement.atoms, conditioning=statement.conditioning)
        for batch, sizes in state.bank:
            scores = comparison.scores(batch, sizes, state.compiler)
            for row in np.argsort(-scores)[:RULED]:
                if scores[row] > 1:
                    point = point_of(batch, int(row))
                    ruling = comparison.rule(point, sizes)
                    if not ruling.holds:
                        where = ", ".join(f"{name} = {value}" for name, value in describe(point, sizes).items())
                        return f"{program.__name__} is {ruling.left} and is said to mean {ruling.right}, at {where}"
    return ""


def broken_at(hypothesis: Rel | Every | Solution, statement: Any, state: Attack, batch: Any, sizes: Any, *, surely: bool) -> np.ndarray:
    """Tell at which points of a batch a hypothesis fails, shape (N,), surely or as far as rounding allows."""
    if isinstance(hypothesis, Solution):
        return misses(hypothesis, _plain_atoms(statement), batch, sizes, state.compiler) | _broken_at_end(
            hypothesis, statement, state, batch, sizes, surely=surely
        )
    if isinstance(hypothesis, Every):
        return np.any([broken_at(*at, surely=surely) for at in _at_units(hypothesis, statement, state, batch, sizes)], axis=0)
    value, spread = _gap(hypothesis, statement, state, batch, sizes)
    slack = ROUNDING * spread if surely else 0 * spread
    if not surely and hypothesis.op == "<":
        value = np.where(np.abs(value) <= ROUNDING * spread, 0.0, value)
    fails = {"<": (value > slack) | ((value == 0) & (slack == 0)), "<=": value > slack, "=": np.abs(value) > slack, "!=": value == 0}
    return np.asarray(fails[hypothesis.op])


def _broken_at_end(h: Solution, statement: Any, state: Attack, batch: Any, sizes: Any, *, surely: bool) -> np.ndarray:
    """Tell at which points the relation along a solution fails at its end, shape (N,).

    Elsewhere nobody looks: a program that takes steps sees less than the whole solution, and so its bound may be the lower one.
    """
    if not h.along:
        return np.zeros(len(next(iter(batch.values()))), dtype=bool)
    at_end = put_in(Rel(*h.along), {h.s: h.at, h.y: h.value})
    return broken_at(at_end, statement, state, batch, sizes, surely=surely)


def near_failing(hypothesis: Rel | Every | Solution, statement: Any, state: Attack, batch: Any, sizes: Any) -> list[int]:
    """Return the point of a batch at which a hypothesis is nearest to fail, none where it holds at all of them by far.

    For every unit vector the first one tells the point.
    """
    if isinstance(hypothesis, Solution):  # a program that takes steps meets none in 50 digits
        return []
    if isinstance(hypothesis, Every):
        near = [near_failing(*at) for at in _at_units(hypothesis, statement, state, batch, sizes)]
        return next(filter(None, near), [])
    value, spread = _gap(hypothesis, statement, state, batch, sizes)
    how_near = -np.abs(value) if hypothesis.op == "!=" else np.abs(value) if hypothesis.op == "=" else value
    by_far = hypothesis.op != "=" and bool(np.all(how_near < -BY_FAR * spread))
    return [] if by_far else [int(np.argmax(how_near))]


def _gap(h: Rel, statement: Any, state: Attack, batch: Any, sizes: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return left minus right (the norm, of matrices) at each point of a batch, with bounds on its rounding error, each (N,)."""
    gap = plain(h.left - h.right)
    term = explicit(norm(gap) if shape(gap) else gap)
    value, spread = Side(term, _plain_atoms(statement)).float64(batch, sizes, state.compiler)
    return value[:, 0, 0], spread[:, 0, 0]


def _plain_atoms(statement: Any) -> dict[Any, Any]:
    """Return the programs of a statement by their symbols without flags."""
    return {plain(symbol): program for symbol, program in statement.atoms.items()}


def _at_units(h: Every, statement: Any, state: Attack, batch: Any, sizes: Any) -> list[tuple[Any, ...]]:
    """Return the arguments that speak of each unit vector alone."""
    return [(at_unit, statement, state, {**batch, **named}, sizes) for at_unit, named in _instances_of(h, batch, sizes)]


def _instances_of(h: Every, batch: Any, sizes: Any) -> list[tuple[Rel | Every, dict[str, Any]]]:
    """Return each unit vector by a name for it, with its value at every point of the batch."""
    e = Unit(f"{h.index.name[1:]} here", *h.index.shape)
    n, points = int(sp.sympify(h.index.shape[0]).xreplace(plain_sizes(sizes))), len(next(iter(batch.values())))
    return [(instance(h, e), {e.name: np.tile(row, (points, 1))}) for row in np.eye(n)]


def plain_sizes(sizes: Any) -> dict[Any, Any]:
    """Return sizes as substitutions."""
    return {plain(s): sp.Integer(n) for s, n in sizes.items()}


def outside(claim: Claim, statement: Any, state: Attack) -> str:
    """Return, in words, a hypothesis that a drawn point breaks: the theorem would cover less than the attack.

    50 digits decide at the points where it is nearest to fail: float64 cannot tell a hypothesis that never holds from one that just holds.
    """
    for hypothesis in hypotheses_of(claim, statement):
        for batch, sizes in state.bank:
            at = (hypothesis, statement, state, batch, sizes)
            failing = broken_at(*at, surely=True)
            suspects = np.flatnonzero(failing)[:RULED] if failing.any() else near_failing(*at)
            for row in map(int, suspects):  # an atom is rounded, too: 50 digits decide
                if not _holds_exactly(hypothesis, statement, batch, row, sizes):
                    where = ", ".join(f"{name} = {value}" for name, value in describe(point_of(batch, row), sizes).items())
                    return f"{clause(hypothesis)} does not hold at {where}"
    return ""


def _holds_exactly(h: Rel | Every | Solution, statement: Any, batch: Any, row: int, sizes: Any) -> bool:
    if isinstance(h, Solution):  # `broken_at` has found it broken by more than steps explain
        return False
    if isinstance(h, Every):
        return all(_holds_exactly(at_unit, statement, {**batch, **named}, row, sizes) for at_unit, named in _instances_of(h, batch, sizes))
    return _compared(h, statement).rule(point_of(batch, row), sizes).holds


def _compared(h: Rel, statement: Any) -> Comparison:
    """Return a hypothesis as a comparison; M != N as 0 < ||M - N||."""
    atoms = _plain_atoms(statement)
    if h.op != "!=":
        return Comparison(explicit(h.left), explicit(h.right), h.op, atoms)  # type: ignore[arg-type]
    gap = plain(h.left - h.right)
    return Comparison(sp.S.Zero, explicit(norm(gap) if shape(gap) else sp.Abs(gap)), "<", atoms)


def not_violated(assumption: Assumption, statement: Any, state: Attack) -> str:
    """Return, in words, that a point drawn without an assumption satisfies it all the same; empty where none does."""
    for batch, sizes in state.bank if assumption.given else []:
        broken = np.any([broken_at(h, statement, state, batch, sizes, surely=False) for h in assumption.given], axis=0)
        if not broken.all():
            where = describe(point_of(batch, int(np.argmin(broken))), sizes)
            return f"the points drawn without it satisfy it: {', '.join(f'{k} = {v}' for k, v in where.items())}"
    return ""
