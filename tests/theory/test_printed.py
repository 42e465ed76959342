"""A printed statement is attacked where the ledger's words let its variables be: a narrower space in the code cannot save it."""

import re

import numpy as np
import pytest
import sympy as sp

from reports import evidence, ledger
from reports.evidence import Evidence
from tests.theory.source_lies import copied, verify
from theory import printed
from theory.attack.comparison import comparison_of
from theory.attack.search import attack
from theory.domain import Arrays, Reals, Space, Values
from theory.faults import contradictions
from theory.registry import claims
from theory.statement import Agreement, Identity, Inequality
from theory.symbols import Sign, column, norm, size

z, C, t = sp.Symbol("z", real=True), sp.Symbol("C", positive=True), Sign("t")
d = size("d")
x = column("x", d)


def square(domain, **options):
    """The statement z^2 >= z, which is false between 0 and 1, for z in `domain`."""
    return Inequality(part="square", smaller=z, larger=z**2, space=Space({z: domain}, **options))


@pytest.mark.parametrize(
    ("symbol", "domain", "words", "wide"),
    [
        (z, Reals(-40, 40), [], Reals(-40, 40)),
        (z, Reals(0, 40), [], Reals(-40, 40)),
        (z, Reals(-40, 0), [], Reals(-40, 2.0)),
        (z, Reals(3, 4), ["0 < z"], Reals(0.25, 4)),
        (z, Reals(0.001, 4), ["0 < z"], Reals(0.001, 4)),
        (z, Reals(0.001, 0.01), ["0 < z"], Reals(0.001, 2.0)),
        (z, Reals(0.1, 0.2), ["0 < z", "z < 1"], Reals(0.1, 0.75)),
        (z, Reals(0.05, 0.95), ["0 < z", "z < 1"], Reals(0.05, 0.95)),
        (z, Reals(-3, 3), ["-1/2 ≤ z"], Reals(-3, 3)),
        (z, Values((1.0,)), [], Reals(-2.0, 2.0)),
        (z, Values((1.0,)), ["z in {1}"], Values((1.0,))),
        (z, Values((1.0,)), ["z in {1, 2}"], Values((1.0, 2.0))),
        (z, Values((1.0,)), ["z = 1"], Values((1.0,))),
        (t, Values((1.0,)), [], Values((1.0, -1.0))),
        (x, Arrays(3.0), [], Arrays(3.0, zero=True)),
        (x, Arrays(3.0), ["x is not zero"], Arrays(3.0)),
        (x, Arrays(0.01), ["x is not zero"], Arrays(0.5)),
        (x, Arrays(3.0), ["0 < <x, x>"], Arrays(3.0)),
    ],
)
def test_a_domain_is_as_wide_as_the_words_let_it_be(symbol, domain, words, wide):
    formula = norm(symbol) if symbol == x else symbol
    statement = Inequality(part="a", smaller=formula, larger=formula)
    space = Space({symbol: domain}, ({d: 1}, {d: 2}) if symbol == x else ({},))
    assert printed.widened(statement, space, words).domains == {symbol: wide}


def test_a_variable_that_the_statement_does_not_read_keeps_its_domain():
    statement = Inequality(part="a", smaller=z, larger=z)
    space = Space({z: Reals(-4, 4), C: Reals(1, 2)})
    assert printed.widened(statement, space, []) is space


def test_a_program_is_read_for_its_variables_also_where_it_copies_the_point():
    reads_c = Identity(part="a", formula=z, defined_by=lambda p: p.C)
    reads_all = Identity(part="a", formula=z, defined_by=lambda p: sum(vars(p).values()))
    space = Space({z: Reals(0, 1), C: Reals(0, 1), t: Values((1.0, -1.0))})
    assert printed.variables_of(reads_c, space) == {"z", "C"}
    assert printed.variables_of(reads_all, space) == {"z", "C", "t"}


def left_out(statement, words=()):
    space = printed.widened(statement, statement.space, words)
    return printed.left_out(statement, space, words, attack(comparison_of(statement), space, 1024, 0))


def test_a_construction_that_leaves_points_out_is_told():
    assert left_out(square(Reals(-4, 4))) == []
    folded = square(Reals(-4, 4), construct=lambda batch: {**batch, "z": 2 + np.abs(batch["z"])})
    assert left_out(folded) == ["z below -3.2"]
    statement = Inequality(part="a", smaller=sp.S.Zero, larger=norm(x), space=Space({x: Arrays(3.0)}, ({d: 1}, {d: 2})))
    assert left_out(statement) == []
    shifted = {"construct": lambda batch: {**batch, "x": np.abs(batch["x"]) + 1}}
    narrow = Inequality(part="a", smaller=sp.S.Zero, larger=norm(x), space=Space({x: Arrays(3.0)}, ({d: 1}, {d: 2}), **shifted))
    assert left_out(narrow) == ["x = 0"]
    assert left_out(narrow, ["x is not zero"]) == []


def test_a_space_of_one_size_is_told_unless_the_ledger_says_so():
    statement = Inequality(part="a", smaller=sp.S.Zero, larger=norm(x), space=Space({x: Arrays(3.0)}, ({d: 2},)))
    assert left_out(statement) == ["every d but 2"]
    assert left_out(statement, ["d = 2"]) == []


PRINTED = [
    (claim, statement, row)
    for name, (claim, _) in claims().items()
    for statement in claim.printed
    if not isinstance(statement, Agreement)
    for row in ledger.read().claim(name).of_form("printed")
    if row.part == statement.part
]


@pytest.mark.parametrize(("claim", "statement", "row"), PRINTED, ids=lambda value: getattr(value, "id", getattr(value, "part", "")))
def test_the_ledger_names_every_hypothesis_of_a_printed_statement(claim, statement, row):
    assert printed.unnamed(claim, statement, row.assumes) == []


def test_a_statement_proved_and_refuted_at_once_is_told_with_both():
    def item(method, outcome, says):
        return Evidence(claim="c", form="printed", part="p", method=method, outcome=outcome, says=says)

    proof, fall, coq = (
        item("symbolic", "supports", "five steps"),
        item("counterexample", "refutes", "1 > 0"),
        item("formal", "refutes", "no"),
    )
    assert contradictions([proof]) == contradictions([fall, coq]) == []
    for against in (fall, coq):
        [line] = contradictions([proof, against])
        assert line.startswith("printed p: a proof and a refutation meet")
        assert "five steps" in line
        assert against.says in line


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    return copied(tmp_path_factory.mktemp("copy"))


FILE = "theory/setting/logit_scale_monotone.py"
HONEST = 'Monotone(part="monotone", quantity=sigma(-t * f), along=l, atoms={f: output}, given=(POSITIVE_LOSS,), theorem=increases),'
NARROW = 'Monotone(part="monotone", quantity=t * sigma(-t * f), along=l, atoms={f: output}, %s),'
PROOF = "given=(POSITIVE_LOSS,), theorem=increases"
# a printed statement that falls for t = -1: how it is narrowed until it is true, and what must be told of it
TRICKS = {
    "another domain": (
        f"space=Space({{l: Reals(1e-6, 40), t: Values((1.0,))}}), {PROOF}",
        "the proof breaks: ",
    ),
    "a construction": (
        f'space=Space({{l: Reals(1e-6, 40), t: SIGNS}}, construct=lambda b: {{**b, "t": abs(b["t"])}}), {PROOF}',
        "the proof breaks: ",
    ),
    "a hypothesis": (
        'space=Space({l: Reals(1e-6, 40), t: Values((1.0,))}), given=(POSITIVE_LOSS, relation("=", t, 1)), theorem=increases',
        "t = 1 is a hypothesis, but the paper does not assume it",
    ),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_a_printed_statement_cannot_be_saved_by_narrowing_it(copy, tmp_path, trick):
    change, told = TRICKS[trick]
    path = copy / FILE
    honest = path.read_text(encoding="utf-8")
    assert honest.count(HONEST) == 1, "tell these lies anew"
    path.write_text(honest.replace(HONEST, NARROW % change), encoding="utf-8")
    try:
        done = verify(copy, ["logit-scale-monotone"], tmp_path)
    finally:
        path.write_text(honest, encoding="utf-8")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert re.search(rf"FAULT logit-scale-monotone: printed monotone: .*{re.escape(told)}", done.stdout), done.stdout
    found = evidence.read(evidence.path_of(tmp_path, "theory", "logit-scale-monotone")).evidence
    fell = [item for item in found if (item.form, item.part, item.method) == ("printed", "monotone", "counterexample")]
    assert [float(item.details["point"]["t"]) for item in fell] == [-1]
