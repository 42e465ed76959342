"""The header of an experiment's file: the command of each experiment in it, its duration, and the paper's value."""

import importlib
import inspect
import pkgutil
import re

import pytest
import tyro

import empirical.experiments as package
from empirical.cli.options import Run

MODULES = [importlib.import_module(f"{package.__name__}.{info.name}") for info in pkgutil.iter_modules(package.__path__)]
COMMAND = re.compile(r"`python -m empirical run ([^`]*)`")
ID = re.compile(r"`([a-z0-9.-]+)`: ")


def parts(module):
    """Return the text of Run, Time and Paper."""
    _, *pieces = re.split(r"^(Run|Time|Paper)\. ", inspect.getdoc(module) or "", flags=re.MULTILINE)
    assert pieces[::2] == ["Run", "Time", "Paper"], "a header has these three parts, in this order"
    return pieces[1::2]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_a_header_says_how_each_experiment_is_run_how_long_it_took_and_what_the_paper_says(module):
    run, time, paper = parts(module)
    ids = {experiment.id for experiment in module.EXPERIMENTS}
    calls = [tyro.cli(Run, args=[*words.split()]) for words in COMMAND.findall(run)]  # an option that is none would end this
    assert {name for call in calls for name in call.ids} == ids
    assert set(ID.findall(time)) == (ids if len(ids) > 1 else set(ID.findall(time)) & ids)
    assert re.search(r"\d+ (s|minutes)|\d hours", time)
    assert paper.strip()
