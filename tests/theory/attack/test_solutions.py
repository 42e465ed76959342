"""Drawn points on the solution of a hypothesis: the attack's own solver tells values that are off, ends before 0, and no value at all."""

import numpy as np
import pytest
import sympy as sp

from theory.attack.sides import Compiler
from theory.attack.solutions import misses
from theory.kernel.propositions import solution
from theory.symbols import real

a, b, k = real("a b k")
P, Q = (sp.Symbol(name, real=True) for name in (".p", ".q"))
ENDS = np.array([0.0, 0.5, 2.0])


def told(slope, values, ends=ENDS, **more):
    batch = {"a": ends, "b": values, **more}
    return misses(solution(slope, P, Q, a, b), {}, batch, {}, Compiler()).tolist()


@pytest.mark.parametrize(("slope", "known"), [(sp.exp(-Q), np.log1p), (Q + 1, np.expm1), (P**2 + k, lambda s: s**3 / 3 + 4 * s)])
def test_a_known_solution_is_met_and_a_value_beside_it_is_not(slope, known):
    assert told(slope, known(ENDS), k=np.full(3, 4.0)) == [False, False, False]
    assert told(slope, known(ENDS) * (1 + 1e-5), k=np.full(3, 4.0)) == [False, True, True]
    assert told(slope, known(ENDS) + 1e-3, k=np.full(3, 4.0)) == [True, True, True]


def test_an_end_before_the_start_and_a_solution_without_a_value_are_told():
    assert told(sp.Integer(1), -ENDS, -ENDS) == [False, True, True]
    assert told(1 / (1 - P), np.full(3, np.inf), np.full(3, 2.0)) == [True, True, True]


def test_a_program_for_the_value_is_run():
    batch = {"a": ENDS}
    h = solution(sp.exp(-Q), P, Q, a, b)
    assert misses(h, {b: lambda at: 0.0 * at.a}, batch, {}, Compiler()).tolist() == [False, True, True]
