"""claims.html: what became of every claim, on one page that needs no network and is whole without its script.

Derivations, attacks, near misses and tables stand in evidence.html, to which each statement points: with both a browser would be slow.
Whatever stands in ledger or evidence is shown as text, never taken as HTML; the browser is told so too (see `style`).
"""

from __future__ import annotations

from collections import Counter
from typing import get_args

from markupsafe import Markup

from reports import verdict
from reports.evidence import Method
from reports.page import answers, closing, environment, figure, lead, opening, paper_values, pictures, rests, sections, story, style
from reports.page.beside_paper import differences
from reports.page.elsewhere import machines_elsewhere
from reports.page.entries import FORMS, ClaimEntry, Document, EvidenceEntry
from reports.page.explained.beside import beside
from reports.page.findings import findings_on, results
from reports.page.once import Once
from reports.page.paper import PAPER
from reports.page.runs import Runs
from reports.page.shown import shown
from reports.page.words import EFFECTS, LABELS, MEANINGS, OUTCOMES, QUALIFIERS, TOLD, WAYS, title
from reports.sentences import MEANINGS as GROUPS

FIXED = {
    "paper": PAPER,
    "forms": FORMS,
    "title_of": title,
    "labels": LABELS,
    "outcomes": OUTCOMES,
    "qualifiers": QUALIFIERS,
    "meanings": MEANINGS,
    "every_word": tuple(reversed(verdict.WORDS)),
    "methods": get_args(Method),
    "findings_on": findings_on,
    "results": results,
    "differences": differences,
    "said_above": TOLD,
    "pointing": WAYS,
    "effects": EFFECTS,
    "groups": GROUPS,
    "longest": sections.LONGEST,
}
"""What the templates read that is the same for every record: words, and functions of a claim, a finding or a run."""


def render(page: Document, runs: Runs | None = None) -> bytes:
    """Return the text of claims.html; the same record and runs give the same bytes."""
    runs = Runs() if runs is None else runs
    sheet = style.sheet({colour for drawn in runs.figures.values() for colour in figure.colours(drawn)})
    script = environment.BLANK.sub("\n", style.script())
    by_section = {section: [c for c in page.claims if c.section == section] for section in dict.fromkeys(c.section for c in page.claims)}
    words, cells = opening.grid(page)
    origins = opening.origins(page)
    once = Once(runs)
    told = story.story(page)
    return environment.rendered(
        "page.html.jinja",
        **FIXED,
        page=page,
        policy=style.policy(sheet, script),
        style=Markup(sheet),  # safe: this project's own files, and base64
        script=Markup(script),  # safe: this project's own file
        sections=by_section,
        networks=closing.read().networks,
        counts=opening.counts(page),
        story=told,
        says=lead.SAYS,
        lead=lead.lead(page, told),
        answers=answers.quick(page),
        words=words,
        cells=cells,
        errata=opening.by_effect(opening.errata(page)),
        users=rests.used_by(page),
        below=rests.on_refuted(page),
        rests=rests.picture(page),
        closing={waiting.claim.id: waiting for waiting in closing.to_close(page, closing.read())},
        machines=closing.read().machines,
        counted=Counter(sentence.group for sentence in page.sentences),
        pictures=pictures.all_of(page),
        explained=beside(page),
        texts=sections.read().about({claim.id for claim in page.claims}),
        tables=sections.results(page),
        decided=sections.outcomes(page),
        beyond=[claim for claim in page.claims if claim.beyond],
        against=_against(page),
        number_of=_number_of,
        origins=origins,
        elsewhere=machines_elsewhere(page),
        numbers={(origin.source, claim): origin.number for origin in origins for claim in origin.claims},
        in_paper=paper_values.read(),
        shown_once=once.is_first,
        picture_of=once.picture,
        first_run_of=once.first_run,
    )


def _against(page: Document) -> list[tuple[ClaimEntry, EvidenceEntry]]:
    """Return the experiments that missed their rule or did not decide, with their claims."""
    runs = [(claim, item) for claim in page.claims for item in claim.evidence if item.method == "experiment"]
    return [(claim, item) for claim, item in runs if item.outcome != "supports"]


def _number_of(item: EvidenceEntry, claim: str) -> str:
    """Return the number that a record turns on, after its run where that has another name than the claim; else what it says."""
    run = shown(item).experiment
    if run is None or run.effect is None:
        return item.says
    return environment.begun(run.effect.told) if run.name == claim else f"{run.name}: {run.effect.told}"
