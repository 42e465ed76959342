"""The arguments that the sessions of noxfile.py hand to the commands behind them."""

from types import SimpleNamespace

import pytest

import noxfile

ELSEWHERE = ["--out", "elsewhere", "--evidence", "elsewhere", "reports/published"]


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ([], []),
        (["lemma-3.1", "--examples", "20000"], []),
        (["lemma-3.1", "--out", "elsewhere"], ELSEWHERE),
        (["--out=elsewhere", "lemma-3.1"], ELSEWHERE),
        (["--out"], []),
    ],
)
def test_the_report_is_rendered_from_the_folder_that_the_command_wrote_to(arguments, options):
    calls = []
    noxfile.build(SimpleNamespace(posargs=arguments, run=lambda *words: calls.append(words)))
    assert calls == [("python", "-m", "reports", "build", *options)]


def test_a_session_whose_python_is_missing_fails():
    """Nox alone would skip it, with status 0."""
    assert noxfile.nox.options.error_on_missing_interpreters is True
