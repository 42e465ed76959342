"""Blocks of README.md, each between two markers: findings, two pictures and the table of claims; and, where it has markers, the costs.

All text outside the markers is left as it is.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from reports.counted import counted
from reports.evidence import write_whole
from reports.page import pictures, story, style, text
from reports.page.claims_md import summary
from reports.page.costs import costs
from reports.page.entries import Document
from reports.page.picture import Picture
from reports.page.words import WAYS

BEGIN = "<!-- claims:begin -->"
END = "<!-- claims:end -->"
COSTS_BEGIN = "<!-- costs:begin -->"
COSTS_END = "<!-- costs:end -->"
PICTURES = "pictures"
ROWS = 10
LEADING = ("table-1", "lemma-3.1", "fig-4-accuracy", "prop-4.1", "fig-1", "gap-17-to-9", "loss-bounds", "fig-5", "fig-7", "fig-9")
"""The claims that a reader looks for first, in this order, after those whose argument falls; so many fill `ROWS` rows."""
SHOWN = ("bounds", "flow")
"""The pictures that a README shows, where the page has them."""


class ReadmeError(ValueError):
    """A README whose block cannot be found; the message says what must stand in it."""


def rewritten(text: str, page: Document, target: str) -> str:
    """Return the text with new lines between the markers, its links pointing into the Markdown page at `target`.

    Raises ReadmeError unless each marker of claims stands there exactly once, the beginning first, and those of costs so or not at all.
    """
    images = [f"![{drawn.title}]({PurePosixPath(target).parent / PICTURES / drawn.id}.svg)" for drawn in _shown(page)]
    shown = ["", " ".join(images), ""] if images else [""]
    text = _between(text, BEGIN, END, [*_findings(page), *shown, *_table(page, target)])
    if COSTS_BEGIN in text or COSTS_END in text:
        text = _between(text, COSTS_BEGIN, COSTS_END, costs(page))
    return text


def _between(text: str, begin: str, end: str, lines: list[str]) -> str:
    """Return the text with these lines between two markers."""
    if (text.count(begin), text.count(end)) != (1, 1) or text.index(begin) > text.index(end):
        raise ReadmeError(
            f"{begin} and, after it, {end} must each occur once, got {text.count(begin)} and {text.count(end)}; "
            "put them where the table is to stand"
        )
    return "\n".join([text[: text.index(begin)] + begin, *lines, text[text.index(end) :]])


def stale(path: Path, page: Document, target: Path) -> bool:
    """Whether the block in the file at `path` is not what the record gives now, or one of its pictures is not."""
    text = _read(path)
    drawn = [_picture(target, name) for name in _shown(page)]
    return any(not place.is_file() or place.read_bytes() != content for place, content in drawn) or (
        rewritten(text, page, _link(path, target)) != text
    )


def rewrite(path: Path, page: Document, target: Path) -> None:
    """Rewrite the block in the file at `path`, whole or not at all, and its pictures; `target` is the Markdown page that it links to."""
    text = _read(path)
    try:
        new = rewritten(text, page, _link(path, target))
    except ReadmeError as error:
        raise ReadmeError(f"{path}: {error}") from error
    write_whole(path, new.encode())
    for name in _shown(page):
        write_whole(*_picture(target, name))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReadmeError(f"{path} must be a readable text file, but {error}; name another with --readme") from error


def _link(path: Path, target: Path) -> str:
    """Return the way from the file at `path` to the one at `target`."""
    return PurePosixPath(os.path.relpath(target.resolve(), path.resolve().parent)).as_posix()


def _shown(page: Document) -> list[Picture]:
    return [drawn for drawn in pictures.all_of(page) if drawn.id in SHOWN and drawn.svg]


def _picture(target: Path, drawn: Picture) -> tuple[Path, bytes]:
    """Return where a picture of the README stands, beside the Markdown page, and its content."""
    return target.parent / PICTURES / f"{drawn.id}.svg", style.standalone(drawn.svg).encode() + b"\n"


def _findings(page: Document) -> list[str]:
    """Return the claims that survive, the arguments that fall and the open experiments, a paragraph each."""
    told = story.story(page)
    survives = f"**What survives:** {told.survive} of the paper's {counted(told.theory, 'claim')} of theory, {told.proved} as printed"
    if told.repaired:
        survives += f" and {sum(told.repaired.values())} after a repair that leaves the argument whole ({told.repairs})"
    falls = "".join(f"\n- `{fallen.claim.id}`: {text.markdown(fallen.reason)}" for fallen in told.arguments)
    ways = ", ".join(f"{len(claims)} point {WAYS[way]}" for way, claims in told.open_to.items() if claims)
    still = sum(map(len, told.open_to.values())) + len(told.unlit)
    inferred = f" ({told.elsewhere})" if told.inferred else ""
    experiments = (
        f"**Experiments:** of {counted(told.experiments, 'claim')} {told.reproduced} are reproduced in full{inferred}, "
        f"{len(told.missed)} missed their rule in full, and {still} are open with runs smaller than the paper's"
        f"{f': {ways}' if ways else ''}."
    )
    arguments = f"**What falls:** {counted(len(told.arguments), 'argument')}{':' if told.arguments else '.'}{falls}"
    return [f"{survives}.", "", arguments, "", experiments]


def _table(page: Document, target: str) -> list[str]:
    """Return the table of the claims that a reader looks for first, and the table of all others, folded."""
    fallen = dict.fromkeys(argument.claim.id for argument in story.story(page).arguments)
    there = {claim.id for claim in page.claims}
    sought = [claim for claim in LEADING if claim in there and claim not in fallen]
    chosen = {*fallen, *sought[: max(0, ROWS - len(fallen))]}
    first = [claim for claim in page.claims if claim.id in chosen]
    if not first:
        return summary(page.claims, target)
    later = [claim for claim in page.claims if claim not in first]
    fold = ["", "<details>", f"<summary>{counted(len(later), 'further claim')}</summary>", "", *summary(later, target), "", "</details>"]
    return [*summary(first, target), *(fold if later else [])]
