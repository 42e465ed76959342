"""The paper's statements about itself: counting by hand, rounding, brackets, and that each refuted part names the true statement."""

from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp
import pytest

from theory.attack.comparison import comparison_of
from theory.attack.search import attack
from theory.paper import cross_references, iid_flips, label_noise, notation, numbers_agree, quote_checks

PRINTED: Any = label_noise.CLAIMS[0].printed
COUNTED = [s for s in PRINTED if s.part in {"no-more", "no-fewer", "uniform", "kept"}]


def test_two_of_four_points_with_three_classes_have_twenty_four_outcomes():
    # 6 selections times 2 x 2 wrong classes; point 0 is chosen in half of them, points 0 and 1 together in one selection of six
    assert label_noise.outcomes(4, 2, 3) == (24, 12, 6, 4, 2, 2)


@pytest.mark.parametrize("statement", COUNTED, ids=lambda s: s.part)
def test_the_counted_outcomes_refute_twice_a_formula(statement):
    lie = replace(statement, formula=2 * statement.formula)
    assert attack(comparison_of(statement), label_noise.WHOLE, 50, 0, shrink=False).counterexample is None
    assert attack(comparison_of(lie), label_noise.WHOLE, 50, 0, shrink=False).counterexample is not None


def test_two_independent_flips_have_the_moments_of_a_binomial():
    p = SimpleNamespace(flips=jnp.zeros(2), Delta=jnp.asarray(0.25))
    assert float(iid_flips.mean_flips(p)) == 0.5
    assert float(iid_flips.variance_of_flips(p)) == 0.375


def test_one_of_two_independent_flips_has_probability_two_p_q():
    bound = Fraction(2 * 1 * 1, 4)
    assert not iid_flips.exact_hits([(2, Fraction(1, 2), bound)])[0].agrees
    assert iid_flips.exact_hits([(2, Fraction(1, 2), bound + Fraction(1, 10**9))])[0].agrees


@pytest.mark.parametrize(
    ("text", "number", "agrees"),
    [
        ("17", "16.99", True),
        ("16", "16.99", False),
        ("8", "8.5", True),
        ("9", "8.5", True),
        ("9", "8.49", False),
        ("60.8", "60.85", True),
        ("60.8", "60.86", False),
    ],
)
def test_a_quote_agrees_with_what_rounds_to_it(text, number, agrees):
    assert quote_checks.is_rounding(text, Fraction(number)) is agrees


@pytest.mark.parametrize(
    ("formula", "agrees"), [("(a)[b]", True), ("(a", False), ("a)", False), ("(a]", False), ("((a)", False), (")a(", False), ("", True)]
)
def test_brackets_match_in_kind_number_and_order(formula, agrees):
    assert notation.closed({"here": formula})[0].agrees is agrees


def test_a_reference_may_find_its_content_in_several_figures_together():
    reference = cross_references.Reference("here", frozenset({"accuracy gap", "test accuracy"}), (1, 2))
    assert cross_references.follow([reference])[0].agrees


def test_exactly_the_parts_that_fall_have_a_corrected_form():
    claim: Any = numbers_agree.CLAIMS[0]
    fallen = [s.part for s in claim.printed if not all(f.agrees for f in s.check(s.data))]
    assert sorted(fallen) == sorted(s.part for s in claim.corrected)
