"""Evidence and ledger brought together: which evidence counts, which speaks of nothing, and which statements still lack any."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from reports import evidence, ledger, verdict
from reports.direction import run_of
from reports.evidence import SOURCES, Dossier, Evidence, EvidenceError, Provenance
from reports.ledger import Ledger, Statement

OUT = Path(__file__).with_name("out")
PUBLISHED = Path(__file__).with_name("published")


def gather(folders: Iterable[Path], mark: bool = False) -> list[Dossier]:
    """Read the evidence of several folders; where two of them hold one run or proof, the folder named first counts.

    A run's evidence on a claim is taken whole or not at all: results of two runs are never mixed, but the results in the paper's
    settings stand beside the results of the smaller run. The findings of a proof or an attack stand in one file and are taken with
    it. The provenance of a claim's evidence comes from the folder named first; each experiment's record says its own.
    `mark` adds to the details of experiments that come from `PUBLISHED` that they do: they did not run here.
    Ordered by source, then by claim.
    """
    dossiers: dict[tuple[str, str], Dossier] = {}
    for folder in folders:
        for dossier in evidence.read_all(folder):
            key = (dossier.source, dossier.claim)
            own = [_told(item, dossier.provenance, mark and folder.resolve() == PUBLISHED.resolve()) for item in dossier.evidence]
            first = dossiers.get(key)
            if first is None:
                dossiers[key] = msgspec.structs.replace(dossier, evidence=own)
                continue
            known = {run_of(item) for item in first.evidence} | {""}
            added = [item for item in own if run_of(item) not in known]
            dossiers[key] = msgspec.structs.replace(first, evidence=[*first.evidence, *added])
    return sorted(dossiers.values(), key=lambda dossier: (SOURCES.index(dossier.source), dossier.claim))


def experiment_of(item: Evidence) -> str:
    """Return the experiment that a record is of, "" where it is of none."""
    return str(item.details.get("experiment", ""))


def _told(item: Evidence, origin: Provenance, published: bool) -> Evidence:
    """Return a record of an experiment with its origin; a record written without origin takes the origin of its file."""
    if not experiment_of(item):
        return item
    origins = {"machine": origin.device, "data": origin.data, "date": origin.timing.date}
    return msgspec.structs.replace(item, details={**origins, **item.details, **({"published": True} if published else {})})


def strangers(book: Ledger, dossiers: Sequence[Dossier]) -> list[str]:
    """Return, a line each, the evidence that speaks of a claim, form or part that the ledger does not have."""
    known = {(claim.id, statement.form, statement.part) for claim in book.claims for statement in claim.statements}
    lines: list[str] = []
    for dossier in dossiers:
        try:
            claim = book.claim(dossier.claim)
        except ledger.LedgerError as error:
            lines.append(f"evidence from {dossier.source} speaks of no claim: {error}")
            continue
        parts = sorted({(item.form, item.part) for item in dossier.evidence if (claim.id, item.form, item.part) not in known})
        has = ", ".join(f"{statement.form} {statement.part}" for statement in claim.statements)
        lines += [f"evidence from {dossier.source} speaks of {claim.id}, {form} {part}, but this claim has {has}" for form, part in parts]
    return lines


def refuse_strangers(book: Ledger, dossiers: Sequence[Dossier]) -> None:
    """Raise EvidenceError if any evidence speaks of what the ledger does not have."""
    lines = strangers(book, dossiers)
    if lines:
        more = f" (and {len(lines) - 1} more: `python -m reports check`)" if len(lines) > 1 else ""
        raise EvidenceError(f"evidence must speak of the ledger's statements, but {lines[0]}{more}; run the claim again or delete the file")


def unsupported(book: Ledger, dossiers: Sequence[Dossier]) -> list[tuple[str, Statement]]:
    """Return the statements, with their claim's id, that need a proof or a check and of which no evidence speaks."""
    spoken = {(item.claim, item.form, item.part) for item in items(dossiers)}
    return [
        (claim.id, statement)
        for claim in book.claims
        for statement in claim.statements
        if statement.needs != "experiment" and (claim.id, statement.form, statement.part) not in spoken
    ]


def effects(book: Ledger, dossiers: Sequence[Dossier]) -> list[str]:
    """Return, a line each, the refuted printed statements without effect or quotation, and the effects of statements that stand."""
    evidence = items(dossiers)
    lines: list[str] = []
    for claim in book.claims:
        printed = verdict.of_claim(claim, [item for item in evidence if item.claim == claim.id]).get("printed")
        if printed is None:
            continue
        for statement in claim.of_form("printed"):
            falls = printed.parts[statement.part].word == "refuted"
            place = f"{claim.id}, printed {statement.part},"
            if falls and not statement.effect:
                lines.append(f"{place} is refuted and has no effect: say in claims.toml what falls with it, and why")
            if falls and not statement.quote:
                lines.append(f"{place} is refuted and quotes nothing: quote the paper's own words in claims.toml")
            if statement.effect and not falls:
                lines.append(f"{place} has the effect {statement.effect} and is not refuted: remove the effect from claims.toml")
    return lines


def items(dossiers: Iterable[Dossier]) -> list[Evidence]:
    """Return all evidence in dossiers, in their order."""
    return [item for dossier in dossiers for item in dossier.evidence]
