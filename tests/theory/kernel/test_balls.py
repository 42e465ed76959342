"""Balls: the values that a point keeps are the values there; and where 50 digits look at hypotheses."""

from types import SimpleNamespace

import flint
import numpy as np
import pytest
import sympy as sp

from theory.attack.search import Attack
from theory.kernel.balls import look, points, satisfied
from theory.kernel.intervals import ball
from theory.kernel.propositions import relation
from theory.kernel.terms import Refused, plain
from theory.proving import broken_at, near_failing
from theory.symbols import Inner, column, real, size, total

x, y, z = real("x y z")
n = size("n")


def test_every_unit_vector_of_a_sum_has_its_own_value():
    f = column("f", n)
    at = {"sizes": {plain(n): sp.Integer(2)}, plain(n): flint.arb(2), plain(f): flint.arb_mat([[0], [1]])}
    whole = plain(total(lambda k: sp.exp(Inner(k, f)), n))
    for _ in range(2):  # the second time from the values that the point keeps
        assert (ball(whole, at) - 1 - flint.arb(1).exp()).contains(0)


def test_a_variable_that_follows_an_equation_has_that_value_in_every_term():
    given = [relation("=", z, y + 1), relation("=", y, 2 * x + 1)]  # y + 1 is worked out before y has its value
    drawn = list(points(given, []))
    assert len({str(at[plain(x)]) for at in drawn}) > 50
    assert all((ball(plain(y + 1), at) - ball(plain(2 * x + 2), at)).contains(0) for at in drawn)


def test_an_equation_that_is_claimed_is_not_followed():
    with pytest.raises(Refused, match="balls refute x = y"):
        look(relation("=", x, y + 1), [relation("<", 0, y)])


def test_most_points_keep_the_bounds_of_a_variable():
    given = [relation("<", 1, y), relation("<=", y, x), relation("<", z, 0), relation("<=", sp.sqrt(x), z**2)]
    drawn = list(points(given, [relation("<", x, y)]))
    for h in given[:3]:
        assert sum(satisfied(h, at) for at in drawn) > 0.7 * len(drawn)
    assert len({str(at[plain(y)]) for at in drawn}) > 50


@pytest.mark.parametrize(
    ("op", "values", "near", "fails"),
    [
        ("<", [2.0, 3.0], [], [False, False]),
        ("<", [3.0, 1.0 + 1e-15], [1], [False, False]),
        ("<", [0.5, 3.0], [0], [True, False]),
        ("<=", [3.0, 1.0], [1], [False, False]),
        ("!=", [1.0, 3.0], [0], [True, False]),
        ("!=", [-2.0, 3.0], [], [False, False]),
        ("=", [1.0, 1.0], [0], [False, False]),
    ],
)
def test_50_digits_look_where_a_hypothesis_may_fail_and_not_where_it_holds_by_far(op, values, near, fails):
    at = (relation(op, sp.S.One, x), SimpleNamespace(atoms={}), Attack(), {"x": np.array(values)}, {})
    assert near_failing(*at) == near
    assert broken_at(*at, surely=True).tolist() == fails
