"""Near misses: systematic, distinct, of the formula's own shape, and never the formula itself."""

import pytest
import sympy as sp
from hypothesis import given, settings

from tests.strategies import LETTERS, ONE, X, Y, m, matrix_trees, n, scalar_trees
from theory.attack.near_miss import FEWEST, near_misses
from theory.symbols import Inner, Phi, Total, matrix, norm, real, sigma, total

A, B = LETTERS[n, m]
a, b = LETTERS[n, ONE]
c, d = LETTERS[m, ONE]
u, v, w = real("u v w")


def formulas(formula, **options):
    return [miss.formula for miss in near_misses(formula, **options)]


@pytest.mark.parametrize(
    ("formula", "variant", "change"),
    [
        (sigma(v - u) / sigma(-u), sigma(u - v) / sigma(-u), "sigma(u) turned into sigma(-u)"),
        (sigma(v - u) / sigma(-u), sigma(v + u) / sigma(-u), "the sign of the term -u flipped"),
        (u - v * w, u, "the term -v*w dropped"),
        (u - v * w, u + v * w, "the sign of the term -v*w flipped"),
        (2 * u * v, 2 * u, "the factor v dropped"),
        (2 * u * v, 3 * u * v, "2 turned into 3"),
        (2 * u * v, -2 * u * v, "the sign of 2*u*v flipped"),
        (u * v / 2, 2 * u * v, "1/2 inverted"),
        (u + v, v + v, "u replaced by v"),
        (u / v**2, u / v, "the exponent of v**(-2) raised by one"),
        (u / v**2, u * v**2, "the exponent of v**(-2) negated"),
        (u / v**2, u * v, "the exponent of v**(-2) dropped"),
        (Phi(u * v), Phi(-u * v), "Phi(u) turned into Phi(-u)"),
        (sp.log(1 + u**2), 1 + u**2, "log dropped"),
        (sp.log(1 + u**2), sp.log(2 + 2 * u**2), "the argument of log doubled"),
        (norm(a) * c, Inner(a, a) * c, "the exponent of sqrt(<a, a>) dropped"),
        (Inner(a, b) * c, norm(a) * c, "<a, b> turned into its root"),
        (A * c + a, B * c + a, "A replaced by B"),
        (A * c + a, A * d + a, "c replaced by d"),
        (A * c + a, -A * c + a, "the sign of the term A*c flipped"),
        (a * c.T, b * c.T, "a replaced by b"),
    ],
)
def test_a_plausible_misprint_is_among_the_near_misses(formula, variant, change):
    made = near_misses(formula, swaps=(B, b, d))
    assert sp.expand(variant) in [sp.expand(miss.formula) for miss in made]
    assert change in [miss.change for miss in made]


def test_the_index_of_a_sum_is_never_misprinted():
    entries = total(lambda e: Inner(e, a) * sp.exp(Inner(e, b)), n)
    made = [miss for miss in near_misses(entries, swaps=(b,)) if miss.formula.has(Total)]
    assert {part.args[1] for miss in made for part in miss.formula.atoms(Total)} == {entries.args[1]}
    assert not any(entries.args[1] in miss.formula.free_symbols for miss in made)
    assert total(lambda e: Inner(e, b) * sp.exp(Inner(e, b)), n) in [miss.formula for miss in made]


@settings(max_examples=40)
@given(scalar_trees())
def test_every_variant_of_a_scalar_differs_from_the_formula_and_from_every_other(tree):
    made = formulas(tree, space=(X, Y))
    assert tree not in made
    assert len(made) == len(set(made))
    assert not any(e.has(sp.nan, sp.zoo, sp.oo, sp.I) for e in made)


@settings(max_examples=40)
@given(matrix_trees(depth=2))
def test_every_variant_of_a_matrix_keeps_its_shape(tree):
    made = near_misses(tree, space=(A, B, a, c))
    assert made
    assert {miss.formula.shape for miss in made} == {tree.shape}
    assert tree not in [miss.formula for miss in made]


@pytest.mark.parametrize("formula", [sp.S.One, sp.Integer(2), sp.S.Half, u, -u, u * v, u**2, sigma(u), sp.sqrt(u)])
def test_a_short_formula_gets_at_least_ten_with_the_variables_of_its_space(formula):
    assert len(formulas(formula)) < FEWEST
    made = formulas(formula, space=(u, v))
    assert len(made) >= FEWEST
    assert len(made) == len(set(made))
    assert formula not in made


def test_a_short_matrix_formula_gets_at_least_ten_too():
    made = formulas(A, space=(A, B, matrix("D", n, m), c))
    assert len(made) >= FEWEST
    assert {e.shape for e in made} == {A.shape}


def test_a_long_formula_is_not_confused_with_the_variables_of_the_space():
    formula = (1 + sp.exp(u)) / (1 + sp.exp(u - v))
    assert formulas(formula) == formulas(formula, space=(u, v, w))
    assert all(e.free_symbols <= {u, v} for e in formulas(formula))


def test_dimensions_are_not_confused_with_numbers():
    changes = [miss.change for miss in near_misses(u * v * Inner(a, a))]
    assert "u replaced by v" in changes
    assert "u replaced by n" not in changes


def test_a_product_whose_inner_sizes_no_longer_meet_is_not_made():
    # without B^T, A c would be (n, 1) times (n, m): sizes that meet only where n = m
    assert all(sp.expand(e).shape == (n, m) for e in formulas(A * B.T * A))
    assert A * A not in formulas(A * B.T * A)


def test_a_long_part_is_named_by_its_beginning():
    factor = sum(sp.Symbol(f"term{k}") for k in range(9))
    changes = [miss.change for miss in near_misses(u * sigma(factor))]
    assert max(map(len, changes)) < 80
    assert any("..." in change for change in changes)
