"""Verify one claim: attack every statement, prove what can be proved, and return the evidence for it.

The printed form comes first. A statement that falls gets its shrunk counterexample and nothing else; one that stands
meets its near misses, loses its assumptions one by one, and runs its proof. All randomness comes from one seed, the
claim's id and the statement's name, so two runs with one seed find the same.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from reports.counted import counted
from reports.evidence import Evidence, Form, Method, Outcome
from theory import printed
from theory.attack import far
from theory.attack.comparison import Comparison, comparison_of
from theory.attack.derivation import Derivation
from theory.attack.rejection import Rejection, largest_gap, reject
from theory.attack.search import Attack, attack, describe
from theory.domain import Space
from theory.goal import goal_of
from theory.kernel.sentence import sentence
from theory.mutants import sample, survives
from theory.proving import BROKEN, Unbound, bound_proof, details_of, differs, not_violated, old_proof, outside
from theory.statement import Agreement, Assumption, Claim, Inequality, Limit, Monotone, Proof, Statement
from theory.text import text

PROOF_VARIANTS = 2  # near misses that a proof is run on, each of which must break it
ASSUMPTION_SHARE = 8  # an assumption is dropped on one eighth of the points


class Recorder:
    """Collects evidence for one claim under one form and part."""

    def __init__(self, claim: str) -> None:
        self.claim = claim
        self.evidence: list[Evidence] = []
        self.form: Form = "printed"
        self.part = ""
        self.assumes: Mapping[str, Collection[str]] | None = None

    @property
    def words(self) -> Collection[str] | None:
        """What the ledger names as assumed of the printed statement at hand, None where it does not decide."""
        return None if self.form != "printed" or self.assumes is None else self.assumes.get(self.part, ())

    def add(self, method: Method, outcome: Outcome, says: str, **details: Any) -> None:
        """Record one finding about the current part."""
        self.evidence.append(
            Evidence(claim=self.claim, form=self.form, part=self.part, method=method, outcome=outcome, says=says, details=details)
        )


def refuse_empty(claim: Claim) -> None:
    """Raise ValueError where a claim states nothing, or one of its spaces has no point: no sizes, a side of 0, a domain without a value."""
    stated = [statement for _, statements in claim.forms() for statement in statements]
    if not stated:
        raise ValueError("a claim must state something, but it has no printed, corrected or beyond form; give it a statement")
    parts = {statement.part for statement in stated}
    nowhere = [part for assumption in claim.assumes for part in assumption.parts if part not in parts]
    if nowhere:
        raise ValueError(f"an assumption must belong to statements of its claim, but there is no {', '.join(nowhere)}; mend its `parts`")
    own = [(statement.part, statement.space) for statement in stated if not isinstance(statement, Agreement) and statement.space]
    compared = any(not isinstance(statement, Agreement) for statement in stated)
    without = [(f"the assumption {assumption.says!r}", assumption.without) for assumption in claim.assumes]
    for where, space in [*([("the claim", claim.space)] if compared else []), *own, *without]:
        if not space.sizes:
            raise ValueError(f"the space of {where} must have sizes, got none; leave `sizes` out where nothing has a symbolic dimension")
        for symbol, domain in space.domains.items():
            sides = [side for sizes in space.sizes for side in space.shape(symbol, sizes)]
            low, high = getattr(domain, "low", 0.0), getattr(domain, "high", 0.0)
            if min(sides, default=1) < 1 or not getattr(domain, "values", True) or not low <= high:
                got = f"a side of {min(sides)}" if min(sides, default=1) < 1 else domain.says
                raise ValueError(f"the domain of {symbol} in the space of {where} must hold a value, got {got}; give it at least one")


def verify(
    claim: Claim,
    examples: int,
    seed: int,
    progress: Callable[[str], None] = lambda _: None,
    assumes: Mapping[str, Collection[str]] | None = None,
) -> list[Evidence]:
    """Return all evidence on a claim from attacks with at least `examples` points a property.

    `assumes` tells, for each printed part, what the paper assumes in the ledger's words; None attacks it in its own space.
    """
    record = Recorder(claim.id)
    record.assumes = assumes
    for form, statements in claim.forms():
        for statement in statements:
            record.form, record.part = form, statement.part
            progress(f"{claim.id}: {form} {statement.part}")
            if isinstance(statement, Agreement):
                _agreement(statement, record)
                continue
            own = zlib.crc32(f"{claim.id}/{form}/{statement.part}".encode()) ^ seed
            _compare(claim, statement, examples, own, record)
    return record.evidence


def _agreement(statement: Agreement, record: Recorder) -> None:
    findings = list(statement.check(statement.data))
    if not findings:
        raise ValueError(f"{record.claim} {statement.part}: an agreement must compare something, it compared nothing; give it data")
    failed = [f for f in findings if not f.agrees]
    lines = [{"says": f.says, "agrees": f.agrees, "found": f.found} for f in findings]
    if failed:
        verb = "disagrees" if len(failed) == 1 else "disagree"
        record.add(
            "counterexample",
            "refutes",
            f"{len(failed)} of {counted(len(findings), 'comparison')} {verb}: {failed[0].says}: {failed[0].found}",
            findings=lines,
        )
        return
    says = f"all {counted(len(findings), 'comparison')} agree exactly" if len(findings) > 1 else "the comparison agrees exactly"
    record.add("quotation" if statement.copied else "certificate", "supports", says, findings=lines)
    accepted = [name for name, data in statement.variants.items() if all(f.agrees for f in statement.check(data))]
    misses = [{"change": name, "formula": "", "killed_by": "a comparison disagrees"} for name in statement.variants if name not in accepted]
    _record_misses(record, len(statement.variants), misses, [], accepted)


def _compare(claim: Claim, statement: Any, examples: int, seed: int, record: Recorder) -> None:
    comparison = comparison_of(statement)
    space = statement.space or claim.space
    if record.words is not None:
        space = printed.widened(statement, space, record.words)
    state = attack(comparison, space, examples, seed)
    if record.words is not None:
        _printed(claim, statement, comparison, space, state, record)
    fell = _property(comparison, space, state, record)
    if not fell:
        fell = _far(claim, statement, record)
    if not fell:
        if isinstance(statement, Inequality) and statement.tight is not None:
            _tightness(statement, comparison, state, record)
        rejection = _near_misses(statement, comparison, space, state, record)
        if statement.proof is not None:
            _proof_is_sensitive(statement, statement.proof, rejection, record)
        for assumption in claim.assumes:
            if not assumption.parts or statement.part in assumption.parts:
                _assumption(assumption, comparison, examples, seed, record, statement)
    if statement.theorem is not None:
        _prove_bound(claim, statement, state, record, fell=fell)
    elif statement.proof is not None:
        _prove(statement, record, fell=fell)


def _printed(claim: Claim, statement: Any, comparison: Comparison, space: Space, state: Attack, record: Recorder) -> None:
    """Hold a printed statement against the ledger's words, and against the point at which it fell before."""
    words = record.words or ()
    for says in printed.unnamed(claim, statement, words):
        told = f"{says} is a hypothesis, but the paper does not assume it: the ledger's `assumes` of this statement does not name it"
        record.add("near-miss", "inconclusive", told, survivors=[says])
    if state.counterexample is not None:
        return
    for says in printed.left_out(statement, space, words, state):
        told = f"no point is drawn with {says}, which no word in the ledger's `assumes` of this statement excludes"
        record.add("near-miss", "inconclusive", told, survivors=[says])
    known = printed.kept(claim.id, statement.part)
    if known is None:
        return
    point, sizes = printed.point_in(space, known)
    try:
        ruling = comparison.rule(point, sizes)
    except (KeyError, AttributeError):  # the statement has other variables now
        return
    if not ruling.holds:
        state.counterexample = (point, sizes, ruling)


def _far(claim: Claim, statement: Any, record: Recorder) -> bool:
    """Attack the statement's goal beyond the box; tell whether it fell.

    Only where there is a proof of the goal: elsewhere the space itself may be what is assumed.
    """
    if statement.theorem is None:
        return False
    try:
        seen, held, where = far.attack(goal_of(claim, statement, flags=False))
    except BROKEN:  # some program has no symbolic meaning, or balls cannot evaluate what it means
        return False
    if not where:
        record.evidence[-1].details["far"] = {"points": seen, "held": held}
        return False
    record.add("counterexample", "refutes", "balls refute it beyond the box, or a side has no value there", point=where)
    return True


def _property(comparison: Comparison, space: Space, state: Attack, record: Recorder) -> bool:
    details: dict[str, Any] = {
        "points": state.points,
        "precision": "float64, then 50 digits",
        "domain": {str(s): d.says for s, d in space.domains.items()},
        "sizes": [{str(s): n for s, n in sizes.items()} for sizes in space.sizes if sizes],
        "worst": _finite(state.worst),
        "tolerance": "64 times the rounding error, taken as 1",
        "exceeded": state.exceeded,
        "ruled": state.ruled,
    }
    if space.note:
        details["note"] = space.note
    if state.counterexample is None and state.exceeded > state.ruled:
        says = f"{_exceeding(state)}; of {state.ruled:,} ruled on in 50 digits all were rounding"
        record.add("property", "inconclusive", says, **details)
        return False
    if state.counterexample is None:
        record.add("property", "supports", f"held at all {counted(state.points, 'point')}{_rounding(state)}", **details)
        return False
    point, sizes, ruling = state.counterexample
    how = (
        f"at {state.exceeded:,} of {counted(state.points, 'point')}" if state.exceeded else "where float64 sees a tie and 50 digits decide"
    )
    record.add("property", "refutes", f"failed {how}", **details)
    relation = {"=": "is not equal to", "within": "is not within the stated rate of"}.get(
        comparison.relation, f"is not {comparison.relation}"
    )
    record.add(
        "counterexample",
        "refutes",
        f"the left side {ruling.left} {relation} the right side {ruling.right}, confirmed in 50 digits",
        point=describe(point, sizes),
        left=ruling.left,
        right=ruling.right,
        digits=50,
    )
    return True


def _exceeding(state: Attack) -> str:
    verb = "exceeds" if state.exceeded == 1 else "exceed"
    return f"{state.exceeded:,} of {counted(state.points, 'point')} {verb} the tolerance"


def _rounding(state: Attack) -> str:
    return f"; {state.exceeded:,} exceeded the tolerance by rounding, as 50 digits showed" if state.exceeded else ""


def _finite(score: float) -> float | str:
    return float(f"{score:.3g}") if abs(score) < 1e300 else str(score)


def _tightness(statement: Inequality, comparison: Comparison, state: Attack, record: Recorder) -> None:
    gap = largest_gap(statement, comparison, state)
    met = gap <= statement.slack + 1e-9
    record.add(
        "property",
        "supports" if met else "inconclusive",
        f"the two sides meet up to a relative gap of {gap:.1e}: the constant {'is the best' if met else 'is not shown to be the best'}",
        points=sum(len(next(iter(batch.values()))) for batch, _ in state.bank),
        worst=_finite(gap),
        tolerance=statement.slack + 1e-9,
    )


def _near_misses(statement: Statement, comparison: Comparison, space: Space, state: Attack, record: Recorder) -> Rejection:
    if isinstance(statement, Monotone) or (isinstance(statement, Inequality) and statement.tight is None):
        return Rejection()
    rejection = reject(statement, comparison, space, state)
    if rejection.made:
        misses = [{"change": m.change, "formula": text(m.formula), "killed_by": killer} for m, killer in rejection.killed]
        survivors = [f"{m.change}: {text(m.formula)}" for m in rejection.survivors]
        _record_misses(record, rejection.made, misses, [m.change for m in rejection.equivalent], survivors)
    return rejection


def _record_misses(record: Recorder, made: int, misses: list[dict[str, str]], equivalent: list[str], survivors: list[str]) -> None:
    says = f"{len(misses):,} of {counted(made, 'near miss')} rejected, {len(equivalent)} shown equal to the formula"
    if survivors:
        says += f", {len(survivors)} survived: {survivors[0]}"
    record.add(
        "near-miss",
        "inconclusive" if survivors else "supports",
        says,
        made=made,
        rejected=len(misses),
        equivalent=len(equivalent),
        equal=equivalent,
        survivors=survivors,
        misses=misses,
    )


def _proof_is_sensitive(statement: Any, proof: Proof, rejection: Rejection, record: Recorder) -> None:
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


def _assumption(assumption: Assumption, comparison: Comparison, examples: int, seed: int, record: Recorder, statement: Any) -> None:
    state = attack(comparison, assumption.without, 1, seed + 1, shrink=False)
    satisfied = not_violated(assumption, statement, state)
    if satisfied:
        record.add("near-miss", "inconclusive", f"the assumption that {assumption.says}: {satisfied}", survivors=[assumption.says])
    if state.counterexample is None:  # most fall at once
        state = attack(comparison, assumption.without, max(1, examples // ASSUMPTION_SHARE), seed + 1, shrink=False)
    if state.counterexample is None:
        undecided = state.exceeded > state.ruled
        record.add(
            "assumption",
            "inconclusive" if undecided else "supports",
            f"undecided: without it {_exceeding(state)}, too many to rule on"
            if undecided
            else f"not needed: without it the statement held at all {counted(state.points, 'point')}",
            assumption=assumption.says,
            needed=False,
            points=state.points,
        )
        return
    point, sizes, ruling = state.counterexample
    record.add(
        "assumption",
        "supports",
        f"needed: without it {ruling.left} stands against {ruling.right}",
        assumption=assumption.says,
        needed=True,
        point=describe(point, sizes),
        left=ruling.left,
        right=ruling.right,
    )


def _meet(record: Recorder, proved: str) -> str:
    """Return that a proof and a counterexample meet, naming both; the counterexample is the last one recorded."""
    fallen = [item for item in record.evidence if (item.form, item.part, item.method) == (record.form, record.part, "counterexample")][-1]
    where = ", ".join(f"{name} = {value}" for name, value in fallen.details["point"].items())
    return f"a proof and a counterexample meet, and one of them must be wrong. Proved: {proved} Refuted at {where}: {fallen.says}"


def _prove(statement: Any, record: Recorder, *, fell: bool) -> None:
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


def _prove_bound(claim: Claim, statement: Any, state: Attack, record: Recorder, *, fell: bool) -> None:
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
    says = f"a theorem of the kernel, in {counted(len(theorem.steps), 'step')}{resting}"
    record.add("symbolic", "supports", says, **details_of(goal, theorem))


def _steps(derivation: Derivation) -> list[dict[str, str]]:
    return [{"says": s.says, "by": s.by, "detail": s.detail} for s in derivation.steps]
