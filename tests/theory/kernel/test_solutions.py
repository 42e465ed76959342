"""Solutions of differential equations: what the two rules make of them, every lie told to the rules, and the boxes that balls look with."""

from typing import Any

import flint
import pytest
import sympy as sp

from theory.kernel.balls import look, meets
from theory.kernel.enclosures import enclosure
from theory.kernel.propositions import put_in, solution
from theory.kernel.rules import along, assumed, cut, decided, for_every, passed, put, relation, summed
from theory.kernel.sentence import clause, sentence
from theory.kernel.tactics import exp_grows
from theory.kernel.terms import Refused, Rel, Slope, free
from theory.symbols import Inner, Sign, Total, Unit, column, real, size, unit

a, b, c, k, m, u, v = real("a b c k m u v")
P, Q = (sp.Symbol(name, real=True) for name in (".p", ".q"))
ZERO = decided(relation("<=", 0, 0))
LOG = solution(sp.exp(-Q), P, Q, a, b)  # b = log(1 + a)


def refuses(words, rule, *arguments, **options):
    with pytest.raises(Refused, match=words):
        rule(*arguments, **options)


def grows(rate, value=b):
    """The solution of dq/dp = rate q + 1 through (a, value)."""
    return solution(rate * Q + 1, P, Q, a, value)


def positive():
    """0 < b for b = log(1 + a), from its positive slope."""
    return along(b, a, (LOG,), decided(relation("<", 0, sp.exp(-b))), ZERO)


# ---- what the rule makes ----
def test_a_quantity_that_rises_wherever_it_is_not_positive_is_positive():
    theorem = positive()
    assert theorem.conclusion == relation("<", 0, b)
    assert theorem.hypotheses == {LOG, relation("<", 0, a)}
    assert theorem.cites == ()


def test_from_the_start_on_it_is_not_negative():
    theorem = along(b, a, (LOG,), decided(relation("<", 0, sp.exp(-b))), ZERO, op="<=")
    assert theorem.conclusion == relation("<=", 0, b)
    assert theorem.hypotheses == {LOG, relation("<=", 0, a)}


def test_where_it_is_not_positive_is_a_hypothesis_of_the_rate():
    slow = cut(exp_grows(-b, sp.S.Zero), decided(relation("<", -b, 0), given=(relation("<", 0, a), relation("<=", a - b, 0))))
    rate = decided(relation("<", 0, 1 - sp.exp(-b)), slow, given=())
    theorem = along(a - b, a, (LOG,), rate, ZERO)
    assert (theorem.conclusion, theorem.hypotheses) == (relation("<", 0, a - b), {LOG, relation("<", 0, a)})


def test_two_solutions_are_compared():
    slower, faster = grows(0, b), solution(sp.Integer(2), P, Q, a, c)
    theorem = along(c - b, a, (slower, faster), decided(relation("<", 0, 1)), ZERO)
    assert theorem.hypotheses == {slower, faster, relation("<", 0, a)}


def test_a_solution_stays_a_hypothesis_with_terms_put_in():
    theorem = put(positive(), {a: u**2, b: v})
    assert theorem.hypotheses == {solution(sp.exp(-Q), P, Q, u**2, v), relation("<", 0, u**2)}


# ---- lies ----
def test_a_comparison_with_the_sign_turned_is_refused():
    faster = solution(sp.Integer(2), P, Q, a, c)
    refuses("differ by", along, b - c, a, (grows(0), faster), decided(relation("<", 0, 1)), ZERO)
    refuses("does not follow", decided, relation("<", 0, sp.Integer(1) - 2))


def test_a_rate_that_is_not_the_derivative_is_refused():
    for rate in (decided(relation("<", 0, 1)), decided(relation("<", 0, 2 * sp.exp(-b))), decided(relation("<", 0, sp.exp(b)))):
        refuses("differ by", along, b, a, (LOG,), rate, ZERO)
    of_end = decided(relation("<", 0, 1))  # of a alone, as if b stood still
    refuses("differ by", along, a - b, a, (LOG,), of_end, ZERO)


def test_a_rate_that_may_be_zero_is_refused():
    refuses("rises where", along, b, a, (solution(sp.S.Zero, P, Q, a, b),), decided(relation("<=", 0, 0)), ZERO)


def test_a_start_below_zero_or_another_start_is_refused():
    rate = decided(relation("<", 0, sp.exp(-b)))
    refuses("not negative at 0", along, b - 1, a, (LOG,), rate, ZERO)
    refuses("not negative at 0", along, b - 1, a, (LOG,), rate, decided(relation("<=", -1, 0)))
    refuses("not negative at 0", along, b, a, (LOG,), rate, decided(relation("<", -1, 0)))


@pytest.mark.parametrize("more", [relation("<", 0, b), relation("<", b, 5), relation("<", b, 0), relation("<=", a, 1), relation("<", 1, a)])
def test_a_hypothesis_on_where_the_solution_is_does_not_hold_all_along_it(more):
    rate = decided(relation("<", 0, sp.exp(-b)), assumed(more))
    refuses("says more of", along, b, a, (LOG,), rate, ZERO)


def test_another_solution_at_the_same_place_must_be_named():
    rate = cut(decided(relation("<", 0, 2 + b), given=(relation("<", 0, b),)), positive())
    double = solution(sp.Integer(2), P, Q, a, c)
    refuses("says more of", along, b + c, a, (double,), rate, ZERO)


@pytest.mark.parametrize("slope", [b * Q + 1, a * Q + 1, sp.exp(c) + 1])
def test_what_is_solved_may_not_move_with_the_point(slope):
    lie = solution(slope, P, Q, a, b)
    other = solution(sp.Integer(1), P, Q, a, c)
    refuses("may not speak of", along, b, a, (lie, other), decided(relation("<", 0, 1)), ZERO)


def test_solutions_to_other_ends_and_through_the_same_value_are_refused():
    rate = decided(relation("<", 0, sp.exp(-b)))
    refuses("must reach a", along, b, a, (LOG._replace(at=c),), rate, ZERO)
    refuses("a value that is a variable", along, b, a, (LOG, LOG), rate, ZERO)
    refuses("a value that is a variable", along, b, a, (LOG._replace(value=a),), rate, ZERO)
    refuses("a value that is a variable", along, b, a, (LOG._replace(value=2 * b),), rate, ZERO)


@pytest.mark.parametrize("end", [size("n"), Sign("t")])
def test_a_solution_does_not_run_along_a_size_or_a_label(end):
    refuses("a real variable", along, b, end, (LOG._replace(at=end),), decided(relation("<", 0, sp.exp(-b))), ZERO)


@pytest.mark.parametrize("quantity", [sp.Abs(b), b + sp.sqrt(a), b + 1 / a, b + 1 / b, b * sp.Abs(a), b + sp.log(a)])
def test_a_quantity_with_a_kink_a_pole_or_no_value_at_the_start_is_refused(quantity):
    refuses("undefined or not smooth|says more", along, quantity, a, (LOG,), decided(relation("<", 0, sp.exp(-b))), ZERO)


@pytest.mark.parametrize("op", ["=", "!=", ">"])
def test_it_says_no_more_than_positive_or_not_negative(op):
    refuses("says < or <=", along, b, a, (LOG,), decided(relation("<", 0, sp.exp(-b))), ZERO, op=op)


def test_balls_refute_what_a_wrong_derivative_would_give(monkeypatch):
    from theory.kernel import rules

    monkeypatch.setattr(rules, "equal", lambda *_: None)
    refuses("balls refute", along, -b, a, (LOG,), decided(relation("<", 0, 1)), ZERO)


# ---- bound variables ----
def test_what_binds_captures_nothing():
    with pytest.raises(Refused, match="cannot stand for"):
        put(positive(), {a: P})
    refuses("two bound real variables", solution, Q, P, P, a, b)
    refuses("two bound real variables", solution, b, a, b, a, b)
    refuses("must be a number", solution, sp.Symbol(".r", real=True), P, Q, a, b)
    refuses("must be a number", solution, Q, P, Q, P, b)
    refuses("must be a number", solution, Q, P, Q, a, Q)
    refuses("bound twice", solution, Slope(P**2, P, Q), P, Q, a, b)
    refuses("bound twice", solution, k * Q, P, Q, a, b, Rel("<=", Slope(Q**2, Q, P), m))
    lie = put(assumed(solution(k * Q + 1, P, Q, a, b)), {k: b})
    assert lie.conclusion.slope == b * Q + 1, "a variable that is put in stays the outer one"
    refuses("bound twice", put_in, solution(k * Q + 1, P, Q, a, b), {k: Slope(Q**2, Q, u)})


@pytest.mark.parametrize("name", [".a", ".b"])
def test_a_quantity_that_binds_a_variable_of_the_same_name_is_refused(name):
    inner = sp.Symbol(name, real=True)
    rate = decided(relation("<", 0, sp.exp(-b)))
    refuses("twice", along, b + a * Slope(inner**2, inner, k), a, (LOG,), rate, ZERO)


def test_a_slope_that_sums_over_a_unit_vector_of_the_bound_name_is_refused():
    index = Unit(".p", size("n"), 1)
    refuses("two different symbols|bound twice", solution, P + Total(sp.exp(k), index), P, Q, a, b)


def test_a_solution_that_speaks_of_a_unit_vector_does_not_hold_for_every_one():
    n = size("n")
    e, x = unit("e", n), column("x", n)
    theorem = put(positive(), {a: Inner(x, e)})
    refuses("cannot hold for every unit vector", summed, theorem, e)
    refuses("cannot hold for every unit vector", for_every, theorem, e)


def test_nothing_but_its_free_variables_is_free_in_a_solution():
    assert free(solution(k * Q + P, P, Q, a, b, Rel("<=", Q, m))) == {k, a, b, m}


# ---- a point of a solution ----
def test_a_solution_passes_each_progress_before_its_end():
    whole = solution(sp.exp(-Q), P, Q, u, v, Rel("<=", Q, m))
    there = decided(relation("<", 0, m), given=(relation("<", 0, b), relation("<=", b, m)))
    theorem = passed(cut(there, positive()), b, whole)
    assert theorem.conclusion == relation("<", 0, m)
    assert theorem.hypotheses == {whole, relation("<", 0, a), relation("<=", 0, a), relation("<=", a, u)}


def test_a_point_of_a_solution_is_on_that_solution_and_nothing_else_speaks_of_it():
    whole = solution(sp.exp(-Q), P, Q, u, v, Rel("<=", Q, m))
    below = cut(decided(relation("<", 0, m), given=(relation("<", 0, b), relation("<=", b, m))), positive())
    refuses("the same as the whole", passed, below, b, solution(sp.exp(-2 * Q), P, Q, u, v, whole.along))
    refuses("the same as the whole", passed, below, c, whole)
    refuses("nothing else may speak of", passed, positive(), b, whole)  # its conclusion speaks of b
    refuses("nothing else may speak of", passed, below, b, whole._replace(along=Rel("<=", 2 * Q, m)))
    refuses("nothing else may speak of", passed, below, b, whole._replace(value=b))
    refuses("nothing else may speak of", passed, below, b, whole._replace(along=()))
    more = cut(decided(relation("<", 0, m), given=(relation("<", b, 1), relation("<", 0, m))), below)
    assert relation("<", b, 1) in more.hypotheses
    refuses("nothing else may speak of", passed, more, b, whole)


def test_the_place_on_a_solution_does_not_depend_on_the_value_there():
    at_itself = decided(relation("<", 0, 1), put(positive(), {a: b}))
    assert at_itself.hypotheses == {solution(sp.exp(-Q), P, Q, b, b), relation("<", 0, b)}
    refuses("nothing else may speak of", passed, at_itself, b, solution(sp.exp(-Q), P, Q, u, v, Rel("<", sp.S.Zero, Q)))


# ---- balls ----
def enclosed(slope, end, **values) -> Any:
    at = {"sizes": {}, a: flint.arb(end), **{sp.Symbol(name, real=True): flint.arb(value) for name, value in values.items()}}
    with flint.ctx.workprec(256):
        return enclosure(solution(slope, P, Q, a, b), at)


@pytest.mark.parametrize(
    ("slope", "end", "value"),
    [
        (sp.exp(-Q), 3, lambda: flint.arb(4).log()),
        (Q + 1, 2, lambda: flint.arb(2).exp() - 1),
        (P**2 + k, 1, lambda: flint.arb(1) / 3 + 5),
        (sp.exp(P) * 0 + 1, 0, lambda: flint.arb(0)),
    ],
)
def test_boxes_hold_the_known_solution_and_are_narrow(slope, end, value):
    boxes, reached = enclosed(slope, end, k=5)
    assert reached.overlaps(value())
    assert float(reached.rad()) <= 1e-2
    assert len(boxes) == 16


def test_the_box_of_each_step_holds_the_solution_there():
    boxes, _ = enclosed(sp.exp(-Q), 3)
    for span, box in boxes:
        middle = flint.arb(span.mid())
        assert box.contains((1 + middle).log())


def test_a_solution_that_ends_before_its_end_has_no_boxes():
    assert enclosed(Q**2 + 1, 2) is None
    assert enclosed(sp.Integer(1), -1) is None
    assert enclosed(1 / (1 - P), 2) is None


def test_balls_refute_false_statements_about_solutions():
    given = frozenset({LOG, relation("<", 0, a)})
    look(relation("<", b, a), given)
    for lie in (relation("<", a, b), relation("<", b, a / 2), relation("=", b, a), relation("<", b, 0)):
        refuses("balls refute", look, lie, given)


def test_a_bound_along_a_solution_is_the_least_that_balls_can_tell():
    at = {"sizes": {}, a: flint.arb(1), b: flint.arb(7), m: flint.arb(-5)}
    with flint.ctx.workprec(256):
        assert meets([solution(sp.exp(-Q), P, Q, a, b, Rel("<=", Q * (1 - Q), m))], at)
    assert at[b].contains(flint.arb(2).log())
    assert 0.24 < float(at[m]) < 0.3
    assert not meets([solution(sp.exp(-Q), P, Q, a, b, Rel("<=", Q, sp.S.Half))], {**at, a: flint.arb(1)})


def test_points_with_two_values_on_one_variable_or_a_slope_that_moves_with_one_are_left_out():
    at = {"sizes": {}, a: flint.arb(1), b: flint.arb(1), c: flint.arb(1)}
    assert not meets([LOG, grows(2)], dict(at))
    assert not meets([LOG, solution(b * Q, P, Q, a, c)], dict(at))


# ---- in words ----
def test_a_solution_is_written_out():
    theorem = positive()
    assert sentence(theorem.hypotheses, theorem.conclusion) == (
        "For all a, b real with 0 < a, the solution of dq/dp = exp(-q) with q = 0 at p = 0 is b at p = a: 0 < b"
    )
    whole = solution(sp.exp(-Q), P, Q, a, b, Rel("<=", Q, m))
    assert clause(whole).endswith("is b at ·p = a, and along it ·q ≤ m")
