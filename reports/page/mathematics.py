"""Formulas of evidence as mathematics: SymPy's text in Unicode, variables with their indices, vectors in parentheses."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup

from reports.page import text
from reports.readable import readable

SECOND = " (second)"
"""What evidence writes after the name of the second value of a variable."""
INDEX = re.compile(r"^([A-Za-z]+)_?((?<=_)\w+|\d+)$")
PAIR = re.compile(r"\b(\w+)=(\[\[.*?\]\]|\[[^\[\]]*\]|[^\s,]+)(?=, |$)")
"""A variable and its value, as evidence writes a point in a line."""
NARROW = 17
"""Letters of a name and a number that a narrow column of a point holds."""
SHORT = 16
"""Letters of a vector that a line does not break."""
ROW = re.compile(r"\[([^\[\]]*)\]")


def prose(says: str) -> Markup:
    """Return a sentence of evidence as HTML: TeX between dollars as MathML, formulas between words in Unicode."""
    return text.html(says if "$" in says else formula(says))


def formula(source: str) -> str:
    """Return a formula that SymPy printed, or a value, in Unicode; zero has no sign."""
    return readable(text.NO_SIGN.sub("", source))


def names(listed: str) -> Markup:
    """Return variables, separated by commas, as HTML: `n_c` with a lowered c, the second value of one with a prime."""
    return Markup(", ").join(_name(name) for name in listed.split(", "))


def value(source: str) -> str:
    """Return the value of a variable: a vector in parentheses, a matrix by its rows."""
    rows = ROW.findall(source)
    if source.startswith("[[") and rows:
        return f"{'row' if len(rows) == 1 else 'rows'} {', '.join(f'({formula(row)})' for row in rows)}"
    shown = formula(ROW.sub(r"(\1)", source) if len(rows) == 1 and source.startswith("[") else source)
    return shown.replace(", ", ",\N{NO-BREAK SPACE}") if rows and len(shown) <= SHORT else shown


def wide(point: Iterable[tuple[str, str]]) -> bool:
    """Return whether a number of a point is too long for a narrow column, its name and the sign between them included."""
    return any(len(f"{name} = {word}") > NARROW for name, given in point for word in value(given).split())


def point(by: str) -> str:
    """Return what killed near misses, the values of its point as `value` writes them."""
    return formula(PAIR.sub(lambda pair: f"{pair[1]}\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{value(pair[2])}", by))


def _name(name: str) -> Markup:
    letter, index = INDEX.sub(r"\1 \2", name.removesuffix(SECOND)).partition(" ")[::2]
    prime = "′" if name.endswith(SECOND) else ""
    lowered = Markup("<sub>{}</sub>").format(readable(index)) if index else Markup("")
    return Markup("{}{}{}").format(readable(letter), lowered, prime)
