"""The search finds planted failures, shrinks them, repeats itself, and takes no rounding for a failure."""

import importlib
import itertools

import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers

from theory.attack import search
from theory.attack.comparison import Comparison, comparison_of
from theory.attack.search import attack, describe, draw
from theory.attack.sides import NEXT
from theory.domain import CORNERS, Arrays, OneHot, Reals, Space, Values
from theory.statement import Inequality, Monotone
from theory.symbols import Inner, column, real, sigma, size

x, y, t = real("x y t")
n = size("n")
a, b = column("a", n), column("b", n)
PLANE = Space({x: Reals(-10, 10), y: Reals(-10, 10)})
VECTORS = Space({a: Arrays(3.0, zero=True)}, sizes=({n: 1}, {n: 3}))


def at_most(smaller, larger, strictly=False):
    return comparison_of(Inequality(part="p", smaller=smaller, larger=larger, strictly=strictly))


def shrunk(comparison, space, examples=2000, seed=0):
    counterexample = attack(comparison, space, examples, seed).counterexample
    assert counterexample is not None
    point, sizes, ruling = counterexample
    assert not ruling.holds
    return describe(point, sizes)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("at_x", "at_y"), [(3.21, -4.4), (-0.0007, 0.3), (9.9, 9.9)])
def test_a_failure_in_a_thousandth_of_the_space_is_found(seed, at_x, at_y):
    # |x - at_x| + |y - at_y| < 0.45 is an area of 0.405 out of 400
    planted = at_most(sp.Float("0.45"), sp.Abs(x - at_x) + sp.Abs(y - at_y))
    state = attack(planted, PLANE, 10_000, seed, shrink=False)
    assert state.counterexample is not None


def test_a_statement_that_holds_everywhere_is_not_refuted():
    state = attack(at_most(2 * x * y, x**2 + y**2), PLANE, 10_000, 0)
    assert state.counterexample is None
    assert state.exceeded == 0


@pytest.mark.parametrize(
    ("comparison", "space", "simplest"),
    [
        (at_most(x**2, sp.Integer(2)), PLANE, {"x": "2", "y": "0"}),
        (at_most(sp.Integer(-3), x + y), PLANE, {"x": "0", "y": "-4"}),
        (at_most(x, sp.Rational(1, 3)), Space({x: Reals(-1, 0.9)}), {"x": "0.5"}),
        (at_most(Inner(a, a), sp.Integer(3)), VECTORS, {"n": "1", "a": "[2]"}),
        (at_most(n * x, x + 1), Space({x: Reals(0, 5)}, sizes=({n: 1}, {n: 2}, {n: 4})), {"n": "2", "x": "2"}),
        (at_most(t, sp.S.Zero), Space({t: Values((-1.0, 1.0))}), {"t": "1"}),
        (
            at_most(Inner(a, b), sp.S.Half),
            Space({a: OneHot(), b: OneHot()}, sizes=({n: 3},)),
            {"n": "3", "a": "[1, 0, 0]", "b": "[1, 0, 0]"},
        ),
    ],
)
def test_a_failure_is_shrunk_to_the_simplest_point_in_the_smallest_size(comparison, space, simplest):
    assert shrunk(comparison, space) == simplest


def test_a_failure_with_no_simple_point_is_kept_as_found():
    narrow = at_most(sp.Float("1e-3"), sp.Abs(x - sp.pi) + sp.Abs(y / 10_000))
    point = shrunk(narrow, PLANE, 10_000)
    assert 0 < abs(float(point["x"]) - np.pi) < 1e-3


def test_one_seed_repeats_the_search_and_another_does_not():
    def run(seed):
        state = attack(at_most(sp.Float("0.45"), sp.Abs(x - 3) + sp.Abs(y + 4)), PLANE, 3000, seed)
        points = np.concatenate([batch["x"] for batch, _ in state.bank])
        return state.points, state.worst, state.exceeded, points.tolist(), describe(*state.counterexample[:2])

    assert run(7) == run(7)
    assert run(7)[3] != run(8)[3]


def test_the_first_batch_of_another_seed_shares_no_number_but_the_edges_and_starts_elsewhere():
    held = at_most(x, sp.Integer(11))
    first = {seed: attack(held, PLANE, 1, seed).bank[0][0] for seed in range(6)}
    for name in ("x", "y"):
        for batch_a, batch_b in itertools.combinations(first.values(), 2):
            assert set(batch_a[name]) & set(batch_b[name]) <= {-10, 10, 0, 1, -1}
        middles = [np.median(batch[name]) for batch in first.values()]
        assert max(middles) - min(middles) > 4, middles  # half of a batch lies in its window


def around(a, b):
    """Distance of two numbers on the circle [0, 1)."""
    return min((a - b) % 1, (b - a) % 1)


units = st.floats(0, 1)


@given(st.integers(0, 2**32 - 1), units, units)
def test_a_window_near_another_stays_near_it_whatever_the_seed(seed, a, b):
    turns = search._turns(["x", "y"], seed)
    window_a, window_b = (search._turned({"x": (at, at), "y": (at, at)}, turns) for at in (a, b))
    for name in ("x", "y"):
        for end in (0, 1):
            assert 0 <= window_a[name][end] < 1
            assert around(window_a[name][end], window_b[name][end]) == pytest.approx(around(a, b), abs=1e-15)


@pytest.mark.parametrize("examples", [1, 256, 257, 3000])
def test_at_least_as_many_points_are_drawn_as_asked_for(examples):
    state = attack(at_most(x, sp.Integer(11)), PLANE, examples, 0)
    assert examples <= state.points < examples + 2 * search.BATCH


def test_every_size_is_visited_and_batches_are_kept_for_the_near_misses():
    state = attack(at_most(sp.Integer(0), Inner(a, a)), VECTORS, 10_000, 0)
    assert len(state.bank) == search.BANK
    assert {sizes[n] for _, sizes in state.bank} == {1, 3}


def test_the_worst_score_belongs_to_the_worst_point():
    state = attack(at_most(x - 20, sp.S.Zero), PLANE, 3000, 0)
    largest = max(batch["x"].max() for batch, _ in state.bank)
    assert state.worst < 0
    assert state.suspects[0][1]["x"] >= largest
    assert [score for score, _, _ in state.suspects] == sorted([score for score, _, _ in state.suspects], reverse=True)


def test_rounding_is_not_taken_for_a_failure():
    # the definition loses all digits of x beside y; the formula does not
    ill = Comparison(lambda p: (p.x + p.y) - p.y, x, "=", {})
    state = attack(ill, Space({x: Reals(1e-6, 1e-3), y: Reals(1, 1e6)}), 3000, 0)
    assert state.counterexample is None
    assert state.exceeded > state.ruled == search.RULED


@pytest.mark.parametrize(
    ("smaller", "larger", "space"),
    [
        (x, x + y**2, PLANE),
        (Inner(a, a), 2 * Inner(a, a), VECTORS),
        (sp.S.One, sigma(y - x) / sigma(-x), Space({x: Reals(-40, 40), y: Reals(0, 40)})),
        (x * sp.Rational(1, 3), y / 3, Space({x: Reals(0, 1), y: Values((1.0,))})),
    ],
)
def test_a_strict_inequality_falls_at_an_exact_tie_and_only_there(smaller, larger, space):
    assert attack(at_most(smaller, larger), space, 3000, 0).counterexample is None
    state = attack(at_most(smaller, larger, strictly=True), space, 3000, 0)
    assert state.counterexample is not None
    _, _, ruling = state.counterexample
    assert ruling.left == ruling.right


def test_an_exact_tie_is_found_among_many_points_that_rounding_brings_closer():
    # for y > 0 the smaller side is x up to rounding, above or below; at y = 0 both sides are x
    close = Comparison(lambda p: (p.x + p.y) - p.y, x + y / 10**20, "<", {})
    state = attack(close, Space({x: Reals(0.5, 1), y: Reals(0, 4)}), 3000, 0, shrink=False)
    assert 0 < state.worst < 1
    assert state.counterexample is not None
    assert state.counterexample[0]["y"] == 0


@pytest.mark.parametrize("undefined", [1 / x, sp.log(x), sp.sqrt(x - 1)])
def test_a_statement_falls_where_it_is_undefined(undefined):
    state = attack(Comparison(undefined, undefined, "=", {}), Space({x: Reals(0, 3)}), 500, 0)
    assert state.counterexample is not None
    assert state.counterexample[2].left == "undefined"


def test_a_definition_that_is_undefined_at_zero_falls_there():
    unit = Comparison(lambda p: p.a / jnp.sqrt(jnp.sum(p.a**2)), a / sp.sqrt(Inner(a, a)), "=", {})
    assert attack(unit, Space({a: Arrays(3.0)}, VECTORS.sizes), 2000, 0).counterexample is None
    assert shrunk(unit, VECTORS) == {"n": "1", "a": "[0]"}


ALONG = comparison_of(Monotone(part="p", quantity=x**2, along=x))


@pytest.mark.parametrize("domain", [Reals(-1, 1), Reals(0, 1e-3), Values((1.0, 2.0)), Values((-1.0, 0.0, 1.0))])
def test_pairs_along_a_variable_are_ordered_and_never_tied(domain):
    space = Space({x: domain, y: Reals(0, 1)})
    for seed in range(20):
        batch = draw(space, ALONG, seed, {}, {}, 64)
        assert np.all(batch["x"] < batch["x" + NEXT])
        assert f"y{NEXT}" not in batch


def test_half_of_all_values_along_a_variable_come_from_the_window_but_for_the_corners():
    batch = draw(Space({x: Reals(0, 40)}), ALONG, 0, {}, {"x": (0.25, 0.3)}, 2000)
    drawn = np.concatenate([batch["x"], batch["x" + NEXT]])
    assert 0.5 * (1 - CORNERS) < np.mean((drawn >= 10) & (drawn <= 12)) < 0.6


def test_windows_close_in_on_a_point_and_stay_within_the_domain():
    space = Space({x: Reals(-10, 10), y: Reals(3, 3), t: Values((1.0, -1.0)), a: Arrays()}, VECTORS.sizes)
    point = {"x": np.asarray(9.5), "y": np.asarray(3.0), "t": np.asarray(1.0), "a": np.ones(1)}
    assert search._around(point, space, 0.1) == {"x": pytest.approx((0.875, 1.0)), "y": (0.0, 0.1)}


@pytest.mark.parametrize(
    ("statement", "pair"),
    [
        (Monotone(part="p", quantity=x**2, along=x), {"x": "-1", "x (second)": "0"}),
        (Monotone(part="p", quantity=x**3, along=x, increasing=False), {"x": "0", "x (second)": "1"}),
        (Monotone(part="p", quantity=(x + sp.Abs(x)), along=x), {"x": "-1", "x (second)": "0"}),
        (Monotone(part="p", quantity=lambda p: jnp.minimum(p.x, 2.0), along=x), {"x": "2", "x (second)": "3"}),
    ],
)
def test_a_pair_that_breaks_monotonicity_is_shrunk_too(statement, pair):
    assert shrunk(comparison_of(statement), Space({x: Reals(-10, 10)})) == pair


def test_a_monotone_quantity_stands_and_a_level_one_stands_where_it_need_not_be_strict():
    space = Space({x: Reals(-10, 10)})
    assert attack(comparison_of(Monotone(part="p", quantity=x**3, along=x)), space, 3000, 0).counterexample is None
    level = Monotone(part="p", quantity=x + sp.Abs(x), along=x, strictly=False)
    assert attack(comparison_of(level), space, 3000, 0).counterexample is None


def test_a_point_is_written_with_sizes_first_and_arrays_in_brackets():
    point = {"x": np.asarray(0.1), "W": np.array([[1.0, -0.5], [0.0, 1e-7]]), f"x{NEXT}": np.asarray(2.0)}
    assert describe(point, {n: 2}) == {"n": "2", "x": "0.1", "W": "[[1, -0.5], [0, 1e-07]]", "x (second)": "2"}


def test_other_loaded_modules_change_no_draw(tmp_path, monkeypatch):
    """Hypothesis would take numbers from the source of any module that is not installed, and so from this one."""
    before = attack(at_most(x - 20, sp.S.Zero), PLANE, 3000, 0).worst
    (tmp_path / "full_of_numbers.py").write_text("NUMBERS = [" + ", ".join(f"0.{k}, {k}" for k in range(1000, 2000)) + "]\n")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("full_of_numbers")
    assert attack(at_most(x - 20, sp.S.Zero), PLANE, 3000, 0).worst == before
    assert len(providers.HypothesisProvider(None)._local_constants) == 0
