"""Mutants: every way of changing a statement, what becomes of each, and that a hole would be told."""

from dataclasses import replace
from typing import Any

import pytest
import sympy as sp

from theory import mutants
from theory.early_stopping import early_stopping
from theory.kernel.rules import relation
from theory.linear import lemma_3_1
from theory.mutants import fate, mutants_of, sample
from theory.verify import verify

(LEMMA,) = lemma_3_1.CLAIMS
INCREASING: Any = LEMMA.printed[3]
RATIO: Any = LEMMA.printed[0]


def changes(statement):
    return {mutant.change: mutant for mutant in mutants_of(LEMMA, statement)}


def test_a_monotone_statement_is_changed_in_every_way():
    assert set(changes(INCREASING)) >= {
        "direction flipped",
        "strictness changed",
        "without 0 < C",
        "quantity: negated",
        "quantity: slightly larger",
        "quantity: with something added that z shows far out",
    }


def test_a_definition_is_replaced_too():
    assert "defined_by: doubled" in changes(RATIO)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("direction flipped", "killed"),
        ("strictness changed", "held"),  # true, but another sentence than the proved one
        ("without 0 < C", "killed"),
        ("quantity: slightly larger", "undecided"),  # true, too, but one of the points lies too far out for balls
        ("quantity: negated", "killed"),
    ],
)
def test_the_fate_of_a_mutant(change, expected):
    assert fate(changes(INCREASING)[change]) == expected


def test_a_true_mutant_keeps_its_theorem():
    more = replace(RATIO, given=(relation("<", 0, lemma_3_1.C),))
    assert fate(changes(more)["without 0 < C"]) == "true"


def test_a_function_that_falls_far_out_only_is_found():
    falling = replace(INCREASING, quantity=lemma_3_1.ratio - sp.exp(3 * lemma_3_1.z - 300))
    assert fate(mutants.Mutant("far out", LEMMA, falling)) == "killed"


def test_the_sample_of_each_run_is_false():
    assert [fate(mutant) for mutant in sample(LEMMA, INCREASING)] == ["killed"]
    assert [fate(mutant) for mutant in sample(LEMMA, RATIO)] == ["killed"]


def test_the_sample_has_both_kinds_told_by_the_names_of_statements():
    rising = [replace(INCREASING, part=name) for name in "abcdefgh"]
    assert {mutant.change for statement in rising for mutant in sample(LEMMA, statement)} == {"direction flipped", "quantity: negated"}


def test_a_hole_is_told(monkeypatch, capsys):
    monkeypatch.setattr(mutants, "has_theorem", lambda *_: True)
    assert mutants.run(["eq-4.2"]) == 1
    assert "survived: formula: doubled" in capsys.readouterr().out
    items = verify(replace(LEMMA, printed=(INCREASING,), beyond=()), 600, 0)
    assert any("has a hole" in item.says and item.outcome == "inconclusive" for item in items)


def test_the_command_counts(capsys):
    assert mutants.run(["eq-4.2"]) == 0
    assert ", 0 survived," in capsys.readouterr().out.splitlines()[-1]


def test_claims_without_a_theorem_are_refused_all_at_once(capsys):
    assert mutants.main(["eq-3.22", "label-noise", "eq-3.2"]) == 2
    said = capsys.readouterr().err
    assert "'eq-3.22' (perhaps you meant eq-3.2" in said
    assert "'label-noise'" in said
    assert said.count("\n") == 1


def test_a_misspelt_option_is_status_2(capsys):
    with pytest.raises(SystemExit) as stopped:
        mutants.main(["--id", "eq-3.2"])
    assert stopped.value.code == 2
    assert "--id" in capsys.readouterr().err


def test_exchanges_powers_numbers_and_proofs_are_changed_too():
    assert set(changes(RATIO)) >= {"formula: with C and z exchanged", "negated, with the proof of increasing"}
    assert any("one larger" in change for statement in LEMMA.printed for change in changes(statement))
    assert any("one higher" in change for statement in LEMMA.printed for change in changes(statement))


def test_solutions_are_changed_too_and_a_false_one_is_killed():
    (claim,) = early_stopping.CLAIMS
    equal_progress, peak = claim.beyond[-2:]
    told = {mutant.change: mutant for mutant in mutants_of(claim, equal_progress)}
    assert fate(told["solution to b_2: slope doubled"]) == "killed"
    assert fate(told["sides swapped"]) == "killed"
    assert fate(told["solution to b_1: value doubled"]) != "survived"
    of_peak = {mutant.change: mutant for mutant in mutants_of(claim, peak)}
    assert fate(of_peak["solution to b_2: nothing along it"]) == "killed"
    assert fate(of_peak["sides swapped"]) == "killed"
