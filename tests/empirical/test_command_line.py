"""The command line as a user calls it: what it prints, what it writes, and one clear message where the call is wrong."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from empirical import __main__ as command
from empirical.experiment import Cost, Setup, experiments
from empirical.experiments import fig_3a
from reports import evidence
from reports.evidence import read_all

ROOT = Path(__file__).resolve().parents[2]


def call(*arguments):
    environment = {**os.environ, "JAX_PLATFORMS": "cpu", "COLUMNS": "160"}
    return subprocess.run([sys.executable, "-m", "empirical", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)


def test_list_and_plan_name_every_experiment(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert command.main(["list"]) == 0
    listed = capsys.readouterr().out
    assert command.main(["plan"]) == 0
    planned = capsys.readouterr().out
    for name in experiments():
        assert name in listed
        assert name in planned
    assert "MiB" in planned


def test_smoke_writes_results_that_decide_nothing_and_says_so(tmp_path):
    found = call("run", "fig-3a", "nsam-no-gain", "--profile", "smoke", "--out", str(tmp_path))
    assert found.returncode == 0, found.stderr
    assert "2 experiments" in found.stdout
    items = [item for dossier in read_all(tmp_path) for item in dossier.evidence]
    assert {item.claim for item in items} == {"fig-3a", "nsam-no-gain"}
    assert {item.outcome for item in items} == {"inconclusive"}
    assert all("cut short (profile smoke" in item.says for item in items)


def test_the_same_seeds_give_the_same_numbers_and_fewer_than_the_rule_asks_for_decide_nothing(tmp_path):
    for name in ("first", "second"):
        assert command.main(["run", "fig-3b", "--profile", "smoke", "--seeds", "3", "--out", str(tmp_path / name)]) == 0
    first, second = (evidence.read(evidence.path_of(tmp_path / name, "empirical", "fig-3b")).evidence for name in ("first", "second"))
    assert first[0].details["seeds"] == 3
    for item in (*first, *second):
        del item.details["date"]
    assert first == second


def test_smoke_has_a_folder_of_its_own_so_that_it_never_replaces_results():
    assert command._setup(command.Run(profile="smoke")).out != command._setup(command.Run()).out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "fig-3"], "an experiment must be one of the"),
        (["run", "fig3a"], "perhaps you meant fig-3a"),
        (["plan", "zzz"], "see `python -m empirical list`"),
        (["run", "fig-3a", "--seeds", "0"], "--seeds must be at least 1, got 0"),
        (["plan", "--seeds", "-3"], "--seeds must be at least 1, got -3"),
        (["plan", "--data", "/no/such/folder"], "must be there, got /no/such/folder"),
        (["run", "fig-3a", "--data", "tests"], "images as train/CLASS/* and test/CLASS/*, got tests"),
        (["run", "fig-3a", "--profile", "smoke", "--out", "/proc/nowhere"], "must be writable"),
    ],
)
def test_a_wrong_call_gets_one_message_and_status_2(arguments, message, capsys):
    assert command.main(arguments) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert "Traceback" not in error


def test_an_unknown_profile_is_refused_with_status_2(capsys):
    with pytest.raises(SystemExit) as stopped:
        command.main(["run", "fig-3a", "--profile", "fast"])
    assert stopped.value.code == 2
    assert "fast" in capsys.readouterr().err


def absent(monkeypatch, why="no data: give --data"):
    """Have fig-3a be an experiment that cannot run here."""
    lacking = replace(fig_3a.EXPERIMENT, cost=lambda _: Cost(0.0, 0.0, missing=why))
    known = {**experiments(), "fig-3a": lacking}
    monkeypatch.setattr(command, "experiments", lambda: {name: known[name] for name in ("fig-3a", "nsam-no-gain")})


def test_what_cannot_run_here_is_said_in_the_plan_and_refused_where_it_is_named(monkeypatch, capsys, tmp_path):
    absent(monkeypatch)
    assert command.main(["plan"]) == 0
    assert "cannot run here: no data" in capsys.readouterr().out
    assert command.main(["run", "fig-3a", "--out", str(tmp_path)]) == 2
    assert "fig-3a cannot run here: no data" in capsys.readouterr().err


def test_where_none_is_named_the_others_still_run(monkeypatch, capsys, tmp_path):
    absent(monkeypatch)
    assert command.main(["run", "--profile", "smoke", "--out", str(tmp_path)]) == 0
    assert "not run" in capsys.readouterr().out
    assert not (tmp_path / "experiments" / "fig-3a.json").exists()
    assert (tmp_path / "experiments" / "nsam-no-gain.json").exists()


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is a signal on POSIX only")
def test_ctrl_c_leaves_what_was_written_whole(tmp_path):
    arguments = [sys.executable, "-m", "empirical", "run", "fig-3b", "fig-10", "--out", str(tmp_path), "--seeds", "2"]
    process = subprocess.Popen(arguments, cwd=ROOT, env={**os.environ, "JAX_PLATFORMS": "cpu"}, stderr=subprocess.PIPE, text=True)
    first = tmp_path / "evidence" / "empirical" / "fig-3b.json"
    deadline = time.monotonic() + 300
    while not first.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "interrupted" in error
    assert [dossier.claim for dossier in read_all(tmp_path)] == ["fig-3b"]
    assert not list(tmp_path.rglob("*.part"))


def test_every_cost_is_told_before_the_run():
    for experiment in experiments().values():
        cost = experiment.cost(Setup())
        assert cost.missing or (cost.seconds > 0 and cost.memory_mib > 0), experiment.id
