"""The sentences that the kernel proves of the statements, as readers see them."""

import re

from theory.goal import goal_of
from theory.kernel.sentence import sentence
from theory.registry import claims

STATED = [(claim, form, s) for claim, _ in claims().values() for form, stated in claim.forms() for s in stated]


def test_the_sentence_of_every_bound_statement_is_mathematics_and_holds_no_code():
    goals = {(claim.id, form, s.part): goal_of(claim, s) for claim, form, s in STATED if s.theorem is not None}
    sentences = {name: sentence(goal.hypotheses, goal.conclusion) for name, goal in goals.items()}
    code = re.compile(r"\b(?:Abs|Slope|Gradient|Inner|Total|MatrixTotal|Transpose|sum)\b|_\.|(?<!\d)\.(?!\d)|\*\*|<\S|\S>|·")
    assert len(sentences) > 100
    assert {name: match[0] for name, said in sentences.items() if (match := code.search(said))} == {}
