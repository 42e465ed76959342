"""The first screen: counts, map, errata and quick answers follow from the evidence, and a reader finds each answer within two clicks."""

import pytest

from reports import ledger
from reports.ledger import LedgerError
from reports.page import answers, claims_html, claims_json, claims_md, environment, near_misses, opening, paper_values, sections
from reports.page.runs import Runs
from reports.page.shown import shown
from tests.reports.examples import LEDGER, dossier, evidence
from tests.reports.outline import Outline

BOOK = ledger.parse(LEDGER, "claims.toml")
POINT = {"point": {"x": "2"}, "digits": 50}


def page(*dossiers, book=BOOK):
    return claims_json.document(book, list(dossiers))


def fallen(part, left, right, exceeded):
    """A printed part that falls at `exceeded` of 100 points, with its shrunk point."""
    return [
        evidence("property", "refutes", part=part, points=100, exceeded=exceeded),
        evidence("counterexample", "refutes", part=part, left=left, right=right, **POINT),
    ]


# counts and the map


def test_a_claim_is_mended_when_its_corrected_form_holds():
    falls = dossier(*fallen("upper", "1", "2", 9))
    assert opening.findings(page(falls)).mended == 0
    mended = dossier(*falls.evidence, evidence(form="corrected"))
    found = opening.findings(page(mended))
    assert (found.printed, found.falls, found.mended, found.fallen_statements, found.points) == (2, 1, 1, 1, 100)
    assert opening.findings(page(dossier(evidence(form="corrected"), evidence(), evidence(part="lower")))).mended == 0


def test_experiments_in_full_and_partial_ones_are_counted_apart():
    def run(outcome, qualifier=""):
        found = evidence("experiment", outcome, claim="fig-2", part="result", qualifier=qualifier)
        return opening.findings(page(dossier(found, claim="fig-2", source="empirical")))

    assert (run("supports").reproduced, run("refutes").missed, run("supports", "stand-in").partial) == (1, 1, 1)
    assert run("supports", "stand-in").reproduced == 0


def test_the_map_has_every_claim_once_in_its_section_and_verdict():
    words, cells = opening.grid(page(dossier(*fallen("upper", "1", "2", 9), evidence(form="corrected"))))
    assert words == ("open", "refuted")
    assert {section: {word: [cell.claim.id for cell in row] for word, row in rows.items()} for section, rows in cells.items()} == {
        "Setting": {"refuted": ["eq-1"]},
        "Appendices": {"open": ["fig-2"]},
    }
    assert cells["Setting"]["refuted"][0].mended


def test_a_tile_of_the_map_says_what_it_is_and_leads_to_the_claim():
    found = page(dossier(evidence("experiment", claim="fig-2", part="result", qualifier="reduced"), claim="fig-2", source="empirical"))
    tiles = {
        t["href"]: t["aria-label"] for tag, t in Outline(claims_html.render(found)).tags if tag == "a" and "tile" in t.get("class", "")
    }
    assert tiles == {"#eq-1": "eq-1: open", "#fig-2": "fig-2: open, reduced run only, points for it"}


# errata


def test_an_erratum_stands_beside_the_corrected_statement_of_its_part():
    [one] = opening.errata(page(dossier(*fallen("upper", "1", "2", 25))))
    assert (one.part.part, [part.says for part in one.true], one.share, one.gap) == ("upper", ["$x < 1$"], 0.25, 0.5)
    [other] = opening.errata(page(dossier(*fallen("lower", "[1]", "[2]", 0))))
    assert [part.part for part in other.true] == ["upper"], "no corrected part of its own: all of them"
    assert (other.share, other.gap) == (0.0, 0.0)


EFFECTS = {"upper": ("notation", "A slip."), "lower": ("changes-argument", "All of it.")}


def told():
    """Return the example's ledger with an effect, a reason and a quotation on both printed parts of eq-1."""
    content = LEDGER
    for part, (effect, reason) in EFFECTS.items():
        marked = f'part = "{part}"\n  quote = "the {part} one"\n  effect = "{effect}"\n  effect_reason = "{reason}"'
        content = content.replace(f'part = "{part}"', marked, 1)
    return ledger.parse(content, "claims.toml")


def test_errata_are_grouped_by_effect_the_weightiest_first():
    both = dossier(*fallen("upper", "1", "2", 90), *fallen("lower", "1", "9", 80))
    grouped = opening.by_effect(opening.errata(page(both, book=told())))
    assert [(effect, [one.part.part for one in members]) for effect, members in grouped.items()] == [
        ("changes-argument", ["lower"]),
        ("notation", ["upper"]),
    ]
    assert list(opening.by_effect(opening.errata(page(both)))) == [None]


def test_effect_reason_and_quotation_stand_on_the_pages():
    found = page(dossier(*fallen("upper", "1", "2", 90), *fallen("lower", "1", "9", 80)), book=told())
    words = Outline(claims_html.render(found)).text
    assert "2 printed statements of 1 claim fall: an argument falls 1, a slip of notation 1." in words
    assert words.index("An argument falls") < words.index("In brief; the point that refutes each stands with its claim. eq-1")
    assert "“the upper one”" in words
    assert "A slip of notation: A slip." in words
    lines = claims_md.render(found).decode().splitlines()
    assert lines.index("### An argument falls: 1") < lines.index("### A slip of notation: 1")
    assert "> lower, the paper: “the lower one” an argument falls: All of it." in lines
    parts = found.claims[0].printed
    assert parts is not None
    assert [(part.effect, part.effect_reason, part.quote) for part in parts.parts] == [
        ("notation", "A slip.", "the upper one"),
        ("changes-argument", "All of it.", "the lower one"),
    ]


def test_an_effect_of_a_statement_that_stands_is_not_shown():
    assert "A slip of notation" not in Outline(claims_html.render(page(book=told()))).text


def name_of_most_wrong(found):
    worst = opening.most_wrong(found)
    assert worst is not None
    return worst.part.part


def test_the_most_wrong_statement_fails_most_often_and_then_by_most():
    both = opening.errata(page(dossier(*fallen("upper", "1", "2", 90), *fallen("lower", "1", "9", 80))))
    assert name_of_most_wrong(both) == "upper"
    tied = opening.errata(page(dossier(*fallen("upper", "1", "2", 90), *fallen("lower", "1", "9", 90))))
    assert name_of_most_wrong(tied) == "lower"
    assert opening.most_wrong([]) is None


def test_evidence_of_one_machine_is_told_once_and_of_two_twice():
    first, second = dossier(evidence()), dossier(evidence("experiment", claim="fig-2", part="result"), claim="fig-2", source="empirical")
    assert [(one.number, one.source, one.claims) for one in opening.origins(page(first, second))] == [
        (1, "theory", ["eq-1"]),
        (2, "empirical", ["fig-2"]),
    ]


# quick answers


def quick(*dossiers):
    book = ledger.parse(LEDGER.replace("eq-1", "one-sam-cost").replace("fig-2", "table-1"), "claims.toml")
    return {answer.asks: answer for answer in answers.quick(page(*dossiers, book=book))}


@pytest.mark.parametrize(
    ("outcome", "qualifier", "says"),
    [
        ("supports", "", "Yes. 1 experiment ran in full"),
        ("refutes", "", "No, an experiment in full missed its rule."),
        ("supports", "reduced", "Not decided: open, reduced. Nothing ran in full; a reduced run met its rule."),
        ("inconclusive", "", "Not decided: open."),
    ],
)
def test_whether_the_table_is_reproduced_is_said_in_one_sentence(outcome, qualifier, says):
    found = evidence("experiment", outcome, claim="table-1", part="result", qualifier=qualifier)
    answer = quick(dossier(found, claim="table-1", source="empirical"))["Is Table 1 reproduced?"]
    assert answer.says.startswith(says)
    assert answer.link == "table-1"


def test_hardware_cost_and_the_worst_statement_are_answered_from_evidence():
    cost = evidence("experiment", claim="one-sam-cost", says="1.02 times SGD.")
    found = quick(dossier(cost, claim="one-sam-cost", source="empirical"))
    assert found["What does 1-SAM cost?"].says == "1.02 times SGD."
    assert found["On what hardware?"].says == "cpu (empirical)."
    assert quick()["What does 1-SAM cost?"].says == "Not measured here yet."
    assert quick()["On what hardware?"].says == "No evidence yet."
    worst = {a.asks: a.says for a in answers.quick(page(dossier(*fallen("upper", "1", "2", 90))))}
    assert worst["Which printed statement is the most wrong, and by how much?"] == (
        "Eq. 1 (upper) fails at 90 of 100 points, at the simplest one 1 against 2."
    )


def test_the_cost_is_read_from_the_rows_of_the_measurement():
    rows = [{"model": "2nn", "step": "SGD", "times SGD": "1"}, {"model": "2nn", "step": "1-SAM", "times SGD": "1.02 [0.96, 1.05]"}]
    cost = evidence("experiment", claim="one-sam-cost", says="A long sentence.", rows=rows)
    found = quick(dossier(cost, claim="one-sam-cost", source="empirical"))
    assert found["What does 1-SAM cost?"].says == "1.02 [0.96, 1.05] times a step of SGD (2nn)."


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("the left side 0.7 is not < the right side 0.7, confirmed", "both sides are 0.7, where the left one must be smaller, confirmed"),
        ("the left side 0.7 is not < the right side 0.71", "the left side 0.7 is not < the right side 0.71"),
        ("needed: without it undefined stands against undefined", "needed: without it both sides are undefined"),
        ("needed: without it 1.0 stands against 1.5", "needed: without it 1.0 stands against 1.5"),
    ],
)
def test_equal_sides_are_said_to_be_equal(says, told):
    assert environment.evenly(says) == told


def test_a_question_is_answered_by_a_table_of_what_became_of_its_claims():
    made = page(dossier(*fallen("upper", "1", "2", 9), evidence(form="corrected")))
    [printed, corrected] = sections.outcomes(made)["eq-1"]
    assert (printed.form, printed.entry.verdict, corrected.entry.verdict) == ("printed", "refuted", "proved")
    assert printed.numbers == "1 part of 2 is refuted (upper): refuted by a counterexample: One finding."
    assert (corrected.says, corrected.numbers) == ("$x < 1$", "Proved by a symbolic derivation.")


def test_the_axes_of_the_paper_stand_under_the_figure_that_is_redrawn(tmp_path):
    details = {"experiment": "fig-3a", "question": "?", "rule": "r", "expected": "e", "seeds": 2, "command": "c"}
    found = dossier(evidence("experiment", claim="fig-2", part="result", **details), claim="fig-2", source="empirical")
    ran = Runs(figures={"fig-3a": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" class="claims-figure"></svg>'})
    shown_text = Outline(claims_html.render(page(found), ran)).text
    assert "Axes of the paper's Figure 3a: test accuracy 0.55 · 0.60" in shown_text
    assert paper_values.strangers(paper_values.read()) == []
    assert paper_values.strangers([])[0] == "paper_values.toml refers to the experiment fig-3a, which no module defines"
    (tmp_path / "a.toml").write_text("schema = 2")
    with pytest.raises(LedgerError, match="must hold the ticks"):
        paper_values.read(tmp_path / "a.toml")


def test_every_answer_of_the_real_ledger_leads_to_its_place():
    made = page(book=ledger.read())
    found = answers.quick(made)
    assert {answer.asks for answer in found} >= {"Is Table 1 reproduced?", "On what hardware?", "What does 1-SAM cost?"}
    anchors = {attributes.get("id") for _, attributes in Outline(claims_html.render(made)).tags}
    assert {answer.link for answer in found} <= anchors


# findings as they are shown


def test_near_misses_are_grouped_by_the_point_that_killed_them():
    misses = [{"change": f"change {k}", "formula": "f", "killed_by": f"x=1: 2 against {k}"} for k in range(3)]
    misses.append({"change": "another", "formula": "g", "killed_by": "a comparison disagrees"})
    found = near_misses.grouped({"made": 5, "rejected": 4, "misses": misses, "equivalent": 1, "equal": ["same"], "survivors": []})
    assert found is not None
    assert [(group.by, group.value, group.changes) for group in found.groups] == [
        ("x=1", "2", ["change 0", "change 1", "change 2"]),
        ("a comparison disagrees", "", ["another"]),
    ]
    assert found.equal == ["same"]
    assert near_misses.grouped({"made": 1}) is None


def test_what_has_another_shape_is_shown_in_plain_tables():
    entry = page(dossier(evidence("near-miss", steps="none", point=[1], misses=[{"odd": 1}], made=1))).claims[0].evidence[0]
    found = shown(entry)
    assert (found.steps, found.point, found.near, found.experiment) == ([], [], None, None)
    assert {name for table in found.rest for name, *_ in (table.rows if table.name == "facts" else [(table.name,)])} == {
        "steps",
        "point",
        "misses",
        "made",
    }


def test_columns_that_are_the_same_in_all_rows_are_said_once():
    details = {"experiment": "x", "question": "?", "rule": "r", "expected": "e", "seeds": 2, "command": "c"}
    rows = [{"rho": "0", "rate": "0.01"}, {"rho": "1", "rate": "0.01"}]
    found = shown(page(dossier(evidence("experiment", rows=rows, **details))).claims[0].evidence[0])
    assert found.rows is not None
    assert (found.rows.columns, found.rows.rows, found.rows.same) == (("rho",), [("0",), ("1",)], (("rate", "0.01"),))
    assert found.rest == []
