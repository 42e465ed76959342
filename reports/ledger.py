"""The ledger: every claim of the paper in its order, read from `claims.toml` and refused with one clear message where it is wrong.

A claim is a place in the paper and a few statements. A statement is what can fail by itself: evidence speaks of one statement, named by
(claim id, form, part). No verdict is stored here, so none can be typed: `reports.verdict` computes them from evidence.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import msgspec

from reports import files
from reports.bounds import Id, in_words
from reports.bounds import Text as AnyText
from reports.evidence import Form
from reports.refusal import CAME, Refusal, cut, short

SCHEMA = 1
DEFAULT_PATH = Path(__file__).with_name("claims.toml")
LIMIT = files.MIB
"""Bytes of a ledger."""
DOTS = 200
"""Dots of one line: what Python's reader takes for a dotted key grows with the square of its length."""

Section = Literal["Introduction", "Setting", "Linear models", "Neural networks", "Appendices", "Beyond the paper"]
Kind = Literal["definition", "theorem", "remark", "experiment"]
Needs = Literal["proof", "check", "experiment"]
Text = Annotated[AnyText, msgspec.Meta(min_length=1)]
Effect = Literal["changes-argument", "missing-assumption", "wording", "notation"]
EFFECTS: tuple[Effect, ...] = get_args(Effect)
"""What a refutation of the paper's print does to it, the weightiest first."""
LONGEST_QUOTE = 20
"""Words of the paper that are quoted at once."""
WORDS: dict[str, tuple[str, ...]] = {
    "section": get_args(Section),
    "kind": get_args(Kind),
    "form": get_args(Form),
    "needs": get_args(Needs),
    "effect": EFFECTS,
}
"""The words that a field may hold, of each field that holds a word of a list."""


class LedgerError(Refusal):
    """A ledger that cannot be read, or an id that it does not hold; the message says what must hold, what came and what to do."""


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One part of one form of a claim: `says` it in our words, with TeX between dollars, and what kind of evidence it `needs`.

    Of a printed one, `quote` is the paper's own sentence or formula, exact and short. Where it is refuted, `effect` says what falls
    with it, and `effect_reason`, in one sentence, why that much and no more. `assumes` names what the paper assumes of its variables,
    written as the kernel writes a relation ("0 < ρ", "x is not zero"): nothing else may narrow the points of a printed statement.
    """

    form: Form
    part: Id
    says: Text
    needs: Needs
    quote: str = ""
    assumes: tuple[Text, ...] = ()
    effect: Effect | None = None
    effect_reason: str = ""


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row: `where` is its place in the paper, `section` the heading it stands under, `says` what it is about.

    `rests_on` names the claims that its argument uses.
    """

    id: Id
    where: Text
    section: Section
    kind: Kind
    says: Text
    rests_on: tuple[Id, ...] = ()
    statements: Annotated[tuple[Statement, ...], msgspec.Meta(min_length=1, max_length=1000)] = msgspec.field(name="statement")

    def of_form(self, form: Form) -> tuple[Statement, ...]:
        """Return the statements of one form, in the order of the ledger; none where the claim has no such form."""
        return tuple(statement for statement in self.statements if statement.form == form)


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """All claims, in the paper's order."""

    claims: tuple[Claim, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all claims, in order."""
        return tuple(claim.id for claim in self.claims)

    def nearest(self, name: str) -> list[str]:
        """Return up to three ids that are spelt most like `name`, best first; for a misspelt one."""
        return difflib.get_close_matches(name, self.ids, n=3, cutoff=0.5)

    def claim(self, name: str) -> Claim:
        """Return the claim whose id is `name`; raise LedgerError, with the nearest ids, where there is none."""
        for claim in self.claims:
            if claim.id == name:
                return claim
        near = self.nearest(name)
        advice = f"perhaps you meant {' or '.join(near)}" if near else "see the ids in reports/claims.toml"
        raise LedgerError(f"a claim must be one of the ledger's {len(self.claims)}, got {short(name)}; {advice}")


def read(path: Path = DEFAULT_PATH) -> Ledger:
    """Read and validate a ledger; raise LedgerError naming the file, the claim and its fault."""
    try:
        text = files.read_bytes(path, LIMIT).decode("utf-8-sig")  # some editors begin a file with a byte order mark
    except OSError as error:
        raise LedgerError(f"{path} must be a readable ledger, but {error.strerror}; restore it") from error
    except UnicodeDecodeError as error:
        raise LedgerError(f"{path} must be UTF-8 text, but {error.reason} at byte {error.start}; restore it") from error
    return parse(text, path)


def parse(text: str, path: Path | str) -> Ledger:
    """Return the ledger that TOML text holds; raise LedgerError, which calls the text `path`, where it is wrong."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.count(".") > DOTS:
            raise LedgerError(f"{path} must have at most {DOTS} dots a line, got {line.count('.')} in line {number}; mend that line")
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LedgerError(f"{path} must be TOML, but {error}; mend that line") from error
    except RecursionError as error:
        raise LedgerError(f"{path} must be a list of claims, but lists or tables stand in one another without end; restore it") from error
    except ValueError as error:  # a whole number of thousands of digits
        raise LedgerError(f"{path} must hold plain numbers, but {error}; mend that line") from error
    if table.keys() != {"schema", "claim"} or not isinstance(table["claim"], list):
        raise LedgerError(f"{path} must hold `schema` and a list of [[claim]], and nothing else; got {cut(', '.join(table)) or 'nothing'}")
    if table["schema"] != SCHEMA or isinstance(table["schema"], bool):
        raise LedgerError(f"{path} must have schema {SCHEMA}, got {short(table['schema'])}; update this project or that line")
    claims = tuple(_claim(path, number, row) for number, row in enumerate(table["claim"], 1))
    _refuse_repeats(path, "claim ids", [claim.id for claim in claims])
    _refuse_groundless(path, claims)
    return Ledger(claims=claims)


def _words(error: msgspec.ValidationError) -> str:
    """Return the words that a field may hold, in brackets, where an error is about another word."""
    field = re.search(r"Invalid enum value .*\.(\w+)`$", str(error))
    return f" (one of {', '.join(WORDS[field[1]])})" if field else ""


def _claim(path: Path | str, number: int, row: Any) -> Claim:
    """Return the claim that a [[claim]] table of the file holds."""
    own = row.get("id") if isinstance(row, dict) else None
    name = own if isinstance(own, str) and len(own) <= CAME else f"number {number}"
    try:
        claim = msgspec.convert(row, Claim)
    except msgspec.ValidationError as error:
        raise LedgerError(f"{path}: claim {name} is not a row of the ledger: {in_words(error)}{_words(error)}; mend that row") from error
    _refuse_repeats(path, f"statements of {name}", [f"{statement.form} {statement.part}" for statement in claim.statements])
    told = [text for statement in claim.statements for text in (statement.says, statement.quote, statement.effect_reason)]
    for text in (claim.where, claim.says, *told):
        if text.count("$") % 2:
            raise LedgerError(
                f"{path}: TeX stands between two dollars, but claim {name} has an odd number of them in {short(text)}; mend it"
            )
    for statement in claim.statements:
        _refuse_what_is_not_of_the_print(f"{path}: claim {name}, {statement.form} {statement.part}", statement)
    return claim


def _refuse_groundless(path: Path | str, claims: Sequence[Claim]) -> None:
    """Raise LedgerError if a claim rests on an absent claim, or in the end on itself."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    ids = {claim.id for claim in claims}
    for claim in claims:
        if strangers := sorted(set(claim.rests_on) - ids):
            raise LedgerError(
                f"{path}: claim {claim.id} must rest on claims of the ledger, got {', '.join(strangers)}; mend its `rests_on`"
            )
        sorter.add(claim.id, *claim.rests_on)
    try:
        sorter.prepare()
    except CycleError as error:
        raise LedgerError(
            f"{path}: no claim may rest on itself, but {' rests on '.join(error.args[1][::-1])}; mend a `rests_on`"
        ) from error


def words(text: str) -> int:
    """Return how many words a text has; a formula between dollars is one."""
    return len("".join("x" if index % 2 else piece for index, piece in enumerate(text.split("$"))).split())


def _refuse_what_is_not_of_the_print(place: str, statement: Statement) -> None:
    """Raise LedgerError if a statement has a quotation or an effect that it may not have, or half of one."""
    if statement.form != "printed" and (statement.quote or statement.effect or statement.effect_reason):
        raise LedgerError(f"{place} must have no quote and no effect, since only what is printed can be quoted and fall; remove them")
    if statement.form != "printed" and statement.assumes:
        raise LedgerError(f"{place} must have no `assumes`, since it names what the paper assumes where it prints a statement; remove it")
    if bool(statement.effect) != bool(statement.effect_reason):
        has, lacks = ("effect", "effect_reason") if statement.effect else ("effect_reason", "effect")
        raise LedgerError(f"{place} must say an effect and its reason together, but has {has} and no {lacks}; add it")
    if words(statement.quote) > LONGEST_QUOTE:
        told = f"{words(statement.quote)} words"
        raise LedgerError(f"{place} must quote the paper in at most {LONGEST_QUOTE} words, a formula counting as one, got {told}; cut it")


def _refuse_repeats(path: Path | str, kind: str, names: Iterable[str]) -> None:
    """Raise LedgerError if a name occurs twice."""
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise LedgerError(f"{path}: {kind} must differ, but {', '.join(twice)} occurs more than once; rename or remove one")
