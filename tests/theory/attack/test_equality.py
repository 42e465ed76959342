"""What SymPy shows to be zero is zero, and what is zero it mostly shows: for scalars, labels, norms and matrices of any size."""

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import LETTERS, ONE, X, Y, m, matrix_trees, n, numbers, scalar_trees
from theory.attack.equality import equal, is_zero
from theory.attack.evaluate import evaluate_exactly
from theory.symbols import Inner, Phi, Sign, norm, positive, real, sigma

A, B = LETTERS[n, m]
a, b = LETTERS[n, ONE]
c, _ = LETTERS[m, ONE]
S = LETTERS[n, n][0]
t, s = Sign("t"), Sign("s")
u, v = real("u v")
p, q = positive("p q")

# two formulas that are the same, and the second one with one change
SAME = {
    "scalars": (sigma(u) + sigma(-u), sp.S.One, sp.S.Half),
    "the normal law": (Phi(u) + Phi(-u), sp.S.One, 2 * Phi(u)),
    "quotients": (1 / (u - v) - 1 / (u + v), 2 * v / (u**2 - v**2), 2 * u / (u**2 - v**2)),
    "matrices": (b * (A * c).T * a, Inner(A, a * c.T) * b, Inner(B, a * c.T) * b),
    "the order of factors": ((S * S.T).T, S * S.T, S.T * S),
    "inner products": (Inner(a + b, a + b), Inner(a, a) + 2 * Inner(b, a) + Inner(b, b), Inner(a, a) + Inner(b, a) + Inner(b, b)),
    "norms": (norm(p * a), p * norm(a), u * norm(a)),
}


@pytest.mark.parametrize("name", SAME)
def test_two_formulas_are_equal_and_one_change_makes_them_differ(name):
    left, right, changed = SAME[name]
    assert equal(left, right)
    assert not equal(left, changed)


@given(scalar_trees(4), scalar_trees(4))
def test_no_expression_with_a_value_is_taken_for_zero(left, right):
    difference = left - right
    at = {X: np.array([[mpmath.mpf("0.7")]], dtype=object), Y: np.array([[mpmath.mpf("-1.3")]], dtype=object)}
    if is_zero(difference):
        assert abs(evaluate_exactly(difference, at)[0, 0]) < mpmath.mpf(10) ** -80


@given(st.lists(st.tuples(numbers(), scalar_trees(2)), min_size=1, max_size=3), scalar_trees(2))
def test_a_product_multiplied_out_is_the_product(terms, factor):
    total = sum(coefficient * tree for coefficient, tree in terms)
    parts = sum(coefficient * tree * factor for coefficient, tree in terms)
    assert is_zero(total * factor - parts)


@given(matrix_trees(n, m, 2), matrix_trees(n, m, 2))
def test_the_parallelogram_law_holds_for_all_matrices(P, Q):
    law = Inner(P + Q, P + Q) + Inner(P - Q, P - Q) - 2 * Inner(P, P)
    assert is_zero(law - 2 * Inner(Q, Q))
    assert not is_zero(law - 2 * Inner(Q, Q) - Inner(A, A))


@pytest.mark.parametrize(
    ("expression", "zero"),
    [
        (t**2 - 1, True),
        (t**3 * u - t * u, True),
        (sigma(t * u) + sigma(-t * u) - 1, True),
        (t - 1, False),
        (t * s - 1, False),
        ((t - 1) * (t + 1) * (s - 1), True),
        ((t - 1) * (s + 1), False),
        (sp.sqrt(u**2) - u, False),
        (sp.sqrt(p**2) - p, True),
        (sp.log(p * q) - sp.log(p) - sp.log(q), True),
        (sp.exp(u) * sp.exp(-u) - 1, True),
        (norm(t * a) - norm(a), True),
    ],
)
def test_labels_go_through_both_signs_and_roots_keep_theirs(expression, zero):
    assert is_zero(expression) is zero


def test_sums_of_symbolic_length_are_left_to_sympy():
    k, length = sp.symbols("k N", integer=True, positive=True)
    gauss = sp.Sum(k, (k, 1, length)).doit() - length * (length + 1) / 2
    assert is_zero(gauss)
    assert is_zero(sp.Sum(u, (k, 1, 3)) - 3 * u)
    assert not is_zero(sp.Sum(u, (k, 1, 3)) - 2 * u)


def test_a_difference_below_any_sampled_digit_is_still_not_zero():
    assert not is_zero(u * sp.Rational(1, 10**40))
