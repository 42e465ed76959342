"""The truth table of verdicts, whole: every set of up to three kinds of record, and every outcome of all methods together.

`expected` states the rules a second time, over sets and as a table of exclusions, and shares no line with the code.
"""

from itertools import combinations, product
from typing import get_args

import pytest

from reports import ledger, verdict
from reports.evidence import Form, Method, Outcome, Qualifier
from reports.ledger import Needs
from reports.verdict import Verdict
from tests.reports.examples import LEDGER, evidence

METHODS, OUTCOMES, QUALIFIERS, FORMS = (get_args(kind) for kind in (Method, Outcome, Qualifier, Form))
KINDS = list(product(METHODS, OUTCOMES, QUALIFIERS))
RECORD = {kind: evidence(kind[0], kind[1], qualifier=kind[2]) for kind in KINDS}


def expected(kinds):
    """The word and qualifier that a set of (method, outcome, qualifier) deserves."""
    plain = {(m, o) for m, o, q in kinds if q == ""}
    any_qualifier = {(m, o) for m, o, _ in kinds}
    derived = {(m, "supports") for m in ("symbolic", "certificate", "formal")}
    if any_qualifier & {(m, "refutes") for m in ("counterexample", "symbolic", "certificate", "formal", "limit")}:
        return "refuted", ""
    attacks = {(m, o) for m, o in any_qualifier if m in {"near-miss", "property", "limit", "counterexample"}}
    if {o for _, o in attacks} - {"supports"}:
        return "open", ""
    if ("experiment", "refutes") in plain:
        return "not-reproduced", ""
    if plain & derived:
        return "proved", ""
    if ("quotation", "supports") in plain:
        return "quoted", ""
    if plain & {("property", "supports"), ("limit", "supports")}:
        return "checked", ""
    trials = {o for m, o in plain if m == "experiment"}
    if trials == {"supports"}:
        return "measured", ""
    if trials & {"supports", "inconclusive"}:
        return "open", ""
    earning = {(o, q) for m, o, q in kinds if m not in {"assumption", "near-miss", "counterexample", "quotation"} and o != "not-run"}
    return "open", next((q for q in ("partial", "reduced", "stand-in") if q in {q for _, q in earning}), "")


@pytest.mark.parametrize("size", [0, 1, 2, 3])
def test_every_set_of_up_to_three_kinds_of_record_gets_the_word_of_the_rules(size):
    # three at once with one of the three proof methods, which smaller sets have shown to count alike
    kinds_there = KINDS if size < 3 else [kind for kind in KINDS if kind[0] not in {"symbolic", "certificate"}]
    for kinds in combinations(kinds_there, size):
        judged = verdict.of_statement("proof", [RECORD[kind] for kind in kinds])
        assert (judged.word, judged.qualifier) == expected(kinds), kinds


def test_every_outcome_of_all_methods_together_gets_the_word_of_the_rules():
    alike = {"symbolic", "certificate", "quotation"}  # the first two count as a formal proof does, the last comes after it
    methods = [m for m in METHODS if m not in alike]
    for outcomes in product([None, *OUTCOMES], repeat=len(methods)):
        kinds = [(m, o, "") for m, o in zip(methods, outcomes, strict=True) if o]
        judged = verdict.of_statement("proof", [RECORD[kind] for kind in kinds])
        assert (judged.word, judged.qualifier) == expected(kinds), kinds


def test_the_order_of_records_changes_nothing():
    for kinds in combinations(KINDS, 2):
        assert verdict.of_statement("proof", [RECORD[k] for k in kinds]) == verdict.of_statement("proof", [RECORD[k] for k in kinds[::-1]])


def test_sampling_never_earns_proved_nor_does_an_experiment():
    proved = [kind for kind in KINDS if verdict.of_statement("proof", [RECORD[kind]]).word == "proved"]
    assert proved == [(method, "supports", "") for method in ("symbolic", "certificate", "formal")]


@pytest.mark.parametrize("words", [words for size in (2, 3) for words in product(verdict.WORDS, repeat=size)])
def test_a_form_is_as_good_as_its_worst_part(words):
    judged = verdict.of_form({f"part-{i}": Verdict(word=word, why="A reason.") for i, word in enumerate(words)})
    for worst in ("refuted", "not-reproduced", "open", "measured", "checked", "quoted", "proved"):
        if worst in words:
            assert judged.word == worst
            break


@pytest.mark.parametrize(
    ("qualifiers", "whole"),
    [(("reduced", "reduced"), "reduced"), (("reduced", "stand-in"), "stand-in"), (("reduced", ""), ""), (("stand-in", ""), "")],
)
def test_an_open_form_is_qualified_only_when_every_open_part_is(qualifiers, whole):
    parts = {f"part-{i}": Verdict(word="open", qualifier=q, why="A reason.") for i, q in enumerate(qualifiers)}
    parts["done"] = Verdict(word="proved", why="A reason.")
    assert verdict.of_form(parts).qualifier == whole


def why(*items, needs: Needs = "proof"):
    return verdict.of_statement(needs, items).why


def test_why_says_that_a_proof_and_a_counterexample_contradict():
    assert why(evidence("symbolic"), evidence("counterexample", "refutes")) == (
        "Refuted by a counterexample; yet proved by a symbolic derivation: they contradict."
    )
    assert "contradict" not in why(evidence("counterexample", "refutes"))
    assert "contradict" in why(evidence("formal"), evidence("experiment", "refutes"))
    assert "contradict" not in why(evidence("experiment", "refutes"))


def test_why_counts_points_and_near_misses():
    items = [evidence("certificate"), evidence("formal"), evidence("property", points=9_000), evidence("property", points=1_000)]
    assert why(*items, evidence("near-miss", rejected=41), evidence("limit")) == (
        "Proved by an exact certificate and a proof checked by Coq; properties held at 10,000 points; "
        "a limit followed numerically agrees; 41 near misses rejected, none survived."
    )
    assert why(evidence("property", points=1), evidence("near-miss", rejected=1)) == (
        "There is no proof; properties held at 1 point; 1 near miss rejected, none survived."
    )


@pytest.mark.parametrize("points", ["many", True, None, 2.5])
def test_why_counts_nothing_that_is_no_whole_number(points):
    assert why(evidence("property", points=points), evidence("near-miss")) == "There is no proof; properties held; no near miss survived."


def test_why_tells_a_theorem_of_the_kernel_and_the_basis_of_every_proof():
    own, free = evidence(bound=True, cited=["a book"]), evidence(bound=True, cited=[])
    assert why(own) == "Proved by a theorem of the kernel, resting on: a book."
    assert why(free) == "Proved by a theorem of the kernel."
    assert why(own, evidence("formal")) == "Proved by a theorem of the kernel and a proof checked by Coq."
    assert why(evidence(bound=False, cited=["a book"])) == "Proved by a symbolic derivation."


def test_why_names_missing_and_open_evidence():
    assert why(needs="experiment") == "There is no evidence yet; it takes an experiment."
    assert why(evidence("near-miss", "refutes")) == "A near miss survived."
    assert why(evidence("near-miss", "not-run")) == "Near misses not run."
    assert why(evidence("property", "inconclusive")) == "Properties inconclusive."
    assert why(evidence("formal", "not-run"), evidence("symbolic", "inconclusive")) == "Formal: not run; symbolic: inconclusive."
    assert why(evidence("experiment", "refutes", qualifier="reduced")) == "Nothing ran in full. A reduced run missed its rule."
    assert why(evidence("experiment"), evidence("experiment", "not-run")).startswith(
        "An experiment met its rule, and another one was not run."
    )
    assert why(evidence("experiment"), evidence("experiment", "inconclusive")).startswith("An experiment ran in full and decided nothing.")
    assert why(evidence("experiment")) == "An experiment ran in full and met the rule written before."
    assert why(evidence("experiment"), evidence("experiment")) == "2 experiments ran in full and met the rule written before."
    assert why(evidence("quotation")) == "Copied from the paper by hand and compared exactly."


def test_the_reason_of_a_form_names_the_parts_that_decide_it():
    good, bad = Verdict(word="proved", why="Good."), Verdict(word="refuted", why="Refuted by a counterexample.")
    assert verdict.of_form({"only": bad}) == bad
    assert verdict.of_form({"a": good, "b": good}).why == "Both parts are proved."
    assert verdict.of_form({"a": good, "b": bad}).why == "1 part of 2 is refuted (b): refuted by a counterexample."
    assert verdict.of_form({"a": bad, "b": good, "c": bad}).why == "2 parts of 3 are refuted (a, c): refuted by a counterexample."


def test_a_claim_is_judged_part_by_part_by_its_own_evidence_alone():
    claim = ledger.parse(LEDGER, "made up").claim("eq-1")
    strangers = [evidence("counterexample", "refutes", **place) for place in ({"claim": "eq-2"}, {"part": "middle"}, {"form": "beyond"})]
    judged = verdict.of_claim(claim, [evidence(), evidence(part="lower"), evidence("property", form="corrected"), *strangers])
    assert list(judged) == ["printed", "corrected"]
    assert {part: v.word for part, v in judged["printed"].parts.items()} == {"upper": "proved", "lower": "proved"}
    assert (judged["printed"].whole.word, judged["corrected"].whole.word) == ("proved", "checked")
