"""Each kind of fault is told once, named by form and part; complete evidence has no fault."""

import msgspec
import pytest

from reports import ledger
from reports.evidence import Evidence
from theory.faults import faults

PROOF = {"form": "printed", "part": "a", "needs": "proof"}
CHECK = {"form": "printed", "part": "b", "needs": "check"}
RUN = {"form": "printed", "part": "result", "needs": "experiment"}
CORRECTED = {"form": "corrected", "part": "a", "needs": "proof"}
BEYOND = {"form": "beyond", "part": "more", "needs": "check"}


def row(*statements):
    fields = {"id": "eq-1", "where": "Eq. 1", "section": "Setting", "kind": "theorem", "says": "A claim."}
    return msgspec.convert({**fields, "statement": [{**s, "says": "A part."} for s in statements]}, ledger.Claim)


def record(statement, method, outcome="supports", says="found", **details):
    return Evidence(
        claim="eq-1", form=statement["form"], part=statement["part"], method=method, outcome=outcome, says=says, details=details
    )


def proved(statement):
    return [record(statement, "property"), record(statement, "near-miss"), record(statement, "symbolic")]


def checked(statement):
    return proved(statement)[:2]


def refuted(statement):
    return [record(statement, "property", "refutes"), record(statement, "counterexample", "refutes")]


@pytest.mark.parametrize(
    ("statements", "evidence"),
    [
        ([PROOF], proved(PROOF)),
        ([CHECK], checked(CHECK)),
        ([PROOF, CHECK], [*proved(PROOF), *checked(CHECK)]),
        ([PROOF, CORRECTED], [*refuted(PROOF), *proved(CORRECTED)]),
        ([PROOF, RUN], proved(PROOF)),
        ([BEYOND], checked(BEYOND)),
        ([PROOF], [*proved(PROOF), record(PROOF, "assumption", "inconclusive")]),
        ([PROOF], [*proved(PROOF), record(PROOF, "property", far={"points": 1, "held": 1})]),
    ],
)
def test_complete_evidence_has_no_fault(statements, evidence):
    assert faults(row(*statements), evidence) == []


@pytest.mark.parametrize(
    ("statements", "evidence", "fault"),
    [
        ([PROOF], [*proved(PROOF), *checked(CHECK)], "printed b: stated in code, but the ledger has no such statement"),
        ([PROOF, CHECK], proved(PROOF), "printed b: stated in the ledger, but no code states it"),
        ([PROOF, RUN], [*proved(PROOF), *checked(RUN)], "printed result: stated in code, but the ledger has no such statement"),
        ([PROOF, CORRECTED], [*refuted(PROOF), *refuted(CORRECTED)], "corrected a: refuted, but it must hold"),
        ([BEYOND], refuted(BEYOND), "beyond more: refuted, but it must hold"),
        ([PROOF], refuted(PROOF), "printed: refuted, and no corrected form says what is true instead"),
        ([PROOF], checked(PROOF), "printed a: needs a proof, but is only checked"),
        ([CHECK], [record(CHECK, "property", "inconclusive")], "printed b: still open: Properties inconclusive."),
        ([PROOF], [*proved(PROOF), record(PROOF, "near-miss", "inconclusive", "1 survived")], "printed a: 1 survived"),
        ([PROOF], [*checked(PROOF), record(PROOF, "symbolic", "inconclusive", "it breaks")], "printed a: it breaks"),
        (
            [PROOF],
            [*proved(PROOF), record(PROOF, "property", far={"points": 0, "held": 0})],
            "printed a: an attack beyond the box at no point is told",
        ),
        ([PROOF], [*checked(PROOF), record(PROOF, "certificate", "inconclusive", "it breaks")], "printed a: it breaks"),
    ],
)
def test_each_kind_of_fault_is_found(statements, evidence, fault):
    assert fault in faults(row(*statements), evidence)


def test_a_proof_beside_a_refutation_is_a_fault_also_where_the_statement_may_fall():
    """Of a printed statement that has a corrected form nothing else is told."""
    statements, evidence = row(PROOF, CORRECTED), [*refuted(PROOF), *proved(CORRECTED)]
    assert faults(statements, evidence) == []
    [line] = faults(statements, [*evidence, record(PROOF, "formal")])
    assert line.startswith("printed a: a proof and a refutation meet, and one of them must be wrong")


def test_a_fault_is_named_once():
    twice = [*checked(CHECK), *[record(CHECK, "near-miss", "inconclusive", "it survives")] * 2]
    lines = faults(row(CHECK), twice)
    assert lines.count("printed b: it survives") == 1
    assert len(lines) == len(set(lines))
