"""Domains hold what they say, reach their edges and ties by construction, and offer readable points."""

import numpy as np
import pytest
import sympy as sp
from hypothesis import find, given
from hypothesis import strategies as st

from theory.domain import Arrays, OneHot, Reals, Space, Values
from theory.symbols import column, matrix, real, size

x, y, t = real("x y t")
n, m = size("n"), size("m")
a, W = column("a", n), matrix("W", n, m)
WHOLE = (0.0, 1.0)


def sampled(domain, shape=(), n=4000, window=WHOLE, seed=0):
    return domain.sample(np.random.default_rng(seed), n, shape, window)


intervals = st.tuples(st.floats(-50, 50), st.floats(0, 50)).map(lambda p: Reals(p[0], p[0] + p[1]))


@given(intervals, st.tuples(st.floats(0, 1), st.floats(0, 1)), st.integers(0, 99))
def test_numbers_lie_in_their_interval_whatever_the_window(domain, window, seed):
    values = sampled(domain, n=200, window=window, seed=seed)
    assert values.shape == (200,)
    assert domain.low <= values.min() <= values.max() <= domain.high


@given(intervals, st.data())
def test_readable_numbers_lie_in_their_interval(domain, data):
    assert domain.low <= data.draw(domain.simple(())) <= domain.high


def test_half_of_the_numbers_lie_in_the_window():
    inside = sampled(Reals(-40, 40), window=(0.9, 0.8))
    share = np.mean((inside >= 24) & (inside <= 32))
    assert 0.5 < share < 0.6
    assert sampled(Reals(-40, 40), window=(0.3, 0.3)).tolist().count(-16.0) > 1800


@pytest.mark.parametrize(
    ("domain", "readable"),
    [(Reals(-3, 3), 0.0), (Reals(0.5, 0.9), 0.5), (Reals(2, 9), 2.0), (Values((1.0, -1.0)), 1.0), (Values((7.0, 1.0)), 7.0)],
)
def test_the_simplest_number_is_the_one_a_person_would_choose(domain, readable):
    assert find(domain.simple(()), lambda _: True) == readable


@pytest.mark.parametrize(
    ("domain", "low", "high", "simplest"),
    [(Reals(-3, 3), 1.5, 9, 2.0), (Reals(-3, 3), -9, -0.3, -1.0), (Reals(0.1, 0.9), 0.3, 0.9, 0.5), (Reals(-0.9, -0.1), -1, -0.3, -0.5)],
)
def test_a_number_found_under_a_condition_is_whole_or_a_simple_part(domain, low, high, simplest):
    assert find(domain.simple(()), lambda v: low < v < high) == simplest


@pytest.mark.parametrize(
    ("low", "high", "edges"), [(-3.0, 7.5, [-3.0, -1.0, 0.0, 1.0, 7.5]), (2.0, 5.0, [2.0, 5.0]), (-0.5, 0.5, [-0.5, 0.0, 0.5])]
)
def test_the_ends_of_an_interval_and_0_and_1_are_drawn_exactly(low, high, edges):
    drawn = sampled(Reals(low, high), window=(0.4, 0.6))
    assert [edge for edge in edges if np.sum(drawn == edge) < 40] == []  # an eighth of 4000 points, shared out among five


def test_values_are_drawn_equally_often():
    drawn = sampled(Values((1.0, -1.0, 3.0)), n=6000)
    assert {v: round(float(np.mean(drawn == v)), 1) for v in set(drawn)} == {1.0: 0.3, -1.0: 0.3, 3.0: 0.3}


@pytest.mark.parametrize("shape", [(1,), (4,), (2, 3)])
@pytest.mark.parametrize("scale", [0.05, 1.0, 3.0, 50.0])
def test_arrays_keep_within_their_scale_and_are_never_all_zero_unless_told(shape, scale):
    for zero in (False, True):
        values = sampled(Arrays(scale, zero), shape)
        assert values.shape == (4000, *shape)
        assert np.abs(values).max() <= scale
        assert bool(np.any(np.all(values.reshape(4000, -1) == 0, axis=1))) is zero


@pytest.mark.parametrize("scale", [0.05, 1.0, 3.0])
@pytest.mark.parametrize("zero", [True, False])
def test_readable_arrays_keep_within_their_scale_too(scale, zero):
    simplest = find(Arrays(scale, zero).simple((2, 2)), lambda _: True)
    assert np.abs(simplest).max() <= scale
    assert np.all(simplest == 0) == zero
    constrained = find(Arrays(scale, zero).simple((3,)), lambda v: v[1] < 0)
    assert {*np.abs(constrained)} <= {0, 0.5, 1, 2, 3, scale}  # which of several nearly as simple ones is left to Hypothesis
    assert find(Arrays(scale, zero).simple((2, 4)), lambda v: v[1, 3] > 0)[1, 3] in (0.5, 1, 2, 3, scale)


def test_unit_vectors_take_every_class():
    drawn = sampled(OneHot(), (3,), n=300)
    assert {tuple(row) for row in drawn} == {(1, 0, 0), (0, 1, 0), (0, 0, 1)}
    assert find(OneHot().simple((3,)), lambda v: v[0] == 0).tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("domain", "says"),
    [
        (Reals(-40, 1e-6), "[-40, 1e-06]"),
        (Values((1.0, -1.0)), "{1, -1}"),
        (Arrays(2.0), "arrays with entries in [-2, 2] (dense, sparse, whole numbers)"),
        (Arrays(2.0, zero=True), "arrays with entries in [-2, 2] (dense, sparse, whole numbers, all zero)"),
        (OneHot(), "unit vectors"),
    ],
)
def test_a_domain_says_what_it_is(domain, says):
    assert domain.says == says


SPACE = Space(
    {x: Reals(0, 1), a: Arrays(1.0), W: Arrays(1.0)},
    sizes=({n: 2, m: 3}, {n: 3, m: 1}),
    construct=lambda batch: {**batch, "y": 2 * batch["x"]},
)


def test_a_batch_has_the_shapes_of_the_sizes_and_what_is_constructed():
    batch = SPACE.batch(np.random.default_rng(0), 5, SPACE.sizes[0], {})
    assert {name: value.shape for name, value in batch.items()} == {"x": (5,), "a": (5, 2), "W": (5, 2, 3), "y": (5,)}
    assert np.all(batch["y"] == 2 * batch["x"])
    assert SPACE.shape(W, SPACE.sizes[1]) == (3, 1)
    assert SPACE.shape(matrix("r", sp.Integer(1), m), SPACE.sizes[0]) == (1, 3)


def test_single_points_are_constructed_alike():
    point = find(SPACE.simple_points(SPACE.sizes[1]), lambda p: p["x"] > 0)
    assert {name: value.shape for name, value in point.items()} == {"x": (), "a": (3,), "W": (3, 1), "y": ()}
    assert point["x"] == 1
    assert point["y"] == 2


def test_a_window_steers_the_variable_it_is_named_for():
    space = Space({x: Reals(0, 100), y: Reals(0, 100)})
    batch = space.batch(np.random.default_rng(0), 1000, {}, {"y": (0.5, 0.5)})
    assert np.mean(batch["y"] == 50) > 0.4
    assert np.mean(batch["x"] == 50) < 0.01


def test_a_domain_is_replaced_by_name_and_the_rest_is_kept():
    wider = SPACE.but(x=Reals(-5, -4))
    assert wider.domains[x] == Reals(-5, -4)
    assert (wider.domains[a], wider.sizes, wider.construct) == (SPACE.domains[a], SPACE.sizes, SPACE.construct)
    assert SPACE.domains[x] == Reals(0, 1)


def test_a_misspelt_variable_is_refused_with_the_known_variables():
    with pytest.raises(ValueError, match=r"no variables \['z'\]; it has \['W', 'a', 'x'\]"):
        SPACE.but(z=Reals(0, 1))
