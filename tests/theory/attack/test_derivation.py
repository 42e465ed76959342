"""The checkers of proof steps: each accepts a true step, and refuses its nearest false neighbour."""

import mpmath
import numpy as np
import pytest
import sympy as sp
import z3
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import LETTERS, ONE, X, Y, m, matrix_trees, n, numbers, scalar_trees
from theory.attack import derivation
from theory.attack.derivation import Derivation, ProofBroken, is_zero
from theory.attack.evaluate import evaluate_exactly
from theory.symbols import Inner, Phi, Sign, column, norm, positive, real, sigma

A, B = LETTERS[n, m]
a, b = LETTERS[n, ONE]
c, _ = LETTERS[m, ONE]
S = LETTERS[n, n][0]
t, s = Sign("t"), Sign("s")
u, v = real("u v")
p, q = positive("p q")

# step: a true case, and the same with one change
STEPS = {
    "equal, scalars": (
        lambda d: d.equal("", sigma(u) + sigma(-u), sp.S.One),
        lambda d: d.equal("", sigma(u) - sigma(-u), sp.S.One),
    ),
    "equal, normal law": (
        lambda d: d.equal("", Phi(u) + Phi(-u), sp.S.One),
        lambda d: d.equal("", Phi(u) + Phi(u), sp.S.One),
    ),
    "equal, matrices": (
        lambda d: d.equal("", b * (A * c).T * a, Inner(A, a * c.T) * b),
        lambda d: d.equal("", b * (A * c).T * a, Inner(B, a * c.T) * b),
    ),
    "equal, order of factors": (lambda d: d.equal("", (S * S.T).T, S * S.T), lambda d: d.equal("", S * S.T, S.T * S)),
    "equal, shapes": (lambda d: d.equal("", a.T * b, b.T * a), lambda d: d.equal("", Inner(a, b) * sp.Identity(n), b.T * a)),
    "equal, sizes": (lambda d: d.equal("", sp.Identity(n) * X, X * sp.Identity(n)), lambda d: d.equal("", sp.Identity(n), sp.Identity(m))),
    "equal, norms": (lambda d: d.equal("", norm(p * a), p * norm(a)), lambda d: d.equal("", norm(u * a), u * norm(a))),
    "equal, labels": (lambda d: d.equal("", t**2 * s**4, sp.S.One), lambda d: d.equal("", t * s, sp.S.One)),
    "polynomial": (
        lambda d: d.polynomial("", 1 / (u - v) - 1 / (u + v), 2 * v / (u**2 - v**2)),
        lambda d: d.polynomial("", 1 / (u - v) - 1 / (u + v), 2 * u / (u**2 - v**2)),
    ),
    "polynomial, inner products": (
        lambda d: d.polynomial("", Inner(a + b, a + b), Inner(a, a) + 2 * Inner(b, a) + Inner(b, b)),
        lambda d: d.polynomial("", Inner(a + b, a + b), Inner(a, a) + Inner(b, a) + Inner(b, b)),
    ),
    "polynomial, constants": (
        lambda d: d.polynomial("", sp.Rational(2, 6), sp.Rational(1, 3)),
        lambda d: d.polynomial("", sp.S.Half, sp.S.One),
    ),
    "decided": (lambda d: d.decided("", [u > 0, v > u], u * v > 0), lambda d: d.decided("", [u > 0, v > u], u * v > 1)),
    "decided, equality": (
        lambda d: d.decided("", [sp.Eq(u**2, 1), u > 0], sp.Eq(u, 1)),
        lambda d: d.decided("", [sp.Eq(u**2, 1)], sp.Eq(u, 1)),
    ),
    "decided, always": (lambda d: d.decided("", [], u**2 + 1 >= 2 * u), lambda d: d.decided("", [], u**2 + 1 > 2 * u)),
    "decided, connectives": (
        lambda d: d.decided("", [sp.Or(u > 1, u < -1), sp.Not(sp.Eq(v, 0))], sp.And(u**2 > 1, v**2 > 0)),
        lambda d: d.decided("", [sp.Or(u > 1, u < -1)], sp.And(u**2 > 1, sp.Ne(v, 0))),
    ),
    "decided, neither": (
        lambda d: d.decided("", [sp.Not(sp.And(u > 0, v > 0), evaluate=False), u > 1], v <= 0),
        lambda d: d.decided("", [sp.Not(sp.And(u > 0, v > 0), evaluate=False), u < 1], v <= 0),
    ),
    "decided, quotients": (lambda d: d.decided("", [u > 2], 1 / u < sp.S.Half), lambda d: d.decided("", [u < 2], 1 / u > sp.S.Half)),
    "positive": (lambda d: d.positive("", p**2 + q), lambda d: d.positive("", p**2 - q)),
    "positive, after factoring": (
        lambda d: d.positive("", p / (p + q) - p / (p + 2 * q)),
        lambda d: d.positive("", p / (p + 2 * q) - p / (p + q)),
    ),
    "increasing": (lambda d: d.increasing("", p**2, p), lambda d: d.increasing("", 1 / p, p)),
    "increasing, without a sign": (lambda d: d.increasing("", sp.exp(u) + u, u), lambda d: d.increasing("", u**2, u)),
    "tends": (lambda d: d.tends("", sigma(u), u, sp.oo, 1), lambda d: d.tends("", sigma(u), u, -sp.oo, 1)),
    "tends, normal law": (lambda d: d.tends("", Phi(u), u, -sp.oo, 0), lambda d: d.tends("", Phi(u), u, 0, 1)),
    "tends, nowhere": (lambda d: d.tends("", sp.sin(u) / u, u, sp.oo, 0), lambda d: d.tends("", sp.sin(u), u, sp.oo, 0)),
    "holds": (lambda d: d.holds("", lambda: 2 + 2 == 4, "2 + 2 = 4"), lambda d: d.holds("", lambda: 2 + 2 == 5, "2 + 2 = 5")),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_true_step_is_recorded_once_and_a_false_one_breaks_the_proof(name):
    proof = Derivation()
    STEPS[name][0](proof)
    assert len(proof.steps) == 1
    with pytest.raises(ProofBroken):
        STEPS[name][1](proof)
    assert len(proof.steps) == 1


def test_a_step_names_its_checker_and_a_broken_step_shows_the_difference():
    d = Derivation()
    d.equal("one", u + u, 2 * u)
    d.equal("two", a + a, 2 * a)
    d.polynomial("three", u * 2, u + u)
    d.decided("four", [u > 1], u > 0)
    d.cited("five", "a book")
    checkers = ["SymPy", "SymPy, matrices of any size", "python-flint", "z3", "cited, not checked"]
    assert [step.by for step in d.steps] == checkers
    with pytest.raises(ProofBroken, match=r"six: the two sides differ by u$"):
        d.equal("six", 2 * u, u)


@pytest.mark.parametrize(
    ("given", "then", "why"),
    [
        ([u > 1, u < 0], u > 5, "contradict one another"),
        ([u > 0], u**2 + v**2 >= 2 * u * v, "holds without any hypothesis"),
        ([u > 0], u > 1, "a counterexample"),
        ([], sp.true, "not a polynomial relation"),
        ([], sp.exp(u) > 0, "not a polynomial relation"),
        ([sp.Eq(u, positive("u"))], u > 0, "two different symbols are called u"),
    ],
)
def test_z3_refuses_empty_talk_and_says_why(given, then, why):
    with pytest.raises(ProofBroken, match=why):
        Derivation().decided("", given, then)


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ([z3.unknown], "or z3 gave up on them"),
        ([z3.sat, z3.unknown], "no answer"),
        ([z3.sat, z3.unsat, z3.unknown], "holds without any hypothesis"),
    ],
)
def test_a_step_on_which_z3_gives_up_is_not_proved(monkeypatch, answers, why):
    told = iter(answers)
    monkeypatch.setattr(derivation, "_check", lambda _: next(told))
    with pytest.raises(ProofBroken, match=why):
        Derivation().decided("", [u > 1], u > 0)


def test_z3_does_not_take_a_quotient_by_zero_for_a_number():
    with pytest.raises(ProofBroken, match="counterexample"):
        Derivation().decided("", [], sp.Eq(sp.Mul(u, 1 / u, evaluate=False), 1))


ZERO = (u**2 - 1) - (u - 1) * (u + 1)


@pytest.mark.parametrize("left", [1 / ZERO, v / ZERO, v + 1 / (v - v * (ZERO + 1)), 1 / sp.Mul(ZERO, v, evaluate=False)])
def test_flint_refuses_a_zero_denominator_that_sympy_does_not_see(left):
    with pytest.raises(ProofBroken, match="divides by zero"):
        Derivation().polynomial("", left, v)


def test_flint_refuses_an_expression_that_is_no_rational_function():
    with pytest.raises(ProofBroken, match="not a rational function"):
        Derivation().polynomial("", sp.exp(u), u)


def test_two_symbols_of_one_name_break_a_proof():
    with pytest.raises(ProofBroken, match="two different symbols are called a"):
        Derivation().equal("", Inner(a, a) * c, Inner(column("a", m), column("a", m)) * c)
    with pytest.raises(ProofBroken, match="two different symbols are called u"):
        Derivation().polynomial("", u, positive("u"))


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
