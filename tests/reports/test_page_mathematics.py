"""Formulas of evidence stand on the page as mathematics."""

import pytest

from reports import ledger
from reports.page import claims_html, claims_json, evidence_html, mathematics, text
from reports.page.dots import radius_of
from tests.reports.examples import LEDGER, dossier, evidence
from tests.reports.outline import Outline


@pytest.mark.parametrize(
    ("listed", "shown"),
    [
        ("n_c", "n<sub>c</sub>"),
        ("t2", "t<sub>2</sub>"),
        ("rho (second)", "ρ′"),
        ("w_1, Delta", "w<sub>1</sub>, Δ"),
        ("lengths", "lengths"),
        ("a&b", "a&amp;b"),
    ],
)
def test_a_variable_has_its_index_and_its_greek_letter(listed, shown):
    assert mathematics.names(listed) == shown


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("[[1, 0], [0, -2]]", "rows (1, 0), (0, −2)"),
        ("[0.25, 0.5, 0.125, 1]", "(0.25, 0.5, 0.125, 1)"),
        ("[[-1]]", "row (−1)"),
        ("[-0, 0.5, -0.25]", "(0,\N{NO-BREAK SPACE}0.5,\N{NO-BREAK SPACE}−0.25)"),
        ("-0.0", "0.0"),
        ("-0.5", "−0.5"),
        ("undefined", "undefined"),
        ("1e-09", "1e-09"),
    ],
)
def test_a_value_is_a_number_a_vector_or_rows_and_zero_has_no_sign(source, shown):
    assert mathematics.value(source) == shown


def test_a_derivation_stands_as_mathematics_and_a_counterexample_has_a_line_for_each_variable():
    steps = [{"says": "the slope of sigma", "by": "SymPy", "detail": "-sigma(-u)*sigma(u) + 1/4 = (sigma(u) - 1/2)**2"}]
    says = "the left side -0.5 is not <= the right side -1.5"
    items = [
        evidence("certificate", steps=steps),
        evidence("counterexample", "refutes", part="lower", says=says, left="-0.5", right="-1.5", point={"n_c": "2", "x_i": "[1, -1]"}),
    ]
    page = claims_json.document(ledger.parse(LEDGER, "claims.toml"), [dossier(*items)])
    in_full, shown = evidence_html.render(page).decode(), claims_html.render(page).decode()
    assert "the slope of σ <span class=formula>−σ(−u)·σ(u) + 1/4 = (σ(u) − 1/2)\N{WORD JOINER}²</span>" in in_full
    assert "**" not in Outline(in_full.encode()).text
    assert "<ul class=point><li>n<sub>c</sub>&nbsp;=&nbsp;2<li>x<sub>i</sub>&nbsp;=&nbsp;(1,\N{NO-BREAK SPACE}−1)</ul>" in shown
    assert "<b>−0.5</b> is not ≤ <b>−1.5</b>" in shown


def test_no_formula_of_the_published_evidence_is_left_as_source_code():
    from reports import record, sentences
    from reports.page import runs

    page = claims_json.document(ledger.read(), record.gather([record.PUBLISHED]), sentences.read())
    text = Outline(evidence_html.render(page, runs.gather([record.PUBLISHED]))).text
    for source in ("**", "sigma(", "sqrt(", "Phi(", "rho*", "-0.000", " 1 steps"):
        assert source not in text, text[max(0, text.find(source) - 80) : text.find(source) + 80]


@pytest.mark.parametrize(
    ("path", "radius"),
    [
        ("M0 2C1 2 2 1 2 0C2 0 2 0 2 0C2 0 2 0 2 0C2 0 2 0 2 0C2 -1 1 -2 0 -2C0 -2 0 -2 0 -2C-1 -2 -2 -1 -2 0C-2 1 -1 2 0 2z", 2.0),
        ("M0 2C1 2 2 1 2 0C2 0 2 0 2 0C2 0 2 0 2 0C2 0 2 0 2 0C2 -1 1 -2 0 -3C0 -2 0 -2 0 -2C-1 -2 -2 -1 -2 0C-2 1 -1 2 0 2z", None),
        ("M0 2L1 2L2 0z", None),
        ("M0 2" + "C1" * 8 + "z", None),
        ("M0 2" + "C--" * 8 + "z", None),
    ],
)
def test_only_a_circle_becomes_a_dot(path, radius):
    assert radius_of(path) == radius


def test_rows_that_change_nothing_are_left_out():
    assert "<mspace" not in text.html("$\\log x$")
    assert "<mrow>" not in text.html("$\\sqrt{a+b}$")
    nested = text.html("$\\sqrt{a+\\sqrt{b}}$")
    assert nested.count("<msqrt") == nested.count("</msqrt>") == 2
    assert nested.count("<mrow>") == nested.count("</mrow>")


@pytest.mark.parametrize(
    ("root", "low"), [("2", True), ("d-1", True), ("n_c", True), ("B^2+N", False), ("(d-1)", False), (r"\frac12", False)]
)
def test_a_low_root_is_marked_since_chromium_leaves_a_gap_after_it(root, low):
    assert ('class="low"' in text.html(f"$\\sqrt{{{root}}}$")) is low


def test_a_large_number_of_a_formula_has_commas():
    assert "100,000" in text.html(r"$\rho=100000$")
    assert ">69,000<" in text.html("$10^{-69000}$")
    assert "1000<" in text.html("$d-1000$")
