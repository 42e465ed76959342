"""Near misses, settings and tables are told shorter, and nothing of them is left out."""

import re

from reports.page import changes, details
from reports.page.details import Table


def test_changes_of_one_piece_of_a_formula_become_one_line():
    assert changes.told(["the sign of v flipped", "v doubled", "v replaced by z", "v replaced by x", "the factor v dropped"]) == [
        "v: sign flipped, doubled, replaced by z or x, dropped"
    ]
    assert changes.told(["in J: the exponent of v*z raised by one", "in J: v*z squared", "v*z squared"]) == [
        "v*z in J: exponent raised by one, squared",
        "v*z: squared",
    ]


def test_changes_of_one_kind_become_one_line():
    assert changes.told(["multiplied by -1", "B added", "multiplied by 1/2", "gamma added"]) == [
        "multiplied by: -1, 1/2",
        "added: B, gamma",
    ]


def test_changes_at_several_places_are_counted_and_unknown_ones_stay():
    assert changes.told(["v doubled", "no labels", "v doubled"]) == ["v, at 2 places: doubled", "no labels"]
    assert changes.told(["v doubled", "v squared", "v doubled"]) == ["v: doubled (at 2 places), squared"]


def test_settings_that_all_arms_share_are_told_once():
    shared, own = details.common({"a": "d = 2, rhos = {0, 1}, kind = x, y", "b": "d = 2, rhos = 3, kind = x, y"})
    assert (shared, own) == ("d = 2, kind = x, y", {"a": "rhos = {0, 1}", "b": "rhos = 3"})
    assert details.common({"a": "d = 2"}) == ("", {"a": "d = 2"})


def test_arms_of_equal_settings_stand_together_without_what_their_names_say():
    settings = {"DLN, SGD": "model = dln, method = sgd, rhos = 0", "DLN, L-SAM": "model = dln, method = l-sam, rhos = 1"}
    settings |= {"DLN, 1-SAM": "model = dln, method = 1-sam, rhos = 1", "2NN wide, SGD": "model = 2nn, method = sgd, rhos = 1"}
    assert details.common(settings) == (
        "",
        {"DLN, SGD": "rhos = 0", "DLN, L-SAM; DLN, 1-SAM": "rhos = 1", "2NN wide, SGD": "model = 2nn, rhos = 1"},
    )
    assert details.common({"a, SGD": "method = sgd, d = 1", "a, 1-SAM": "method = 1-sam, d = 1"}) == ("d = 1", {})


def test_a_number_of_runs_that_a_column_repeats_stands_in_its_head():
    table = Table(name="rows", columns=("arm", "best"), rows=[("a", "0.5, n = 20"), ("b", "0.6, n = 20")])
    short = details.without_constants(table)
    assert (short.columns, short.rows) == (("arm", "best, n = 20"), [("a", "0.5"), ("b", "0.6")])
    mixed = Table(name="rows", columns=("arm", "best"), rows=[("a", "0.5, n = 20"), ("b", "0.6, n = 8")])
    assert details.without_constants(mixed) == mixed


def test_rows_that_begin_alike_are_known():
    table = Table(name="rows", columns=("arm", "best"), rows=[("a", "1"), ("a", "2"), ("b", "3")])
    assert table.runs == [(2, ("a", "1")), (0, ("a", "2")), (1, ("b", "3"))]


def test_a_small_table_of_whole_numbers_is_a_line():
    assert Table(name="sizes", columns=("d", "h"), rows=[("1", "1"), ("3", "")]).short
    assert not Table(name="facts", rows=[("d", "1")]).short
    assert not Table(name="rows", columns=("d",), rows=[("0.5",)]).short
    assert not Table(name="rows", columns=("d",), rows=[("1",)] * 13).short


def test_every_word_of_a_change_is_kept():
    made = ["the sign of the term a*b flipped", "sigma(u) turned into sigma(-u)", "raised to the power 3", "SGD +1 in Table 1", "17 quoted"]
    told = " ".join(changes.told(made))
    for word in ("a*b", "flipped", "sigma(-u)", "power", "3", "SGD", "+1", "Table", "17", "quoted"):
        assert re.search(re.escape(word), told), word
