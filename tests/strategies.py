"""Expressions and points that several tests draw; `tests/meta/test_strategies.py` shows that they reach what matters.

Scalar trees use the symbols X and Y, which stand for values of at most TOP in size. Arguments of logarithms, roots and
quotients are kept at 1 or above by construction, so every tree is defined and smooth wherever its symbols are.
Matrix trees use symbolic sizes n and m beside the size 1.
"""

import numpy as np
import sympy as sp
from hypothesis import strategies as st

from theory.symbols import Inner, Phi, column, matrix, real, sigma, size

TOP = 8.0
X, Y = real("x y")
n, m = size("n"), size("m")
ONE = sp.Integer(1)
SIZES = {n: 2, m: 3}
LETTERS = {
    (n, m): (matrix("A", n, m), matrix("B", n, m)),
    (n, n): (matrix("S", n, n),),
    (m, m): (matrix("R", m, m),),
    (n, ONE): (column("a", n), column("b", n)),
    (m, ONE): (column("c", m), column("d", m)),
}
FACTORS = (sp.Integer(-1), sp.Integer(2), sp.Rational(1, 3), X)


def numbers():
    """Small whole numbers and fractions, one of which float64 cannot hold, and pi."""
    return st.sampled_from([sp.Integer(-2), sp.Integer(1), sp.Integer(3), sp.Rational(1, 3), sp.Rational(-5, 2), sp.pi])


def _grow(trees):
    def power(base, exponent):
        return (1 + base**2) ** exponent

    pairs = st.tuples(trees, trees)
    return st.one_of(
        pairs.map(lambda p: p[0] + p[1]),
        pairs.map(lambda p: p[0] - p[1]),
        pairs.map(lambda p: p[0] * p[1]),
        pairs.map(lambda p: p[0] / (1 + p[1] ** 2)),
        pairs.map(lambda p: power(p[0], sigma(p[1]))),
        trees.flatmap(lambda t: st.sampled_from([t**2, t**3, sp.Abs(t), power(t, sp.S.Half), power(t, sp.Rational(-1, 3))])),
        trees.flatmap(lambda t: st.sampled_from([sigma(t), Phi(t), sp.tanh(t), sp.log(1 + t**2), sp.exp(sp.tanh(t))])),
    )


def scalar_trees(leaves=5):
    """SymPy expressions in X and Y with up to `leaves` leaves."""
    return st.recursive(st.one_of(st.sampled_from([X, Y]), numbers()), _grow, max_leaves=leaves)


def values(top=TOP):
    """Numbers of up to `top` in size: simple ones, tiny ones, any."""
    return st.one_of(st.sampled_from([0.0, 1.0, -1.0, top, -top, 1e-9, -0.5]), st.floats(-top, top, allow_subnormal=False))


@st.composite
def matrix_trees(draw, rows=n, columns=m, depth=3):
    """Matrix expressions of the given shape: letters, transposes, sums, products and multiples by scalars."""
    letters = [*LETTERS.get((rows, columns), ()), *(letter.T for letter in LETTERS.get((columns, rows), ()))]
    if depth == 0 or (letters and draw(st.integers(0, 3)) == 0):
        return draw(st.sampled_from(letters)) if letters else _between(draw, rows, columns)
    kind = draw(st.sampled_from(["sum", "product", "multiple", "inner", "turned"]))
    if kind == "sum":
        return draw(matrix_trees(rows, columns, depth - 1)) + draw(matrix_trees(rows, columns, depth - 1))
    if kind == "product":
        middle = draw(st.sampled_from([n, m, ONE]))
        return draw(matrix_trees(rows, middle, depth - 1)) * draw(matrix_trees(middle, columns, depth - 1))
    if kind == "turned":
        return draw(matrix_trees(columns, rows, depth - 1)).T
    if kind == "inner":
        r, c = draw(st.sampled_from([(n, m), (n, ONE), (m, n)]))
        product = Inner(draw(matrix_trees(r, c, depth - 1)), draw(matrix_trees(r, c, depth - 1)))
        return product * draw(matrix_trees(rows, columns, depth - 1))
    return draw(st.sampled_from(FACTORS)) * draw(matrix_trees(rows, columns, depth - 1))


def _between(draw, rows, columns):
    """Return a product of two letters of a shape that no letter has: only 1 by 1 is such."""
    assert (rows, columns) == (ONE, ONE)
    return draw(st.sampled_from([column("a", n).T * column("b", n), column("c", m).T * column("c", m)]))


def whole_matrices(seed):
    """Return {symbol: array of whole numbers} for every letter and X at SIZES: products of them are exact in float64."""
    rng = np.random.default_rng(seed)
    matrices = {X: np.full((1, 1), 3.0)}
    for (rows, columns), letters in LETTERS.items():
        for letter in letters:
            matrices[letter] = rng.integers(-3, 4, (SIZES[rows], SIZES.get(columns, 1))).astype(float)
    return matrices
