"""Every way in which a bound statement is changed to attack its proof: sides, assumptions, numbers, powers, variables, and its proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import sympy as sp

from theory.goal import hypotheses_of
from theory.kernel.sentence import clause
from theory.kernel.terms import Every, Rel, Solution, bound
from theory.meaning import meaning, means
from theory.statement import Claim
from theory.symbols import Inner, Sign

SLIGHTLY = 1 + sp.Rational(1, 10**6)
SIDES = ("formula", "defined_by", "smaller", "larger", "quantity", "value", "rate")


@dataclass(frozen=True)
class Mutant:
    """A changed statement of a changed claim, and the change."""

    change: str
    claim: Claim
    statement: Any


def mutants_of(claim: Claim, statement: Any) -> Iterator[Mutant]:
    """Yield the mutants of a bound statement, in a fixed order."""
    yield from turned(claim, statement)
    if hasattr(statement, "strictly"):
        yield Mutant("strictness changed", claim, replace(statement, strictly=not statement.strictly))
    for h in hypotheses_of(claim, statement):
        yield Mutant(f"without {clause(h)}", *_without(claim, statement, h))
    yield from _other_solutions(claim, statement)
    for name in SIDES:
        side = getattr(statement, name, None)
        for change, changed in _changed(side) if side is not None else ():
            yield Mutant(f"{name}: {change}", claim, replace(statement, **{name: changed}))
    yield from _other_proofs(claim, statement)


def turned(claim: Claim, statement: Any) -> Iterator[Mutant]:
    """Yield the statement that says the opposite: its direction flipped, or its sides swapped."""
    if hasattr(statement, "increasing"):
        yield Mutant("direction flipped", claim, replace(statement, increasing=not statement.increasing))
    if hasattr(statement, "smaller"):
        yield Mutant("sides swapped", claim, replace(statement, smaller=statement.larger, larger=statement.smaller))


def scaled(claim: Claim, statement: Any) -> Iterator[Mutant]:
    """Yield the statement with its formula doubled, or with the negative of the quantity that grows."""
    for name, change in (("formula", "doubled"), ("value", "doubled"), ("quantity", "negated")):
        side = getattr(statement, name, None)
        for told, changed in islice(_changed(side), 2) if side is not None else ():
            if told == change:
                yield Mutant(f"{name}: {change}", claim, replace(statement, **{name: changed}))


def _other_proofs(claim: Claim, statement: Any) -> Iterator[Mutant]:
    """Yield the statement negated with the proofs of the claim's other statements: mutants of its proof."""
    false = next((change for name in SIDES for change in _negated(statement, name)), None)
    if false is None:
        return
    for _, siblings in claim.forms():
        for sibling in siblings:
            if sibling.theorem is not None and sibling.theorem is not statement.theorem:
                yield Mutant(f"negated, with the proof of {sibling.part}", claim, replace(false, theorem=sibling.theorem))


def _negated(statement: Any, name: str) -> Iterator[Any]:
    side: Any = getattr(statement, name, None)
    if isinstance(side, sp.Basic):
        yield replace(statement, **{name: -side})


def _other_solutions(claim: Claim, statement: Any) -> Iterator[Mutant]:
    """Yield the statement about solutions of other differential equations, and about other values of theirs."""
    for h in (h for h in statement.given if isinstance(h, Solution)):
        slopes = [(change, changed) for change, changed in _formulas(h.slope) if not change.startswith("with something added")]
        changes = [(f"slope {change}", h._replace(slope=changed)) for change, changed in slopes]
        changes += [("end doubled", h._replace(at=2 * h.at)), ("value doubled", h._replace(value=2 * h.value))]
        changes += [("nothing along it", h._replace(along=()))] if h.along else []
        for change, other in changes:
            given = tuple(other if g == h else g for g in statement.given)
            yield Mutant(f"solution to {h.value}: {change}", claim, replace(statement, given=given))


def _without(claim: Claim, statement: Any, h: Rel | Every | Solution) -> tuple[Claim, Any]:
    def kept(given: tuple[Rel | Every | Solution, ...]) -> tuple[Rel | Every | Solution, ...]:
        return tuple(g for g in given if g != h)

    assumes = tuple(replace(a, given=kept(a.given)) for a in claim.assumes)
    return replace(claim, assumes=assumes), replace(statement, given=kept(statement.given))


def _changed(side: Any) -> Iterator[tuple[str, Any]]:
    """Yield changed formulas; for a program, programs that mean something else."""
    if isinstance(side, sp.Basic):
        yield from _formulas(side)
        return
    for change, changed in _formulas(meaning(side)) if meaning(side) is not None else ():
        yield change, means(changed)(_stand_in())


def _stand_in() -> Any:
    return lambda _: None


def _formulas(term: Any) -> Iterator[tuple[str, Any]]:
    yield "negated", -term
    yield "doubled", 2 * term
    yield "slightly larger", SLIGHTLY * term
    yield from ((f"with {number} moved at place {i}", changed) for i, (number, changed) in enumerate(_numbers(term)))
    yield from _exchanged(term)
    yield from ((f"with {number} one larger at place {i}", changed) for i, (number, changed) in enumerate(_numbers(term, _one_more)))
    yield from ((f"with the power {power} one higher", changed) for power, changed in _powers(term))
    scalar = not isinstance(term, sp.MatrixExpr)
    if scalar:
        yield "slightly added", term + sp.Rational(1, 10**6)
    for symbol in sorted((s for s in term.free_symbols if not bound(s)), key=str):
        if isinstance(symbol, Sign) or symbol.is_integer:
            continue
        addend = sp.exp(3 * (Inner(symbol, symbol) if isinstance(symbol, sp.MatrixSymbol) else symbol) - 300)
        yield f"with something added that {symbol} shows far out", term + addend if scalar else term * (1 + addend)
        yield f"with {symbol} negated", term.xreplace({symbol: -symbol})


def _slightly(number: Any) -> Any:
    return SLIGHTLY * number


def _one_more(number: Any) -> Any:
    return number + 1


def _exchanged(term: Any) -> Iterator[tuple[str, Any]]:
    """Yield the term with two variables of one sort exchanged, as x_i and x_j are in a slip, and with square matrices transposed."""
    symbols = sorted((s for s in term.free_symbols if not bound(s)), key=str)
    for i, a in enumerate(symbols):
        for b in symbols[i + 1 :]:
            if type(a) is type(b) and getattr(a, "shape", ()) == getattr(b, "shape", ()) and a.is_integer == b.is_integer:
                yield f"with {a} and {b} exchanged", term.xreplace({a: b, b: a})
        if isinstance(a, sp.MatrixSymbol) and a.shape[0] == a.shape[1]:
            yield f"with {a} transposed", term.xreplace({a: a.T})
        if a.is_integer:
            yield f"with {a} + 1 for {a}", term.xreplace({a: a + 1}) if not _sizes(term, a) else term * (a + 1) / a


def _sizes(term: Any, size: Any) -> bool:
    """Tell whether a symbol is a side of a matrix in the term."""
    return any(size in sp.sympify(side).free_symbols for s in term.atoms(sp.MatrixSymbol) for side in s.shape)


def _powers(term: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each power of the tree with the term in which its exponent is one higher."""
    if isinstance(term, sp.Pow):
        yield term, term.base ** (term.exp + 1)
        for power, changed in _powers(term.base):
            yield power, changed**term.exp
    elif term.args and isinstance(term, sp.Add | sp.Mul | sp.exp | sp.MatAdd | sp.MatMul | sp.log):
        for i, part in enumerate(term.args):
            for power, changed in _powers(part):
                yield power, term.func(*term.args[:i], changed, *term.args[i + 1 :])


def _numbers(term: Any, move: Callable[[Any], Any] = _slightly) -> Iterator[tuple[Any, Any]]:
    """Yield each number of the tree with the term in which it is moved; exponents and bound places are left alone."""
    if isinstance(term, sp.Rational) and term.p and term.p != -term.q:
        yield term, move(term)
    elif isinstance(term, sp.Pow):
        for number, changed in _numbers(term.base, move):
            yield number, changed**term.exp
    elif term.args and isinstance(term, sp.Add | sp.Mul | sp.exp | sp.MatAdd | sp.MatMul | sp.log):
        for i, part in enumerate(term.args):
            for number, changed in _numbers(part, move):
                yield number, term.func(*term.args[:i], changed, *term.args[i + 1 :])
