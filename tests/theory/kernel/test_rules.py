"""Every rule: the theorem it makes, and the nearest wrong use, which it refuses."""

import pytest
import sympy as sp

from theory.kernel.rules import (
    all_of,
    assumed,
    cases,
    cited,
    cut,
    decided,
    equal,
    induction,
    monotone,
    put,
    relation,
    replaced,
    square,
    squeezed,
    tends,
    witnessed,
)
from theory.kernel.terms import Exists, Gradient, Refused, Slope, Tends
from theory.symbols import Inner, Phi, Sign, column, matrix, norm, positive, real, sigma, size

x, y, z, v, e = real("x y z v e")
n, d, h = size("n"), size("d"), size("h")
t = Sign("t")
a, b, W = column("a", d), column("b", d), matrix("W", h, d)
POSITIVE = relation("<", 0, x)


def refuses(words, rule, *arguments, **options):
    with pytest.raises(Refused, match=words):
        rule(*arguments, **options)


def made(theorem, conclusion, *hypotheses):
    assert theorem.conclusion == conclusion
    assert theorem.hypotheses == set(hypotheses)


# ---- the language ----
def test_flags_of_sympy_are_stripped():
    assert relation("<", 0, positive("x")) == POSITIVE
    refuses("does not follow", decided, relation("<", 0, positive("x")))


@pytest.mark.parametrize("term", [sp.Float(0.5), sp.atan(x), sp.Piecewise((x, x > 0), (0, True)), sp.I, sp.oo, sp.sin(x), sp.Max(x, y)])
def test_a_term_outside_the_language_is_refused(term):
    refuses("not of the kernel's language", relation, "<", 0, term)


def test_a_class_of_the_caller_is_not_of_the_language():
    liar = type("liar", (sp.Function,), {"is_positive": True, "nargs": 1})
    refuses("not of the kernel's language", relation, "<", 0, liar(x))


def test_one_name_means_one_thing():
    refuses("called x", relation, "<", x, size("x"))
    refuses("called a", all_of, assumed(relation("<", 0, real("a"))), assumed(relation("=", a, b)))


def test_bound_variables_stay_bound():
    inner = column(".v", d)
    refuses("no relation", relation, "=", inner, a)
    refuses("must be bound", relation, "=", Gradient(Inner(a, b), a, b), b)
    nested = Slope(Slope(x * real(".s"), real(".s"), y), real(".s"), y)
    refuses("binds", relation, "=", nested, x)


# ---- equations ----
def test_equal_takes_gradients_in_any_dimension():
    inner = matrix(".v", h, d)
    made(
        equal(Gradient(Inner(inner * a, inner * a), inner, W), 2 * W * a * a.T),
        relation("=", Gradient(Inner(inner * a, inner * a), inner, W), 2 * W * a * a.T),
    )
    refuses("differ by", equal, Gradient(Inner(inner * a, inner * a), inner, W), W * a * a.T)


@pytest.mark.parametrize(
    ("left", "right", "words"),
    [
        (sp.sqrt(x**2), x, "differ by"),
        ((x**2 - 1) / (x - 1), x + 1, "without which a term is undefined"),
        (sp.log(x) - sp.log(x / y), sp.log(y), "without which a term is undefined"),
        (norm(a) / norm(a) * x / norm(a), x / norm(a), "without which a term is undefined"),
        (sp.Abs(x), x, "differ by"),
        (sigma(x), sigma(-x), "differ by"),
        (Inner(a, b), Inner(a, a), "differ by"),
    ],
)
def test_equal_refuses(left, right, words):
    refuses(words, equal, left, right)


@pytest.mark.parametrize(
    ("left", "right", "given"),
    [
        (sp.sqrt(x**2), x, (POSITIVE,)),
        ((x**2 - 1) / (x - 1), x + 1, (relation("!=", x - 1, 0),)),
        (t**2 * Inner(a, b), Inner(b, a), ()),
        (sp.Abs(t) * x, x, ()),
        (norm(a) ** 2 / norm(a), norm(a), (relation("!=", a, sp.ZeroMatrix(d, 1)),)),
        (sigma(x) + sigma(-x), sp.S.One, ()),
        (Phi(x) + Phi(-x), sp.S.One, ()),
    ],
)
def test_equal_accepts(left, right, given):
    made(equal(left, right, *given), relation("=", left, right), *given)


def test_a_derivative_owes_smoothness():
    inner = real(".s")
    refuses("not smooth", equal, Slope(sp.Abs(inner), inner, x), x / sp.Abs(x), relation("<=", 0, sp.Abs(x)))
    for kink in (sp.sqrt(inner), sp.Abs(inner)):
        refuses("not smooth", equal, Slope(kink, inner, sp.S.Zero), sp.S.Zero)


# ---- inequalities ----
def test_arithmetic_uses_theorems_and_hypotheses_and_nothing_else():
    hypotheses = (relation("<", x, y), relation("<", 0, z))
    made(decided(relation("<", x * z, y * z), given=hypotheses), relation("<", x * z, y * z), *hypotheses)
    refuses("does not follow", decided, relation("<", x * z, y * z), given=hypotheses[:1])
    refuses("does not follow", decided, relation("<", 1, sp.exp(x)), given=(relation("<=", 0, x),))
    made(decided(relation("<", 1, sp.exp(x)), given=(POSITIVE,)), relation("<", 1, sp.exp(x)), POSITIVE)


def test_a_quotient_owes_its_divisor():
    refuses("without which a term is undefined", decided, relation("<", 0, 1 / x**2))
    refuses("without which a term is undefined", decided, relation("<=", 0, sp.sqrt(x)))


def test_a_square_is_not_negative():
    made(square(a - 2 * b), relation("<=", 0, Inner(a - 2 * b, a - 2 * b)))


def test_rewriting_needs_an_equation():
    fact = decided(relation("<", 0, sp.exp(x)))
    made(replaced(fact, equal(sp.exp(x), 1 / sp.exp(-x))), relation("<", 0, 1 / sp.exp(-x)))
    refuses("needs an equation", replaced, fact, fact)


# ---- logic ----
def test_cut_and_substitution():
    bigger = decided(relation("<", 1, sp.exp(x)), given=(POSITIVE,))
    moved = put(bigger, {x: y**2 + 1})
    made(moved, relation("<", 1, sp.exp(y**2 + 1)), relation("<", 0, y**2 + 1))
    made(cut(moved, decided(relation("<", 0, y**2 + 1))), moved.conclusion)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({x: 1 / y}, "without which a term is undefined"),
        ({x: sp.sqrt(y)}, "without which a term is undefined"),
        ({x: a}, "must be of its sort"),
        ({x: real(".s")}, "must be of its sort"),
        ({n: x}, "must be of its sort"),
        ({n: n - 1}, "must be of its sort"),
        ({t: x}, "must be of its sort"),
        ({a: column("c", h)}, "must be of its sort"),
        ({x + 1: y}, "must be of its sort"),
    ],
)
def test_substitution_respects_sorts(values, words):
    facts = all_of(decided(relation("<", 0, sp.exp(x))), decided(relation("<", 0, n)), square(a), equal(t**2, sp.S.One))
    refuses(words, put, facts, values)


def test_cases_need_opposites_and_one_conclusion():
    claim = relation("<=", 0, sp.Abs(x))
    left, right = decided(claim, given=(POSITIVE,)), decided(claim, given=(relation("<=", x, 0),))
    made(cases(left, right, POSITIVE), claim)
    weaker = decided(claim, given=(relation("<", x, 0),))
    assert cases(left, weaker, POSITIVE).hypotheses == {relation("<", x, 0)}
    refuses("same conclusion", cases, left, decided(relation("<=", x, 0), given=(relation("<=", x, 0),)), POSITIVE)


def test_induction_over_a_size():
    claim = relation("<=", 1 + n * x, (1 + x) ** n)
    sign = relation("<=", 0, x)
    base = decided(relation("<=", 1 + x, 1 + x), given=(sign,))
    refuses("needs the claim at 1", induction, claim, n, decided(relation("<=", 2 * x, 2 * x)), base)
    simple = relation("<", 0, n)
    made(induction(simple, n, decided(relation("<", 0, 1)), decided(relation("<", 0, n + 1), given=(simple,))), simple)
    speaks = decided(relation("<", 0, n + 1), given=(simple, relation("<", n, 5)))
    refuses("no other hypothesis speaks", induction, simple, n, decided(relation("<", 0, 1)), speaks)


def test_a_witness_has_every_property():
    there_is = Exists((x,), (relation("<", y, x), relation("<", 0, x)))
    witness = y**2 + 1 + sp.Abs(y)
    facts = [decided(relation("<", y, witness)), decided(relation("<", 0, witness))]
    made(witnessed(there_is, {x: witness}, *facts), there_is)
    refuses("every property", witnessed, there_is, {x: witness}, facts[0])
    refuses("every property", witnessed, there_is, {x: witness}, *reversed(facts))
    refuses("every property", witnessed, there_is, {z: witness}, *facts)


def test_a_citation_travels():
    book = cited(relation("<", x, sp.exp(x) + y), "a book", relation("<", 0, y))
    weaker = decided(relation("<=", x, sp.exp(x) + y + 1), book)
    assert cut(weaker, assumed(relation("<", 0, y))).cites == ("a book",)


# ---- calculus ----
def rises(quantity, slope, *given, **options):
    return monotone(quantity, x, y, decided(relation("<", 0, slope), given=given), **options)


def test_monotone_from_a_derivative_that_the_kernel_takes_itself():
    made(rises(sp.exp(x), sp.exp(x)), relation("<", sp.exp(x), sp.exp(y)), relation("<", x, y))
    refuses("differ by", rises, sp.exp(-x), sp.exp(x))


def test_a_positive_derivative_says_nothing_across_a_gap():
    refuses("undefined or not smooth", rises, -1 / x, 1 / (x**2 + 1))
    away = relation("!=", x, 0)
    refuses("does not bound", rises, -1 / x, 1 / x**2, away)
    made(rises(-1 / x, 1 / x**2, POSITIVE), relation("<", -1 / x, -1 / y), POSITIVE, relation("<", 0, y), relation("<", x, y))


def test_a_closed_end_needs_continuity_there():
    cube = rises(x**3, 3 * x**2, POSITIVE, closed=(POSITIVE,))
    assert relation("<=", 0, x) in cube.hypotheses
    refuses("undefined or not smooth", rises, -1 / x, 1 / x**2, POSITIVE, closed=(POSITIVE,))


def test_monotone_needs_a_new_name_and_a_real_number():
    refuses("must be new", monotone, sp.exp(x) + y, x, y, decided(relation("<", 0, sp.exp(x))))
    refuses("along a real number", monotone, n + x, n, y, decided(relation("<", 0, 1)))


def near_infinity():
    """|e^-x| < eps for x > -log eps."""
    eps, start = relation("<", 0, e), relation("<", -sp.log(e), x)
    smaller = put(rises(sp.exp(x), sp.exp(x)), {x: -x, y: sp.log(e)}, eps)
    small = cut(smaller, decided(relation("<", -x, sp.log(e)), given=(start, eps)))
    below = replaced(small, equal(sp.exp(sp.log(e)), e, eps))
    return decided(relation("<", sp.Abs(sp.exp(-x)), e), below)


def test_a_limit_by_its_definition():
    limit = tends(sp.exp(-x), x, sp.oo, 0, e, near_infinity())
    assert limit.conclusion == Tends(sp.exp(-real(".x")), real(".x"), sp.oo, sp.S.Zero)
    assert not limit.hypotheses
    refuses("epsilon", tends, sp.exp(-x), x, sp.oo, 1, e, near_infinity())
    refuses("says more than", tends, sp.exp(-x), x, -sp.oo, 0, e, near_infinity())


def test_a_limit_at_a_number_is_two_sided():
    near = (relation("<", 0, sp.Abs(x)), relation("<", sp.Abs(x), e))
    made(
        tends(x, x, 0, 0, e, decided(relation("<", sp.Abs(x), e), given=(near[1], relation("<", 0, e)))),
        Tends(real(".x"), real(".x"), sp.S.Zero, sp.S.Zero),
    )
    one_sided = decided(relation("<", sp.Abs(sp.Abs(x) / x - 1), e), given=(POSITIVE, relation("<", 0, e)))
    refuses("says more than", tends, sp.Abs(x) / x, x, 0, 1, e, one_sided)


def test_a_limit_from_a_bound_that_tends_to_0():
    limit = tends(sp.exp(-x), x, sp.oo, 0, e, near_infinity())
    claim = relation("<=", sp.Abs((1 + sp.exp(-x)) - 1), sp.exp(-x))
    made(squeezed(1 + sp.exp(-x), 1, x, decided(claim), limit), Tends(1 + sp.exp(-real(".x")), real(".x"), sp.oo, sp.S.One))
    refuses("says more than", squeezed, 1 + sp.exp(-x), 1, x, decided(claim, given=(relation("<", x, 5),)), limit)


def bends(A, w, factor):
    """Return grad ||grad q|| for q(u) = <u, A u>, and a factor times its closed form, with the Hessian A + A^T twice in one word."""
    inner, outer = (matrix(f".{name}", d, 1) for name in "uv")
    slope = Gradient(Inner(inner, A * inner), inner, outer)
    at_w = (A + A.T) * w
    return Gradient(norm(slope), outer, w), sp.MatMul(factor / norm(at_w), A + A.T, at_w)


def test_a_square_matrix_may_stand_twice_in_a_gradient():
    A, w = matrix("A", d, d), column("w", d)
    moves = relation("!=", (A + A.T) * w, sp.ZeroMatrix(d, 1))
    derived, closed = bends(A, w, 1)
    made(equal(derived, closed, moves), relation("=", derived, closed), moves)
    refuses("differ", equal, *bends(A, w, 2), moves)
    refuses("undefined", equal, derived, closed)
