"""The templates of the pages, and the filters with which they set text: all that stands in ledger or evidence is escaped."""

from __future__ import annotations

import itertools
import re
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from reports import plain, readable
from reports.methods import Comparison
from reports.page import changes, details, digests, mathematics, text
from reports.page.lean import lean
from reports.page.places import Place
from reports.page.typeset import typeset
from reports.page.words import ARROWS, FACTS, NAMED, SETTINGS, pointing

COMPARED = re.compile(r"\d+ of \d+ comparisons? fails?\. Expected: ")
SETTING = re.compile(r"(?:(?<=^)|(?<=, ))\w+(?= = )")
RECORDED = re.compile(rf"(?<== )(?:{'|'.join(sorted(NAMED, key=len, reverse=True))})(?=, |$)")
"""The value of a setting that has another name for a reader."""
LONGEST_PATH = 32
"""Letters of a path that stand in a line of a phone."""
LONGEST_COMMAND = 36
"""Letters of a command that stand in a line of a phone."""
OPTION = re.compile(r"(?<= )(?=--|python\b)")
"""Where an option of a command begins, or the next command."""
FLAG = re.compile(r"(\w+=--\w+=\w+)")
"""A variable of the environment that holds an option."""
BLANK = re.compile(r"\n(?:[ \t]*\n)+")
XMLNS = ' xmlns="http://www.w3.org/2000/svg"'  # not needed within HTML


def rendered(template: str, **values: Any) -> bytes:
    """Return a page: its template with these values, without what HTML lets be left out."""
    return lean(typeset(BLANK.sub("\n", environment().get_template(template).render(**values)))).encode()


def environment() -> jinja2.Environment:
    """Return the templates with the filters that they use."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.filters["maths"] = text.html
    made.filters["arrow"] = lambda way: ARROWS.get(way, "")
    made.filters["way"] = lambda entry: pointing(entry.direction, entry.measured)
    made.filters["thousands"] = lambda number: f"{number:,}"
    made.filters["picture"] = _picture
    made.filters["panel"] = _panel
    made.filters["plain"] = plain.plain
    made.filters["names"] = mathematics.names
    made.filters["value"] = mathematics.value
    made.filters["formula"] = mathematics.formula
    made.filters["wide"] = mathematics.wide
    made.filters["point"] = mathematics.point
    made.filters["prose"] = mathematics.prose
    made.filters["compared"] = readable.compared
    made.filters["sides"] = sides
    made.filters["evenly"] = evenly
    made.filters["beside"] = beside
    made.filters["digests"] = digests.told
    made.filters["setting"] = lambda name: SETTINGS.get(name, name.replace("_", " "))
    made.filters["named"] = lambda recorded: NAMED.get(recorded, recorded)
    made.filters["of_fact"] = of_fact
    made.filters["fact"] = lambda name: FACTS.get(name, name.replace("_", " "))
    made.filters["column"] = column
    made.filters["span"] = span
    made.filters["changes"] = changes.told
    made.filters["settings"] = settings
    made.filters["path"] = path
    made.filters["command"] = command
    made.filters["flags"] = flags
    made.filters["begun"] = begun
    made.filters["ended"] = lambda says: says if says.endswith(".") else f"{says}."
    return made


def _picture(drawn: str, title: str) -> Markup:
    """Return a picture as one image for those who cannot see it, named by its title."""
    # Safe: drawn by `plot`, or let through by `figure`, piece by piece.
    return Markup("<svg role='img' aria-label='{}'").format(title) + Markup(drawn.removeprefix("<svg").replace(XMLNS, "", 1))


def _panel(drawn: str) -> Markup:
    """Return one panel of a picture whose frame names it."""
    return Markup(drawn.replace(XMLNS, "", 1))  # safe: let through by `figure`, piece by piece


def _both_sides(match: re.Match[str]) -> str:
    wanted = {"<": "smaller", ">": "larger"}.get(match[2], match[2])
    return f"both sides are {match[1]}, where the left one must be {wanted}"


def evenly(says: str) -> str:
    """Return a sentence on two sides that says which is which, or that both are equal; two comparisons are both."""
    says = re.sub(r"the left side (.+) is not (\S+) the right side \1(?=,|$)", _both_sides, says)
    says = re.sub(r"without it (.+) stands against \1$", r"without it both sides are \1", says)
    says = re.sub(r"without it (.+) stands against (.+)$", r"without it the left side is \1 and the right side \2", says)
    return says.replace("all 2 comparisons agree", "both comparisons agree")


def beside(says: str, comparisons: Sequence[Comparison]) -> str:
    """Return how many comparisons fail, where a list of them follows, which begins with the one that the sentence goes on with."""
    return says.partition(". Expected")[0] if comparisons and COMPARED.match(says) else says


def column(heading: str) -> str:
    """Return the heading of a column in a reader's words."""
    return "method" if heading == "of" else readable.readable(heading.replace("gammas", "gamma")).replace(" = ", "\u00a0=\u00a0")


def of_fact(value: str, name: str) -> str | Markup:
    """Return the value of a fact: a large number with commas, a condition as mathematics, and Coq's own text as it is."""
    if value.isdigit() and name in ("points", "exceeded"):
        return f"{int(value):,}"
    if name in ("note", "hypotheses unused"):
        return mathematics.prose(value)
    return "infinite" if value in ("inf", "-inf") else text.html(value)


def span(first: str, last: str) -> str:
    """Return two moments, of ISO 8601 in UTC, as a span of days and minutes."""
    (day, at), (last_day, end) = ((moment[:10], moment[11:16]) for moment in (first, last))
    if (day, at) == (last_day, end):
        return f"{day} {at} UTC"
    return f"{day} {at} to {f'{last_day} ' if last_day != day else ''}{end} UTC"


def settings(arms: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Return the settings that arms share and those that they have alone, each under the name that a reader knows."""
    common, own = details.common(arms)
    return _renamed(common), {names: _renamed(words) for names, words in own.items()}


def _renamed(listed: str) -> str:
    listed = SETTING.sub(lambda name: SETTINGS.get(name[0], name[0].replace("_", " ")), listed)
    return RECORDED.sub(lambda value: NAMED[value[0]], listed)


def path(place: Place | str) -> Markup:
    """Return a path that a phone breaks after its folders, where it is too long for one line."""
    written = str(place)
    folders, slash, name = written.rpartition("/")
    return Markup("{}{}<wbr>{}").format(folders, slash, name) if len(written) > LONGEST_PATH else escape(written)


def command(written: str) -> Markup:
    """Return a command in pieces, between which a line of a phone breaks: at blanks, before an option where it can.

    The page forbids breaks within a piece, since a browser would part an option after its hyphens. Only what is wider than a line breaks
    within. Firefox heeds no `wbr` where breaks are forbidden, so that the pieces are elements.
    """
    lines = [""]
    for option in OPTION.split(written):
        if len(lines[-1] + option) <= LONGEST_COMMAND:
            lines[-1] += option
        else:
            lines += textwrap.wrap(option, LONGEST_COMMAND, break_on_hyphens=False, drop_whitespace=False)
    pieces = [line for line in lines if line]
    if len(pieces) == 1:
        return escape(written)
    shown = [Markup("<span>{}</span>").format(piece.strip()) for piece in pieces]
    for place, (before, after) in enumerate(itertools.pairwise(pieces)):
        shown[place] += " " if before.endswith(" ") or after.startswith(" ") else Markup("<wbr>")
    return Markup("").join(shown)


def flags(note: str) -> Markup:
    """Return a note whose options are code, which a line does not part."""
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if index % 2 else escape(piece) for index, piece in enumerate(FLAG.split(note))
    )


def begun(says: str) -> str:
    """Return a sentence that begins with a capital, but for the name of a method such as n-SAM."""
    return says[:1].upper() + says[1:] if says[1:2].isalpha() else says


def sides(says: str, details: dict[str, Any]) -> Markup:
    """Return the sentence of a counterexample, its two sides set off."""
    told = mathematics.prose(evenly(says))
    if isinstance(shared := details.get("left"), str) and shared == details.get("right"):
        shared = mathematics.formula(shared)
        told = told.replace(f"both sides are {escape(shared)}", Markup("both sides are <b>{}</b>").format(shared), 1)
    for side in ("left", "right"):
        value = details.get(side)
        if isinstance(value, str):
            before = f"the {side} side {escape(mathematics.formula(value))}"
            told = told.replace(before, Markup("<b>{}</b>").format(mathematics.value(value)), 1)
    return told
