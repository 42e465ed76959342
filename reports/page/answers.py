"""Four questions that a reader asks first, answered from the record: a table, the hardware, the worst statement, the cost."""

from __future__ import annotations

import msgspec

from reports.page import opening
from reports.page.claims_json import Document


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One question with its answer and where more stands."""

    asks: str
    says: str
    link: str = ""
    link_says: str = ""


def quick(page: Document) -> list[Answer]:
    """Return the answers that can be given; a question about a claim that the page lacks is left out."""
    answers = [_table(page), _machines(page), _worst(page), _cost(page)]
    return [answer for answer in answers if answer is not None]


def _table(page: Document) -> Answer | None:
    entry = next((claim.printed for claim in page.claims if claim.id == "table-1"), None)
    if entry is None:
        return None
    yes: dict[str, str] = {"measured": "Yes.", "not-reproduced": "No, an experiment in full missed its rule."}
    words = yes.get(entry.verdict, f"Not decided: {', '.join(part for part in (entry.verdict, entry.qualifier) if part)}.")
    return Answer(asks="Is Table 1 reproduced?", says=f"{words} {entry.why}", link="table-1", link_says="the evidence")


def _machines(page: Document) -> Answer:
    devices: dict[str, list[str]] = {}
    for origin in opening.origins(page):
        sources = devices.setdefault(origin.provenance.device, [])
        if origin.source not in sources:
            sources.append(origin.source)
    words = "; ".join(f"{device} ({', '.join(sources)})" for device, sources in devices.items())
    return Answer(asks="On what hardware?", says=f"{words or 'No evidence yet'}.", link="machines", link_says="machines and versions")


def _worst(page: Document) -> Answer | None:
    worst = opening.most_wrong(opening.errata(page))
    if worst is None:
        return None
    sides = worst.found.details
    apart = f", at the simplest one {sides['left']} against {sides['right']}" if "left" in sides and "right" in sides else ""
    return Answer(
        asks="Which printed statement is the most wrong, and by how much?",
        says=f"{worst.claim.where} ({worst.part.part}) fails at {worst.failed:,} of {worst.points:,} points{apart}.",
        link=worst.claim.id,
        link_says="the evidence",
    )


def _cost(page: Document) -> Answer | None:
    claim = next((claim for claim in page.claims if claim.id == "one-sam-cost"), None)
    if claim is None:
        return None
    runs = [item for item in claim.evidence if item.method == "experiment" and item.outcome != "not-run"]
    rows = [row for item in runs for row in item.details.get("rows", []) if isinstance(row, dict) and row.get("step") == "1-SAM"]
    times = dict.fromkeys(
        f"{row['times SGD']} times a step of SGD ({row['model']})" for row in rows if {"times SGD", "model"} <= row.keys()
    )
    told = f"{', '.join(times)}." if times else " ".join(dict.fromkeys(item.says for item in runs))
    return Answer(asks="What does 1-SAM cost?", says=told or "Not measured here yet.", link=claim.id, link_says="beside its peers")
