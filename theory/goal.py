"""What has to be proved of a statement: one proposition, made from the statement and its stated assumptions, and from nothing else.

The symbols' sorts become quantifiers. Every other flag that a symbol carries (positive, nonzero) must be a stated assumption.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from theory.kernel.propositions import put_in, relation, written
from theory.kernel.rules import proves
from theory.kernel.terms import All, Every, Refused, Rel, Sign, Solution, Tends, free, plain
from theory.meaning import meaning
from theory.statement import Claim, Identity, Inequality, Limit, Monotone, Statement
from theory.symbols import norm


@dataclass(frozen=True)
class Goal:
    """hypotheses |- conclusion, for all values of the free variables; `fixed` is its text, made before any proof saw it."""

    hypotheses: frozenset[Rel | Every | Solution]
    conclusion: Any

    @property
    def fixed(self) -> tuple[frozenset[str], str]:
        """The goal as text that nobody can change."""
        return frozenset(map(written, self.hypotheses)), written(self.conclusion)


def met(theorem: Any, fixed: tuple[frozenset[str], str]) -> bool:
    """Tell whether the theorem proves the goal that was fixed."""
    return proves(theorem, *fixed)


def second(along: sp.Symbol) -> sp.Symbol:
    """Return the name of the larger value of a variable along which something grows."""
    return sp.Symbol(f"{along.name}′", real=True)


def hypotheses_of(claim: Claim, statement: Statement) -> tuple[Rel | Every | Solution, ...]:
    """Return the assumptions: the claim's assumptions that name the statement or all statements, and the statement's own."""
    named = [h for a in claim.assumes if not a.parts or statement.part in a.parts for h in a.given]
    return (*named, *statement.given)  # type: ignore[union-attr]


def goal_of(claim: Claim, statement: Any, *, flags: bool = True) -> Goal:
    """Return the statement's goal; raise Refused where a side has no symbolic meaning or, unless `flags` is off, a flag no assumption."""
    if type(statement) not in (Identity, Inequality, Monotone, Limit) or {type(statement.where), type(statement.atoms)} != {dict}:
        raise Refused(
            f"{statement.part} must be of one of the four kinds itself, with plain dicts: the attacked statement is the proved one"
        )
    given = hypotheses_of(claim, statement)
    match statement:
        case Identity():
            conclusion: Any = relation("=", side(statement, statement.defined_by), side(statement, statement.formula))
        case Inequality():
            op = "<" if statement.strictly else "<="
            conclusion = relation(op, side(statement, statement.smaller), side(statement, statement.larger))
        case Monotone():
            quantity, start, end = plain(side(statement, statement.quantity)), plain(statement.along), second(statement.along)
            if end in free(quantity).union(*map(free, given)):
                raise Refused(f"{end} stands for the second value of {start}; rename the variable of that name")
            ends = (quantity, quantity.xreplace({start: end}))
            conclusion = relation("<" if statement.strictly else "<=", *(ends if statement.increasing else reversed(ends)))
            moved = [put_in(h, {start: end}) for h in given]
            given = (*given, *moved, relation("<", start, end))
        case _:
            along, rate = plain(statement.along), plain(side(statement, statement.rate))
            gap = plain(side(statement, statement.defined_by, bounded=True) - side(statement, statement.value))
            distance = norm(gap) if isinstance(gap, sp.MatrixExpr) else sp.Abs(gap)
            bound = sp.Symbol(f".{along.name}", real=True)
            if rate.has(bound):
                raise Refused(f"{bound} is bound in the rate already; rename {along}")
            conclusion = All((relation("<=", distance, rate), Tends(rate.xreplace({along: bound}), bound, sp.oo, sp.S.Zero)))
    if statement.also:
        conclusion = All((*(conclusion.parts if isinstance(conclusion, All) else (conclusion,)), *statement.also))
    if flags:
        _covered(given, free(conclusion), statement)
    return Goal(frozenset(given), conclusion)


def limit(expression: Any, along: sp.Symbol, to: Any, value: Any) -> Tends:
    """Return the proposition that an expression tends to a value as a variable tends to oo, to -oo or to a number."""
    bound = sp.Symbol(f".{along.name}", real=True)
    if plain(expression).has(bound):
        raise Refused(f"{bound} is bound in {expression} already; rename {along}")
    return Tends(plain(expression).xreplace({plain(along): bound}), bound, to, plain(value))


def side(statement: Any, term: Any, *, bounded: bool = False) -> Any:
    """Return a side as a term: abbreviations put in, and programs by what they mean.

    `bounded`: the side of a limit that is compared with the rate at each point; whatever its atoms are there, they may be any value.
    """
    if not isinstance(term, sp.Basic):
        told = meaning(term)
        if told is None:
            raise Refused(f"{getattr(term, '__name__', term)} has no symbolic meaning")
        term = told
    term = statement.expand(term)
    atoms = {symbol: meaning(program) for symbol, program in statement.atoms.items() if symbol in term.free_symbols}
    for symbol in [symbol for symbol, told in atoms.items() if told is None]:
        if isinstance(statement, Monotone | Limit) and not bounded:  # it may change with the variable along which something grows
            raise Refused(f"{symbol} has no symbolic meaning")
        del atoms[symbol]  # any value of it will do: the theorem says more than the statement
    term = term.xreplace(atoms)
    if isinstance(statement, Monotone | Limit) and not bounded and (moving := term.free_symbols & set(statement.atoms)):
        raise Refused(f"{', '.join(sorted(map(str, moving)))} may change with {statement.along}, and has no symbolic meaning")
    return term


def _covered(given: tuple[Rel | Every | Solution, ...], used: set[Any], statement: Any) -> None:
    """Refuse a flag of SymPy (positive, nonzero) that no assumption covers: it would be an assumption that nobody states."""
    sides = [getattr(statement, name, None) for name in ("defined_by", "formula", "smaller", "larger", "quantity", "value", "rate")]
    symbols = {s for term in sides if term is not None for s in side(statement, term, bounded=True).free_symbols}
    for s in symbols:
        if not isinstance(s, sp.Symbol) or isinstance(s, Sign) or s.is_integer or plain(s) not in used:
            continue
        wanted = {"is_positive": "<", "is_nonnegative": "<=", "is_nonzero": "!="}
        flag = next((flag for flag in wanted if getattr(s, flag)), None)
        if flag is None:
            continue
        says = {relation("<", 0, s)} | ({relation("<=", 0, s)} if flag == "is_nonnegative" else set())
        says |= {relation("!=", s, 0)} if flag == "is_nonzero" else set()
        if not any(h in says or (type(h) is Rel and h.op == "<" and h.right == plain(s) and h.left.is_nonnegative) for h in given):
            raise Refused(f"{s} is taken as {flag[3:]}, which no assumption of {statement.part} says; state it in `given`")
