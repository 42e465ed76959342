"""A page as a typesetter would leave it: names and numbers that a line must not part, powers of ten raised, ranges with a dash.

Only text is touched: tags, code, formulas, pictures, styles and scripts stay as they are. The sign after a hyphen is the word joiner, which
no font draws and a search of the browser passes over.
"""

from __future__ import annotations

import re

LEFT_ALONE = re.compile(r"(<(?:script|style|code|pre|math|svg)\b.*?</(?:script|style|code|pre|math|svg)>|<[^>]*>)", re.DOTALL)
JOINER, SPACE, DASH = "\N{WORD JOINER}", "\N{NO-BREAK SPACE}", "\N{EN DASH}"
METHOD = re.compile(r"(?<![\w-])([1mnJL])-(?=SAM\b)|\b(CIFAR)-(?=10)|\b(\d)-(?=norms?\b)")
NAME = re.compile(r"(?:\bid=|href=\"?[\w.]*#)\"?([\w.:-]+)")
"""What a page gives a name or points to: a claim, a statement with its claim and form, or a run."""
PLACE = re.compile(r"\b(Eqs?\.|Figures?|Table|Sections?|Lemma|Proposition|Appendix) (?=\d|[A-F]\b)")
KEPT = ("<a ", "<b>")
HYPHENED = re.compile(r"(?<![\w.-])\w+(?:[.-]\w+)+")
RANGE = re.compile(r"(?<=Eqs\.[ \N{NO-BREAK SPACE}])([A-F]?\.?\d[\d.]*)-(?=[A-F\d])")
INTERVAL = re.compile(r"(\[[\N{MINUS SIGN}-]?[\d.]+,) (?=[\N{MINUS SIGN}-]?[\d.]+\])")
MEASURED = re.compile(r"(?<=\d) (?=\[[\N{MINUS SIGN}-]?\d)")
"""Between a value and its interval."""
DATE = re.compile(r"\b(20\d\d-)(\d\d-)(?=\d\d\b)")
VALUE = re.compile(r"(?<![\w/])(\w) = (?=[\N{MINUS SIGN}-]?\d)")
"""A letter and its number."""
LARGE = re.compile(r"(?<![\w.,/-])(?<!commit )\d{5,}(?!\w)")
"""A whole number, or the whole part of one, that is long enough for commas."""
COUNTED = (
    "GiB|million|h|s|days|years|cores?|classes|dimensions|digits|epochs?|examples|near(?= miss)|networks?|points?|rounds?|seeds?|steps?"
)
"""Units, and what is counted."""
UNIT = re.compile(rf"(?<=\d) (?=(?:{COUNTED})\b)")
"""Between a number and what it counts."""
VECTOR = re.compile(r"\((?:[\N{MINUS SIGN}-]?[\d.]+, )+[\N{MINUS SIGN}-]?[\d.]+\)")
LONGEST_VECTOR = 24
"""Letters of a vector that a line does not part."""
GAMMAS = re.compile(r"\bgammas? (?=\d)")
SEEDS = re.compile(r"(?<=[\d\]]), (n[ \N{NO-BREAK SPACE}]=[ \N{NO-BREAK SPACE}]\d+)(?= [a-z])")
"""A number of seeds in the middle of a clause."""
POWER = re.compile(r"(?<![\w.])([\N{MINUS SIGN}-]?\d+(?:\.\d+)?)e([+\N{MINUS SIGN}-]?)0*(\d+)(?![\w.]*\w)")
CARET = re.compile(r"(?<=[\w)\N{MATHEMATICAL RIGHT ANGLE BRACKET}])\^(?:\(((?:[^()]|\([^()]*\))*)\)|(\N{MINUS SIGN}?\d+)(?![\w^]))")
"""A power in a formula that stands in a line."""
OPENS, CLOSES = "([⟨‖√", ")\\]}|⟩‖"
"""Signs that begin and end a factor of a formula."""
RAISED = re.compile("(?<=[" + CLOSES + "])(?=<sup>|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ])")
"""A power after a bracket, before which a line would break."""
MINUS = re.compile(r"(?<![\w" + CLOSES + "⁰¹²³⁴⁵⁶⁷⁸⁹])\N{MINUS SIGN}(?=[" + OPENS + "])")
"""The sign of brackets, after which a line would break."""
LIMIT = re.compile(r"(?<= as )(\S+) → (?=\S)")


def typeset(page: str) -> str:
    """Return a page of HTML with its text set."""
    names, pieces = _names(page), LEFT_ALONE.split(page)
    return "".join(piece if index % 2 else _set(_joined(piece, pieces[index - 1], names)) for index, piece in enumerate(pieces))


def _names(page: str) -> set[str]:
    """Return the names with hyphens that a page gives to claims, statements and runs, or points to."""
    given = {name for target in NAME.findall(page) for name in target.removeprefix("run-").split(":")}
    return {name for name in given if "-" in name}


def _joined(text: str, tag: str, names: set[str]) -> str:
    """Return a text after a tag whose names no line parts at a hyphen.

    A name that is all of a link, or is set in bold, stays, so that it can be copied: the style keeps the former in a line.
    """
    if text in names and tag.startswith(KEPT):
        return text
    return HYPHENED.sub(lambda word: word[0].replace("-", f"-{JOINER}") if word[0] in names else word[0], text)


def _set(text: str) -> str:
    """Return a text between two tags."""
    text = METHOD.sub(lambda name: f"{name[1] or name[2] or name[3]}-{JOINER}", text)
    text = PLACE.sub(rf"\1{SPACE}", text)
    text = RANGE.sub(rf"\1{DASH}{JOINER}", text)
    text = INTERVAL.sub(rf"\1{SPACE}", text)
    text = DATE.sub(rf"\1{JOINER}\2{JOINER}", text)
    text = VALUE.sub(rf"\1{SPACE}={SPACE}", text)
    text = MEASURED.sub(SPACE, text)
    text = LARGE.sub(lambda number: f"{int(number[0]):,}", text)
    text = UNIT.sub(SPACE, text)
    text = VECTOR.sub(_whole, text)
    text = GAMMAS.sub(f"\N{GREEK SMALL LETTER GAMMA}{SPACE}", text)
    text = SEEDS.sub(r" (\1)", text)
    text = LIMIT.sub(rf"\1{SPACE}→{SPACE}", text)
    text = MINUS.sub(f"\N{MINUS SIGN}{JOINER}", text)
    text = CARET.sub(lambda power: f"<sup>{power[1] or power[2]}</sup>", text)
    text = RAISED.sub(JOINER, text)
    return POWER.sub(_power, text)


def _whole(vector: re.Match[str]) -> str:
    """Return a vector that a line does not part, where it is short."""
    return vector[0].replace(", ", f",{SPACE}") if len(vector[0]) <= LONGEST_VECTOR else vector[0]


def _power(number: re.Match[str]) -> str:
    """Return a number that Python writes with an e as a product with a power of ten; zero alone where it is zero."""
    factor = number[1]
    if not float(factor.replace("\N{MINUS SIGN}", "-")):
        return "0"
    sign = "\N{MINUS SIGN}" if number[2] in {"-", "\N{MINUS SIGN}"} else ""
    power = f"10<sup>{sign}{int(number[3]):,}</sup>"
    return power if factor == "1" else f"{factor}×{power}"
