"""Text with TeX between dollars, for the three places it is shown in: HTML (as MathML), Markdown, and a table cell of Markdown.

Text comes from the ledger and from evidence and is never trusted: whatever stands in it, it is shown as text.
"""

from __future__ import annotations

import functools
import re

import math_core
from markupsafe import Markup, escape

from reports.page import line_breaks

PADDED = re.compile(r'<mrow><mspace\s*/>(<mi(?: mathvariant="normal")?>[^<]*</mi>)</mrow>')
AFTER_BRACKET = re.compile(r'(<mo(?: [a-z]+="[^"]*")*)>([)\]⟩])</mo><mspace width="(0\.\d+em)"\s*(?:/>|></mspace>)')
ALONE = re.compile(r"<math><mi>(.)</mi></math>")
UPRIGHT = re.compile(r'<math><m(?:n|i mathvariant="normal")>([^<]*)</m[ni]></math>')
INDEXED = re.compile(r"<math><msub><mi>(.)</mi><(mi|mn)>([^<]|\d+)</\2></msub></math>")
COMPARED = re.compile(r"<math><mi>(.)</mi><mo>(=|&lt;|&gt;|≤|≥|≠)</mo><mn>([\d.,]+)</mn></math>")
"""A letter and the number that it is, or is not."""
ROW_IN_ROOT = re.compile(r"<msqrt><mrow>((?:(?!</?m(?:row|sqrt)\b).)*)</mrow></msqrt>", re.DOTALL)
LARGE = re.compile(r"(?<=<mn>)\d{5,}(?=</mn>|\.)")
"""A number that is long enough for commas."""
LOW_ROOT = re.compile(r"<msqrt>(?=(?:<(mi|mn|mo)\b[^>]*>[^</(]*</\1>|<msub>(?:<m[in]>[^<]*</m[in]>)+</msub>)+</msqrt>)")
"""A root of letters, numbers and signs on their line."""
PRIMED = re.compile(r"<m(sub)?sup>((?:<m[in]>[^<]*</m[in]>)(?(1)<m[in]>[^<]*</m[in]>))<mo>′</mo></m(?:sub)?sup>")
"""A letter with a prime. The sign is drawn small and raised already; Chromium knows no other shape of it for a power."""
START, END = "<math>", "</math>"
STOPS = re.compile(r"^[.,;:)”]+")
"""Signs that do not begin a line."""
OPENING = ("“", "(")
"""Signs that do not end one."""
LAST = re.compile(r"<(mn|mo)((?<=mn)|(?: [a-z]+=\"[^\"]*\")*? stretchy=\"false\"(?: [a-z]+=\"[^\"]*\")*)>([^<]*)</\1></math>$")
"""A number, or a sign that keeps its height, at the end of a formula."""
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
        before = pieces.pop() if pieces else Markup()
        if is_tex:
            pieces += _opened(before, _formula(piece))
        else:
            stops = "".join(STOPS.findall(piece))
            kept = _kept(before, stops)
            pieces += [before, _words(piece)] if kept is None else [kept, _words(piece.removeprefix(stops))]
    return Markup("").join(pieces)


def _formula(tex: str) -> Markup:
    """Return a formula as MathML, or as it is written where it cannot be set."""
    try:
        slim = PRIMED.sub(_primed, str(_slim(mathml(tex))))
        return Markup(line_breaks.parted(slim) if slim.startswith(START) else slim)  # safe: the same formula, in pieces
    except TexError:
        return Markup("<code>${}$</code>").format(tex)


def _primed(letter: re.Match[str]) -> str:
    """Return a letter, with its index where it has one, before a prime that stands on the line."""
    name = f"<msub>{letter[2]}</msub>" if letter[1] else letter[2]
    return f'{name}<mo lspace="0" rspace="0">′</mo>'


def _kept(formula: Markup, stops: str) -> Markup | None:
    """Return a formula with the stops that follow it: beside it a browser may break the line. None where one is missing.

    They go on with a number or a sign that ends the formula, which takes no further element.
    """
    markup = str(formula)
    if not (stops and markup.endswith(END)):
        return None
    if last := LAST.search(markup):
        spaces = "" if last[1] == "mn" else "".join(f' {side}="0"' for side in ("lspace", "rspace") if side not in last[2])
        markup = f"{markup[: last.start()]}<{last[1]}{last[2]}{spaces}>{last[3]}{stops}</{last[1]}>{END}"
    else:
        markup = f"{markup.removesuffix(END)}<mtext>{stops}</mtext>{END}"
    return Markup(markup)  # safe: a formula, and stops


def _opened(before: Markup, formula: Markup) -> list[Markup]:
    """Return words and the formula after them, which takes the bracket or quotation mark that opens before it."""
    if not (before.endswith(OPENING) and formula.startswith(START)):
        return [before, formula]
    opened = f"{START}<mtext>{before[-1]}</mtext>{formula.removeprefix(START)}"
    return [before[:-1], Markup(opened)]  # safe: a formula, and a bracket


def _slim(markup: Markup) -> Markup:
    """Return a formula drawn alike with fewer elements.

    Rows that change nothing go: around one name and a space of no width, and as all that a root holds. A space after a bracket becomes the
    bracket's, a number or an upright letter alone a word. A letter becomes a variable of HTML where it stands alone, with an index, or
    beside the number that it is compared with. A low root is marked for the style, since Chromium leaves a gap after it.
    """
    markup = Markup(LARGE.sub(lambda number: f"{int(number[0]):,}", str(markup)))
    slim = ROW_IN_ROOT.sub(r"<msqrt>\1</msqrt>", PADDED.sub(r"\1", str(markup)))
    slim = INDEXED.sub(r"<var>\1<sub>\3</sub></var>", slim)
    slim = UPRIGHT.sub(r"\1", ALONE.sub(r"<var>\1</var>", AFTER_BRACKET.sub(r'\1 rspace="\3">\2</mo>', slim)))
    slim = COMPARED.sub('<span class="m"><var>\\1</var>\N{NO-BREAK SPACE}\\2\N{NO-BREAK SPACE}\\3</span>', slim)
    return Markup(LOW_ROOT.sub('<msqrt class="low">', slim))  # safe: what stands in it stood there before


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
