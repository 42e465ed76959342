"""The sessions that try every Python: which interpreters are taken, and the sessions they are tried on."""

import sys
from pathlib import Path

import pytest

import noxfile
from reports import ledger
from theory import statement
from theory.registry import claims

ROOT = Path(__file__).parents[2]
KINDS = {kind.__name__ for kind in statement.Statement.__args__}
RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"


def script(path, body):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def nothing_installed(monkeypatch, tmp_path):
    """A machine on which no other Python than the running one is installed."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "uv"))
    return tmp_path


def test_ci_tries_the_oldest_and_the_newest_python():
    assert "\npipx run nox -t ends\n" in (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert {min(noxfile.HERE, key=noxfile.PYTHONS.index), max(noxfile.HERE, key=noxfile.PYTHONS.index)} == noxfile.ENDS


def test_each_kind_of_claim_and_of_statement_is_tried():
    chosen = [claims()[name][0] for name in noxfile.A_CLAIM_OF_EACH_KIND]
    assert {type(item).__name__ for claim in chosen for _, statements in claim.forms() for item in statements} == KINDS
    assert {ledger.read().claim(claim.id).kind for claim in chosen} == {"definition", "theorem", "remark"}
    assert {form for claim in chosen for form, _ in claim.forms()} == {"printed", "corrected", "beyond"}


@pytest.mark.usefixtures("nothing_installed")
def test_the_running_python_is_always_there():
    assert noxfile.interpreters() == {RUNNING: sys.executable}


def test_a_python_on_the_path_is_taken_and_one_that_is_only_announced_is_not(nothing_installed):
    working, announced = [version for version in noxfile.PYTHONS if version != RUNNING][:2]
    script(nothing_installed / "bin" / f"python{working}", f"echo {working}")
    script(nothing_installed / "bin" / f"python{announced}", "echo 'command not found' >&2; exit 127")
    interpreters = noxfile.interpreters()
    assert interpreters == {RUNNING: sys.executable, working: str(nothing_installed / "bin" / f"python{working}")}
    assert list(interpreters) == sorted(interpreters, key=noxfile.PYTHONS.index)


@pytest.mark.parametrize("place", ["pyenv/versions/{0}.7/bin/python{0}", "uv/cpython-{0}.7-linux-x86_64-gnu/bin/python{0}"])
def test_a_python_that_a_version_manager_keeps_is_taken_where_its_command_fails(nothing_installed, place):
    version_kept = next(version for version in noxfile.PYTHONS if version != RUNNING)
    script(nothing_installed / "bin" / f"python{version_kept}", "exit 127")
    script(nothing_installed / place.format(version_kept), f"echo {version_kept}")
    assert noxfile.interpreters()[version_kept] == str(nothing_installed / place.format(version_kept))


def test_another_implementation_of_python_is_not_taken(nothing_installed):
    another_version = next(version for version in noxfile.PYTHONS if version != RUNNING)
    script(nothing_installed / "bin" / f"python{another_version}", "echo")
    assert another_version not in noxfile.interpreters()
