"""Counts, map and errata follow from the evidence, and findings are shown whole."""

import msgspec
import pytest

from reports import ledger
from reports.page import claims_html, claims_json, claims_md, environment, near_misses, opening, sections
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


def test_a_cited_step_is_not_counted_as_checked():
    steps = [{"says": "a", "by": "SymPy"}, {"says": "b", "by": "cited: a theorem"}, {"says": "c", "by": "citation"}]
    counted = opening.counts(page(dossier(evidence(steps=steps), *fallen("lower", "1", "2", 9))))
    assert (counted.steps, counted.cited, counted.fallen, counted.points) == (1, 2, 1, 100)


def test_the_map_has_every_claim_once_in_its_section_and_verdict():
    words, cells = opening.grid(page(dossier(*fallen("upper", "1", "2", 9), evidence(form="corrected"))))
    assert words == ("open", "refuted")
    assert {section: {word: [cell.claim.id for cell in row] for word, row in rows.items()} for section, rows in cells.items()} == {
        "Setting": {"refuted": ["eq-1"]},
        "Appendices": {"open": ["fig-2"]},
    }
    assert cells["Setting"]["refuted"][0].mended


def test_a_tile_of_the_map_says_what_it_is_and_leads_to_the_claim():
    document = page(dossier(evidence("experiment", claim="fig-2", part="result", qualifier="reduced"), claim="fig-2", source="empirical"))
    tiles = {
        t["href"]: t["aria-label"] for tag, t in Outline(claims_html.render(document)).tags if tag == "a" and "tile" in t.get("class", "")
    }
    assert tiles == {"#eq-1": "eq-1: open", "#fig-2": "fig-2: open, reduced run only, points for it"}


# errata


def test_an_erratum_stands_beside_the_corrected_statement_of_its_part():
    [upper] = opening.errata(page(dossier(*fallen("upper", "1", "2", 25))))
    assert (upper.part.part, [part.says for part in upper.true], upper.failed, upper.points) == ("upper", ["$x < 1$"], 25, 100)
    [lower] = opening.errata(page(dossier(*fallen("lower", "[1]", "[2]", 0))))
    assert [part.part for part in lower.true] == ["upper"], "no corrected part of its own: all of them"
    assert lower.failed == 0


EFFECTS = {"upper": ("notation", "A slip."), "lower": ("changes-argument", "All of it.")}


def told():
    """Return the example's ledger with an effect, a reason and a quotation on both printed parts of eq-1."""
    content = LEDGER
    for part, (effect, reason) in EFFECTS.items():
        marked = f'part = "{part}"\n  quote = "the {part} one"\n  effect = "{effect}"\n  effect_reason = "{reason}"'
        content = content.replace(f'part = "{part}"', marked, 1)
    return ledger.parse(content, "claims.toml")


def test_errata_are_grouped_by_effect_the_weightiest_first():
    fallen_parts = dossier(*fallen("upper", "1", "2", 90), *fallen("lower", "1", "9", 80))
    grouped = opening.by_effect(opening.errata(page(fallen_parts, book=told())))
    assert [(effect, [erratum.part.part for erratum in members]) for effect, members in grouped.items()] == [
        ("changes-argument", ["lower"]),
        ("notation", ["upper"]),
    ]
    assert list(opening.by_effect(opening.errata(page(fallen_parts)))) == [None]


def test_effect_reason_and_quotation_stand_on_the_pages():
    document = page(dossier(*fallen("upper", "1", "2", 90), *fallen("lower", "1", "9", 80)), book=told())
    words = Outline(claims_html.render(document)).text
    assert "2 printed statements of 1 claim fall: an argument falls 1, a slip of notation 1." in words
    assert words.index("An argument falls") < words.index(
        "Each slip stands in brief; the point that refutes it stands with its claim. eq-1"
    )
    assert "“the upper one”" in words
    assert "A slip of notation: A slip." in words
    lines = claims_md.render(document).decode().splitlines()
    assert lines.index("### An argument falls: 1") < lines.index("### A slip of notation: 1")
    assert "> lower, the paper: “the lower one” an argument falls: All of it." in lines
    parts = document.claims[0].printed
    assert parts is not None
    assert [(part.effect, part.effect_reason, part.quote) for part in parts.parts] == [
        ("notation", "A slip.", "the upper one"),
        ("changes-argument", "All of it.", "the lower one"),
    ]


def test_an_effect_of_a_statement_that_stands_is_not_shown():
    assert "A slip of notation" not in Outline(claims_html.render(page(book=told()))).text


def test_evidence_of_one_machine_is_told_once_and_of_two_twice():
    first, second = dossier(evidence()), dossier(evidence("experiment", claim="fig-2", part="result"), claim="fig-2", source="empirical")
    assert [(origin.number, origin.source, origin.claims) for origin in opening.origins(page(first, second))] == [
        (1, "theory", ["eq-1"]),
        (2, "empirical", ["fig-2"]),
    ]


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("the left side 0.7 is not < the right side 0.7, confirmed", "both sides are 0.7, where the left one must be smaller, confirmed"),
        ("the left side 0.7 is not < the right side 0.71", "the left side 0.7 is not < the right side 0.71"),
        ("needed: without it undefined stands against undefined", "needed: without it both sides are undefined"),
        ("needed: without it 1.0 stands against 1.5", "needed: without it the left side is 1.0 and the right side 1.5"),
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


def test_what_several_forms_of_a_claim_say_alike_is_said_once():
    statements = LEDGER.replace("fig-2", "early-stopping")
    made = page(dossier(*fallen("upper", "1", "2", 9), evidence(form="corrected")), book=ledger.parse(statements, "claims.toml"))
    printed = sections.outcomes(made)["eq-1"][0]
    twice = [printed, msgspec.structs.replace(printed, form="corrected")]
    template = environment.environment().get_template("sections.jinja")
    asked = sections.Question(id="q", asks="?", says="", claims=["eq-1"], experiments=[])
    outcomes_of = getattr(template.make_module(), "outcomes_of")  # noqa: B009 - a macro, which types do not know
    rows = str(outcomes_of(asked, {"eq-1": twice}))
    assert (rows.count("A claim on"), rows.count('rowspan="2"'), rows.count("<tr>")) == (1, 1, 3)


# findings as they are shown


def test_near_misses_are_grouped_by_the_point_that_killed_them():
    misses = [{"change": f"change {k}", "formula": "f", "killed_by": f"x=1: 2 against {k}"} for k in range(3)]
    misses.append({"change": "another", "formula": "g", "killed_by": "a comparison disagrees"})
    grouped = near_misses.grouped({"made": 5, "rejected": 4, "misses": misses, "equivalent": 1, "equal": ["same"], "survivors": []})
    assert grouped is not None
    assert [(group.by, group.value, group.changes) for group in grouped.groups] == [
        ("x=1", "2", ["change 0", "change 1", "change 2"]),
        ("a comparison disagrees", "", ["another"]),
    ]
    assert grouped.equal == ["same"]
    assert near_misses.grouped({"made": 1}) is None


def test_details_of_another_shape_are_shown_in_plain_tables():
    entry = page(dossier(evidence("near-miss", steps="none", point=[1], misses=[{"odd": 1}], made=1))).claims[0].evidence[0]
    view = shown(entry)
    assert (view.steps, view.point, view.near, view.experiment) == ([], [], None, None)
    assert {name for table in view.tables for name, *_ in (table.rows if table.name == "facts" else [(table.name,)])} == {
        "steps",
        "point",
        "misses",
        "made",
    }


def test_columns_that_are_the_same_in_all_rows_are_said_once():
    details = {"experiment": "x", "question": "?", "rule": "r", "expected": "e", "seeds": 2, "command": "c"}
    rows = [{"rho": "0", "rate": "0.01"}, {"rho": "1", "rate": "0.01"}]
    view = shown(page(dossier(evidence("experiment", rows=rows, **details))).claims[0].evidence[0])
    assert view.rows is not None
    assert (view.rows.columns, view.rows.rows, view.rows.constants) == (("rho",), [("0",), ("1",)], (("rate", "0.01"),))
    assert view.tables == []
