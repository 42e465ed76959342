"""Attempts to get a false statement proved from outside the kernel, each of which must fail."""

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sympy as sp

from theory import verify as engine
from theory.domain import Reals
from theory.goal import goal_of
from theory.kernel.rules import assumed, cited, cut, decided, equal, monotone, relation, replaced, squeezed, tends
from theory.kernel.terms import Refused, Slope
from theory.linear import lemma_3_1
from theory.proving import Unbound, prove
from theory.statement import Identity
from theory.symbols import Inner, column, norm, real, size
from theory.verify import verify

ROOT = Path(__file__).parents[3]
x, y, e, v = real("x y epsilon v")
(LEMMA,) = lemma_3_1.CLAIMS
INCREASING: Any = LEMMA.printed[3]


def supported(claim):
    return [item for item in verify(claim, 600, 0) if item.method == "symbolic" and item.outcome == "supports"]


def test_what_sympy_makes_of_a_kink_owes_differentiability_all_the_same():
    inner = real(".s")
    for kink in (sp.Abs(inner), sp.sqrt(inner), sp.Abs(inner) ** 3):
        with pytest.raises(Refused, match="not smooth"):
            equal(Slope(kink, inner, sp.S.Zero), sp.S.Zero)


def test_a_number_that_is_called_like_a_square_is_no_square():
    square = sp.Symbol("⟨x[d|1]ᵀ x[d|1]⟩", real=True)
    with pytest.raises(Refused, match="a name that the kernel gives"):
        relation("<=", 0, square)


def test_the_variable_of_a_limit_captures_nothing():
    """The slope of .v^2 v at .v = x is 2 x v, and 2 x v e^-v tends to 0; with v renamed to .v it would be another function."""
    inner = real(".v")
    still = decided(relation("<", sp.Abs(sp.S.Zero), e), given=(relation("<", 0, e),))
    zero = tends(sp.S.Zero, v, sp.oo, 0, e, still)
    term = Slope(inner * v, inner, x)
    near = decided(relation("<", sp.Abs(term / v - 1), e), given=(relation("<", 0, e), relation("<", 0, v)))
    with pytest.raises(Refused, match="is bound in"):
        tends(term / v, v, sp.oo, 1, e, near)
    close = decided(relation("<=", sp.Abs(term / v - 1), 0), given=(relation("<", 0, v),))
    with pytest.raises(Refused, match="is bound in"):
        squeezed(term / v, 1, v, close, zero)


def test_hypotheses_that_no_point_satisfies_prove_nothing():
    """In float64 (z + 1)^2 - z^2 - 2 z < 1 is within rounding of true; 50 digits tell."""
    never = relation("<", (lemma_3_1.z + 1) ** 2 - lemma_3_1.z**2 - 2 * lemma_3_1.z, 1)
    false: Any = replace(INCREASING, increasing=False, given=(never,), theorem=lambda goal: decided(goal.conclusion, given=(never,)))
    prove(LEMMA, false)  # ex falso, it is a theorem of the kernel: from these hypotheses
    assert not supported(replace(LEMMA, printed=(), beyond=(false,)))
    narrow = replace(INCREASING, space=lemma_3_1.space.but(C=Reals(1, 40)), given=(relation("<", 2, lemma_3_1.C),))
    assert not supported(replace(LEMMA, printed=(narrow,), beyond=()))


def test_a_statement_that_shows_two_faces_has_no_goal():
    class Shifty(Identity):
        """A statement that gives another formula each time it is read."""

    shifty = Shifty(part="ratio", formula=lemma_3_1.closed, defined_by=lemma_3_1.weight, theorem=LEMMA.printed[0].theorem)
    with pytest.raises(Unbound, match="one of the four kinds itself"):
        prove(LEMMA, shifty)

    class Forgetful(dict):
        """A table that is empty when it is looked at twice."""

    with pytest.raises(Unbound, match="plain dicts"):
        prove(LEMMA, replace(LEMMA.printed[0], where=Forgetful()))


def test_a_proof_that_changes_its_goal_proves_the_changed_one():
    def proof(goal):
        object.__setattr__(goal, "conclusion", relation("=", x, x))
        object.__setattr__(goal, "hypotheses", frozenset())
        return equal(x, x)

    with pytest.raises(Unbound, match="another statement"):
        prove(LEMMA, replace(INCREASING, theorem=proof))


def test_a_proof_may_not_add_a_hypothesis():
    extra = relation("<", lemma_3_1.z, 0)
    goal = goal_of(LEMMA, INCREASING)
    with pytest.raises(Unbound, match="another statement"):
        prove(LEMMA, replace(INCREASING, theorem=lambda _: decided(goal.conclusion, assumed(goal.conclusion), given=(extra,))))


def test_a_slope_along_a_size_or_a_label_says_nothing():
    n = sp.Symbol("n", integer=True, positive=True)
    with pytest.raises(Refused, match="along a real number"):
        monotone(n * x, n, real("m"), decided(relation("<", 0, sp.exp(x))))


def test_no_file_of_the_project_replaces_what_another_one_defines():
    """`theory.goal.met = lambda *_: True` would be the shortest proof of all."""
    for path in (ROOT / "theory").rglob("*.py"):
        tree = ast.parse(path.read_text())
        modules = set()
        for node in ast.walk(tree):
            of = node.module if isinstance(node, ast.ImportFrom) else None
            for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else ():
                if (of or alias.name).split(".")[0] in {"theory", "sympy", "flint", "z3"}:
                    modules.add(alias.asname or alias.name.split(".")[0])
        for node in ast.walk(tree):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
            for target in targets:
                root = target
                while isinstance(root, ast.Attribute | ast.Subscript):
                    root = root.value
                if isinstance(target, ast.Attribute | ast.Subscript) and isinstance(root, ast.Name):
                    assert root.id not in modules, f"{path}:{target.lineno}"


def test_a_proof_may_not_cite_what_it_should_prove():
    goal = goal_of(LEMMA, INCREASING)
    told = replace(INCREASING, theorem=lambda _: cited(goal.conclusion, "trust me"))
    with pytest.raises(Unbound, match="the proof cites the statement that it should prove: trust me"):
        prove(LEMMA, told)
    hidden = replace(INCREASING, theorem=lambda _: cut(cited(goal.conclusion, "trust me"), decided(relation("<", 0, sp.exp(x)))))
    with pytest.raises(Unbound, match="trust me"):
        prove(LEMMA, hidden)


def test_a_number_is_not_replaced_inside_the_size_of_a_matrix():
    column_of_one = column("c", size("d"))
    fact = equal(Inner(column_of_one, column_of_one), norm(column_of_one) ** 2)
    for left, right in ((sp.S.One, x), (size("d"), size("n"))):
        with pytest.raises(Refused, match="not one that replaces a number or a size"):
            replaced(fact, assumed(relation("=", left, right)))


def test_a_variable_called_like_the_second_value_is_refused():
    second = real("z′")
    with pytest.raises(Unbound, match="rename the variable of that name"):
        prove(LEMMA, replace(INCREASING, quantity=INCREASING.quantity + second))


def test_a_theorem_beside_a_counterexample_is_no_proof(monkeypatch):
    """Proof and attack may both be right: then they speak of different statements, and nobody should say `proved`."""
    true: Any = replace(INCREASING, theorem=INCREASING.theorem)

    def falls(_statement, _comparison, _space, _state, record):
        record.add("counterexample", "refutes", "it falls", point={"z": "1", "C": "2"})
        return True

    monkeypatch.setattr(engine, "record_points", falls)
    items = verify(replace(LEMMA, printed=(), beyond=(true,)), 600, 0)
    assert [(item.method, item.outcome) for item in items] == [("counterexample", "refutes"), ("symbolic", "inconclusive")]
    assert items[1].says.startswith("a proof and a counterexample meet, and one of them must be wrong. Proved: For all ")
    assert "Refuted at z = 1, C = 2: it falls" in items[1].says
