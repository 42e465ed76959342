"""The formulas that a statement puts in for its abbreviations, and the order of a claim's forms."""

import sympy as sp

from theory.domain import Reals, Space
from theory.statement import Agreement, Claim, Identity
from theory.symbols import column, norm, real, size

x, y, z = real("x y z")
n = size("n")
a, b = column("a", n), column("b", n)
SPACE = Space({x: Reals(0, 1)})


def statement(part="p", **options):
    return Identity(part=part, formula=x, defined_by=lambda p: p.x, **options)


def test_later_abbreviations_may_use_earlier_ones():
    chained = statement(where={y: x + 1, z: y**2})
    assert chained.expand(z + y) == (x + 1) ** 2 + x + 1


def test_an_abbreviation_is_put_in_once_even_where_its_meaning_names_it_again():
    assert statement(where={y: 2 * x, x: y}).expand(x) == 2 * x
    assert statement(where={b: 2 * a}).expand(norm(b)) == norm(2 * a)


def test_nothing_is_put_in_where_there_are_no_abbreviations():
    assert statement().expand(x + y) == x + y


def test_forms_come_printed_first_and_empty_ones_are_left_out():
    p, q = statement("one"), statement("two")
    claim = Claim(id="c", space=SPACE, beyond=(p,), printed=(q,))
    assert claim.forms() == [("printed", (q,)), ("beyond", (p,))]
    assert Claim(id="c", space=SPACE).forms() == []


def test_an_agreement_has_no_proof():
    agreement = Agreement(part="p", data=1, check=lambda _: [], variants={})
    assert agreement.theorem is None
    assert not hasattr(agreement, "formula")
    assert isinstance(statement().formula, sp.Basic)
