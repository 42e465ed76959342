"""Published evidence speaks of the statements that the code makes now: the same theorems, domains and assumptions.

A statement that was made weaker (an assumption more, `<=` for `<`, a limit less, a narrower domain) is still true, so no attack finds it.
"""

import pytest

from reports import ledger, record
from theory import printed
from theory.formal import coq
from theory.formal.theorems import TABLE
from theory.goal import goal_of
from theory.kernel.sentence import sentence
from theory.registry import claims
from theory.statement import Agreement

AGAIN = "verify {} again, and publish"
WORDS = {(row.id, s.part): s.assumes for row in ledger.read().claims for s in row.statements if s.form == "printed"}


@pytest.fixture(scope="module")
def published():
    """Return {source: the pieces of evidence that are published}."""
    items = {"theory": [], "formal": [], "empirical": []}
    for dossier in record.gather([record.PUBLISHED]):
        items[dossier.source] += dossier.evidence
    return items


def stated():
    """Yield each statement with a formula: (claim, form, part), the claim, and the statement."""
    for claim, _ in claims().values():
        for form, statements in claim.forms():
            for statement in statements:
                if not isinstance(statement, Agreement):
                    yield (claim.id, form, statement.part), claim, statement


def by_statement(items, method, key):
    """Return {(claim, form, part): a detail} of the pieces of one method that have it."""
    return {(i.claim, i.form, i.part): i.details[key] for i in items if i.method == method and key in i.details}


def domain(claim, form, statement):
    """Return the words for the points at which a statement is attacked."""
    space = statement.space or claim.space
    if form == "printed":
        space = printed.widened(statement, space, WORDS[claim.id, statement.part])
    return {str(symbol): values.says for symbol, values in space.domains.items()}


def test_the_published_theorems_are_the_goals_of_the_code(published):
    proved = by_statement(published["theory"], "symbolic", "sentence")
    goals = {name: goal_of(claim, s) for name, claim, s in stated() if s.theorem is not None}
    now = {name: sentence(goal.hypotheses, goal.conclusion) for name, goal in goals.items()}
    assert len(proved) > 100
    assert proved.keys() <= now.keys()
    assert {AGAIN.format(name[0]): (said, now[name]) for name, said in proved.items() if said != now[name]} == {}


def test_the_published_attacks_drew_their_points_from_the_domains_of_the_code(published):
    drawn = by_statement(published["theory"], "property", "domain")
    now = {name: domain(claim, name[1], statement) for name, claim, statement in stated()}
    assert len(drawn) > 100
    assert drawn.keys() == now.keys()
    assert {AGAIN.format(name[0]): (says, now[name]) for name, says in drawn.items() if says != now[name]} == {}


def test_the_published_attacks_left_out_the_assumptions_of_the_code(published):
    left_out = {(i.claim, i.details["assumption"]) for i in published["theory"] if i.method == "assumption"}
    assert left_out == {(claim.id, assumption.says) for claim, _ in claims().values() for assumption in claim.assumes}


def test_the_published_comparisons_are_those_of_the_code(published):
    compared = {
        name: says
        for method in ("quotation", "certificate")
        for name, says in by_statement(published["theory"], method, "findings").items()
    }
    fallen = by_statement(published["theory"], "counterexample", "findings")
    now = {}
    for claim, _ in claims().values():
        for form, statements in claim.forms():
            for s in statements:
                if isinstance(s, Agreement):
                    findings = s.check(s.data)
                    now[claim.id, form, s.part] = [{"says": f.says, "agrees": f.agrees, "found": f.detail} for f in findings]
    assert {**compared, **fallen} == now


def test_the_published_formal_proofs_are_those_of_the_table(published):
    shown = {(i.claim, i.form, i.part): (i.outcome, i.says, i.details["file"], i.details["theorem"]) for i in published["formal"]}
    assert shown == {(r.claim, r.form, r.part): (r.outcome, r.says, f"theory/formal/{r.file}.v", r.theorem) for r in TABLE}


def test_the_published_formal_theorems_are_those_of_the_sources(published):
    shown = [{**i.details, **theorem} for i in published["formal"] for theorem in (i.details, *i.details.get("also", ()))]
    now = {file: coq.read(coq.SOURCES.parents[1] / file).theorems for file in {item["file"] for item in shown}}
    assert len(shown) > 100
    changed = {item["theorem"]: item["statement"] for item in shown if now[item["file"]].get(item["theorem"]) != item["statement"]}
    assert changed == {}, "check the formal proofs again, and publish"
