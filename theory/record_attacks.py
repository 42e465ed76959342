"""What attacks find about one statement: the points tried, what lies far out, near misses, and assumptions that are left out."""

from __future__ import annotations

from typing import Any

from reports.counted import counted
from theory import printed
from theory.attack import far
from theory.attack.comparison import AGREED, SAFETY, Comparison
from theory.attack.rejection import largest_gap, reject
from theory.attack.search import Attack, attack
from theory.attack.told import told
from theory.domain import Space
from theory.goal import goal_of
from theory.proving import BROKEN, not_violated
from theory.recorder import Recorder
from theory.statement import Assumption, Claim, Inequality, Monotone, Statement
from theory.text import text

ASSUMPTION_SHARE = 8  # an assumption is dropped on one eighth of the points


def hold_against_words(claim: Claim, statement: Any, comparison: Comparison, space: Space, state: Attack, record: Recorder) -> None:
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


def attack_far_out(claim: Claim, statement: Any, record: Recorder) -> bool:
    """Attack the statement's goal beyond the box; tell whether it fell.

    Only where there is a proof of the goal: elsewhere the space itself may be the assumption. Where no point that balls can draw satisfies
    the hypotheses, nothing was attacked, and the evidence tells of no attack.
    """
    if statement.theorem is None:
        return False
    try:
        seen, held, where = far.attack(goal_of(claim, statement, flags=False), statement.exact)
    except BROKEN:  # some program has no symbolic meaning, or balls cannot evaluate what it means
        return False
    if not where and not seen:
        return False
    if not where:
        record.evidence[-1].details["far"] = {"points": seen, "held": held}
        return False
    record.add("counterexample", "refutes", "balls refute it beyond the box, or a side has no value there", point=where)
    return True


def record_points(statement: Any, comparison: Comparison, space: Space, state: Attack, record: Recorder) -> bool:
    """Record at how many points the statement held, and the shrunk counterexample if it fell; tell whether it fell."""
    details: dict[str, Any] = {
        "points": state.points,
        "precision": f"float64, then {AGREED} digits",
        "domain": {str(s): d.says for s, d in space.domains.items()},
        "sizes": [{str(s): n for s, n in sizes.items()} for sizes in space.sizes if sizes],
        "worst": _finite(state.worst),
        "tolerance": f"{SAFETY:g} times the rounding error, taken as 1",
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
        point=told(point, sizes, comparison, printed.variables_of(statement, space)),
        left=ruling.left,
        right=ruling.right,
        digits=AGREED,
    )
    return True


def _exceeding(state: Attack) -> str:
    verb = "exceeds" if state.exceeded == 1 else "exceed"
    return f"{state.exceeded:,} of {counted(state.points, 'point')} {verb} the tolerance"


def _rounding(state: Attack) -> str:
    return f"; {state.exceeded:,} exceeded the tolerance by rounding, as 50 digits showed" if state.exceeded else ""


def _finite(score: float) -> float | str:
    return float(f"{score:.3g}") if abs(score) < 1e300 else str(score)


def record_tightness(statement: Inequality, comparison: Comparison, state: Attack, record: Recorder) -> None:
    """Record whether the two sides of a bound meet where it is said to be met."""
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


def record_near_misses(statement: Statement, comparison: Comparison, space: Space, state: Attack, record: Recorder) -> None:
    """Hold every near miss of the formula against the points kept, and record what rejected each."""
    if isinstance(statement, Monotone) or (isinstance(statement, Inequality) and statement.tight is None):
        return
    rejection = reject(statement, comparison, space, state)
    if rejection.made:
        misses = [{"change": m.change, "formula": text(m.formula), "killed_by": killer} for m, killer in rejection.killed]
        survivors = [f"{m.change}: {text(m.formula)}" for m in rejection.survivors]
        record.add_misses(rejection.made, misses, [m.change for m in rejection.equivalent], survivors)


def leave_out(assumption: Assumption, comparison: Comparison, examples: int, seed: int, record: Recorder, statement: Any) -> None:
    """Attack the statement without an assumption, and record whether it is needed."""
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
        point=told(point, sizes, comparison, printed.variables_of(statement, assumption.without)),
        left=ruling.left,
        right=ruling.right,
    )
