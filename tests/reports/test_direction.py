"""Which way open statements point: the strongest run first, by its number, and no run with another outcome left unsaid."""

from itertools import product
from typing import get_args

import pytest

from reports import direction, verdict
from reports.direction import Effect
from reports.evidence import Outcome, Qualifier
from reports.page.words import marked, pointing
from tests.reports.examples import evidence

RUNS = list(product(get_args(Outcome), get_args(Qualifier)))
LEAD = {"name": "lead", "mean": 0.1114, "low": None, "high": None, "seeds": 1, "above": 0.1, "paper": 0.1699}


def run(name, outcome="inconclusive", qualifier="partial", **details):
    return evidence("experiment", outcome, qualifier=qualifier, experiment=name, **details)


@pytest.mark.parametrize("first", RUNS)
def test_why_names_every_run_whose_outcome_the_word_does_not_tell(first):
    for second in RUNS:
        judged = verdict.of_statement("experiment", [run("one", *first), run("two", *second)])
        told = {"measured": "supports", "not-reproduced": "refutes"}.get(judged.word)
        for name, (outcome, _) in (("one", first), ("two", second)):
            assert (f"({name})" in judged.why) is (outcome != told), (judged, first, second)


@pytest.mark.parametrize("proof", [evidence("formal"), evidence("property"), evidence("counterexample", "refutes")])
def test_why_names_a_run_that_contradicts_a_proof_a_check_or_a_counterexample(proof):
    for outcome, qualifier in RUNS:
        judged = verdict.of_statement("proof", [proof, run("one", outcome, qualifier)])
        told = "refutes" if judged.word in {"refuted", "not-reproduced"} else "supports"
        assert ("(one)" in judged.why) is (outcome != told), judged


def test_the_strongest_run_is_told_first_and_points():
    runs = [
        run("digits", "refutes", "stand-in", seeds=8),
        run("small", "supports", "reduced", seeds=3),
        run("few", "inconclusive", "partial", seeds=1, direction="against", effect=LEAD, needs="seeds 2 and 3"),
        run("more", "inconclusive", "partial", seeds=2, direction="for", effect={**LEAD, "low": 0.09, "high": 0.13, "seeds": 2}),
    ]
    for order in (runs, runs[::-1]):
        judged = verdict.of_statement("experiment", order)
        assert (judged.word, judged.qualifier, judged.direction) == ("open", "partial", "for")
        assert judged.effect is not None
        assert judged.effect.short == "0.111 [0.090, 0.130], n = 2; paper 0.170"
        assert judged.why == (
            "Nothing ran in full. A partial run (more) points for it: lead is 0.111 [0.090, 0.130], n = 2; paper 0.170. "
            "A partial run (few) points against it: lead is 0.111, n = 1; paper 0.170. A reduced run (small) met its rule. "
            "A stand-in (digits) missed its rule."
        )


def test_why_says_what_the_rule_of_the_strongest_run_still_needs_and_of_no_other():
    first = run("few", direction="for", needs="seeds 2 and 3")
    assert verdict.of_statement("experiment", [first, run("small", qualifier="reduced", needs="everything")]).why.endswith(
        " The rule of few still needs seeds 2 and 3."
    )


@pytest.mark.parametrize(("outcome", "expected"), [("supports", "for"), ("refutes", "against"), ("inconclusive", "undecided")])
def test_an_outcome_points_by_itself_and_one_that_is_none_as_its_record_says(outcome, expected):
    assert direction.direction_of(run("one", outcome)) == expected
    said = direction.direction_of(run("one", outcome, direction="against"))
    assert said == ("against" if outcome == "inconclusive" else expected)
    assert direction.direction_of(run("one", outcome, direction="up")) == expected


def test_equally_strong_runs_that_differ_decide_no_direction():
    runs = [run("one", direction="for"), run("two", direction="against")]
    assert verdict.of_statement("experiment", runs).direction == "undecided"
    assert verdict.of_statement("experiment", [runs[0], run("two", direction="for")]).direction == "for"


@pytest.mark.parametrize(
    ("ways", "whole"),
    [(("for", "for"), "for"), (("against", "against"), "against"), (("for", "against"), "undecided"), (("for", ""), "undecided")],
)
def test_a_form_points_as_all_its_open_parts_do(ways, whole):
    parts = {f"part-{i}": verdict.Verdict(word="open", why="A reason.", direction=way) for i, way in enumerate(ways)}
    assert verdict.of_form(parts).direction == whole
    assert verdict.of_form({**parts, "done": verdict.Verdict(word="proved", why="A reason.")}).direction == whole


def test_a_decided_statement_points_nowhere():
    assert verdict.of_statement("experiment", [run("one", "supports", "", direction="for")]).direction == ""
    assert verdict.of_statement("experiment", []).direction == ""


def test_an_effect_of_another_shape_is_none_and_one_points_by_its_bound():
    assert direction.effect_of(run("one", effect={"name": "lead"})) is None
    assert direction.effect_of(run("one")) is None
    effect = direction.effect_of(run("one", effect=LEAD))
    assert effect is not None
    assert effect.points == "for"
    assert Effect(name="lead", mean=0.1, low=None, high=None, seeds=1, above=0.1).points == "against"


def test_words_for_tables_and_the_map():
    effect = direction.effect_of(run("one", effect=LEAD))
    assert marked("partial", "for", effect) == "partial; for, 0.111, n = 1; paper 0.170"
    assert (marked("reduced", "", None), marked("", "", None)) == ("reduced", "")
    assert pointing("against", effect) == "points against it: lead is 0.111, n = 1; paper 0.170"
    assert pointing("", None) == ""
