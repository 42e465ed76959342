"""A claim whose code is broken is one fault with its name, its error and its place; all other claims go on and write their evidence."""

from types import SimpleNamespace

import jax.numpy as jnp
import pytest
import sympy as sp

from reports import evidence, record
from reports.evidence import EvidenceError
from theory import __main__ as command
from theory import broken, registry, run
from theory.domain import Arrays, Reals, Space, Values
from theory.meaning import means
from theory.statement import Agreement, Assumption, Claim, Finding, Identity
from theory.symbols import real

x, y = real("x y")
d = sp.Symbol("d", integer=True, positive=True)
w = sp.MatrixSymbol("w", d, 1)
PLANE = Space({x: Reals(-3, 3), y: Reals(-3, 3)})
NOTHING = []
BY_ZERO = "integer division or modulo by zero"
OTHER = "eq-4.2"
BROKEN = "lemma-3.1"
EMPTY = Space({x: Reals(-3, 3), y: Values(())})
SIDELESS = Space({**PLANE.domains, w: Arrays()}, sizes=({d: 2}, {d: 0}))


@means(x * y)
def product(p):
    return p.x * p.y


def claim(space=PLANE, defined_by=product, theorem=None, **options):
    statement = Identity(part="p", formula=x * y, defined_by=defined_by, theorem=theorem)
    return Claim(id=BROKEN, space=space, beyond=(statement,), **options)


def by_zero(goal):
    return goal.fixed and 1 // len(NOTHING)


def out_of_reach(_):
    raise RuntimeError("a definition that raises\nover two lines")


def concrete(p):
    return p.x if p.x > 0 else -p.x


def agreement(check):
    return Claim(id=BROKEN, space=PLANE, beyond=(Agreement(part="p", data=1, check=check, variants={}),))


def leave(*_):
    raise SystemExit(0)


def unread(_):
    return [Finding("a finding that no file can hold", True, sp.Integer(1))]


CASES = [
    (claim(theorem=by_zero), f"ZeroDivisionError: {BY_ZERO} ("),
    (claim(theorem=leave), "SystemExit: 0"),
    (claim(defined_by=out_of_reach), "RuntimeError: a definition that raises over two lines"),
    (claim(defined_by=concrete), "TracerBoolConversionError: "),
    (claim(defined_by=lambda p: p.z), "AttributeError: "),
    (claim(defined_by=lambda _: jnp.ones(3) @ jnp.ones(4)), "TypeError: "),
    (claim(space=Space(PLANE.domains, sizes=())), "ValueError: the space of the claim must have sizes, got none"),
    (claim(space=SIDELESS), "the domain of w in the space of the claim must hold a value, got a side of 0"),
    (claim(space=EMPTY), "the domain of y in the space of the claim must hold a value"),
    (claim(space=Space({x: Reals(3, -3), y: Reals(0, 1)})), "the domain of x in the space of the claim must hold a value, got [3, -3]"),
    (claim(space=Space({x: Reals(float("nan"), 3), y: Reals(0, 1)})), "the domain of x in the space of the claim must hold a value"),
    (
        claim(assumes=(Assumption("y > 0", Space({x: Reals(-3, 3), y: Values(())})),)),
        "in the space of the assumption 'y > 0' must hold a value",
    ),
    (Claim(id=BROKEN, space=PLANE), "ValueError: a claim must state something"),
    (agreement(unread), "TypeError: "),
    (
        agreement(lambda _: []),
        "must compare something",
    ),
    (Claim(id=BROKEN, space=PLANE, beyond=("no statement",)), "AttributeError: "),
]


@pytest.fixture
def stating(monkeypatch):
    """Have `theory` state a claim in place of lemma-3.1's own."""

    def state(own):
        known = {**registry.claims(), BROKEN: (own, "theory.linear.lemma_3_1")}
        monkeypatch.setattr(registry, "claims", lambda: known)

    return state


@pytest.mark.parametrize(("own", "told"), CASES)
def test_whatever_the_code_of_a_claim_raises_is_told_in_one_line_and_there_is_no_evidence(stating, own, told):
    stating(own)
    result = run.verify_one(BROKEN, 600, 0)
    assert told in result.broken
    assert "\n" not in result.broken
    assert len(result.broken) < 450
    assert result.evidence == []


def test_a_claim_that_is_not_broken_is_not_called_so(stating):
    stating(claim())
    result = run.verify_one(BROKEN, 600, 0)
    assert result.broken == ""
    assert [item.method for item in result.evidence] == ["property", "near-miss"]


def test_ctrl_c_is_not_taken_for_a_fault_of_the_claim(stating):
    def interrupted(*_):
        raise KeyboardInterrupt

    stating(claim(theorem=interrupted))
    with pytest.raises(KeyboardInterrupt):
        run.verify_one(BROKEN, 600, 0)


def test_one_broken_claim_is_one_fault_and_the_others_write_their_evidence(stating, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    call = ["verify", BROKEN, OTHER, "--examples", "600", "--jobs", "1", "--out", str(tmp_path)]
    evidence.write_whole(evidence.path_of(tmp_path, "theory", BROKEN), evidence.path_of(record.PUBLISHED, "theory", BROKEN).read_bytes())
    stating(claim(theorem=by_zero))
    assert command.main(call) == 1
    said = capsys.readouterr()
    faults = [line for line in said.out.splitlines() if line.startswith("FAULT")]
    assert len(faults) == 1
    assert faults[0].startswith(f"FAULT {BROKEN}: its code is broken: ZeroDivisionError: {BY_ZERO} (")
    assert "Traceback" not in said.out + said.err
    rows = {line.split()[0]: line for line in said.out.splitlines() if line.startswith((BROKEN, OTHER))}
    assert "FAULT" in rows[BROKEN]
    assert "FAULT" not in rows[OTHER]
    assert evidence.read(evidence.path_of(tmp_path, "theory", OTHER)).evidence


def test_neither_earlier_nor_published_evidence_stands_for_a_claim_whose_code_is_broken(stating, tmp_path):
    path = evidence.path_of(tmp_path, "theory", BROKEN)
    evidence.write_whole(path, evidence.path_of(record.PUBLISHED, "theory", BROKEN).read_bytes())
    assert evidence.read(path).evidence
    stating(claim(theorem=by_zero))
    assert command.main(["verify", BROKEN, "--examples", "600", "--jobs", "1", "--out", str(tmp_path)]) == 1
    assert evidence.read(path).evidence == []
    (gathered,) = [
        dossier for dossier in record.gather([tmp_path, record.PUBLISHED]) if (dossier.source, dossier.claim) == ("theory", BROKEN)
    ]
    assert gathered.evidence == []


def test_a_module_that_cannot_be_loaded_is_one_fault_and_its_claims_are_told(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("COLUMNS", "200")
    known = {name: stated for name, stated in registry.claims().items() if name in (OTHER, "eq-3.2")}
    why = "theory/linear/lemma_3_1.py cannot be loaded: NameError: name 'foo' is not defined (theory/linear/lemma_3_1.py:3)"
    monkeypatch.setattr(registry, "stated", lambda: registry.Stated(known, [why]))
    assert command.main(["verify", BROKEN, OTHER, "--examples", "600", "--jobs", "1", "--out", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert [line for line in said.splitlines() if line.startswith("FAULT")] == [
        f"FAULT {why}",
        f"FAULT {BROKEN}: its code is broken: no module that can be loaded states it; no evidence stands",
    ]
    assert evidence.read(evidence.path_of(tmp_path, "theory", OTHER)).evidence
    assert evidence.read(evidence.path_of(tmp_path, "theory", BROKEN)).evidence == []


def test_the_place_is_where_the_code_of_a_claim_was_last_at_work():
    source = "def proof(s):\n    return s.gone\n"
    scope = {}
    exec(compile(source, str(broken.ROOT / "theory" / "linear" / "made_up.py"), "exec"), scope)
    with pytest.raises(AttributeError) as raised:
        scope["proof"](SimpleNamespace())
    assert broken.described(raised.value) == (
        "AttributeError: 'types.SimpleNamespace' object has no attribute 'gone' (theory/linear/made_up.py:2)"
    )
    with pytest.raises(SyntaxError) as unread:
        compile("x = (", str(broken.ROOT / "theory" / "linear" / "made_up.py"), "exec")
    assert broken.described(unread.value) == "SyntaxError: '(' was never closed (theory/linear/made_up.py:1)"


def test_a_long_message_is_cut_and_an_error_that_cannot_be_told_is_named():
    class Mute(Exception):
        def __str__(self):
            raise EvidenceError("no words")

    assert broken.described(ValueError("long " * 1000)).startswith("ValueError: long long")
    assert len(broken.described(ValueError("long " * 1000))) < 350
    assert broken.described(Mute()) == "Mute"
