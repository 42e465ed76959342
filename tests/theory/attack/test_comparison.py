"""Two sides at a point: how far they are from failing in float64, and what 50 digits say."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp

from theory.attack import sides
from theory.attack.comparison import SAFETY, Comparison, comparison_of
from theory.attack.exact import run_exactly
from theory.attack.sides import NEXT, Compiler, Side
from theory.statement import Identity, Inequality, Limit, Monotone
from theory.symbols import Inner, Unit, column, matrix, real, size

x, y, f = real("x y f")
n = size("n")
a, W = column("a", n), matrix("W", n, n)
run = Compiler()
AT = {"x": np.array([0.3, 2.0, -1.5])}


def cube(p):
    return p.x**3


def shifted_cube(p):
    return p.x**3 + 1e-12


def scores(comparison, batch=AT, sizes=None):
    return comparison.scores(batch, sizes or {}, run)


def rule(comparison, sizes=None, **point):
    return comparison.rule({name: np.asarray(value, dtype=float) for name, value in point.items()}, sizes or {})


def test_two_routes_to_one_number_score_below_one_and_hold():
    true = Comparison(cube, x**3, "=", {})
    assert np.all(scores(true) <= 1 / SAFETY * 8)
    assert rule(true, x=0.3).holds


def test_a_difference_far_below_the_numbers_is_seen():
    shifted = Comparison(shifted_cube, x**3, "=", {})
    assert np.all(scores(shifted) > 1)
    assert not rule(shifted, x=0.3).holds


def test_rounding_exceeds_the_tolerance_and_fifty_digits_acquit_it():
    lossy = Comparison(lambda p: (p.x + p.y) - p.y, x, "=", {})
    at = {"x": np.array([1e-9]), "y": np.ones(1)}
    assert scores(lossy, at)[0] > 1
    assert rule(lossy, x=1e-9, y=1.0).holds
    assert scores(replace(lossy, conditioning=y), at)[0] <= 1


def test_sides_of_different_shapes_do_not_compare():
    vector = Comparison(lambda p: p.a, W * a, "=", {})
    sized = {"W": np.ones((3, 2, 2)), "a": np.ones((3, 2))}
    assert scores(Comparison(lambda p: p.a, a.T, "=", {}), {"a": np.ones((3, 2))}, {n: 2}).tolist() == [np.inf] * 3
    assert not rule(Comparison(lambda p: p.a, a.T, "=", {}), {n: 2}, a=[1, 1]).holds
    assert scores(vector, sized, {n: 2}).min() > 1
    assert rule(vector, {n: 2}, W=np.eye(2), a=[1, 5]).holds


@pytest.mark.parametrize(
    ("relation", "below", "tie", "above"), [("<", True, False, False), ("<=", True, True, False), ("=", False, True, False)]
)
def test_a_relation_tells_below_tie_and_above_apart_in_fifty_digits(relation, below, tie, above):
    comparison = Comparison(x, y, relation, {})
    step = np.nextafter(1.0, 2.0)
    assert [rule(comparison, x=p, y=q).holds for p, q in [(1.0, step), (1.0, 1.0), (step, 1.0)]] == [below, tie, above]


@pytest.mark.parametrize(("digits", "equal"), [(49, False), (51, True)])
def test_two_sides_that_agree_to_fifty_digits_are_equal_and_to_fewer_are_not(digits, equal):
    assert rule(Comparison(x, x * (1 + sp.Rational(1, 10**digits)), "=", {}), x=1.0).holds is equal


def test_an_order_of_terms_that_round_to_one_number_is_decided():
    comparison = Comparison(1 + x**2, 1 + 2 * x**2, "<", {})
    assert abs(scores(comparison, {"x": np.array([1e-30])})[0]) <= 1
    assert rule(comparison, x=1e-30).holds
    assert not rule(comparison, x=0.0).holds


def test_a_distance_is_held_against_its_rate():
    near = Comparison(lambda p: 1.0 + jnp.exp(-p.x), sp.S.One, "within", {}, margin=sp.exp(-x))
    nearer = Comparison(near.left, sp.S.One, "within", {}, margin=sp.exp(-x) / 2)
    assert np.all(scores(near) <= 1)
    assert rule(near, x=2.0).holds
    assert np.all(scores(nearer) > 1)
    assert not rule(nearer, x=2.0).holds


@pytest.mark.parametrize(("left", "right"), [(1 / x, y), (y, sp.log(x - 1)), (sp.sqrt(-1 - x), y), (sp.log(x), y)])
def test_an_undefined_side_does_not_hold(left, right):
    comparison = Comparison(left, right, "=", {})
    assert scores(comparison, {"x": np.zeros(1), "y": np.ones(1)})[0] == np.inf
    ruling = rule(comparison, x=0.0, y=1.0)
    assert not ruling.holds
    assert "undefined" in (ruling.left, ruling.right)


def test_a_formula_reads_its_sizes_and_its_atoms():
    comparison = Comparison(lambda p: jnp.sum(p.a) * 3.0, n * f, "=", {f: lambda p: jnp.sum(p.a), y: cube})
    assert scores(comparison, {"a": np.ones((2, 3))}, {n: 3}).max() <= 1
    assert scores(comparison, {"a": np.ones((2, 3))}, {n: 2}).min() > 1
    assert rule(comparison, {n: 3}, a=[1, 2, 4]).holds


def test_a_zero_entry_shares_the_error_of_the_array_it_stands_in():
    comparison = Comparison(
        lambda p: jnp.stack([p.x * 1e9, (p.x * 1e9 + 1.0) - p.x * 1e9 - 1.0]), a, "=", {a: lambda p: jnp.stack([p.x * 1e9, p.x * 0.0])}
    )
    assert scores(comparison, AT, {n: 2}).max() <= 1


def test_sides_are_written_as_numbers_columns_and_matrices():
    sized = {"sizes": {n: 2}, "W": [[1, 2], [3, 4]], "a": [5, 6]}
    assert rule(Comparison(Inner(a, a), sp.S.Half, "=", {}), **sized).left == "61.0"
    assert rule(Comparison(W * a, a, "=", {}), **sized).left == "[17.0, 39.0]"
    assert rule(Comparison(W, W.T, "=", {}), **sized).right == "[[1.0, 3.0], [2.0, 4.0]]"


def test_the_greater_side_of_a_rising_quantity_takes_the_second_value():
    for increasing, holds in ((True, True), (False, False)):
        comparison = comparison_of(Monotone(part="p", quantity=x**3, along=x, increasing=increasing))
        assert rule(comparison, **{"x": 1.0, f"x{NEXT}": 2.0}).holds is holds
        [score] = scores(comparison, {"x": np.ones(1), f"x{NEXT}": np.full(1, 2.0)})
        assert bool(score <= 1) is holds


def test_a_quantity_given_by_a_definition_never_sees_the_second_value_by_name():
    seen = []

    def quantity(p):
        seen.append(sorted(vars(p)))
        return p.x

    rule(comparison_of(Monotone(part="p", quantity=quantity, along=x)), **{"x": 1.0, f"x{NEXT}": 2.0})
    assert seen
    assert {tuple(names) for names in seen} == {("x",)}


@pytest.mark.parametrize(
    ("statement", "relation", "side"),
    [
        (Identity(part="p", formula=x, defined_by=cube), "=", "right"),
        (Limit(part="p", value=sp.S.One, defined_by=cube, along=x, rate=1 / x), "within", "right"),
        (Inequality(part="p", smaller=x, larger=y), "<=", "right"),
        (Inequality(part="p", smaller=cube, larger=y, strictly=True), "<", "right"),
        (Inequality(part="p", smaller=x, larger=cube), "<=", "left"),
        (Inequality(part="p", smaller=cube, larger=cube), "<=", ""),
        (Monotone(part="p", quantity=x, along=x), "<", ""),
        (Monotone(part="p", quantity=x, along=x, strictly=False), "<=", ""),
    ],
)
def test_every_kind_of_statement_is_one_comparison(statement, relation, side):
    comparison = comparison_of(statement)
    assert (comparison.relation, comparison.formula_side) == (relation, side)
    if side:
        assert getattr(comparison.with_formula(x + 1), side) == x + 1


def test_abbreviations_are_put_in_before_comparing():
    comparison = comparison_of(Identity(part="p", formula=y + 1, where={y: x**3 - 1}, defined_by=cube))
    assert comparison.right == x**3
    assert rule(comparison, x=2.0).holds


def test_the_gap_of_two_sides_is_relative_and_infinite_where_undefined():
    gaps = Comparison(x, y, "<=", {}).gaps({"x": np.array([1.0, 3.0, np.nan]), "y": np.array([2.0, 3.0, 1.0])}, {}, run)
    assert gaps.tolist() == [0.5, 0.0, np.inf]


def test_a_batch_is_recognised_by_its_arrays_and_forgotten_in_time():
    calls = []

    def definition(p):
        calls.append(p)
        return p.x * 2.0

    compiler, first = Compiler(), {"x": np.arange(3.0)}
    assert compiler(definition, first) is compiler(definition, dict(first))
    for k in range(20):
        np.testing.assert_array_equal(compiler(definition, {"x": np.arange(3.0) + k}), 2.0 * (np.arange(3.0) + k))
    assert len(calls) == 1  # traced once, whatever was forgotten
    np.testing.assert_array_equal(compiler(definition, first), [0.0, 2.0, 4.0])


def test_the_unit_vectors_of_a_hypothesis_ask_for_no_new_value_of_a_definition(monkeypatch):
    points = []

    def counted(function, point):
        points.append(point)
        return run_exactly(function, point)

    def double(point):
        return 2.0 * point.x

    monkeypatch.setattr(sides, "run_exactly", counted)
    side, compiler = Side(f * Inner(Unit("i here", 2, 1), column("c", 2)), {f: double}), Compiler()
    batch = {"x": np.ones((3, 1, 1)), "c": np.tile([[1.0], [5.0]], (3, 1, 1))}
    for vector, entry in zip(np.eye(2), (1.0, 5.0), strict=True):
        at = {**batch, "i here": np.tile(vector[:, None], (3, 1, 1))}
        values, _ = side.float64(at, {}, compiler)
        assert (values == 2 * entry).all()
        assert side.exact({name: value[0] for name, value in at.items()}, {})[0, 0] == 2 * entry
    assert len(points) == 1
