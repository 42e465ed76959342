"""Attack the proofs as the formulas are attacked: `python -m theory.mutants [ID ...]` changes every bound statement in every way below.

A mutant that balls refute at some point, far out or near, must not have a theorem: one that has is a hole in the kernel or in the way
goals are made, and the command ends with status 1. A mutant that nothing refutes is told apart: with its theorem it is true. Other
statuses as in reports/command.py.
"""

from __future__ import annotations

from reports import collector, interrupt, needed

interrupt.exit_on_interrupt(__name__)  # before the other imports, which take seconds
collector.rest(__name__)
needed.refuse_missing(__name__, "theory", "tyro", "jax", "sympy")

import sys
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Annotated, Any, Literal

import flint
import tyro

from reports import calls
from reports.command import FALLEN, FINE, refuse_path, start, status_of
from theory.attack import far
from theory.changed_statements import Mutant, mutants_of, scaled, turned
from theory.goal import Goal, goal_of, met
from theory.kernel.balls import BITS, meets, points, refuted
from theory.kernel.terms import spelling
from theory.proving import BROKEN
from theory.statement import Claim, Exact

Fate = Literal["killed", "survived", "true", "held", "undecided"]
"""Of a mutant: refuted and without a theorem; refuted and with one; with a theorem; without one, and surely true at `HELD` points or more
near and far; none of these."""
HELD = 12


def sample(claim: Claim, statement: Any) -> list[Mutant]:
    """Return the mutant that every run of `theory verify` tries, none where there is none.

    For half of the statements, by their names, the sides are exchanged or the direction is flipped; for the other half a side is doubled.
    """
    kinds = (turned, scaled) if zlib.crc32(f"{claim.id}/{statement.part}".encode()) % 2 else (scaled, turned)
    return list(islice(chain.from_iterable(kind(claim, statement) for kind in kinds), 1))


def fate(mutant: Mutant) -> Fate:
    """Return whether a mutant has a theorem, and whether balls refute it."""
    try:
        goal = goal_of(mutant.claim, mutant.statement, flags=False)
    except BROKEN:
        return "killed"  # there is nothing to prove
    proved = has_theorem(mutant, goal)
    exact = mutant.statement.exact
    false = falsified(goal, exact)
    if proved or false:
        return ("survived" if false else "true") if proved else "killed"
    return "undecided" if not stands(goal, exact) else "held"


def survives(mutant: Mutant) -> bool:
    """Tell whether a mutant has a theorem although balls refute it; they look only where there is one."""
    try:
        goal = goal_of(mutant.claim, mutant.statement, flags=False)
    except BROKEN:
        return False
    return has_theorem(mutant, goal) and falsified(goal, mutant.statement.exact)


def has_theorem(mutant: Mutant, goal: Goal) -> bool:
    """Tell whether the statement's proof, run on the mutant's goal, proves it."""
    fixed = goal.fixed
    try:
        return met(mutant.statement.theorem(goal), fixed)
    except BROKEN:
        return False


def falsified(goal: Goal, exact: Exact | None) -> bool:
    """Tell whether balls refute the goal at a point that satisfies its hypotheses."""
    wanted, given = far.relations(goal), sorted(goal.hypotheses, key=spelling)
    with flint.ctx.workprec(BITS):
        for at in points(given, wanted):
            try:
                if meets(given, at) and any(refuted(r, at) for r in wanted):
                    return True
            except BROKEN:  # SymPy cannot rebuild some magnitudes of gradients: nothing is known of such a mutant
                return False
    return bool(_far(goal, exact)[2])


def stands(goal: Goal, exact: Exact | None) -> bool:
    """Tell whether the goal surely holds at each of `HELD` points or more that satisfy its hypotheses: a true mutant that is not proved."""
    seen, held, _ = _far(goal, exact)
    return seen == held >= HELD


def _far(goal: Goal, exact: Exact | None) -> tuple[int, int, dict[str, str]]:
    try:
        return far.attack(goal, exact)
    except BROKEN:
        return 0, 0, {}


@dataclass(frozen=True)
class Call:
    """Change every statement that the kernel proves, and see that each false variant loses its theorem."""

    ids: Annotated[tyro.conf.Positional[tuple[str, ...]], tyro.conf.arg(metavar="[ID ...]", help_behavior_hint="")] = ()
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
        from theory.jax_flags import refuse_platforms, set_flags

        set_flags()
        refuse_platforms()
        return run(call.ids)

    return status_of(work)


if __name__ == "__main__":
    start(main)
