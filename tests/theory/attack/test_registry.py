"""Claims are found by themselves, each once, in the folders that hold families of claims and nowhere else; a broken module is one fault."""

import importlib
import re
import sys

import pytest

from theory import registry

LEMMA = "theory.linear.lemma_3_1"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An empty package in the place of `theory`, with a family of two modules and folders that are no families."""
    for folder in ("family", "attack", "formal", "data"):
        (tmp_path / folder).mkdir()
        if folder != "data":
            (tmp_path / folder / "__init__.py").touch()
        (tmp_path / folder / "second.py").touch()
    (tmp_path / "family" / "first.py").touch()
    (tmp_path / "statement.py").touch()
    monkeypatch.setattr(registry, "ROOT", tmp_path)


@pytest.fixture
def stated(tmp_path, monkeypatch):
    """Return a function that registers the claims of lemma-3.1 and of made-up modules with the given sources."""
    monkeypatch.syspath_prepend(tmp_path)

    def load(source, *further_sources):
        names = ["made_up_claims", "made_up_second", "made_up_third"][: 1 + len(further_sources)]
        for name, text in zip(names, (source, *further_sources), strict=True):
            (tmp_path / f"{name}.py").write_text(text)
        monkeypatch.setattr(registry, "modules", lambda: [*names, LEMMA])
        for name in names:
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
        return registry.stated.__wrapped__()

    return load


@pytest.mark.usefixtures("package")
def test_modules_of_families_are_found_in_order_and_no_others():
    assert registry.modules() == ["theory.family.first", "theory.family.second"]


def test_a_claim_comes_with_the_module_that_states_it(monkeypatch):
    monkeypatch.setattr(registry, "modules", lambda: [LEMMA, "theory.domain"])
    registered = registry.stated.__wrapped__()
    lemma = importlib.import_module(LEMMA)
    assert registered == ({claim.id: (claim, LEMMA) for claim in lemma.CLAIMS}, [])


def test_of_two_modules_that_state_one_claim_the_second_is_a_fault(monkeypatch):
    monkeypatch.setattr(registry, "modules", lambda: [LEMMA] * 2)
    registered = registry.stated.__wrapped__()
    assert list(registered.claims) == ["lemma-3.1"]
    assert registered.faults == [
        "every claim is stated once, but lemma-3.1 is in theory/linear/lemma_3_1.py and in theory/linear/lemma_3_1.py; remove one"
    ]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def f(:", r"made_up_claims.py cannot be loaded: SyntaxError: .*made_up_claims\.py:1\)"),
        ("x = 1\ny = no_such_name", "made_up_claims.py cannot be loaded: NameError: name 'no_such_name' is not defined"),
        ("import no_such_module", "made_up_claims.py cannot be loaded: ModuleNotFoundError: No module named 'no_such_module'"),
        ("class C:\n    def __str__(self): return 1 / 0\nraise ValueError(C())", "made_up_claims.py cannot be loaded: ValueError"),
        ("import sys\nsys.exit(0)", "made_up_claims.py cannot be loaded: SystemExit: 0"),
        ("x = [0][1]", "made_up_claims.py cannot be loaded: IndexError: list index out of range"),
        ("def f(): f()\nf()", "made_up_claims.py cannot be loaded: RecursionError: "),
        ("CLAIMS = []", "made_up_claims.py: CLAIMS must be a tuple of Claim, got list"),
        ("CLAIMS = None", "made_up_claims.py: CLAIMS must be a tuple of Claim, got NoneType"),
        ("CLAIMS = ('lemma-3.1',)", "made_up_claims.py: CLAIMS must be a tuple of Claim, but holds str"),
        ("CLAIMS = property(lambda _: 1)", "made_up_claims.py: CLAIMS must be a tuple of Claim, got property"),
    ],
)
def test_a_module_that_cannot_be_loaded_is_one_fault_and_the_others_are_there(stated, source, told):
    registered = stated(source)
    assert list(registered.claims) == ["lemma-3.1"]
    (line,) = registered.faults
    assert re.match(told, line), line
    assert "\n" not in line


def test_modules_that_fail_for_one_reason_are_one_fault(stated):
    registered = stated("x = no_such_name", "import made_up_claims", "CLAIMS = 1")
    assert [line.partition(": ")[0] for line in registered.faults] == [
        "made_up_claims.py, made_up_second.py cannot be loaded",
        "made_up_third.py",
    ]
