"""Beyond the box: a statement false only far out, at zero, at a tie or at size 1 falls, and falls where a side has no value."""

import pytest
import sympy as sp

from theory.attack import far
from theory.goal import Goal
from theory.kernel.rules import relation
from theory.symbols import Inner, column, norm, size, unit

z, a, b = sp.symbols("z a b", real=True)
d = size("d")
x, y, e = column("x", d), column("y", d), unit("e", d)


def goal(conclusion, *given):
    return Goal(frozenset(given), conclusion)


@pytest.mark.parametrize(
    "true",
    [
        goal(relation("=", (z + 1) ** 2, z**2 + 2 * z + 1)),
        goal(relation("<", 0, 1 / z), relation("<", 0, z)),
        goal(relation("<=", Inner(x, y) ** 2, Inner(x, x) * Inner(y, y))),
        goal(relation("=", x / norm(x) * norm(x), x), relation("!=", x, sp.ZeroMatrix(d, 1))),
        goal(relation("<=", sp.sqrt(Inner(x, x)) - sp.sqrt(Inner(x, x)), 1)),
        goal(relation("<", Inner(e, e), 2)),
    ],
)
def test_a_true_statement_stands_at_many_points(true):
    seen, held, where = far.attack(true)
    assert where == {}
    assert seen >= 10
    assert held >= seen - 2  # balls cannot decide a tie of two inexact numbers


@pytest.mark.parametrize(
    ("false", "told"),
    [
        (goal(relation("<", z, 10**200)), "z"),  # far out
        (goal(relation("<", 0, z**2)), "z"),  # at zero
        (goal(relation("!=", a - b, 0)), "a"),  # at a tie
        (goal(relation("!=", d, 1)), "d"),  # at size 1
        (goal(relation("<", -1, 1 / z**2)), "z"),  # no value at zero
        (goal(relation("<=", 0, sp.sqrt(z))), "z"),  # no value below zero
        (goal(relation("<=", sp.log(1 + z**2), 100)), "z"),
    ],
)
def test_a_statement_that_is_false_somewhere_falls_there(false, told):
    *_, where = far.attack(false)
    assert told in where


def test_points_are_the_same_in_each_run():
    assert far.attack(goal(relation("<", z, 10**200))) == far.attack(goal(relation("<", z, 10**200)))
