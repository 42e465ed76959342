"""Every lie of the list that once got through, and its kind: told of bound statements, in process and to the command line."""

import typing
from dataclasses import replace
from typing import Any

import pytest
import sympy as sp

from tests.theory.source_lies import assert_caught, copied, told
from theory.deep_linear import eq_4_1_to_4_4, network
from theory.goal import goal_of, limit
from theory.kernel.rules import Theorem, decided, equal, monotone, relation, tends
from theory.kernel.tactics import by_slope
from theory.kernel.terms import Refused, free, shape
from theory.linear import equal_norm_upweighting, grad_norm_increases, lemma_3_1
from theory.loss import weight_decay_equivalent
from theory.meaning import means
from theory.proving import Unbound, prove
from theory.registry import claims
from theory.setting import eq_2_5
from theory.symbols import real
from theory.verify import verify

z, C = lemma_3_1.z, lemma_3_1.C
(LEMMA,) = lemma_3_1.CLAIMS
INCREASING: Any = LEMMA.printed[3]
x, y, e = real("x y e")


def refused(claim, statement, words=None):
    with pytest.raises(Unbound, match=words):
        prove(claim, statement)


def bound_statements(*fields):
    return [
        pytest.param(claim, s, id=f"{claim.id}-{form}-{s.part}")
        for claim, _ in claims().values()
        for form, statements in claim.forms()
        for s in statements
        if s.theorem is not None and all(hasattr(s, field) for field in fields)
    ]


# ---- a proof of something else ----
@pytest.mark.parametrize(
    "proof",
    [
        lambda _: equal(sp.S.Zero, sp.S.Zero),
        lambda _: monotone(sp.exp(z), z, real("z′"), decided(relation("<", 0, sp.exp(z)))),
        lambda _: None,
        lambda goal: goal,
        lambda _: object.__new__(Theorem),
        lambda goal: decided(goal.conclusion, given=(goal.conclusion,)),
    ],
    ids=["0 = 0", "e^z increases", "nothing", "the goal itself", "an empty theorem", "from itself"],
)
def test_a_proof_of_something_else_proves_nothing(proof):
    refused(LEMMA, replace(INCREASING, theorem=proof))


def test_the_proved_and_the_wanted_sentence_stand_side_by_side():
    refused(
        LEMMA,
        replace(INCREASING, theorem=lambda _: equal(x + x, 2 * x)),
        r"Proved: For all x real: 2\*x = 2\*x Wanted: For all C, z, z′ real with 0 < C",
    )


def test_a_statement_of_the_ledger_beyond_the_bound_is_proved_too():
    below: Any = LEMMA.beyond[1]
    prove(LEMMA, below)
    refused(LEMMA, replace(below, also=()), "no attribute 'parts'")
    for value in (sp.exp(2 * C), sp.S.One):
        refused(LEMMA, replace(below, also=(limit(lemma_3_1.meant_weight(z), z, sp.oo, value),)), "another statement")
    refused(LEMMA, replace(below, also=(limit(lemma_3_1.meant_weight(z), z, -sp.oo, sp.exp(C)),)), "another statement")


def test_a_false_ratio_is_not_proved():
    far = INCREASING.quantity - sp.exp(3 * z - 300)
    refused(LEMMA, replace(INCREASING, quantity=far))
    refused(LEMMA, replace(INCREASING, quantity=far, theorem=by_slope(sp.exp(z) * (1 - sp.exp(-C)) / (1 + sp.exp(z - C)) ** 2)))


# ---- direction, sides, strictness ----
@pytest.mark.parametrize(("claim", "statement"), bound_statements("increasing"))
def test_a_direction_that_is_flipped_is_refused(claim, statement):
    refused(claim, replace(statement, increasing=not statement.increasing))


@pytest.mark.parametrize(("claim", "statement"), bound_statements("smaller"))
def test_sides_that_are_swapped_are_refused(claim, statement):
    refused(claim, replace(statement, smaller=statement.larger, larger=statement.smaller))


def test_a_bound_that_is_attained_is_not_strict():
    for statement in (eq_2_5.CLAIMS[0].printed[0], *eq_2_5.CLAIMS[0].beyond):
        refused(eq_2_5.CLAIMS[0], replace(statement, strictly=True))


# ---- the definition ----
def test_a_definition_replaced_by_the_formula_or_by_junk_is_not_what_the_program_computes():
    statement: Any = LEMMA.printed[0]
    for meant in (statement.formula, 2 * statement.formula):
        program = means(meant)(lambda p: lemma_3_1.weight(p) * 3.0)
        told = replace(statement, defined_by=program, formula=meant)
        prove(LEMMA, told)
        items = verify(replace(LEMMA, printed=(told,), beyond=()), 600, 0)
        assert not [item for item in items if item.method == "symbolic" and item.outcome == "supports"]


@pytest.mark.parametrize(("claim", "statement"), bound_statements("defined_by"))
def test_a_proof_reads_the_definition(claim, statement):
    from theory.meaning import meaning

    meant = meaning(statement.defined_by)
    changed = 2 * meant if shape(meant) else 2 * meant + 1  # twice zero is zero
    refused(claim, replace(statement, defined_by=means(changed)(lambda _: None)))


def test_a_program_that_computes_something_else_has_no_proof():
    statement: Any = eq_4_1_to_4_4.CLAIMS[1].printed[0]
    program = means(network.MEANT_J_SAM[0])(network.first_layer(eq_4_1_to_4_4.one_sam))
    told = replace(statement, defined_by=program, formula=statement.formula)
    items = verify(replace(eq_4_1_to_4_4.CLAIMS[1], printed=(told,)), 600, 0)
    assert not [item for item in items if item.method == "symbolic" and item.outcome == "supports"]


def unknown(p):
    return lemma_3_1.weight(p) + 0.0


def test_a_program_without_a_meaning_has_no_goal():
    refused(LEMMA, replace(LEMMA.printed[0], defined_by=unknown), "has no symbolic meaning")


# ---- derivatives and limits ----
def test_a_one_sided_limit_is_not_a_limit():
    one_sided = decided(relation("<", sp.Abs(sp.Abs(x) / x - 1), e), given=(relation("<", 0, x), relation("<", 0, e)))
    with pytest.raises(Refused, match="says more than"):
        tends(sp.Abs(x) / x, x, 0, 1, e, one_sided)


@pytest.mark.parametrize(("quantity", "slope"), [(-1 / x, 1 / x**2), (-1 / x, 1 / (x**2 + 1)), (x / sp.Abs(x), sp.exp(x))])
def test_a_function_that_jumps_does_not_increase(quantity, slope):
    with pytest.raises(Refused):
        monotone(quantity, x, y, decided(relation("<", 0, slope), given=(relation("!=", x, 0),)))
    with pytest.raises(Refused):
        monotone(quantity, x, y, decided(relation("<", 0, slope)))


def test_a_cancelled_factor_leaves_its_condition():
    with pytest.raises(Refused, match="without which"):
        equal((x**2 - 1) / (x - 1), x + 1)


# ---- assumptions ----
@pytest.mark.parametrize(
    ("claim", "statement", "needed"),
    [
        (LEMMA, INCREASING, "C > 0"),
        (grad_norm_increases.CLAIMS[0], grad_norm_increases.CLAIMS[0].printed[0], "rho > 0"),
        (equal_norm_upweighting.CLAIMS[0], equal_norm_upweighting.CLAIMS[0].printed[0], "equal norms"),
        (weight_decay_equivalent.CLAIMS[0], weight_decay_equivalent.CLAIMS[0].corrected[1], "the factor is below 1"),
    ],
)
def test_an_assumption_that_is_deleted_is_missed(claim, statement, needed):
    prove(claim, statement)
    less = replace(claim, assumes=tuple(a for a in claim.assumes if a.says != needed))
    assert len(less.assumes) < len(claim.assumes)
    refused(less, statement)


def test_a_space_that_does_not_violate_its_assumption_is_told():
    (assumption,) = LEMMA.assumes
    kept = replace(assumption, without=lemma_3_1.space)
    items = verify(replace(LEMMA, printed=(INCREASING,), beyond=(), assumes=(kept,)), 600, 0)
    assert any("satisfy it" in item.says and item.outcome == "inconclusive" for item in items)


def test_points_outside_the_hypotheses_leave_no_proof():
    wide = replace(INCREASING, space=lemma_3_1.space, given=(relation("<", z, 0),), theorem=lemma_3_1.prove_increasing)
    items = verify(replace(LEMMA, printed=(wide,), beyond=()), 600, 0)
    assert not [item for item in items if item.method == "symbolic" and item.outcome == "supports"]


def test_a_flag_that_no_assumption_covers_is_an_error():
    statement = grad_norm_increases.CLAIMS[0].printed[0]
    bare = replace(grad_norm_increases.CLAIMS[0], assumes=grad_norm_increases.CLAIMS[0].assumes[1:])
    refused(bare, statement, "rho is taken as positive")


def test_a_statement_false_only_beyond_the_box_falls():
    false = replace(INCREASING, quantity=lemma_3_1.ratio - sp.exp(3 * lemma_3_1.z - 300))
    items = verify(replace(LEMMA, printed=(), beyond=(false,)), 600, 0)
    assert ("property", "supports") in [(item.method, item.outcome) for item in items]
    assert [item.says for item in items if item.outcome == "refutes"] == ["balls refute it beyond the box, or a side has no value there"]
    assert [item for item in items if item.method == "symbolic" and item.outcome == "supports"] == []


def test_every_bound_statement_is_about_something():
    for parameter in bound_statements():
        claim, statement = typing.cast(tuple[typing.Any, typing.Any], parameter.values)
        assert free(goal_of(claim, statement).conclusion), f"{claim.id} {statement.part}"


# ---- end to end: the source is edited, and the command line run ----
SOURCE = {
    "a ratio that is false far out, with the honest proof": (
        "lemma-3.1",
        "theory/linear/lemma_3_1.py",
        "ratio = sigma(-z + C) / sigma(-z)",
        "ratio = sigma(-z + C) / sigma(-z) - sp.exp(3 * z - 300)",
    ),
    "a proof of something else": (
        "lemma-3.1",
        "theory/linear/lemma_3_1.py",
        "    return increases(z, second(z), C)\n",
        "    return equal(z - z, sp.S.Zero)\n",
    ),
    "an assumption deleted": (
        "grad-norm-increases",
        "theory/linear/grad_norm_increases.py",
        '            Assumption("rho > 0", SPACE.but(rho=Reals(-3, 0)), given=(POSITIVE_RADIUS,)),\n',
        "",
    ),
    "a program replaced by junk, under its old meaning": (
        "eq-3.6",
        "theory/linear/model.py",
        "    return perturbed_norm(p) / plain_norm(p)\n",
        "    return perturbed_norm(p) / plain_norm(p) * (1.0 + 1e-9)\n",
    ),
}


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """How the command line ended for each lie."""
    return told(copied(tmp_path_factory.mktemp("copy")), SOURCE, tmp_path_factory.mktemp("out"), examples=600)


@pytest.mark.parametrize("name", SOURCE)
def test_a_lie_in_the_source_is_caught_by_the_command_line(ended, name):
    assert_caught(SOURCE[name][0], ended[name])
