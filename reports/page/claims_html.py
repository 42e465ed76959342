"""claims.html: the whole record on one page that needs no other file and no network, and is whole without its script.

Whatever stands in ledger or evidence is shown as text, never taken as HTML; the browser is told so too (see `style`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby, takewhile
from pathlib import Path
from typing import Any, get_args

import jinja2
import msgspec
from markupsafe import Markup, escape

from reports import verdict
from reports.evidence import Form, Method
from reports.page import answers, changes, compact, details, figure, opening, paper_values, pictures, places, sections, style, text
from reports.page.claims_json import FORMS, ClaimEntry, Document, EvidenceEntry
from reports.page.lean import lean
from reports.page.runs import Runs, Seeds
from reports.page.shown import Pairs, Shown, Step, shown
from reports.page.words import ARROWS, EFFECTS, LABELS, MEANINGS, OUTCOMES, QUALIFIERS, SHORT, TITLES, TOLD, pointing
from reports.sentences import MEANINGS as GROUPS

BLANK = re.compile(r"\n(?:[ \t]*\n)+")
XMLNS = ' xmlns="http://www.w3.org/2000/svg"'  # not needed within HTML
READING: tuple[Method, ...] = (
    "counterexample",
    "experiment",
    "symbolic",
    "certificate",
    "quotation",
    "formal",
    "property",
    "limit",
    "near-miss",
    "assumption",
)
GREEK = {"rho": "ρ", "tau": "τ", "eta": "η", "gamma": "γ", "eps": "ε", "Delta": "Δ", "lam": "λ", "sigma": "σ"}


def render(page: Document, runs: Runs | None = None) -> bytes:
    """Return the text of claims.html; the same record and runs give the same bytes."""
    runs = Runs() if runs is None else runs
    templates = environment()
    sheet = style.sheet({colour for drawn in runs.figures.values() for colour in figure.colours(drawn)})
    script = BLANK.sub("\n", style.script())
    by_section = {section: [c for c in page.claims if c.section == section] for section in dict.fromkeys(c.section for c in page.claims)}
    words, cells = opening.grid(page)
    origins = opening.origins(page)
    once = _Once(runs)
    content = templates.get_template("page.html.jinja").render(
        page=page,
        policy=style.policy(sheet, script),
        style=Markup(sheet),  # safe: this project's own files, and base64
        script=Markup(script),  # safe: this project's own file
        sections=by_section,
        forms=FORMS,
        titles=TITLES,
        short=SHORT,
        labels=LABELS,
        told=TOLD,
        outcomes=OUTCOMES,
        qualifiers=QUALIFIERS,
        meanings=MEANINGS,
        every_word=tuple(reversed(verdict.WORDS)),
        methods=get_args(Method),
        found=_found,
        findings=opening.findings(page),
        ways=opening.ways(opening.findings(page)),
        answers=answers.quick(page),
        words=words,
        cells=cells,
        errata=opening.by_effect(opening.errata(page)),
        effects=EFFECTS,
        counted=Counter(sentence.group for sentence in page.sentences),
        groups=GROUPS,
        pictures=pictures.all_of(page),
        texts=sections.read().about({claim.id for claim in page.claims}),
        longest=sections.LONGEST,
        tables=sections.results(page),
        decided=sections.outcomes(page),
        beyond=[claim for claim in page.claims if claim.beyond],
        against=_against(page),
        number_of=_number_of,
        origins=origins,
        numbers={(origin.source, claim): origin.number for origin in origins for claim in origin.claims},
        runs=runs,
        places=places.read(),
        in_paper=paper_values.read(),
        shown_once=once.is_first,
        picture_of=once.picture,
        first_run_of=once.first_run,
        seeds_of=once.seeds,
        known_steps=once.known_steps,
        known_domain=once.known_domain,
    )
    return lean(BLANK.sub("\n", content)).encode()


class _Drawn(msgspec.Struct, frozen=True):
    """A picture, and the experiment with which it stands."""

    svg: str
    first: str


class _Once:
    """What stands in the page so far: a reader meets an experiment, and a picture that several share, once, and then a link to it."""

    def __init__(self, runs: Runs) -> None:
        """Begin a page of these runs."""
        self.runs = runs
        self.experiments: set[str] = set()
        self.pictures: dict[str, str] = {}
        self.arms: dict[tuple[object, ...], str] = {}
        self.derivations: dict[str, dict[str, list[Step]]] = {}
        self.texts: dict[tuple[str, str], str] = {}
        self.domains: dict[tuple[object, ...], str] = {}

    def is_first(self, experiment: str) -> bool:
        """Whether an experiment is met for the first time."""
        first = experiment not in self.experiments
        self.experiments.add(experiment)
        return first

    def first_run(self, experiment: str, run: str, text: str) -> str:
        """Return the run of an experiment with which a text about it first stood, this one where it did not stand yet."""
        return self.texts.setdefault((experiment, text), run)

    def known_steps(self, claim: str, statement: str, steps: list[Step]) -> tuple[int, str]:
        """Return with how many steps another derivation of this claim, met before, begins alike, and its statement: at least two."""
        before = self.derivations.setdefault(claim, {})
        alike = {name: _alike(steps, others) for name, others in before.items()}
        before.setdefault(statement, steps)
        first = max(alike, key=alike.__getitem__, default="")
        return (alike[first], first) if first and alike[first] > 1 else (0, "")

    def known_domain(self, claim: str, statement: str, where: Pairs) -> str:
        """Return the statement of this claim that was attacked on the same domain before, "" where this one is the first."""
        first = self.domains.get((claim, *where), "")
        self.domains.setdefault((claim, *where), statement)
        return first

    def seeds(self, experiment: str) -> tuple[list[Seeds], dict[str, list[str]]]:
        """Return the spread over seeds of the arms not met before, and by experiment the others, whose runs it shares with that one."""
        new: list[Seeds] = []
        known: dict[str, list[str]] = {}
        for arm, rows in groupby(self.runs.seeds(experiment), key=lambda row: row.arm):
            listed = list(rows)
            first = self.arms.setdefault(tuple(listed), experiment)
            if first == experiment:
                new += listed
            else:
                known.setdefault(first, []).append(arm)
        return new, known

    def picture(self, experiment: str) -> _Drawn | None:
        """Return the picture of an experiment and the one it first stood with; None where there is none."""
        cleaned = self.runs.figures.get(experiment)
        if cleaned is None:
            return None
        first = self.pictures.setdefault(compact.compacted(cleaned, ""), experiment)
        return _Drawn(svg=compact.compacted(cleaned, f"f{len(self.pictures)}-"), first=first)


def _alike(steps: Sequence[Step], others: Sequence[Step]) -> int:
    """Return with how many steps two derivations begin alike."""
    return sum(1 for _ in takewhile(lambda both: both[0] == both[1], zip(steps, others, strict=False)))


def evidence_on(claim: ClaimEntry, form: Form, part: str) -> Sequence[EvidenceEntry]:
    """Return the evidence on one statement of a claim."""
    return [item for item in claim.evidence if (item.form, item.part) == (form, part)]


def _found(claim: ClaimEntry, form: Form, part: str) -> list[Shown]:
    """Return the findings on one statement: what decides first, what an assumption is needed for last."""
    return [shown(item) for item in sorted(evidence_on(claim, form, part), key=lambda item: READING.index(item.method))]  # stable


def letters(name: str) -> str:
    """Return a variable's name with Greek letters for their names: rho becomes ρ, `t, rho` becomes `t, ρ`."""
    return re.sub(r"[A-Za-z]+", lambda word: GREEK.get(word[0], word[0]), name)


def _both_sides(match: re.Match[str]) -> str:
    wanted = {"<": "smaller", ">": "larger"}.get(match[2], match[2])
    return f"both sides are {match[1]}, where the left one must be {wanted}"


def evenly(says: str) -> str:
    """Return a sentence that sets a value against itself as one that says that both sides are equal."""
    says = re.sub(r"the left side (.+) is not (\S+) the right side \1(?=,|$)", _both_sides, says)
    return re.sub(r"without it (.+) stands against \1$", r"without it both sides are \1", says)


def _sides(says: str, details: dict[str, Any]) -> Markup:
    """Return the sentence of a counterexample, its two sides set off."""
    told = text.html(evenly(says))
    if isinstance(same := details.get("left"), str) and same == details.get("right"):
        told = told.replace(f"both sides are {escape(same)}", Markup("both sides are <b>{}</b>").format(same), 1)
    for side in ("left", "right"):
        value = details.get(side)
        if isinstance(value, str):
            told = told.replace(f"the {side} side {escape(value)}", Markup("<b>{}</b>").format(value), 1)
    return told


def _against(page: Document) -> list[tuple[ClaimEntry, EvidenceEntry]]:
    """Return the experiments that missed their rule or did not decide, with their claims."""
    runs = [(claim, item) for claim in page.claims for item in claim.evidence if item.method == "experiment"]
    return [(claim, item) for claim, item in runs if item.outcome != "supports"]


def _number_of(item: EvidenceEntry) -> str:
    """Return the run of a record and the number that it turns on, in words; what it says where it names no number."""
    run = shown(item).experiment
    return f"{run.name}: {run.effect.name} {run.effect.short}" if run and run.effect else item.says


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
    made.filters["letters"] = letters
    made.filters["sides"] = _sides
    made.filters["evenly"] = evenly
    made.filters["changes"] = changes.told
    made.filters["settings"] = details.common
    return made


def _picture(drawn: str, title: str) -> Markup:
    """Return a picture as one image for those who cannot see it, named by its title."""
    # Safe: drawn by `plot`, or let through by `figure`, piece by piece.
    return Markup("<svg role='img' aria-label='{}'").format(title) + Markup(drawn.removeprefix("<svg").replace(XMLNS, "", 1))
