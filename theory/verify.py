"""Verify one claim: attack every statement, prove what can be proved, and return the evidence for it.

The printed form comes first. A statement that falls gets its shrunk counterexample and nothing else; one that stands
meets its near misses, loses its assumptions one by one, and runs its proof. All randomness comes from one seed, the
claim's id and the statement's name, so two runs with one seed find the same.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Mapping
from typing import Any

from reports.counted import counted
from reports.evidence import Evidence
from theory import printed
from theory.attack.comparison import comparison_of
from theory.attack.search import attack
from theory.record_attacks import attack_far_out, hold_against_words, leave_out, record_near_misses, record_points, record_tightness
from theory.record_proofs import record_theorem
from theory.recorder import Recorder
from theory.statement import Agreement, Claim, Inequality


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
    lines = [{"says": f.says, "agrees": f.agrees, "found": f.detail} for f in findings]
    if failed:
        verb = "fails" if len(failed) == 1 else "fail"
        record.add(
            "counterexample",
            "refutes",
            f"{len(failed)} of {counted(len(findings), 'comparison')} {verb}. Expected: {failed[0].says}. Found: {failed[0].detail}",
            findings=lines,
        )
        return
    says = f"all {counted(len(findings), 'comparison')} agree exactly" if len(findings) > 1 else "the comparison agrees exactly"
    record.add("quotation" if statement.copied else "certificate", "supports", says, findings=lines)
    accepted = [name for name, data in statement.variants.items() if all(f.agrees for f in statement.check(data))]
    misses = [{"change": name, "formula": "", "killed_by": "a comparison disagrees"} for name in statement.variants if name not in accepted]
    record.add_misses(len(statement.variants), misses, [], accepted)


def _compare(claim: Claim, statement: Any, examples: int, seed: int, record: Recorder) -> None:
    comparison = comparison_of(statement)
    space = statement.space or claim.space
    if record.words is not None:
        space = printed.widened(statement, space, record.words)
    state = attack(comparison, space, examples, seed)
    if record.words is not None:
        hold_against_words(claim, statement, comparison, space, state, record)
    fell = record_points(statement, comparison, space, state, record)
    if not fell:
        fell = attack_far_out(claim, statement, record)
    if not fell:
        if isinstance(statement, Inequality) and statement.tight is not None:
            record_tightness(statement, comparison, state, record)
        record_near_misses(statement, comparison, space, state, record)
        for assumption in claim.assumes:
            if not assumption.parts or statement.part in assumption.parts:
                leave_out(assumption, comparison, examples, seed, record, statement)
    if statement.theorem is not None:
        record_theorem(claim, statement, state, record, fell=fell)
