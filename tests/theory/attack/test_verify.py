"""Made-up claims of every kind, true and false, with the evidence that each must get: no more, no less."""

from dataclasses import replace

import jax.numpy as jnp
import pytest
import sympy as sp

from theory.domain import Reals, Space, Values
from theory.kernel.rules import cited, decided, equal, relation
from theory.kernel.tactics import by_definition
from theory.meaning import means
from theory.statement import Agreement, Assumption, Claim, Finding, Identity, Inequality, Limit, Monotone
from theory.symbols import real
from theory.verify import refuse_empty, verify

x, y, z = real("x y z")
PLANE = Space({x: Reals(-3, 3), y: Reals(-3, 3)})
HELD = [("property", "supports")]
FELL = [("property", "refutes"), ("counterexample", "refutes")]
MISSES = [("near-miss", "supports")]


def evidence(*statements, form="printed", examples=1000, seed=0, space=PLANE, assumes=()):
    claim = Claim(id="made-up", space=space, assumes=assumes, **{form: statements})
    items = verify(claim, examples, seed)
    assert {(item.claim, item.form) for item in items} == {("made-up", form)}
    return items


def outcomes(*statements, **options):
    return [(item.method, item.outcome) for item in evidence(*statements, **options)]


PRODUCT = x**2 * sp.exp(y)


@means(PRODUCT)
def product(p):
    return p.x**2 * jnp.exp(p.y)


def identity(formula=PRODUCT, **options):
    return Identity(part="p", formula=formula, defined_by=product, **options)


MEAN = {"part": "p", "smaller": x * y, "larger": (x**2 + y**2) / 2}


def meet(batch):
    return {**batch, "y": batch["x"]}


def positive(batch):
    return {**batch, "x": abs(batch["x"])}


def by_arithmetic(goal):
    return decided(goal.conclusion)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (identity(), HELD + MISSES),
        (identity(theorem=by_definition), [*HELD, *MISSES, ("symbolic", "supports")]),
        (identity(x**2 * sp.exp(-y)), FELL),
        (identity(x**2 * sp.exp(-y), theorem=by_definition), [*FELL, ("symbolic", "inconclusive")]),
        (identity(z * sp.exp(y), where={z: x**2}), HELD + MISSES),
        (identity(x**2 * sp.exp(y), space=Space({x: Reals(-3, 3), y: Values((0.0,))})), [*HELD, ("near-miss", "inconclusive")]),
        (Inequality(**MEAN), HELD),
        (Inequality(**MEAN, tight=meet), [*HELD, ("property", "supports"), *MISSES]),
        (Inequality(part="p", smaller=x * y, larger=x**2 + y**2, tight=meet), [*HELD, ("property", "inconclusive"), *MISSES]),
        (Inequality(**MEAN, theorem=by_arithmetic), [*HELD, ("symbolic", "supports")]),
        (Inequality(part="p", smaller=lambda p: p.x, larger=lambda p: jnp.abs(p.x), tight=positive), [*HELD, ("property", "supports")]),
        (Inequality(**MEAN, strictly=True), FELL),
        (Inequality(part="p", smaller=x**2 + y**2, larger=sp.Integer(17)), FELL),
        (Monotone(part="p", quantity=x**3 + y, along=x), HELD),
        (Monotone(part="p", quantity=x**3 + y, along=x, increasing=False), FELL),
        (Limit(part="p", value=y, defined_by=lambda p: p.y + jnp.exp(-4.0 - p.x), along=x, rate=sp.exp(-x - 4)), HELD + MISSES),
        (Limit(part="p", value=y, defined_by=lambda p: p.y + jnp.exp(-4.0 - p.x), along=x, rate=sp.exp(-2 * x - 4)), FELL),
    ],
)
def test_a_statement_gets_the_evidence_of_its_kind_and_nothing_else(statement, expected):
    assert outcomes(statement) == expected


def test_the_counterexample_is_the_simplest_and_gives_both_sides():
    fell = evidence(identity(x**2 * sp.exp(-y)))[-1]
    assert fell.details["point"] == {"x": "1", "y": "1"}
    assert fell.details["left"] == "2.71828182846"
    assert fell.details["right"] == "0.367879441171"
    assert fell.says == "the left side 2.71828182846 is not equal to the right side 0.367879441171, confirmed in 50 digits"


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (Inequality(**MEAN, strictly=True), "is not < the right side"),
        (Inequality(part="p", smaller=x, larger=y), "is not <= the right side"),
        (
            Limit(part="p", value=y, defined_by=lambda p: p.y + 1.0, along=x, rate=sp.exp(-x - 4)),
            "is not within the stated rate of the right side",
        ),
    ],
)
def test_the_counterexample_says_which_relation_fails(statement, words):
    assert words in evidence(statement)[-1].says


def test_a_failure_says_at_how_many_points_or_that_it_is_a_tie():
    assert evidence(Inequality(**MEAN, strictly=True))[0].says == "failed where float64 sees a tie and 50 digits decide"
    many = evidence(Inequality(part="p", smaller=x, larger=y))[0]
    assert many.says == f"failed at {many.details['exceeded']} of {many.details['points']:,} points"
    assert many.details["exceeded"] > 100


def test_details_say_where_how_many_and_how_far():
    held = evidence(identity(space=Space(PLANE.domains, note="a note")), examples=700)[0]
    assert held.details["points"] >= 700
    assert held.details["domain"] == {"x": "[-3, 3]", "y": "[-3, 3]"}
    assert held.details["worst"] <= 1
    assert held.details["note"] == "a note"
    assert held.says == f"held at all {held.details['points']:,} points"


def test_an_infinite_score_is_written_as_text():
    fell = evidence(Identity(part="p", formula=1 / x, defined_by=lambda p: 1.0 / p.x))
    assert fell[0].details["worst"] == "inf"
    assert fell[1].details["left"] == "undefined"


def test_rounding_that_was_ruled_out_is_counted_and_too_much_of_it_leaves_the_property_open():
    def lossy(p):
        return (p.x + p.y) - p.y

    always = Space({x: Reals(1e-6, 1e-3), y: Reals(1, 1e6)})
    assert outcomes(Identity(part="p", formula=x, defined_by=lossy, space=always))[0] == ("property", "inconclusive")
    assert outcomes(Identity(part="p", formula=x, defined_by=lossy, space=always, conditioning=y))[0] == ("property", "supports")


def raises(goal):
    return goal.no_such_attribute


BESIDE_THE_POINT = equal(x + x, 2 * x)


@pytest.mark.parametrize(
    ("proof", "outcome", "says"),
    [
        (by_definition, "supports", "a theorem of the kernel, in "),
        (raises, "inconclusive", "the proof breaks: 'Goal' object has no attribute 'no_such_attribute'"),
        (lambda _: equal(PRODUCT, x), "inconclusive", "the proof breaks: "),
        (
            lambda _: BESIDE_THE_POINT,
            "inconclusive",
            "the proof proves another statement. Proved: For all x real: 2*x = 2*x Wanted: For all",
        ),
        (lambda _: None, "inconclusive", "the proof proves another statement. Proved: no theorem. Wanted: For all"),
        (lambda goal: cited(goal.conclusion, "a book"), "inconclusive", "the proof cites the statement that it should prove: a book"),
    ],
)
def test_a_proof_counts_only_if_its_theorem_is_the_statement(proof, outcome, says):
    last = evidence(identity(theorem=proof))[-1]
    assert (last.method, last.outcome, last.details["bound"]) == ("symbolic", outcome, outcome == "supports")
    assert last.says.startswith(says)


def test_a_proof_names_the_theorems_of_others_on_which_it_rests():
    def resting(goal):
        return decided(goal.conclusion, cited(relation("<=", 0, (x - y) ** 2), "a book"))

    last = evidence(Inequality(**MEAN, theorem=resting))[-1]
    assert last.outcome == "supports"
    assert last.says.endswith(", resting on: a book")
    assert last.details["cited"] == ["a book"]


def test_a_statement_without_a_theorem_has_no_proof():
    assert [item.method for item in evidence(identity())] == ["property", "near-miss"]


def test_a_limit_whose_proof_ignores_the_value_is_not_proved():
    @means(y + sp.exp(-4 - x))
    def falling(p):
        return p.y + jnp.exp(-4.0 - p.x)

    limit = Limit(part="p", value=y, defined_by=falling, along=x, rate=sp.exp(-x - 4), theorem=lambda _: BESIDE_THE_POINT)
    last = evidence(limit)[-1]
    assert (last.method, last.outcome) == ("symbolic", "inconclusive")
    assert last.says.startswith("the proof proves another statement. Proved: For all x real: ")


def test_a_proof_that_meets_a_counterexample_proves_nothing():
    never = relation("<", (x + 1) ** 2 - x**2 - 2 * x, 1)
    false = identity(x**2 * sp.exp(-y), given=(never,), theorem=lambda goal: decided(goal.conclusion, given=(never,)))
    fallen, last = evidence(false)[-2:]
    assert (fallen.method, last.method, last.outcome) == ("counterexample", "symbolic", "inconclusive")
    assert last.says.startswith("a proof and a counterexample meet, and one of them must be wrong. Proved: For all x, y real")
    assert last.says.endswith(f"Refuted at x = 1, y = 1: {fallen.says}")


NEGATIVE = Assumption("x >= 0", Space({x: Reals(-3, -1), y: Reals(0, 1)}))


@pytest.mark.parametrize(("larger", "needed"), [(x, True), (sp.Abs(x), False)])
def test_an_assumption_is_dropped_alone_and_found_needed_or_not(larger, needed):
    statement = Inequality(part="p", smaller=sp.S.Zero, larger=larger, space=Space({x: Reals(0, 3), y: Reals(0, 1)}))
    record = evidence(statement, assumes=(NEGATIVE,), examples=8000)[-1]
    assert (record.method, record.outcome) == ("assumption", "supports")
    assert (record.details["assumption"], record.details["needed"]) == ("x >= 0", needed)
    if needed:
        assert record.details["point"] == {"x": "-1"}, "the statement does not speak of y"
        assert record.details["left"] == "0.0"
        assert record.details["right"] == "-1.0"
    else:
        assert 8000 // 8 <= record.details["points"] < 8000 // 2


def test_an_assumption_belongs_to_the_parts_it_names():
    of_another_part = Assumption("of another part", NEGATIVE.without, parts=("q",))
    statement = Inequality(part="p", smaller=sp.S.Zero, larger=sp.Abs(x))
    records = evidence(statement, assumes=(NEGATIVE, of_another_part))
    assert [item.details["assumption"] for item in records if item.method == "assumption"] == ["x >= 0"]


def test_an_assumption_that_belongs_to_no_statement_is_refused():
    of_another_part = Assumption("of another part", NEGATIVE.without, parts=("p", "q"))
    with pytest.raises(ValueError, match="an assumption must belong to statements of its claim, but there is no q; mend its `parts`"):
        refuse_empty(Claim(id="made-up", space=PLANE, assumes=(of_another_part,), printed=(identity(),)))


def test_an_assumption_whose_points_could_not_all_be_ruled_on_is_not_called_unneeded():
    def lossy(p):
        return (p.x + p.y) - p.y

    statement = Identity(part="p", formula=x, defined_by=lossy, space=Space({x: Reals(1, 2), y: Values((0.0,))}))
    without = Assumption("y = 0", Space({x: Reals(1e-6, 1e-3), y: Reals(1, 1e6)}))
    record = next(item for item in evidence(statement, assumes=(without,)) if item.method == "assumption")
    assert record.outcome == "inconclusive"
    assert "undecided" in record.says


def compare(data):
    return [Finding(f"{k} squared", v == k * k, f"{v}") for k, v in data.items()]


def agreement(data, **variants):
    return Agreement(part="p", data=data, check=compare, variants=variants)


def test_an_agreement_is_decided_exactly_and_must_reject_changed_data():
    assert outcomes(agreement({2: 4, 3: 9}, off={2: 5, 3: 9})) == [("certificate", "supports"), ("near-miss", "supports")]
    accepted = evidence(agreement({2: 4, 3: 9}, same={2: 4}, off={2: 5}))[-1]
    assert (accepted.method, accepted.outcome, accepted.details["survivors"]) == ("near-miss", "inconclusive", ["same"])
    fell = evidence(agreement({2: 4, 3: 8}))
    assert [(item.method, item.outcome) for item in fell] == [("counterexample", "refutes")]
    assert fell[0].says == "1 of 2 comparisons fails. Expected: 3 squared. Found: 8"


def test_numbers_copied_by_hand_are_a_quotation_and_no_certificate():
    copied = replace(agreement({2: 4, 3: 9}, off={2: 5, 3: 9}), copied=True)
    assert outcomes(copied) == [("quotation", "supports"), ("near-miss", "supports")]


def test_an_agreement_that_compares_nothing_is_refused():
    with pytest.raises(ValueError, match="an agreement must compare something"):
        evidence(agreement({}))


def test_forms_and_parts_are_verified_in_order_and_announced():
    told = []
    claim = Claim(id="c", space=PLANE, printed=(agreement({2: 4}),), beyond=(agreement({3: 9}),))
    items = verify(claim, 100, 0, told.append)
    assert told == ["c: printed p", "c: beyond p"]
    assert [item.form for item in items] == ["printed", "printed", "beyond", "beyond"]


def test_one_seed_finds_the_same_and_another_draws_other_points():
    # the nearest point to a hole: no edge, no corner, and far above rounding, so that no processor can make two seeds agree
    hole = Inequality(part="p", smaller=sp.S.Zero, larger=(x - sp.Rational(13, 7)) ** 2 + (y + sp.Rational(5, 3)) ** 2)
    worst = {seed: evidence(hole, seed=seed)[0].details["worst"] for seed in range(3, 9)}
    assert len(set(worst.values())) == len(worst), worst
    assert evidence(hole, seed=3) == evidence(hole, seed=3)


def test_another_seed_kills_every_near_miss_at_another_point():
    killers = [[miss["killed_by"] for miss in evidence(identity(), seed=seed)[1].details["misses"]] for seed in (3, 3, 4, 5)]
    assert killers[0] == killers[1]
    for run_a, run_b in ((0, 2), (0, 3), (2, 3)):
        assert not set(killers[run_a]) & set(killers[run_b])


def test_killers_and_counts_of_near_misses_are_kept():
    misses = evidence(identity())[1].details
    assert misses["made"] == misses["rejected"] + misses["equivalent"] == len(misses["misses"])
    assert misses["survivors"] == []
    assert all(miss["killed_by"] and miss["formula"] for miss in misses["misses"])
