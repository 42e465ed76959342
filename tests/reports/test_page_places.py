"""Code and tests of a claim are found by reading the sources; they agree with the claims that the packages define."""

import ast

import pytest

from reports import ledger
from reports.page import places

SOURCES = {
    "theory/linear/one.py": "from x import Claim\n\n\nCLAIMS = (\n    Claim(\n        id='eq-1',\n    ),\n)\n",
    "theory/linear/two.py": "def make(name):\n    return Claim(id=name)\n\n\nCLAIMS = (make('eq-2'), make('eq-3'))\n",
    "empirical/experiments/fig.py": "EXPERIMENT = Experiment(id='fig-1')\n",
    "tests/theory/test_linear.py": (
        "from theory.linear import one\n\nCASES = [one.f]\n\n\ndef helper():\n    return one.g()\n\n\n"
        "def test_by_a_constant():\n    assert CASES\n\n\ndef test_by_a_helper():\n    helper()\n\n\ndef test_of_another():\n    pass\n"
    ),
    "tests/theory/test_command_line.py": "def test_it():\n    assert 'eq-2'\n",
    "tests/empirical/test_rules.py": "def test_by_its_id():\n    assert 'fig-1'\n",
}


def test_definitions_and_tests_are_found_by_reading(tmp_path):
    for name, text in SOURCES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    known = places.read(tmp_path)
    assert {name: str(place) for name, place in known.claims.items()} == {
        "eq-1": "theory/linear/one.py:6",
        "eq-2": "theory/linear/two.py:5",
        "eq-3": "theory/linear/two.py:5",
    }
    assert {name: str(place) for name, place in known.experiments.items()} == {"fig-1": "empirical/experiments/fig.py:1"}
    assert {name: [test.name for test in tests] for name, tests in known.tests.items()} == {
        "eq-1": ["test_by_a_constant", "test_by_a_helper"],
        "eq-2": [""],
        "eq-3": [""],
        "fig-1": ["test_by_its_id"],
    }
    assert known.tests["eq-2"][0].path == "tests/theory/test_linear.py"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"Claim(\n", ":1 must be Python, got '(' was never closed; mend it"),
        (b"Claim()\n\xff = 1\n", " must be Python, got"),
        (b"Claim()\0\n", " must be Python, got source code string cannot contain null bytes; mend it"),
    ],
)
def test_a_source_that_is_no_python_is_told_in_one_line(tmp_path, content, told):
    path = tmp_path / "theory" / "linear" / "one.py"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(places.SourceError) as refused:
        places.read(tmp_path)
    assert str(refused.value).startswith(str(path))
    assert told in str(refused.value)


def test_a_theorem_is_found_where_it_is_proved(tmp_path):
    (tmp_path / "a.v").write_text("Lemma one : True.\nQed.\n  Theorem two (x : R) : True.\n")
    assert str(places.theorem("a.v", "two", tmp_path)) == "a.v:3"
    assert places.theorem("a.v", "tw", tmp_path) is None
    assert places.theorem("b.v", "two", tmp_path) is None


def test_a_coq_file_that_is_no_text_still_has_its_theorems(tmp_path):
    (tmp_path / "a.v").write_bytes(b"(* \xff *)\nTheorem two (x : R) :\n  True.\nProof. exact I. Qed.\n")
    assert str(places.theorem("a.v", "two", tmp_path)) == "a.v:2"
    assert places.states("a.v", "two", "(x : R) : True", tmp_path)
    assert not places.states("a.v", "two", "(x : R) : False", tmp_path)


def test_every_claim_and_experiment_of_the_packages_is_found_with_a_test():
    from empirical.experiments import experiments
    from theory.registry import claims

    known = places.read()
    assert set(claims()) == set(known.claims)
    assert set(experiments()) <= set(known.experiments)
    assert (known.claims.keys() | known.experiments.keys()) - known.tests.keys() == set()
    assert known.claims.keys() <= set(ledger.read().ids)


def test_the_line_of_a_claim_is_the_line_of_its_definition():
    place = places.read().claims["lemma-3.1"]
    line = (places.ROOT / place.path).read_text(encoding="utf-8").splitlines()[place.line - 1]
    assert ast.literal_eval(line.strip().removeprefix("id=").removesuffix(",")) == "lemma-3.1"
