"""Text with TeX between dollars, for the three places it is shown in: HTML (as MathML), Markdown, and a table cell of Markdown.

Text comes from the ledger and from evidence and is never trusted: whatever stands in it, it is shown as text.
"""

from __future__ import annotations

import functools
import re

import math_core
from markupsafe import Markup, escape

PADDED = re.compile(r'<mrow><mspace\s*/>(<mi(?: mathvariant="normal")?>[^<]*</mi>)</mrow>')
AFTER_BRACKET = re.compile(r'(<mo(?: [a-z]+="[^"]*")*)>([)\]⟩])</mo><mspace width="(0\.\d+em)"\s*(?:/>|></mspace>)')
ALONE = re.compile(r"<math><mi>(.)</mi></math>")
ROW_IN_ROOT = re.compile(r"<msqrt><mrow>((?:(?!</?m(?:row|sqrt)\b).)*)</mrow></msqrt>", re.DOTALL)
NO_SIGN = re.compile(r"(?<![\w.)\]])-(?=0(?:\.0+)?(?![\w.]))")
"""The sign of a number that is zero, or rounded to zero."""
SIGN = re.compile(r"(?<![-\w.)\]])-(?=\.?\d)")
"""A hyphen that is the sign of a number."""
EQUAL = re.compile(r"(?<![\w/])(\w) = (?=[^\s=])")
"""A letter and the value that it has: a line does not break between them."""
MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]#|~$])")


class TexError(ValueError):
    """TeX that cannot be set; the message holds it, and the reason."""


@functools.cache
def _mathml() -> math_core.LatexToMathML:
    return math_core.LatexToMathML(fancy_error=False)


def split(text: str) -> list[tuple[bool, str]]:
    """Return the text as (is TeX, piece) pairs, dollars left out; with an odd number of dollars no piece is TeX."""
    if text.count("$") % 2:
        return [(False, text)]
    return [(index % 2 == 1, piece) for index, piece in enumerate(text.split("$")) if piece]


@functools.cache
def mathml(tex: str) -> Markup:
    """Return TeX as MathML; raise TexError where it is not TeX."""
    try:
        # Safe as it is: math_core escapes text, and none of its commands makes HTML.
        return Markup(_mathml().convert_with_local_state(tex, displaystyle=False))
    except math_core.LatexError as error:
        raise TexError(f"TeX must be what math_core can set, got {tex!r}: {error}; mend it") from error


def signed(text: str) -> str:
    """Return words whose numbers have a minus sign where they had a hyphen, and zero none."""
    return SIGN.sub("\N{MINUS SIGN}", NO_SIGN.sub("", text))


def html(text: str) -> Markup:
    """Return text as HTML, formulas as MathML; a formula that cannot be set is shown as it is written, as code."""
    pieces: list[Markup] = []
    for is_tex, piece in split(text):
        try:
            pieces.append(_slim(mathml(piece)) if is_tex else _words(piece))
        except TexError:
            pieces.append(Markup("<code>${}$</code>").format(piece))
    return Markup("").join(pieces)


def _slim(markup: Markup) -> Markup:
    """Return a formula drawn alike with fewer elements.

    Rows that change nothing go: around one name and a space of no width, and as all that a root holds. A space after a bracket becomes the
    bracket's, and a single letter a variable of HTML.
    """
    slim = ROW_IN_ROOT.sub(r"<msqrt>\1</msqrt>", PADDED.sub(r"\1", str(markup)))
    slim = ALONE.sub(r"<var>\1</var>", AFTER_BRACKET.sub(r'\1 rspace="\3">\2</mo>', slim))
    return Markup(slim)  # safe: what stands in it stood there before


def _words(text: str) -> Markup:
    """Return text without formulas, what stands between backticks as code."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return _plain(text)
    return Markup("").join(Markup("<code>{}</code>").format(piece) if index % 2 else _plain(piece) for index, piece in enumerate(pieces))


def _plain(words: str) -> Markup:
    return escape(EQUAL.sub("\\1\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}", signed(words)))


def markdown(text: str) -> str:
    """Return text as Markdown on one line, also within a table: no sign in it has a meaning, formulas stand between dollars.

    Formulas are written $`...`$, inside which Markdown leaves underscores and backslashes alone. A bar would end a table's cell, and an
    angle bracket might begin a tag, so both are written as TeX commands.
    """
    pieces: list[str] = []
    for is_tex, piece in split(" ".join(text.split())):
        if is_tex:
            tex = piece.replace("\\|", "\\Vert ").replace("|", "\\vert ").replace("<", "\\lt ").replace(">", "\\gt ").replace("`", "'")
            pieces.append(f"$`{tex}`$")
        else:
            plain = signed(piece).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            pieces.append(MARKDOWN_SIGNS.sub(r"\\\1", plain))
    return "".join(pieces)
