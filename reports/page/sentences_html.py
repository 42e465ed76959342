"""sentences.html: the paper's sentences one by one, with the rows that judge each, linked to claims.html, for which they are too many.

Like that page it needs no other file and no network. Whatever stands in the table is shown as text, never taken as HTML.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from markupsafe import Markup

from reports.page import environment, style
from reports.page.entries import FORMS, Document
from reports.sentences import MEANINGS

LONGEST = 26
"""Letters of a part and its verdict that a line of a phone holds, so that no line parts them."""


def render(page: Document) -> bytes:
    """Return the text of sentences.html."""
    sheet = style.sheet(())
    counted = Counter(sentence.group for sentence in page.sentences)
    verdicts = {
        (claim.id, form, part.part): part for claim in page.claims for form in FORMS if (entry := claim.form(form)) for part in entry.parts
    }
    paragraphs = [(place, list(members)) for place, members in groupby(page.sentences, key=lambda row: f"{row.under}, {row.at}")]
    return environment.rendered(
        "sentences.html.jinja",
        policy=style.policy(sheet, ""),
        style=Markup(sheet),  # safe: this project's own files, and base64
        page=page,
        counted=counted,
        meanings={group: meaning for group, meaning in MEANINGS.items() if counted[group]},
        paragraphs=paragraphs,
        verdicts=verdicts,
        longest=LONGEST,
    )
