"""How a number is held against a table, a word against a share, quotes of one setting against one another; and variants that must fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from reports import quotes as transcribed
from theory.statement import Agreement, Finding


@dataclass(frozen=True)
class Quote:
    """A number as the paper prints it, and the place where it stands."""

    place: str
    value: str


@dataclass(frozen=True)
class Comparison:
    """Quotes of one quantity that is computed from Table 1."""

    says: str
    quantity: Callable[[Mapping[str, Fraction]], Fraction]
    quotes: tuple[Quote, ...]
    table: Mapping[str, str]


@dataclass(frozen=True)
class Threshold:
    """A word about a share of the gain of 1-SAM over SGD, read as a threshold."""

    place: str
    word: str
    method: str
    holds: Callable[[Fraction], bool]
    table: Mapping[str, str]


def exact(table: Mapping[str, str]) -> dict[str, Fraction]:
    """Return the table as fractions."""
    return {name: Fraction(text) for name, text in table.items()}


def is_rounding(text: str, number: Fraction) -> bool:
    """Tell whether the decimal text is the number rounded to as many decimals; at a tie both neighbours are."""
    decimals = len(text.partition(".")[2])
    return abs(Fraction(text) - number) <= Fraction(1, 2 * 10**decimals)


def compare(data: Comparison) -> list[Finding]:
    """Compare each quote with the number from the table."""
    number = data.quantity(exact(data.table))
    return [
        Finding(f"{data.says} is {q.value} ({q.place})", is_rounding(q.value, number), f"{float(number):.4g}, by Table 1")
        for q in data.quotes
    ]


def compare_all(data: Sequence[Comparison]) -> list[Finding]:
    """Compare every quote of several comparisons."""
    return [finding for row in data for finding in compare(row)]


def share(table: Mapping[str, Fraction], method: str) -> Fraction:
    """Return the part of the gain of 1-SAM over SGD that a method has."""
    return (table[method] - table["SGD"]) / (table["1-SAM"] - table["SGD"])


def judge(data: Sequence[Threshold]) -> list[Finding]:
    """Compare each word with the share it speaks of."""
    return [
        Finding(f"{t.method} has {t.word} ({t.place})", t.holds(s), f"it has {float(s):.3f} of the gain")
        for t in data
        for s in [share(exact(t.table), t.method)]
    ]


def repeated(settings: Mapping[str, Sequence[Quote]]) -> list[Finding]:
    """Compare each quote of a setting with the first."""
    return [
        Finding(
            f"{name} is the same in {first.place} and in {q.place}",
            Fraction(first.value) == Fraction(q.value),
            f"{first.value} in {first.place} and {q.value} in {q.place}",
        )
        for name, (first, *repeats) in settings.items()
        for q in repeats
    ]


def nested(ranges: Mapping[str, tuple[str, str]]) -> list[Finding]:
    """Compare the ranges of rho: Section 3.1 with Figure 3, and Figure 10 as a part of it that leaves out gradient descent."""
    text, figure, part = ([Fraction(end) for end in ranges[place]] for place in ("Section 3.1", "Figure 3", "Figure 10"))
    return [
        Finding("Section 3.1 and Figure 3 have one range", text == figure, f"{ranges['Section 3.1']} and {ranges['Figure 3']}"),
        Finding("Figure 10 ends where Figure 3 ends", part[1] == figure[1], f"{ranges['Figure 10'][1]} and {ranges['Figure 3'][1]}"),
        Finding("Figure 3 starts at gradient descent, rho = 0, Figure 10 above it", figure[0] == 0 < part[0], f"{ranges['Figure 10'][0]}"),
    ]


def difference(more: str, less: str) -> Callable[[Mapping[str, Fraction]], Fraction]:
    """Return the quantity `more` minus `less`, in percentage points."""
    return lambda table: table[more] - table[less]


def shaken(data: Comparison, wrong: Sequence[str]) -> dict[str, Any]:
    """Return the comparison with each of some wrong quotes, and with digits of the table changed by one point."""
    quotes = {f"{value} quoted": replace(data, quotes=(replace(data.quotes[0], value=value),)) for value in wrong}
    tables = {
        f"{name} {step:+d} in Table 1": replace(data, table={**data.table, name: str(Fraction(data.table[name]) + step)})
        for name in data.table
        for step in (1, -1)
        if data.quantity(exact({**data.table, name: str(Fraction(data.table[name]) + step)})) != data.quantity(exact(data.table))
    }
    return {**quotes, **tables}


def agreement(part: str, data: Comparison, wrong: Sequence[str] = ()) -> Agreement:
    """Return the statement that the quotes agree with Table 1."""
    return Agreement(part=part, data=data, check=compare, variants=shaken(data, wrong) if wrong else {})


def changed(settings: Mapping[str, Sequence[Quote]]) -> dict[str, Any]:
    """Return the settings with one quote at a time doubled."""
    return {
        f"{name} doubled in {q.place}": {**settings, name: [replace(o, value=str(2 * Fraction(o.value))) if o is q else o for o in quotes]}
        for name, quotes in settings.items()
        for q in quotes
    }


def refuse_unlisted(quotes: Iterable[Quote]) -> None:
    """Raise ValueError where a number is not in reports/quotes.toml, with the words around it by which the paper's text shows it."""
    listed = {(quote.place, Fraction(quote.value)) for quote in transcribed.read()}
    absent = [f"{q.value} ({q.place})" for q in quotes if (q.place, Fraction(q.value)) not in listed]
    if absent:
        raise ValueError(f"every quoted number must stand in reports/quotes.toml, but {', '.join(absent)} does not; copy it from the paper")
