"""What decides zero and order, alone: the rules look a second time with balls, which would hide a decider that says too much."""

import pytest
import sympy as sp

from tests.theory.kernel.test_sums import LIES
from theory.kernel import rules
from theory.kernel.deciders import holds, is_zero
from theory.kernel.normal_form import normal
from theory.kernel.propositions import relation
from theory.kernel.rules import equal
from theory.kernel.terms import Refused
from theory.symbols import Inner, column, size, unit

n = size("n")
a, b, e, u = column("a", n), column("b", n), unit("e", n), unit("u", n)
NONE = sp.ZeroMatrix(n, 1)


@pytest.mark.parametrize("sides", LIES.values(), ids=LIES)
def test_an_equation_that_is_false_has_no_normal_form_that_hides_it(sides, monkeypatch):
    monkeypatch.setattr(rules, "look", lambda *_: None)
    with pytest.raises(Refused):
        equal(*sides)


@pytest.mark.parametrize(
    ("gap", "expected"), [(Inner(e, u), False), (1 - Inner(e, u), False), (Inner(e, u) ** 2 - Inner(e, u), True), (Inner(e, e) - 1, True)]
)
def test_two_unit_vectors_may_be_one_or_differ(gap, expected):
    assert is_zero([], normal(gap)) is expected


@pytest.mark.parametrize(
    ("known", "claim", "expected"),
    [
        ([], relation("=", a, b), False),
        ([], relation("=", a, NONE), False),
        ([], relation("!=", a, NONE), False),
        ([relation("=", a, b)], relation("=", 2 * b, 2 * a), True),
        ([relation("!=", a, NONE)], relation("!=", 2 * a, NONE), True),
        ([relation("!=", a, NONE)], relation("!=", b, NONE), False),
    ],
)
def test_matrices_are_compared_by_the_squares_of_their_entries(known, claim, expected):
    assert holds(known, claim) is expected
