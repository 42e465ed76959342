"""No number is typed: each one in the page stands in a file of the record, or is a count or a rounding of what stands there."""

import json
import re
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from reports import ledger, record, sentences
from reports.ledger import LedgerError
from reports.page import claims_html, claims_json, closing, evidence_html, paper_values, places, pointers, runs, sections
from reports.page.paper import PAPER
from tests.reports.examples import dossier, evidence
from tests.reports.outline import Outline

NUMBER = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?:e[-+]?\d+)?")
POWER = re.compile(r"(?:([\d.]+)×)?10<sup>(−?)(\d+(?:,\d{3})*)</sup>")
TEMPLATES = Path(claims_html.__file__).with_name("templates")


class Words(Outline):
    """The text of a page without its pictures: their ticks and curves are drawn, not told."""

    def handle_data(self, data):
        if not {"svg", "math"} & set(self.stack):  # formulas are compared letter by letter elsewhere
            super().handle_data(data)


def numbers(text):
    return {alike(number.replace(",", "")) for number in NUMBER.findall(text)}


def unraised(content):
    """Return a page whose powers of ten stand as files have them: 2e-05 for 2×10⁻⁵."""
    return POWER.sub(lambda power: f"{power[1] or 1}e{'-' if power[2] else ''}{power[3].replace(',', '')}", content.decode()).encode()


def alike(number):
    """Return a number without the zero that Python writes before a short exponent, and the plus."""
    return re.sub(r"e([-+]?)0*(?=\d)", lambda sign: f"e{sign[1].strip('+')}", number)


def floats(value):
    """Return all numbers in a JSON value."""
    if isinstance(value, dict):
        return {number for item in value.values() for number in floats(item)}
    if isinstance(value, list):
        return {number for item in value for number in floats(item)}
    return {value} if isinstance(value, int | float) and not isinstance(value, bool) else set()


def counts(page):
    """Return the page's counts, counted here in another way."""
    items = [item for claim in page.claims for item in claim.evidence]
    printed = Counter(claim.printed.verdict for claim in page.claims if claim.printed)
    fallen = [part for claim in page.claims if claim.printed for part in claim.printed.parts if part.verdict == "refuted"]
    groups = Counter(sentence.group for sentence in page.sentences)
    missing = sum(bool(sentence.missing) for sentence in page.sentences)
    counted = {len(page.sentences), missing, *groups.values(), *Counter(part.effect for part in fallen).values()}
    counted |= {sum(printed.values()), len(fallen), *printed.values(), sum(printed[word] for word in ("proved", "checked", "measured"))}
    counted.add(sum(item.details["points"] for item in items if item.method == "property"))
    counted.add(sum(item.details["rejected"] for item in items if item.method == "near-miss"))
    by = [step["by"] for item in items for step in item.details.get("steps", [])]
    cited = [tool for tool in by if re.match("cited|citation", tool)]
    counted |= {len(by) - len(cited), len(cited)}
    for item in items:
        counted.add(len(item.details.get("rows", [])))
        points = (miss["killed_by"].rpartition(" against ")[0] or miss["killed_by"] for miss in item.details.get("misses", []))
        counted |= set(Counter(points).values())
    return {str(count) for count in counted}


def sources(page, ran):
    """Return every number that the files hold, and those made from them."""
    texts = [
        claims_json.encode(page).decode(),
        ledger.DEFAULT_PATH.read_text(encoding="utf-8"),
        sections.PATH.read_text(encoding="utf-8"),
        paper_values.PATH.read_text(encoding="utf-8"),
        f"{PAPER.venue} {PAPER.id} {PAPER.url} {PAPER.bibtex}",
        closing.PATH.read_text(encoding="utf-8"),
        " ".join(machine.takes(run.flops) for machine in closing.read().machines for run in closing.read().runs),
    ]
    known = places.read()
    texts += [f"{place.path} {place.line}" for place in [*known.claims.values(), *known.experiments.values()]]
    texts += [f"{test.path} {test.name.replace('_', ' ')} {len(tests)}" for tests in known.tests.values() for test in tests]
    texts += [json.dumps(whole) for whole in ran.experiments.values()]
    texts += [whole["provenance"]["commit"][:7] for whole in ran.experiments.values()]  # cut, its last digits are another number
    rounded = {f"{abs(value):.3f}" for whole in ran.experiments.values() for value in floats(whole["results"])}
    rounded |= {f"{value:g}" for whole in ran.experiments.values() for value in floats(whole["results"])}
    rounded |= {
        told
        for claim in page.claims
        for item in claim.evidence
        for value in floats(item.details)
        for told in (str(abs(value)), f"{abs(value):.6g}")
    }  # 1e-05 is 1.0e-5 in a file
    return numbers(" ".join(texts)) | counts(page) | {alike(number) for number in rounded}


@pytest.fixture(scope="module")
def published():
    page = claims_json.document(ledger.read(), record.gather([record.PUBLISHED]), sentences.read())
    return page, runs.gather([record.PUBLISHED])


def test_every_number_of_the_published_page_comes_from_a_file(published):
    page, ran = published
    known = sources(page, ran)
    for render in (claims_html.render, evidence_html.render):
        told = numbers(Words(unraised(render(page, ran))).text)
        assert len(told) > 500
        assert sorted(told - known) == []


def test_a_number_that_was_typed_would_be_found(published):
    page, ran = published
    assert numbers("an accuracy of 0.73155 at 12,345 points") - sources(page, ran) == {"0.73155", "12345"}


def test_the_prose_and_the_templates_type_no_number():
    texts = sections.read()
    names = re.compile(r"\b(?:\d-SAM|Eq\. \d\.\d|Table \d)\b")
    for entry in [*texts.written(), *texts.command]:
        told = " ".join(
            str(getattr(entry, name)) for name in ("says", "asks", "open", "chosen", "why", "title", "does") if hasattr(entry, name)
        )
        assert re.findall(r"\d", names.sub("", told)) == [], told
    for path in TEMPLATES.glob("*.jinja"):
        outside = re.sub(r"\{[{%#].*?[}%#]\}|<[^>]*>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert re.findall(r"\d", outside) == [], path.name


def test_every_claim_that_the_prose_points_to_exists():
    assert sections.strangers(sections.read(), ledger.read().ids) == []
    assert sections.strangers(sections.read(), ["eq-2.3"])[0] == "sections.toml refers to early-stopping, which the ledger lacks"


def test_every_experiment_that_the_prose_points_to_exists():
    from empirical.experiments import experiments

    assert {name for text in sections.read().written() for name in text.experiments} - experiments().keys() == set()


def test_both_pages_stay_small_for_a_slow_processor(published):
    page, ran = published
    for content in (claims_html.render(page, ran), evidence_html.render(page, ran)):
        assert len(content) <= 2_000_000
        assert len(Outline(content).tags) <= 25_000


def test_claims_and_evidence_point_at_each_other_and_each_link_has_its_place(published):
    page, ran = published
    pages = {"claims.html": Outline(claims_html.render(page, ran)), "evidence.html": Outline(evidence_html.render(page, ran))}
    places = {name: [t["id"] for _, t in outline.tags if "id" in t] for name, outline in pages.items()}
    for name, anchors in places.items():
        assert len(anchors) == len(set(anchors)), name
    links = {(name, t["href"]) for name, outline in pages.items() for tag, t in outline.tags if tag == "a"}
    targets = [(page_ or name, place) for name, link in links for page_, _, place in [link.partition("#")]]
    assert {(name, place) for name, place in targets if place and name in places and place not in places[name]} == set()
    statements = {
        f"{claim.id}:{form}:{part.part}"
        for claim in page.claims
        for form in claims_json.FORMS
        if (entry := claim.form(form))
        for part in entry.parts
    }
    assert statements <= set(places["claims.html"]) & set(places["evidence.html"]), "each statement has a permanent link on both pages"


def test_counts_are_of_this_record_and_not_of_another():
    book = ledger.read()
    dossiers = [dossier(evidence("property", claim="eq-2.3", part="confidence", points=4321), claim="eq-2.3")]
    assert "4,321 points that tried to break a statement" in Outline(claims_html.render(claims_json.document(book, dossiers))).text


def test_rows_that_the_sentences_name_in_vain_are_told(monkeypatch):
    book = ledger.read()
    less = msgspec.structs.replace(book, claims=tuple(claim for claim in book.claims if claim.id != "fig-5"))
    assert "Figure 5, caption: no row fig-5, printed result in the ledger; mend sentences.toml" in pointers.dangling(less, [], runs.Runs())
    monkeypatch.setattr(sentences, "read", sentences.Table)
    assert "no sentence of the paper names fig-5, printed result; add it in sentences.toml" in pointers.dangling(book, [], runs.Runs())


@pytest.mark.parametrize("harm", [b"= 1\n", b"# \xff\n", b"unknown = 1\n"])
def test_prose_that_is_not_what_it_must_be_is_refused_with_its_path(harm, tmp_path):
    path = tmp_path / "sections.toml"
    path.write_bytes(harm + sections.PATH.read_bytes())
    with pytest.raises(LedgerError, match=r"sections\.toml must hold the texts of the page, but .*; mend it$"):
        sections.read(path)


def test_the_files_that_evidence_points_to_must_exist():
    book = ledger.read()
    details = {"experiment": "fig-3a", "figure": "figures/fig-3a.svg"}
    dossiers = [
        dossier(evidence("experiment", claim="fig-3a", part="result", **details), claim="fig-3a", source="empirical"),
        dossier(evidence("formal", claim="eq-2.3", part="confidence", file="theory/formal/no_such.v"), claim="eq-2.3", source="formal"),
        dossier(evidence("formal", claim="lemma-3.1", part="ratio", file="theory/formal/lemma_3_1.v"), claim="lemma-3.1", source="formal"),
    ]
    assert pointers.dangling(book, dossiers, runs.Runs()) == [
        "evidence on fig-3a, printed result, points to the results of fig-3a, which are not there",
        "evidence on fig-3a, printed result, points to figures/fig-3a.svg, which is not there",
        "evidence on eq-2.3, printed confidence, points to theory/formal/no_such.v, which is not there",
    ]
    moved = dossier(evidence("experiment", claim="fig-3a", part="result", experiment="fig-99"), claim="fig-3a", source="empirical")
    lemma = evidence("formal", claim="lemma-3.1", part="ratio", file="theory/formal/lemma_3_1.v", theorem="no_such")
    nowhere = dossier(evidence(claim="fig-3a", part="result"), claim="fig-3a")
    assert pointers.dangling(book, [moved, dossier(lemma, claim="lemma-3.1", source="formal"), nowhere], runs.Runs()) == [
        "evidence on fig-3a, printed result, points to the results of fig-99, which are not there",
        "evidence on fig-3a, printed result, points to the experiment fig-99, which no module of empirical defines",
        "evidence on lemma-3.1, printed ratio, points to the theorem no_such, which theory/formal/lemma_3_1.v does not prove",
        "theory has evidence on fig-3a, which no module of it defines",
    ]
    there = runs.Runs(experiments={"fig-3a": {}}, figures={"fig-3a": "<svg/>"})
    assert pointers.dangling(book, dossiers[:1], there) == []


def test_a_formal_theorem_is_shown_in_the_words_of_its_source():
    ratio = {"theorem": "ratio_closed_form", "statement": "(C z : R) : ratio C z = (1 + exp z) / (1 + exp (z - C))"}
    zero = {"theorem": "ratio_constant_at_zero", "statement": "(z : R) : ratio 0 z = 1"}

    def said(shown, *also):
        item = evidence("formal", claim="lemma-3.1", part="ratio", file="theory/formal/lemma_3_1.v", **shown, also=[*also])
        return pointers.dangling(ledger.read(), [dossier(item, claim="lemma-3.1", source="formal")], runs.Runs())

    changed = (
        "evidence on lemma-3.1, printed ratio, points to the theorem {} in other words than theory/formal/lemma_3_1.v states it; "
        "check the proofs again with `python -m theory.formal`"
    )
    assert said(ratio, zero) == []
    assert said({**ratio, "statement": "(C z : R) : 0 < C -> ratio C z = (1 + exp z) / (1 + exp (z - C))"}) == [
        changed.format("ratio_closed_form")
    ]
    assert said(ratio, {**zero, "statement": "(z : R) : ratio 0 z = 2"}) == [changed.format("ratio_constant_at_zero")]
