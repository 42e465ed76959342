"""The numbers that were copied by hand from the paper, read from `quotes.toml`: each with its place and a few words around it."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import msgspec

from reports import files
from reports.bounds import in_words
from reports.ledger import LONGEST_QUOTE, LedgerError, Text

PATH = Path(__file__).with_name("quotes.toml")
LIMIT = files.MIB
"""Bytes of the list of quotes."""
BREAK = r"(?:-[ \t]*\n)?\s*"
NUMBER = r"^\d+(\.\d+)?%?$"


class Quote(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One number: where it stands, its value, how it is printed there (as its value, where left out), and exact words around it."""

    place: Text
    value: Annotated[str, msgspec.Meta(pattern=r"^\d+(\.\d+)?$")]
    printed: Annotated[str, msgspec.Meta(pattern=NUMBER)] = ""
    context: Text

    @property
    def as_printed(self) -> str:
        """The number as the paper prints it."""
        return self.printed or self.value


class _Quotes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    schema: Annotated[int, msgspec.Meta(ge=1, le=1)]
    quote: Annotated[tuple[Quote, ...], msgspec.Meta(min_length=1, max_length=1000)]


def read(path: Path = PATH) -> tuple[Quote, ...]:
    """Return all quotes; raise LedgerError where the file cannot be read, repeats a quote, or one does not hold its number."""
    try:
        table = tomllib.loads(files.read_bytes(path, LIMIT).decode("utf-8"))
        quotes = msgspec.convert(table, _Quotes).quote
    except OSError as error:
        raise LedgerError(f"{path} must be a readable list of quotes, but {error.strerror}; restore it") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise LedgerError(f"{path} must be TOML, but {error}; mend that line") from error
    except msgspec.ValidationError as error:
        raise LedgerError(f"{path} is not a list of quotes: {in_words(error)}; mend that quote") from error
    twice = [f"{place}: {value}" for (place, value), times in Counter((q.place, q.value) for q in quotes).items() if times > 1]
    if twice:
        raise LedgerError(f"{path}: every quote stands once, but {', '.join(twice)} stands more than once; remove one")
    for quote in quotes:
        _refuse_wrong(quote, f"{path}: the quote of {quote.value} in {quote.place}")
    return quotes


def _refuse_wrong(quote: Quote, name: str) -> None:
    printed, percent, _ = quote.as_printed.partition("%")
    if Fraction(quote.value) not in {Fraction(printed), *([Fraction(printed) / 100] if percent else [])}:
        raise LedgerError(f"{name} must be printed as the same number, got {quote.printed}; mend one of them")
    if not holds(quote.context, quote.as_printed):
        raise LedgerError(f"{name} must have the number as it is printed in its context, got {quote.context!r}; mend the context")
    if len(quote.context.split()) > LONGEST_QUOTE:
        raise LedgerError(f"{name} must have at most {LONGEST_QUOTE} words around it, got {len(quote.context.split())}; cut the context")


def holds(text: str, number: str) -> bool:
    """Tell whether a number stands in a text, and not as a part of a longer number: 17% in 17% higher, but not in 117%."""
    return re.search(rf"(?<![\d.]){re.escape(number)}(?!\d|\.\d)", text) is not None


def in_one_form(text: str) -> str:
    """Return a text with ligatures and the signs that fonts have twice in one form."""
    return unicodedata.normalize("NFKC", text).replace("\u2206", "\u0394")


def places(context: str, text: str) -> int:
    """Return how often a context stands in a text that is `in_one_form`, blanks and broken lines left aside.

    The text of a PDF has lost most of its blanks and keeps the hyphens at which lines were broken. Digits of one number stand together,
    and a number at an end of the context must end there in the text, too.
    """
    words = re.findall(r"\d+(?:\.\d+)*|\S", in_one_form(context))
    begins = r"(?<!\d)(?<!\d\.)" if words[0][0].isdigit() else ""
    ends = r"(?!\d|\.\d)" if words[-1][-1].isdigit() else ""
    return len(re.findall(begins + BREAK.join(map(re.escape, words)) + ends, text))
