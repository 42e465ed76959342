"""What the record holds, computed from it: the counts, the map of verdicts, the errata, and where evidence came from."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from reports import verdict
from reports.evidence import Provenance, Source
from reports.ledger import EFFECTS, Effect
from reports.methods import whole
from reports.page.entries import ClaimEntry, Document, EvidenceEntry, FormEntry, PartEntry
from reports.verdict import Word

HOLDS: tuple[Word, ...] = ("proved", "quoted", "checked", "measured")


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What the record holds: claims, those beyond the paper, statements, and the checks that judged them.

    `fallen` are the printed claims that fall, `steps` derivation steps that a machine checked, `cited` those cited from the literature.
    """

    claims: int
    statements: int
    evidence: int
    beyond: int
    beyond_proved: int
    fallen: int
    points: int
    rejected: int
    survivors: int
    steps: int
    cited: int


class Erratum(msgspec.Struct, frozen=True, kw_only=True):
    """One printed statement that falls, its refutation (a point or comparisons), and the true statements in its place."""

    claim: ClaimEntry
    part: PartEntry
    refutation: EvidenceEntry
    failed: int
    points: int
    true: list[PartEntry]


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One claim on the map: its first form, and whether a corrected form of it holds."""

    claim: ClaimEntry
    first: FormEntry
    mended: bool


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where the evidence on some claims comes from, told once: one source, machine, commit and set of versions."""

    number: int
    source: Source
    provenance: Provenance
    claims: list[str]
    first: str
    last: str


def first_form(claim: ClaimEntry) -> FormEntry:
    """Return the form by which a claim is counted: as printed, or beyond the paper where nothing is printed."""
    verdict = claim.printed or claim.corrected or claim.beyond
    assert verdict is not None, "a claim of the ledger has at least one statement"
    return verdict


def mended(claim: ClaimEntry) -> bool:
    """Whether the printed form does not hold and a corrected one does."""
    if claim.printed is None or claim.corrected is None:
        return False
    return claim.printed.verdict not in HOLDS and claim.corrected.verdict in HOLDS


def counts(page: Document) -> Counts:
    """Return what the record holds."""
    beyond = [claim.beyond for claim in page.claims if claim.beyond and not claim.printed]
    items = [item for claim in page.claims for item in claim.evidence]
    return Counts(
        claims=page.generated.claims,
        statements=page.generated.statements,
        evidence=page.generated.evidence,
        beyond=len(beyond),
        beyond_proved=sum(entry.verdict == "proved" for entry in beyond),
        fallen=sum(claim.printed is not None and claim.printed.verdict == "refuted" for claim in page.claims),
        points=sum(whole(item.details, "points") for item in items if item.method == "property"),
        rejected=sum(whole(item.details, "rejected") for item in items if item.method == "near-miss"),
        survivors=sum(_length(item, "survivors") for item in items if item.method == "near-miss"),
        steps=sum(_length(item, "steps") - _cited(item) for item in items),
        cited=sum(map(_cited, items)),
    )


def grid(page: Document) -> tuple[tuple[Word, ...], dict[str, dict[Word, list[Cell]]]]:
    """Return the verdicts that occur, best first, and for each section and verdict the claims that have it."""
    cells: dict[str, dict[Word, list[Cell]]] = {}
    for claim in page.claims:
        first = first_form(claim)
        cell = Cell(claim=claim, first=first, mended=mended(claim))
        cells.setdefault(claim.section, {}).setdefault(first.verdict, []).append(cell)
    best_first: list[Word] = [*reversed(verdict.WORDS)]
    return tuple(word for word in best_first if any(word in row for row in cells.values())), cells


def errata(page: Document) -> list[Erratum]:
    """Return the printed statements that fall, in the paper's order; those refuted by an experiment are not among them."""
    errata: list[Erratum] = []
    for claim in page.claims:
        for part in claim.printed.parts if claim.printed else []:
            items = [item for item in claim.evidence if (item.form, item.part) == ("printed", part.part)]
            against = [item for item in items if item.outcome == "refutes" and item.method in verdict.REFUTERS]
            if part.verdict != "refuted" or not against:
                continue
            sampled = next((item for item in items if item.method == "property"), None)
            corrected = claim.corrected.parts if claim.corrected else []
            namesakes = [candidate for candidate in corrected if candidate.part == part.part]
            errata.append(
                Erratum(
                    claim=claim,
                    part=part,
                    refutation=against[0],
                    failed=whole(sampled.details, "exceeded") if sampled else 0,
                    points=whole(sampled.details, "points") if sampled else 0,
                    true=namesakes or list(corrected),
                )
            )
    return errata


def by_effect(errata: Sequence[Erratum]) -> dict[Effect | None, list[Erratum]]:
    """Return the errata grouped by what falls with them, the weightiest first; those not judged yet stand under None, at the end."""
    groups: dict[Effect | None, list[Erratum]] = {
        effect: [erratum for erratum in errata if erratum.part.effect == effect] for effect in EFFECTS
    }
    groups[None] = [erratum for erratum in errata if erratum.part.effect is None]
    return {effect: members for effect, members in groups.items() if members}


def origins(page: Document) -> list[Origin]:
    """Return where all evidence comes from, grouped by source, commit, machine, versions, data and seed."""
    groups: dict[tuple[object, ...], list[tuple[str, Provenance]]] = {}
    for claim in page.claims:
        for source, origin in claim.provenance.items():
            versions = tuple(sorted(origin.versions.items()))
            key = (source, origin.commit, origin.device, versions, origin.data, origin.seed)
            groups.setdefault(key, []).append((claim.id, origin))
    listed: list[Origin] = []
    for number, (key, members) in enumerate(groups.items(), 1):
        dates = sorted(origin.timing.date for _, origin in members)
        source: Source = msgspec.convert(key[0], Source)
        claims = [name for name, _ in members]
        listed.append(Origin(number=number, source=source, provenance=members[0][1], claims=claims, first=dates[0], last=dates[-1]))
    return listed


def _length(item: EvidenceEntry, key: str) -> int:
    """Return the length of a list among the details of a record, 0 where there is none."""
    value = item.details.get(key)
    return len(value) if isinstance(value, list) else 0


def _cited(item: EvidenceEntry) -> int:
    """Return how many steps of a derivation are cited from the literature, which no machine checked."""
    steps = item.details.get("steps")
    by = [step.get("by") for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []
    return sum(isinstance(tool, str) and (tool.startswith("cited") or tool == "citation") for tool in by)
