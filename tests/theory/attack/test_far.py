"""Beyond the box: a statement false only far out, at zero, at a tie or at size 1 falls, and falls where a side has no value."""

from dataclasses import replace

import flint
import pytest
import sympy as sp

from theory.attack import far
from theory.goal import Goal, goal_of
from theory.kernel.rules import relation
from theory.kernel.terms import plain
from theory.record_attacks import attack_far_out
from theory.recorder import Recorder
from theory.registry import claims
from theory.statement import Formulaic
from theory.symbols import Inner, column, norm, size, total, unit

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
        (goal(relation("=", z, a + 1)), "z"),  # no point takes the value that the claim gives it
    ],
)
def test_a_statement_that_is_false_somewhere_falls_there(false, told):
    *_, where = far.attack(false)
    assert told in where


def test_points_are_the_same_in_each_run():
    assert far.attack(goal(relation("<", z, 10**200))) == far.attack(goal(relation("<", z, 10**200)))


def test_a_power_under_a_sum_has_no_value_by_itself_and_is_left_to_balls():
    told = goal(relation("<=", 0, total(lambda k: Inner(k, x) ** 2, d)))
    seen, _, where = far.attack(told)
    assert seen >= 10
    assert where == {}


HIDDEN = relation("=", Inner(x, x), Inner(y, y) + 7)  # random columns never satisfy it


def exact(rng):
    """A point of HIDDEN, in whole numbers."""
    k = rng.randint(1, 9)
    columns = {x: flint.arb_mat([[4 * k], [0]]), y: flint.arb_mat([[4 * k], [0]])}
    if k > 4:
        columns = {x: flint.arb_mat([[4], [0]]), y: flint.arb_mat([[3], [0]])}
    return {"sizes": {plain(d): sp.Integer(2)}, plain(d): flint.arb(2), **{plain(s): value for s, value in columns.items()}}


def test_points_that_a_statement_draws_are_attacked_where_random_ones_break_the_hypotheses():
    true, false = goal(relation("<=", 16, Inner(x, x)), HIDDEN), goal(relation("<", Inner(x, x), 16), HIDDEN)
    assert far.attack(true)[0] == far.attack(false)[0] == 0
    seen, held, where = far.attack(true, exact)
    assert seen == held == far.EXACT_ENOUGH
    assert where == {}
    assert far.attack(false, exact)[2]["x"] == "[4.00000, 0]"


def test_each_toy_statement_on_orthogonal_data_is_attacked_beyond_the_box():
    for name in ("early-stopping", "noise-outweighs", "follows-by-induction"):
        claim = claims()[name][0]
        for _, stated in claim.forms():
            for statement in stated:
                if not isinstance(statement, Formulaic) or statement.theorem is None:
                    continue
                seen, held, where = far.attack(goal_of(claim, statement, flags=False), statement.exact)
                assert (seen, where) == (far.EXACT_ENOUGH, {}), statement.part
                assert held >= 8


def test_an_attack_at_no_point_is_not_told():
    claim = claims()["early-stopping"][0]
    (ceiling,) = [s for s in claim.beyond if isinstance(s, Formulaic) and s.part == "ceiling"]
    for drawn, told in ((ceiling.exact, True), (None, False)):
        record = Recorder("early-stopping")
        record.form, record.part = "beyond", "ceiling"
        record.add("property", "supports", "held")
        assert not attack_far_out(claim, replace(ceiling, exact=drawn), record)
        assert ("far" in record.evidence[0].details) is told
