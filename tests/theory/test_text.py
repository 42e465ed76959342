"""Formulas are written as SymPy writes them."""

import sympy as sp
from hypothesis import given

from tests.strategies import matrix_trees, scalar_trees
from theory.symbols import Inner, column, norm, size
from theory.text import text, text_with_norms


@given(scalar_trees())
def test_a_scalar_formula_is_written_as_sympy_does(tree):
    assert text(tree) == str(tree)


@given(matrix_trees())
def test_a_matrix_formula_is_written_as_sympy_does(tree):
    assert text(tree) == str(tree)


def test_parts_written_before_keep_their_parentheses():
    d = size("d")
    a, b, x = column("a", d), column("b", d), sp.Symbol("x")
    for formula in (a - b, x * (a - b), -(a - b), Inner(a - b, a) ** 2, (x - 1) ** 2, x - (x - 1) / 2):
        assert text(formula) == str(formula)
    assert [text(1), text(sp.Float(1.0)), text(sp.Integer(1))] == ["1", str(sp.Float(1.0)), "1"]


def test_sentences_write_norms_and_nothing_else_otherwise():
    d = size("d")
    a, b, x = column("a", d), column("b", d), sp.Symbol("x")
    assert text_with_norms(x * norm(a) / norm(a - b)) == "x*‖a‖/‖a - b‖"
    assert text_with_norms(1 / norm(a) + norm(a) ** 2) == "<a, a> + 1/‖a‖"
    for formula in (Inner(a, b) ** sp.S.Half, sp.sqrt(x), Inner(a, a) ** sp.Rational(3, 2)):
        assert text_with_norms(formula) == str(formula)
