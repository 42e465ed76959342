"""Values of formulas: float64 with a bound on its error, and 50 digits, which is the truth that the bound must cover."""

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import SIZES, X, Y, matrix_trees, n, scalar_trees, values, whole_matrices
from theory.attack.evaluate import EPS, evaluate, evaluate_exactly, supported
from theory.symbols import Inner, Phi, column, matrix, positive, sigma, total

# An underflow is as large as the smallest number, and later factors of a tree cannot bring it above this.
UNDERFLOW = 1e-200


def truth(formula, **at):
    return evaluate_exactly(formula, {s: np.array([[mpmath.mpf(at[str(s)])]], dtype=object) for s in formula.free_symbols})[0, 0]


def value_and_bound(formula, **at):
    value, bound = evaluate(formula, {s: np.full((1, 1, 1), at[str(s)]) for s in formula.free_symbols})
    return value.item(), bound.item()


@given(scalar_trees(), values(), values())
def test_the_error_bound_covers_the_distance_to_the_truth(tree, x, y):
    value, bound = value_and_bound(tree, x=x, y=y)
    error = abs(mpmath.mpf(value) - truth(tree, x=x, y=y))
    assert error <= bound + UNDERFLOW, f"{tree} at {x}, {y}: off by {float(error):.2e}, bound {bound:.2e}"


@pytest.mark.parametrize("function", [sigma, Phi, sp.exp, sp.tanh, sp.log, sp.Abs])
def test_the_bound_covers_every_function_far_out_on_both_sides(function):
    at = np.linspace(-36, 36, 289) if function is not sp.log else np.geomspace(1e-300, 1e300, 289)
    value, bound = evaluate(function(X), {X: at.reshape(-1, 1, 1)})
    wrong = [u for u, v, b in zip(at, value.ravel(), bound.ravel(), strict=True) if abs(mpmath.mpf(v) - truth(function(X), x=u)) > b]
    assert wrong == []


# one formula for each source of error, in which that source dominates
SOURCES = {
    "a sum": X + Y,
    "a product": X * Y,
    "a number that float64 does not hold": X / 3,
    "a sum, multiplied": (X + Y) * (X - Y / 3),
    "a sum, squared": (X + Y) ** 2,
    "a sum, steeply mapped": sp.exp(20 * (X + Y)),
    "a sum far out": sigma(-40 + X + Y),
    "a sum under a root": sp.sqrt(100 + X + Y),
    "an exponent": (9 + X) ** (20 * (X + Y)),
    "a logarithm near one": sp.log((1 + X / 10**6) * (1 + Y / 10**6)),
    "an inner product": Inner(column("c", n), column("d", n)),
}


@pytest.mark.parametrize("source", SOURCES)
def test_the_bound_covers_each_source_of_error_by_itself(source):
    formula, rng = SOURCES[source], np.random.default_rng(0)
    at = {s: rng.uniform(0.5, 1, (400, 7 if isinstance(s, sp.MatrixSymbol) else 1, 1)) for s in formula.free_symbols - {n}}
    value, bound = evaluate(formula, at)
    exact = [
        evaluate_exactly(formula, {s: np.vectorize(mpmath.mpf, otypes=[object])(v[k]) for s, v in at.items()})[0, 0] for k in range(400)
    ]
    error = np.array([float(abs(v - t)) for v, t in zip(value.ravel(), exact, strict=True)])
    assert error.max() > 0
    assert np.all(error <= bound.ravel())
    assert np.max(error / bound.ravel()) > 1 / 64  # and the bound is not so wide that it could not fail


def test_the_bound_covers_the_square_of_what_cancels():
    # x + pi - y is below one ulp, so that its square is all error
    at = {X: np.linspace(1, 2, 50).reshape(-1, 1, 1)}
    at[Y] = at[X] + np.pi
    value, bound = evaluate((X + sp.pi - Y) ** 2, at)
    exact = [truth((X + sp.pi - Y) ** 2, x=p, y=q) for p, q in zip(at[X].ravel(), at[Y].ravel(), strict=True)]
    assert all(abs(v - t) <= b for v, t, b in zip(value.ravel(), exact, bound.ravel(), strict=True))


def test_the_bound_is_a_few_ulps_for_each_operation_on_positive_numbers():
    x, y, z = positive("x y z")
    formula = (x + y) * (y + z) / (x + 2 * z) * sp.sqrt(x * y + 1)
    value, bound = value_and_bound(formula, x=3.1, y=0.7, z=1e-3)
    assert 0 < bound <= 4 * EPS * sp.count_ops(formula) * value


def test_the_bound_grows_where_terms_cancel():
    value, bound = value_and_bound((1 + X) - sp.pi / 3, x=sp.N(sp.pi / 3 - 1))
    assert bound > abs(value)


@given(matrix_trees().filter(supported), st.integers(0, 9))  # a sum may cancel to a zero matrix
def test_matrices_of_whole_numbers_evaluate_alike_in_both_arithmetics(tree, seed):
    at = whole_matrices(seed)
    value, bound = evaluate(tree, {s: v[None] for s, v in at.items()})
    exact = evaluate_exactly(tree, {s: np.vectorize(mpmath.mpf, otypes=[object])(v) for s, v in at.items()})
    assert value.shape[1:] == exact.shape == (SIZES[tree.shape[0]], SIZES[tree.shape[1]])
    assert np.all(abs(value[0] - exact.astype(float)) <= bound[0])


def test_a_batch_evaluates_each_of_its_points():
    A, c = matrix("A", n, n), column("c", n)
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((5, 2, 2)), rng.standard_normal((5, 2, 1))
    value, _ = evaluate(X * A.T * c, {A: a, c: b, X: np.arange(5.0).reshape(5, 1, 1)})
    for k in range(5):
        assert np.allclose(value[k], k * a[k].T @ b[k], rtol=1e-14)


@pytest.mark.parametrize(("formula", "error"), [(1 / X, ZeroDivisionError), (sp.log(X - 1), ValueError), (sp.sqrt(X - 2), ValueError)])
def test_an_undefined_point_is_not_finite_in_float64_and_an_error_in_50_digits(formula, error):
    assert not np.isfinite(value_and_bound(formula, x=0.0)[0])
    with pytest.raises(error):
        truth(formula, x=0.0)


def test_fifty_digits_resolve_what_float64_cannot():
    formula = sp.exp(X) - 1 - X
    assert value_and_bound(formula, x=1e-12)[1] > 1e-24
    assert abs(truth(formula, x=1e-12) / mpmath.mpf("5e-25") - 1) < 1e-11


@given(scalar_trees())
def test_every_drawn_tree_is_supported(tree):
    assert supported(tree)


FOREIGN = [sp.sin(X), sp.I * X, sp.Function("g")(X), sp.zoo, sp.Sum(X, (n, 1, 3)), sp.Trace(matrix("A", n, n)), sp.Min(X, Y)]
FOREIGN += [Inner(matrix("A", n, n) ** -1 * column("c", n), column("c", n))]


@pytest.mark.parametrize("foreign", FOREIGN)
def test_a_foreign_node_is_not_supported_at_any_depth(foreign):
    assert not supported(foreign)
    assert not supported(sigma(1 + foreign))
    assert not supported(sp.Mul(foreign, Inner(column("c", n), column("c", n)), evaluate=False))


@given(scalar_trees(), scalar_trees(), values(), values())
def test_cached_values_of_one_formula_change_nothing_in_another(first, second, x, y):
    at = {X: np.full((1, 1, 1), x), Y: np.full((1, 1, 1), y)}
    known = {}
    evaluate(first, at, known)
    np.testing.assert_array_equal(evaluate(second, at, known), evaluate(second, at))


def test_nested_sums_take_each_part_at_its_own_indices():
    """sum_i A_ii / (|c|^2 + sum_j B_j A_ij e^{B_i}): parts that know no index, the outer one, the inner one, and both."""
    A, B, c = matrix("A", n, n), column("B", n), column("c", n)

    def of_row(i):
        inner = total(lambda j: Inner(j, B) * Inner(i, A * j) * sp.exp(Inner(i, B)), n, "j")
        return Inner(i, A * i) / (Inner(c, c) + inner)

    rng = np.random.default_rng(0)
    a, b, length = rng.uniform(1, 2, (3, 3)), rng.uniform(1, 2, 3), rng.uniform(1, 2, 3)
    expected = sum(a[i, i] / (length @ length + sum(b[j] * a[i, j] * np.exp(b[i]) for j in range(3))) for i in range(3))
    at = {A: a, B: b[:, None], c: length[:, None], n: np.full((1, 1), 3)}
    value, bound = evaluate(total(of_row, n), {s: v[None] for s, v in at.items()})
    exact = evaluate_exactly(total(of_row, n), {s: np.vectorize(mpmath.mpf, otypes=[object])(v) for s, v in at.items()})
    assert abs(value.item() - expected) <= bound.item() + 1e-14
    assert abs(exact[0, 0] - expected) < 1e-14
