"""claims.json: the whole record as data, from which the other two pages are made. Its schema is published as claims.schema.json.

Nothing here depends on the clock: `generated` names the dates and commits of the evidence, so that the same files give the same bytes.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec

from reports import direction, record, verdict
from reports.evidence import Dossier, Evidence, Form
from reports.ledger import Claim, Ledger
from reports.page.entries import FORMS, ClaimEntry, Document, EvidenceEntry, FormEntry, Generated, PartEntry, SentenceEntry, Setting
from reports.sentences import Table
from reports.verdict import FormVerdict, Word

INFERRED = "ecided in the inferred setting"
"""How the rule of an experiment says that another setting than the printed one decides."""
SCHEMA_PATH = Path(__file__).with_name("claims.schema.json")


def document(book: Ledger, dossiers: Sequence[Dossier], told: Table | None = None) -> Document:
    """Return the record as data, with the sentences `told`; raise EvidenceError if evidence speaks of what the ledger does not have."""
    record.refuse_strangers(book, dossiers)
    claims = [_claim(claim, [dossier for dossier in dossiers if dossier.claim == claim.id]) for claim in book.claims]
    dates = sorted(dossier.provenance.timing.date for dossier in dossiers)
    generated = Generated(
        claims=len(claims),
        statements=sum(len(claim.statements) for claim in book.claims),
        evidence=sum(len(claim.evidence) for claim in claims),
        verdicts={form: _counts(claims, form) for form in FORMS},
        commits=sorted({dossier.provenance.commit for dossier in dossiers}),
        dates=[dates[0], dates[-1]] if dates else [],
    )
    return Document(generated=generated, claims=claims, sentences=_sentences(told or Table()))


def encode(page: Document) -> bytes:
    """Return the text of claims.json, keys sorted."""
    return msgspec.json.format(msgspec.json.encode(page, order="deterministic"), indent=2) + b"\n"


def schema() -> bytes:
    """Return the JSON Schema of claims.json; the committed file must hold just this."""
    published = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "claims.json", **msgspec.json.schema(Document)}
    for part in published["$defs"].values():
        if "description" in part:
            part["description"] = inspect.cleandoc(part["description"])  # as every Python since 3.13 keeps a docstring
    return msgspec.json.format(msgspec.json.encode(published, order="deterministic"), indent=2) + b"\n"


def _claim(claim: Claim, dossiers: Sequence[Dossier]) -> ClaimEntry:
    """Return the entry of one claim from the dossiers on it."""
    verdicts = verdict.of_claim(claim, record.items(dossiers))
    order = [(statement.form, statement.part) for statement in claim.statements]
    entries = [
        EvidenceEntry(
            source=dossier.source,
            form=item.form,
            part=item.part,
            method=item.method,
            outcome=item.outcome,
            qualifier=item.qualifier,
            says=item.says,
            details=item.details,
        )
        for dossier in dossiers
        for item in _strongest_first(dossier.evidence)
    ]
    forms = {form: _form(claim, form, verdicts[form], entries) if form in verdicts else None for form in FORMS}
    return ClaimEntry(
        id=claim.id,
        where=claim.where,
        section=claim.section,
        kind=claim.kind,
        says=claim.says,
        rests_on=list(claim.rests_on),
        evidence=sorted(entries, key=lambda item: order.index((item.form, item.part))),  # stable: a source keeps its own order
        provenance={dossier.source: dossier.provenance for dossier in dossiers},
        **forms,
    )


def _sentences(told: Table) -> list[SentenceEntry]:
    """Return the entries of all sentences, numbered within their paragraphs."""
    return [
        SentenceEntry(
            under=paragraph.under,
            at=paragraph.at,
            number=number,
            words=sentence.words,
            equations=list(sentence.eqs),
            group=sentence.group,
            rows=list(sentence.judged_by),
            missing=sentence.missing,
            not_checked=sentence.not_checked,
        )
        for paragraph in told.paragraphs
        for number, sentence in enumerate(paragraph.sentences, 1)
    ]


def _theorem(evidence: Sequence[EvidenceEntry], form: Form, part: str) -> tuple[str, list[str]]:
    """Return the sentence of a statement's theorem and what it cites; "" and nothing where no theorem is bound to it."""
    for item in evidence:
        if (item.form, item.part, item.outcome) == (form, part, "supports") and item.details.get("bound") is True:
            return str(item.details.get("sentence", "")), [str(source) for source in item.details.get("cited", [])]
    return "", []


def _setting(evidence: Sequence[EvidenceEntry], form: Form, part: str) -> Setting:
    """Return in which setting experiments in full decided a statement; their rules say it."""
    rules = [str(item.details.get("rule", "")) for item in evidence if (item.form, item.part, item.qualifier) == (form, part, "")]
    return "inferred" if any(INFERRED in rule for rule in rules) else ""


def _form(claim: Claim, form: Form, verdict: FormVerdict, evidence: Sequence[EvidenceEntry]) -> FormEntry:
    """Return the entry of one form of a claim."""
    parts = [
        PartEntry(
            part=statement.part,
            says=statement.says,
            quote=statement.quote,
            assumes=list(statement.assumes),
            sentence=sentence,
            resting_on=cited,
            needs=statement.needs,
            verdict=own.word,
            qualifier=own.qualifier,
            direction=own.direction,
            measured=own.effect,
            setting=_setting(evidence, form, statement.part),
            why=own.why,
            effect=statement.effect,
            effect_reason=statement.effect_reason,
        )
        for statement in claim.of_form(form)
        for own in [verdict.parts[statement.part]]
        for sentence, cited in [_theorem(evidence, form, statement.part)]
    ]
    whole = verdict.whole
    says = " ".join(part.says for part in parts)
    return FormEntry(
        verdict=whole.word,
        qualifier=whole.qualifier,
        direction=whole.direction,
        measured=whole.effect,
        setting="inferred" if all(part.setting == "inferred" for part in parts) else "",
        says=says,
        why=whole.why,
        parts=parts,
    )


def _strongest_first(records: Sequence[Evidence]) -> list[Evidence]:
    """Return the records of a source, its experiments from the strongest to the weakest; the places of the others stay."""
    runs = iter(direction.strongest_first([item for item in records if item.method == "experiment"]))
    return [next(runs) if item.method == "experiment" else item for item in records]


def _counts(claims: Sequence[ClaimEntry], form: Form) -> dict[Word, int]:
    """Return how many claims have each verdict in one form, best first; verdicts that no claim has are left out."""
    counted = Counter(entry.verdict for claim in claims if (entry := claim.form(form)))
    return {word: counted[word] for word in reversed(verdict.WORDS) if counted[word]}
