"""What the terminal shows: every record of a claim, in words, with nothing taken for markup."""

import pytest
from rich.console import Console

from reports import ledger
from tests.reports.examples import LEDGER, dossier, evidence
from theory import pages

BOOK = ledger.parse(LEDGER, "a test")
ROW, EXPERIMENT = BOOK.claims


def shown(page, width=150):
    console = Console(width=width, record=True, color_system=None)
    pages.show(console, page)
    return console.export_text()


def test_tex_is_shown_without_its_dollars():
    assert pages.plain(r"for $x > 0$, $\sigma(x)$ grows") == r"for x > 0, \sigma(x) grows"
    assert pages.plain("no formula") == "no formula"


@pytest.mark.parametrize("word", ["proved", "checked", "measured", "refuted", "not-reproduced", "open"])
def test_every_verdict_has_a_colour(word):
    assert pages.coloured(word).plain == word
    assert pages.coloured(word).style != "dim"


def test_no_verdict_is_a_dim_dash():
    assert (pages.coloured("").plain, pages.coloured("").style) == ("-", "dim")


def test_the_listing_names_every_claim_and_where_it_is_stated():
    lines = shown(pages.listing(BOOK, {"eq-1": "theory/eq_1.py"})).splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["eq-1", "fig-2"]
    assert "theory/eq_1.py" in lines[1]
    assert lines[2].rstrip().endswith("an experiment")
    assert shown(pages.listing(BOOK, {})).splitlines()[1].rstrip().endswith("-")


FOUND = [
    evidence("property", points=1200, domain={"x": "[0, 1]", "y": "{1, 2}"}),
    evidence("property", points=300, part="lower"),
    evidence("near-miss", made=12, part="lower"),
    evidence("assumption", needed=True, assumption="x > 0", point={"x": "1", "y": "2"}),
    evidence("assumption", needed=False, assumption="y > 0"),
    evidence("symbolic", steps=[{"says": "a step", "by": "SymPy", "detail": "1 = 1"}]),
    evidence(
        "certificate", part="lower", findings=[{"says": "n", "agrees": True, "found": "3"}, {"says": "m", "agrees": False, "found": "[4]"}]
    ),
]


def test_numbers_are_summed_over_the_records_of_one_method():
    assert pages.total(FOUND, "property", "points") == 1500
    assert pages.total(FOUND, "near-miss", "made") == 12
    assert pages.total(FOUND, "symbolic", "points") == 0


def test_the_summary_has_a_line_a_claim_with_its_numbers():
    text = shown(pages.summary([(ROW, FOUND, 1.25, 0), (EXPERIMENT, [], 0.5, 2)]))
    first, second = text.splitlines()[2:]
    assert first.split() == ["eq-1", "proved", "open", "-", "1,500", "12", "1/2", "1.2"]
    assert second.split() == ["fig-2", "-", "-", "-", "0", "0", "-", "0.5", "FAULT"]


def test_a_form_of_experiments_alone_has_no_word_here():
    assert pages.words(EXPERIMENT, []) == {}
    assert pages.words(ROW, FOUND) == {"printed": "proved", "corrected": "open"}


def test_the_page_of_a_claim_shows_statements_verdicts_records_and_provenance():
    text = shown(pages.claim_page(ROW, [dossier(*FOUND)], "theory/eq_1.py"))
    for line in (
        "Eq. 1. A claim on x.",
        "code: theory/eq_1.py",
        "printed upper: proved",
        "printed lower: proved",
        "corrected upper: open",
        "- a step  [SymPy]",
        "1 = 1",
        "domain: x in [0, 1]; y in {1, 2}",
        "assumption: x > 0",
        "at x = 1, y = 2",
        "agrees: n: 3",
        "disagrees: m: [4]",
        "theory: commit 0123abc, cpu, 2024-05-06T07:08:09Z; python -m theory verify",
    ):
        assert line in text, f"{line!r} is missing from:\n{text}"


def test_a_record_is_shown_under_its_own_statement_only():
    text = shown(pages.claim_page(ROW, [dossier(evidence("property", says="only below", part="lower"))], "x.py"))
    assert text.count("only below") == 1
    assert text.index("printed lower") < text.index("only below") < text.index("corrected upper")


def test_brackets_are_never_taken_for_markup():
    text = shown(pages.claim_page(ROW, [dossier(evidence("property", says="[bold]x[/bold] in [0]"))], "x.py"))
    assert "[bold]x[/bold] in [0]" in text
    assert "[red]2[/red]" in shown("[red]2[/red]")
