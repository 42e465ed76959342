"""Sums over unit vectors, their normal form and their rules: what holds, and the nearest lie, which is refused."""

import pytest
import sympy as sp

from theory.kernel.balls import look, refuted, satisfied
from theory.kernel.propositions import every
from theory.kernel.rules import assumed, at_unit, cut, decided, equal, for_every, monotone, put, relation, replaced, summed, tends
from theory.kernel.sentence import sentence
from theory.kernel.sums import every_unit
from theory.kernel.terms import Every, Gradient, Refused, Rel, Slope, free
from theory.meaning import gradient
from theory.symbols import Inner, MatrixTotal, Sign, Total, Unit, column, matrix, real, size, total, unit

n, d = size("n"), size("d")
X, a, b, w = matrix("X", n, d), column("a", n), column("b", n), column("w", d)
e, u, v = unit("e", n), unit("u", n), unit("v", n)
x, y = real("x y")
i = Unit(".i", n, 1)


def exps(of):
    return total(lambda k: sp.exp(Inner(k, of)), n, "k")


TRUE = {
    "sum of products": (total(lambda k: Inner(k, a) * Inner(k, b), n), Inner(a, b)),
    "sum of squares": (total(lambda k: Inner(k, a) ** 2, n), Inner(a, a)),
    "sum of ones": (total(lambda _: x, n), n * x),
    "one term is picked": (total(lambda k: Inner(k, e) * sp.exp(Inner(k, a)), n), sp.exp(Inner(e, a))),
    "a factor without the index": (total(lambda k: sp.exp(Inner(k, a) + x), n), sp.exp(x) * exps(a)),
    "another name of the index": (exps(a), total(lambda k: sp.exp(Inner(k, a)), n, "j")),
    "rows weighted": (total(lambda k: Inner(k, a) * X.T * k, n), X.T * a),
    "rows and columns": (total(lambda k: X.T * k * k.T * X, n), X.T * X),
    "a column entry": (Inner(e, total(lambda k: sp.exp(Inner(k, a)) * k, n)), sp.exp(Inner(e, a))),
    "two sums multiplied": (total(lambda k: sp.exp(Inner(k, a)) * exps(b), n, "j"), exps(a) * exps(b)),
    "two columns": (
        Inner(total(lambda k: sp.exp(Inner(k, a)) * k, n), total(lambda k: sp.exp(Inner(k, b)) * k, n, "j")),
        total(lambda k: sp.exp(Inner(k, a) + Inner(k, b)), n),
    ),
    "the square of an inner product of unit vectors": (Inner(e, u) ** 3, Inner(e, u)),
    "the same unit vector twice": (Inner(e, u) * Inner(a, u), Inner(e, u) * Inner(a, e)),
    "its own length": (Inner(e, e), sp.S.One),
    "terms of one form": (
        total(lambda k: 1 / (1 + sp.exp(-Inner(k, a))), n),
        total(lambda k: sp.exp(Inner(k, a)) / (1 + sp.exp(Inner(k, a))), n),
    ),
}  # fmt: skip
LIES = {
    "the sum of the squares of other entries": (total(lambda k: Inner(k, a) ** 2, n), Inner(a, b)),
    "a sum for a product": (total(lambda k: Inner(k, a), n), Inner(a, b)),
    "one for n": (total(lambda _: x, n), x),
    "another term": (total(lambda k: Inner(k, e) * sp.exp(Inner(k, a)), n), sp.exp(Inner(u, a))),
    "the sum for one term": (exps(a), sp.exp(Inner(e, a))),
    "a diagonal for a product": (exps(a) * exps(b), total(lambda k: sp.exp(Inner(k, a) + Inner(k, b)), n)),
    "the diagonal for the matrix": (total(lambda k: Inner(k, a) * k * k.T, n) * b, a),
    "rows without their weights": (total(lambda k: Inner(k, a) * X.T * k, n), total(lambda k: X.T * k, n)),
    "two unit vectors that may be one": (Inner(e, u), sp.S.Zero),
    "two unit vectors that may differ": (Inner(e, u), sp.S.One),
    "two sizes": (total(lambda _: x, n), total(lambda _: x, d)),
}


@pytest.mark.parametrize("sides", TRUE.values(), ids=TRUE)
def test_equal_sums(sides):
    made = equal(*sides)
    assert made.conclusion == relation("=", *sides)
    assert not made.hypotheses


@pytest.mark.parametrize("sides", LIES.values(), ids=LIES)
def test_unequal_sums_are_refused(sides):
    with pytest.raises(Refused):
        equal(*sides)


def test_no_name_of_an_index_is_captured():
    """The weight of the outer sum must not slip into the inner one, whatever both are called."""
    inner = total(lambda k: sp.exp(Inner(k, a)), n, "i")
    made = total(lambda k: Inner(k, b) * inner.xreplace({}), n, "j")
    assert equal(made, inner * total(lambda k: Inner(k, b), n)).conclusion.left == made
    for name in ("i", "j"):
        with pytest.raises(Refused):
            equal(total(lambda k: Inner(k, b) * inner, n, "j"), total(lambda k: Inner(k, b) * sp.exp(Inner(k, a)), n, name))


def test_an_index_is_bound_once_and_is_a_unit_vector():
    for term in (Total(Total(Inner(i, a), i), i), Total(x, column(".c", n)), Total(Inner(e, a), e), Total(x, Unit(".#1", n, 1))):
        with pytest.raises(Refused):
            relation("=", term, 0)
    with pytest.raises(Refused, match="must be a column"):
        relation("=", Inner(Unit("q", n, n), Unit("q", n, n)), 0)


def test_gradients_go_under_sums():
    value = sp.log(exps(w.xreplace({d: n})))
    f = column("w", n)
    summed_up = summed(decided(relation("<", 0, sp.exp(Inner(unit("k", n), f)))), unit("k", n))
    positive = replaced(summed_up, equal(summed_up.conclusion.left, 0)).conclusion
    share = total(lambda k: sp.exp(Inner(k, f)) * k, n, "j") / total(lambda k: sp.exp(Inner(k, f)), n, "m")
    slope = gradient(lambda at: sp.log(total(lambda k: sp.exp(Inner(k, at)), n)), f)
    assert equal(slope, share, positive).hypotheses == {positive}
    with pytest.raises(Refused, match="differ by"):
        equal(slope, 2 * share, positive)
    with pytest.raises(Refused, match="nothing shows"):
        equal(slope, share)
    assert value.has(Total)


def test_slopes_go_under_sums():
    s = real(".s")
    assert equal(Slope(total(lambda k: sp.exp(s * Inner(k, a)), n), s, x), total(lambda k: Inner(k, a) * sp.exp(x * Inner(k, a)), n))
    with pytest.raises(Refused, match="differ by"):
        equal(Slope(total(lambda k: sp.exp(s * Inner(k, a)), n), s, x), total(lambda k: sp.exp(x * Inner(k, a)), n))


# ---- the rules ----
SIGN = relation("<", 0, Inner(e, a))


def test_summed_adds_up_what_holds_of_each():
    made = summed(decided(relation("<", 0, 2 * Inner(e, a)), given=(SIGN,)), e)
    index = Unit(".e", n, 1)
    assert made.conclusion == Rel("<", Total(sp.S.Zero, index), Total(2 * Inner(index, a), index))
    assert made.hypotheses == {Every(index, Rel("<", sp.S.Zero, Inner(index, a)))}


def test_summed_keeps_the_hypothesis_of_one_unit_vector_from_all():
    """That one entry is positive does not make the sum of all entries positive."""
    entry = decided(relation("<", 0, 2 * Inner(e, a)), given=(SIGN,))
    assert SIGN not in summed(entry, e).hypotheses
    assert summed(put(entry, {e: u}), u).hypotheses == {Every(Unit(".u", n, 1), Rel("<", sp.S.Zero, Inner(Unit(".u", n, 1), a)))}


def test_summed_needs_terms_and_a_unit_vector():
    apart = assumed(relation("!=", Inner(e, a), 0))
    with pytest.raises(Refused, match="adds up"):
        summed(apart, e)  # numbers that are not 0 may add up to 0
    for index in (column("a", n), x, i):
        with pytest.raises(Refused):
            summed(assumed(SIGN), index)
    with pytest.raises(Refused, match="at least one"):
        summed(decided(relation("<", 0, sp.exp(Inner(unit("q", d - 1), column("c", d - 1))))), unit("q", d - 1))  # d - 1 may be 0
    with pytest.raises(Refused, match="not a theorem"):
        summed(SIGN, e)


def test_matrices_are_summed_too():
    equation = equal(Inner(e, a) * X.T * e, X.T * (Inner(e, a) * e))
    assert isinstance(summed(equation, e).conclusion.left, MatrixTotal)


def test_for_every_and_at_unit():
    wide = for_every(decided(relation("<=", 0, Inner(e, a) ** 2)), e)
    assert type(wide.conclusion) is Every
    assert not wide.hypotheses
    assert at_unit(wide, u).conclusion == relation("<=", 0, Inner(u, a) ** 2)
    kept = for_every(assumed(SIGN), e)
    assert kept.hypotheses == {kept.conclusion}
    for index in (unit("q", d), column("q", n), i):
        with pytest.raises(Refused):
            at_unit(wide, index)
    with pytest.raises(Refused, match="needs what holds"):
        at_unit(assumed(SIGN), u)


def test_a_relation_on_every_entry_holds_for_each_named_entry():
    positive = every(i, Rel("<", sp.S.Zero, Inner(i, a)))
    assert decided(relation("<", 0, Inner(e, a) + Inner(u, a)), given=(positive,)).hypotheses == {positive}
    with pytest.raises(Refused, match="does not follow"):
        decided(relation("<", 0, Inner(e, b)), given=(positive,))
    with pytest.raises(Refused, match="does not follow"):
        decided(relation("<", 0, Inner(b, a)), given=(positive,))
    with pytest.raises(Refused, match="bound unit vector"):
        decided(relation("<", 0, 1), given=(Every(e, SIGN),))


def test_a_hypothesis_on_every_entry_makes_the_sum_defined():
    nonzero = every(i, Rel("!=", Inner(i, a), sp.S.Zero))
    inverse = total(lambda k: 1 / Inner(k, a), n)
    assert equal(2 * inverse, inverse + inverse, nonzero).hypotheses == {nonzero}
    with pytest.raises(Refused, match="nothing shows"):
        equal(2 * inverse, inverse + inverse)


def test_a_hypothesis_on_every_one_is_no_interval_and_no_neighbourhood():
    z, eps = real("z epsilon")
    below = every(i, Rel("<", z, Inner(i, a)))
    slope = decided(relation("<", 0, sp.exp(z)), given=(below,))
    with pytest.raises(Refused):
        monotone(sp.exp(z), z, real("z2"), slope)
    near = decided(relation("<", sp.Abs(sp.S.Zero), eps), given=(relation("<", 0, eps), below))
    with pytest.raises(Refused, match="for every unit vector"):
        tends(sp.S.Zero, z, -sp.oo, 0, eps, near)


def test_terms_are_put_under_every_and_sums():
    positive = assumed(every(i, Rel("<", sp.S.Zero, Inner(i, a) - x)))
    moved = put(positive, {a: b, x: y})
    assert moved.conclusion == every(i, Rel("<", sp.S.Zero, Inner(i, b) - y))
    assert put(equal(exps(a), exps(a)), {n: d}).conclusion.left.args[1].shape == (d, 1)
    for value in (column("c", n), 2 * u, i, unit("q", d)):
        with pytest.raises(Refused, match="cannot stand for"):
            put(assumed(SIGN), {e: value})
    assert put(assumed(SIGN), {e: u}).conclusion == relation("<", 0, Inner(u, a))


def test_a_number_whose_square_is_1_may_stand_for_a_label():
    t, square = Sign("t"), relation("=", Inner(e, a) ** 2, 1)
    made = put(equal(t**2 * x, x), {t: Inner(e, a)}, square)
    assert made.hypotheses == {square}
    with pytest.raises(Refused, match="cannot stand for"):
        put(equal(t**2 * x, x), {t: Inner(e, a)})
    with pytest.raises(Refused, match="cannot stand for"):
        put(equal(t**2 * x, x), {t: Inner(e, a)}, relation("=", Inner(e, a), 2))


def test_every_in_the_fixed_form():
    part = Rel("<", sp.S.Zero, Inner(i, a))
    with pytest.raises(Refused, match="bound unit vector"):
        every(e, SIGN)
    with pytest.raises(Refused):
        every(i, every(i, part))
    with pytest.raises(Refused):
        every(i, Rel("<", sp.S.Zero, Inner(Unit(".j", n, 1), a)))
    with pytest.raises(Refused, match="bound twice"):
        every(i, Rel("<", Total(sp.exp(Inner(i, a)), i), Inner(i, a)))
    assert free(every(i, part)) == {n, a}


def test_balls_look_at_every_unit_vector():
    zero = every(i, Rel("=", Inner(i, a) - Inner(i, a), sp.S.Zero))
    look(relation("=", exps(a), exps(a)), {zero})
    with pytest.raises(Refused, match="balls refute"):
        look(relation("<=", exps(a), sp.exp(Inner(e, a))), set())
    with pytest.raises(Refused, match="balls refute"):
        look(relation("=", Inner(e, u), 1), set())
    assert not refuted(zero, {"sizes": {n: sp.Integer(1)}, n: 1, a: __import__("flint").arb_mat([[1]])})
    assert satisfied(zero, {"sizes": {n: sp.Integer(1)}, n: 1, a: __import__("flint").arb_mat([[1]])})


def test_the_sentence_names_the_index():
    positive = every(i, Rel("<", sp.S.Zero, Inner(i, a)))
    words = sentence([positive], relation("<", 0, Inner(u, a)))
    assert "for every basis vector i in R^(n), 0 < ⟨i, a⟩" in words
    assert "u of the standard basis of R^(n)" in words


def test_a_sentence_is_written_in_the_signs_of_mathematics():
    inner = sp.Symbol(".v", real=True)
    slope = Slope(sp.exp(inner), inner, x)
    assert sentence([], Rel("=", sp.Abs(slope), y)) == "For all x, y real: |d/dv[exp(v)](x)| = y"
    assert sentence([], Rel("=", sp.Abs(x + sp.Abs(y)), y)) == "For all x, y real: |(x + |y|)| = y"
    assert sentence([], Rel("=", Inner(X.T * u, w), x)).endswith(": ⟨Xᵀ*u, w⟩ = x")
    moved = Gradient(Inner(Unit(".g", n, 1), b), Unit(".g", n, 1), a)
    assert sentence([], Rel("!=", moved, sp.ZeroMatrix(n, 1))).endswith(": ∇_g[⟨g, b⟩](a) is not zero")
    assert "Y in R^(n × (d + 1))" in sentence([], Rel("=", Inner(matrix("Y", n, d + 1), matrix("Y", n, d + 1)), x))


def test_a_sentence_says_over_what_a_sum_runs_and_names_it_apart_from_what_is_given():
    summed_up = total(lambda k: sp.exp(Inner(k, a)), n, "k")
    assert sentence([], Rel("<", sp.S.Zero, summed_up)).endswith(": 0 < ∑_k(exp(⟨k, a⟩)) (here ∑_k runs over the standard basis of R^(n))")
    assert "∑_k₁(exp(⟨k₁, a⟩)) = ⟨k, a⟩" in sentence([], Rel("=", summed_up, Inner(column("k", n), a)))


def test_equations_of_each_are_cut_into_sums():
    square = relation("=", Inner(e, a) ** 2, 1)
    sum_of_equations = summed(decided(relation("=", Inner(e, a) ** 2 * sp.exp(Inner(e, b)), sp.exp(Inner(e, b))), given=(square,)), e)
    held = for_every(assumed(square), e).conclusion
    assert sum_of_equations.hypotheses == {held}
    assert cut(sum_of_equations, assumed(held)).hypotheses == {held}


def test_a_relation_on_each_pair_of_unit_vectors_holds_for_any_two():
    pair = relation("=", Inner(X.T * e, X.T * u), 0)
    at_two = at_unit(at_unit(assumed(every_unit(every_unit(pair, e), u)), u), e)
    assert at_two.conclusion == pair
    with pytest.raises(Refused):
        at_unit(at_unit(assumed(every_unit(every_unit(pair, e), u)), u), unit("k", d))
