"""Goals: what each kind of statement asks for, in words, and when there is none."""

import jax.numpy as jnp
import pytest
import sympy as sp

from theory.domain import Reals, Space
from theory.goal import goal_of
from theory.kernel.rules import relation
from theory.kernel.sentence import sentence
from theory.kernel.terms import Refused
from theory.meaning import gradient, means
from theory.statement import Assumption, Claim, Identity, Inequality, Limit, Monotone
from theory.symbols import Inner, column, positive, real, size
from theory.verify import verify

x, y = real("x y")
SPACE = Space({x: Reals(1, 3), y: Reals(1, 3)})
ABOVE = Assumption("x is positive", SPACE.but(x=Reals(-3, -1)), given=(relation("<", 0, x),))


def goal(statement, *assumes):
    return goal_of(Claim(id="made-up", space=SPACE, assumes=assumes), statement)


def words(statement, *assumes):
    made = goal(statement, *assumes)
    return sentence(made.hypotheses, made.conclusion)


@means(x**2)
def square(p):
    return p.x**2


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (Identity(part="p", formula=x * x, defined_by=square), "For all x real: x^2 = x^2"),
        (Inequality(part="p", smaller=y, larger=square), "For all x, y real: y ≤ x^2"),
        (Inequality(part="p", smaller=square, larger=y, strictly=True), "For all x, y real: x^2 < y"),
        (Monotone(part="p", quantity=square, along=x, increasing=False), "For all x, x′ real with x < x′: x′^2 < x^2"),
        (
            Limit(part="p", value=y, defined_by=square, along=x, rate=sp.exp(-x)),
            "For all x, y real: |x^2 - y| ≤ exp(-x); and exp(-x) tends to 0 as x → ∞",
        ),
    ],
)
def test_each_kind_says_what_it_asks_for(statement, said):
    assert words(statement) == said


def test_only_assumptions_on_the_statement_count_and_they_hold_at_both_values():
    statement = Monotone(part="p", quantity=square, along=x, given=(relation("<", 0, y),))
    assert words(statement, ABOVE) == "For all x, x′, y real with 0 < x, 0 < x′, 0 < y, x < x′: x^2 < x′^2"
    assert "0 < x," not in words(statement, Assumption("of others", SPACE, parts=("q",), given=(relation("<", 0, x),)))


def test_abbreviations_and_programs_are_put_in_and_other_atoms_may_be_anything():
    z, a = real("z a")
    statement = Identity(part="p", formula=z + a, where={z: 2 * y}, atoms={y: square, a: lambda p: p.x}, defined_by=square)
    assert words(statement) == "For all a, x real: x^2 = a + 2*x^2"
    moving = Monotone(part="p", quantity=a, along=x, atoms={a: lambda p: p.x})
    with pytest.raises(Refused, match="a has no symbolic meaning"):
        goal(moving)


def test_a_flag_needs_an_assumption():
    r = positive("r")
    bare = Inequality(part="p", smaller=sp.S.Zero, larger=r)
    with pytest.raises(Refused, match="r is taken as positive"):
        goal(bare)
    stated = Inequality(part="p", smaller=sp.S.Zero, larger=r, given=(relation("<", 0, r),))
    assert words(stated) == "For all r real with 0 < r: 0 ≤ r"


def test_matrices_and_sizes_are_quantified():
    n = size("n")
    a, b = column("a", n), column("b", n)
    program = means(gradient(lambda at: Inner(at, b), a))(lambda p: p.b)
    assert words(Identity(part="p", formula=b, defined_by=program)).startswith("For all n whole and at least 1; a, b in R^(n): ")


def proof(goal):
    from theory.kernel.tactics import by_definition

    return by_definition(goal)


def test_evidence_names_the_proved_sentence_its_premises_and_its_rules():
    r = positive("r")
    space = Space({r: Reals(1, 3)})
    program = means(r**2)(lambda p: p.r * p.r + 0.0 * jnp.ones(()))
    statement = Identity(part="p", formula=r * (r + 1) - r, defined_by=program, given=(relation("<", 0, r),), theorem=proof)
    evidence = verify(Claim(id="made-up", space=space, printed=(statement,)), 600, 0)
    (record,) = [item for item in evidence if item.method == "symbolic"]
    assert record.outcome == "supports"
    assert record.details["bound"] is True
    assert record.details["sentence"] == "For all r real with 0 < r: r^2 = r*(r + 1) - r"
    assert record.details["hypotheses used"] == ["0 < r"]
    assert record.details["steps"] == [{"says": "r^2 = r*(r + 1) - r", "by": "identity", "detail": "0 < r"}]
    assert record.details["cited"] == []
