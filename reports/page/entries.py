"""The entries of claims.json: a claim, its forms and their statements, its evidence, and the sentences of the paper."""

from __future__ import annotations

from typing import Any, Literal, get_args

import msgspec

from reports.direction import Direction
from reports.direction import Effect as Measured
from reports.evidence import Form, Method, Outcome, Provenance, Qualifier, Source
from reports.ledger import Effect, Kind, Needs, Section
from reports.page.paper import PAPER, Paper
from reports.sentences import Group, Row
from reports.verdict import Word

Setting = Literal["", "inferred"]
"""In which setting a statement was decided: as the paper prints it, or inferred from its figures."""
FORMS: tuple[Form, ...] = get_args(Form)


class PartEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One statement of one form, with its own verdict.

    Of a printed one also the paper's words, and what falls with it and why; of an open one which way its evidence points (`direction`) and
    by which number (`measured`). `sentence` is the statement as it was checked, generated from the proposition of its theorem, which rests
    on what it cites (`resting_on`); `assumes` are the paper's assumptions of a printed one. `setting` is `inferred` where an experiment in
    full decided it in a setting that was inferred from the paper's figures, since the printed one does not give their numbers.
    """

    part: str
    says: str
    quote: str
    assumes: list[str]
    sentence: str
    resting_on: list[str]
    needs: Needs
    verdict: Word
    qualifier: Qualifier
    direction: Direction | Literal[""]
    measured: Measured | None
    setting: Setting
    why: str
    effect: Effect | None
    effect_reason: str


class FormEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One form of a claim: its verdict covers all its parts together, `says` joins their sentences, `setting` is the one that all share."""

    verdict: Word
    qualifier: Qualifier
    direction: Direction | Literal[""]
    measured: Measured | None
    setting: Setting
    says: str
    why: str
    parts: list[PartEntry]


class EvidenceEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One finding, with the source whose provenance it has."""

    source: Source
    form: Form
    part: str
    method: Method
    outcome: Outcome
    qualifier: Qualifier
    says: str
    details: dict[str, Any]


class ClaimEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row of the ledger with its verdicts, the claims that its argument uses, its evidence, and where that came from, by source."""

    id: str
    where: str
    section: Section
    kind: Kind
    says: str
    rests_on: list[str]
    printed: FormEntry | None
    corrected: FormEntry | None
    beyond: FormEntry | None
    evidence: list[EvidenceEntry]
    provenance: dict[Source, Provenance]

    def form(self, form: Form) -> FormEntry | None:
        """Return one of the three forms by its name."""
        return {"printed": self.printed, "corrected": self.corrected, "beyond": self.beyond}[form]

    def forms(self) -> list[FormEntry]:
        """Return the forms that the claim has."""
        return [entry for entry in (self.printed, self.corrected, self.beyond) if entry]


class SentenceEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One sentence of the paper: where it stands, three of its words, the equations it displays, and what became of it."""

    under: str
    at: str
    number: int
    words: str
    equations: list[str]
    group: Group
    rows: list[Row]
    missing: str
    not_checked: str


class Generated(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the page was made from: counts, verdicts by form, and the commits and dates (first, last) of the evidence."""

    claims: int
    statements: int
    evidence: int
    verdicts: dict[Form, dict[Word, int]]
    commits: list[str]
    dates: list[str]


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The content of claims.json; `address` names the schema that stands beside it, `paper` where the paper stands."""

    address: Literal["claims.schema.json"] = msgspec.field(name="$schema", default="claims.schema.json")
    schema: Literal[1] = 1
    paper: Paper = PAPER
    generated: Generated
    claims: list[ClaimEntry]
    sentences: list[SentenceEntry]
