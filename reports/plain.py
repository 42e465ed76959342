r"""Text with TeX between dollars as plain Unicode text on one line, for a terminal: `$\sigma(-t f)$` becomes σ(−t f).

math_core parses the TeX, as for the page; here its MathML is written in a line. A fraction becomes a/b, a power x² or e^(z−C), a root
√(K−1). Juxtaposed factors get a space between them, and a dot beside a fraction.
"""

from __future__ import annotations

import functools
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple
from xml.etree import ElementTree as ET

from reports.page.text import TexError, mathml, split

RAISED = str.maketrans("0123456789+−⊤", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵀ")
LOWERED = str.maketrans("0123456789+−ijkt", "₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₜ")
VULGAR = {("1", "2"): "½", ("1", "4"): "¼"}
ENTITY = re.compile(r"&(?!(?:lt|gt|amp|quot|apos);)\w+;")  # XML knows five entities, MathML hundreds
OPENING, CLOSING, BARS = "([{⟨⌊⌈", ")]}⟩⌋⌉", "‖|"
PREFIXES = "∇∂"
BIG = ("∑", "∏", "∫", "lim", "max", "min")
TIGHT = "/!′.:"
ENDS = ("factor", "number", "fraction", "close")
BEGINS = ("factor", "number", "fraction", "prefix", "big", "open")

Kind = Literal["factor", "number", "fraction", "prefix", "big", "sign", "open", "close", "bar", "comma"]


class _Piece(NamedTuple):
    """A part of a formula: its text, and the kind of sign that it is."""

    kind: Kind
    text: str


def plain(text: str) -> str:
    """Return text with its formulas in Unicode; a formula that is not TeX keeps its source, without dollars."""
    return "".join(formula(piece) if is_tex else piece for is_tex, piece in split(text))


@functools.cache
def formula(tex: str) -> str:
    """Return one formula, TeX without dollars, as Unicode text on one line."""
    try:
        markup = str(mathml(tex))
    except TexError:
        return tex
    root = ET.fromstring(ENTITY.sub(lambda match: html.unescape(match[0]), markup))
    return unicodedata.normalize("NFC", _joined(_row(root))).replace("⋅", "·")


def _row(element: ET.Element) -> list[_Piece]:
    return [piece for child in element for piece in _pieces(child)]


def _pieces(element: ET.Element) -> Iterator[_Piece]:
    children = list(element)
    match element.tag:
        case "mspace":
            return
        case "mi" | "mtext" | "mn" | "mo":
            yield from _leaf(element)
        case "mfrac":
            yield _fraction(*(_joined(_row_of(child)) for child in children))
        case "msqrt":
            yield _Piece("factor", "√" + _grouped(_joined(_row(element))))
        case "msup" | "msub" | "msubsup" | "munder" | "mover":
            yield from _scripted(element.tag, *(_row_of(child) for child in children))
        case _:
            yield from _row(element)


def _row_of(element: ET.Element) -> list[_Piece]:
    return list(_pieces(element))


def _leaf(element: ET.Element) -> Iterator[_Piece]:
    sign = element.text or ""
    if element.tag == "mn":
        yield _Piece("number", sign)
    elif sign in BIG:
        yield _Piece("big", sign)
    elif sign in PREFIXES:
        yield _Piece("prefix", sign)
    elif element.tag in ("mi", "mtext"):
        yield _Piece("factor", sign)
    elif sign in OPENING:
        yield _Piece("open", sign)
    elif sign in CLOSING:
        yield _Piece("close", sign)
    elif sign in BARS:
        yield _Piece("bar", sign)
    elif sign == ",":
        yield _Piece("comma", sign)
    elif sign != "\u2061":  # the invisible application of a function
        tight = sign in TIGHT or element.get("lspace") == "0"
        yield _Piece("sign", sign if tight else f" {sign} ")


def _fraction(above: str, below: str) -> _Piece:
    if (above, below) in VULGAR:
        return _Piece("number", VULGAR[above, below])
    over = f"({above})" if re.search(r" [+−=<>] ", _outermost(above)) else above
    return _Piece("fraction", f"{over}/{_grouped(below)}")


def _outermost(text: str) -> str:
    """Return text without what stands in parentheses."""
    while (shorter := re.sub(r"\([^()]*\)", "", text)) != text:
        text = shorter
    return text


def _grouped(text: str) -> str:
    """Return text in parentheses unless it is one name, one number, or stands in parentheses, bars or a function already."""
    bare = re.fullmatch(r"(?:√|σ|Φ|)(\(.*\))[²³]?|(‖[^‖]*‖)[⁰-⁹₀-₉²³¹]*", text)
    closed = bare is not None and (bare[1] is None or "(" not in _outermost(bare[1][1:-1]))
    atom = closed or re.fullmatch(r"\d[\d.]*|[½¼]|√?[^\W\d][\w′]*|√\d+", text)
    return text if atom else f"({text})"


def _scripted(tag: str, base: list[_Piece], *scripts: list[_Piece]) -> Iterator[_Piece]:
    *before, last = base
    yield from before
    texts = [_joined(script) for script in scripts]
    if tag == "mover":
        yield _Piece(last.kind, last.text + ("\u0302" if texts[0] == "ˆ" else f"^{_grouped(texts[0])}"))
        return
    lower = texts[0] if tag != "msup" else ""
    upper = texts[-1] if tag in ("msup", "msubsup") else ""
    yield _Piece(last.kind, last.text + _script("_", lower, LOWERED) + _script("^", upper, RAISED))


def _script(mark: str, text: str, table: dict[int, int]) -> str:
    if not text or text.strip("′") == "":
        return text
    if all(ord(letter) in table for letter in text):
        return text.translate(table)
    return f"{mark}{text}" if len(text) == 1 else f"{mark}({text})"


def _joined(pieces: Iterable[_Piece]) -> str:
    """Return the pieces in one line: between two factors a space, beside a fraction a dot."""
    line, before, open_bars = "", None, 0
    for sign in pieces:
        piece = sign
        if sign.kind == "bar":
            closes = open_bars and before and before.kind in ENDS
            open_bars += -1 if closes else 1
            piece = _Piece("close" if closes else "open", sign.text)
        line += (_between(before, piece) if before else "") + piece.text
        before = piece
    return re.sub(r" {2,}", " ", line).strip()


def _between(before: _Piece, after: _Piece) -> str:
    """Return what stands between two neighbours."""
    if before.kind in ("comma", "big"):
        return " "
    if before.kind == "prefix":  # ∇f, but ∇_w f
        return "" if before.text in PREFIXES else " "
    if before.kind not in ENDS or after.kind not in BEGINS:
        return ""
    if "fraction" in (before.kind, after.kind):
        return " · "
    if before.kind == "number":
        return " " if before.text in VULGAR.values() else ""
    applied = before.kind == "factor" and after.text == "(" and not re.search(r"[\^√]", before.text)
    return "" if applied else " "
