"""What stands beside a claim of a run: its question once, its whole result, and bands in the caption where its picture has some."""

import pytest

from empirical.report.figures import Line, Panel, svg
from reports import ledger, record
from reports.page import claims_html, claims_json, figure, pictures, runs
from reports.page.findings import LONGEST, results
from reports.page.shown import shown
from tests.reports.examples import LEDGER, dossier, evidence
from tests.reports.outline import Outline

TOLD = {"experiment": "fig", "question": "Does it rise?", "rule": "r", "expected": "e", "seeds": 2, "command": "c"}


def page_of(*items, figures=None):
    """Return the text of a page with these runs."""
    made = [dossier(item, claim=item.claim, source="empirical") for item in items]
    page = claims_json.document(ledger.parse(LEDGER, "claims.toml"), made)
    return Outline(claims_html.render(page, runs.Runs(figures=figures or {}))).text


def test_a_question_stands_once_with_each_claim_that_its_run_decides():
    upper, lower = (evidence("experiment", part=part, **TOLD) for part in ("upper", "lower"))
    elsewhere = evidence("experiment", claim="fig-2", part="result", **TOLD)
    page = claims_json.document(ledger.parse(LEDGER, "claims.toml"), [dossier(upper, lower), dossier(elsewhere, claim="fig-2")])
    assert Outline(claims_html.render(page)).text.count("Does it rise?") == 2


@pytest.mark.parametrize(("ends", "said"), [({}, False), ({"low": [0.0, 0.1], "high": [0.2, 0.3]}, True)])
def test_a_caption_speaks_of_bands_where_its_picture_has_some(ends, said):
    drawn = figure.cleaned(svg([Panel("2NN", "epoch", "loss", [Line([1.0, 2.0], [0.1, 0.2], "SGD", **ends)])]), "fig")
    run = evidence("experiment", claim="fig-2", part="result", **TOLD)
    words = page_of(run, figures={"fig": drawn})
    assert "fig: 2 seeds" in words
    assert ("bands are intervals over seeds" in words) == said


def test_a_result_too_long_gives_way_to_the_number_that_its_ruling_turns_on():
    effect = {"name": "2NN, lead", "mean": 0.5, "low": None, "high": None, "seeds": 1}
    run = evidence("experiment", claim="fig-2", part="result", says="word " * LONGEST + "word.", **TOLD, effect=effect)
    [item] = claims_json.document(ledger.parse(LEDGER, "claims.toml"), [dossier(run, claim="fig-2")]).claims[1].evidence
    assert results(shown(item)) == ["2NN, lead is 0.500, n = 1."]


@pytest.mark.parametrize(
    ("measured", "seeds", "said"), [("0.577, n = 1", 1, "(1 seed). Rings"), ("0.577 [0.5, 0.6], n = 3", 3, "(3 seeds), bars its")]
)
def test_the_picture_of_table_1_speaks_of_bars_where_it_has_some(measured, seeds, said):
    rows = [{"network and method": "ResNet18, SGD", "best test accuracy": measured}]
    details = {**TOLD, "seeds": seeds, "expected": "SGD 52.5%", "rows": rows}
    run = evidence("experiment", claim="table-1", part="result", **details)
    book = ledger.parse(LEDGER.replace("fig-2", "table-1"), "claims.toml")
    assert said in pictures.table(claims_json.document(book, [dossier(run, claim="table-1", source="empirical")])).says


def test_a_long_result_without_such_a_number_is_told_clause_by_clause():
    clauses = ["word " * 25 + "first;", "it " * 25 + "second.", "Then " * 10 + "0.5."]
    run = evidence("experiment", claim="fig-2", part="result", says=" ".join(clauses), **TOLD)
    [item] = claims_json.document(ledger.parse(LEDGER, "claims.toml"), [dossier(run, claim="fig-2")]).claims[1].evidence
    assert results(shown(item)) == [clauses[0][:-1] + ".", f"{clauses[1]} {clauses[2]}"]
    assert "first. It it" in page_of(run).replace("\n", " ")


def test_versions_that_an_earlier_run_had_too_are_not_listed_again():
    run = evidence("experiment", claim="fig-2", part="result", **TOLD)
    made = [dossier(evidence()), dossier(run, claim="fig-2", source="empirical")]
    words = Outline(claims_html.render(claims_json.document(ledger.parse(LEDGER, "claims.toml"), made))).text
    assert words.count("sympy 1.14.0") == 1
    assert "as for theory, run" in words


def test_no_paragraph_of_a_published_result_is_long():
    page = claims_json.document(ledger.read(), record.gather([record.PUBLISHED]))
    told = [
        paragraph for claim in page.claims for item in claim.evidence if item.method == "experiment" for paragraph in results(shown(item))
    ]
    assert len(told) > 60
    assert [paragraph for paragraph in told if len(paragraph.split()) > LONGEST] == []
