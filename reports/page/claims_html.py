"""claims.html: the whole record on one page that needs no other file, no script and no network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import jinja2

from reports.evidence import Form
from reports.page import details, text
from reports.page.claims_json import FORMS, ClaimEntry, Document, EvidenceEntry

TITLES: dict[Form, str] = {"printed": "As printed", "corrected": "Corrected", "beyond": "Beyond the paper"}


def render(page: Document) -> bytes:
    """Return the text of claims.html; whatever stands in ledger or evidence is shown as text, never taken as HTML."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["maths"] = text.html
    environment.filters["tables"] = details.tables
    template = environment.get_template("claims.html.jinja")
    sections = {section: [c for c in page.claims if c.section == section] for section in dict.fromkeys(c.section for c in page.claims)}
    return template.render(page=page, sections=sections, forms=FORMS, titles=TITLES, found=evidence_on).encode()


def evidence_on(claim: ClaimEntry, form: Form, part: str) -> Sequence[EvidenceEntry]:
    """Return the evidence on one statement of a claim."""
    return [item for item in claim.evidence if (item.form, item.part) == (form, part)]
