"""A command in a Python without its packages says so in one sentence."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WITHOUT_PACKAGES = "-S"  # Python's flag that leaves the site-packages out


@pytest.mark.parametrize(
    ("module", "group", "missing"),
    [
        ("theory", "theory", "tyro, jax, sympy"),
        ("theory.formal", "formal", "tyro"),
        ("theory.mutants", "theory", "tyro, jax, sympy"),
        ("empirical", "empirical", "tyro, jax, flax"),
        ("empirical.bench", "empirical", "tyro, jax, flax"),
        ("reports", "report", "tyro, jinja2"),
    ],
)
def test_a_python_without_the_packages_of_a_command_is_refused_in_one_sentence(module, group, missing):
    call = [sys.executable, WITHOUT_PACKAGES, "-m", module]
    called = subprocess.run(call, cwd=ROOT, capture_output=True, check=False, text=True)
    assert (called.returncode, called.stdout) == (2, "")
    assert called.stderr == (
        f"this command needs packages, but {sys.executable} lacks {missing}; take the Python of a session that ran, "
        f"such as .nox/{group}/bin/python, or install them: python -m pip install -c constraints.txt --group {group}\n"
    )
