"""The functions that SymPy lacks: values, derivatives, rewriting, and what may not be built."""

import pickle

import pytest
import sympy as sp

from theory.symbols import Inner, Phi, Sign, column, matrix, norm, positive, real, sigma, size

u = real("u")
n, m = size("n"), size("m")
a, b, W = column("a", n), column("b", n), matrix("W", n, m)


@pytest.mark.parametrize(("function", "rule"), [(sigma, sp.exp), (Phi, sp.erf)])
def test_the_derivative_equals_the_derivative_of_the_function_written_out(function, rule):
    plain = function(u).rewrite(rule)
    assert not plain.has(function)
    assert sp.simplify(sp.diff(plain, u) - sp.diff(function(u), u).rewrite(sp.exp)) == 0
    assert sp.diff(function(3 * u), u) == 3 * sp.diff(function(u), u).subs(u, 3 * u)


@pytest.mark.parametrize(
    ("function", "at", "value"), [(sigma, 0, 0.5), (sigma, sp.log(3), 0.75), (Phi, 0, 0.5), (Phi, 1, 0.8413447460685429)]
)
def test_values_written_out(function, at, value):
    rule = sp.exp if function is sigma else sp.erf
    assert float(function(u).rewrite(rule).subs(u, at)) == pytest.approx(value, rel=1e-15)


def test_a_function_is_kept_as_it_stands_under_other_rules():
    assert sigma(u).rewrite(sp.erf) == sigma(u)
    assert Phi(u).rewrite(sp.exp) == Phi(u)
    assert sigma(u).is_positive
    assert Phi(u).is_positive


def test_an_inner_product_needs_equal_shapes():
    with pytest.raises(sp.matrices.exceptions.ShapeError, match=r"equal shapes, got \(n, 1\) and \(n, m\)"):
        Inner(a, W)


def test_an_inner_product_is_real_and_its_square_is_not_negative():
    assert Inner(a, b).is_real
    assert Inner(a, a).is_nonnegative
    assert Inner(a, b).is_nonnegative is None
    assert norm(W) ** 2 == Inner(W, W)


def test_inner_products_are_written_with_brackets():
    assert str(2 * Inner(a, b)) == "2*<a, b>"
    assert sp.latex(Inner(a, b)) == r"\langle a, b\rangle"


def test_a_label_is_real_and_not_zero_but_has_no_sign():
    t = Sign("t")
    assert (t.is_real, t.is_nonzero, t.is_positive) == (True, True, None)
    assert t == Sign("t")


def test_symbols_carry_their_assumptions():
    assert all(s.is_real and s.is_positive is None for s in real("u v"))
    assert positive("p").is_positive
    assert n.is_integer
    assert n.is_positive
    assert (W.shape, a.shape) == ((n, m), (n, 1))


def test_formulas_survive_a_trip_to_another_process():
    formula = sigma(u) * Phi(u) + Inner(a, b)
    assert pickle.loads(pickle.dumps(formula)) == formula
