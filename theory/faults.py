"""What must not happen: a statement that should hold and does not, a proof that breaks, a near miss that survives.

A printed statement may fall, since that is a result; it must then have a corrected form that stands. Everything listed here
makes `verify` exit with status 1.
"""

from __future__ import annotations

from collections.abc import Sequence

from reports import ledger, verdict
from reports.evidence import Evidence


def faults(row: ledger.Claim, evidence: Sequence[Evidence]) -> list[str]:
    """Return, a line each, what is wrong with the evidence on one claim; none where all is as it should be."""
    found = [_of_record(item) for item in evidence]
    spoken = {(item.form, item.part) for item in evidence}
    known = {(s.form, s.part) for s in row.statements if s.needs != "experiment"}
    found += [f"{form} {part}: stated in code, but the ledger has no such statement" for form, part in sorted(spoken - known)]
    found += [f"{form} {part}: stated in the ledger, but no code states it" for form, part in sorted(known - spoken)]
    verdicts = verdict.of_claim(row, evidence)
    for statement in row.statements:
        if statement.needs == "experiment":
            continue
        word = verdicts[statement.form].parts[statement.part].word
        if statement.form != "printed" and word == "refuted":
            found.append(f"{statement.form} {statement.part}: refuted, but it must hold")
        if statement.needs == "proof" and word == "checked":
            found.append(f"{statement.form} {statement.part}: needs a proof, but is only checked")
        if word == "open":
            found.append(f"{statement.form} {statement.part}: still open: {verdicts[statement.form].parts[statement.part].why}")
    if "printed" in verdicts and verdicts["printed"].whole.word == "refuted" and "corrected" not in verdicts:
        found.append("printed: refuted, and no corrected form says what is true instead")
    return list(dict.fromkeys(line for line in found if line))


def _of_record(item: Evidence) -> str:
    where = f"{item.form} {item.part}"
    if item.method in ("symbolic", "certificate") and item.outcome != "supports":
        return f"{where}: {item.says}"
    if item.method == "near-miss" and item.outcome != "supports":
        return f"{where}: {item.says}"
    return ""
