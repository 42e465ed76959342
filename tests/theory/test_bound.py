"""Which proofs the kernel binds to their statements: all of them, but for the exceptions below, each with its reason."""

import re

from theory.goal import goal_of
from theory.kernel.sentence import sentence
from theory.registry import claims

# the kernel would need a variable for a function of one real number, hypotheses for every real number, and a rule that compares two paths
FLOW = "it speaks of solutions of a differential equation, which the kernel cannot state; the attacked program takes steps"
EXCEPTIONS = {
    ("early-stopping", "beyond", "equal-progress"): FLOW,
    ("early-stopping", "beyond", "peak"): FLOW,
    ("follows-by-induction", "corrected", "early-stopping"): FLOW,
}
STATED = [(claim, form, s) for claim, _ in claims().values() for form, stated in claim.forms() for s in stated]


def test_no_proof_is_unbound_but_the_exceptions():
    unbound = {(claim.id, form, s.part) for claim, form, s in STATED if s.proof is not None}
    assert unbound == set(EXCEPTIONS)


def test_no_statement_has_two_proofs():
    assert not [(claim.id, s.part) for claim, _, s in STATED if s.proof is not None and s.theorem is not None]


def test_the_sentence_of_every_bound_statement_is_mathematics_and_holds_no_code():
    goals = {(claim.id, form, s.part): goal_of(claim, s) for claim, form, s in STATED if s.theorem is not None}
    sentences = {name: sentence(goal.hypotheses, goal.conclusion) for name, goal in goals.items()}
    code = re.compile(r"\b(?:Abs|Slope|Gradient|Inner|Total|MatrixTotal|Transpose|sum)\b|_\.|(?<!\d)\.(?!\d)|\*\*|<\S|\S>|·")
    assert len(sentences) > 100
    assert {name: match[0] for name, said in sentences.items() if (match := code.search(said))} == {}
