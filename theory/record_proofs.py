"""What the proof of one statement gives: a theorem that is bound to the statement; beside a counterexample it proves nothing."""

from __future__ import annotations

from typing import Any

from reports.counted import counted
from theory.attack.search import Attack
from theory.kernel.sentence import sentence
from theory.mutants import sample, survives
from theory.proving import Unbound, details_of, differs, outside, prove, telling
from theory.recorder import Recorder
from theory.statement import Claim


def _meet(record: Recorder, proved: str) -> str:
    """Return that a proof and a counterexample meet, naming both; the counterexample is the last one recorded."""
    fallen = [item for item in record.evidence if (item.form, item.part, item.method) == (record.form, record.part, "counterexample")][-1]
    where = ", ".join(f"{name} = {value}" for name, value in fallen.details["point"].items())
    return f"a proof and a counterexample meet, and one of them must be wrong. Proved: {proved} Refuted at {where}: {fallen.says}"


def record_theorem(claim: Claim, statement: Any, state: Attack, record: Recorder, *, fell: bool) -> None:
    """Record a theorem of the kernel that is the statement's goal, if the goal speaks of the programs and of all points attacked."""
    try:
        goal, theorem = prove(claim, statement)
    except Unbound as broken:
        record.add("symbolic", "inconclusive", str(broken), bound=False)
        return
    if fell:
        record.add("symbolic", "inconclusive", _meet(record, sentence(goal.hypotheses, goal.conclusion)), bound=False)
        return
    wrong = differs(statement, state) or outside(claim, statement, state)
    if wrong:
        record.add("symbolic", "inconclusive", f"the theorem does not speak of what is attacked: {wrong}", bound=False)
        return
    alive = [mutant.change for mutant in sample(claim, statement) if survives(mutant)]
    if alive:
        says = f"a false variant has a theorem, too ({alive[0]}): the kernel, or the way goals are made, has a hole"
        record.add("near-miss", "inconclusive", says, survivors=alive)
    resting = f", resting on: {'; '.join(theorem.cites)}" if theorem.cites else ""
    says = f"a theorem of the kernel, in {counted(len(telling(theorem)), 'step')}{resting}"
    record.add("symbolic", "supports", says, **details_of(goal, theorem))
