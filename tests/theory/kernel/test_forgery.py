"""Nothing but a rule makes a theorem, and a made theorem cannot be changed."""

import ast
import copy
import dataclasses
import pickle
from pathlib import Path

import msgspec
import pytest
import sympy as sp

from theory.kernel import rules
from theory.kernel.rules import Theorem, decided, is_theorem, proves, relation, written
from theory.kernel.terms import Refused, Rel
from theory.symbols import real

x, y = real("x y")
TRUE = relation("<", 0, sp.exp(x))
FALSE = relation("<", sp.exp(x), 0)
ROOT = Path(__file__).parents[3]


@pytest.fixture
def made():
    return decided(TRUE)


def counts_as(forged, conclusion=FALSE):
    return proves(forged, frozenset(), written(conclusion))


def test_a_rule_makes_a_theorem(made):
    assert is_theorem(made)
    assert counts_as(made, TRUE)
    assert not counts_as(made)


@pytest.mark.parametrize("arguments", [(), (frozenset(), FALSE), (frozenset(), FALSE, (), ())])
def test_the_class_makes_none(arguments):
    with pytest.raises(Refused, match="made by rules"):
        Theorem(*arguments)


def test_an_empty_object_of_the_class_is_none():
    empty = object.__new__(Theorem)
    assert not is_theorem(empty)
    assert not counts_as(empty)
    with pytest.raises(Refused):
        rules.cut(empty)


def test_there_is_no_subclass():
    with pytest.raises(Refused, match="no subclasses"):
        type("Forged", (Theorem,), {"conclusion": FALSE})


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_theorem_is_not_copied(made, copied):
    with pytest.raises(Refused, match="neither copied nor pickled"):
        copied(made)


def test_other_libraries_make_none(made):
    with pytest.raises((msgspec.ValidationError, TypeError)):
        msgspec.convert({"hypotheses": [], "conclusion": "x"}, Theorem)
    with pytest.raises(TypeError):
        dataclasses.replace(made, conclusion=FALSE)


@pytest.mark.parametrize("name", ["conclusion", "hypotheses", "cites", "steps", "other"])
def test_a_made_theorem_does_not_change(made, name):
    with pytest.raises(AttributeError):
        object.__setattr__(made, name, FALSE)
    with pytest.raises(AttributeError):
        setattr(made, name, FALSE)
    assert made.conclusion == TRUE


def test_its_propositions_do_not_change(made):
    with pytest.raises(AttributeError):
        object.__setattr__(made.conclusion, "op", "<=")


def test_a_tree_of_sympy_changed_afterwards_changes_nothing(made):
    before = written(made.conclusion)
    tree = made.conclusion.right
    kept = tree._args
    try:
        tree._args = (y,)
        assert not counts_as(made, made.conclusion)
        assert proves(made, frozenset(), before)
    finally:
        tree._args = kept


def test_the_maker_answers_rules_alone():
    with pytest.raises(Refused, match="not from outside"):
        rules._make("mine", (), FALSE)


def test_a_stranger_that_looks_like_a_theorem_is_none():
    class Fake:
        hypotheses, conclusion, cites, steps = frozenset(), FALSE, (), ()

    assert not counts_as(Fake())
    with pytest.raises(Refused, match="not a theorem"):
        rules.cut(Fake())


def test_a_tuple_or_a_subclass_is_no_relation():
    class Louder(Rel):
        __slots__ = ()

        def __eq__(self, _):
            return True

        __hash__ = Rel.__hash__

    for pretended in (("<", sp.S.Zero, x), Louder("<", sp.S.Zero, x)):
        with pytest.raises(Refused, match="no relation"):
            rules.assumed(pretended)


def test_hypotheses_that_are_told_once_only_do_not_get_lost():
    told = iter([relation("<", 0, x)])
    theorem = decided(relation("<", 0, x + 1), given=told)
    assert theorem.hypotheses == {relation("<", 0, x)}


def test_no_file_of_the_project_reaches_into_the_kernel():
    for path in (ROOT / "theory").rglob("*.py"):
        if path.parent.name == "kernel":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("theory.kernel"):
                assert not [alias.name for alias in node.names if alias.name.startswith("_")], path
            called = node.func if isinstance(node, ast.Call) else None
            name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
            assert name not in {"exec", "eval", "setattr", "__setattr__", "get_objects", "get_referents"}, path
