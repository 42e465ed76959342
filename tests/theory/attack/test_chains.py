"""Normal forms of matrix expressions in any size: equal forms mean equal numbers, and the other way round."""

import operator
from functools import reduce
from math import prod

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import LETTERS, ONE, SIZES, X, m, matrix_trees, n, whole_matrices
from theory.attack import chains
from theory.symbols import Inner, column, matrix, norm

A, B = LETTERS[n, m]
S, R = LETTERS[n, n][0], LETTERS[m, m][0]
a, b = LETTERS[n, ONE]
c, d = LETTERS[m, ONE]


def direct(e, at):
    """The value of an expression, node by node: an array for a matrix, a number for a scalar."""
    if e in at:
        return at[e].item() if isinstance(e, sp.Symbol) else at[e]
    if e.is_Number:
        return float(e)
    if isinstance(e, sp.ZeroMatrix):
        return np.zeros([int(side.subs(SIZES)) for side in e.shape])
    parts = [direct(part, at) for part in e.args]
    match e:
        case sp.Transpose():
            return parts[0].T
        case sp.MatAdd() | sp.Add():
            return reduce(operator.add, parts)
        case sp.MatMul() | sp.Mul():
            matrices = [p for p in parts if np.ndim(p)]
            return prod(p for p in parts if not np.ndim(p)) * (reduce(operator.matmul, matrices) if matrices else 1.0)
        case sp.MatPow():
            return np.linalg.matrix_power(parts[0], int(parts[1]))
        case sp.Pow():
            return parts[0] ** parts[1]
        case _:
            assert isinstance(e, Inner)
            return np.sum(parts[0] * parts[1])


def of_words(words, at):
    """The value of a normal form: the scalars in it, which are named by their spelling, and then its words."""
    letters = {str(symbol): value for symbol, value in at.items()}

    def product(spelling):
        out = None
        for name in spelling:
            value = letters[name.rstrip("~")].T if name.endswith("~") else letters[name]
            out = value if out is None else out @ value
        return out

    def scalar(coefficient):
        named = {s: np.trace(product(s.name[1:-1].split())) for s in coefficient.free_symbols if s.name.startswith("<")}
        numbers = {s: at[s].item() for s in coefficient.free_symbols - named.keys() - SIZES.keys()}
        return float(coefficient.subs({**named, **numbers, **SIZES}))

    return sum(scalar(c) * (product(chains._spelling(word)) if word else np.ones((1, 1))) for word, c in words.items())


def form(e):
    """The normal form with its coefficients expanded, so that equal ones are the same dictionary."""
    return {word: value for word, c in chains.terms(e).items() if (value := sp.expand(c)) != 0}


SHAPES = st.sampled_from([(n, m), (n, n), (m, ONE), (ONE, n), (ONE, ONE)])
TREES = SHAPES.flatmap(lambda shape: matrix_trees(*shape))
PAIRS = SHAPES.flatmap(lambda shape: st.tuples(matrix_trees(*shape), matrix_trees(*shape)))


@given(TREES, st.integers(0, 9))
def test_a_normal_form_has_the_value_of_its_expression(tree, seed):
    at = whole_matrices(seed)
    assert np.allclose(of_words(chains.terms(tree), at), direct(tree, at), rtol=1e-9)


@given(PAIRS)
def test_forms_are_equal_exactly_where_all_numbers_are(pair):
    left, right = pair
    equal_numbers = all(np.allclose(direct(left, at), direct(right, at), rtol=1e-9) for at in map(whole_matrices, range(3)))
    assert (form(left) == form(right)) == equal_numbers


@given(matrix_trees(n, m, 2), matrix_trees(m, n, 2), matrix_trees(n, n, 2))
def test_an_inner_product_may_be_turned_and_its_factors_moved_across(P, Q, T):
    # <P Q, T> = <T, P Q> = <(P Q)^T, T^T> = <Q, P^T T> = <P, T Q^T>
    spellings = [(P * Q, T), (T, P * Q), ((P * Q).T, T.T), (Q, P.T * T), (P, T * Q.T)]
    expanded = [sp.expand(chains.inner(left, right)) for left, right in spellings]
    assert expanded == [expanded[0]] * 5


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (R * R * c, sp.MatMul(R, sp.MatMul(R, c))),
        (A * (R + R.T) * c, A * (R * c) + A * R.T * c),
        (b * a.T * A * c, Inner(A, a * c.T) * b),
        (a * b.T * a, Inner(a, b) * a),
        (A * (c + X * d), A * c + X * A * d),
        (Inner(A * R, B) * c, Inner(R, A.T * B) * c),
        (a.T * b, b.T * a),
        (sp.MatMul(sp.Identity(n), A), sp.MatMul(A, sp.Identity(m))),
        (norm(a) ** 2 * b, b * a.T * a),
    ],
)
def test_spellings_of_one_expression_have_one_form(left, right):
    assert left != right
    assert form(left) == form(right)


@pytest.mark.parametrize(
    ("left", "right"), [(S, S.T), (A * R, A * R.T), (a * b.T, b * a.T), (Inner(S, S.T) * a, Inner(S, S) * a), (A, B), (S, -S)]
)
def test_different_expressions_have_different_forms(left, right):
    assert form(left) != form(right)


def test_traces_of_cyclic_words_have_one_name():
    P, Q, T = (matrix(name, n, n) for name in "PQT")
    cyclic = [(P.T, Q * T), (Q.T, T * P), (T.T, P * Q), (P, (Q * T).T), ((Q * T), P.T)]
    assert len({chains.inner(left, right) for left, right in cyclic}) == 1
    assert chains.inner(P.T, Q * T) != chains.inner(P.T, T * Q)


def test_the_inner_product_of_identities_is_their_size():
    assert chains.inner(sp.Identity(n), sp.Identity(n)) == n
    assert chains.inner(X * sp.Identity(n), S) == X * chains.inner(sp.Identity(n), S)
    assert chains.inner(a.T * b, a.T * b) == chains.inner(a, b) ** 2


def test_a_squared_norm_is_known_to_be_non_negative_and_other_products_are_not():
    assert chains.inner(A, A).is_nonnegative
    assert chains.inner(a, a).is_nonnegative
    assert chains.inner(a, b).is_nonnegative is None
    assert chains.scalar(norm(X * a)) == sp.Abs(X) * sp.sqrt(chains.inner(a, a))


def test_inner_products_inside_coefficients_are_named_too():
    assert chains.scalar(Inner(Inner(a, b) * a, b)) == chains.inner(a, b) ** 2


def test_an_expression_without_a_normal_form_is_refused_by_name():
    with pytest.raises(TypeError, match="no normal form for Inverse"):
        chains.terms(S.inv() * a)


def test_a_letter_knows_its_shape_when_turned():
    letter = chains.Letter("A", n, m)
    assert (letter.transpose().rows, letter.transpose().columns) == (m, n)
    assert letter.transpose().transpose() == letter
    assert chains.terms(column("a", ONE)) == {(): chains._scalar_name((chains.Letter("a", ONE, ONE),))}
