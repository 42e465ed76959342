"""Attack the proofs as the formulas are attacked: `python -m theory.mutants [ID ...]` changes every bound statement in every way below.

A mutant that balls refute at some point, far out or near, must not have a theorem: one that has is a hole in the kernel or in the way
goals are made, and the command ends with status 1. A mutant that nothing refutes is told apart: with its theorem it is true. Other
statuses as in reports/command.py.
"""

from __future__ import annotations

from reports import interrupt

interrupt.exit_on_interrupt(__name__)  # before the other imports, which take seconds

import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Annotated, Any, Literal

import flint
import sympy as sp
import tyro

from reports import calls
from reports.command import FALLEN, FINE, refuse_path, start, status_of
from theory.attack import far
from theory.goal import Goal, goal_of, hypotheses_of, met
from theory.kernel.balls import BITS, points, refuted, satisfied
from theory.kernel.sentence import clause
from theory.kernel.terms import All, Every, Rel, bound
from theory.meaning import meaning, means
from theory.proving import BROKEN
from theory.statement import Claim
from theory.symbols import Inner, Sign

Fate = Literal["killed", "survived", "true", "held", "undecided"]
"""Of a mutant: refuted and without a theorem; refuted and with one; with a theorem; without one, and surely true at `HELD` points or more
near and far; none of these."""
HELD = 12
SLIGHTLY = 1 + sp.Rational(1, 10**6)
SIDES = ("formula", "defined_by", "smaller", "larger", "quantity", "value", "rate")


@dataclass(frozen=True)
class Mutant:
    """A changed statement of a changed claim, and what was changed."""

    change: str
    claim: Claim
    statement: Any


def mutants_of(claim: Claim, statement: Any) -> Iterator[Mutant]:
    """Yield the mutants of a bound statement, in a fixed order."""
    if hasattr(statement, "increasing"):
        yield Mutant("direction flipped", claim, replace(statement, increasing=not statement.increasing))
    if hasattr(statement, "smaller"):
        yield Mutant("sides swapped", claim, replace(statement, smaller=statement.larger, larger=statement.smaller))
    if hasattr(statement, "strictly"):
        yield Mutant("strictness changed", claim, replace(statement, strictly=not statement.strictly))
    for h in hypotheses_of(claim, statement):
        yield Mutant(f"without {clause(h)}", *_without(claim, statement, h))
    for name in SIDES:
        side = getattr(statement, name, None)
        for change, changed in _changed(side) if side is not None else ():
            yield Mutant(f"{name}: {change}", claim, replace(statement, **{name: changed}))
    yield from _other_proofs(claim, statement)


def _other_proofs(claim: Claim, statement: Any) -> Iterator[Mutant]:
    """Yield the statement negated with the proofs of the claim's other statements: mutants of its proof."""
    false = next((change for name in SIDES for change in _negated(statement, name)), None)
    if false is None:
        return
    for _, others in claim.forms():
        for other in others:
            if other.theorem is not None and other.theorem is not statement.theorem:
                yield Mutant(f"negated, with the proof of {other.part}", claim, replace(false, theorem=other.theorem))


def _negated(statement: Any, name: str) -> Iterator[Any]:
    side: Any = getattr(statement, name, None)
    if isinstance(side, sp.Basic):
        yield replace(statement, **{name: -side})


def _without(claim: Claim, statement: Any, h: Rel | Every) -> tuple[Claim, Any]:
    def others(given: tuple[Rel | Every, ...]) -> tuple[Rel | Every, ...]:
        return tuple(g for g in given if g != h)

    assumes = tuple(replace(a, given=others(a.given)) for a in claim.assumes)
    return replace(claim, assumes=assumes), replace(statement, given=others(statement.given))


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


def sample(claim: Claim, statement: Any) -> list[Mutant]:
    """Return the two mutants that every run of `theory verify` tries: the sides exchanged or the direction flipped, and a side doubled."""
    wanted = ("direction flipped", "sides swapped", "formula: doubled", "value: doubled", "quantity: negated")
    return list(islice((mutant for mutant in mutants_of(claim, statement) if mutant.change in wanted), 2))


def fate(mutant: Mutant) -> Fate:
    """Return whether a mutant has a theorem, and whether balls refute it."""
    try:
        goal = goal_of(mutant.claim, mutant.statement, flags=False)
    except BROKEN:
        return "killed"  # there is nothing to prove
    proved = has_theorem(mutant, goal)
    false = falsified(goal)
    if proved or false:
        return ("survived" if false else "true") if proved else "killed"
    return "undecided" if not stands(goal) else "held"


def survives(mutant: Mutant) -> bool:
    """Tell whether a mutant has a theorem although balls refute it; they look only where there is one."""
    try:
        goal = goal_of(mutant.claim, mutant.statement, flags=False)
    except BROKEN:
        return False
    return has_theorem(mutant, goal) and falsified(goal)


def has_theorem(mutant: Mutant, goal: Goal) -> bool:
    """Tell whether the statement's proof, run on the mutant's goal, proves it."""
    fixed = goal.fixed
    try:
        return met(mutant.statement.theorem(goal), fixed)
    except BROKEN:
        return False


def falsified(goal: Goal) -> bool:
    """Tell whether balls refute the goal at a point that satisfies its hypotheses."""
    parts = goal.conclusion.parts if isinstance(goal.conclusion, All) else (goal.conclusion,)
    relations = [part for part in parts if isinstance(part, Rel)]
    given = sorted(goal.hypotheses, key=str)
    with flint.ctx.workprec(BITS):
        for at in points([*given, *relations], zlib.crc32(str(relations).encode())):
            try:
                if all(satisfied(h, at) for h in given) and any(refuted(r, at) for r in relations):
                    return True
            except BROKEN:  # SymPy cannot rebuild some magnitudes of gradients: nothing is known of such a mutant
                return False
    return bool(_far(goal)[2])


def stands(goal: Goal) -> bool:
    """Tell whether the goal surely holds at each of `HELD` points or more that satisfy its hypotheses: a true mutant that is not proved."""
    seen, held, _ = _far(goal)
    return seen == held >= HELD


def _far(goal: Goal) -> tuple[int, int, dict[str, str]]:
    try:
        return far.attack(goal)
    except BROKEN:
        return 0, 0, {}


@dataclass(frozen=True)
class Call:
    """Change every statement that the kernel proves, and see that each false variant loses its theorem."""

    ids: Annotated[tyro.conf.Positional[tuple[str, ...]], tyro.conf.arg(metavar="[ID ...]")] = ()
    """Claims whose statements are changed; all of them where none is named."""


def run(ids: Sequence[str]) -> int:
    """Make all mutants of the named claims, of all claims where none is named; print what became of them; return the exit status."""
    from theory.registry import claims

    bound_claims = [name for name, (claim, _) in claims().items() if any(s.theorem for _, stated in claim.forms() for s in stated)]
    calls.among("only claims with a theorem of the kernel have mutants", ids, bound_claims, "see `python -m theory list`")
    totals: Counter[str] = Counter()
    for name, (claim, _) in claims().items():
        statements = [(form, s) for form, stated in claim.forms() for s in stated if s.theorem is not None]
        for form, statement in statements if not ids or name in ids else []:
            fates = [(mutant, fate(mutant)) for mutant in mutants_of(claim, statement)]
            counts = Counter(outcome for _, outcome in fates)
            totals.update(counts)
            sys.stdout.write(f"{name} {form} {statement.part}: {len(fates)} mutants, {_words(counts)}\n")
            for mutant, outcome in fates:
                if outcome != "killed":
                    sys.stdout.write(f"  {outcome}: {mutant.change}\n")
    sys.stdout.write(f"{sum(totals.values())} mutants, {_words(totals)}\n")
    return FALLEN if totals["survived"] else FINE


def _words(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in ("killed", "survived", "true", "held", "undecided"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""

    def work() -> int:
        call = tyro.cli(Call, prog="python -m theory.mutants", description=__doc__, args=arguments)
        refuse_path()
        from theory.jax_flags import set_flags

        set_flags()
        return run(call.ids)

    return status_of(work)


if __name__ == "__main__":
    start(main)
