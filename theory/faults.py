"""What must not happen: a statement that should hold and does not, a proof that breaks, a near miss that survives.

A printed statement may fall, since that is a result; it must then have a corrected form that stands. Everything listed here
makes `verify` exit with status 1.
"""

from __future__ import annotations

from collections.abc import Sequence

from reports import ledger, verdict
from reports.evidence import Evidence


def faults(row: ledger.Claim, evidence: Sequence[Evidence]) -> list[str]:
    """Return the faults in the evidence on one claim, a line each; none where the evidence is sound."""
    lines = [_of_record(item) for item in evidence]
    spoken = {(item.form, item.part) for item in evidence}
    known = {(s.form, s.part) for s in row.statements if s.needs != "experiment"}
    lines += [f"{form} {part}: stated in code, but the ledger has no such statement" for form, part in sorted(spoken - known)]
    lines += [f"{form} {part}: stated in the ledger, but no code states it" for form, part in sorted(known - spoken)]
    verdicts = verdict.of_claim(row, evidence)
    for statement in row.statements:
        if statement.needs == "experiment":
            continue
        word = verdicts[statement.form].parts[statement.part].word
        if statement.form != "printed" and word == "refuted":
            lines.append(f"{statement.form} {statement.part}: refuted, but it must hold")
        if statement.needs == "proof" and word == "checked":
            lines.append(f"{statement.form} {statement.part}: needs a proof, but is only checked")
        if word == "open":
            lines.append(f"{statement.form} {statement.part}: still open: {verdicts[statement.form].parts[statement.part].why}")
    if "printed" in verdicts and verdicts["printed"].whole.word == "refuted" and "corrected" not in verdicts:
        lines.append("printed: refuted, and no corrected form says what is true instead")
    lines += contradictions(evidence)
    return list(dict.fromkeys(line for line in lines if line))


def contradictions(evidence: Sequence[Evidence]) -> list[str]:
    """Return, a line each, the statements of a claim, in whatever form, that are proved and refuted at once, with both."""
    lines = []
    for form, part in dict.fromkeys((item.form, item.part) for item in evidence):
        own = [item for item in evidence if (item.form, item.part) == (form, part)]
        proofs = [item for item in own if item.method in verdict.PROOFS and item.outcome == "supports"]
        against = [item for item in own if item.method in verdict.REFUTERS and item.outcome == "refutes"]
        if proofs and against:
            clash = f"{proofs[0].method}, {proofs[0].says}; {against[0].method}, {against[0].says}"
            lines.append(f"{form} {part}: a proof and a refutation meet, and one of them must be wrong: {clash}")
    return lines


def _of_record(item: Evidence) -> str:
    where = f"{item.form} {item.part}"
    if item.details.get("far", {}).get("points", 1) < 1:
        return f"{where}: an attack beyond the box at no point is told"
    if item.method in ("symbolic", "certificate") and item.outcome != "supports":
        return f"{where}: {item.says}"
    if item.method == "near-miss" and item.outcome != "supports":
        return f"{where}: {item.says}"
    return ""
