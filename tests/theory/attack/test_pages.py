"""The terminal's pages: every record of a claim, in words, with nothing taken for markup."""

import io
import re
from pathlib import Path

import msgspec
import pytest
from rich.cells import cell_len
from rich.console import Console

from reports import ledger, record, terminal
from tests.reports.examples import LEDGER, dossier, evidence
from theory import pages
from theory.registry import claims

BOOK = ledger.parse(LEDGER, "a test")
ROW, EXPERIMENT = BOOK.claims


def shown(paragraphs, width=150):
    file = io.StringIO()
    terminal.say(Console(file=file, width=width, force_terminal=True, color_system=None), paragraphs)
    return file.getvalue()


@pytest.mark.parametrize("word", ["proved", "checked", "measured", "refuted", "not-reproduced", "open"])
def test_every_verdict_has_a_colour(word):
    assert pages.coloured(word).plain == word
    assert pages.coloured(word).style != "dim"


def test_no_verdict_is_a_dim_dash():
    assert (pages.coloured("").plain, pages.coloured("").style) == ("-", "dim")


def test_the_listing_has_a_line_a_claim_under_its_section():
    lines = shown(pages.listing(BOOK, {"eq-1": "theory/part/eq_1.py"}, 150)).splitlines()
    sections = list(dict.fromkeys(row.section for row in BOOK.claims))
    assert [line for line in lines[1:] if line in sections] == sections
    rows = [line.split() for line in lines[1:] if line not in sections]
    assert [(cells[0], cells[-1]) for cells in rows] == [("eq-1", "part/eq_1.py"), ("fig-2", "-")]


@pytest.mark.parametrize("width", [40, 80, 120])
def test_every_claim_of_the_ledger_is_listed_whole_on_one_line(width):
    book = ledger.read()
    where = {name: module.replace(".", "/") + ".py" for name, (_, module) in claims().items()}
    lines = shown(pages.listing(book, where, width), width).splitlines()
    assert max(map(len, lines)) <= width
    sections = {row.section for row in book.claims}
    assert [line.split()[0] for line in lines[1:] if line not in sections] == list(book.ids)
    assert len(lines) == 1 + len(book.ids) + len(sections)


@pytest.mark.parametrize("width", [1, 10, 20])
def test_every_claim_is_listed_also_where_its_id_is_wider_than_the_terminal(width):
    said = " ".join(line.plain.split()[0] for line in pages.listing(ledger.read(), {}, width))
    assert all(f" {name} " in f" {said} " for name in ledger.read().ids)


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


ROWS = [(ROW, FOUND, 1.25, 0), (EXPERIMENT, [], 0.5, 2)]


def test_the_summary_has_a_line_a_claim_with_its_numbers():
    first, second = shown(pages.summary(ROWS, 150, {})).splitlines()[1:]
    assert first.split() == ["eq-1", "proved", "open", "-", "1,500", "12", "1/2", "1.2"]
    assert second.split() == ["fig-2", "-", "-", "-", "0", "0", "-", "0.5", "FAULT"]


@pytest.mark.parametrize("width", [30, 40, 80])
def test_the_summary_fits_and_keeps_verdicts_and_faults(width):
    text = shown(pages.summary(ROWS, width, {}), width)
    assert max(map(len, text.splitlines())) <= width
    for word in ("eq-1", "proved", "open", "fig-2", "FAULT"):
        assert word in text


def test_eighty_columns_hold_the_whole_summary_of_the_longest_claim():
    longest = msgspec.structs.replace(ROW, id="weight-decay-equivalent")
    assert shown(pages.summary([(longest, FOUND, 123.4, 0)], 80, {}), 80).splitlines()[0].split()[-1] == "s"


def test_the_last_lines_name_the_work_done_its_folder_and_the_next_command():
    text = shown(pages.closing([(ROW, FOUND, 1.25, 0)], [], {}, record.OUT, 3.2))
    assert "1 claim, 1,500 points, 12 near misses, 3 s; evidence in " in text
    assert text.splitlines()[-1] == "next: python -m theory show eq-1, or python -m reports build"


def test_the_last_lines_tell_each_fault_and_lead_to_the_first():
    items = [evidence("property", points=1), evidence("near-miss", made=1)]
    lines = shown(pages.closing([(ROW, items, 1.0, 0)], [], {"fig-2": ["[it] fell"]}, Path("elsewhere"), 1.0), 80).splitlines()
    assert "1 claim, 1 point, 1 near miss, 1 s; evidence in elsewhere/evidence" in lines
    assert "FAULT fig-2: [it] fell" in lines
    assert " ".join(line.strip() for line in lines[3:]) == (
        "next: python -m theory show fig-2 --evidence elsewhere, or python -m reports build --evidence elsewhere"
    )


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
        "computed: 1",
        "domain: x in [0, 1]; y in {1, 2}",
        "assumption: x > 0",
        "at x = 1, y = 2",
        "holds: n; found: 3",
        "fails: m; found: [4]",
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


def test_a_step_with_two_sides_shows_both():
    steps = [{"says": "so $x^2$", "by": "SymPy", "detail": "x**2 = x*x"}]
    text = shown(pages.claim_page(ROW, [dossier(evidence("symbolic", steps=steps))], "x.py"))
    assert "- so x²  [SymPy]" in text
    assert "x² = x·x" in text


@pytest.fixture(scope="module")
def published():
    """Return {claim: its dossiers} of the evidence that is published."""
    dossiers = {}
    for item in record.gather([record.PUBLISHED]):
        dossiers.setdefault(item.claim, []).append(item)
    return dossiers


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_page_of_the_ledger_is_wider_than_the_terminal_or_shows_tex(width, published):
    for row in ledger.read().claims:
        text = shown(pages.claim_page(row, published.get(row.id, []), "theory/x.py"), width)
        assert max(cell_len(line) for line in text.splitlines()) <= width, row.id
        assert re.findall(r"[\\$]|\*\*|(?<!-)\b(?:sigma|rho|sqrt)\b(?!-)|[_^]\{|^\s*(\S.*) = \1$", text, re.MULTILINE) == [], row.id


def test_a_theorem_of_the_kernel_shows_its_sentence_and_from_what_each_step_follows():
    steps = [{"says": "0 < a", "by": "arithmetic", "detail": "1 < a"}, {"says": "0 < 1", "by": "arithmetic", "detail": ""}]
    theorem = evidence("symbolic", bound=True, sentence="For all a real with 1 < a: 0 < a", steps=steps)
    lines = [line.strip() for line in shown(pages.claim_page(ROW, [dossier(theorem)], "x.py")).splitlines()]
    start = lines.index("as checked: For all a real with 1 < a: 0 < a")
    steps_told = ["- 0 < a  [arithmetic]", "from 1 < a", "- 0 < 1  [arithmetic]"]
    assert lines[start + 1 : start + 7] == ["Proved by a theorem of the kernel.", "symbolic: One finding.", *steps_told, ""]


def test_the_last_lines_say_how_many_proofs_are_bound():
    bound, broken = evidence("symbolic", bound=True), evidence("symbolic", outcome="inconclusive", bound=False)
    text = shown(pages.closing([(ROW, [bound, broken], 1.0, 0)], [], {}, record.OUT, 1.0))
    assert "1 proof is bound to its statement by the kernel" in text
    text = shown(pages.closing([(ROW, [bound, bound, broken], 1.0, 0)], [], {}, record.OUT, 1.0))
    assert "2 proofs are bound to their statements by the kernel" in text
    assert "bound" not in shown(pages.closing([(ROW, FOUND, 1.0, 0)], [], {}, record.OUT, 1.0))
