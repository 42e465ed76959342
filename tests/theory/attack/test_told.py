"""A counterexample as readers need it: without what only helped to draw it, with the numbers that the statement defines."""

import numpy as np
import sympy as sp

from theory.attack.comparison import Comparison
from theory.attack.sides import NEXT
from theory.attack.told import told

x, C, width, gamma_v, many = sp.symbols("x C width gamma_v many", real=True)
DEFINED = {
    C: lambda p: p.x * p.x + p.slack,
    width: lambda p: p.x,
    gamma_v: lambda p: p.x / p.slack,
    many: lambda p: p.v,
}
POINT = {"x": np.asarray(3.0), "slack": np.asarray(0.0), "pose": np.asarray(2.0), "v": np.asarray([1.0, 2.0])}
COMPARED = Comparison(C, x, "<=", DEFINED)


def test_a_variable_of_which_the_statement_does_not_speak_is_left_out_and_a_defined_number_is_told():
    n = sp.Symbol("n", integer=True)
    assert told(POINT, {n: 2}, COMPARED, {"x", "slack", "v"}) == {"n": "2", "x": "3", "slack": "0", "v": "[1, 2]", "C": "9"}


def test_a_name_of_the_code_an_array_and_what_is_undefined_are_not_told():
    assert told({**POINT, "slack": np.asarray(0.25)}, {}, COMPARED, {"x"}) == {"x": "3", "C": "9.25", "gamma_v": "12"}
    assert set(told(POINT, {}, COMPARED, {"x"})) == {"x", "C"}


def test_the_second_value_of_a_variable_is_told_with_it():
    point = {"x": np.asarray(1.0), f"x{NEXT}": np.asarray(2.0), "pose": np.asarray(0.0), f"pose{NEXT}": np.asarray(1.0)}
    assert told(point, {}, Comparison(x, x, "<", {}), {"x"}) == {"x": "1", "x (second)": "2"}
