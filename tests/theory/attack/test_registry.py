"""Claims are found by themselves, each once, in the folders that hold families of claims and nowhere else."""

import importlib

import pytest

from theory import registry


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


@pytest.mark.usefixtures("package")
def test_modules_of_families_are_found_in_order_and_no_others():
    assert registry.modules() == ["theory.family.first", "theory.family.second"]


def test_a_claim_comes_with_the_module_that_states_it(monkeypatch):
    monkeypatch.setattr(registry, "modules", lambda: ["theory.linear.lemma_3_1", "theory.domain"])
    found = registry.claims.__wrapped__()
    lemma = importlib.import_module("theory.linear.lemma_3_1")
    assert found == {claim.id: (claim, "theory.linear.lemma_3_1") for claim in lemma.CLAIMS}


def test_two_modules_that_state_one_claim_are_refused(monkeypatch):
    monkeypatch.setattr(registry, "modules", lambda: ["theory.linear.lemma_3_1"] * 2)
    with pytest.raises(ValueError, match=r"lemma-3.1 is in theory.linear.lemma_3_1 and in theory.linear.lemma_3_1; remove one"):
        registry.claims.__wrapped__()
