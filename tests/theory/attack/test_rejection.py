"""Variants of a formula: killed where they are false, counted where they are equal, reported where nothing tells them apart."""

from types import SimpleNamespace

import jax.numpy as jnp
import pytest
import sympy as sp

from theory.attack.comparison import comparison_of
from theory.attack.rejection import largest_gap, reject, variants
from theory.attack.search import attack
from theory.domain import Arrays, Reals, Space, Values
from theory.statement import Identity, Inequality, Limit, Monotone
from theory.symbols import Inner, Sign, column, matrix, norm, positive, real, sigma, size

x, y, z = real("x y z")
C = positive("C")
t = Sign("t")
n = size("n")
a, b, W = column("a", n), column("b", n), matrix("W", n, n)
PLANE = Space({x: Reals(-3, 3), y: Reals(-3, 3)})
FROZEN = Space({x: Reals(-3, 3), y: Values((1.0,))})


def identity(formula, defined_by, **options):
    return Identity(part="p", formula=formula, defined_by=defined_by, **options)


def rejected(statement, space):
    comparison = comparison_of(statement)
    state = attack(comparison, space, 3000, 0)
    assert state.counterexample is None
    return reject(statement, comparison, space, state)


def changes(misses):
    return {miss.change for miss in misses}


def test_every_false_variant_is_killed_at_a_point_that_is_shown():
    outcome = rejected(identity(x**2 * sp.exp(y), lambda p: p.x**2 * jnp.exp(p.y)), PLANE)
    assert (outcome.survivors, outcome.equivalent) == ([], [])
    assert outcome.made == len(outcome.killed) > 10
    killers = {miss.change: killer for miss, killer in outcome.killed}
    assert killers["exp(u) turned into exp(-u)"].startswith("x=")
    assert " against " in killers["exp(u) turned into exp(-u)"]


def test_a_variant_survives_where_the_space_never_varies_what_it_changes():
    def product(p):
        return p.x * p.y

    assert rejected(identity(x * y, product), PLANE).survivors == []
    survivors = changes(rejected(identity(x * y, product), FROZEN).survivors)
    assert "the factor y dropped" in survivors
    assert "the factor x dropped" not in survivors
    assert "x*y doubled" not in survivors


def test_a_variant_that_is_equal_is_set_aside_with_a_proof():
    space = Space({x: Reals(-3, 3), t: Values((1.0, -1.0))})
    outcome = rejected(identity(x / t, lambda p: p.x * p.t), space)
    assert changes(outcome.equivalent) == {"the exponent of 1/t negated"}
    assert outcome.survivors == []


def test_an_equal_matrix_variant_is_set_aside_for_all_sizes():
    space = Space({a: Arrays(2.0), b: Arrays(2.0), t: Values((1.0, -1.0))}, sizes=({n: 1}, {n: 3}))
    outcome = rejected(identity(Inner(a, b) / t * a, lambda p: jnp.dot(p.a, p.b) * p.t * p.a), space)
    assert changes(outcome.equivalent) == {"the exponent of 1/t negated"}
    assert outcome.survivors == []


def test_a_limit_rejects_other_values():
    limit = Limit(part="p", value=sp.exp(y), defined_by=lambda p: jnp.exp(p.y) + jnp.exp(-p.x), along=x, rate=sp.exp(-x))
    assert rejected(limit, Space({x: Reals(1, 40), y: Reals(-1, 1)})).survivors == []
    near = Space({x: Reals(0, 0.1), y: Reals(-0.1, 0.1)})  # never far enough for the rate to tell values apart
    assert "exp(y) doubled" in changes(rejected(limit, near).survivors)


MEAN = Inequality(part="p", smaller=x * y, larger=(x**2 + y**2) / 2, tight=lambda batch: {**batch, "y": batch["x"]})
LOOSE = Inequality(part="p", smaller=x * y, larger=x**2 + y**2, tight=MEAN.tight)
UNTIGHT = Inequality(part="p", smaller=x * y, larger=(x**2 + y**2) / 2)


def test_a_tight_bound_rejects_weaker_constants_where_it_is_met():
    outcome = rejected(MEAN, PLANE)
    killers = {miss.change: killer for miss, killer in outcome.killed}
    assert killers["x**2/2 + y**2/2 doubled"].startswith("not met at ")
    assert outcome.survivors == []
    assert rejected(UNTIGHT, PLANE).survivors != []


def test_the_gap_of_a_bound_is_none_where_it_is_tight_and_a_half_where_it_is_twice_too_large():
    for statement, gap in ((MEAN, 0.0), (LOOSE, 0.5)):
        comparison = comparison_of(statement)
        assert largest_gap(statement, comparison, attack(comparison, PLANE, 500, 0)) == pytest.approx(gap)


def test_a_gap_that_is_rounding_alone_rejects_nothing():
    # the definition loses the last digits of x beside y, so that in float64 no side meets another
    space = Space({x: Reals(1e-3, 1e-2), y: Reals(1e3, 1e6), t: Values((1.0, -1.0))})
    lossy = Inequality(part="p", smaller=lambda p: (p.x + p.y) - p.y, larger=x / t**2, tight=lambda batch: batch)
    comparison = comparison_of(lossy)
    state = attack(comparison, space, 1000, 0)
    assert largest_gap(lossy, comparison, state) > 1e-9
    assert "the exponent of t**(-2) negated" in changes(reject(lossy, comparison, space, state).equivalent)


def test_a_bound_that_is_approached_is_met_up_to_its_slack():
    # sigma(C) < 1, approached as C grows
    far = Inequality(
        part="p", smaller=sigma(C), larger=sp.S.One, strictly=True, tight=lambda batch: {"C": 30 + 0 * batch["C"]}, slack=1e-12
    )
    outcome = rejected(far, Space({C: Reals(1e-3, 30)}))
    assert outcome.survivors == []
    assert any(killer.startswith("not met at C=30: ") for _, killer in outcome.killed)


def test_a_variant_that_is_undefined_where_the_bound_is_met_does_not_meet_it():
    at_zero = Inequality(part="p", smaller=sp.S.Zero, larger=x**2 + y**2, tight=lambda batch: {"x": 0 * batch["x"], "y": 0 * batch["y"]})
    killers = {miss.change: killer for miss, killer in rejected(at_zero, Space({x: Reals(1, 2), y: Reals(1, 2)})).killed}
    assert killers["the exponent of x**2 negated"].startswith("not met at x=0, y=0: ")
    assert "undefined" in killers["the exponent of x**2 negated"]


def test_the_left_side_is_rewritten_where_the_right_side_is_a_definition():
    statement = Inequality(
        part="p", smaller=x**2, larger=lambda p: p.x**2 + (p.y - 1.0) ** 2, tight=lambda batch: {**batch, "y": 1 + 0 * batch["y"]}
    )
    outcome = rejected(statement, PLANE)
    assert outcome.survivors == []
    assert "x**2 doubled" in changes(miss for miss, _ in outcome.killed)


def test_a_statement_of_definitions_alone_has_no_variants():
    bare = Inequality(part="p", smaller=lambda p: p.x, larger=lambda p: p.x + 1.0)
    assert rejected(bare, PLANE).made == 0
    assert rejected(Monotone(part="p", quantity=x, along=x), PLANE).made == 0


def test_abbreviations_have_variants_too_and_no_two_are_one_formula():
    statement = identity(z**2 + y, lambda p: (1.0 + p.x) ** 2 + p.y, where={z: 1 + x})
    made = variants(statement, statement.formula, (x, y))
    named = {miss.change: expanded for miss, expanded in made}
    assert named["in z: the term x dropped"] == 1 + y
    assert named["the exponent of z**2 dropped"] == 1 + x + y
    assert len({expanded for _, expanded in made}) == len(made)
    assert not any(expanded.has(z) for _, expanded in made)
    assert rejected(statement, PLANE).survivors == []


def test_a_variant_that_cannot_be_evaluated_is_not_made():
    # the only square of A^T A that is left when a factor goes is a matrix power; an inverse is never made
    statement = identity(norm(a), lambda p: jnp.sqrt(jnp.sum(p.a**2)))
    assert all(not expanded.has(sp.Inverse) for _, expanded in variants(statement, statement.formula, (a,)))


def test_a_statement_without_a_formula_is_a_defect_that_is_named():
    comparison = comparison_of(identity(x, lambda p: p.x))
    state = attack(comparison, PLANE, 256, 0)
    with pytest.raises(AssertionError, match="q has a formula side but no formula"):
        reject(SimpleNamespace(part="q"), comparison, PLANE, state)
