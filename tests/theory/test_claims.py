"""Every theoretical row of the ledger is stated in code, can be found by its id, and verifies without a fault."""

import re
from pathlib import Path

import pytest

from reports import ledger, verdict
from theory.attack.search import BATCH
from theory.faults import faults
from theory.registry import claims
from theory.run import verify_one
from theory.statement import Agreement

ROOT = Path(__file__).parents[2]
BOOK = ledger.read()
FEW = 3 * BATCH  # points a property: a batch of each size; the session `theory` takes ten thousand

# stated where the methods are, once those exist
ELSEWHERE = {"fast-equals-definition"}
THEORY = [row for row in BOOK.claims if any(s.needs != "experiment" for s in row.statements) and row.id not in ELSEWHERE]


@pytest.fixture(scope="module")
def evidence_on():
    """Evidence on every claim, from few points."""
    return {row.id: verify_one(row.id, FEW, 0).evidence for row in THEORY}


def test_every_theoretical_row_is_stated_in_code_and_nothing_else_is():
    assert sorted(claims()) == sorted(row.id for row in THEORY)


@pytest.mark.parametrize("name", sorted(claims()))
def test_a_claim_is_found_by_its_id_alone(name):
    """The file is named for the claim, or its family's file holds the id as a word."""
    module = claims()[name][1]
    file = ROOT / (module.replace(".", "/") + ".py")
    named = file.stem == re.sub(r"[.-]", "_", name)
    assert named or re.search(rf"[\"'`]{re.escape(name)}[\"'`]", file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", THEORY, ids=lambda row: row.id)
def test_no_claim_has_a_fault(row, evidence_on):
    assert faults(row, evidence_on[row.id]) == []


@pytest.mark.parametrize("row", THEORY, ids=lambda row: row.id)
def test_no_theoretical_statement_is_left_open(row, evidence_on):
    verdicts = verdict.of_claim(row, evidence_on[row.id])
    words = {(s.form, s.part): verdicts[s.form].parts[s.part].word for s in row.statements if s.needs != "experiment"}
    assert "open" not in words.values(), words


def test_there_are_a_thousand_near_misses_and_ten_a_formula(evidence_on):
    records = [item for items in evidence_on.values() for item in items if item.method == "near-miss" and item.details.get("misses")]
    assert sum(item.details["made"] for item in records) >= 1000
    agreements = {
        (name, form, statement.part)
        for name, (claim, _) in claims().items()
        for form, statements in claim.forms()
        for statement in statements
        if isinstance(statement, Agreement)
    }
    few = {(i.claim, i.form, i.part): i.details["made"] for i in records if i.details["made"] < 10}
    assert not {key: made for key, made in few.items() if key not in agreements}


def test_every_assumption_is_reported_as_needed_or_not(evidence_on):
    for name, (claim, _) in claims().items():
        reported = {item.details["assumption"] for item in evidence_on[name] if item.method == "assumption"}
        assert reported == {assumption.says for assumption in claim.assumes}, name
