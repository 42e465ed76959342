"""Drawn points, trees and shapes reach the cases that matter: edges, ties, tight points, tiny numbers, and every kind of node and shape."""

import itertools

import numpy as np
import pytest
import sympy as sp
from hypothesis import Phase, find, settings
from hypothesis import strategies as st

from tests.strategies import LETTERS, ONE, SIZES, TOP, X, Y, m, matrix_trees, n, scalar_trees, values, whole_matrices
from theory.attack.comparison import comparison_of
from theory.attack.search import attack, draw
from theory.attack.sides import NEXT
from theory.domain import Arrays, OneHot, Reals, Space, Values
from theory.statement import Inequality, Monotone
from theory.symbols import Inner, Phi, real, sigma

MANY = settings(max_examples=2000, database=None, phases=[Phase.generate])  # to be reached, not to be simple
x, y = real("x y")
POINTS = 10_000  # of one attack


def points(**domains):
    """As many values of each variable as an attack draws, by name."""
    space = Space({real(name): domain for name, domain in domains.items()})
    return space.batch(np.random.default_rng(0), POINTS, {}, {})


@pytest.mark.parametrize("node", [sp.Add, sp.Mul, sp.Pow, sp.Abs, sp.exp, sp.log, sp.tanh, sigma, Phi, X, Y, sp.pi, sp.Rational(1, 3)])
def test_scalar_trees_reach_every_node(node):
    assert find(scalar_trees(), lambda tree: tree.has(node), settings=MANY).has(node)


def test_scalar_trees_reach_powers_that_are_no_whole_numbers_and_depend_on_a_symbol():
    assert find(scalar_trees(), lambda tree: any(p.exp.free_symbols for p in tree.atoms(sp.Pow)), settings=MANY)
    assert find(scalar_trees(), lambda tree: any(p.exp == sp.S.Half for p in tree.atoms(sp.Pow)), settings=MANY)


@pytest.mark.parametrize("value", [0.0, TOP, -TOP, 1e-9])
def test_values_reach_their_edges_zero_and_tiny_numbers(value):
    assert find(values(), lambda v: v == value, settings=MANY) == value


@pytest.mark.parametrize("node", [sp.MatAdd, sp.MatMul, sp.Transpose, Inner, sp.MatPow])
def test_matrix_trees_reach_every_node(node):
    trees = st.sampled_from([(n, m), (n, n)]).flatmap(lambda shape: matrix_trees(*shape))
    assert find(trees, lambda tree: tree.has(node), settings=MANY).has(node)


@pytest.mark.parametrize("shape", [(n, m), (m, n), (n, n), (n, ONE), (ONE, m), (ONE, ONE)])
def test_matrix_trees_have_the_shape_asked_for(shape):
    tree = find(matrix_trees(*shape), lambda tree: len(tree.free_symbols - set(SIZES)) > 2, settings=MANY)
    assert tree.shape == shape


def test_whole_matrices_give_every_letter_a_value_that_varies_with_the_seed():
    first, second = whole_matrices(0), whole_matrices(1)
    letters = {letter for group in LETTERS.values() for letter in group}
    assert first.keys() == letters | {X}
    assert all(np.any(first[letter] != second[letter]) for letter in letters)


@pytest.mark.parametrize("edge", [-2.0, 5.0, 0.0, 1.0, -1.0])
def test_points_reach_edges_zero_and_one_often_and_together(edge):
    drawn = points(x=Reals(-2, 5), y=Reals(-2, 5))
    assert np.mean(drawn["x"] == edge) > 0.01
    assert np.any((drawn["x"] == edge) & (drawn["y"] == edge))


def test_points_reach_ties_of_two_variables_and_all_their_orders():
    drawn = points(x=Reals(-2, 5), y=Reals(-2, 5))
    for order in (np.equal, np.less, np.greater):
        assert np.mean(order(drawn["x"], drawn["y"])) > 0.002


def test_points_reach_every_corner_of_three_variables_and_ties_of_all_three():
    drawn = points(x=Reals(-2, 5), y=Reals(-2, 5), z=Reals(-2, 5))
    corners = set(zip(*(drawn[name].tolist() for name in "xyz"), strict=True))
    assert corners >= set(itertools.product((-2.0, 5.0), repeat=3))
    assert np.mean((drawn["x"] == drawn["y"]) & (drawn["y"] == drawn["z"])) > 0.001


@pytest.mark.parametrize("size", [1e-1, 1e-3, 1e-5])
@pytest.mark.parametrize("sign", [1, -1])
def test_points_reach_small_magnitudes_of_both_signs(size, sign):
    x = sign * points(x=Reals(-2, 5), y=Reals(0, 1))["x"]
    assert np.any((x > size / 10) & (x < size))


def test_points_reach_the_whole_of_a_wide_interval():
    x = points(x=Reals(-40, 40), y=Reals(0, 1))["x"]
    assert np.histogram(x, bins=20, range=(-40, 40))[0].min() > 0


def test_an_attack_looks_closely_around_the_point_that_comes_nearest_to_failing():
    bowl = Inequality(part="p", smaller=sp.Integer(0), larger=sp.Abs(x - 2) + sp.Abs(y + 3))
    state = attack(comparison_of(bowl), Space({x: Reals(-10, 10), y: Reals(-10, 10)}), POINTS, 0)
    _, nearest, _ = state.suspects[0]
    assert abs(nearest["x"] - 2) + abs(nearest["y"] + 3) < 0.05


def test_an_attack_meets_a_tight_point():
    # x y = (x^2 + y^2) / 2 exactly where x = y; the worst score lies where x = y
    mean = comparison_of(Inequality(part="p", smaller=x * y, larger=(x**2 + y**2) / 2))
    state = attack(mean, Space({x: Reals(-3, 3), y: Reals(-3, 3)}), POINTS, 0)
    assert -1e-6 < state.worst <= 1
    assert any(point["x"] == point["y"] != 0 for _, point, _ in state.suspects)


def test_labels_and_classes_take_every_value_with_every_other():
    drawn = points(x=Values((1.0, -1.0)), y=Values((0.0, 2.0)))
    assert set(zip(drawn["x"].tolist(), drawn["y"].tolist(), strict=True)) == {(1, 0), (1, 2), (-1, 0), (-1, 2)}
    classes = OneHot().sample(np.random.default_rng(0), 100, (4,), (0, 1))
    assert np.all(classes.sum(axis=0) > 0)


def arrays(domain, shape=(3,), count=4000):
    return domain.sample(np.random.default_rng(0), count, shape, (0, 1)).reshape(count, -1)


def test_arrays_are_all_zero_only_where_allowed_and_then_often_enough_to_be_met():
    assert np.mean(np.all(arrays(Arrays(2.0, zero=True)) == 0, axis=1)) > 0.01
    assert not np.any(np.all(arrays(Arrays(2.0)) == 0, axis=1))


@pytest.mark.parametrize(
    ("kind", "holds"),
    [
        ("with a single entry", lambda a: np.sum(a != 0, axis=1) == 1),
        ("of whole numbers", lambda a: np.all(a == np.round(a), axis=1) & (np.sum(a != 0, axis=1) > 1)),
        ("with a zero among others", lambda a: np.any(a == 0, axis=1) & (np.sum(a != 0, axis=1) > 1)),
        ("with equal entries", lambda a: (a[:, 0] == a[:, 1]) & (a[:, 0] != 0)),
        ("at full scale", lambda a: np.abs(a).max(axis=1) == 2),
        ("a hundred times smaller", lambda a: np.abs(a).max(axis=1) < 0.02),
        ("of mixed signs", lambda a: (a.min(axis=1) < 0) & (a.max(axis=1) > 0)),
        ("of one sign", lambda a: a.min(axis=1) > 0),
    ],
)
def test_arrays_come_in_every_kind(kind, holds):
    assert np.mean(holds(arrays(Arrays(2.0)))) > 0.01, f"no arrays {kind}"


def test_pairs_along_a_variable_come_near_and_far_and_from_both_ends():
    rising = comparison_of(Monotone(part="p", quantity=x, along=x))
    batch = draw(Space({x: Reals(-40, 40)}), rising, 0, {}, {}, 4000)
    apart = batch["x" + NEXT] - batch["x"]
    assert apart.min() > 0
    assert np.any(apart < 1e-4)
    assert apart.max() == 80
