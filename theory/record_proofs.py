"""What the proof of one statement gives: a theorem bound to it, or checked steps; one that meets a counterexample proves nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reports.counted import counted
from theory.attack.derivation import Derivation
from theory.attack.rejection import Rejection
from theory.attack.search import Attack
from theory.kernel.sentence import sentence
from theory.mutants import sample, survives
from theory.proving import BROKEN, Unbound, bound_proof, details_of, differs, old_proof, outside, telling
from theory.recorder import Recorder
from theory.statement import Claim, Limit, Proof

PROOF_VARIANTS = 2  # near misses that a proof is run on, each of which must break it


def refuse_insensitive(statement: Any, proof: Proof, rejection: Rejection, record: Recorder) -> None:
    """Run the proof on false formulas: one that it accepts shows that the proof does not speak of the formula."""
    field = "value" if isinstance(statement, Limit) else "formula"
    if not hasattr(statement, field):
        return
    direct = [miss for miss, _ in rejection.killed if not miss.change.startswith("in ")]
    for miss in direct[:: max(1, len(direct) // PROOF_VARIANTS)][:PROOF_VARIANTS]:
        try:
            proof(replace(statement, **{field: miss.formula}), Derivation())
        except BROKEN:
            continue
        record.add(
            "near-miss",
            "inconclusive",
            f"the proof also accepts a false formula ({miss.change}), so it does not prove this one",
            survivors=[miss.change],
        )


def _meet(record: Recorder, proved: str) -> str:
    """Return that a proof and a counterexample meet, naming both; the counterexample is the last one recorded."""
    fallen = [item for item in record.evidence if (item.form, item.part, item.method) == (record.form, record.part, "counterexample")][-1]
    where = ", ".join(f"{name} = {value}" for name, value in fallen.details["point"].items())
    return f"a proof and a counterexample meet, and one of them must be wrong. Proved: {proved} Refuted at {where}: {fallen.says}"


def record_steps(statement: Any, record: Recorder, *, fell: bool) -> None:
    """Run a list of checked steps: nothing but its author binds it to the statement, and the evidence says so."""
    derivation, broken = old_proof(statement)
    if fell and not broken:
        broken = _meet(record, f"{derivation.steps[-1].says}.")
    if broken:
        record.add("symbolic", "inconclusive", broken, steps=_steps(derivation), bound=False)
        return
    cited = [s.detail for s in derivation.steps if s.by.startswith("cited")]
    exact = any(s.by in ("python-flint", "z3", "exact arithmetic") for s in derivation.steps)
    says = f"{counted(len(derivation.steps) - len(cited), 'step')} checked" + (f", {len(cited)} cited: {'; '.join(cited)}" if cited else "")
    record.add("certificate" if exact else "symbolic", "supports", says, steps=_steps(derivation), cited=cited, bound=False)


def record_theorem(claim: Claim, statement: Any, state: Attack, record: Recorder, *, fell: bool) -> None:
    """Record a theorem of the kernel that is the statement's goal, if the goal speaks of the programs and of all points attacked."""
    try:
        goal, theorem = bound_proof(claim, statement)
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


def _steps(derivation: Derivation) -> list[dict[str, str]]:
    return [{"says": s.says, "by": s.by, "detail": s.detail} for s in derivation.steps]
