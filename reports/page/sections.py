"""The prose of the page, read from `sections.toml`: reviewers' questions, choices, negative results, easy and difficult parts."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from reports.evidence import Form
from reports.ledger import LedgerError
from reports.page.details import Table
from reports.page.entries import FORMS, Document, FormEntry
from reports.page.shown import shown
from reports.page.words import pointing

LONGEST = 16  # rows of a table that stands both with its claim and with an answer
PATH = Path(__file__).with_name("sections.toml")


class _Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    claims: tuple[str, ...] = ()
    experiments: tuple[str, ...] = ()


T = TypeVar("T", bound=_Text)


class Question(_Text, frozen=True, kw_only=True):
    """What a reviewer asked, the answer, and the claims and experiments that it rests on."""

    id: str
    asks: str
    says: str


class Choice(_Text, frozen=True, kw_only=True):
    """A choice that the paper leaves open, with our choice and its reason; experiments show how much hangs on it."""

    id: str
    open: str
    chosen: str
    why: str


class Told(_Text, frozen=True, kw_only=True):
    """One paragraph under a title."""

    title: str
    says: str


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A command and what it does."""

    run: str
    does: str


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All prose of the page."""

    schema: int
    question: list[Question]
    choice: list[Choice]
    negative: list[Told]
    easy: list[Told]
    command: list[Command]

    def written(self) -> list[_Text]:
        """Return every text that refers to claims or experiments."""
        return [*self.question, *self.choice, *self.negative, *self.easy]

    def about(self, known: Collection[str]) -> Texts:
        """Return those texts all of whose claims are known: a page of another ledger has nothing to point to."""

        def kept(texts: Sequence[T]) -> list[T]:
            return [text for text in texts if set(text.claims) <= set(known)]

        return msgspec.structs.replace(
            self, question=kept(self.question), choice=kept(self.choice), negative=kept(self.negative), easy=kept(self.easy)
        )


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table under an answer: a form of a claim, what it states, its verdict, and the numbers behind it."""

    form: Form
    says: str
    entry: FormEntry
    numbers: str


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """The table of an experiment's strongest run, as an answer shows it."""

    says: str
    qualifier: str
    run: str
    rows: Table


@functools.cache
def read(path: Path = PATH) -> Texts:
    """Return the prose; raise LedgerError where the file is not what it must be."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Texts)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise LedgerError(f"{path} must hold the texts of the page, but {error}; mend it") from error


def strangers(texts: Texts, claims: Collection[str]) -> list[str]:
    """Return, a line each, the claims that the prose names and the ledger lacks; none for a ledger of other claims altogether."""
    if not any(name in claims for text in texts.written() for name in text.claims):
        return []
    named = [name for text in texts.written() for name in text.claims]
    return [f"sections.toml refers to {name}, which the ledger lacks" for name in named if name not in claims]


def outcomes(page: Document) -> dict[str, list[Outcome]]:
    """Return by claim what became of each of its forms, and the numbers that decided: of experiments, or where there are none, why.

    An open statement points somewhere, by one number; all sentences of its runs stand with the claim.
    """
    outcomes: dict[str, list[Outcome]] = {}
    for claim in page.claims:
        for form in FORMS:
            entry = claim.form(form)
            if entry is None:
                continue
            measured = [item for item in claim.evidence if item.form == form and item.method == "experiment"]
            fell = [item for item in claim.evidence if (item.form, item.method, item.outcome) == (form, "counterexample", "refutes")]
            why = f"{entry.why.rstrip('.')}: {fell[0].says.rstrip('.')}." if fell else entry.why
            told = pointing(entry.direction, entry.measured) or " ".join(dict.fromkeys(item.says for item in measured)) or why
            says = entry.parts[0].says if len(entry.parts) == 1 else claim.says
            outcomes.setdefault(claim.id, []).append(Outcome(form=form, says=says, entry=entry, numbers=told))
    return outcomes


def results(page: Document) -> dict[str, Results]:
    """Return the table of every experiment of which there is evidence, by its id; the first ruling speaks for it."""
    results: dict[str, Results] = {}
    for claim in page.claims:
        for item in claim.evidence:
            parts = shown(item)
            if parts.experiment and parts.rows:
                table = Results(says=item.says, qualifier=item.qualifier, run=parts.experiment.name, rows=parts.rows)
                results.setdefault(parts.experiment.experiment, table)
    return results
