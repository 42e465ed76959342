"""The paper's sentences, one by one, and the rows of the ledger that judge each: read from `sentences.toml`, refused where it is wrong.

A sentence has one of these: `rows` that judge it, and beside or instead of them what is `missing` or a reason why the other part is
`not-checked`; or a `kind`, where it states nothing that could be checked. Only three of its words are quoted.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import msgspec

from reports.evidence import Form
from reports.ledger import Ledger, LedgerError, Text

PATH = Path(__file__).with_name("sentences.toml")
SCHEMA = 1
WORDS = 3

Kind = Literal["cites-others", "motivation", "definition", "structure"]
Group = Literal["judged", "judged-in-part", "missing", "not-checked", "cites-others", "motivation", "definition", "structure"]
GROUPS: tuple[Group, ...] = get_args(Group)
"""What became of a sentence: judged by rows, by rows that leave something out, by none, and the kinds that state nothing to check."""

MEANINGS: dict[Group, str] = {
    "judged": "rows of the ledger judge it",
    "judged-in-part": "rows of the ledger judge it, and a part is missing or not checked",
    "missing": "it could be checked, and no row judges it yet",
    "not-checked": "no row judges it, for the reason given",
    "cites-others": "it tells what others found",
    "motivation": "it gives a motive, a hope or an opinion",
    "definition": "it fixes a name or a setting",
    "structure": "it tells what stands where",
}
# The headings of the paper in its order; figures and tables stand between the paragraphs where they are printed.
SECTIONS = (
    *("Abstract", "Section 1", "Section 2.1", "Section 2.2", "Section 2.3", "Section 3", "Section 3.1", "Section 3.2"),
    *("Section 4", "Section 4.1", "Section 4.2", "Section 4.3", "Section 4.4", "Section 5.1", "Section 5.2", "Section 5.3"),
    *("Section 6", "Section 7", "References", "Appendix A", "Appendix A.1", "Appendix A.2", "Appendix A.3", "Appendix B"),
    *("Appendix B.1", "Appendix B.2", "Appendix C", "Appendix D", "Appendix E", "Appendix F"),
)
NUMBERED = re.compile(r"(?:Figure|Table) (\d+)$")


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A statement of the ledger."""

    claim: str
    form: Form
    part: str


class Sentence(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"not_checked": "not-checked"}):
    """One sentence as the file tells it: three of its words, the equations that it displays, and what became of it.

    A row is written `claim/part` where it is printed, `claim/form/part` otherwise.
    """

    words: Text
    eqs: tuple[Text, ...] = ()
    rows: tuple[Text, ...] = ()
    missing: str = ""
    not_checked: str = ""
    kind: Kind | None = None

    @property
    def group(self) -> Group:
        """What became of the sentence."""
        if self.kind:
            return self.kind
        if self.rows:
            return "judged-in-part" if self.missing or self.not_checked else "judged"
        return "not-checked" if self.not_checked else "missing"

    @property
    def judged_by(self) -> tuple[Row, ...]:
        """The rows that judge the sentence."""
        return tuple(_row(text) for text in self.rows)


class Paragraph(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A paragraph, heading, caption or table: what it stands `under` (a section, a figure or a table), its name there, its sentences."""

    under: Text
    at: Text
    sentences: Annotated[tuple[Sentence, ...], msgspec.Meta(min_length=1)]

    @property
    def place(self) -> str:
        """The place as a reader finds it."""
        return f"{self.under}, {self.at}"


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """All sentences, in the paper's order."""

    paragraphs: tuple[Paragraph, ...] = ()

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Every sentence, in order."""
        return tuple(sentence for paragraph in self.paragraphs for sentence in paragraph.sentences)

    @property
    def counts(self) -> dict[Group, int]:
        """How many sentences there are of each group; groups without any are left out."""
        counted = Counter(sentence.group for sentence in self.sentences)
        return {group: counted[group] for group in GROUPS if counted[group]}

    def about(self, book: Ledger) -> Table:
        """Return this table where the ledger has all of its rows, else an empty one: of another ledger it has nothing to say."""
        return Table() if strangers(self, book) else self


@functools.cache
def read(path: Path = PATH) -> Table:
    """Read and validate the table; raise LedgerError naming the file, the place and the fault."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise LedgerError(f"{path} must be a readable table of sentences, but {error.strerror}; restore it") from error
    except UnicodeDecodeError as error:
        raise LedgerError(f"{path} must be UTF-8 text, but {error.reason} at byte {error.start}; restore it") from error
    return parse(text, path)


def parse(text: str, path: Path | str) -> Table:
    """Return the table that TOML text holds; raise LedgerError, which calls the text `path`, where it is wrong."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LedgerError(f"{path} must be TOML, but {error}; mend that line") from error
    if table.keys() != {"schema", "paragraph"} or not isinstance(table["paragraph"], list):
        raise LedgerError(f"{path} must hold `schema` and a list of [[paragraph]], and nothing else; got {', '.join(table) or 'nothing'}")
    if table["schema"] != SCHEMA or isinstance(table["schema"], bool):
        raise LedgerError(f"{path} must have schema {SCHEMA}, got {table['schema']!r}; update this project or that line")
    paragraphs = tuple(_paragraph(path, number, row) for number, row in enumerate(table["paragraph"], 1))
    _refuse_disorder(path, paragraphs)
    return Table(paragraphs=paragraphs)


def strangers(table: Table, book: Ledger) -> list[str]:
    """Return, a line each, the rows that sentences name and the ledger lacks."""
    known = _known(book)
    named = [(paragraph.place, row) for paragraph in table.paragraphs for sentence in paragraph.sentences for row in sentence.judged_by]
    lines = [f"{place}: no row {row.claim}, {row.form} {row.part} in the ledger; mend sentences.toml" for place, row in named]
    return [line for line, (_, row) in zip(lines, named, strict=True) if (row.claim, row.form, row.part) not in known]


def unnamed(table: Table, book: Ledger) -> list[str]:
    """Return, a line each, the printed statements that no sentence names, where the table is of this ledger."""
    named = {(row.claim, row.form, row.part) for sentence in table.sentences for row in sentence.judged_by}
    printed = sorted(printed_part for printed_part in _known(book) if printed_part[1] == "printed" and printed_part not in named)
    return [f"no sentence of the paper names {claim}, {form} {part}; add it in sentences.toml" for claim, form, part in printed]


def _known(book: Ledger) -> set[tuple[str, str, str]]:
    return {(claim.id, statement.form, statement.part) for claim in book.claims for statement in claim.statements}


def _row(text: str) -> Row:
    """Return the row that `claim/part` or `claim/form/part` names; raise ValueError where it is neither."""
    claim, *form, part = text.split("/") if text.count("/") in (1, 2) else ("", "", "")
    row = {"claim": claim, "form": form[0] if form else "printed", "part": part}
    if not claim or not part or row["form"] not in get_args(Form):
        raise ValueError(f"a row must be written claim/part or claim/form/part, got {text!r}")
    return msgspec.convert(row, Row)


def _paragraph(path: Path | str, number: int, row: Any) -> Paragraph:
    """Return the paragraph that a [[paragraph]] table of the file holds."""
    place = ", ".join(str(row.get(key, "?")) for key in ("under", "at")) if isinstance(row, dict) else ""
    name = f"{path}: paragraph {number} ({place})"
    try:
        paragraph = msgspec.convert(row, Paragraph)
    except msgspec.ValidationError as error:
        raise LedgerError(f"{name} is not one of the table: {error}; mend it") from error
    for index, sentence in enumerate(paragraph.sentences, 1):
        wrong = _wrong(sentence)
        if wrong:
            raise LedgerError(f"{name}, sentence {index} {wrong}; mend it")
    return paragraph


def _wrong(sentence: Sentence) -> str:
    """Return the fault of a sentence, "" where it has none."""
    alternatives = sum((bool(sentence.missing), bool(sentence.not_checked), sentence.kind is not None))
    if alternatives > 1 or (sentence.rows and sentence.kind) or not (sentence.rows or alternatives):
        return (
            "must have rows, or what is missing, or `not-checked`, or a `kind`; of these, rows alone may stand beside one of the next two"
        )
    if len(sentence.words.split()) > WORDS:
        return f"must quote at most {WORDS} words, got {sentence.words!r}"
    if len(set(sentence.rows)) < len(sentence.rows):
        return f"must name each row once, got {', '.join(sentence.rows)}"
    if sentence.not_checked and not sentence.not_checked.startswith("because "):
        return f"must say why it is not checked, beginning with `because`, got {sentence.not_checked!r}"
    try:
        _ = sentence.judged_by
    except ValueError as error:
        return f"names a row that cannot be: {error}"
    return ""


def _refuse_disorder(path: Path | str, paragraphs: Iterable[Paragraph]) -> None:
    """Raise LedgerError unless sections follow the paper, and paragraphs, figures and tables are numbered without a gap."""
    section, expected = -1, {"paragraph": 1, "Figure": 1, "Table": 1}
    places: set[str] = set()
    for paragraph in paragraphs:
        numbered = NUMBERED.match(paragraph.under)
        if paragraph.place in places:
            raise LedgerError(f"{path}: a place must occur once, but {paragraph.place} occurs twice; join them")
        places.add(paragraph.place)
        if numbered:
            kind = paragraph.under.split()[0]
            if int(numbered[1]) not in {expected[kind] - 1, expected[kind]}:
                raise LedgerError(f"{path}: {kind} {expected[kind]} must follow, got {paragraph.place}; put it in the paper's order")
            expected[kind] = int(numbered[1]) + 1
        elif paragraph.under not in SECTIONS or SECTIONS.index(paragraph.under) < section:
            raise LedgerError(f"{path}: sections must be those of the paper in its order, got {paragraph.place}; move or rename it")
        elif SECTIONS.index(paragraph.under) > section:
            section, expected["paragraph"] = SECTIONS.index(paragraph.under), 1
        if paragraph.at.startswith("paragraph "):
            if paragraph.at != f"paragraph {expected['paragraph']}":
                raise LedgerError(f"{path}: paragraph {expected['paragraph']} must follow, got {paragraph.place}; put it in order")
            expected["paragraph"] += 1
