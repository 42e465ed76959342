"""Questions that a reader asks first, answered from the record."""

from __future__ import annotations

import math

import msgspec

from reports.counted import counted
from reports.page import closing, costs, digests, opening, rests, story
from reports.page.elsewhere import machines_elsewhere
from reports.page.entries import ClaimEntry, Document
from reports.page.words import QUALIFIERS, pointing

OWN_RADIUS = "lsam-own-rho"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One question with its answer and where more stands."""

    asks: str
    says: str
    link: str = ""
    link_says: str = ""


def quick(page: Document) -> list[Answer]:
    """Return the answers that can be given; a question about a claim that the page lacks is left out."""
    answers = [_table(page), _argument(page), _closing(page), _own_radius(page), _cited(page), _checks(page), _cost(page), _machines(page)]
    return [answer for answer in answers if answer is not None]


def _claim(page: Document, name: str) -> ClaimEntry | None:
    return next((claim for claim in page.claims if claim.id == name), None)


def _table(page: Document) -> Answer | None:
    claim = _claim(page, "table-1")
    if claim is None or claim.printed is None:
        return None
    entry = claim.printed
    words: dict[str, str] = {"measured": "Yes, in full.", "not-reproduced": "No: an experiment in full missed its rule."}
    scale = f"Not yet: the strongest run is {entry.qualifier} ({QUALIFIERS[entry.qualifier].partition(':')[0]})." if entry.qualifier else ""
    told = [words.get(entry.verdict, scale or "No run yet.")]
    if entry.direction:
        told.append(f"It {pointing(entry.direction, entry.measured)}.")
    if data := _data(claim, entry.qualifier):
        told.append(f"Data: {_named(data, f'{claim.id}:printed:{entry.parts[0].part}')}.")
    return Answer(
        asks="Is Table 1 reproduced, at which scale, on what?",
        says=" ".join(told),
        link=f"picture-{claim.id}",
        link_says="each method beside the paper",
    )


def _data(claim: ClaimEntry, qualifier: str | None) -> str:
    """Return the data of the run that decides: what the run itself names, else what stands with all evidence of the claim."""
    named = (item.details.get("data") for item in claim.evidence if item.method == "experiment" and item.qualifier == qualifier)
    origin = claim.provenance.get("empirical")
    return next((str(data) for data in named if data), origin.data if origin else "")


def _named(data: str, statement: str) -> str:
    """Return the data of a run without digests, and with the name of the data set where it is the one that the statement speaks of."""
    meant = closing.read().networks.get(statement)
    names = {name for name, _ in digests.DIGEST.findall(data)}
    told = digests.without(data)
    return f"{meant.data.upper()}, {told}" if meant and meant.data.partition("-")[0] in names else told


def _argument(page: Document) -> Answer | None:
    fallen = story.story(page).arguments
    if not fallen:
        return None
    used = {argument.claim.id: len(rests.dependents(page, argument.claim.id)) for argument in fallen}
    heaviest = max(fallen, key=lambda argument: used[argument.claim.id])
    count = used[heaviest.claim.id]
    dependents = f" {count} further {'claim rests' if count == 1 else 'claims rest'} on it." if count else ""
    says = f"{heaviest.claim.where}: {heaviest.reason}{dependents}"
    return Answer(asks="Which refutation changes an argument most?", says=says, link=heaviest.claim.id, link_says="the counterexample")


def _closing(page: Document) -> Answer | None:
    known = closing.read()
    waiting = [open_claim for open_claim in closing.to_close(page, known) if open_claim.runs]
    if not waiting or not known.machines:
        return None
    machine = known.machines[0]
    waiting.sort(key=_flops)
    spans = [f"{machine.takes(_flops(open_claim))} ({open_claim.claim.where})" for open_claim in (waiting[0], waiting[-1])]
    says = f"A run in the paper's settings, on {machine.name} from {spans[0]} to {spans[1]}."
    return Answer(asks="What would close an open claim?", says=says, link="closing", link_says="each run, its command and its hours")


def _flops(open_claim: closing.ToClose) -> float:
    return math.fsum(run.flops for run in open_claim.runs)


def _own_radius(page: Document) -> Answer | None:
    claim = _claim(page, OWN_RADIUS)
    entry = (claim.beyond or claim.printed) if claim else None
    if claim is None or entry is None:
        return None
    says = f"{entry.verdict.capitalize()}. The statement is: {entry.parts[0].says} {entry.why}"
    return Answer(asks="Does L-SAM matter at its own radius?", says=says, link=claim.id, link_says="the question and its runs")


def _cited(page: Document) -> Answer:
    asks = "Which theorems rest on a cited step?"
    cited: dict[str, list[str]] = {}
    for claim in page.claims:
        for item in claim.evidence:
            if item.outcome == "supports" and isinstance(sources := item.details.get("cited"), list) and sources:
                cited[f"{claim.id} ({item.part})"] = [str(source) for source in sources]
    if not cited:
        return Answer(asks=asks, says="None: a machine checked every step.")
    sources = ", ".join(dict.fromkeys(source for listed in cited.values() for source in listed))
    return Answer(
        asks=asks, says=f"{', '.join(cited)}. Cited: {sources}.", link=next(iter(cited)).partition(" ")[0], link_says="the first of them"
    )


def _checks(page: Document) -> Answer | None:
    counts = opening.counts(page)
    if not counts.rejected:
        return None
    survived = f"{counts.survivors:,} survived" if counts.survivors else "none survived"
    says = f"{counts.rejected:,} formulas were made wrong on purpose and rejected; {survived}."
    return Answer(
        asks="How is it known that the checks are not empty?", says=says, link="picture-kills", link_says="what killed them, claim by claim"
    )


def _cost(page: Document) -> Answer | None:
    claim = _claim(page, "one-sam-cost")
    if claim is None:
        return None
    runs = [item for item in claim.evidence if item.method == "experiment" and item.outcome != "not-run"]
    rows = [row for item in runs for row in item.details.get("rows", []) if isinstance(row, dict) and row.get("step") == "1-SAM"]
    times = dict.fromkeys(
        f"{row['times SGD']} ({costs.NETWORKS.get(row['model'], row['model'])}{', GPU' if 'gpu' in row['model'] else ''})"
        for row in rows
        if {"times SGD", "model"} <= row.keys()
    )
    told = f"A step of 1-SAM takes, in steps of SGD: {', '.join(times)}." if times else " ".join(dict.fromkeys(item.says for item in runs))
    return Answer(asks="What does 1-SAM cost?", says=told or "Not measured here yet.", link=claim.id, link_says="beside its peers")


def _machines(page: Document) -> Answer:
    devices: dict[str, list[str]] = {}
    for origin in opening.origins(page):
        sources = devices.setdefault(origin.provenance.device, [])
        if origin.source not in sources:
            sources.append(origin.source)
    words = [f"{device} ({', '.join(sources)})" for device, sources in devices.items()]
    words += [f"{machine} (runs of {counted(len(claims), 'claim')})" for machine, claims in machines_elsewhere(page).items()]
    return Answer(
        asks="On what hardware?", says=f"{'; '.join(words) or 'No evidence yet'}.", link="machines", link_says="machines and versions"
    )
